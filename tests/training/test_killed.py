"""A run whose process is killed at any moment goes on in another one as if nothing had happened."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import numpy as np
import pytest

from tests.helpers.lasting import KINDS, Nursery

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SOON = 0.7  # seconds after a new state was recorded


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery() as started:
        yield started


def _killed(
    nursery: Nursery, kind: str, folder: Path, kills: int, seed: int
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """How a training ends that nothing disturbed, and how one that was killed so many times."""
    moments = random.Random(seed)
    assert nursery.train(kind, "", folder / "whole.npz", None)
    left = kills
    ended = False
    while not ended:
        if not left:
            seconds = None
        elif moments.random() < 0.85:
            seconds = moments.uniform(0.0, SOON)
        else:  # also before it has begun
            seconds = -moments.uniform(0.1, 3.0)
        ended = nursery.train(kind, folder / "runs", folder / "killed.npz", seconds)
        left -= not ended
    with np.load(folder / "whole.npz") as whole, np.load(folder / "killed.npz") as killed:
        return dict(whole), dict(killed)


def _assert_equal(whole: dict[str, np.ndarray], killed: dict[str, np.ndarray]) -> None:
    # Steps that are repeated are told; how many there are depends on the moment.
    notes = [note for note in map(str, killed.pop("notes")) if not note.startswith("Resumes after")]
    assert notes == list(map(str, whole.pop("notes")))
    assert list(killed) == list(whole)
    for name, value in whole.items():
        np.testing.assert_array_equal(killed[name], value, err_msg=name)


@pytest.mark.parametrize(("kind", "kills"), [("cnn", 2), ("watched", 2), ("dataset", 1)])
def test_a_killed_run_ends_as_one_that_was_not(
    nursery: Nursery, tmp_path: Path, kind: str, kills: int
) -> None:
    _assert_equal(*_killed(nursery, kind, tmp_path, kills, seed=3))


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_runs_of_all_kinds_killed_ten_times(nursery: Nursery, tmp_path: Path, kind: str) -> None:
    _assert_equal(*_killed(nursery, kind, tmp_path, kills=10, seed=5))
