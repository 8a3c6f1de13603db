"""Models with their own `make_train_function` or `fit`."""

from __future__ import annotations

import threading
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

import dlwidgets as dl
from tests.helpers.training import (
    compile_for_digits,
    digits,
    layers,
    same_weights,
    settled,
    stepped,
)
from tests.helpers.waiting import until

FOREVER = 1_000_000


class OwnLoop(keras.Sequential):
    """Trains each batch twice, in a function of its own."""

    def make_train_function(self, force: bool = False) -> Any:
        @tf.function
        def twice(iterator: Any) -> Any:
            data = next(iterator)
            self.train_step(data)
            return self.train_step(data)

        self.train_function = twice
        return twice


class Wrapped(keras.Sequential):
    """Counts the calls of Keras's function."""

    calls = 0

    def make_train_function(self, force: bool = False) -> Any:
        super().make_train_function(force=force)
        inner = self.train_function

        def counted(iterator: Any) -> Any:
            self.calls += 1
            return inner(iterator)

        self.train_function = counted
        return counted


def make(kind: type[Any] = OwnLoop, **arguments: Any) -> Any:
    keras.utils.set_random_seed(1)
    return compile_for_digits(kind([keras.Input((64,)), layers.Dense(10)]), **arguments)


@pytest.mark.parametrize("kind", [OwnLoop, Wrapped])
@pytest.mark.parametrize("steps_per_execution", [1, 4])
def test_it_trains_as_in_fit(kind: type[Any], steps_per_execution: int) -> None:
    x, y = digits(320)
    arguments = {"steps_per_execution": steps_per_execution}
    reference, model = make(kind, **arguments), make(kind, **arguments)
    history = reference.fit(x, y, epochs=3, shuffle=False, verbose=0).history
    run = dl.fit(model, x, y, epochs=3, shuffle=False).wait()
    same_weights(model, reference)
    assert run.history["loss"] == pytest.approx(history["loss"])
    assert run.step_count == 30
    assert not run.metrics["loss"].exact
    model.fit(x, y, verbose=0)


def test_it_can_be_paused_and_stepped_and_stopped() -> None:
    run = dl.fit(make(), *digits(320), epochs=FOREVER)
    until(lambda: run.step_count > 3)
    run.pause()
    settled(run)
    step = run.step_count
    stepped(run, 2)
    assert run.step_count == step + 2
    assert run.phase == "training"
    run.resume()
    run.learning_rate = 0.5
    until(lambda: float(run.model.optimizer.learning_rate) == 0.5)
    run.stop()
    assert run.wait(60).state == "stopped"


def test_its_errors_and_nan_end_the_run() -> None:
    x, y = digits(320)
    run = dl.fit(make(), x[:, :30], y)
    with pytest.raises(ValueError, match="shape"):
        run.wait()
    x = x.copy()
    x[100] = np.nan
    run = dl.fit(make(), x, y, shuffle=False)
    with pytest.raises(dl.training.NonFiniteLossError, match="at step 4 "):
        run.wait()


def test_live_follows_it() -> None:
    live = dl.Live()
    model = make(Wrapped)
    model.fit(*digits(320), epochs=2, verbose=0, callbacks=[live])
    assert live.run is not None
    assert live.run.step_count == 20
    assert model.calls == 20


def test_a_fit_of_its_own_says_what_it_takes() -> None:
    gate = {"open": False}

    class OwnFit(keras.Sequential):
        def fit(self, *args: Any, **kwargs: Any) -> Any:
            until(lambda: gate["open"])
            return super().fit(*args, **kwargs)

    run = dl.fit(make(OwnFit), *digits(320), epochs=2)
    assert "This model has its own `fit`." in run.message
    gate["open"] = True
    assert run.wait().message == ""
    assert run.step_count == 20


def test_a_loop_of_its_own_is_stopped_where_it_looks_for_that() -> None:
    begun = threading.Event()

    class OwnLoop(keras.Sequential):
        def fit(self, *args: Any, **kwargs: Any) -> Any:
            self.stop_training = False
            begun.set()
            until(lambda: self.stop_training)

    run = dl.fit(make(OwnLoop), *digits(320), epochs=2)
    assert "stopped only there or where it looks at `self.stop_training`" in run.message
    assert begun.wait(60)
    run.stop()
    assert run.wait(60).state == "stopped"


class OwnLoopWithCallbacks(keras.Sequential):
    """Trains in a loop of its own, and tells callbacks what it does."""

    def fit(self, x: Any, y: Any, epochs: int = 1, callbacks: Any = None, **kwargs: Any) -> None:
        told = keras.callbacks.CallbackList(callbacks, model=self)
        told.on_train_begin()
        self.step = tf.function(self.train_step)
        for epoch in range(epochs):
            told.on_epoch_begin(epoch)
            for i in range(0, len(x), 32):
                told.on_train_batch_begin(i // 32)
                logs = self.step((x[i : i + 32], y[i : i + 32]))
                told.on_train_batch_end(i // 32, logs)
            told.on_epoch_end(epoch, logs)
        told.on_train_end()


def test_a_loop_of_its_own_is_steered_where_it_calls_its_callbacks() -> None:
    x, y = digits(320)
    run = dl.fit(make(OwnLoopWithCallbacks), x, y, epochs=FOREVER)
    assert "or its callbacks' `on_train_batch_end`" in run.message
    until(lambda: run.step_count > 3)
    assert run.message == ""
    run.pause()
    settled(run)
    step = run.step_count
    stepped(run, 2)
    assert run.step_count == step + 2
    assert run.snapshot(60).step == step + 2
    run.resume()
    run.learning_rate = 0.5
    until(lambda: float(run.model.optimizer.learning_rate) == 0.5)
    run.stop()
    assert run.wait(60).state == "stopped"


def test_a_loop_of_its_own_is_recorded_where_it_calls_its_callbacks() -> None:
    x, y = digits(320)
    reference, model = make(OwnLoopWithCallbacks), make(OwnLoopWithCallbacks)
    reference.fit(x, y, epochs=2)
    run = dl.fit(model, x, y, epochs=2).wait()
    same_weights(model, reference)
    assert run.step_count == 20
    assert len(run.history["loss"]) == 2
    assert run.metrics["loss"].value[-1] == pytest.approx(run.history["loss"][-1])
    live = dl.Live()
    reference.fit(x, y, epochs=2, callbacks=[live])
    assert live.run is not None
    assert (live.run.state, live.run.step_count) == ("finished", 20)
    broken = x.copy()
    broken[100] = np.nan
    run = dl.fit(make(OwnLoopWithCallbacks), broken, y)
    with pytest.raises(dl.training.NonFiniteLossError, match="at step 4 "):
        run.wait()


def test_what_a_loop_of_its_own_reports_besides_numbers_is_left_out() -> None:
    others = {"extra": None, "phase": "warm-up", "pair": [1, 2], "ragged": [[1], []]}

    class Reports(keras.Sequential):
        def fit(self, x: Any, y: Any, callbacks: Any = None, **kwargs: Any) -> None:
            told = keras.callbacks.CallbackList(callbacks, model=self)
            told.on_train_begin()
            told.on_epoch_begin(0)
            for i in range(3):
                told.on_train_batch_begin(i)
                logs = {"loss": 0.5, **others, "late": None if i < 2 else 7}
                told.on_train_batch_end(i, logs)
            told.on_epoch_end(0, logs)
            told.on_train_end()

    run = dl.fit(make(Reports), *digits(320)).wait(60)
    assert (run.state, run.step_count) == ("finished", 3)
    assert set(run.metrics) == {"loss", "late"}
    assert list(run.metrics["loss"].value) == [0.5] * 3
    np.testing.assert_array_equal(run.metrics["late"].value, [np.nan, np.nan, 7])
    assert run.history["phase"] == ["warm-up"]


def test_a_run_after_one_that_was_stopped_trains() -> None:
    rounds: list[int] = []
    begun = threading.Event()

    class OwnLoop(keras.Sequential):
        def fit(self, *args: Any, epochs: int = 1, **kwargs: Any) -> Any:
            begun.set()
            for epoch in range(epochs):
                if self.stop_training:
                    break
                rounds.append(epoch)
                until(lambda: self.stop_training or epochs == 1)

    model = make(OwnLoop)
    run = dl.fit(model, *digits(320), epochs=2)
    assert begun.wait(60)
    run.stop()
    assert run.wait(60).state == "stopped"
    rounds.clear()
    assert dl.fit(model, *digits(320), epochs=1).wait(60).state == "finished"
    assert rounds == [0]
