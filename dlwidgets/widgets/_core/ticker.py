"""One thread that updates all open views, ten times a second."""

from __future__ import annotations

import logging
import threading
import time
import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from dlwidgets._threads import begin
from dlwidgets.widgets._core.priority import PRIORITY

if TYPE_CHECKING:
    from collections.abc import Callable

INTERVAL = 0.1
"""Seconds between two ticks: a chart sends at most ten messages a second."""

_MAX_FAILURES = 5
"""Ticks in a row that may fail before a view is no longer ticked."""

_log = logging.getLogger("dlwidgets")


class Ticking(Protocol):
    """An object that sends updates from time to time."""

    def tick(self) -> bool:
        """Send what is new. Return `False` when nothing more will follow."""


class Ticker:
    """A loop that calls `tick` of each member until `tick` returns `False`.

    The thread starts with the first member and ends with the last. Members are held by weak
    references.

    Args:
        beside: Called once each time after all members.
    """

    def __init__(self, beside: Callable[[], None] = lambda: None) -> None:
        self._beside = beside
        self._lock = threading.Lock()
        self._members: weakref.WeakKeyDictionary[Ticking, _Membership] = weakref.WeakKeyDictionary()
        self._thread: threading.Thread | None = None

    def add(self, member: Ticking) -> None:
        """Start ticking `member`."""
        with self._lock:
            self._members.setdefault(member, _Membership()).asked += 1
            if self._thread is None:
                self._thread = begin(self._work, "dlwidgets-ticker", self._stop)

    def remove(self, member: Ticking) -> None:
        """Stop ticking `member`."""
        with self._lock:
            self._members.pop(member, None)

    def _stop(self) -> None:
        with self._lock:
            self._members.clear()

    def _work(self) -> None:
        due = time.monotonic()
        while self._round():
            due = max(due + INTERVAL, time.monotonic())
            time.sleep(max(0.0, due - time.monotonic()) or INTERVAL / 10)

    def _round(self) -> bool:
        """Tick every member once, keeping no reference to it. Return `False` if there is none."""
        with self._lock:
            members = [(m, held, held.asked) for m, held in self._members.items()]
            if not members:
                self._thread = None
                return False
        for member, held, asked in members:
            more = _ticks(member, held)
            with self._lock:
                # Added again while it was ticking: there is something new to send.
                if not more and held.asked == asked:
                    self._members.pop(member, None)
        self._beside()
        return True


@dataclass
class _Membership:
    """How often a member was added, and how many of its last ticks failed."""

    asked: int = 0
    failures: int = 0


def _ticks(member: Ticking, held: _Membership) -> bool:
    try:
        more = member.tick()
    except Exception:  # noqa: BLE001 - one broken view must not freeze all others
        held.failures += 1
        _log.exception("%r couldn't be updated", member)
        return held.failures < _MAX_FAILURES
    held.failures = 0
    return more


TICKER = Ticker(PRIORITY.adapt)
"""The ticker of this kernel."""
