"""One thread that keeps all open views up to date, ten times a second."""

from __future__ import annotations

import logging
import threading
import time
import weakref
from dataclasses import dataclass
from typing import Protocol

from dlwidgets._threads import begin

INTERVAL = 0.1
"""Seconds between two rounds: a chart gets at most ten messages a second."""

_MOST_FAILURES = 5
"""Rounds in a row that may fail before a view is left alone."""

_log = logging.getLogger("dlwidgets")


class Ticking(Protocol):
    """Something that has news to send from time to time."""

    def tick(self) -> bool:
        """Send what is new; False when there will be nothing more."""


class Ticker:
    """Calls `tick` of everything that was added, until it says that it is done.

    The thread starts with the first member and ends with the last. Members are held weakly: one
    that nobody else holds is forgotten.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._members: weakref.WeakKeyDictionary[Ticking, _Membership] = weakref.WeakKeyDictionary()
        self._thread: threading.Thread | None = None

    def add(self, member: Ticking) -> None:
        """Tick `member` from now on."""
        with self._lock:
            self._members.setdefault(member, _Membership()).asked += 1
            if self._thread is None:
                self._thread = begin(self._work, "dlwidgets-pump", self._stop)

    def remove(self, member: Ticking) -> None:
        """Tick `member` no more."""
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
        """Tick every member once; False when there is none. Holds no member after its return."""
        with self._lock:
            members = [(m, held, held.asked) for m, held in self._members.items()]
            if not members:
                self._thread = None
                return False
        for member, held, asked in members:
            more = _ticks(member, held)
            with self._lock:
                # Asked for again while it was ticking: there is something new to send.
                if not more and held.asked == asked:
                    self._members.pop(member, None)
        return True


@dataclass
class _Membership:
    """What the pump knows of a member: how often it was added, how often it failed of late."""

    asked: int = 0
    failures: int = 0


def _ticks(member: Ticking, held: _Membership) -> bool:
    try:
        more = member.tick()
    except Exception:  # noqa: BLE001 - one broken view must not freeze all others
        held.failures += 1
        _log.exception("%r could not be kept up to date", member)
        return held.failures < _MOST_FAILURES
    held.failures = 0
    return more


TICKER = Ticker()
"""The pump of this kernel."""
