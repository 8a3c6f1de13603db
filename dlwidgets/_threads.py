"""Background threads that end before the Python interpreter does."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_SHUTDOWN_SECONDS = 10.0
"""How long the end of Python waits for all threads together."""

_ROUND = 0.1  # seconds

_stops: dict[threading.Thread, Callable[[], None]] = {}
_lock = threading.Lock()
_waiting: threading.Thread | None = None


def begin(
    work: Callable[[], None], name: str, stop: Callable[[], None] = lambda: None
) -> threading.Thread:
    """Run `work` on a new thread, which is asked to end when Python does.

    Daemon threads alone aren't enough: one that returns from TensorFlow's C++ code into an
    interpreter that has ended aborts the whole process, after a script whose work was done.

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
            _waiting = threading.Thread(target=_wait_for_shutdown, name="shutdown of dlwidgets")
            _waiting.start()
    thread.start()
    return thread


def _wait_for_shutdown() -> None:
    # Not by `atexit`: modules that are imported while Python ends, such as h5py, couldn't register
    # there anymore, and would crash. Python waits for this thread before it calls those functions.
    threading.main_thread().join()
    end_all()


def end_all() -> None:
    """Ask all threads to end, and wait for them for at most `MAX_SHUTDOWN_SECONDS`."""
    deadline = time.monotonic() + MAX_SHUTDOWN_SECONDS
    while going := _going():
        # Repeatedly, because a thread may use or begin another one before it ends.
        for _, stop in going:
            stop()
        for thread, _ in going:
            thread.join(_ROUND)
        if time.monotonic() > deadline:
            return


def _going() -> list[tuple[threading.Thread, Callable[[], None]]]:
    with _lock:
        return [(thread, stop) for thread, stop in _stops.items() if thread.is_alive()]
