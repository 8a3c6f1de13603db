"""Threads that are out of TensorFlow before Python ends."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE = 10.0
"""Seconds that the end of Python waits for all threads together."""

_ROUND = 0.1  # seconds

_stops: dict[threading.Thread, Callable[[], None]] = {}
_lock = threading.Lock()
_waiting: threading.Thread | None = None


def begin(
    work: Callable[[], None], name: str, stop: Callable[[], None] = lambda: None
) -> threading.Thread:
    """Do `work` on a thread of its own, which is asked to end when Python does.

    Daemons alone would not do: one that comes back from TensorFlow's C++ into an interpreter that
    has ended aborts the whole process, after a script whose work was done.

    Args:
        work: What the thread does.
        name: Of the thread.
        stop: Asks `work` to end soon; may be called several times, when Python ends.

    Returns:
        The thread, which has been started.

    Example:
        >>> thread = begin(lambda: print("done"), "example")
        >>> thread.join()
        done
    """
    global _waiting  # noqa: PLW0603 - one for the process, guarded by the lock

    def run() -> None:
        try:
            work()
        finally:
            with _lock:
                _stops.pop(threading.current_thread(), None)

    thread = threading.Thread(target=run, name=name, daemon=True)
    with _lock:
        _stops[thread] = stop
        if _waiting is None:
            _waiting = threading.Thread(target=_wait_for_the_end, name="end of dlwidgets")
            _waiting.start()
    thread.start()
    return thread


def _wait_for_the_end() -> None:
    # Not by `atexit`: what is imported meanwhile, h5py for one, could register nothing there any
    # more, and would crash. Python waits for this thread before it calls those functions.
    threading.main_thread().join()
    _end_all()


def _end_all() -> None:
    """Ask all threads to end, and wait for them a while."""
    deadline = time.monotonic() + PATIENCE
    while going := _going():
        # Again and again: one that goes on may ask another for something, or begin it.
        for _, stop in going:
            stop()
        for thread, _ in going:
            thread.join(_ROUND)
        if time.monotonic() > deadline:
            return


def _going() -> list[tuple[threading.Thread, Callable[[], None]]]:
    with _lock:
        return [(thread, stop) for thread, stop in _stops.items() if thread.is_alive()]
