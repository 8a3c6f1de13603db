"""One thread that keeps all open views up to date, ten times a second."""

from __future__ import annotations

import logging
import threading
import time
import weakref
from typing import Protocol

INTERVAL = 0.1
"""Seconds between two rounds: a chart gets at most ten messages a second."""

_log = logging.getLogger("dlwidgets")


class Ticking(Protocol):
    """Something that has news to send from time to time."""

    def tick(self) -> bool:
        """Send what is new; False when there will be nothing more."""


class Pump:
    """Calls `tick` of everything that was added, until it says that it is done.

    The thread starts with the first member and ends with the last. Members are held weakly: one
    that nobody else holds is forgotten.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._members: weakref.WeakSet[Ticking] = weakref.WeakSet()
        self._thread: threading.Thread | None = None

    def add(self, member: Ticking) -> None:
        """Tick `member` from now on."""
        with self._lock:
            self._members.add(member)
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._work, name="dlwidgets-pump", daemon=True
                )
                self._thread.start()

    def remove(self, member: Ticking) -> None:
        """Tick `member` no more."""
        with self._lock:
            self._members.discard(member)

    def _work(self) -> None:
        due = time.monotonic()
        while self._round():
            due = max(due + INTERVAL, time.monotonic())
            time.sleep(max(0.0, due - time.monotonic()) or INTERVAL / 10)

    def _round(self) -> bool:
        """Tick every member once; False when there is none. Holds no member after its return."""
        with self._lock:
            members = list(self._members)
            if not members:
                self._thread = None
                return False
        for member in members:
            if not _ticks(member):
                self.remove(member)
        return True


def _ticks(member: Ticking) -> bool:
    try:
        return member.tick()
    except Exception:  # noqa: BLE001 - one broken view must not freeze all others
        _log.exception("%r cannot be kept up to date", member)
        return False


PUMP = Pump()
"""The pump of this kernel."""
