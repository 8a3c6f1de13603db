"""Recorded confusion matrices: few enough, evenly spread, and of one question."""

from __future__ import annotations

import numpy as np
from sklearn import metrics

from dlwidgets.inspect import outcomes
from dlwidgets.inspect.confusion_history import ConfusionHistory

TRUTH = np.array([0, 1, 2, 2, 1, 0])


def guessed(step: int) -> np.ndarray:
    return np.random.default_rng(step).integers(0, 3, len(TRUTH))


def test_it_keeps_the_matrix_of_each_step() -> None:
    history = ConfusionHistory()
    for step in (0, 5, 9):
        history.add(step, outcomes(TRUTH, guessed(step), classes=3))
    steps, matrices = history.matrices()
    assert steps == history.steps == [0, 5, 9]
    for step, matrix in zip(steps, matrices, strict=True):
        np.testing.assert_array_equal(
            matrix, metrics.confusion_matrix(TRUTH, guessed(step), labels=[0, 1, 2])
        )
    history.add(9, outcomes(TRUTH, TRUTH))  # the same step, predicted once more
    steps, matrices = history.matrices()
    assert steps == [0, 5, 9]
    np.testing.assert_array_equal(matrices[-1], np.diag([2, 2, 2]))
    history.add(3, outcomes(TRUTH, TRUTH))  # another run
    assert history.steps == [3]


def test_it_thins_out_evenly_and_keeps_the_ends() -> None:
    history, judged = ConfusionHistory(), outcomes(TRUTH, TRUTH)
    for step in range(0, 30_000, 3):
        history.add(step, judged)
    steps = history.steps
    assert len(steps) == 200
    assert (steps[0], steps[-1]) == (0, 29_997)
    gaps = np.diff(steps)[:-1]
    assert gaps.max() <= 4 * gaps.min()


def test_many_classes_are_bounded_by_bytes() -> None:
    history = ConfusionHistory(max_bytes=4 * 3 * 3 * 5)
    for step in range(50):
        history.add(step, outcomes(TRUTH, TRUTH))
    assert len(history.steps) == 5
    history.add(50, outcomes(TRUTH, TRUTH, classes=100))
    assert history.steps == []


def test_an_output_that_is_nan_is_in_no_cell() -> None:
    history = ConfusionHistory()
    p = np.array([[0.9, 0.1], [np.nan, 0.5], [0.2, 0.8]])
    history.add(1, outcomes([0, 1, 1], p))
    np.testing.assert_array_equal(history.matrices()[1][0], [[1, 0], [0, 1]])


def test_two_classes_are_recorded_at_one_threshold() -> None:
    history = ConfusionHistory()
    history.add(1, outcomes([0, 1, 1], np.array([0.4, 0.6, 0.7]), threshold=0.65))
    np.testing.assert_array_equal(history.matrices()[1][0], [[1, 0], [0, 2]])
