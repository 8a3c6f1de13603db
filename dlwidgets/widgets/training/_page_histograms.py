"""How values were distributed over a run, as a page of one file shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.inspect.histograms import HistogramSeries, histogram, series_of
from dlwidgets.recording import RecordingError
from dlwidgets.widgets.primitives.histogram_plot import pack_histograms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dlwidgets.recording import Histogram, RecordedRun, SnapshotInfo
    from dlwidgets.widgets.training._page_parts import Bytes

_MAX_EACH = 16  # of a kind
_MAX_STEPS = 40
_KINDS = ("weights", "gradients", "activations")


def histograms_of(
    rec: RecordedRun, moments: Sequence[SnapshotInfo], store: Bytes
) -> list[dict[str, Any]]:
    """Return distributions of weights, gradients and activations over the steps of a run.

    Args:
        rec: The run.
        moments: Snapshots, whose weights are counted where no histograms were recorded.
        store: Takes the bytes.
    """
    found: dict[str, dict[str, HistogramSeries]] = {kind: {} for kind in _KINDS}
    for name, series in rec.histograms().items():
        kind, _, rest = name.partition("/")
        if kind in found and rest and series:
            found[kind][rest] = _joined(series)
    found["weights"] = found["weights"] or _of_weights(rec, moments)
    return [
        {"kind": kind, **_plot(series, store)} for kind, series in found.items() if _first(series)
    ]


def _joined(series: list[Histogram]) -> HistogramSeries:
    """Recorded histograms as a series; those with other bins than the last are left out."""
    like = [one for one in series if one.counts.shape == series[-1].counts.shape]
    numbers = np.array([(h.step, h.epoch, h.time, h.low, h.high) for h in like], np.float64)
    step, epoch, time, low, high = numbers.T
    counts = np.array([one.counts for one in like], np.float64)
    return HistogramSeries(step.astype(np.int64), epoch, time, low, high, counts)


def _of_weights(rec: RecordedRun, moments: Sequence[SnapshotInfo]) -> dict[str, HistogramSeries]:
    counted: dict[str, list[Any]] = {}
    kept: list[SnapshotInfo] = []
    for moment in moments:
        try:
            weights = rec.weights(moment.step)
        except RecordingError:
            continue
        kept.append(moment)
        for name, values in weights.items():
            if values.dtype.kind == "f" and values.size > 1:
                counted.setdefault(name, []).append(histogram(values))
    step, epoch, time = ([getattr(m, of) for m in kept] for of in ("step", "epoch", "time"))
    return {
        name: series_of(step, each, epoch=epoch, time=time)
        for name, each in counted.items()
        if len(each) == len(kept)
    }


def _first(series: dict[str, HistogramSeries]) -> list[str]:
    """Some names, in their order: kernels tell more than biases, and stay where there are many."""
    small = ("bias", "gamma", "beta")
    chosen = set(sorted(series, key=lambda name: name.endswith(small))[:_MAX_EACH])
    return [name for name in series if name in chosen]


def _plot(series: dict[str, HistogramSeries], store: Bytes) -> dict[str, Any]:
    """The names, and what the plot takes as its snapshot."""
    few = {name: series[name].thinned(_MAX_STEPS) for name in _first(series)}
    bins = max(one.counts.shape[1] for one in few.values())
    few = {name: one for name, one in few.items() if one.counts.shape[1] == bins}
    return {
        "names": list(few),
        "snapshot": {
            "generation": 0,
            "number": 1,
            "bins": bins,
            "series": {
                name: {"count": len(one), "data": store.add(pack_histograms(one))}
                for name, one in few.items()
            },
        },
    }
