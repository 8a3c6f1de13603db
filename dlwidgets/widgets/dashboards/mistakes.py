"""The Mistakes page: which classes are confused, on which images, and how sure the model was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets
import traitlets

from dlwidgets import models
from dlwidgets._tensorflow import load_keras, warm_up
from dlwidgets.data.registry import SPECS
from dlwidgets.widgets._fields.labeled import (
    ACTS_LATER,
    batch_size_field,
    data_field,
    epochs_field,
    field,
    model_field,
    page_form,
    remark,
    seed_field,
)
from dlwidgets.widgets.dashboards._page import RunLauncher, TrainingPage
from dlwidgets.widgets.inspect.confusion_matrix import ConfusionMatrix
from dlwidgets.widgets.inspect.embedding_view import EmbeddingView
from dlwidgets.widgets.inspect.prediction_browser import PredictionBrowser
from dlwidgets.widgets.training.panel import TrainingPanel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dlwidgets.data import Dataset
    from dlwidgets.training.run import Run
    from dlwidgets.widgets._core.change import Change

_DATASETS = ("digits", "mnist", "fashion_mnist", "cifar10")
_MODELS = ("mlp", "small_cnn", "batch_norm_cnn")
_EPOCHS = {"digits": 60}
_ALL = -1  # the question "which class is it?"


class MistakesDashboard(TrainingPage, ipywidgets.VBox):
    """One Run, and everything about its mistakes: choosing a sample in one view chooses it in all.

    Args:
        start: Whether to begin to train as soon as a page shows it.

    Attributes:
        question: What the model is to tell: -1 for the class, else whether it is this one.
        panel: The `TrainingPanel`.
        confusion: The `ConfusionMatrix`.
        browser: The `PredictionBrowser`.
        embedding: The `EmbeddingView`.

    Example:
        >>> dl.MistakesDashboard()  # doctest: +SKIP
    """

    def __init__(self, *, start: bool = True) -> None:
        self.dataset, self.model = data_field(_DATASETS), model_field(_MODELS)
        self.question = field(ipywidgets.Dropdown, "Question", options=_questions("digits"))
        self.batch_size, self.epochs, self.seed = batch_size_field(), epochs_field(60), seed_field()
        fields = (self.dataset, self.question, self.model, self.batch_size, self.epochs, self.seed)
        form = page_form(fields, remark(ACTS_LATER))
        self.panel = TrainingPanel(
            on_start=self._start, empty_text="Press Start: every step's loss appears here."
        )
        self._starter = RunLauncher(self.panel.bar, "start-mistakes")
        self.browser = PredictionBrowser(title="Images that it never trained on")
        self.confusion = ConfusionMatrix(browser=self.browser)
        self.embedding = EmbeddingView(title="The last hidden layer")
        self._link = traitlets.link((self.browser, "index"), (self.embedding, "index"))
        # The matrix before the curves: it is what the page is about.
        super().__init__(
            [
                form,
                self.panel.bar,
                self.confusion,
                self.browser,
                self.embedding,
                *self.panel.children[1:],
            ]
        )
        self.add_class("dlw-mistakes")
        self.panel.bar.model_name = models.catalog()[self.model.value].title
        self.dataset.observe(self._data_changed, "value")
        warm_up()
        if start:
            self.panel.bar.when_seen(self._start)

    def close(self) -> None:
        """Take the page's widgets off it; a training that runs is stopped."""
        self._link.unlink()
        super().close()

    def _views(self) -> Sequence[ipywidgets.Widget]:
        return (self.confusion, self.browser, self.embedding)

    def _data_changed(self, change: Change[str]) -> None:
        self.epochs.value = _EPOCHS.get(change["new"], 5)
        self.question.options = _questions(change["new"])
        self.question.value = _ALL

    def _start(self) -> None:
        settings = {
            "name": self.dataset.value,
            "wanted": self.question.value,
            "kind": self.model.value,
            "batch_size": self.batch_size.value,
            "epochs": self.epochs.value,
            "seed": self.seed.value,
        }
        self._starter.begin(lambda: self._begin(**settings))

    def _begin(
        self, *, name: str, wanted: int, kind: str, batch_size: int, epochs: int, seed: int
    ) -> Run:
        """Load the data, build the model, and begin; on the starter's thread."""
        from dlwidgets.training import fit

        dataset = self._starter.load(name)
        self._starter.say("Building the model…")
        load_keras().utils.set_random_seed(seed)
        y_train, y_test, names = _asked(dataset, wanted)
        model = models.compiled(kind, input_shape=dataset.input_shape, classes=len(names))
        run = fit(
            model,
            dataset.x_train,
            y_train,
            batch_size=batch_size,
            epochs=epochs,
            validation_data=(dataset.x_test, y_test),
            validation_batch_size=512,
            start=False,
        )
        self.panel.show(run)
        self.confusion.show(run, dataset.x_test, y_test, names)
        self.embedding.show(run, dataset.x_test, y_test, names)
        run.start()
        return run


def _questions(name: str) -> list[tuple[str, int]]:
    names = SPECS[name].class_names
    return [("Which class is it?", _ALL), *((f"Is it “{n}”?", i) for i, n in enumerate(names))]


def _asked(dataset: Dataset, wanted: int) -> tuple[Any, Any, list[str]]:
    """Classes of both parts as the question has them, and their names."""
    if wanted == _ALL:
        return dataset.y_train, dataset.y_test, list(dataset.class_names)
    name = dataset.class_names[wanted]
    yes = [(y == wanted).astype("int64") for y in (dataset.y_train, dataset.y_test)]
    return yes[0], yes[1], [f"not {name}", name]
