"""The Look-inside page: linked views of everything inside a model during training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import ipywidgets
import numpy as np

from dlwidgets._messages import tr
from dlwidgets.widgets.dashboards._classifier_page import MAP_METHOD, ClassifierPage
from dlwidgets.widgets.dashboards._page_fields import page_form
from dlwidgets.widgets.dashboards._tries_of_vision import LOOK_INSIDE
from dlwidgets.widgets.inspect.confusion_matrix import ConfusionMatrix
from dlwidgets.widgets.inspect.embedding_view import EmbeddingView
from dlwidgets.widgets.inspect.layer_inspector import LayerInspector
from dlwidgets.widgets.inspect.model_graph import ModelGraph
from dlwidgets.widgets.inspect.prediction_browser import PredictionBrowser
from dlwidgets.widgets.inspect.sample_answer import SampleAnswer
from dlwidgets.widgets.training.histograms import Histograms
from dlwidgets.widgets.vision.activation_viewer import ActivationViewer
from dlwidgets.widgets.vision.draw_pad import DrawPad
from dlwidgets.widgets.vision.filter_viewer import FilterViewer
from dlwidgets.widgets.vision.heatmap_viewer import HeatmapViewer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel
    from dlwidgets.data import Dataset
    from dlwidgets.training.run import Run
    from dlwidgets.widgets._core.change import Change

_PROBE = 128  # training samples for gradients and dead units
_GRAPH_HEIGHT = 640  # pixels


class LookInsideDashboard(ClassifierPage):
    """Dashboard with all views of a model. A layer or image selected in one is selected in all.

    Args:
        start: Whether to start training as soon as the page is visible.

    Attributes:
        panel: The `TrainingPanel`.
        graph: The `ModelGraph`, with feature maps.
        answer: The `SampleAnswer`: the selected image, predicted and true class.
        activations: The `ActivationViewer`.
        heatmap: The `HeatmapViewer`.
        inspector: The `LayerInspector`.
        histograms: The `Histograms` of weights, gradients, activations and predictions.
        filters: The `FilterViewer`.
        browser: The `PredictionBrowser`.
        confusion: The `ConfusionMatrix`.
        embedding: The `EmbeddingView`.
        draw: The `DrawPad`.
        upper: The tabs between the graph and the predictions.
        lower: The tabs below the graph.
        run: The current Run, `None` before the first.

    Example:
        >>> dl.LookInsideDashboard()  # doctest: +SKIP
    """

    css_class = "dlw-look-inside"
    page_name = "look-inside"
    tries = LOOK_INSIDE
    views_code = """\
dl.ModelGraph(run, x, y, names)
dl.ActivationViewer(run, x, y, names, value_range=(0.0, 1.0))
dl.HeatmapViewer(run, x, y, names, methods=["grad_cam_plus_plus"], value_range=(0.0, 1.0))
dl.LayerInspector(run, data.x_train[:128], data.y_train[:128])
dl.Histograms(run, data.x_train[:128], data.y_train[:128], class_names=names)
dl.FilterViewer(run, value_range=(0.0, 1.0))
browser = dl.PredictionBrowser(run, x, y, names)
browser
dl.ConfusionMatrix(browser=browser)
dl.EmbeddingView(run, x, y, names)
"""
    first_dataset: ClassVar[str] = "digits28"
    epochs_small: ClassVar[int] = 200
    graph: ModelGraph
    answer: SampleAnswer
    activations: ActivationViewer
    heatmap: HeatmapViewer
    inspector: LayerInspector
    histograms: Histograms
    filters: FilterViewer
    browser: PredictionBrowser
    confusion: ConfusionMatrix
    embedding: EmbeddingView
    draw: DrawPad

    def views(self) -> Mapping[str, ipywidgets.Widget]:
        """Return the eleven views."""
        browser = PredictionBrowser(title=tr("Held-out images"))
        activations = ActivationViewer()
        graph = ModelGraph(
            viewer=activations,
            height=_GRAPH_HEIGHT,
            empty_text=tr("The model appears here, with an image that runs through it."),
        )
        return {
            "graph": graph,
            "answer": SampleAnswer(graph),
            "activations": activations,
            "heatmap": HeatmapViewer(methods=(MAP_METHOD,)),
            "inspector": LayerInspector(),
            "histograms": Histograms(),
            "filters": FilterViewer(),
            "browser": browser,
            "confusion": ConfusionMatrix(browser=browser),
            "embedding": EmbeddingView(),
            "draw": DrawPad(method=MAP_METHOD),
        }

    def arrange(self) -> Sequence[ipywidgets.Widget]:
        """Return the controls, the selected image, the graph beside tabs, and further tabs."""
        _bar, *charts = self.panel.children
        self.upper = _tabs(
            (tr("Feature maps"), self.activations),
            (tr("Where it looks"), self.heatmap),
            (tr("Weights"), self.inspector),
            (tr("Filters"), self.filters),
        )
        self.lower = _tabs(
            (tr("Curves"), ipywidgets.VBox(charts)),
            (tr("Confusion"), self.confusion),
            (tr("Embedding"), self.embedding),
            (tr("Draw"), self.draw),
            (tr("Histograms"), self.histograms),
        )
        top = ipywidgets.Box([self.graph, self.upper, self.browser])
        top.add_class("dlw-look-inside-top")
        form = page_form(self._fields.values(), *self.messages(), self.tools)
        return [form, self.head(), self.answer, top, self.lower]

    # -- links between the views ---------------------------------------------------------------

    def connect(self) -> None:
        """Link the selected layer and image of the views, and wake the visible ones."""
        super().connect()
        self.image_view = self.browser
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
            view.observe(self._on_layer, "layer")
        for view in self._of_images:
            view.observe(self._on_image, "index")
        for tabs in (self.upper, self.lower):
            tabs.observe(lambda _: self._wake(), "selected_index")
        self._wake()

    def _on_layer(self, change: Change[str]) -> None:
        for view in self._of_layers:
            if view is not change["owner"] and change["new"]:
                view.layer = change["new"]

    def _on_image(self, change: Change[int]) -> None:
        for view in self._of_images:
            if view is not change["owner"] and change["new"] >= 0:
                view.index = change["new"]

    def show_tab(self, view: ipywidgets.Widget) -> None:
        """Bring a view to the front of its tabs.

        Args:
            view: A view of this page.
        """
        for tabs in (self.upper, self.lower):
            if view in tabs.children:
                tabs.selected_index = tabs.children.index(view)

    def select_worst(self) -> bool:
        """Select the image with the highest loss in all views, if there are predictions.

        Returns:
            Whether there are.
        """
        judged = self.browser.judging.judged
        if judged is None or not np.isfinite(judged.loss).any():
            return False
        self.browser.index = int(np.nanargmax(judged.loss))
        return True

    def _wake(self) -> None:
        """Let only the visible views follow the run."""
        shown = {
            tabs.children[tabs.selected_index]
            for tabs in (self.upper, self.lower)
            if tabs.selected_index is not None
        }
        for view in (
            self.activations,
            self.heatmap,
            self.inspector,
            self.histograms,
            self.filters,
            self.embedding,
            self.draw,
        ):
            view.follower.awake = view in shown
        # It shows the predictions of the browser, which is always in sight.
        self.confusion.awake = self.confusion in shown

    # -- training ------------------------------------------------------------------------------

    def show(
        self,
        source: KerasModel | Run,
        dataset: Dataset,
        x: NDArray[Any],
        y: NDArray[Any],
        names: list[str],
    ) -> None:
        """Show a model or a run in all views."""
        unit = (0.0, 1.0)
        self.activations.show(source, x, y, names, value_range=unit)
        self.graph.show(source, x, y, names, name=self.shown_name)
        self.heatmap.show(source, x, y, names, value_range=unit)
        probe = (dataset.x_train[:_PROBE], dataset.y_train[:_PROBE])
        self.inspector.show(source, *probe)
        self.histograms.show(source, *probe, class_names=names)
        self.filters.show(source, value_range=unit)
        self.browser.show(source, x, y, names)
        self.embedding.show(source, x, y, names)
        self.draw.show(source, names)


def _tabs(*parts: tuple[str, ipywidgets.Widget]) -> ipywidgets.Tab:
    tabs = ipywidgets.Tab([view for _, view in parts], selected_index=0)
    for i, (title, _) in enumerate(parts):
        tabs.set_title(i, title)
    tabs.add_class("dlw-look-inside-tabs")
    return tabs
