"""Facts about a layer as texts, and figures of its weights."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._formatting import format_bytes, format_count, format_number, format_percent
from dlwidgets._messages import join_messages, tr, trn
from dlwidgets.inspect.summary import shapes_text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets.inspect.summary import LayerSummary, ModelSummary
    from dlwidgets.inspect.tracking import Moment
    from dlwidgets.inspect.weights import DeadUnits, WeightStats

COLUMNS: list[dict[str, Any]] = [
    {"name": tr("Layer")},
    {"name": tr("Type")},
    {"name": tr("Output"), "hint": tr("Shape of the output for one sample.")},
    {
        "name": tr("Parameters"),
        "numeric": True,
        "hint": tr("Number of weights, trainable or not."),
    },
    {
        "name": tr("Multiply-adds"),
        "numeric": True,
        "hint": tr("Multiplications, each with an addition, for one sample."),
    },
]

_MAX_RIDGES = 16
_ACCENT = "#1f6fd6"


def table_rows(summary: ModelSummary) -> list[list[str]]:
    """Return a row of the table per layer, in the order of `COLUMNS`.

    Args:
        summary: The model.
    """
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


def parameters_text(summary: ModelSummary) -> str:
    """Return the number of a model's parameters as text.

    Args:
        summary: The model.
    """
    if summary.non_trainable:
        return trn(
            "{n} parameter, {fixed} of them not trainable",
            "{n} parameters, {fixed} of them not trainable",
            summary.parameters,
            fixed=summary.non_trainable,
        )
    return trn("{n} parameter", "{n} parameters", summary.parameters)


def totals(summary: ModelSummary) -> str:
    """Return the size of a model as text.

    Args:
        summary: The model.
    """
    work = summary.multiply_adds
    return join_messages(
        [
            parameters_text(summary),
            format_bytes(summary.weight_bytes),
            ""
            if work is None
            else tr("{count} multiply-adds per sample", count=format_count(work)),
        ],
        " · ",
    )


def facts(
    row: LayerSummary, stats: WeightStats | None, dead: DeadUnits | None
) -> list[tuple[str, str]]:
    """Return name and text of everything that is known about a layer.

    Args:
        row: The layer.
        stats: Its weights, if it has any.
        dead: Its dead units, if it has ReLU and there are samples.
    """
    found: list[tuple[str, str]] = [
        (tr("Type"), _type_text(row)),
        (tr("Settings"), row.configuration),
        (
            tr("Shape"),
            f"{shapes_text(row.input_shapes) or '?'} → {shapes_text(row.output_shapes) or '?'}",
        ),
        (tr("Parameters"), str(row.formula) if row.parameters else tr("none")),
        ("", row.formula.words if row.parameters else ""),
        (tr("Trainable"), _trainable_text(row)),
        (tr("Memory"), _memory_text(row)),
        (tr("Multiply-adds"), _work_text(row)),
        (
            tr("Receptive field"),
            tr("{field} of the input", field=row.field_words) if row.field_words else "",
        ),
    ]
    if stats is not None:
        found.append((tr("Current weights"), stats_text(stats)))
    if dead is not None:
        found.append((tr("Dead units"), _dead_text(dead)))
    return [(name, text) for name, text in found if text]


def _type_text(row: LayerSummary) -> str:
    if row.calls == 1:
        return row.type
    return tr("{type}, called {n} times with the same weights", type=row.type, n=row.calls)


def _trainable_text(row: LayerSummary) -> str:
    if row.trainable == row.parameters:
        return ""
    return tr("{trainable} of {total}", trainable=row.trainable, total=row.parameters)


def _memory_text(row: LayerSummary) -> str:
    weights = format_bytes(row.weight_bytes)
    if row.output_bytes is None:
        return tr("weights {weights}", weights=weights) if row.weight_bytes else ""
    output = format_bytes(row.output_bytes)
    if not row.weight_bytes:
        return tr("output {output} per sample", output=output)
    return tr("weights {weights}, output {output} per sample", weights=weights, output=output)


def _work_text(row: LayerSummary) -> str:
    if row.multiply_adds is None:
        return tr("unknown, because a size isn't fixed or the layer isn't one of Keras's own")
    return tr("{n} per sample", n=row.multiply_adds) if row.multiply_adds else ""


def _dead_text(dead: DeadUnits) -> str:
    return tr(
        "{dead} of {units} ({percent}) for the probe samples",
        dead=dead.count,
        units=len(dead.dead),
        percent=format_percent(dead.share),
    )


def stats_text(stats: WeightStats) -> str:
    """Return mean, standard deviation, range and share near zero as text.

    Args:
        stats: The weights of a layer.
    """
    if not stats.size:
        return tr("none")
    if stats.not_finite == stats.size:
        return tr("NaN: training has diverged")
    text = tr(
        "mean {mean}, standard deviation {std}, from {minimum} to {maximum}, {percent} near zero",
        mean=format_number(stats.mean),
        std=format_number(stats.std),
        minimum=format_number(stats.minimum),
        maximum=format_number(stats.maximum),
        percent=format_percent(stats.near_zero, 1),
    )
    nan = trn("{n} weight is NaN", "{n} weights are NaN", stats.not_finite)
    return join_messages([text, nan if stats.not_finite else ""], "; ")


def histogram(stats: WeightStats) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return a histogram of the current weights: traces and layout.

    Args:
        stats: The weights of a layer.
    """
    bars = {
        "type": "bar",
        "x": (stats.edges[:-1] + stats.edges[1:]) / 2,
        "y": stats.counts,
        "width": stats.edges[1:] - stats.edges[:-1],
        "marker": {"color": _ACCENT, "line": {"width": 0}},
        "hovertemplate": "%{x:.3g}: %{y:,}<extra></extra>",
    }
    layout = {
        "title": {"text": tr("Current weights")},
        "xaxis": {"title": {"text": tr("weight")}},
        "yaxis": {"title": {"text": tr("count")}},
        "showlegend": False,
        "bargap": 0,
        "margin": {"l": 52, "r": 12, "t": 40, "b": 40},
    }
    return [bars], layout


def ridge(moments: list[Moment]) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Return the distribution of the weights during training: a curve per moment, newest in front.

    Args:
        moments: The history of a layer.
    """
    usable = [m for m in moments if m.stats.counts.sum() > 0]
    every = max(1, math.ceil(len(usable) / _MAX_RIDGES))
    shown = usable[::-every][::-1]
    last = len(shown) - 1
    curves = []
    for i, moment in enumerate(shown):
        stats = moment.stats
        middles = (stats.edges[:-1] + stats.edges[1:]) / 2
        # All curves have the same height: they show where the weights are.
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
                "name": tr("after step {step}", step=moment.step),
                "hoverinfo": "name",
            }
        )
    labels = {last - i: f"{shown[i].step:,}" for i in _some(len(shown))}
    layout = {
        "title": {"text": tr("Weights during training, without the bias")},
        "xaxis": {"title": {"text": tr("weight")}},
        "yaxis": {
            "title": {"text": tr("after step")},
            "tickvals": list(labels),
            "ticktext": list(labels.values()),
            "zeroline": False,
            "showgrid": False,
        },
        "showlegend": False,
        "margin": {"l": 64, "r": 12, "t": 40, "b": 40},
    }
    return curves, layout


def stretched(images: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return images of a long and narrow matrix with its cells widened.

    Args:
        images: Shape (n, height, width).
    """
    height, width = images.shape[1:3]
    for axis, side, other in ((1, height, width), (2, width, height)):
        if other > 4 * side:
            return np.repeat(images, other // (4 * side) + 1, axis)
    return images


def _some(n: int) -> list[int]:
    """Return at most six indices, always with the first and the last."""
    return sorted({round(i * (n - 1) / 5) for i in range(6)}) if n > 6 else list(range(n))
