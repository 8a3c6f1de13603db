"""The number of steps per execution: training stays fast, and steering quick."""

from __future__ import annotations

MAX_EXECUTION_SECONDS = 0.05
"""Seconds: a click waits at most this long for the next boundary."""

# Steps vary: aiming below the limit keeps nearly all executions under it.
_TARGET = 0.8 * MAX_EXECUTION_SECONDS
_SMOOTHING = 0.7


class ExecutionSize:
    """Chooses the steps per execution from the time that past executions took.

    Doubles from one step on until an execution would take longer than `MAX_EXECUTION_SECONDS`, and
    follows the model when it becomes slower or faster.

    Args:
        max_steps: Upper limit, the number of steps that the recording buffer holds, at least 1.

    Example:
        >>> size = ExecutionSize(max_steps=512)
        >>> size.steps
        1
        >>> size.record(steps=1, seconds=0.5)  # the first execution traces the graph
        >>> size.record(steps=1, seconds=0.001)
        >>> size.steps
        2
    """

    def __init__(self, max_steps: int) -> None:
        self._max_steps = max_steps
        self._seconds_per_step = 0.0
        self._executions = 0
        self.steps = 1

    def record(self, steps: int, seconds: float) -> None:
        """Take the duration of one execution into account.

        Args:
            steps: Steps that it ran, at least 1.
            seconds: How long it took.
        """
        self._executions += 1
        if self._executions == 1:  # its time is that of tracing
            return
        measured = seconds / steps
        if self._seconds_per_step == 0.0 or measured > 2 * self._seconds_per_step:
            self._seconds_per_step = measured
        else:
            self._seconds_per_step += (1 - _SMOOTHING) * (measured - self._seconds_per_step)
        affordable = int(_TARGET / max(self._seconds_per_step, 1e-9))
        self.steps = max(1, min(affordable, 2 * self.steps, self._max_steps))
