"""What happens to the iterators of past epochs."""

from __future__ import annotations

import gc
import threading
import time
import weakref
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest
import tensorflow as tf

import dlwidgets as dl
from dlwidgets.training.iterators import LastIterators, batched, count_batches
from tests.helpers.training import digits, mlp, same_weights
from tests.helpers.waiting import until_collected

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


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
    until_collected(alive)


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


@pytest.mark.parametrize("recorded", [False, True])
def test_the_training_thread_drops_no_iterator_and_so_waits_for_none(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, recorded: bool
) -> None:
    made: list[weakref.ref[object]] = []
    dropped: dict[int, int] = {}  # number of the iterator: thread
    original = tf.data.Dataset.__iter__

    def watched(self: tf.data.Dataset) -> Iterator[Any]:
        iterator = original(self)
        number = len(made)
        made.append(weakref.ref(iterator))
        weakref.finalize(iterator, lambda: dropped.update({number: threading.get_ident()}))
        return iterator

    use = LastIterators.use

    def used(self: LastIterators, iterator: Iterator[Any] | None) -> None:
        use(self, iterator)
        time.sleep(0.05)  # the thread that drops is the faster one, as it may be

    monkeypatch.setattr(tf.data.Dataset, "__iter__", watched)
    monkeypatch.setattr(LastIterators, "use", used)
    x, y = digits(330)
    training: list[int] = []
    noted = keras.callbacks.LambdaCallback(
        on_train_begin=lambda _logs: training.append(threading.get_ident())
    )
    data = {"x": x[:270], "y": y[:270], "validation_data": (x[270:], y[270:])}
    dl.fit(
        mlp(), **data, epochs=3, callbacks=[noted], record=tmp_path if recorded else False
    ).wait()
    until_collected(*made)
    # Keras itself drops the one that it makes after the last epoch, from which nothing is taken.
    assert len(dropped) == 7
    assert [number for number, thread in dropped.items() if thread in training] == [5]


def test_batches_are_counted_of_arrays_alone() -> None:
    x, y = np.zeros((65, 2)), np.zeros(65)
    assert count_batches((x, y, None), None) == 3
    assert count_batches(({"a": x}, [y]), 65) == 1
    assert count_batches((x[:0], y[:0]), None) is None
    assert count_batches((x, tf.zeros(65)), None) is None
    assert count_batches(tf.data.Dataset.from_tensors((x, y)), None) is None
    assert count_batches(None, None) is None


def test_validation_data_becomes_the_batches_that_keras_makes() -> None:
    seen: list[list[Any]] = []

    class Noting(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.dense = keras.layers.Dense(2)

        def call(self, x: Any) -> Any:
            return self.dense(keras.ops.cast(x, "float32"))

        def test_step(self, data: Any) -> Any:
            seen[-1].append([part.numpy() for part in data])
            return super().test_step(data)

    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 17)
    for x in (rng.normal(size=(17, 3)).astype("float32"), rng.integers(0, 255, (17, 3), "uint8")):
        for size in (4, 17, 40):
            for fit in (lambda m, **k: m.fit(verbose=0, **k), lambda m, **k: dl.fit(m, **k).wait()):
                seen.append([])
                model = Noting()
                model.compile("sgd", "sparse_categorical_crossentropy", run_eagerly=True)
                fit(model, x=x, y=labels, validation_data=(x, labels), validation_batch_size=size)
            plain, own = seen[-2:]
            assert len(plain) == len(own) == -(-17 // size)
            for parts, others in zip(plain, own, strict=True):
                for part, other in zip(parts, others, strict=True):
                    assert part.dtype == other.dtype
                    np.testing.assert_array_equal(part, other)


@pytest.mark.parametrize(
    "data",
    [
        (np.zeros((5, 2)), np.zeros(5, "int64")),  # Keras makes float32 of it
        ({"a": np.zeros((5, 2), "float32")}, np.zeros(5, "int64")),
        (np.zeros((5, 2), "float32"), np.zeros(5, "int64"), np.ones(5, "float32")),
        (np.zeros((5, 2), "float32"), None),
        (np.array(["a"] * 5), np.zeros(5, "int64")),
        None,
    ],
)
def test_other_validation_data_stays_as_it_is(data: Any) -> None:
    assert batched(data, 2) is data
