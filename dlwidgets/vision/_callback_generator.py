"""A generator over a function that only calls back, such as SciPy's optimizers."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Generic, TypeVar

from dlwidgets._canceled import CanceledError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")


class CallbackGenerator(Generic[T]):
    """Yields what a function hands over on its own thread, which waits until the item is used."""

    def __init__(self) -> None:
        self._go, self._ready = threading.Semaphore(0), threading.Semaphore(0)
        self._item: T | None = None
        self._error: BaseException | None = None
        self._left = False

    def hand_over(self, item: T) -> None:
        """Hand an item over, and wait until it has been used; called by the function.

        Raises:
            CanceledError: The generator was closed; leave the function.
        """
        self._item = item
        self._ready.release()
        self._go.acquire()
        if self._left:
            raise CanceledError

    def iterate(self, function: Callable[[], None]) -> Iterator[T]:
        """Yield what a function hands over, one by one; raise what it raises.

        Args:
            function: Calls `hand_over`.
        """
        thread = threading.Thread(target=self._run, args=(function,), name="dlwidgets-style")
        thread.daemon = True
        thread.start()
        try:
            while True:
                self._ready.acquire()
                if self._error is not None:
                    raise self._error
                item, self._item = self._item, None
                if item is None:
                    return
                yield item
                self._go.release()
        finally:
            self._left = True
            self._go.release()
            thread.join()

    def _run(self, function: Callable[[], None]) -> None:
        try:
            function()
        except CanceledError:
            pass
        except BaseException as error:  # noqa: BLE001 - raised again where the results are used
            self._error = error
        self._ready.release()
