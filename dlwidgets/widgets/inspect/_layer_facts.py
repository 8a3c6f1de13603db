"""What there is to say about a layer, in names and texts, and its weights as figures."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._formatting import format_bytes, format_count, format_number, format_percent
from dlwidgets.inspect.summary import shapes_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets.inspect.summary import LayerSummary, ModelSummary
    from dlwidgets.inspect.tracking import Moment
    from dlwidgets.inspect.weights import DeadUnits, WeightStats

COLUMNS: list[dict[str, Any]] = [
    {"name": "Layer"},
    {"name": "Type"},
    {"name": "Output", "hint": "Shape of the output for one sample"},
    {"name": "Parameters", "numeric": True, "hint": "Weights, trainable or not"},
    {
        "name": "Multiply-adds",
        "numeric": True,
        "hint": "Multiplications, each with an addition, for one sample",
    },
]

_MOST_RIDGES = 16
_ACCENT = "#1f6fd6"


def table_rows(summary: ModelSummary) -> list[list[str]]:
    """A row of the table per layer, in the order of `COLUMNS`."""
    return [
        [
            row.name,
            row.type + (f" ×{row.calls}" if row.calls > 1 else ""),
            shapes_text(row.output_shapes) or "?",
            f"{row.parameters:,}",
            "?" if row.multiply_adds is None else format_count(row.multiply_adds),
        ]
        for row in summary.layers
    ]


def totals(summary: ModelSummary) -> str:
    """A model's size in a sentence."""
    text = f"{summary.parameters:,} parameters"
    if summary.non_trainable:
        text += f", {summary.non_trainable:,} of them not trainable"
    text += f" · {format_bytes(summary.weight_bytes)}"
    if summary.multiply_adds is not None:
        text += f" · {format_count(summary.multiply_adds)} multiply-adds per sample"
    return text


def facts(
    row: LayerSummary, stats: WeightStats | None, dead: DeadUnits | None
) -> list[tuple[str, str]]:
    """Name and text of everything that is known about a layer; empty texts left out."""
    shapes = f"{shapes_text(row.input_shapes) or '?'} → {shapes_text(row.output_shapes) or '?'}"
    shared = f", called {row.calls} times with the same weights" if row.calls > 1 else ""
    memory = f"{format_bytes(row.weight_bytes)} of weights" if row.weight_bytes else ""
    if row.output_bytes is not None:
        output = f"{format_bytes(row.output_bytes)} of output per sample"
        memory = f"{memory}, {output}" if memory else output
    work = row.multiply_adds
    found = [
        ("Type", row.type + shared),
        ("Settings", row.configuration),
        ("Shape", shapes),
        ("Parameters", str(row.formula) if row.parameters else "none"),
        ("", row.formula.words if row.parameters else ""),
        (
            "Trainable",
            f"{row.trainable:,} of {row.parameters:,}" if row.trainable != row.parameters else "",
        ),
        ("Memory", memory),
        (
            "Multiply-adds",
            "not known: a size is not fixed, or the layer is not one of Keras's own"
            if work is None
            else (f"{work:,} per sample" if work else ""),
        ),
        ("Sees", row.field_words and f"{row.field_words} of the input"),
    ]
    if stats is not None:
        found.append(("Weights now", stats_words(stats)))
    if dead is not None:
        n = len(dead.dead)
        words = "none" if not dead.count else f"{dead.count:,}"
        found.append(
            ("Dead units", f"{words} of {n:,} ({format_percent(dead.share)}) on the probe samples")
        )
    return [(name, text) for name, text in found if text]


def stats_words(stats: WeightStats) -> str:
    """Mean, deviation, range and share near zero, in words."""
    if not stats.size or stats.not_finite == stats.size:
        return "not a number: the training has diverged" if stats.size else "none"
    text = (
        f"mean {format_number(stats.mean)}, standard deviation {format_number(stats.std)}, "
        f"{format_number(stats.minimum)} to {format_number(stats.maximum)}, "
        f"{format_percent(stats.near_zero, 1)} near zero"
    )
    if stats.not_finite:
        text += f"; {stats.not_finite:,} are not a number"
    return text


def histogram(stats: WeightStats) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The weights of now as bars."""
    bars = {
        "type": "bar",
        "x": (stats.edges[:-1] + stats.edges[1:]) / 2,
        "y": stats.counts,
        "width": stats.edges[1:] - stats.edges[:-1],
        "marker": {"color": _ACCENT, "line": {"width": 0}},
        "hovertemplate": "%{y:,} weights around %{x:.3g}<extra></extra>",
    }
    layout = {
        "title": {"text": "Weights now"},
        "xaxis": {"title": {"text": "weight"}},
        "yaxis": {"title": {"text": "count"}},
        "showlegend": False,
        "bargap": 0,
        "margin": {"l": 52, "r": 12, "t": 40, "b": 40},
    }
    return [bars], layout


def ridge(moments: list[Moment]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The weights' distribution through the training: a curve per moment, the newest in front."""
    usable = [m for m in moments if m.stats.counts.sum() > 0]
    every = max(1, math.ceil(len(usable) / _MOST_RIDGES))
    shown = usable[::-every][::-1]
    last = len(shown) - 1
    curves = []
    for i, moment in enumerate(shown):
        stats = moment.stats
        middles = (stats.edges[:-1] + stats.edges[1:]) / 2
        # Each curve is as high as all others: what moves is where the weights are.
        heights = 2.2 * stats.counts / stats.counts.max()
        base = float(last - i)
        curves.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": np.concatenate([middles[:1], middles, middles[-1:]]),
                "y": base + np.concatenate([[0.0], heights, [0.0]]),
                "fill": "toself",
                "line": {"color": _ACCENT, "width": 1.2},
                "fillcolor": f"rgba(31, 111, 214, {0.12 + 0.38 * i / max(1, last):.2f})",
                "hoveron": "fills",
                "name": f"after step {moment.step:,}",
                "hoverinfo": "name",
            }
        )
    labels = {last - i: f"{shown[i].step:,}" for i in _some(len(shown))}
    layout = {
        "title": {"text": "Weights through the training, without the bias"},
        "xaxis": {"title": {"text": "weight"}},
        "yaxis": {
            "title": {"text": "after step"},
            "tickvals": list(labels),
            "ticktext": list(labels.values()),
            "zeroline": False,
            "showgrid": False,
        },
        "showlegend": False,
        "margin": {"l": 64, "r": 12, "t": 40, "b": 40},
    }
    return curves, layout


def stretched(pictures: NDArray[np.float32]) -> NDArray[np.float32]:
    """Pictures of a long and narrow matrix with its cells widened, so that they can be seen."""
    height, width = pictures.shape[1:3]
    for axis, side, other in ((1, height, width), (2, width, height)):
        if other > 4 * side:
            return np.repeat(pictures, other // (4 * side) + 1, axis)
    return pictures


def _some(n: int) -> list[int]:
    """At most six indices, the first and the last among them."""
    return sorted({round(i * (n - 1) / 5) for i in range(6)}) if n > 6 else list(range(n))
