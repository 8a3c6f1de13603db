"""Confusion matrices recorded during training, a bounded number of them, to replay how it went."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets.inspect.outcomes import Outcomes

MOST = 200
"""Matrices that are kept at most."""

MAX_BYTES = 2_000_000
"""Bytes of all matrices at most, so that fewer are kept of many classes."""

RECORDED_THRESHOLD = 0.5
"""For two classes, the threshold at which predictions are recorded, whatever is shown."""


class ConfusionHistory:
    """Confusion matrices by training step.

    When there are too many, the one whose neighbors are nearest to each other is dropped, so that
    those that are left stay evenly spread. The first and the newest are always kept.

    Args:
        most: How many matrices are kept at most, at least 2.
        max_bytes: Bytes of all of them at most. Of classes so many that two matrices don't fit,
            none are kept.

    Example:
        >>> from dlwidgets.inspect.confusion_history import ConfusionHistory
        >>> history = ConfusionHistory(most=3)
        >>> for step in range(5):
        ...     history.add(step, dl.inspect.outcomes([0, 1], [0, 1]))
        >>> history.steps
        [0, 2, 4]
    """

    def __init__(self, most: int = MOST, max_bytes: int = MAX_BYTES) -> None:
        self._most, self._max_bytes = most, max_bytes
        self._lock = threading.Lock()
        self._steps: list[int] = []
        self._counts: list[NDArray[np.int32]] = []

    @property
    def steps(self) -> list[int]:
        """The steps of the recorded matrices, from first to last."""
        with self._lock:
            return list(self._steps)

    def matrices(self) -> tuple[list[int], NDArray[np.int32]]:
        """Return the steps, and the matrices: int32, shape (n, k, k), rows are true classes."""
        with self._lock:
            if not self._counts:
                return [], np.zeros((0, 0, 0), np.int32)
            return list(self._steps), np.stack(self._counts)

    def clear(self) -> None:
        """Forget all matrices."""
        with self._lock:
            self._steps.clear()
            self._counts.clear()

    def add(self, step: int, judged: Outcomes) -> None:
        """Record the matrix of predictions.

        Args:
            step: Training steps of the weights; one below the newest begins a new history, and the
                same step again replaces it.
            judged: Predictions and true classes.
        """
        k = judged.classes
        room = min(self._most, self._max_bytes // (4 * k * k)) if k else 0
        if room < 2:
            self.clear()
            return
        counts = _counts(judged)
        with self._lock:
            if self._steps and (step < self._steps[-1] or self._counts[-1].shape != counts.shape):
                self._steps.clear()
                self._counts.clear()
            if self._steps and step == self._steps[-1]:
                self._counts[-1] = counts
                return
            self._steps.append(step)
            self._counts.append(counts)
            if len(self._steps) > room:
                steps = np.array(self._steps)
                gaps = steps[2:] - steps[:-2]  # what would be left without each of the inner ones
                self._drop(1 + int(gaps.argmin()))

    def _drop(self, index: int) -> None:
        del self._steps[index]
        del self._counts[index]


def _counts(judged: Outcomes) -> NDArray[np.int32]:
    if judged.threshold is not None:
        judged = judged.at(RECORDED_THRESHOLD)
    k, known = judged.classes, judged.predicted >= 0
    cells = judged.truth[known] * k + judged.predicted[known]
    return np.asarray(np.bincount(cells, minlength=k * k).reshape(k, k), np.int32)
