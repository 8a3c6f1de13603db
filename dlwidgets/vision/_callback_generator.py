"""Work that can't be left from outside, such as SciPy's minimizers, as an iterator."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Generic, TypeVar

from dlwidgets._canceled import CanceledError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")


class Turns(Generic[T]):
    """Two threads of which only one runs: the one that works, or the one that uses its results."""

    def __init__(self) -> None:
        self._go, self._ready = threading.Semaphore(0), threading.Semaphore(0)
        self._item: T | None = None
        self._error: BaseException | None = None
        self._left = False

    def hand_over(self, item: T) -> None:
        """Called by the work: wait until the item has been used."""
        self._item = item
        self._ready.release()
        self._go.acquire()
        if self._left:
            raise CanceledError

    def of(self, work: Callable[[], None]) -> Iterator[T]:
        """What `work` hands over, one by one; raises what it raises."""
        thread = threading.Thread(target=self._run, args=(work,), name="dlwidgets-style")
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

    def _run(self, work: Callable[[], None]) -> None:
        try:
            work()
        except CanceledError:
            pass
        except BaseException as error:  # noqa: BLE001 - raised again where the results are used
            self._error = error
        self._ready.release()
