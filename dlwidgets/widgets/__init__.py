"""Views: widgets that show what the engines do. They hold no numerics."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

from dlwidgets.training.run_engine import engine_of
from dlwidgets.widgets.dashboards._train_form import TrainForm
from dlwidgets.widgets.dashboards.filters import FilterDashboard
from dlwidgets.widgets.dashboards.gan import GanDashboard
from dlwidgets.widgets.dashboards.latent import LatentDashboard
from dlwidgets.widgets.dashboards.look_inside import LookInsideDashboard
from dlwidgets.widgets.dashboards.mistakes import MistakesDashboard
from dlwidgets.widgets.dashboards.text import TextDashboard
from dlwidgets.widgets.dashboards.train import TrainDashboard
from dlwidgets.widgets.dashboards.where_it_looks import WhereItLooksDashboard
from dlwidgets.widgets.generate.gan_monitor import GanMonitor
from dlwidgets.widgets.generate.latent_explorer import LatentExplorer
from dlwidgets.widgets.generate.text_sampler import TextSampler
from dlwidgets.widgets.inspect.confusion_matrix import ConfusionMatrix
from dlwidgets.widgets.inspect.embedding_view import EmbeddingView
from dlwidgets.widgets.inspect.layer_inspector import LayerInspector
from dlwidgets.widgets.inspect.model_graph import ModelGraph
from dlwidgets.widgets.inspect.prediction_browser import PredictionBrowser
from dlwidgets.widgets.primitives.channel_map import ChannelMap
from dlwidgets.widgets.primitives.chart import Chart
from dlwidgets.widgets.primitives.choice_table import ChoiceTable
from dlwidgets.widgets.primitives.class_bars import ClassBars
from dlwidgets.widgets.primitives.compare import Compare
from dlwidgets.widgets.primitives.download_button import DownloadButton
from dlwidgets.widgets.primitives.figure import Figure
from dlwidgets.widgets.primitives.heat_overlay import HeatOverlay
from dlwidgets.widgets.primitives.image_grid import ImageGrid
from dlwidgets.widgets.primitives.latent_pad import LatentPad
from dlwidgets.widgets.primitives.run_bar import RunBar
from dlwidgets.widgets.primitives.text_stream import TextStream
from dlwidgets.widgets.primitives.webcam import Webcam
from dlwidgets.widgets.training.panel import TrainingPanel
from dlwidgets.widgets.training.predictions import Predictions
from dlwidgets.widgets.vision.activation_viewer import ActivationViewer
from dlwidgets.widgets.vision.draw_pad import DrawPad
from dlwidgets.widgets.vision.dream_studio import DreamStudio
from dlwidgets.widgets.vision.filter_viewer import FilterViewer
from dlwidgets.widgets.vision.heatmap_viewer import HeatmapViewer
from dlwidgets.widgets.vision.style_studio import StyleStudio

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
        left = not run.state.ended and engine_of(run).steering.on_training_thread()
        if left:
            engine_of(run).abandon(getattr(result, "error_in_exec", None))
        if left or run.state.ended:
            shell.events.unregister("post_run_cell", cell_is_over)

    shell.events.register("post_run_cell", cell_is_over)
