"""Dropping the iterators of past epochs without making the training wait."""

from __future__ import annotations

import queue
from typing import TYPE_CHECKING

from dlwidgets._threads import begin

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator

    from dlwidgets._keras_types import Nested

_MAX_WAITING = 2
"""Iterators that wait to be dropped; each may hold a few batches."""


class LastIterators:
    """Holds the iterator in use; the one before it is dropped on a thread of its own.

    Keras makes an iterator per epoch, and the training thread drops the old one when the new epoch
    begins. TensorFlow then waits for the old one's background threads: 0.3 to 4 seconds on two busy
    cores, in which no step runs and no click is answered.

    Example:
        >>> iterators = LastIterators()
        >>> iterators.use(iter([1]))
        >>> iterators.use(iter([2]))  # the first one goes, elsewhere
        >>> iterators.close()
    """

    def __init__(self) -> None:
        self._now: Iterator[Nested] | None = None
        self._old: queue.Queue[Iterator[Nested] | None] = queue.Queue(_MAX_WAITING)
        self._thread: threading.Thread | None = None

    def use(self, iterator: Iterator[Nested] | None) -> None:
        """Hold on to `iterator`, and let go of the one before where it is another."""
        if iterator is self._now:
            return
        old, self._now = self._now, iterator
        if old is None:
            return
        if self._thread is None:
            old_ones = self._old
            self._thread = begin(lambda: _drop_all(old_ones), "dlwidgets-iterators")
        self._old.put(old)

    def close(self) -> None:
        """Let go of everything."""
        self.use(None)
        if self._thread is not None:
            self._old.put(None)
            self._thread = None


def _drop_all(old: queue.Queue[Iterator[Nested] | None]) -> None:
    while old.get() is not None:  # what was got is dropped here
        pass
