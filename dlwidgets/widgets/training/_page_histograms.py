"""How values are distributed at each moment of a page of one file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.inspect.histograms import HistogramSeries, histogram, series_of
from dlwidgets.recording import RecordingError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dlwidgets.recording import Histogram, RecordedRun, SnapshotInfo
    from dlwidgets.widgets.training._page_parts import Bytes

_MAX_EACH = 16  # of a kind
_BINS = 40
_KINDS = ("gradients", "activations")


def histograms_of(
    rec: RecordedRun, moments: Sequence[SnapshotInfo], store: Bytes
) -> list[dict[str, Any]]:
    """Return distributions of the weights of each snapshot, and of what was recorded beside it.

    Args:
        rec: The run.
        moments: The snapshots.
        store: Takes the bytes.
    """
    if not moments:
        return []
    return [*_of_weights(rec, moments, store), *_recorded(rec, moments, store)]


def _of_weights(
    rec: RecordedRun, moments: Sequence[SnapshotInfo], store: Bytes
) -> list[dict[str, Any]]:
    found: dict[str, list[Any]] = {}
    rows: list[int] = []
    for row, moment in enumerate(moments):
        try:
            weights = rec.weights(moment.step)
        except RecordingError:
            continue
        rows.append(row)
        for name, values in weights.items():
            if values.dtype.kind == "f" and values.size > 1:
                found.setdefault(name, []).append(histogram(values))
    steps = [moments[row].step for row in rows]
    names = [name for name, each in found.items() if len(each) == len(rows)]
    return [
        {
            "kind": "weights",
            "name": name,
            **_drawn(series_of(steps, found[name]), rows, len(moments), store),
        }
        for name in _first(names)
    ]


def _recorded(
    rec: RecordedRun, moments: Sequence[SnapshotInfo], store: Bytes
) -> list[dict[str, Any]]:
    """Gradients and activations, recorded at steps of their own: those next to each moment."""
    found: dict[str, dict[str, list[Histogram]]] = {kind: {} for kind in _KINDS}
    for name, series in rec.histograms().items():
        kind, _, rest = name.partition("/")
        if kind in found and rest and series:
            found[kind][rest] = series
    everywhere = list(range(len(moments)))
    return [
        {
            "kind": kind,
            "name": name,
            **_drawn(_next_to(moments, by_name[name]), everywhere, len(moments), store),
        }
        for kind, by_name in found.items()
        for name in _first(list(by_name))
    ]


def _first(names: list[str]) -> list[str]:
    """Some names, in their order: kernels tell more than biases, and stay where there are many."""
    chosen = set(sorted(names, key=lambda n: n.endswith(("bias", "gamma", "beta")))[:_MAX_EACH])
    return [name for name in names if name in chosen]


def _next_to(moments: Sequence[SnapshotInfo], series: list[Histogram]) -> HistogramSeries:
    steps = np.array([one.step for one in series])
    chosen = [series[int(np.abs(steps - moment.step).argmin())] for moment in moments]
    low = np.array([one.low for one in chosen], np.float64)
    high = np.array([one.high for one in chosen], np.float64)
    counts = np.array([one.counts for one in chosen], np.float64)
    places = np.array([(m.step, m.epoch, m.time) for m in moments], np.float64)
    step, epoch, time = places.T
    return HistogramSeries(step.astype(np.int64), epoch, time, low, high, counts)


def _drawn(
    series: HistogramSeries, places: list[int], moments: int, store: Bytes
) -> dict[str, Any]:
    """One distribution at the moments at these places, in bins that all have in common."""
    sound = np.isfinite(series.low) & np.isfinite(series.high)
    low = float(series.low[sound].min()) if sound.any() else 0.0
    high = float(series.high[sound].max()) if sound.any() else 0.0
    if not high > low:
        low, high = low - 0.5, high + 0.5
    drawn = np.zeros((moments, _BINS), np.uint8)
    ranges: list[list[float] | None] = [None] * moments
    counts = series[np.flatnonzero(sound)].rebinned(low, high, _BINS)
    for row, at in enumerate(np.flatnonzero(sound).tolist()):
        drawn[places[at]] = np.round(255 * counts[row] / max(float(counts[row].max()), 1e-9))
        ranges[places[at]] = [float(series.low[at]), float(series.high[at])]
    return {
        "low": low,
        "high": high,
        "bins": _BINS,
        "counts": store.add(drawn.tobytes()),
        "ranges": ranges,
    }
