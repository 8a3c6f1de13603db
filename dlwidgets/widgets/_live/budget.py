"""The processor time that all live views of a Run share."""

from __future__ import annotations

import threading
import time
import weakref
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from dlwidgets.training.run import Run

SHARES = (1.0, 2.0, 5.0, 10.0, 25.0, 50.0)
"""The time budgets to choose from, in percent of the time of one processor core."""

DEFAULT_SHARE = 25.0

INTERVAL = 0.22
"""Seconds between two updates of a view at least, on average."""

SLOW_INTERVAL = 0.4
"""The same for several views where steps take long: a few steps show hardly anything new."""

_STEPS = 40  # from one update to the next at the default share, within these limits

_LATE = 0.15  # seconds, a little more than from one tick to the next

_SAVED_UP = 0.05  # seconds of updates that may be saved up while no view asks
_MAX_DEBT = 0.5  # seconds of updates; a view that cost more waits for the rest alone
_MAX_WAIT = 10.0  # seconds, for the others after a slow update: of a small share less is owed
_STALE = 1.0  # seconds after which a view that no longer asks loses its turn
_LOOK_AGAIN = 0.01  # seconds
_ACTIVE = 5.0  # seconds after its last update for which a view counts among those that share


class BudgetMember(Protocol):
    """What takes turns under a budget."""

    @property
    def prepared(self) -> bool:
        """Whether its first update, which builds graphs, is over, or comes later."""

    def show_share(self, share: float) -> None:
        """Show the share that was chosen in another view."""


class Budget:
    """The time that all views of a Run together may take from it.

    The budget fills up at the chosen share of the time, and each update is charged with the
    processor time that it took. A view that gets along with its equal part is updated whenever it
    asks. The others share what is left: the one that has waited longest comes next.

    Attributes:
        share: Percent of the time of one processor core.
        chosen: Whether `choose` has set it.
        spent: Seconds of processor time that all updates took so far.
    """

    def __init__(self, share: float = DEFAULT_SHARE) -> None:
        self._lock = threading.Lock()
        self._members: weakref.WeakSet[BudgetMember] = weakref.WeakSet()
        self._queue: dict[int, float] = {}  # who waits, in their order, and when each last asked
        self._asked: dict[int, float] = {}  # when each view asked last
        self._balance = _SAVED_UP
        self._at = time.monotonic()
        self.share, self.chosen = share, False
        self.spent = 0.0

    @property
    def members(self) -> int:
        """How many views share the budget now."""
        with self._lock:
            return len(self._members)

    def join(self, member: BudgetMember) -> None:
        """Let `member` share the budget: it is shown each new choice of the share."""
        with self._lock:
            self._members.add(member)

    def leave(self, member: BudgetMember) -> None:
        """Let `member` share the budget no longer, and forget that it waits."""
        with self._lock:
            self._members.discard(member)
            self._queue.pop(id(member), None)
            self._asked.pop(id(member), None)

    def wait_for_views(self, seconds: float) -> None:
        """Wait until all views are prepared for the first step of a Run that isn't started yet.

        Args:
            seconds: To wait at most. Training builds a graph as well: views that build theirs at
                the same time are late, and delay it.
        """
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            with self._lock:
                members = list(self._members)
            if all(member.prepared for member in members):
                return
            time.sleep(_LOOK_AGAIN)

    def choose(self, share: float) -> None:
        """Set the share, for all views of the Run."""
        with self._lock:
            self.share, self.chosen = share, True
            self._balance = max(self._balance, 0.0)  # a greater share acts at once
            members = list(self._members)
        for member in members:
            member.show_share(share)

    def interval(self, steps_per_second: float) -> float:
        """Return the seconds between two updates of a view at least.

        An update costs more than what is charged for it: the server and the page, often on the same
        machine, take processor time to send and draw it. Where steps take long and several views
        are updated, that is spared.

        Args:
            steps_per_second: Of the training; 0 if it isn't known.
        """
        if steps_per_second <= 0 or self.share > DEFAULT_SHARE:
            return INTERVAL
        with self._lock:
            _forget(self._asked, time.monotonic() - _ACTIVE)
            if len(self._asked) <= 1:
                return INTERVAL
        steps = _STEPS * DEFAULT_SHARE / self.share
        return min(max(INTERVAL, steps / steps_per_second), SLOW_INTERVAL)

    def turn(
        self, member: BudgetMember, cost: float | None = None, interval: float = INTERVAL
    ) -> bool:
        """Return whether `member` may update now; if not, it asks again.

        Args:
            member: The view.
            cost: Processor time in seconds that its update is expected to take; None if unknown.
            interval: Seconds between its updates at least.
        """
        now = time.monotonic()
        with self._lock:
            earned = (now - self._at) * self.share / 100
            self._balance, self._at = min(self._balance + earned, _SAVED_UP), now
            self._asked[id(member)] = now
            _forget(self._asked, now - _ACTIVE)
            if cost is not None and cost * len(self._asked) <= interval * self.share / 100:
                self._queue.pop(id(member), None)
                return True
            self._queue[id(member)] = now
            _forget(self._queue, now - _STALE)
            if self._balance <= 0 or next(iter(self._queue)) != id(member):
                return False
            del self._queue[id(member)]
            return True

    def spend(self, seconds: float) -> None:
        """Charge an update; the others wait for a slow one ten seconds at most."""
        with self._lock:
            self.spent += seconds
            most = min(_MAX_DEBT, _MAX_WAIT * self.share / 100)
            self._balance = max(self._balance - seconds, -most)


def next_time(due: float, now: float, interval: float) -> float:
    """Return when a view is updated next: it makes up for a tick that came a little late.

    Args:
        due: When it was to be updated, in seconds.
        now: When it is.
        interval: Seconds from one update to the next.

    Example:
        >>> from dlwidgets.widgets._live.budget import next_time
        >>> next_time(due=1.0, now=1.0625, interval=0.25), next_time(1.0, 3.0, 0.25)
        (1.25, 3.25)
    """
    late = now - due
    return now + interval - (late if 0 < late <= _LATE else 0.0)


def _forget(asked: dict[int, float], before: float) -> None:
    for key, at in list(asked.items()):
        if at < before:
            del asked[key]


_budgets: weakref.WeakKeyDictionary[Run, Budget] = weakref.WeakKeyDictionary()
_budgets_lock = threading.Lock()


def budget_of(run: Run) -> Budget:
    """Return the one budget that all views of this Run share."""
    with _budgets_lock:
        return _budgets.setdefault(run, Budget())
