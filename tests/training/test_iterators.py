"""What happens to the iterators of past epochs."""

from __future__ import annotations

import gc
import threading
import weakref
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import tensorflow as tf

import dlwidgets as dl
from dlwidgets.training.iterators import LastIterators, count_batches
from tests.helpers.training import digits, mlp, same_weights

if TYPE_CHECKING:
    from collections.abc import Iterator


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


@pytest.mark.parametrize("given", [{}, {"batch_size": 50}, {"validation_batch_size": 20}])
def test_no_iterator_is_made_that_no_epoch_uses(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, Any]
) -> None:
    x, y = digits(330)
    data = {"x": x[:270], "y": y[:270], "validation_data": (x[270:], y[270:]), "epochs": 3}
    plain = mlp()
    history = plain.fit(**data, **given, verbose=0).history
    made: list[object] = []
    original = tf.data.Dataset.__iter__

    def counted(self: tf.data.Dataset) -> Iterator[Any]:
        made.append(self)
        return original(self)

    observed = mlp()
    monkeypatch.setattr(tf.data.Dataset, "__iter__", counted)
    run = dl.fit(observed, **data, **given).wait()
    assert run.history == history
    same_weights(plain, observed)
    assert len(made) == 3 + 1 + 3  # after the last epoch, Keras makes another one
    assert not observed.stop_evaluating


def test_batches_are_counted_of_arrays_alone() -> None:
    x, y = np.zeros((65, 2)), np.zeros(65)
    assert count_batches((x, y, None), None) == 3
    assert count_batches(({"a": x}, [y]), 65) == 1
    assert count_batches((x[:0], y[:0]), None) is None
    assert count_batches((x, tf.zeros(65)), None) is None
    assert count_batches(tf.data.Dataset.from_tensors((x, y)), None) is None
    assert count_batches(None, None) is None
