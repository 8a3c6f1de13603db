"""Who waits for whom, so that no thread waits for itself, not even by way of others."""

from __future__ import annotations

import contextlib
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, TypeVar

from dlwidgets._messages import tr

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

T = TypeVar("T")

_lock = threading.Lock()
# For each thread that waits with no limit of time, a function that returns those it waits for.
_waits: dict[int, Callable[[], Collection[int]]] = {}


@contextlib.contextmanager
def noted(others: Callable[[], Collection[int]]) -> Iterator[None]:
    """Note that the calling thread waits in this block, for as long as it takes.

    Args:
        others: Returns the threads that it waits for, as of now; nothing once it needn't wait.
    """
    me = threading.get_ident()
    with _lock:
        _waits[me] = others
    try:
        yield
    finally:
        with _lock:
            _waits.pop(me, None)


def check_ends(others: Collection[int]) -> None:
    """Raise if the calling thread would wait forever, because others wait for it in turn.

    Args:
        others: The threads that it waits for.

    Raises:
        RuntimeError: One of them is the calling thread, or waits for it. It says what to do.
    """
    me, seen, todo = threading.get_ident(), set[int](), list(others)
    while todo:
        thread = todo.pop()
        if thread == me:
            raise RuntimeError(
                tr(
                    "This wait would never end, because what it waits for waits for it in turn. "
                    "Wait outside of callbacks and of functions given to `at_boundary`."
                )
            )
        if thread not in seen:
            seen.add(thread)
            with _lock:
                waits_for = _waits.get(thread)
            if waits_for is not None:
                todo += waits_for()


class BoundaryFuture(Future[T]):
    """What a function returns that is called at a boundary of a run.

    Args:
        trainer: Returns the thread of that run, None before it has begun.
    """

    def __init__(self, trainer: Callable[[], int | None]) -> None:
        super().__init__()
        self._trainer = trainer

    def result(self, timeout: float | None = None) -> T:
        """Return what the function returned, or raise what it raised.

        Args:
            timeout: Seconds to wait at most; None waits as long as it takes.

        Raises:
            TimeoutError: The function hadn't returned by then.
            RuntimeError: It never will, because its run waits for the caller.
        """
        with self._waited_for(timeout):
            return super().result(timeout)

    def exception(self, timeout: float | None = None) -> BaseException | None:
        """Return what the function raised, None for nothing.

        Args:
            timeout: Seconds to wait at most; None waits as long as it takes.

        Raises:
            TimeoutError: The function hadn't returned by then.
            RuntimeError: It never will, because its run waits for the caller.
        """
        with self._waited_for(timeout):
            return super().exception(timeout)

    @contextlib.contextmanager
    def _waited_for(self, timeout: float | None) -> Iterator[None]:
        if timeout is not None or self.done():
            yield
            return
        with noted(self._threads):
            check_ends(self._threads())
            yield

    def _threads(self) -> Collection[int]:
        trainer = None if self.done() else self._trainer()
        return () if trainer is None else (trainer,)
