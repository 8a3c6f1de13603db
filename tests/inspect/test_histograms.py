"""Histograms against NumPy and TensorBoard, and what becomes of them over many steps."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

import dlwidgets as dl
from dlwidgets.inspect import Histogram, histogram, quantiles, rebin, series_of
from dlwidgets.inspect.histograms import QUANTILES, HistogramSeries, no_histograms

RANDOM = np.random.default_rng(3)


def test_counts_are_numpys_for_every_kind_of_number() -> None:
    for values in (
        RANDOM.normal(size=(50, 40)).astype("float32"),
        RANDOM.normal(size=1000),
        RANDOM.normal(size=500).astype("float16"),
        RANDOM.integers(-5, 900, 700),
        RANDOM.integers(0, 2, 99).astype(bool),
        np.arange(31),
    ):
        found = histogram(values)
        counts, edges = np.histogram(np.asarray(values, np.float64), 30)
        assert_allclose(found.edges, edges, atol=1e-12)
        assert found.counts.tolist() == counts.tolist()
        assert found.total == np.size(values)


def test_bins_are_tensorboards() -> None:
    pb = pytest.importorskip("tensorboard.plugins.histogram.summary_v2")
    util = pytest.importorskip("tensorboard.util.tensor_util")
    values = RANDOM.normal(size=777)
    for data in (values, np.full(12, 3.5), np.arange(9.0)):
        proto = pb.histogram_pb("w", data)
        rows = util.make_ndarray(proto.value[0].tensor)
        found = histogram(data)
        assert_allclose(rows[:, 2], found.counts)
        assert_allclose(rows[:, 0], found.edges[:-1])
        assert_allclose(rows[:, 1], found.edges[1:])


def test_weights_of_bfloat16() -> None:
    tf = pytest.importorskip("tensorflow")
    values = tf.cast(tf.constant([0.5, 1.0, 1.0, 2.0]), tf.bfloat16).numpy()
    assert histogram(values, 3).counts.tolist() == [1, 2, 1]


@pytest.mark.parametrize(
    ("values", "low", "high", "total", "not_finite"),
    [
        ([], 0, 0, 0, 0),
        ([np.nan, np.inf], 0, 0, 0, 2),
        ([np.nan, -1.0, -np.inf, 2.0], -1, 2, 2, 2),
        ([7.0, 7.0], 7, 7, 2, 0),
        (5, 5, 5, 1, 0),
        ([1.0, np.nextafter(1.0, 2)], 1.0, np.nextafter(1.0, 2), 2, 0),
        ([-1.7e308, 0.0, 1.7e308], -1.7e308, 1.7e308, 3, 0),
        ([0.0, 5e-324], 0.0, 5e-324, 2, 0),
    ],
)
def test_values_that_have_no_usual_histogram(
    values: list[float], low: float, high: float, total: int, not_finite: int
) -> None:
    with np.errstate(all="raise", under="ignore"):
        found = histogram(values)
    assert (found.low, found.high, found.total, found.not_finite) == (low, high, total, not_finite)
    if low < high:
        assert found.counts[0] >= 1
        assert found.counts[-1] >= 1


def test_a_large_array_is_estimated_from_a_part_of_it() -> None:
    values = RANDOM.normal(size=3_000_000).astype("float32")
    found = histogram(values)
    assert found.total == pytest.approx(3_000_000, rel=1e-4)
    exact, _ = np.histogram(values, found.edges)
    assert_allclose(found.counts / 3e6, exact / 3e6, atol=3e-3)
    assert histogram(values).counts.tolist() == found.counts.tolist()


def test_what_is_refused_is_named() -> None:
    with pytest.raises(ValueError, match=r"at least 1\. Received: 0"):
        histogram([1.0], 0)
    with pytest.raises(ValueError, match=r"real numbers\. Received: dtype complex128"):
        histogram(np.ones(3, complex))


def _series(n: int = 40, bins: int = 30) -> tuple[HistogramSeries, list[np.ndarray]]:
    """A distribution that moves and widens over n steps."""
    arrays = [RANDOM.normal(i / 10, 1 + i / 20, 2000) for i in range(n)]
    steps = np.arange(n) * 25
    made = [histogram(a, bins) for a in arrays]
    return series_of(steps, made, epoch=steps / 100, time=steps / 50), arrays


def test_quantiles_are_numpys_within_a_bin() -> None:
    series, arrays = _series()
    found = series.quantiles()
    for i, array in enumerate(arrays):
        width = (series.high[i] - series.low[i]) / 30
        assert_allclose(found[i], np.quantile(array, QUANTILES), atol=width)
    assert_allclose(found[:, 0], series.low)
    assert_allclose(found[:, -1], series.high)


def test_quantiles_of_few_bins_by_hand() -> None:
    found = quantiles([0, 5, 0], [4, 5, 0], [[0, 2, 0, 2], [0, 0, 0, 3], [0, 0, 0, 0]], [0, 0.5, 1])
    assert found[0].tolist() == [1, 2, 4]
    assert found[1].tolist() == [5, 5, 5]
    assert np.isnan(found[2]).all()


def test_a_common_axis_keeps_every_value() -> None:
    series, arrays = _series()
    low, high = series.low.min(), series.high.max()
    found = series.rebinned(low, high, 64)
    assert_allclose(found.sum(axis=1), 2000)
    for i in (0, 20, 39):
        exact, _ = np.histogram(arrays[i], 64, range=(low, high))
        # The cumulative sums differ by less than one old bin's values.
        off = np.abs(np.cumsum(found[i]) - np.cumsum(exact)).max()
        assert off <= series.counts[i].max()


def test_a_part_of_the_axis_leaves_the_rest_out() -> None:
    found = rebin([0], [8], [[1, 2, 3, 2]], [2, 4, 5])
    assert found.tolist() == [[2, 1.5]]


def test_equal_values_stay_in_one_bin() -> None:
    counts = [[0, 0, 6]]
    assert rebin([1], [1], counts, [0, 1, 2]).tolist() == [[0, 6]]
    assert rebin([2], [2], counts, [0, 1, 2]).tolist() == [[0, 6]]
    assert rebin([0], [0], counts, [0, 1, 2]).tolist() == [[6, 0]]
    assert rebin([3], [3], counts, [0, 1, 2]).tolist() == [[0, 0]]
    assert rebin([1], [1], counts, [1, 1, 1]).tolist() == [[0, 6]]


def test_neighbors_are_merged_until_few_remain() -> None:
    series, arrays = _series(400)
    thin = series.thinned(50)
    assert 25 <= len(thin) <= 50
    assert thin.step[0] == 0
    assert thin.step[-1] == series.step[-1]
    assert np.all(np.diff(thin.step) > 0)
    assert_allclose(thin.counts.sum(axis=1), 2000)
    # The merged ones have the range of all that they stand for, at the time of the last.
    group = (series.step > thin.step[10]) & (series.step <= thin.step[11])
    assert thin.low[11] == series.low[group].min()
    assert thin.high[11] == series.high[group].max()
    assert thin.epoch[11] == thin.step[11] / 100
    both = np.concatenate([a for a, of in zip(arrays, group, strict=True) if of])
    assert_allclose(thin.quantiles([0.5])[11, 0], np.median(both), atol=0.5)
    assert len(series.thinned(400)) == 400
    assert len(thin.thinned(2)) == 2


def test_merging_again_and_again_keeps_what_was_in_the_beginning() -> None:
    series, _ = _series(2)
    for i in range(2, 600):
        one = histogram(RANDOM.normal(size=100))
        series = series.then(series_of([i * 25], [one]))
        if len(series) > 64:
            series = series.thinned(32)
    early = (series.step > 0) & (series.step < 300 * 25)
    assert 8 <= early.sum() <= 24


def test_steps_of_any_distance() -> None:
    steps = np.concatenate([2 ** np.arange(12), 5000 + np.arange(300)])
    series = series_of(steps, [histogram([1.0, 2.0])] * len(steps))
    thin = series.thinned(20)
    assert len(thin) <= 20
    assert (thin.step[0], thin.step[-1]) == (1, 5299)
    assert thin.counts.sum(axis=1).tolist() == [2.0] * len(thin)


def test_nothing_recorded() -> None:
    empty = no_histograms()
    assert len(empty) == 0
    assert empty.quantiles().shape == (0, 9)
    assert empty.rebinned(0, 1, 5).shape == (0, 5)
    assert len(empty.thinned(5)) == 0
    assert len(series_of([], [])) == 0


def test_public_names() -> None:
    assert dl.inspect.Histogram is Histogram
