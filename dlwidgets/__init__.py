"""Jupyter widgets that make Keras training something you can watch, steer and look inside.

``dl.fit(model, x, y, ...)`` takes what ``model.fit`` takes, trains in the background, and
returns a `Run`; showing it in a notebook shows its panel. Importing this package imports neither
TensorFlow nor a widget library.

The examples in this package take for granted ``import dlwidgets as dl`` and
``import numpy as np``.

Example:
    >>> import dlwidgets as dl
    >>> digits = dl.data.load("digits").normalized()
    >>> model = dl.models.compiled("mlp", input_shape=(8, 8, 1), classes=10)
    >>> run = dl.fit(model, digits.x_train, digits.y_train, epochs=10)
    >>> run.pause(); run.learning_rate = 1e-4; run.resume()
    >>> len(run.wait().history["loss"])
    10
"""

from __future__ import annotations

import importlib
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from dlwidgets._messages import set_language

if TYPE_CHECKING:
    from dlwidgets import data as data
    from dlwidgets import generate as generate
    from dlwidgets import inspect as inspect
    from dlwidgets import training as training
    from dlwidgets import vision as vision
    from dlwidgets import widgets as widgets
    from dlwidgets.training import Live as Live
    from dlwidgets.training import Run as Run
    from dlwidgets.training import fit as fit
    from dlwidgets.widgets import ActivationViewer as ActivationViewer
    from dlwidgets.widgets import Chart as Chart
    from dlwidgets.widgets import Compare as Compare
    from dlwidgets.widgets import ConfusionMatrix as ConfusionMatrix
    from dlwidgets.widgets import DrawPad as DrawPad
    from dlwidgets.widgets import DreamStudio as DreamStudio
    from dlwidgets.widgets import EmbeddingView as EmbeddingView
    from dlwidgets.widgets import Figure as Figure
    from dlwidgets.widgets import FilterDashboard as FilterDashboard
    from dlwidgets.widgets import FilterViewer as FilterViewer
    from dlwidgets.widgets import GanDashboard as GanDashboard
    from dlwidgets.widgets import GanMonitor as GanMonitor
    from dlwidgets.widgets import HeatmapViewer as HeatmapViewer
    from dlwidgets.widgets import ImageGrid as ImageGrid
    from dlwidgets.widgets import LatentDashboard as LatentDashboard
    from dlwidgets.widgets import LatentExplorer as LatentExplorer
    from dlwidgets.widgets import LayerInspector as LayerInspector
    from dlwidgets.widgets import LookInsideDashboard as LookInsideDashboard
    from dlwidgets.widgets import MistakesDashboard as MistakesDashboard
    from dlwidgets.widgets import ModelGraph as ModelGraph
    from dlwidgets.widgets import PredictionBrowser as PredictionBrowser
    from dlwidgets.widgets import StyleStudio as StyleStudio
    from dlwidgets.widgets import TextDashboard as TextDashboard
    from dlwidgets.widgets import TextSampler as TextSampler
    from dlwidgets.widgets import TrainDashboard as TrainDashboard
    from dlwidgets.widgets import TrainingPanel as TrainingPanel
    from dlwidgets.widgets import WhereItLooksDashboard as WhereItLooksDashboard

try:
    __version__ = version("dlwidgets")
except PackageNotFoundError:  # run from a checkout that was not installed
    __version__ = "0.1.0"

_MODULES = ("data", "generate", "inspect", "models", "training", "vision", "widgets")
_HOMES = {
    "fit": "dlwidgets.training",
    "Live": "dlwidgets.training",
    "Run": "dlwidgets.training",
    "ActivationViewer": "dlwidgets.widgets",
    "Chart": "dlwidgets.widgets",
    "Compare": "dlwidgets.widgets",
    "ConfusionMatrix": "dlwidgets.widgets",
    "DrawPad": "dlwidgets.widgets",
    "DreamStudio": "dlwidgets.widgets",
    "EmbeddingView": "dlwidgets.widgets",
    "Figure": "dlwidgets.widgets",
    "FilterDashboard": "dlwidgets.widgets",
    "FilterViewer": "dlwidgets.widgets",
    "GanDashboard": "dlwidgets.widgets",
    "GanMonitor": "dlwidgets.widgets",
    "HeatmapViewer": "dlwidgets.widgets",
    "ImageGrid": "dlwidgets.widgets",
    "LatentDashboard": "dlwidgets.widgets",
    "LatentExplorer": "dlwidgets.widgets",
    "MistakesDashboard": "dlwidgets.widgets",
    "PredictionBrowser": "dlwidgets.widgets",
    "LookInsideDashboard": "dlwidgets.widgets",
    "ModelGraph": "dlwidgets.widgets",
    "TextDashboard": "dlwidgets.widgets",
    "TextSampler": "dlwidgets.widgets",
    "LayerInspector": "dlwidgets.widgets",
    "StyleStudio": "dlwidgets.widgets",
    "TrainDashboard": "dlwidgets.widgets",
    "TrainingPanel": "dlwidgets.widgets",
    "WhereItLooksDashboard": "dlwidgets.widgets",
}

__all__ = [
    "ActivationViewer",
    "Chart",
    "Compare",
    "ConfusionMatrix",
    "DrawPad",
    "DreamStudio",
    "EmbeddingView",
    "Figure",
    "FilterDashboard",
    "FilterViewer",
    "GanDashboard",
    "GanMonitor",
    "HeatmapViewer",
    "ImageGrid",
    "LatentDashboard",
    "LatentExplorer",
    "LayerInspector",
    "Live",
    "LookInsideDashboard",
    "MistakesDashboard",
    "ModelGraph",
    "PredictionBrowser",
    "Run",
    "StyleStudio",
    "TextDashboard",
    "TextSampler",
    "TrainDashboard",
    "TrainingPanel",
    "WhereItLooksDashboard",
    "__version__",
    "data",
    "fit",
    "generate",
    "inspect",
    "models",
    "set_language",
    "training",
    "vision",
    "widgets",
]


def _connect_display() -> None:
    """Let a Run show itself as a panel, without the engines knowing of widgets."""
    from dlwidgets.training.run import Run

    def show(run: Run) -> dict[str, Any]:
        widgets = importlib.import_module("dlwidgets.widgets")
        bundle: dict[str, Any] = widgets.panel_bundle(run)
        return bundle

    Run.display = staticmethod(show)


def __getattr__(name: str) -> Any:
    if name in _MODULES:
        return importlib.import_module(f"dlwidgets.{name}")
    if name in _HOMES:
        value = getattr(importlib.import_module(_HOMES[name]), name)
        if name == "Live":
            widgets = importlib.import_module("dlwidgets.widgets")
            value.show = staticmethod(widgets.show_live)
        return value
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    return sorted(__all__)


_connect_display()
