"""Which snapshots stay."""

from __future__ import annotations

import numpy as np
import pytest

from dlwidgets.recording.schedule import Pace, superfluous


def kept_of(steps: list[int], *, each: int, budget: int, most: int = 200) -> list[int]:
    """The steps that stay when snapshots come one after the other, as in a run."""
    kept: list[int] = []
    for step in steps:
        kept.append(step)
        dropped = superfluous([(s, each) for s in kept], budget, most)
        kept = [s for s in kept if s not in dropped]
    return kept


def test_all_stay_within_the_budget() -> None:
    assert superfluous([(step, 10) for step in range(20)], 200) == []


def test_the_newest_four_and_one_per_octave_stay() -> None:
    kept = kept_of(list(range(1, 2001)), each=10, budget=300)
    assert len(kept) == 30
    assert kept[-4:] == [1997, 1998, 1999, 2000]
    octaves = {step.bit_length() for step in kept}
    assert octaves == set(range(1, 12))


@pytest.mark.parametrize("steps", [1_000, 10_000])
def test_the_others_are_spread_evenly(steps: int) -> None:
    kept = kept_of(list(range(1, steps, max(1, steps // 2000))), each=1, budget=10**9, most=200)
    assert len(kept) == 200
    later = [step for step in kept[:-4] if step > steps / 8]
    gaps = np.diff(later)
    assert gaps.max() <= 3 * np.median(gaps)


def test_a_tight_budget_keeps_at_least_the_newest() -> None:
    steps = list(range(1, 200))
    assert kept_of(steps, each=100, budget=10) == [199]
    assert kept_of(steps, each=100, budget=350) == [197, 198, 199]


def test_large_and_small_snapshots_share_the_budget() -> None:
    sizes = [(step, 50 if step % 2 else 1) for step in range(1, 101)]
    dropped = set(superfluous(sizes, 600))
    assert sum(nbytes for step, nbytes in sizes if step not in dropped) <= 600


def test_the_pace_slows_down_as_the_run_grows(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    pace, taken = Pace(), []
    for step in range(20_000):
        now[0] += 0.01
        if pace.due(step):
            pace.taken(step)
            assert not pace.due(step + 1000)  # not before this one is written
            pace.written(0.001, 0.001, 1000)
            taken.append(step)
    assert taken[0] == 0
    assert taken[1] - taken[0] >= 20  # fifths of a second
    assert np.diff(taken)[-5:].min() >= 45
    assert 300 < len(taken) < 1200


def test_slow_disks_and_large_models_are_written_less_often(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    for seconds, processor, nbytes, pause in (
        (10.0, 0.01, 1000, 20.0),
        (3.0, 0.1, 1000, 50.0),
        (0.1, 0.01, 400_000_000, 20.0),
    ):
        pace = Pace()
        pace.taken(0)
        pace.written(seconds, processor, nbytes)
        now[0] += pause - 0.1
        assert not pace.due(10_000)
        now[0] += 0.2
        assert pace.due(10_000)


def test_a_short_run_has_snapshots_until_they_have_cost_something(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    pace, taken = Pace(), []
    for step in range(1000):
        now[0] += 0.01
        if pace.due(step):
            pace.taken(step)
            pace.written(0.005, 0.0042, 1000)
            taken.append(now[0])
    pauses = np.diff(taken)
    np.testing.assert_allclose(pauses[:9], 0.2, atol=0.011)
    np.testing.assert_allclose(pauses[9:], 2.1, atol=0.011)  # five hundred times what one costs
