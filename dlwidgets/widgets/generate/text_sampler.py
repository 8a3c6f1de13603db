"""Text sampled from a model, with all settings of the sampling."""

from __future__ import annotations

import random
import re
import time
from typing import TYPE_CHECKING, Any

import ipywidgets

from dlwidgets._messages import tr
from dlwidgets.training.errors import explain
from dlwidgets.training.run_engine import engine_of
from dlwidgets.widgets._core.worker import Worker
from dlwidgets.widgets._live.follower import Follower
from dlwidgets.widgets._live.view import LiveView, MessageLine
from dlwidgets.widgets.generate._text_form import MAX_SEED_TEXT, TextForm, TextSettings
from dlwidgets.widgets.generate._text_source import TextSource
from dlwidgets.widgets.generate._text_writer import TextWriter
from dlwidgets.widgets.generate.epoch_samples import EpochSamples
from dlwidgets.widgets.generate.next_character import NextCharacter
from dlwidgets.widgets.primitives.download_button import DownloadButton
from dlwidgets.widgets.primitives.text_line import TextLine

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel
    from dlwidgets.generate import CharTokenizer, TextModel
    from dlwidgets.recording.recorded_run import RecordedRun
    from dlwidgets.training.run import Run

_EXCERPT = 60  # characters, for a model that takes windows of any length
_MAX_LISTED = 20  # unknown characters in a message
_REDRAW = 0.1  # seconds between two updates of the distribution while text streams
_AFTER_SEED = tr("Next character after the seed text.")
_AT_CARET = tr("Next character at the caret in the seed text.")
_AFTER_TEXT = tr("Next character.")


class TextSampler(LiveView, ipywidgets.Box):
    """Text sampled from a model, with temperature, top-k and top-p.

    The distribution of the next character follows the caret in the seed text, the training, and the
    temperature slider; a click on a bar takes that character. Of a Run, the widget also keeps a
    sample after each epoch.

    Args:
        source: A Keras model of characters, as in `generate.TextModel`; a `TextModel`; a `Run` to
            follow; or a recorded run. None for an empty view until `show`.
        tokenizer: A tokenizer of the model's vocabulary.
        corpus: The text from which excerpts are taken as the seed text.

    Attributes:
        form: The form with the settings.
        stream: The `TextStream` of the text.
        distribution: The distribution of the next character.
        comparison: The four texts at the book's temperatures.
        history: The samples after each epoch.
        generate_button: Starts a text.
        compare_button: Starts four texts.
        stop_button: Ends them.
        save_button: Downloads all texts with their settings.
        hold: Whether the view is frozen while its Run continues; settable.
        busy: Whether a text is being sampled, or an update is in progress.
        message: What happens or went wrong; "" for nothing.

    Example:
        >>> tokenizer = dl.generate.CharTokenizer().fit("to be or not to be")
        >>> model = dl.models.char_gru(tokenizer.size)
        >>> dl.TextSampler(model, tokenizer, corpus="to be or not to be")
        <TextSampler>
    """

    def __init__(
        self,
        source: KerasModel | TextModel | Run | RecordedRun | None = None,
        tokenizer: CharTokenizer | None = None,
        *,
        corpus: str = "",
    ) -> None:
        # Two, because the follower's updates go on while a long text is sampled.
        self._asked: TextSource | None = None
        self._followed: TextSource | None = None
        self._tokenizer: CharTokenizer | None = None
        self._corpus, self._window = "", _EXCERPT
        self._random = random.Random(0)  # noqa: S311 - chooses excerpts
        self._p: NDArray[Any] | None = None
        self._what, self._drawn, self._step = "", 0.0, -1
        self._writer = TextWriter(
            self._say_unknown, self._chunk_sampled, self._ended, self.say_error
        )
        self.stream, self.comparison = self._writer.stream, self._writer.comparison
        self._reweighter = Worker("dlwidgets-next-character", self.say_error)
        self.message_line = MessageLine()
        self.follower: Follower[tuple[TextModel, int]] = Follower(
            self._compute, self._draw, self.say_error, name="text-sampler", news=_news
        )
        self._make_widgets()
        super().__init__(self._columns())
        self.add_class("dlw-dashboard")
        self.add_class("dlw-text-sampler")
        self.form.observe_settings(self._settings_changed)
        self.form.excerpt.on_click(lambda _: self._new_excerpt())
        self._enable()
        if source is not None and tokenizer is not None:
            self.show(source, tokenizer, corpus=corpus)

    def _make_widgets(self) -> None:
        self.distribution = NextCharacter(self._take)
        self.form = TextForm(self.distribution)
        self.history = EpochSamples()
        self.history.layout.display = "none"
        self.generate_button = _button(tr("Generate"), tr("Continue the seed text."), self.generate)
        self.generate_button.add_class("dlw-primary")
        self.compare_button = _button(
            tr("Four temperatures"),
            tr("Use the same seed text and random numbers at 0.2, 0.5, 1 and 1.2."),
            self.compare,
        )
        self.stop_button = _button(tr("Stop"), tr("Stop generating and keep the text."), self.stop)
        self.save_button = DownloadButton(
            self._file,
            label=tr("Save as text"),
            hint=tr("Download all texts with the settings that reproduce them."),
        )
        self._grid = ipywidgets.GridBox(
            self.comparison,
            layout={
                "grid_template_columns": "repeat(auto-fit, minmax(min(100%, 300px), 1fr))",
                "grid_gap": "12px",
                "width": "100%",
                "display": "none",
            },
        )

    def _columns(self) -> list[ipywidgets.Widget]:
        legend = TextLine(
            tr(
                "The less probable a character was, the darker it is marked. Hover over one, or "
                "use the arrow keys, to see the alternatives."
            )
        )
        legend.add_class("dlw-message")
        actions = ipywidgets.Box(
            [self.generate_button, self.compare_button, self.stop_button, self.save_button],
            layout={"flex_flow": "row wrap", "align_items": "center"},
        )
        actions.add_class("dlw-actions")
        left = ipywidgets.VBox([self.form])
        left.add_class("dlw-dashboard-form")
        right = ipywidgets.VBox(
            [
                self.history,
                actions,
                self.message_line,
                self.stream,
                legend,
                self._grid,
                self.follower.controls,
            ]
        )
        right.add_class("dlw-dashboard-main")
        return [left, right]

    # -- what it samples from ------------------------------------------------------------------

    def show(
        self,
        source: KerasModel | TextModel | Run | RecordedRun,
        tokenizer: CharTokenizer,
        *,
        corpus: str = "",
    ) -> None:
        """Sample from another model, or follow another Run, from now on.

        Args:
            source: As in the class.
            tokenizer: As in the class.
            corpus: As in the class.

        Raises:
            TypeError: The source is neither a model nor a Run.
            ValueError: The model isn't a text model, or has another vocabulary.
        """
        asked, followed = TextSource(source, tokenizer), TextSource(source, tokenizer)
        self.stop()
        self.follower.leave()
        window = asked.window or _EXCERPT
        same = tokenizer is self._tokenizer and corpus == self._corpus and window == self._window
        self._asked, self._followed, self._tokenizer = asked, followed, tokenizer
        asked.at = lambda: self.follower.at
        self._corpus, self._window, self._what = corpus, window, ""
        self.stream.clear()
        self.say("")
        if not same:
            self._new_excerpt()
        self._enable()
        self.history.layout.display = "none" if asked.run is None else None
        if asked.run is not None or asked.models.recorded is not None:
            self.history.restart(tokenizer)
        self.follower.show(followed.models)

    def prepare(self, tokenizer: CharTokenizer, corpus: str) -> None:
        """Show how often each character occurs in a corpus, before there is a model.

        Args:
            tokenizer: A tokenizer fitted on the corpus.
            corpus: The text.
        """
        self.stop()
        self.follower.leave()
        self.history.layout.display = None  # the room of what a run will write
        self._asked = self._followed = None
        self._tokenizer, self._corpus, self._window = tokenizer, corpus, _EXCERPT
        self._new_excerpt()
        self._p = tokenizer.frequencies(corpus)
        self._what = tr("Frequencies of the characters in the corpus.")
        self._reweighter.submit(self._show_distribution)
        self._enable()

    # -- what the buttons do -------------------------------------------------------------------

    def generate(self) -> None:
        """Start a text with the present settings, in place of one in progress."""
        self._write(compare=False)

    def compare(self) -> None:
        """Start four texts at the book's temperatures."""
        self._grid.layout.display = None
        self._write(compare=True)

    def stop(self) -> None:
        """Stop sampling and keep the text."""
        self._writer.stop()

    @property
    def busy(self) -> bool:
        """Whether a text is being sampled, or an update is in progress."""
        return self._writer.busy or self._reweighter.busy or self.follower.busy

    def _awaited(self) -> bool:
        streams = (self.stream, *self.comparison)
        return self._writer.busy and not any(stream.streaming for stream in streams)

    def say_error(self, error: Exception) -> None:
        """Show why no text was sampled.

        Args:
            error: What was raised.
        """
        if isinstance(error, TimeoutError) and not self._writer.busy:
            # Nobody has asked for anything: the next update tries again.
            self.say(tr("Waiting for the next training step. This machine is busy."))
        else:
            self.say(explain(error), bad=True)

    def _write(self, *, compare: bool) -> None:
        source = self._asked
        if source is None:
            self.say(tr("There is no model yet. Start a run first."), bad=True)
            return
        waits = source.run is not None and not source.run.step_count
        self.say(tr("Waiting for the first step…") if waits else "")
        self.stop_button.disabled = False
        self._writer.write(source, self.form.settings, compare=compare)

    def _chunk_sampled(self, p: NDArray[Any]) -> None:
        self._p, self._what = p, _AFTER_TEXT
        if time.monotonic() - self._drawn > _REDRAW:
            self._reweighter.submit(self._show_distribution)

    def _ended(self) -> None:
        self.stop_button.disabled = True
        self._enable_saving()
        self._reweighter.submit(self._show_distribution)

    def _say_unknown(self, source: TextSource, settings: TextSettings) -> None:
        """Show which characters of the seed text the model doesn't know."""
        tokenizer = source.tokenizer
        unknown = tokenizer.unknown_in(settings.seed_text)[:_MAX_LISTED]
        if not unknown:
            self.say("")
        elif tokenizer.unknown == "skip":
            self.say(
                tr(
                    "The model doesn't know these characters, so they are left out: {characters}",
                    characters=repr(unknown),
                )
            )
        else:
            self.say(
                tr(
                    "The model doesn't know these characters, so they are read as {replacement}: "
                    "{characters}",
                    replacement=repr(tokenizer.unknown),
                    characters=repr(unknown),
                )
            )

    # -- the present model ---------------------------------------------------------------------

    def _settings_changed(self, name: str) -> None:
        if name in ("seed_text", "caret", "mode"):
            self._what = ""
            self.follower.ask()
        elif name in ("temperature", "top_k", "top_p"):
            self._reweighter.submit(self._show_distribution)

    def _compute(self, model: Any) -> tuple[TextModel, int]:
        followed = self._followed
        assert followed is not None, "set before the follower shows something"
        return followed.of(model), followed.models.step

    def _draw(self, present: tuple[TextModel, int]) -> None:
        """Update the distribution after the seed text, and add a sample after an epoch."""
        text, step = present
        followed, settings = self._followed, self.form.settings
        if followed is None:
            return
        # The bars of a text that was written stay until the model has learned more.
        written = self._what is _AFTER_TEXT and step == self._step
        if not written and not self._writer.busy:
            before = self.form.seed_text.before_caret[-MAX_SEED_TEXT:]
            if text.window is not None and len(before) < text.window:
                before = settings.seed_text  # too little to fill the window
            self._p = text.next_probabilities(before, carry_state=settings.carry_state)
            self._what = _AFTER_SEED if before == settings.seed_text else _AT_CARET
            self._say_unknown(followed, settings)
            self._reweighter.submit(self._show_distribution)
        self._step = step
        self._show_history(followed)
        if followed.run is not None and step > 0 and not self.follower.in_past:
            self.history.sample(
                followed.run, text, step, settings, stop=lambda: followed is not self._followed
            )
            self._enable_saving()

    def _show_history(self, followed: TextSource) -> None:
        """Show the samples after each epoch up to the step that is shown."""
        at, recorded = self.follower.at, followed.models.recorded
        if recorded is None:
            self.history.show_until(at)
            return
        self.history.show_recorded(recorded, at)
        self.history.layout.display = None if self.history.count else "none"
        self._enable_saving()

    def _take(self, character: str) -> None:
        """Continue with a character: the text that was written, or the seed text at the caret."""
        box, stream = self.form.seed_text, self.stream
        if self._what is _AFTER_TEXT and not self._writer.busy:
            box.put(stream.seed_text + stream.text + character)
        else:
            box.insert(character)

    def _show_distribution(self) -> None:
        p, tokenizer = self._p, self._tokenizer
        if p is None or tokenizer is None or len(p) != tokenizer.size:
            return
        self.distribution.show(p, tokenizer.characters, self.form.settings, what=self._what)
        self._drawn = time.monotonic()

    # -- the rest ------------------------------------------------------------------------------

    def _new_excerpt(self) -> None:
        corpus, n = self._corpus, self._window
        if len(corpus) >= n > 0:
            start = self._random.randint(0, len(corpus) - n)
            # At the beginning of a word, where there is one soon enough.
            words = re.search(r"(?<=\s)\S", corpus[start : len(corpus) - n + 1])
            start += words.start() if words else 0
            self.form.seed_text.put(corpus[start : start + n])

    def _enable(self) -> None:
        ready = self._asked is not None
        self.generate_button.disabled = self.compare_button.disabled = not ready
        self._enable_saving()
        self.form.excerpt.disabled = len(self._corpus) < self._window
        self.stop_button.disabled = True

    def _enable_saving(self) -> None:
        self.save_button.disabled = not (self._writer.documents() or self.history.text)

    def _file(self) -> tuple[str, bytes]:
        parts = self._writer.documents()
        if self.history.text:
            parts.append(self.history.document())
        if not parts:
            raise ValueError(tr("There is no text yet. Press Generate first."))
        return "samples.txt", "\n\n".join(parts).encode()

    def _release(self) -> None:
        self._followed = None
        self._writer.close()
        self._reweighter.close()
        super()._release()


def _news(run: Run) -> tuple[int, bool]:
    """What has to change for an update: an epoch has ended, or there are trained weights."""
    return len(engine_of(run).recorder.epochs), run.step_count > 0


def _button(text: str, tooltip: str, action: Callable[[], None]) -> ipywidgets.Button:
    button = ipywidgets.Button(description=text, tooltip=tooltip, layout={"width": "auto"})
    button.on_click(lambda _: action())
    return button
