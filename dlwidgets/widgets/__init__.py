"""Views: widgets that show what the engines do. They hold no numerics."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

from dlwidgets.widgets.activation_viewer import ActivationViewer
from dlwidgets.widgets.channel_map import ChannelMap
from dlwidgets.widgets.chart import Chart
from dlwidgets.widgets.choice_table import ChoiceTable
from dlwidgets.widgets.class_bars import ClassBars
from dlwidgets.widgets.compare import Compare
from dlwidgets.widgets.confusion_matrix import ConfusionMatrix
from dlwidgets.widgets.download import DownloadButton
from dlwidgets.widgets.draw_pad import DrawPad
from dlwidgets.widgets.dream_studio import DreamStudio
from dlwidgets.widgets.embedding_view import EmbeddingView
from dlwidgets.widgets.figure import Figure
from dlwidgets.widgets.filter_dashboard import FilterDashboard
from dlwidgets.widgets.filter_viewer import FilterViewer
from dlwidgets.widgets.gan_dashboard import GanDashboard
from dlwidgets.widgets.gan_monitor import GanMonitor
from dlwidgets.widgets.heat_overlay import HeatOverlay
from dlwidgets.widgets.heatmap_viewer import HeatmapViewer
from dlwidgets.widgets.image_grid import ImageGrid
from dlwidgets.widgets.latent_dashboard import LatentDashboard
from dlwidgets.widgets.latent_explorer import LatentExplorer
from dlwidgets.widgets.latent_pad import LatentPad
from dlwidgets.widgets.layer_inspector import LayerInspector
from dlwidgets.widgets.look_inside_dashboard import LookInsideDashboard
from dlwidgets.widgets.mistakes_dashboard import MistakesDashboard
from dlwidgets.widgets.model_graph import ModelGraph
from dlwidgets.widgets.prediction_browser import PredictionBrowser
from dlwidgets.widgets.predictions import Predictions
from dlwidgets.widgets.run_bar import RunBar
from dlwidgets.widgets.style_studio import StyleStudio
from dlwidgets.widgets.text_dashboard import TextDashboard
from dlwidgets.widgets.text_sampler import TextSampler
from dlwidgets.widgets.text_stream import TextStream
from dlwidgets.widgets.train_dashboard import TrainDashboard
from dlwidgets.widgets.train_form import TrainForm
from dlwidgets.widgets.training_panel import TrainingPanel
from dlwidgets.widgets.webcam import Webcam
from dlwidgets.widgets.where_it_looks import WhereItLooksDashboard

if TYPE_CHECKING:
    from dlwidgets.training.run import Run

__all__ = [
    "ActivationViewer",
    "ChannelMap",
    "Chart",
    "ChoiceTable",
    "ClassBars",
    "Compare",
    "ConfusionMatrix",
    "DownloadButton",
    "DrawPad",
    "DreamStudio",
    "EmbeddingView",
    "Figure",
    "FilterDashboard",
    "FilterViewer",
    "GanDashboard",
    "GanMonitor",
    "HeatOverlay",
    "HeatmapViewer",
    "ImageGrid",
    "LatentDashboard",
    "LatentExplorer",
    "LatentPad",
    "LayerInspector",
    "LookInsideDashboard",
    "MistakesDashboard",
    "ModelGraph",
    "PredictionBrowser",
    "Predictions",
    "RunBar",
    "StyleStudio",
    "TextDashboard",
    "TextSampler",
    "TextStream",
    "TrainDashboard",
    "TrainForm",
    "TrainingPanel",
    "Webcam",
    "WhereItLooksDashboard",
    "panel_bundle",
    "panel_of",
    "show_live",
]

_panels: weakref.WeakKeyDictionary[Run, TrainingPanel] = weakref.WeakKeyDictionary()


def panel_of(run: Run) -> TrainingPanel:
    """The panel that shows a Run wherever it is displayed."""
    panel = _panels.get(run)
    if panel is None or panel.comm is None:
        panel = _panels[run] = TrainingPanel(run)
    return panel


def panel_bundle(run: Run) -> dict[str, Any]:
    """What a notebook shows for a Run: its panel, or plain text where there are no widgets."""
    bundle = dict(panel_of(run)._repr_mimebundle_() or {})
    bundle["text/plain"] = repr(run)
    return bundle


def show_live(run: Run) -> None:
    """Display the panel of a Run that is about to begin in a blocking `fit`.

    Keras tells nobody that a `fit` was left by an exception, such as an interrupt between two
    steps. That the cell is over tells it.
    """
    from IPython.core.getipython import get_ipython
    from IPython.display import display

    display(panel_of(run))
    shell = get_ipython()
    if shell is None:
        return

    def cell_is_over(result: Any = None) -> None:
        # A cell that ends on another thread says nothing about this fit.
        left = not run.state.ended and run.steering.on_training_thread()
        if left:
            run.abandon(getattr(result, "error_in_exec", None))
        if left or run.state.ended:
            shell.events.unregister("post_run_cell", cell_is_over)

    shell.events.register("post_run_cell", cell_is_over)
