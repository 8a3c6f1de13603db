"""Text from a model, with every setting of its sampling under the hand."""

from __future__ import annotations

import random
import re
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ipywidgets

from dlwidgets.generate import CharTokenizer, sample_text, sample_texts
from dlwidgets.training.errors import explain
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets._core.worker import Worker
from dlwidgets.widgets.generate._text_form import TextForm, TextSettings
from dlwidgets.widgets.generate._text_source import TextSource
from dlwidgets.widgets.generate.epoch_samples import EpochSamples
from dlwidgets.widgets.generate.next_character import NextCharacter
from dlwidgets.widgets.primitives.download_button import DownloadButton
from dlwidgets.widgets.primitives.text_stream import TextStream

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from dlwidgets.training.run import Run

TEMPERATURES = (0.2, 0.5, 1.0, 1.2)
"""The book's four."""

_EXCERPT = 60  # characters, for a model that takes windows of any length
_MOST_STRANGE = 20
_REDRAW = 0.1  # seconds between two pictures of the distribution while text streams
_READY = "The next character after the seed text"
_NEXT = "The next character"


@dataclass(frozen=True)
class _Sample:
    """What a text was made with: enough to make it again."""

    settings: TextSettings
    model: str
    step: int | None


class TextSampler(ClosesChildren, ipywidgets.Box):
    """Samples text from a model, character by character, with temperature, top-k and top-p.

    Works on a finished model, or on a Run, from which it takes a sample after each epoch. The
    distribution of the next character follows the temperature slider without another call of the
    model.

    Args:
        model: A Keras model of characters, as in `generate.TextModel`.
        tokenizer: Made for its vocabulary.
        run: A Run to follow, in place of a model.
        corpus: The text that excerpts are taken from as seed text.

    Attributes:
        form: The `TextForm`.
        stream: The `TextStream` of the text.
        distribution: The `NextCharacter`.
        comparison: The four texts at the book's temperatures.
        history: The `EpochSamples`.

    Example:
        >>> tokenizer = dl.generate.CharTokenizer().fit("to be or not to be")
        >>> model = dl.models.char_gru(tokenizer.size)
        >>> dl.TextSampler(model, tokenizer, corpus="to be or not to be")
        TextSampler(...)
    """

    def __init__(
        self,
        model: Any = None,
        tokenizer: CharTokenizer | None = None,
        *,
        run: Run | None = None,
        corpus: str = "",
    ) -> None:
        self._source: TextSource | None = None
        self._tokenizer: CharTokenizer | None = None
        self._corpus, self._window = "", _EXCERPT
        self._random = random.Random(0)  # noqa: S311 - chooses excerpts
        self._p: NDArray[Any] | None = None
        self._what, self._drawn = "", 0.0
        self._cancel = threading.Event()
        self._made: _Sample | None = None
        self._made_four: _Sample | None = None
        self._worker = Worker("dlwidgets-text", self._failed)
        self._reshaper = Worker("dlwidgets-next-character", self._failed)

        self.form = TextForm()
        self.stream = TextStream(title="Text", empty_text="Press Generate: text appears here.")
        self.distribution = NextCharacter()
        self.comparison = tuple(
            TextStream(title=f"Temperature {t:g}", max_height=180) for t in TEMPERATURES
        )
        self.history = EpochSamples(lambda: self.form.settings, self._epoch_sampled)
        self.remark = ipywidgets.Label()
        self.remark.add_class("dlw-message")
        self.generate_button = _button("Generate", "Continue the seed text", self.generate)
        self.generate_button.add_class("dlw-primary")
        self.compare_button = _button(
            "Four temperatures",
            "The same seed text and random numbers at 0.2, 0.5, 1 and 1.2",
            self.compare,
        )
        self.stop_button = _button("Stop", "Leave the text as it is", self.stop)
        self.save_button = DownloadButton(
            self._file,
            label="Save (text)",
            hint="All texts, with the settings that make them again",
        )
        self._arrange()
        self.form.observe_settings(self._settings_changed)
        self.form.excerpt.on_click(lambda _: self._new_excerpt())
        self._enable()
        if tokenizer is not None:
            if run is not None:
                self.follow(run, tokenizer, corpus=corpus)
            elif model is not None:
                self.show(model, tokenizer, corpus=corpus)

    def _arrange(self) -> None:
        legend = ipywidgets.Label(
            "The more a character surprised the model, the stronger it is marked. Point at one, or "
            "use the arrow keys, for what else could have come."
        )
        legend.add_class("dlw-message")
        self._grid = ipywidgets.GridBox(
            self.comparison,
            layout={
                "grid_template_columns": "repeat(auto-fit, minmax(min(100%, 300px), 1fr))",
                "grid_gap": "12px",
                "width": "100%",
                "display": "none",
            },
        )
        self.history.layout.display = "none"
        actions = ipywidgets.Box(
            [self.generate_button, self.compare_button, self.stop_button, self.save_button],
            layout={"flex_flow": "row wrap", "align_items": "center"},
        )
        actions.add_class("dlw-actions")
        left = ipywidgets.VBox([self.form])
        left.add_class("dlw-dashboard-form")
        right = ipywidgets.VBox(
            [actions, self.remark, self.stream, legend, self.distribution, self._grid, self.history]
        )
        right.add_class("dlw-dashboard-main")
        super().__init__([left, right])
        self.add_class("dlw-dashboard")
        self.add_class("dlw-text-sampler")

    # -- what it samples from ------------------------------------------------------------------

    def show(self, model: Any, tokenizer: CharTokenizer, *, corpus: str = "") -> None:
        """Sample from a finished model from now on.

        Args:
            model: As in the class.
            tokenizer: As in the class.
            corpus: As in the class.

        Raises:
            ValueError: The model is none for text, or not for this vocabulary.
        """
        self._take(TextSource(tokenizer, model=model), tokenizer, corpus, _window_of(model))
        self.history.layout.display = "none"

    def follow(self, run: Run, tokenizer: CharTokenizer, *, corpus: str = "") -> None:
        """Sample from a copy of a Run's model from now on, and after each of its epochs.

        Args:
            run: The Run.
            tokenizer: As in the class.
            corpus: As in the class.
        """
        source = TextSource(tokenizer, run=run)
        self._take(source, tokenizer, corpus, _window_of(run.model))
        self.history.layout.display = None
        self.history.follow(source)

    def prepare(self, tokenizer: CharTokenizer, corpus: str) -> None:
        """Show what a corpus says before there is a model: how often each character occurs.

        Args:
            tokenizer: Fitted on the corpus.
            corpus: The text.
        """
        self.stop()
        self._source = None
        self._tokenizer, self._corpus, self._window = tokenizer, corpus, _EXCERPT
        self._new_excerpt()
        self._p = tokenizer.frequencies(corpus)
        self._what = "How often each character occurs in the corpus"
        self._reshaper.submit(self._draw)
        self._enable()

    def _take(self, source: TextSource, tokenizer: CharTokenizer, corpus: str, window: int) -> None:
        self.stop()
        same = tokenizer is self._tokenizer and corpus == self._corpus and window == self._window
        self._source, self._tokenizer = source, tokenizer
        self._corpus, self._window = corpus, window
        self.stream.clear()
        self.say("")
        if not same:
            self._new_excerpt()
        self._enable()
        self._worker.submit(self._look)

    # -- what the buttons do -------------------------------------------------------------------

    def generate(self) -> None:
        """Begin a text with the present settings; one that is under way ends."""
        self._begin(self._write_one)

    def compare(self) -> None:
        """Begin four texts at the book's temperatures."""
        self._grid.layout.display = None
        self._begin(self._write_four)

    def stop(self) -> None:
        """End what is under way; its text stays."""
        self._cancel.set()

    def close(self) -> None:
        """Take the view off the page."""
        self._cancel.set()
        self._worker.close()
        self._reshaper.close()
        super().close()

    def say(self, text: str, *, problem: bool = False) -> None:
        """Show a remark, or why something did not work."""
        self.remark.value = text
        self.remark.layout.display = None if text else "none"
        if problem:
            self.remark.add_class("dlw-error")
        else:
            self.remark.remove_class("dlw-error")

    def _begin(self, work: Callable[[TextSource, TextSettings, threading.Event], None]) -> None:
        source, settings = self._source, self.form.settings
        if source is None:
            self.say("There is no model yet: train one first.", problem=True)
            return
        self._cancel.set()
        cancel = self._cancel = threading.Event()
        first = source.run is not None and not source.run.step_count
        self.say("The text begins after the training's first step…" if first else "")
        self.stop_button.disabled = False

        def run() -> None:
            try:
                if not cancel.is_set():
                    work(source, settings, cancel)
            finally:
                if cancel is self._cancel:
                    self.stop_button.disabled = True

        self._worker.submit(run)

    def _write_one(
        self, source: TextSource, settings: TextSettings, cancel: threading.Event
    ) -> None:
        with source.use() as model:
            chunks = sample_text(
                model,
                source.tokenizer,
                settings.seed_text,
                settings.length,
                settings.temperature,
                settings.top_k,
                settings.top_p,
                settings.seed,
                settings.carry_state,
            )
            self._made = _Sample(settings, source.name, source.step)
            self._say_unknown(source, settings)
            self.stream.begin(
                list(source.tokenizer.characters),
                seed_text=settings.seed_text,
                caption=_caption(self._made),
            )
            try:
                for chunk in chunks:
                    if cancel.is_set():
                        break
                    self.stream.append(chunk)
                    self._p, self._what = chunk.next_probability, _NEXT
                    if time.monotonic() - self._drawn > _REDRAW:
                        self._reshaper.submit(self._draw)
            finally:
                self.stream.finish()
                self._reshaper.submit(self._draw)

    def _write_four(
        self, source: TextSource, settings: TextSettings, cancel: threading.Event
    ) -> None:
        with source.use() as model:
            rows = sample_texts(
                model,
                source.tokenizer,
                settings.seed_text,
                settings.length,
                TEMPERATURES,
                settings.top_k,
                settings.top_p,
                settings.seed,
                settings.carry_state,
            )
            self._made_four = _Sample(settings, source.name, source.step)
            self._say_unknown(source, settings)
            for stream in self.comparison:
                stream.begin(list(source.tokenizer.characters))
            try:
                for row in rows:
                    if cancel.is_set():
                        break
                    for stream, chunk in zip(self.comparison, row, strict=True):
                        stream.append(chunk)
            finally:
                for stream in self.comparison:
                    stream.finish()

    def _say_unknown(self, source: TextSource, settings: TextSettings) -> None:
        """Tell which characters of the seed text the model does not know, and what they become."""
        tokenizer = source.tokenizer
        strange = tokenizer.unknown_in(settings.seed_text)
        becomes = "left out" if tokenizer.unknown == "skip" else f"read as {tokenizer.unknown!r}"
        text = f"Not among the characters that the model knows, and {becomes}: "
        self.say(f"{text}{strange[:_MOST_STRANGE]!r}" if strange else "")

    def _failed(self, error: Exception) -> None:
        words = explain(error)[:600]
        self.say(words[:1].upper() + words[1:], problem=True)

    # -- the distribution of the next character ------------------------------------------------

    def _settings_changed(self, name: str) -> None:
        if name in ("seed_text", "mode"):
            if self._source is not None:
                self._worker.submit(self._look)
        elif name in ("temperature", "top_k", "top_p"):
            self._reshaper.submit(self._draw)

    def _look(self) -> None:
        """Ask the model for the distribution after the seed text."""
        source, settings = self._source, self.form.settings
        if source is None or (source.run is not None and not source.run.model.built):
            return
        with source.use() as model:
            p = model.next_probabilities(settings.seed_text, carry_state=settings.carry_state)
        self._p, self._what = p, _READY
        self._say_unknown(source, settings)
        self._reshaper.submit(self._draw)

    def _epoch_sampled(self) -> None:
        """Keep the distribution after the seed text up to date while the model trains."""
        if self._what != _NEXT and not self._worker.busy:
            self._worker.submit(self._look)

    def _draw(self) -> None:
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
            self.form.seed_text.value = corpus[start : start + n]

    def _enable(self) -> None:
        ready = self._source is not None
        self.generate_button.disabled = self.compare_button.disabled = not ready
        self.save_button.disabled = not ready
        self.form.excerpt.disabled = len(self._corpus) < self._window
        self.stop_button.disabled = True

    def _file(self) -> tuple[str, bytes]:
        parts = []
        if self._made is not None and self.stream.text:
            parts.append(_document(self._made, self.stream.text))
        if self._made_four is not None:
            parts += [
                _document(self._made_four, stream.text, temperature)
                for temperature, stream in zip(TEMPERATURES, self.comparison, strict=True)
                if stream.text
            ]
        if self.history.text:
            parts.append(self.history.document())
        if not parts:
            message = "There is no text yet: press Generate"
            raise ValueError(message)
        return "samples.txt", "\n\n".join(parts).encode()


def _caption(sample: _Sample) -> str:
    after = f", after step {sample.step:,}" if sample.step is not None else ""
    return f"{sample.model}{after}: {sample.settings.label}"


def _document(sample: _Sample, text: str, temperature: float | None = None) -> str:
    s = sample.settings
    lines = {
        "model": sample.model,
        "training step": "finished model" if sample.step is None else sample.step,
        "temperature": s.temperature if temperature is None else temperature,
        "top-k": s.top_k or "all",
        "top-p": s.top_p,
        "length": s.length,
        "random seed": s.seed,
        "memory": "carried state" if s.carry_state else "sliding window",
        "seed text": repr(s.seed_text),
    }
    head = "\n".join(f"# {name}: {value}" for name, value in lines.items())
    return f"{head}\n\n{s.seed_text}{text}\n"


def _window_of(model: Any) -> int:
    """Characters of the model's window, where it has a fixed one; else a usual number."""
    inner = getattr(model, "model", model)  # of a TextModel
    inputs = getattr(inner, "inputs", None)
    shape = tuple(inputs[0].shape) if inputs else ()
    fixed = shape[1] if len(shape) > 1 else None
    return int(fixed) if fixed is not None else _EXCERPT


def _button(text: str, tooltip: str, action: Callable[[], None]) -> ipywidgets.Button:
    button = ipywidgets.Button(description=text, tooltip=tooltip, layout={"width": "auto"})
    button.on_click(lambda _: action())
    return button
