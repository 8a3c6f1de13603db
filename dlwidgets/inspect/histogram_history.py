"""Histograms by name, as they come during a run or were recorded."""

from __future__ import annotations

import math
import threading
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.inspect.histograms import HistogramSeries, no_histograms, series_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dlwidgets.inspect.histograms import Histogram
    from dlwidgets.training.recorder import Recorder

MAX_KEPT = 2000
"""Most histograms kept of a name; beyond, those of neighboring steps are merged."""

_PENDING = 32  # new ones that are kept apart, so that adding one costs little


class HistogramHistory:
    """The histograms of several arrays. It can be used from any thread.

    Example:
        >>> from dlwidgets.inspect.histogram_history import HistogramHistory
        >>> history = HistogramHistory()
        >>> history.add(0, {"weights/w": dl.inspect.histogram(np.ones(3))})
        ['weights/w']
        >>> len(history.series("weights/w"))
        1
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[str, HistogramSeries] = {}
        self._pending: dict[str, list[tuple[int, float, float, Histogram]]] = {}

    @property
    def names(self) -> list[str]:
        """The names, in the order in which they came first."""
        with self._lock:
            return list(self._kept)

    def last(self, name: str) -> int:
        """Return the step of the newest histogram of a name; -1 for none."""
        with self._lock:
            return self._last(name)

    def add(
        self, step: int, found: Mapping[str, Histogram], *, epoch: float = 0.0, time: float = 0.0
    ) -> list[str]:
        """Add histograms of one step.

        Args:
            step: Steps done.
            found: By name.
            epoch: The same in epochs.
            time: The same in seconds of training.

        Returns:
            The names that have one more. Those that have one of this step or a later one are left
            as they are.
        """
        with self._lock:
            added = [name for name in found if step > self._last(name)]
            for name in added:
                self._kept.setdefault(name, no_histograms())
                pending = self._pending.setdefault(name, [])
                pending.append((step, epoch, time, found[name]))
                if len(pending) >= _PENDING:
                    self._settle(name)
            return added

    def extend(self, name: str, series: HistogramSeries) -> HistogramSeries:
        """Add what is later than the newest histogram of a name, and return that part of it."""
        with self._lock:
            news = series[np.flatnonzero(series.step > self._last(name))]
            self._settle(name)
            self._kept[name] = _joined(self._kept.get(name, no_histograms()), news)
            return news

    def series(self, name: str) -> HistogramSeries:
        """Return all histograms of a name; none for an unknown one."""
        with self._lock:
            self._settle(name)
            return self._kept.get(name, no_histograms())

    def _last(self, name: str) -> int:
        pending = self._pending.get(name)
        if pending:
            return pending[-1][0]
        kept = self._kept.get(name)
        return int(kept.step[-1]) if kept is not None and len(kept) else -1

    def _settle(self, name: str) -> None:
        pending = self._pending.pop(name, [])
        if pending:
            step, epoch, time, found = zip(*pending, strict=True)
            news = series_of(step, found, epoch=epoch, time=time)
            self._kept[name] = _joined(self._kept[name], news)


def _joined(before: HistogramSeries, news: HistogramSeries) -> HistogramSeries:
    if not len(before) or before.counts.shape[1] != news.counts.shape[1]:
        joined = news if len(news) else before
    else:
        joined = before.then(news) if len(news) else before
    return joined if len(joined) <= MAX_KEPT else joined.thinned(MAX_KEPT // 2)


def place_of(recorder: Recorder, step: int) -> tuple[float, float]:
    """Return epoch and seconds of a step, as a run has recorded them.

    Args:
        recorder: Of the run.
        step: Steps done.
    """
    rows = recorder.steps.rows()
    if not len(rows) or step <= 0:
        return 0.0, 0.0
    row = min(len(rows) - 1, int(np.searchsorted(rows.step, step)))
    return float(rows.epoch[row]), float(rows.time[row])


def recorded_series(
    found: Mapping[str, Sequence[Any]], recorder: Recorder
) -> dict[str, HistogramSeries]:
    """Return recorded histograms as series.

    Args:
        found: By name, as `RecordedRun.histograms` gives them.
        recorder: Of the recorded run, for epochs and times that weren't recorded.
    """
    series: dict[str, HistogramSeries] = {}
    places: dict[int, tuple[float, float]] = {}
    for name, histograms in found.items():
        width = len(histograms[-1].counts)
        kept = [one for one in histograms if len(one.counts) == width]
        for one in kept:
            if one.step not in places:
                known = not (math.isnan(one.epoch) or math.isnan(one.time))
                places[one.step] = (one.epoch, one.time) if known else place_of(recorder, one.step)
        series[name] = series_of(
            [one.step for one in kept],
            kept,
            epoch=[places[one.step][0] for one in kept],
            time=[places[one.step][1] for one in kept],
        )
    return series
