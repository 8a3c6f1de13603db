"""The Text page: a network learns a text, and writes while it learns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets

from dlwidgets._messages import error_message
from dlwidgets._tensorflow import load_keras, warm_up
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
from dlwidgets.widgets._fields.labeled import field, remark
from dlwidgets.widgets.dashboards._page import RunLauncher, TrainingPage
from dlwidgets.widgets.generate.text_sampler import TextSampler
from dlwidgets.widgets.primitives.upload_button import UploadButton
from dlwidgets.widgets.training.panel import TrainingPanel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dlwidgets.training.run import Run

_WINDOW = 60  # characters, the book's
_MODELS = {
    "gru": (
        "GRU 192",
        "Learns from every position of a window at once: words within a minute or two.",
    ),
    "lstm": (
        "LSTM 128 (the book's)",
        "Learns from one character per window, the one after it: allow it many epochs.",
    ),
}


class TextDashboard(TrainingPage, ipywidgets.VBox):
    """Choose a text and a model, train, and sample from it meanwhile.

    Args:
        autostart: Whether to begin to train at once.

    Attributes:
        panel: The `TrainingPanel`.
        sampler: The `TextSampler`.
        run: The present Run, None before the first.

    Example:
        >>> dl.TextDashboard()  # doctest: +SKIP
    """

    def __init__(self, *, autostart: bool = True) -> None:
        self._own: Corpus | None = None
        self._corpora: dict[str, Corpus] = {}
        self._tokenizers: dict[str, CharTokenizer] = {}
        self.corpus = field(ipywidgets.Dropdown, "Text", options=self._options(), value="pydoc")
        self.about_corpus = remark()
        self.upload = UploadButton(
            self._uploaded,
            self._say_corpus,
            label="A text of your own",
            accept=".txt,text/plain",
            hint="A text file in UTF-8, 5 MB at most",
            limit=MAX_TEXT_BYTES,
            layout={"width": "auto"},
        )
        self.model = field(
            ipywidgets.Dropdown,
            "Model",
            options=[(title, name) for name, (title, _) in _MODELS.items()],
        )
        self.about_model = remark()
        self.epochs = field(ipywidgets.BoundedIntText, "Epochs", value=60, min=1, max=10_000)
        self.steps = field(
            ipywidgets.BoundedIntText,
            "Steps each",
            value=50,
            min=1,
            max=100_000,
            tooltip="Steps per epoch: after each epoch comes a sample",
        )
        self.panel = TrainingPanel(
            on_start=self._start, empty_text="Every step's loss appears here."
        )
        self._starter = RunLauncher(self.panel.bar, "start-text")
        self.sampler = TextSampler()
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
        left = ipywidgets.VBox([form])
        left.add_class("dlw-dashboard-form")
        right = ipywidgets.VBox([self.panel])
        right.add_class("dlw-dashboard-main")
        top = ipywidgets.Box([left, right])
        top.add_class("dlw-dashboard")
        super().__init__([top, self.sampler])
        self.add_class("dlw-text-dashboard")
        self.corpus.observe(lambda _: self._starter.submit(self._corpus_chosen), "value")
        self.model.observe(lambda _: self._describe_model(), "value")
        self._describe_model()
        warm_up()
        self._corpus_chosen()
        if autostart:
            self.panel.bar.when_seen(self._start)

    @property
    def settings(self) -> tuple[str, str, int, int]:
        """The names of text and model, epochs, and steps per epoch."""
        return (
            str(self.corpus.value),
            str(self.model.value),
            int(self.epochs.value),
            int(self.steps.value),
        )

    def _views(self) -> Sequence[ipywidgets.Widget]:
        return (self.sampler,)

    def _options(self) -> list[tuple[str, str]]:
        words = {"download": " (download)", "missing": " (not found)"}
        options = [
            (info.title + words.get(info.where, ""), name)
            for name, info in available_corpora().items()
        ]
        return options + ([(self._own.title, "own")] if self._own is not None else [])

    def _describe_model(self) -> None:
        self.about_model.value = _MODELS[self.model.value][1]

    def _corpus_chosen(self) -> None:
        """Load the text; before the first run show what it says by itself."""
        corpus, tokenizer = self._load(str(self.corpus.value))
        self.about_corpus.value = corpus.describe()
        if self.run is None or self.run.state.ended:
            self.sampler.prepare(tokenizer, corpus.text)

    def _load(self, name: str) -> tuple[Corpus, CharTokenizer]:
        if name not in self._corpora:
            own = self._own
            corpus = (
                own
                if name == "own" and own is not None
                else load_corpus(name, progress=self._starter.progress)
            )
            self._corpora[name] = corpus
            self._tokenizers[name] = CharTokenizer().fit(corpus.text)
        return self._corpora[name], self._tokenizers[name]

    def _say_corpus(self, problem: str) -> None:
        self.about_corpus.value = problem
        self.about_corpus.add_class("dlw-error")

    def _uploaded(self, name: str, content: bytes) -> None:
        try:
            corpus = read_text(content, name, shortest=_WINDOW + 1)
        except BadTextError as error:
            self._say_corpus(error_message(error))
            return
        self.about_corpus.remove_class("dlw-error")
        self._own = corpus
        self._corpora.pop("own", None)
        chosen = self.corpus.value
        self.corpus.options = self._options()
        self.corpus.value = "own"
        if chosen == "own":  # another one of one's own: the name is the same
            self._starter.submit(self._corpus_chosen)

    def _start(self) -> None:
        settings = self.settings
        self._starter.begin(lambda: self._begin(*settings))

    def _begin(self, name: str, kind: str, epochs: int, steps: int) -> Run:
        """Build the model and begin; on the worker's thread."""
        from dlwidgets.training import fit

        corpus, tokenizer = self._load(name)
        self._starter.say("Building the model…")
        model = _compiled(kind, tokenizer.size)
        book = kind == "lstm"
        batches = windows(
            corpus.text,
            tokenizer,
            window=_WINDOW,
            step=3 if book else 7,
            batch_size=128 if book else 32,
            one_hot=book,
            targets="last" if book else "all",
        )
        run = fit(
            model,
            batches.repeat(),
            epochs=epochs,
            steps_per_epoch=steps,
            shuffle=False,
            start=False,
        )
        self.panel.show(run)
        run.start()
        self.sampler.follow(run, tokenizer, corpus=corpus.text)
        return run


def _compiled(kind: str, vocabulary: int) -> Any:
    keras = load_keras()
    if kind == "lstm":
        model = char_lstm(vocabulary, window=_WINDOW)
        optimizer = keras.optimizers.RMSprop(0.01)
    else:
        model = char_gru(vocabulary, units=(192,))
        optimizer = keras.optimizers.Adam(0.004, clipnorm=1.0)
    model.compile(optimizer, "sparse_categorical_crossentropy")
    return model
