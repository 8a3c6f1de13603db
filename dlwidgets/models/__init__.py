"""Small classic models to begin with, built for the data at hand."""

from __future__ import annotations

from dlwidgets.models.builders import batch_norm_cnn, line_neuron, mlp, small_cnn
from dlwidgets.models.catalog import OPTIMIZERS, Choice, catalog, compiled

__all__ = [
    "OPTIMIZERS",
    "Choice",
    "batch_norm_cnn",
    "catalog",
    "compiled",
    "line_neuron",
    "mlp",
    "small_cnn",
]
