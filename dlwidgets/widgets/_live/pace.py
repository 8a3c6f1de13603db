"""What the updates of a view cost, and how often they really come."""

from __future__ import annotations

import statistics
from collections import deque

_RECENT = 12  # updates


class Pace:
    """Measures the updates of one view.

    Attributes:
        cost: Processor time of an update in seconds; None before the second one.
        interval: Seconds between the last updates; None before the third one.

    Example:
        >>> pace = Pace()
        >>> for now in (0.0, 0.25, 0.5):
        ...     cost = pace.note(0.001, 0.002, now)
        >>> cost, pace.interval
        (0.003, 0.25)
    """

    def __init__(self) -> None:
        self._first = True
        self._own: deque[float] = deque(maxlen=_RECENT)
        self._elsewhere: deque[float] = deque(maxlen=_RECENT)
        self._times: deque[float] = deque(maxlen=_RECENT)

    @property
    def cost(self) -> float | None:
        """Processor time of an update in seconds; None before the second one."""
        return statistics.median(self._own) + min(self._elsewhere) if self._own else None

    @property
    def interval(self) -> float | None:
        """Seconds between the last updates; None before the third one."""
        if len(self._times) < 2:
            return None
        return (self._times[-1] - self._times[0]) / (len(self._times) - 1)

    def note(self, own: float, elsewhere: float, now: float) -> float | None:
        """Note an update, and return what it cost in seconds of processor time.

        Args:
            own: Processor time of the thread that made it, in seconds.
            elsewhere: Seconds for which that thread waited for other threads, or for a GPU, to
                compute. On a busy machine most of it is waiting for a processor, which costs the
                training nothing. The shortest of the last updates tells what was computed.
            now: When it was over, in seconds.

        Returns:
            The cost. None for the first update, which builds the graphs that all later ones use.
        """
        self._times.append(now)
        if self._first:
            self._first = False
            return None
        self._own.append(own)
        self._elsewhere.append(elsewhere)
        return own + min(self._elsewhere)

    def rest(self) -> None:
        """Forget when updates came, because the run rests."""
        self._times.clear()
