"""The Look-inside page: a network learns, and every view of it is linked with every other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets

from dlwidgets import models
from dlwidgets._tensorflow import load_keras, warm_up
from dlwidgets.widgets._fields.labeled import (
    ACTS_LATER,
    batch_size_field,
    data_field,
    epochs_field,
    model_field,
    page_form,
    remark,
    seed_field,
)
from dlwidgets.widgets.dashboards._page import RunLauncher, TrainingPage
from dlwidgets.widgets.inspect.confusion_matrix import ConfusionMatrix
from dlwidgets.widgets.inspect.embedding_view import EmbeddingView
from dlwidgets.widgets.inspect.layer_inspector import LayerInspector
from dlwidgets.widgets.inspect.model_graph import ModelGraph
from dlwidgets.widgets.inspect.prediction_browser import PredictionBrowser
from dlwidgets.widgets.training.panel import TrainingPanel
from dlwidgets.widgets.vision.activation_viewer import ActivationViewer
from dlwidgets.widgets.vision.draw_pad import DrawPad
from dlwidgets.widgets.vision.filter_viewer import FilterViewer
from dlwidgets.widgets.vision.heatmap_viewer import HeatmapViewer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dlwidgets.data import Dataset
    from dlwidgets.training.run import Run
    from dlwidgets.widgets._core.change import Change

_DATASETS = ("digits", "mnist", "fashion_mnist", "cifar10")
_MODELS = ("small_cnn", "batch_norm_cnn", "mlp")
_EPOCHS = {"digits": 200}
_PROBE = 128  # training samples for gradients and dead units
_SHOWN = 2000  # held-out images at most: enough to browse, quick to judge again and again


class LookInsideDashboard(TrainingPage, ipywidgets.VBox):
    """One Run and all views of its inside: choosing a layer or an image in one chooses it in all.

    Args:
        start: Whether to begin to train as soon as a page shows it.

    Attributes:
        panel: The `TrainingPanel`.
        graph: The `ModelGraph`.
        activations: The `ActivationViewer`.
        heatmap: The `HeatmapViewer`.
        inspector: The `LayerInspector`.
        filters: The `FilterViewer`.
        browser: The `PredictionBrowser`.
        confusion: The `ConfusionMatrix`.
        embedding: The `EmbeddingView`.
        draw: The `DrawPad`.

    Example:
        >>> dl.LookInsideDashboard()  # doctest: +SKIP
    """

    def __init__(self, *, start: bool = True) -> None:
        self.dataset, self.model = data_field(_DATASETS), model_field(_MODELS)
        self.batch_size, self.epochs, self.seed = (
            batch_size_field(),
            epochs_field(200),
            seed_field(),
        )
        form = page_form(
            [self.dataset, self.model, self.batch_size, self.epochs, self.seed], remark(ACTS_LATER)
        )
        self.panel = TrainingPanel(
            on_start=self._start, empty_text="Press Start: every step's loss appears here."
        )
        self._starter = RunLauncher(self.panel.bar, "start-look-inside")
        self.graph = ModelGraph()
        self.activations, self.heatmap = ActivationViewer(), HeatmapViewer()
        self.inspector, self.filters = LayerInspector(), FilterViewer()
        self.browser = PredictionBrowser(title="Held-out images")
        self.confusion = ConfusionMatrix(browser=self.browser)
        self.embedding, self.draw = EmbeddingView(), DrawPad()
        curves = ipywidgets.VBox(self.panel.children[1:])
        self.upper = _tabs(
            ("Feature maps", self.activations),
            ("Where it looks", self.heatmap),
            ("Weights", self.inspector),
            ("Filters", self.filters),
        )
        self.lower = _tabs(
            ("Predictions", self.browser),
            ("Curves", curves),
            ("Confusion", self.confusion),
            ("Embedding", self.embedding),
            ("Draw", self.draw),
        )
        top = ipywidgets.Box([self.graph, self.upper])
        top.add_class("dlw-look-inside-top")
        super().__init__([form, self.panel.bar, top, self.lower])
        self.add_class("dlw-look-inside")
        self._link()
        self.panel.bar.model_name = models.catalog()[self.model.value].title
        self.dataset.observe(self._data_changed, "value")
        warm_up()
        if start:
            self.panel.bar.when_seen(self._start)

    def _views(self) -> Sequence[ipywidgets.Widget]:
        return (*self._of_layers, *self._of_images, self.confusion, self.draw)

    # -- links between the views ---------------------------------------------------------------

    def _link(self) -> None:
        self._of_layers: Sequence[Any] = (
            self.graph,
            self.activations,
            self.heatmap,
            self.inspector,
            self.filters,
        )
        self._of_images: Sequence[Any] = (
            self.browser,
            self.activations,
            self.heatmap,
            self.embedding,
        )
        for view in self._of_layers:
            view.observe(self._layer_chosen, "layer")
        for view in self._of_images:
            view.observe(self._image_chosen, "index")
        for tabs in (self.upper, self.lower):
            tabs.observe(lambda _: self._wake(), "selected_index")
        self._wake()

    def _layer_chosen(self, change: Change[str | None]) -> None:
        for view in self._of_layers:
            if view is not change["owner"] and change["new"]:
                view.layer = change["new"]

    def _image_chosen(self, change: Change[int]) -> None:
        for view in self._of_images:
            if view is not change["owner"] and change["new"] >= 0:
                view.index = change["new"]

    def _wake(self) -> None:
        """Let only what is in sight follow the training."""
        shown = {
            tabs.children[tabs.selected_index]
            for tabs in (self.upper, self.lower)
            if tabs.selected_index is not None
        }
        for view in (
            self.activations,
            self.heatmap,
            self.inspector,
            self.filters,
            self.embedding,
            self.draw,
        ):
            view.follower.awake = view in shown
        # The matrix shows the browser's answers.
        self.browser.judging.follower.awake = bool(shown & {self.browser, self.confusion})

    # -- training ------------------------------------------------------------------------------

    def _data_changed(self, change: Change[str]) -> None:
        self.epochs.value = _EPOCHS.get(change["new"], 5)

    def _start(self) -> None:
        settings = (
            self.dataset.value,
            self.model.value,
            self.batch_size.value,
            self.epochs.value,
            self.seed.value,
        )
        self._starter.begin(lambda: self._begin(*settings))

    def _begin(self, name: str, kind: str, batch_size: int, epochs: int, seed: int) -> Run:
        """Load the data, build the model, and begin; on the starter's thread."""
        from dlwidgets.training import fit

        dataset = self._starter.load(name)
        self._starter.say("Building the model…")
        load_keras().utils.set_random_seed(seed)
        model = models.compiled(
            kind,
            input_shape=dataset.input_shape,
            classes=dataset.num_classes,
            optimizer="adam",
            learning_rate=0.001,
        )
        run = fit(
            model,
            dataset.x_train,
            dataset.y_train,
            batch_size=batch_size,
            epochs=epochs,
            validation_data=(dataset.x_test[:_SHOWN], dataset.y_test[:_SHOWN]),
            validation_batch_size=512,
            start=False,
        )
        self.panel.show(run)
        self._show(run, dataset)
        run.start()
        return run

    def _show(self, run: Run, dataset: Dataset) -> None:
        x, y = dataset.x_test[:_SHOWN], dataset.y_test[:_SHOWN]
        names = list(dataset.class_names)
        unit = (0.0, 1.0)
        self.graph.show(run)
        self.activations.show(
            run, x, labels=[names[int(i)] for i in y], class_names=names, value_range=unit
        )
        self.heatmap.show(run, x, y, names, value_range=unit)
        probe = slice(0, _PROBE)
        self.inspector.show(run, dataset.x_train[probe], dataset.y_train[probe])
        self.filters.show(run, value_range=unit)
        self.browser.show(run, x, y, names)
        self.embedding.show(run, x, y, names)
        self.draw.show(run, names)


def _tabs(*parts: tuple[str, ipywidgets.Widget]) -> ipywidgets.Tab:
    tabs = ipywidgets.Tab([view for _, view in parts], selected_index=0)
    for i, (title, _) in enumerate(parts):
        tabs.set_title(i, title)
    tabs.add_class("dlw-look-inside-tabs")
    return tabs
