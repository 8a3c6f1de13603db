"""Decimation keeps what explains a run."""

from __future__ import annotations

import numpy as np
import pytest

from dlwidgets.recording.exporting.decimating import kept


@pytest.mark.parametrize("place", [0, 1, 77_777, 99_998, 99_999])
@pytest.mark.parametrize("height", [1e9, -1e9, np.inf, -np.inf, np.nan])
def test_no_spike_is_lost(place: int, height: float) -> None:
    values = np.random.default_rng(0).normal(size=100_000)
    values[place] = height
    assert place in kept(values, 100)


@pytest.mark.parametrize("n", [0, 1, 8, 9, 100, 12_345])
@pytest.mark.parametrize("most", [8, 9, 50, None])
@pytest.mark.parametrize("broken", [0.0, 0.5, 1.0])
def test_at_most_so_many_in_order(n: int, most: int | None, broken: float) -> None:
    rng = np.random.default_rng(1)
    values = np.where(rng.random(n) < broken, np.nan, rng.normal(size=n))
    index = kept(values, most)
    assert (np.diff(index) > 0).all()
    assert len(index) <= (n if most is None else most)
    if n:
        assert index[0] == 0
        assert index[-1] == n - 1
    if most is None or n <= most:
        assert len(index) == n


def test_where_a_loss_becomes_nan_is_kept() -> None:
    values = np.ones(10_000)
    values[6_001:] = np.nan
    index = kept(values, 50)
    assert {6_001, 9_999} <= set(index.tolist())
    assert len(index) > 20
