"""From seconds of training, which leave pauses out, to the time on the clock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray


class WallTime:
    """When something happened.

    Each event of a run has both times, so that pauses, and the nights between a crash and the
    resumption, are where they were.

    Args:
        created: Unix seconds of the run's beginning.
        events: The run's events, with ``time`` (seconds of training) and ``at`` (unix seconds).
    """

    def __init__(self, created: float, events: Iterable[Mapping[str, Any]] = ()) -> None:
        pairs = [
            (float(event["time"]), float(event["at"]))
            for event in events
            if _number(event.get("time")) and _number(event.get("at"))
        ]
        pairs.sort()
        if not pairs:
            pairs = [(0.0, created)]
        self._time = np.array([time for time, _ in pairs])
        at = np.array([at for _, at in pairs])
        # A clock that was set back doesn't make training run backwards.
        self._offset = np.maximum.accumulate(at - self._time)

    def __call__(self, time: NDArray[np.float64] | float) -> NDArray[np.float64]:
        """Return unix seconds, shape as `time`.

        Args:
            time: Seconds of training.
        """
        seconds = np.asarray(time, np.float64)
        # What ended at the moment of an event was before it.
        index = np.searchsorted(self._time, seconds, side="left") - 1
        offset: NDArray[np.float64] = self._offset[np.maximum(index, 0)]
        return seconds + offset


def _number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and np.isfinite(value)
