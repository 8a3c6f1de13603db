"""`Live` in an ordinary, blocking `model.fit`."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

import dlwidgets as dl
from dlwidgets.training import Live, NonFiniteLossError
from dlwidgets.training import live as live_module
from dlwidgets.training.run_engine import engine_of
from tests.helpers.training import compile_for_digits, digits, layers, mlp, same_weights


@pytest.mark.parametrize("each_batch", [True, False])
def test_it_changes_nothing_but_records_everything(each_batch: bool) -> None:
    x, y = digits(320)
    plain, watched = (mlp(steps_per_execution=1) for _ in range(2))
    arguments = {"epochs": 3, "validation_data": (x, y), "validation_steps": 2, "verbose": 0}
    history = plain.fit(x, y, **arguments).history
    live = Live(each_batch=each_batch)
    watched_history = watched.fit(x, y, callbacks=[live], **arguments).history
    same_weights(plain, watched)
    assert watched_history == history
    run = live.run
    assert run is not None
    assert run.state == "finished"
    assert run.blocking
    assert run.step_count == 30
    assert run.history.keys() == history.keys()
    for key, values in history.items():
        assert run.history[key] == pytest.approx(values)
    running = run.metrics["loss"].value[:10].mean()
    assert running == pytest.approx(history["loss"][0], rel=1e-5)
    assert watched.train_function is not None
    assert "dlwidgets" not in type(watched.train_function).__module__
    watched.fit(x, y, verbose=0)
    plain.fit(x, y, verbose=0)
    assert int(watched.optimizer.iterations.numpy()) == 40


def test_one_live_for_two_fits() -> None:
    x, y = digits(64)
    live, model = Live(), mlp()
    model.fit(x, y, verbose=0, callbacks=[live])
    first = live.run
    model.fit(x, y, verbose=0, callbacks=[live], epochs=2)
    assert live.run is not first
    assert live.run.step_count == 4
    assert first.step_count == 2


class Interrupt(keras.callbacks.Callback):
    """Raises between two executions, where no one but Keras is on the stack."""

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        if batch == 3:
            raise KeyboardInterrupt


class InterruptInside(layers.Layer):
    """Raises from within an execution."""

    calls = 0

    def call(self, x: Any) -> Any:
        self.calls += 1
        if self.calls == 5:
            raise KeyboardInterrupt
        return x


@pytest.mark.parametrize("inside", [True, False], ids=["in an execution", "between two"])
@pytest.mark.parametrize("next_use", ["fit", "evaluate", "live", "run"])
def test_after_an_interrupt_the_model_is_as_good_as_ever(*, inside: bool, next_use: str) -> None:
    x, y = digits(320)
    keras.utils.set_random_seed(1)
    body = [InterruptInside()] if inside else []
    model = keras.Sequential([keras.Input((64,)), *body, layers.Dense(10)])
    compile_for_digits(model, run_eagerly=inside)
    if body:
        body[0].calls = 0
    live = Live()
    with pytest.raises(KeyboardInterrupt):
        model.fit(x, y, epochs=3, verbose=0, callbacks=[live, *([] if inside else [Interrupt()])])
    assert live.run is not None
    assert live.run.step_count == 4
    steps = int(model.optimizer.iterations.numpy())
    if next_use == "fit":
        history = model.fit(x, y, epochs=2, verbose=0, validation_data=(x, y)).history
        assert len(history["val_loss"]) == 2
        steps += 20
    elif next_use == "live":
        model.fit(x, y, verbose=0, callbacks=[second := Live()])
        assert second.run is not None
        assert second.run.step_count == 10
        steps += 10
    elif next_use == "run":
        assert dl.fit(model, x, y).wait().step_count == 10
        steps += 10
    else:
        assert np.isfinite(model.evaluate(x, y, verbose=0)).all()
    assert int(model.optimizer.iterations.numpy()) == steps
    assert live.run.step_count == 4
    if next_use != "evaluate":
        assert live.run.state == "stopped"
        model.fit(x, y, verbose=0)
        assert int(model.optimizer.iterations.numpy()) == steps + 10


@pytest.mark.parametrize("left", [True, False], ids=["left", "in a callback"])
def test_a_part_that_is_trained_ends_only_a_fit_that_was_left(*, left: bool) -> None:
    x, y = digits(320)
    part = keras.Sequential([keras.Input((64,)), layers.Dense(8)])
    part.compile("sgd", "mse")
    model = compile_for_digits(keras.Sequential([keras.Input((64,)), part, layers.Dense(10)]))
    live, states = Live(), []

    def train_part(*_: Any) -> None:
        states.append(dl.fit(part, x, x[:, :8]).wait().state)

    if left:
        with pytest.raises(KeyboardInterrupt):
            model.fit(x, y, verbose=0, callbacks=[live, Interrupt()])
        train_part()
    else:
        callback = keras.callbacks.LambdaCallback(on_epoch_end=train_part)
        model.fit(x, y, epochs=2, verbose=0, callbacks=[live, callback])
    assert set(states) == {"finished"}
    assert live.run is not None
    assert live.run.state == ("stopped" if left else "finished")
    assert live.run.step_count == (4 if left else 20)


def test_an_error_in_the_middle() -> None:
    x, y = digits(320)
    y = y.copy()
    y[100] = 77
    model, live = mlp(), Live()
    with pytest.raises(Exception, match="outside the valid range"):
        model.fit(x, y, verbose=0, shuffle=False, callbacks=[live])
    assert live.run.state == "failed"
    assert "A label is 77" in live.run.message
    assert live.run.step_count == 3
    model.fit(*digits(320), verbose=0)


def test_a_loss_that_is_not_finite_ends_the_fit_without_an_exception() -> None:
    x, y = digits(320)
    y = y.astype("float32")
    y[100] = np.nan
    model = keras.Sequential([keras.Input((64,)), layers.Dense(1)])
    model.compile("sgd", "mse")
    live = Live()
    model.fit(x, y, epochs=4, verbose=0, shuffle=False, callbacks=[live])
    assert live.run.step_count == 4
    assert live.run.state == "failed"
    assert isinstance(live.run.error, NonFiniteLossError)


def test_stop_ends_the_fit_without_an_exception() -> None:
    x, y = digits(320)

    class Stop(keras.callbacks.Callback):
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            if batch == 2:
                live.run.stop()

    model, live = mlp(), Live()
    history = model.fit(x, y, epochs=4, verbose=0, callbacks=[Stop(), live]).history
    assert live.run.state == "stopped"
    assert live.run.step_count == 3
    assert len(history["loss"]) == 1
    assert int(model.optimizer.iterations.numpy()) == 3


@pytest.mark.parametrize("validated", [False, True])
def test_stopped_before_its_first_step_a_fit_returns(validated: bool) -> None:
    """Also of a model that was never trained, whose metrics and averages don't exist yet."""

    class Stop(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            live.run.stop()

    x, y = digits(64)
    live = Live()
    model = mlp(optimizer=keras.optimizers.Adam(use_ema=True))
    before = model.get_weights()
    data = {"validation_data": (x, y)} if validated else {}
    history = model.fit(x, y, epochs=3, verbose=0, callbacks=[live, Stop()], **data)
    assert (live.run.state, live.run.step_count, live.run.message) == ("stopped", 0, "")
    assert history.epoch == [0]
    assert set(history.history) == ({"val_loss", "val_accuracy"} if validated else set())
    for now, then in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(now, then)
    assert len(model.fit(x, y, verbose=0).history["loss"]) == 1


def test_stop_in_a_validation_ends_the_fit_as_stopped() -> None:
    class Stop(keras.callbacks.Callback):
        def on_test_begin(self, logs: Any = None) -> None:
            live.run.stop()

    x, y = digits(64)
    model, live = mlp(), Live()
    history = model.fit(x, y, epochs=3, validation_data=(x, y), verbose=0, callbacks=[live, Stop()])
    assert (live.run.state, live.run.step_count) == ("stopped", 2)
    assert len(history.history["val_loss"]) == 1


def test_live_on_a_model_that_a_run_trains() -> None:
    model = mlp()
    run = dl.fit(model, *digits(320), epochs=1_000_000)
    with pytest.raises(dl.training.RunInProgressError):
        model.fit(*digits(320), verbose=0, callbacks=[Live()])
    assert run.state == "running"


def test_it_is_shown_before_it_trains(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[tuple[str, int]] = []
    monkeypatch.setattr(
        live_module, "display_live", lambda r: shown.append((r.state, r.step_count))
    )
    mlp().fit(*digits(64), verbose=0, callbacks=[Live()])
    assert shown == [("running", 0)]


def test_buttons_of_a_blocking_run_do_not_start_it() -> None:
    live = Live()
    mlp().fit(*digits(64), verbose=0, callbacks=[live])
    with pytest.raises(RuntimeError, match="Its state is finished"):
        live.run.start()


@pytest.mark.parametrize(("k", "each_batch"), [(3, True), (3, False), (600, True)])
def test_a_model_that_was_compiled_with_several_steps_per_execution(
    *, k: int, each_batch: bool
) -> None:
    x, y = digits(320)
    plain, watched = (mlp(steps_per_execution=k) for _ in range(2))
    arguments = {"epochs": 2, "validation_data": (x[:100], y[:100]), "batch_size": 16, "verbose": 0}
    history = plain.fit(x, y, **arguments).history
    live = Live(each_batch=each_batch)
    assert watched.fit(x, y, callbacks=[live], **arguments).history == history
    same_weights(plain, watched)
    assert live.run.step_count == 40
    assert watched.steps_per_execution == k
    watched.fit(x, y, **arguments)
    assert int(watched.optimizer.iterations.numpy()) == 80


def test_several_steps_per_execution_of_endless_data() -> None:
    x, y = digits(64)
    data = tf.data.Dataset.from_tensor_slices((x, y)).repeat().batch(8)
    plain, watched = (mlp(steps_per_execution=4) for _ in range(2))
    arguments = {"epochs": 2, "steps_per_epoch": 7, "verbose": 0}
    plain.fit(data, **arguments)
    live = Live(each_batch=False)
    watched.fit(data, callbacks=[live], **arguments)
    same_weights(plain, watched)
    assert live.run.step_count == 16  # two calls of four steps each epoch, as Keras makes them


def test_evaluating_in_a_callback_sees_all_data() -> None:
    x, y = digits(320)
    seen: list[float] = []

    class Look(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            seen.append(self.model.evaluate(x, y, verbose=0)[0])

    model = mlp(steps_per_execution=4)
    model.fit(x, y, verbose=0, callbacks=[Look(), Live()])
    assert seen == [pytest.approx(model.evaluate(x, y, verbose=0)[0], rel=1e-5)]


@pytest.mark.parametrize("error", [KeyboardInterrupt, LookupError])
def test_what_is_raised_in_the_validation_ends_the_run(error: type[BaseException]) -> None:
    class Raises(layers.Layer):
        def call(self, x: Any, training: bool = False) -> Any:
            if not training:
                raise error
            return x

    model = keras.Sequential([keras.Input((64,)), layers.Dense(10)])
    broken = keras.Model(model.inputs, Raises()(model.outputs[0], training=True))
    compile_for_digits(broken, run_eagerly=True)
    x, y = digits(64)
    live = Live()
    with pytest.raises(error):
        broken.fit(x, y, validation_data=(x, y), verbose=0, callbacks=[live])
    assert live.run.state == ("stopped" if error is KeyboardInterrupt else "failed")
    assert live.run.step_count == 2


@pytest.mark.parametrize("announced", [True, False])
@pytest.mark.parametrize("each_batch", [True, False])
def test_a_loop_of_train_on_batch_is_a_run_that_finishes(
    *, announced: bool, each_batch: bool
) -> None:
    x, y = digits(320)
    plain, model = mlp(), mlp()
    live = Live(each_batch=each_batch)
    told = keras.callbacks.CallbackList([live], model=model)
    told.on_train_begin()
    losses = []
    for i in range(10):
        batch = x[32 * i : 32 * (i + 1)], y[32 * i : 32 * (i + 1)]
        plain.train_on_batch(*batch)
        if announced:
            told.on_train_batch_begin(i)
        logs = model.train_on_batch(*batch, return_dict=True)
        losses.append(logs["loss"])
        told.on_train_batch_end(i, logs)
    told.on_train_end()
    assert (live.run.state, live.run.step_count) == ("finished", 10)
    assert list(live.run.metrics["loss"].value) == pytest.approx(losses)
    same_weights(plain, model)


def test_a_run_that_was_left_can_be_ended_from_outside() -> None:
    x, y = digits(320)
    model, live = mlp(steps_per_execution=2), Live()
    with pytest.raises(KeyboardInterrupt):
        model.fit(x, y, epochs=3, verbose=0, callbacks=[live, Interrupt()])
    assert live.run.state == "running"
    engine_of(live.run).abandon()
    assert live.run.state == "stopped"
    assert model.steps_per_execution == 2
    model.fit(x, y, verbose=0)
    assert int(model.optimizer.iterations.numpy()) == 4 + 10
