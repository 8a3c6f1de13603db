"""Engines that tell what a model consists of, and what its weights and predictions are worth."""

from __future__ import annotations

from dlwidgets.inspect.layers import LayerError, find_layer, functional, layers_of

__all__ = [
    "LayerError",
    "find_layer",
    "functional",
    "layers_of",
]
