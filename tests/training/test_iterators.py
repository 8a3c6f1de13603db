"""What happens to the iterators of past epochs."""

from __future__ import annotations

import gc
import threading
import weakref

from dlwidgets.training.iterators import LastIterators


class Slow:
    """An iterator whose end takes until somebody allows it, like tf.data's on a busy machine."""

    def __init__(self, allowed: threading.Event, ended: list[str]) -> None:
        self.allowed, self.ended = allowed, ended

    def __del__(self) -> None:
        self.allowed.wait(30)
        self.ended.append(threading.current_thread().name)


def test_the_next_epoch_does_not_wait_for_the_end_of_the_last_iterator() -> None:
    allowed, ended = threading.Event(), list[str]()
    iterators = LastIterators()
    iterators.use(Slow(allowed, ended))
    iterators.use(Slow(allowed, ended))  # returns, though the first may not end yet
    iterators.use(None)
    assert not ended
    allowed.set()
    iterators.close()
    for thread in threading.enumerate():
        if thread.name == "dlwidgets-iterators":
            thread.join(30)
    assert ended == ["dlwidgets-iterators"] * 2


def test_the_iterator_in_use_stays_until_the_end() -> None:
    class Thing: ...

    iterators = LastIterators()
    thing = Thing()
    alive = weakref.ref(thing)
    iterators.use(thing)
    iterators.use(thing)
    del thing
    gc.collect()
    assert alive() is not None
    iterators.close()
    for thread in threading.enumerate():
        if thread.name == "dlwidgets-iterators":
            thread.join(30)
    assert alive() is None
