"""What all views of a run show: the present, or one of its recorded steps."""

from __future__ import annotations

import threading
import time
import weakref
from typing import TYPE_CHECKING, Any, Protocol

from dlwidgets._threads import begin

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlwidgets.recording.recorded_run import RecordedRun
    from dlwidgets.training.run import Run

READ_INTERVAL = 0.2
"""Seconds between two looks at the files of a run that another kernel trains."""

LATE = 0.4
"""Seconds after which the others no longer wait for a member that still draws a place before."""

_ANY = -1  # in place of a moment

_UNUSED = 2.0  # seconds after which nobody reads on a recording that no view asks for


class MomentMember(Protocol):
    """What follows a moment."""

    def moved(self, step: int | None) -> bool:
        """React to another moment, and return whether `Moment.shown` is called once it is drawn."""


class Moment:
    """The step that all views of a run show together.

    Attributes:
        step: The recorded step; None for the present.
        number: How often it was gone to a step. A member that reads it before `step` knows which
            moves it shows.

    Example:
        >>> from dlwidgets.widgets._live.moment import Moment
        >>> moment = Moment()
        >>> moment.go(1200)
        >>> moment.step
        1200
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._members: weakref.WeakSet[MomentMember] = weakref.WeakSet()
        # The first move that a member doesn't show yet, and since when.
        self._waiting: weakref.WeakKeyDictionary[MomentMember, tuple[int, float]] = (
            weakref.WeakKeyDictionary()
        )
        self._listeners: list[tuple[weakref.WeakMethod[Callable[[], None]], bool]] = []
        self._followers: list[weakref.WeakMethod[Callable[[], None]]] = []
        self._told = self._told_all = 0
        self.step: int | None = None
        self.number = 0

    @property
    def reached(self) -> int:
        """The newest move that all members show, or have shown, but for those that are late."""
        now = time.monotonic()
        with self._lock:
            awaited = [number for number, since in self._waiting.values() if now - since < LATE]
            return min(awaited, default=self.number + 1) - 1

    @property
    def members(self) -> list[MomentMember]:
        """What follows now."""
        with self._lock:
            return list(self._members)

    def join(self, member: MomentMember) -> None:
        """Let `member` follow from now on. It isn't kept alive."""
        with self._lock:
            self._members.add(member)

    def leave(self, member: MomentMember) -> None:
        """Let `member` follow no longer."""
        with self._lock:
            self._members.discard(member)
        self.shown(member)

    def on_shown(self, method: Callable[[], None], *, each: bool = False) -> None:
        """Call a method once all views show the step that was gone to.

        Args:
            method: Of an object that isn't kept alive.
            each: Whether to call it whenever `reached` grows: as well for a step that a newer one
                has overtaken, and without waiting for members that are late.
        """
        with self._lock:
            self._listeners.append((weakref.WeakMethod(method), each))

    def on_news(self, method: Callable[[], None]) -> None:
        """Call a method whenever a member has drawn something, or left.

        Args:
            method: Of an object that isn't kept alive. Must return at once.
        """
        with self._lock:
            self._followers.append(weakref.WeakMethod(method))

    def go(self, step: int | None, *, known: int | None = _ANY) -> int:
        """Show a recorded step, or the present, in all views.

        Args:
            step: The recorded step; None for the present.
            known: Go only from this moment: otherwise the user has gone elsewhere meanwhile.

        Returns:
            The number of the move, which `reached` passes once all views show it.
        """
        with self._lock:
            if known not in (_ANY, self.step):
                return self.number
            self.step = step  # before the number: who has seen the number shows this or a later one
            self.number += 1
            number = self.number
            members = list(self._members)
            now = time.monotonic()
            for member in members:
                self._waiting.setdefault(member, (number, now))
        for member in members:
            if not member.moved(step):
                self._take(member, number)
        self._tell()
        return number

    def shown(self, member: MomentMember, number: int | None = None) -> None:
        """Note that a member shows a step; called by the member.

        Args:
            member: The member.
            number: `number`, read before it read `step`; None for all moves so far.
        """
        if self._take(member, self.number if number is None else number):
            self._tell()
        with self._lock:
            found = [(follower, follower()) for follower in self._followers]
            self._followers = [follower for follower, method in found if method is not None]
        for _, method in found:
            if method is not None:
                method()

    def _take(self, member: MomentMember, number: int) -> bool:
        with self._lock:
            waits = self._waiting.get(member)
            if waits is None or waits[0] > number:
                return False
            if number >= self.number:
                del self._waiting[member]
            else:
                self._waiting[member] = number + 1, time.monotonic()
            return True

    def _tell(self) -> None:
        with self._lock:
            reached, number = self.reached, self.number
            more, all_of_them = reached > self._told, not self._waiting and number > self._told_all
            self._told = max(reached, self._told)
            if all_of_them:
                self._told_all = number
            self._listeners = [one for one in self._listeners if one[0]() is not None]
            found = [
                listener() for listener, each in self._listeners if (more if each else all_of_them)
            ]
        for method in found:
            if method is not None:
                method()


_moments: weakref.WeakKeyDictionary[Any, Moment] = weakref.WeakKeyDictionary()
_moments_lock = threading.Lock()


def moment_of(source: Run | RecordedRun) -> Moment:
    """Return the moment that all views of a Run or recorded run share."""
    with _moments_lock:
        return _moments.setdefault(source, Moment())


class _Reader:
    """Reads a recording again and again, as long as somebody asks for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked = 0.0
        self._thread: threading.Thread | None = None

    def ask(self, recording: RecordedRun) -> None:
        self._asked = time.monotonic()
        if recording.state.ended or self._thread is not None:
            return
        with self._lock:
            if self._thread is None:
                known = weakref.ref(recording)
                self._thread = begin(lambda: self._work(known), "dlwidgets-reader", self._stop)

    def _stop(self) -> None:
        self._asked = 0.0

    def _work(self, known: weakref.ref[RecordedRun]) -> None:
        try:
            while time.monotonic() - self._asked < _UNUSED:
                recording = known()
                if recording is None:
                    return
                recording.refresh()
                if recording.state.ended:
                    return
                del recording
                time.sleep(READ_INTERVAL)
        finally:
            self._thread = None


_readers: weakref.WeakKeyDictionary[Any, _Reader] = weakref.WeakKeyDictionary()


def keep_reading(recording: RecordedRun) -> None:
    """Read what is added to a recording, on a thread, for the next two seconds.

    Views call it again and again while they are open. Once the run has ended, nothing is read.

    Args:
        recording: The recorded run.
    """
    with _moments_lock:
        reader = _readers.setdefault(recording, _Reader())
    reader.ask(recording)
