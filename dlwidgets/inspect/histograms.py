"""Histograms of arrays, and how they develop over the steps of a run."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

BINS = 30
"""Bins of a histogram, as many as TensorBoard's default."""

QUANTILES = (0.0, 0.0668, 0.1587, 0.3085, 0.5, 0.6915, 0.8413, 0.9332, 1.0)
"""The shares of the lines in TensorBoard's distributions: of a normal distribution the minimum, the
mean and 0.5, 1 and 1.5 standard deviations on both sides of it, and the maximum."""

_SAMPLE = 1 << 18
"""How many numbers of a larger array are counted: always the same random ones."""


@dataclass(frozen=True, eq=False)
class Histogram:
    """How many values lie in each of several bins of the same width.

    All values equal: `low` and `high` are that value, and the last bin has all of them, as in
    TensorBoard. No finite values: both are 0, and so are all counts.

    Attributes:
        low: The smallest finite value.
        high: The largest.
        counts: Values per bin, int64, shape (bins,). A bin has its left edge and not its right one;
            the last bin has both.
        not_finite: How many values are NaN or infinite; they are in no bin.
    """

    low: float
    high: float
    counts: NDArray[np.int64]
    not_finite: int = 0

    @property
    def edges(self) -> NDArray[np.float64]:
        """The edges of the bins, shape (bins + 1,)."""
        return np.linspace(self.low, self.high, len(self.counts) + 1)

    @property
    def total(self) -> int:
        """How many values there are in all bins."""
        return int(self.counts.sum())


def histogram(values: Any, bins: int = BINS) -> Histogram:
    """Return the histogram of an array from its smallest to its largest finite value.

    Of an array with more than 262,144 numbers, as many of them are counted, always at the same
    random places, and the counts are scaled up. So a large array costs about 3 ms at most.

    Args:
        values: Real numbers, an array of any shape.
        bins: How many bins, at least 1.

    Raises:
        ValueError: No bins, or complex numbers.

    Example:
        >>> found = dl.inspect.histogram(np.array([0.0, 1.0, 1.0, 4.0]), bins=2)
        >>> found.counts.tolist(), found.low, found.high
        ([3, 1], 0.0, 4.0)
    """
    if bins < 1:
        raise ValueError(tr("Expected `bins` of at least 1. Received: {bins}", bins=repr(bins)))
    array = np.asarray(values)
    if array.dtype.kind == "c":
        message = tr("Expected real numbers. Received: dtype {dtype}", dtype=array.dtype)
        raise ValueError(message)
    flat = array.ravel()
    size = flat.size
    if size > _SAMPLE:
        flat = flat[_places(size)]
    # NumPy knows bfloat16 and other small floats, which an extension defines, only as raw bytes.
    if flat.dtype not in (np.float32, np.float64):
        flat = flat.astype(np.float64)
    counted = flat.size
    low, high = (float(flat.min()), float(flat.max())) if counted else (0.0, 0.0)
    if not np.isfinite(low) or not np.isfinite(high):
        flat = flat[np.isfinite(flat)]
        low, high = (float(flat.min()), float(flat.max())) if flat.size else (0.0, 0.0)
    counts = _counts(flat, low, high, bins)
    scale = size / counted if counted else 1.0
    if scale != 1.0:
        counts = np.rint(counts * scale).astype(np.int64)
    return Histogram(low, high, counts, round((counted - flat.size) * scale))


def _counts(flat: NDArray[Any], low: float, high: float, bins: int) -> NDArray[np.int64]:
    """Values per bin."""
    if low == high:
        counts = np.zeros(bins, np.int64)
        counts[-1] = flat.size
        return counts
    with np.errstate(over="ignore"):
        wide = not np.isfinite(high - low)
    if wide:  # wider than a float64 can say
        return _counts(flat / 4, low / 4, high / 4, bins)
    try:
        return np.histogram(flat, bins, range=(low, high))[0].astype(np.int64)
    except ValueError:  # neighbors among the floating-point numbers: their bins have no width
        places = (flat.astype(np.float64) - low) / (high - low) * bins
        return np.bincount(np.minimum(places.astype(np.intp), bins - 1), minlength=bins)


@functools.lru_cache(maxsize=16)
def _places(size: int) -> NDArray[np.intp]:
    """Random places in an array of this size, in ascending order."""
    return np.sort(np.random.default_rng(0).integers(0, size, _SAMPLE))


@dataclass(frozen=True, eq=False)
class HistogramSeries:
    """The histograms of one array at several steps of a run.

    Attributes:
        step: Steps done at each, ascending, int64, shape (n,).
        epoch: The same in epochs, float64, shape (n,).
        time: The same in seconds of training, float64, shape (n,).
        low: The smallest value at each, float64, shape (n,).
        high: The largest value at each, float64, shape (n,).
        counts: Values per bin, float64, shape (n, bins).
    """

    step: NDArray[np.int64]
    epoch: NDArray[np.float64]
    time: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    counts: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.step)

    def __getitem__(self, index: slice | NDArray[np.intp]) -> HistogramSeries:
        """Return some of the histograms."""
        return HistogramSeries(
            self.step[index],
            self.epoch[index],
            self.time[index],
            self.low[index],
            self.high[index],
            self.counts[index],
        )

    def then(self, later: HistogramSeries) -> HistogramSeries:
        """Return these histograms and later ones."""
        return HistogramSeries(
            np.concatenate([self.step, later.step]),
            np.concatenate([self.epoch, later.epoch]),
            np.concatenate([self.time, later.time]),
            np.concatenate([self.low, later.low]),
            np.concatenate([self.high, later.high]),
            np.concatenate([self.counts, later.counts]),
        )

    def quantiles(self, shares: Sequence[float] = QUANTILES) -> NDArray[np.float64]:
        """Return the values below which given shares of all values lie, as the bins tell.

        Args:
            shares: From 0 to 1, shape (k,).

        Returns:
            Shape (n, k). NaN where a histogram is empty.
        """
        return quantiles(self.low, self.high, self.counts, shares)

    def rebinned(self, low: float, high: float, bins: int = BINS) -> NDArray[np.float64]:
        """Return the counts in bins that all steps have in common; see `rebin`.

        Args:
            low: Where the first bin begins.
            high: Where the last one ends.
            bins: How many.

        Returns:
            Shape (n, bins). What lies outside is left out.
        """
        return rebin(self.low, self.high, self.counts, np.linspace(low, high, bins + 1))

    def thinned(self, most: int) -> HistogramSeries:
        """Return at most so many histograms: those of neighboring steps are merged.

        The steps are divided into intervals of the same length. All histograms in one become one
        over their whole range, with their mean counts, at the last of their steps. The first
        histogram stays as it is.

        Args:
            most: At least 2.
        """
        n = len(self)
        if n <= most:
            return self
        first, span = int(self.step[0]), max(1, int(self.step[-1] - self.step[0]))
        place = (self.step - first - 1) * (most - 1) // span
        place[self.step == first] = -1
        place = np.minimum(place, most - 2)
        begins = np.flatnonzero(np.diff(place, prepend=place[0] - 1))
        ends = np.append(begins[1:], n)
        low = np.minimum.reduceat(self.low, begins)
        high = np.maximum.reduceat(self.high, begins)
        group = np.repeat(np.arange(len(begins)), ends - begins)
        bins = self.counts.shape[1]
        shares = (np.arange(bins + 1) / bins)[None, :]
        edges = (low[:, None] * (1 - shares) + high[:, None] * shares)[group]
        summed = np.add.reduceat(rebin(self.low, self.high, self.counts, edges), begins)
        counts = summed / (ends - begins)[:, None]
        last = ends - 1
        return HistogramSeries(
            self.step[last], self.epoch[last], self.time[last], low, high, counts
        )


def no_histograms(bins: int = BINS) -> HistogramSeries:
    """Return a series without histograms.

    Args:
        bins: Of those that are to follow.
    """
    none = np.zeros(0)
    return HistogramSeries(none.astype(np.int64), none, none, none, none, np.zeros((0, bins)))


def series_of(
    step: ArrayLike,
    histograms: Sequence[Histogram],
    *,
    epoch: ArrayLike | None = None,
    time: ArrayLike | None = None,
) -> HistogramSeries:
    """Return histograms of the same number of bins as a series.

    Args:
        step: Steps done at each, ascending, shape (n,).
        histograms: n of them.
        epoch: The same in epochs; `None` for 0.
        time: The same in seconds; `None` for 0.

    Example:
        >>> both = [dl.inspect.histogram(values) for values in ([0.0, 1.0], [0.0, 2.0])]
        >>> series = dl.inspect.series_of([0, 100], both)
        >>> series.quantiles([0.0, 1.0]).tolist()
        [[0.0, 1.0], [0.0, 2.0]]
    """
    steps = np.asarray(step, np.int64)
    if not len(steps):
        return no_histograms()
    zeros = np.zeros(len(steps))
    return HistogramSeries(
        steps,
        zeros if epoch is None else np.asarray(epoch, np.float64),
        zeros if time is None else np.asarray(time, np.float64),
        np.array([one.low for one in histograms]),
        np.array([one.high for one in histograms]),
        np.array([one.counts for one in histograms], np.float64),
    )


def quantiles(
    low: ArrayLike, high: ArrayLike, counts: ArrayLike, shares: Sequence[float] = QUANTILES
) -> NDArray[np.float64]:
    """Return the values below which given shares of the values of histograms lie.

    Within a bin the values count as spread evenly.

    Args:
        low: Where the first bin of each begins, shape (n,).
        high: Where the last bin ends, shape (n,).
        counts: Values per bin, shape (n, bins).
        shares: From 0 to 1, shape (k,).

    Returns:
        Shape (n, k). NaN where a histogram is empty.

    Example:
        >>> dl.inspect.quantiles([0.0], [4.0], [[1, 1, 1, 1]], [0.25, 0.5]).tolist()
        [[1.0, 2.0]]
    """
    begins, ends = np.asarray(low, np.float64), np.asarray(high, np.float64)
    amounts = np.asarray(counts, np.float64)
    n, bins = amounts.shape
    sums = np.concatenate([np.zeros((n, 1)), np.cumsum(amounts, axis=1)], axis=1)
    wanted = np.asarray(shares, np.float64)[None, :] * sums[:, -1:]
    # The first bin that reaches the sum. Empty ones before the first value and after the last are
    # left out, so that 0 and 1 give the first and the last value's bin.
    at = (sums[:, None, 1:] < wanted[:, :, None]).sum(axis=2)
    filled = amounts > 0
    first = np.argmax(filled, axis=1)[:, None]
    last = (bins - 1 - np.argmax(filled[:, ::-1], axis=1))[:, None]
    at = np.clip(at, first, last)
    inside = np.take_along_axis(amounts, at, axis=1)
    before = np.take_along_axis(sums, at, axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        part = np.clip((wanted - before) / inside, 0.0, 1.0)
    place = (at + part) / bins
    found: NDArray[np.float64] = begins[:, None] * (1 - place) + ends[:, None] * place
    found[sums[:, -1] <= 0] = np.nan
    return found


def rebin(
    low: ArrayLike, high: ArrayLike, counts: ArrayLike, edges: ArrayLike
) -> NDArray[np.float64]:
    """Return the counts of histograms in other bins, with fractions of values.

    Within an old bin the values count as spread evenly. Where all values of a histogram are equal,
    they go to the new bin with that value; the last bin has its right edge as well.

    Args:
        low: Where the first bin of each begins, shape (n,).
        high: Where the last bin ends, shape (n,).
        counts: Values per bin, shape (n, bins).
        edges: Of the new bins, ascending, shape (m + 1,), or (n, m + 1) for others at each.

    Returns:
        Shape (n, m). What lies outside the new bins is left out.

    Example:
        >>> dl.inspect.rebin([0.0], [4.0], [[1, 1, 2, 2]], [0.0, 2.0, 3.0, 8.0]).tolist()
        [[2.0, 2.0, 2.0]]
    """
    begins = np.asarray(low, np.float64)[:, None]
    ends = np.asarray(high, np.float64)[:, None]
    amounts = np.asarray(counts, np.float64)
    n, bins = amounts.shape
    limits = np.broadcast_to(np.asarray(edges, np.float64), (n, np.shape(edges)[-1]))
    sums = np.concatenate([np.zeros((n, 1)), np.cumsum(amounts, axis=1)], axis=1)
    # Both are divided first: the difference of two large numbers may be none.
    span = ends / 2 - begins / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        place = np.clip((limits / 2 - begins / 2) / span * bins, 0, bins)
    point = (span <= 0)[:, 0]
    place[point] = np.where(limits[point] > begins[point], bins, 0)
    last_edge = point & (limits[:, -1] == begins[:, 0])
    place[last_edge, -1] = bins
    at = np.minimum(place.astype(np.intp), bins - 1)
    below = np.take_along_axis(sums, at, axis=1)
    below = below + (place - at) * np.take_along_axis(amounts, at, axis=1)
    return np.diff(below, axis=1)
