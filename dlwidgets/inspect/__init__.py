"""What a model consists of, and how good its weights and predictions are."""

from __future__ import annotations

from dlwidgets._canceled import CanceledError
from dlwidgets.inspect import diagnosis
from dlwidgets.inspect._final_activation import FinalActivation
from dlwidgets.inspect.graph import Edge, Graph, Node, graph
from dlwidgets.inspect.histograms import (
    Histogram,
    HistogramSeries,
    histogram,
    quantiles,
    rebin,
    series_of,
)
from dlwidgets.inspect.kernels import KernelImages, kernel_images
from dlwidgets.inspect.layers import LayerError, find_layer, layers_of
from dlwidgets.inspect.model_outputs import ModelOutput, final_activation, outputs_of
from dlwidgets.inspect.outcomes import Outcomes, outcomes
from dlwidgets.inspect.probing import Answers, Probing, histograms_of
from dlwidgets.inspect.projection import Projection, project
from dlwidgets.inspect.scoring import Scores, ThresholdCurve, confusion, scores, threshold_curve
from dlwidgets.inspect.summary import LayerSummary, ModelSummary, summarize
from dlwidgets.inspect.traced_model import LayerCall, TracedModel
from dlwidgets.inspect.tracing import TracingError, functional, trace
from dlwidgets.inspect.tracking import GradientProbe, LayerHistory, Moment, update_ratio
from dlwidgets.inspect.vectors import embedding_layers, embedding_vectors, hidden_vectors, predict
from dlwidgets.inspect.weights import DeadUnits, WeightStats, dead_units, weight_stats

__all__ = [
    "Answers",
    "CanceledError",
    "DeadUnits",
    "Edge",
    "FinalActivation",
    "GradientProbe",
    "Graph",
    "Histogram",
    "HistogramSeries",
    "KernelImages",
    "LayerCall",
    "LayerError",
    "LayerHistory",
    "LayerSummary",
    "ModelOutput",
    "ModelSummary",
    "Moment",
    "Node",
    "Outcomes",
    "Probing",
    "Projection",
    "Scores",
    "ThresholdCurve",
    "TracedModel",
    "TracingError",
    "WeightStats",
    "confusion",
    "dead_units",
    "diagnosis",
    "embedding_layers",
    "embedding_vectors",
    "final_activation",
    "find_layer",
    "functional",
    "graph",
    "hidden_vectors",
    "histogram",
    "histograms_of",
    "kernel_images",
    "layers_of",
    "outcomes",
    "outputs_of",
    "predict",
    "project",
    "quantiles",
    "rebin",
    "scores",
    "series_of",
    "summarize",
    "threshold_curve",
    "trace",
    "update_ratio",
    "weight_stats",
]
