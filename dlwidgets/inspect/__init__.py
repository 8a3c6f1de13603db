"""Engines that tell what a model consists of, and what its weights and predictions are worth."""

from __future__ import annotations

from dlwidgets.inspect.graph import Edge, Graph, Node, graph
from dlwidgets.inspect.layers import LayerError, find_layer, functional, layers_of
from dlwidgets.inspect.summary import LayerSummary, ModelSummary, summarize

__all__ = [
    "Edge",
    "Graph",
    "LayerError",
    "LayerSummary",
    "ModelSummary",
    "Node",
    "find_layer",
    "functional",
    "graph",
    "layers_of",
    "summarize",
]
