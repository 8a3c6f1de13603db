"""Which snapshots of a run are kept."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST = 200
"""As many snapshots a timeline shows one by one."""

NEWEST = 4
"""As many of the newest are kept in any case."""

_LEAST_PAUSE = 0.2  # seconds between two
_PROCESSOR_SHARE = 500  # times as long as the processor took is the pause at least: 0.2% of a core
_PROCESSOR_CREDIT = 0.04  # seconds that all of them may take before: a short run has some, too
_TIME_SHARE = 2  # the same of the time on the clock: rows wait as long
_BYTES_PER_SECOND = 20e6  # that are written at most, on average


def superfluous(snapshots: Sequence[tuple[int, int]], budget: int, most: int = MOST) -> list[int]:
    """Return the steps of the snapshots to delete.

    Kept are the newest four, one per octave of steps (1, 2, 4, 8 …), and of the others as many as
    the budget allows, as evenly spread over the steps as possible. Where the budget is too small
    for these, the octaves go first, from the oldest on, and then all but the newest.

    Args:
        snapshots: Step and bytes of each, ascending by step.
        budget: Bytes that all of them may take.
        most: How many of them may stay.

    Example:
        >>> from dlwidgets.recording.schedule import superfluous
        >>> superfluous([(step, 10) for step in range(1, 11)], budget=80)
        [3, 5]
    """
    kept = list(snapshots)
    total = sum(nbytes for _, nbytes in kept)
    dropped: list[int] = []
    while len(kept) > 1 and (total > budget or len(kept) > most):
        index = _least_needed([step for step, _ in kept])
        step, nbytes = kept.pop(index)
        total -= nbytes
        dropped.append(step)
    return sorted(dropped)


def _least_needed(steps: list[int]) -> int:
    octaves: dict[int, int] = {}  # for each octave the first snapshot in it
    for index, step in enumerate(steps):
        octaves.setdefault(step.bit_length(), index)
    needed = {*octaves.values(), *range(len(steps) - NEWEST, len(steps))}
    free = [i for i in range(1, len(steps)) if i not in needed]
    if free:
        # Without it the gap between its neighbors stays smallest.
        return min(free, key=lambda i: steps[i + 1] - steps[i - 1])
    return 0


class Pace:
    """When something is recorded again: ever less often, so that the whole run is covered evenly.

    Args:
        step: The step of the last one; None if there is none.
        most: As many may stay in the end.
    """

    def __init__(self, step: int | None = None, most: int = MOST) -> None:
        self._last, self._most = step, most
        self._pending = False
        self._from = self._processor = 0.0

    def due(self, step: int) -> bool:
        """Return whether another one is worth its cost after `step` steps."""
        if self._pending or time.monotonic() < self._from:
            return False
        # Half the distance of those that stay, so that thinning leaves even gaps.
        return self._last is None or step - self._last >= max(1, step // (2 * self._most))

    def taken(self, step: int) -> None:
        """Note that there is one of `step`, which is not written yet."""
        self._last, self._pending = step, True

    def written(self, seconds: float = 0.0, processor: float = 0.0, nbytes: int = 0) -> None:
        """Note that it is written.

        Args:
            seconds: How long that took, waiting for the disk included.
            processor: How much of it was processor time.
            nbytes: Its size.
        """
        self._processor += processor
        pause = max(
            _LEAST_PAUSE,
            _PROCESSOR_SHARE * (processor if self._processor > _PROCESSOR_CREDIT else 0.0),
            _TIME_SHARE * seconds,
            nbytes / _BYTES_PER_SECOND,
        )
        self._from, self._pending = time.monotonic() + pause, False
