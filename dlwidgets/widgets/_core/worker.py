"""Background work for a control: one thread, and only the latest request counts."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from dlwidgets._threads import begin

if TYPE_CHECKING:
    from collections.abc import Callable

IDLE = 5.0
"""Seconds without a request after which the thread ends; a notebook may hold hundreds of views."""

_log = logging.getLogger("dlwidgets")


class Worker:
    """One thread that runs the latest request, while there are some.

    A request replaces one that is waiting: of a slider's hundred positions, only the current one is
    worth computing.

    Args:
        name: Name of the thread.
        on_error: Called on the worker's thread with an exception that a request raised.

    Example:
        >>> done = threading.Event()
        >>> worker = Worker("example")
        >>> worker.submit(done.set)
        >>> done.wait(1)
        True
        >>> worker.close()
    """

    def __init__(self, name: str, on_error: Callable[[Exception], None] | None = None) -> None:
        self._name, self._on_error = name, on_error
        self._condition = threading.Condition()
        self._next: Callable[[], None] | None = None
        self._thread: threading.Thread | None = None
        self._closed = False
        self._working = False

    @property
    def busy(self) -> bool:
        """Whether a request is running or waiting."""
        with self._condition:
            return self._working or self._next is not None

    def submit(self, work: Callable[[], None]) -> None:
        """Run `work` after the current request, in place of one that is waiting."""
        with self._condition:
            if self._closed:
                return
            self._next = work
            if self._thread is None:
                self._thread = begin(self._run, self._name, self.close)
            self._condition.notify()

    def close(self) -> None:
        """Drop the waiting request, and end the thread after the current one."""
        with self._condition:
            self._closed, self._next = True, None
            self._condition.notify()

    def _tell(self, error: Exception) -> None:
        if self._on_error is None:
            return
        try:
            self._on_error(error)
        except Exception:  # noqa: BLE001 - the worker lives on for the next request
            _log.exception("%s: the error couldn't be shown", self._name)

    def _run(self) -> None:
        while True:
            with self._condition:
                self._condition.wait_for(lambda: self._next is not None or self._closed, IDLE)
                if self._next is None:
                    self._thread = None
                    return
                work, self._next = self._next, None
                self._working = True
            try:
                work()
            except Exception as error:  # noqa: BLE001 - shown in the widget that asked
                _log.info("%s: %s", self._name, error)
                self._tell(error)
            finally:
                with self._condition:
                    self._working = False
