"""How many steps to put into one execution, so that steering stays quick and training fast."""

from __future__ import annotations

LONGEST_EXECUTION = 0.05
"""Seconds: a click waits at most this long for the next boundary."""

# Steps vary: aiming below the limit keeps nearly all executions under it.
_AIM = 0.8 * LONGEST_EXECUTION
_SMOOTHING = 0.7


class Pace:
    """Chooses the steps per execution from the time that past executions took.

    Doubles from one step on until an execution would take longer than `LONGEST_EXECUTION`, and
    follows the model when it becomes slower or faster.

    Args:
        most: Upper limit, the number of steps that the recording buffer holds, at least 1.

    Example:
        >>> pace = Pace(most=512)
        >>> pace.steps
        1
        >>> pace.took(steps=1, seconds=0.5)  # the first execution traces the graph
        >>> pace.took(steps=1, seconds=0.001)
        >>> pace.steps
        2
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._seconds_per_step = 0.0
        self._executions = 0
        self.steps = 1

    def took(self, steps: int, seconds: float) -> None:
        """Take one execution's time into account.

        Args:
            steps: Steps that it ran, at least 1.
            seconds: What it took.
        """
        self._executions += 1
        if self._executions == 1:  # its time is that of tracing
            return
        measured = seconds / steps
        if self._seconds_per_step == 0.0 or measured > 2 * self._seconds_per_step:
            self._seconds_per_step = measured
        else:
            self._seconds_per_step += (1 - _SMOOTHING) * (measured - self._seconds_per_step)
        affordable = int(_AIM / max(self._seconds_per_step, 1e-9))
        self.steps = max(1, min(affordable, 2 * self.steps, self._most))
