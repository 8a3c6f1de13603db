"""The Text page: train a language model on a text, and sample from it during training."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import ipywidgets

from dlwidgets._messages import error_message, tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.generate import (
    BadTextError,
    CharTokenizer,
    Corpus,
    available_corpora,
    load_corpus,
    read_text,
    windows,
)
from dlwidgets.generate.corpora import MAX_TEXT_BYTES
from dlwidgets.models import char_gru, char_lstm
from dlwidgets.recording import layout
from dlwidgets.widgets._core.text import own_name
from dlwidgets.widgets._fields.labeled import field, remark
from dlwidgets.widgets.dashboards import _recording as recording
from dlwidgets.widgets.dashboards._code import arguments, text_code
from dlwidgets.widgets.dashboards._page_fields import (
    WholeNumber,
    count_field,
    epochs_field,
    two_columns,
)
from dlwidgets.widgets.dashboards._training_page import TrainingPage
from dlwidgets.widgets.dashboards._tries_of_generators import TEXT
from dlwidgets.widgets.generate.text_sampler import TextSampler
from dlwidgets.widgets.primitives.upload_button import UploadButton

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dlwidgets._keras_types import KerasModel
    from dlwidgets.models.saved import SavedAbout
    from dlwidgets.training.run import Run
    from dlwidgets.widgets.dashboards._desk import Shown
    from dlwidgets.widgets.dashboards._recording import Going

_WINDOW = 60  # characters, as in the book
_OWN = "own"
_FILE = "text.json"


@dataclass(frozen=True, kw_only=True)
class _Model:
    """A language model that the page offers, and the windows that it is trained on."""

    title: str
    about: str
    step: int
    batch_size: int
    targets: Literal["last", "all"]
    one_hot: bool
    compiled: str

    @property
    def windows(self) -> dict[str, Any]:
        """The arguments of `windows`."""
        return {
            "window": _WINDOW,
            "step": self.step,
            "batch_size": self.batch_size,
            "one_hot": self.one_hot,
            "targets": self.targets,
            "seed": 0,  # so that a resumed run repeats its order
            "repeat": True,
        }


_MODELS = {
    "gru": _Model(
        title="GRU 192",
        about=tr("Learns from all positions of a window at once. Words appear in 1 to 2 min."),
        step=7,
        batch_size=32,
        targets="all",
        one_hot=False,
        compiled=(
            "model = dl.models.char_gru(tokenizer.size, units=(192,))\n"
            "optimizer = keras.optimizers.Adam(0.004, clipnorm=1.0)\n"
            'model.compile(optimizer, "sparse_categorical_crossentropy")'
        ),
    ),
    "lstm": _Model(
        title=tr("LSTM 128 (the book's)"),
        about=tr("Learns only the character after each window, so it needs many epochs."),
        step=3,
        batch_size=128,
        targets="last",
        one_hot=True,
        compiled=(
            "model = dl.models.char_lstm(tokenizer.size, window=60)\n"
            "optimizer = keras.optimizers.RMSprop(0.01)\n"
            'model.compile(optimizer, "sparse_categorical_crossentropy")'
        ),
    ),
}


class TextDashboard(TrainingPage):
    """Dashboard of a language model: text, model, training panel, and samples.

    Args:
        start: Whether to start training as soon as the page is visible.

    Attributes:
        panel: The `TrainingPanel`.
        sampler: The `TextSampler`.
        run: The current Run, `None` before the first.

    Example:
        >>> dl.TextDashboard()  # doctest: +SKIP
    """

    css_class = "dlw-text-dashboard"
    tries = TEXT
    page_name = "text"
    model_kind = "text"
    can_open = True
    has_code = True
    corpus: ipywidgets.Dropdown
    model: ipywidgets.Dropdown
    epochs: WholeNumber
    steps: WholeNumber
    upload: UploadButton
    about_corpus: Any
    about_model: Any
    sampler: TextSampler

    def fields(self) -> Mapping[str, ipywidgets.Widget]:
        """Return text, model, epochs and steps per epoch."""
        self._own_corpus: Corpus | None = None
        self._corpora: dict[str, Corpus] = {}
        self._tokenizers: dict[str, CharTokenizer] = {}
        models = [(model.title, name) for name, model in _MODELS.items()]
        return {
            "corpus": field(
                ipywidgets.Dropdown, tr("Text"), options=self._options(), value="pydoc"
            ),
            "model": field(ipywidgets.Dropdown, tr("Model"), options=models),
            "epochs": epochs_field(60, 10_000),
            "steps": count_field(
                tr("Steps per epoch"),
                50,
                high=100_000,
                tooltip=tr("A sample is generated after each epoch."),
            ),
        }

    def views(self) -> Mapping[str, ipywidgets.Widget]:
        """Return the upload button, descriptions of text and model, and the sampler."""
        return {
            "about_corpus": remark(),
            "upload": UploadButton(
                self._uploaded,
                self._complain,
                label=tr("Your own text…"),
                accept=".txt,text/plain",
                hint=tr(
                    "A text file in UTF-8, at most 5 MB. It is kept with the recorded run, so "
                    "that the run can be resumed after a reload."
                ),
                limit=MAX_TEXT_BYTES,
                layout={"width": "auto"},
            ),
            "about_model": remark(),
            "sampler": TextSampler(),
        }

    def arrange(self) -> Sequence[ipywidgets.Widget]:
        """Return form and run beside what the model writes, and the charts below."""
        bar, *charts = self.panel.children
        form = ipywidgets.VBox(
            [
                self.corpus,
                self.about_corpus,
                self.upload,
                self.model,
                self.about_model,
                self.epochs,
                self.steps,
            ]
        )
        form.add_class("dlw-form")
        return [two_columns([form, bar, self.tools], [self.sampler]), *charts]

    def connect(self) -> None:
        """Describe the selected text and model."""
        self.corpus.observe(lambda _: self._launcher.submit(self._show_corpus), "value")
        self.model.observe(lambda _: self._describe_model(), "value")
        self._describe_model()
        self._show_corpus()

    def controls(self) -> Mapping[str, ipywidgets.Widget]:
        """Return the fields of the page and of the sampler, without the seed text."""
        form = self.sampler.form
        names = ("temperature", "top_k", "top_p", "length", "seed", "mode")
        return {**super().controls(), **{name: getattr(form, name) for name in names}}

    def takes_from_link(self, name: str, value: str) -> bool:
        """Return whether a setting may come from a link, which must not download a text."""
        if name == "corpus" and value == _OWN and self._own_corpus is not None:
            return True
        info = available_corpora().get(value)
        return name != "corpus" or (info is not None and info.local)

    # -- the text ------------------------------------------------------------------------------

    def _options(self) -> list[tuple[str, str]]:
        options: list[tuple[str, str]] = []
        for name, info in available_corpora().items():
            title: str = info.title
            if info.where == "download":
                title = tr("{title} (download)", title=info.title)
            elif info.where == "missing":
                title = tr("{title}, not on this machine", title=info.title)
            options.append((title, name))
        if self._own_corpus is not None:
            options.append((own_name(self._own_corpus.title), _OWN))
        return options

    @property
    def planned_model(self) -> str:
        """The name of the selected model."""
        return _MODELS[self.model.value].title

    def _describe_model(self) -> None:
        self.about_model.value = _MODELS[self.model.value].about

    def _show_corpus(self) -> None:
        """Load the text. Unless a run is active, show its character frequencies."""
        corpus, tokenizer = self._load_corpus(str(self.corpus.value))
        self.about_corpus.value = corpus.describe()
        if self.run is None or self.run.state.ended:
            self.sampler.prepare(tokenizer, corpus.text)

    def _load_corpus(self, name: str) -> tuple[Corpus, CharTokenizer]:
        if name not in self._corpora:
            own = self._own_corpus
            corpus = (
                own
                if name == _OWN and own is not None
                else load_corpus(name, progress=self._launcher.progress)
            )
            self._corpora[name] = corpus
            self._tokenizers[name] = CharTokenizer().fit(corpus.text)
        return self._corpora[name], self._tokenizers[name]

    def _complain(self, problem: str) -> None:
        self.about_corpus.say(problem, bad=True)

    def _uploaded(self, name: str, content: bytes) -> None:
        try:
            corpus = read_text(content, name, shortest=_WINDOW + 1)
        except BadTextError as error:
            self._complain(error_message(error))
            return
        self.about_corpus.remove_class("dlw-error")
        self._own_corpus = corpus
        self._corpora.pop(_OWN, None)
        selected = self.corpus.value
        self.corpus.options = self._options()
        self.corpus.value = _OWN
        if selected == _OWN:  # another upload: the selected name stays the same
            self._launcher.submit(self._show_corpus)

    # -- training ------------------------------------------------------------------------------

    def make_run(self, *, corpus: str, model: str, epochs: int, steps: int) -> Run:
        """Build the model for a text."""
        text, tokenizer = self._load_corpus(corpus)
        self.say(tr("Building the model…"))
        about = _MODELS[model]
        batches = windows(text.text, tokenizer, **about.windows)
        return self.fit(
            _compiled(model, tokenizer.size),
            batches,
            epochs=epochs,
            steps_per_epoch=steps,
            shuffle=False,
        )

    def show_model(self, model: KerasModel, about: SavedAbout) -> None:
        """Show a finished model, with the text that it was trained on."""
        corpus, tokenizer = self._load_corpus(str(about.settings.get("corpus", "")))
        self.sampler.show(model, tokenizer, corpus=corpus.text)

    def attached(self, used: Mapping[str, Any]) -> dict[str, bytes]:
        """Return the user's own text, which is kept with its run."""
        own = self._own_corpus
        if used.get("corpus") != _OWN or own is None:
            return {}
        return {_FILE: json.dumps({"title": own.title, "text": own.text}).encode()}

    def _visible(self, *, start: bool) -> None:
        # Before the address is read, which names this text.
        going, _ = recording.asked_for(self.opener.query, self.page_name)
        if going is not None:
            self._take_text(going)
        super()._visible(start=start)

    def go_on(self, going: Going) -> None:
        """Go on with a recorded run, with the text that is kept with it.

        Args:
            going: The run, and how.
        """
        if self._take_text(going):
            super().go_on(going)
        else:
            self.say(tr("The text of {run} is no longer there.", run=going.run.name))

    def _take_text(self, going: Going) -> bool:
        """Offer the user's own text of a run, and return whether its text is there."""
        if going.settings.get("corpus") != _OWN:
            return True
        try:
            kept = json.loads((going.run.path / layout.ATTACHED / _FILE).read_bytes())
            content, title = kept["text"].encode(), str(kept["title"])
            self._own_corpus = read_text(content, title, shortest=_WINDOW + 1)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):  # deleted, or damaged
            return False
        self._corpora.pop(_OWN, None)
        self.corpus.options = self._options()
        return True

    def shown_model(self) -> Shown | None:
        """Return the model, unless its text is the user's own, which isn't stored."""
        return None if self._used.get("corpus") == _OWN else super().shown_model()

    def code(self) -> str:
        """Return the notebook code of the model and the sampler."""
        about = _MODELS[self.shown_settings["model"]]
        return text_code(self.shown_settings, about.compiled, arguments(**about.windows))

    def started(self, run: Run, settings: dict[str, Any]) -> None:
        """Sample from the model after each epoch."""
        corpus, tokenizer = self._load_corpus(settings["corpus"])
        self.sampler.show(run, tokenizer, corpus=corpus.text)


def _compiled(name: str, vocabulary: int) -> KerasModel:
    keras = load_keras()
    model: KerasModel
    if name == "lstm":
        model = char_lstm(vocabulary, window=_WINDOW)
        optimizer = keras.optimizers.RMSprop(0.01)
    else:
        model = char_gru(vocabulary, units=(192,))
        optimizer = keras.optimizers.Adam(0.004, clipnorm=1.0)
    model.compile(optimizer, "sparse_categorical_crossentropy")
    return model
