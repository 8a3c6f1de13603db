"""The learning rate: set while running, paused, wrongly, and with a schedule."""

from __future__ import annotations

import threading
from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import dlwidgets as dl
from dlwidgets._tensorflow import load
from dlwidgets.training.learning_rate import LearningRates, parse_learning_rate
from dlwidgets.training.run_engine import engine_of
from dlwidgets.training.schedules import ScheduleCurve
from tests.helpers.training import compile_for_digits, digits, mlp, settled, stepped
from tests.helpers.waiting import until

FOREVER = 1_000_000


@pytest.mark.parametrize("value", [1e-4, 1, "0.01", " 3e-2 ", np.float32(0.5)], ids=repr)
def test_numbers(value: Any) -> None:
    assert parse_learning_rate(value) == pytest.approx(float(value))


@pytest.mark.parametrize(
    "value",
    [0, -1, "abc", "", float("nan"), float("inf"), True, None, [], "1e-60", 1e60, 10**400],
    ids=lambda v: repr(v)[:12],
)
def test_no_learning_rates(value: Any) -> None:
    run = dl.fit(mlp(), *digits(64), start=False)
    before = run.learning_rate
    with pytest.raises(ValueError, match=r"must be a number above 0, such as 0\.001\. Received: "):
        run.learning_rate = value
    assert run.learning_rate == before


@given(st.one_of(st.text(), st.floats(), st.integers(), st.booleans(), st.none()))
def test_whatever_is_typed_is_a_usable_rate_or_refused(value: Any) -> None:
    try:
        rate = parse_learning_rate(value)
    except ValueError as error:
        assert repr(value) in str(error)  # noqa: PT017
    else:
        assert 0 < np.float32(rate) < np.inf


def test_set_while_running_it_takes_effect_and_is_marked() -> None:
    run = dl.fit(mlp(), *digits(320), epochs=FOREVER)
    until(lambda: run.step_count > 5)
    run.set_learning_rate("0.25").result(60)
    assert run.learning_rate == 0.25
    until(lambda: [m for m in run.markers if m.kind == "learning_rate"])
    marker = run.markers[0]
    assert "0.001 → 0.25" in marker.text
    assert 5 < marker.step <= run.step_count
    assert marker.epoch == pytest.approx(marker.step / 10)


def test_set_at_the_first_boundary_it_is_marked_and_a_callback_s_warm_up_is_not() -> None:
    class Begins(keras.callbacks.Callback):
        def on_train_begin(self, logs: Any = None) -> None:
            self.model.optimizer.learning_rate = 0.5

        def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
            if batch == 0 and self.model.optimizer.iterations.numpy() == 0:
                self.model.optimizer.learning_rate = 0.125

    run = dl.fit(mlp(), *digits(320), epochs=FOREVER, callbacks=[Begins()], start=False)
    run.learning_rate = 0.75  # before the start: that is how it begins
    run.pause()
    settled(run.start())
    assert run.step_count == 0
    run.set_learning_rate(0.0625).result(60)
    run.set_learning_rate(0.25).result(60)
    stepped(run, 2)
    assert [m.text for m in run.markers if m.kind == "learning_rate"] == [
        "Learning rate 0.125 → 0.25"
    ]


def test_set_while_paused_the_next_step_uses_it() -> None:
    x, y = digits(64)
    model = mlp(optimizer=keras.optimizers.SGD(0.1))
    run = dl.fit(model, x, y, epochs=FOREVER, start=False)
    run.pause()
    run.start()
    settled(run)
    stepped(run, 1)
    run.set_learning_rate(1e-30).result(60)
    before = [w.copy() for w in model.get_weights()]
    stepped(run, 1)
    for now, then in zip(model.get_weights(), before, strict=True):
        np.testing.assert_allclose(now, then, rtol=0, atol=1e-25)


def test_what_was_set_is_told_back_at_once() -> None:
    run = dl.fit(mlp(), *digits(320), epochs=FOREVER)
    until(lambda: run.step_count > 5)
    go = threading.Event()
    run.at_boundary(lambda: go.wait(60))
    run.learning_rate = 0.375  # the training stands, so this waits for its boundary
    assert run.learning_rate == 0.375
    go.set()
    run.at_boundary(lambda: None).result(60)
    assert float(run.model.optimizer.learning_rate) == pytest.approx(0.375)
    assert run.learning_rate == pytest.approx(0.375)


def test_set_before_the_start() -> None:
    run = dl.fit(mlp(), *digits(64), start=False)
    run.learning_rate = 0.125
    assert run.learning_rate == 0.125
    run.start().wait()
    assert run.learning_rate == 0.125
    with pytest.raises(RuntimeError, match="this run is finished"):
        run.learning_rate = 0.1


@pytest.mark.parametrize(
    "rate",
    [keras.optimizers.schedules.CosineDecay(0.1, 100), lambda: 0.01],
    ids=["schedule", "function"],
)
def test_a_schedule_is_left_alone(rate: Any) -> None:
    model = mlp(optimizer=keras.optimizers.SGD(learning_rate=rate))
    run = dl.fit(model, *digits(320), epochs=2, start=False)
    with pytest.raises(RuntimeError, match="follows a schedule"):
        run.learning_rate = 0.1
    run.start().wait()
    assert run.markers == ()
    assert 0 < run.learning_rate <= 0.1


def test_a_rate_that_moves_with_every_batch_does_not_fill_the_chart_with_markers() -> None:
    class Warmup(keras.callbacks.Callback):
        def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
            self.model.optimizer.learning_rate = 1e-4 * (batch + 1)

    run = dl.fit(mlp(), *digits(640), batch_size=8, epochs=2, callbacks=[Warmup()]).wait()
    assert len(run.markers) <= 10


def test_reduce_on_plateau_is_marked() -> None:
    plateau = keras.callbacks.ReduceLROnPlateau(
        monitor="loss", min_delta=10, patience=1, factor=0.5
    )
    run = dl.fit(mlp(), *digits(320), epochs=3, callbacks=[plateau]).wait()
    texts = [m.text for m in run.markers if m.kind == "learning_rate"]
    assert texts[0].endswith("0.001 → 0.0005")
    assert run.history["learning_rate"] == pytest.approx([1e-3, 1e-3, 5e-4])


def test_a_rate_of_an_optimizer_that_is_gone_waits_no_longer() -> None:
    class TwoOptimizers(keras.Sequential):
        extra: Any = None

    model = TwoOptimizers([keras.Input((64,)), keras.layers.Dense(10)])
    model.extra = keras.optimizers.SGD(0.5)
    compile_for_digits(model)
    run = dl.fit(model, *digits(320), epochs=2, start=False)
    run.pause()
    run.start()
    settled(run)
    gate = threading.Event()
    run.at_boundary(gate.wait)
    gone = run.set_learning_rate(0.25, "extra")
    model.extra = None
    gate.set()
    with pytest.raises(KeyError, match=r"one of the optimizers .*'extra'"):
        gone.result(60)
    assert list(run.learning_rates) == ["optimizer"]

    gate.clear()
    before = run.learning_rate
    run.at_boundary(gate.wait)
    canceled = run.set_learning_rate(0.75)
    assert run.learning_rate == 0.75
    assert canceled.cancel()
    assert run.learning_rate == pytest.approx(before)
    gate.set()


def rates_of_steps(run: Any) -> np.ndarray:
    steps = np.arange(run.step_count) + 1
    return engine_of(run).recorder.learning_rates.at("optimizer", steps)


def test_a_schedule_that_cannot_be_copied_is_asked_once_and_noted_where_the_run_stops() -> None:
    class Inverse(keras.optimizers.schedules.LearningRateSchedule):
        asked = 0

        def __call__(self, step: Any) -> Any:
            return 0.5 / (keras.ops.cast(step, "float32") + 1)

        def get_config(self) -> Any:
            self.asked += 1
            return super().get_config()  # which raises an error, as without this method

    inverse = Inverse()
    model = mlp(optimizer=keras.optimizers.SGD(inverse))
    each = keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: None)
    run = dl.fit(model, *digits(128), epochs=2, callbacks=[each]).wait()
    np.testing.assert_allclose(rates_of_steps(run), 0.5 / np.arange(1, 9), rtol=1e-6)
    assert inverse.asked == 1


def test_optimizers_are_found_that_came_after_the_first_look() -> None:
    model = mlp(optimizer=keras.optimizers.SGD(0.1))
    rates = LearningRates(model)
    assert rates.current() == pytest.approx({"optimizer": 0.1})
    model.steps = [keras.optimizers.SGD(0.2)]
    assert rates.current() == pytest.approx({"optimizer": 0.1, "steps[0]": 0.2})
    model.steps.append(keras.optimizers.SGD(0.3))
    model.optimizer = keras.optimizers.SGD(0.4)
    expected = {"optimizer": 0.4, "steps[0]": 0.2, "steps[1]": 0.3}
    assert rates.current() == pytest.approx(expected)
    model.steps[1] = None
    assert rates.current() == pytest.approx({"optimizer": 0.4, "steps[0]": 0.2})


@keras.saving.register_keras_serializable("tests")
class Warmed(keras.optimizers.schedules.LearningRateSchedule):
    """One that can't take many steps at once, as Keras's with a warm-up."""

    graphs = 0

    def __call__(self, step: Any) -> Any:
        tf = load()[0]
        Warmed.graphs += not tf.executing_eagerly()
        step = tf.cast(step, tf.float32)
        return tf.cond(step < 10, lambda: step / 10, lambda: 10 / step)

    def get_config(self) -> Any:
        return {}


def test_a_schedule_that_takes_one_step_builds_one_graph_for_stretches_of_any_length() -> None:
    curve = ScheduleCurve(keras.optimizers.SGD(Warmed()))
    assert curve.known
    built = Warmed.graphs
    for n in (1, 2, 30):
        at = np.arange(n)
        expected = np.where(at < 10, at / 10, 10 / np.maximum(at, 1))
        np.testing.assert_allclose(curve.at(at), expected, rtol=1e-6)
    assert Warmed.graphs == built > 0


def test_the_rates_of_an_optimizer_that_accumulates_gradients() -> None:
    decay = keras.optimizers.schedules.ExponentialDecay(0.5, 4, 0.5)
    model = mlp(optimizer=keras.optimizers.SGD(decay, gradient_accumulation_steps=3))
    model.fit(*digits(128), verbose=0)  # 4 steps, of which the last one is left over
    run = dl.fit(model, *digits(320)).wait()
    expected = 0.5 * 0.5 ** (np.arange(4, 14) / 4)
    np.testing.assert_allclose(rates_of_steps(run), expected, rtol=1e-6)


class OwnLoop(keras.Sequential):
    """A model with a training loop of its own, which reports each step to callbacks."""

    def fit(self, x: Any, y: Any, callbacks: Any = None, **kwargs: Any) -> None:
        reports = keras.callbacks.CallbackList(callbacks, model=self, epochs=1, steps=5)
        reports.on_train_begin()
        reports.on_epoch_begin(0)
        for step in range(5):
            reports.on_train_batch_begin(step)
            logs = self.train_step((x, y))
            reports.on_train_batch_end(step, logs)
        reports.on_epoch_end(0, {})
        reports.on_train_end()


@pytest.mark.filterwarnings("error:The object being serialized")  # nobody asked for that
@pytest.mark.parametrize("closed", [False, True])
def test_the_rates_of_a_loop_of_ones_own(closed: bool) -> None:
    decay = keras.optimizers.schedules.ExponentialDecay(0.5, 4, 0.5)
    optimizer = keras.optimizers.SGD(decay)
    if closed:
        optimizer.learning_rate = lambda: decay(optimizer.iterations)
    model = compile_for_digits(
        OwnLoop([keras.Input((64,)), keras.layers.Dense(10)]), optimizer=optimizer, metrics=[]
    )
    run = dl.fit(model, *digits(32)).wait()
    expected = 0.5 * 0.5 ** (np.arange(5) / 4)
    # What only the optimizer can compute isn't known of the first step, which it has made.
    np.testing.assert_allclose(rates_of_steps(run)[closed:], expected[closed:], rtol=1e-6)


@pytest.mark.parametrize("warmup", [{}, {"warmup_target": 0.1, "warmup_steps": 15}], ids=str)
def test_a_training_that_goes_on_near_the_end_of_a_decay(warmup: dict[str, Any]) -> None:
    decay = keras.optimizers.schedules.CosineDecay(0.0 if warmup else 0.1, 20_000, **warmup)
    optimizer = keras.optimizers.SGD(decay)
    optimizer.iterations.assign(19_600)  # where the rate is a small difference of large numbers
    curve = ScheduleCurve(optimizer)
    assert curve.known
    at = np.array([19_600, 19_609])
    expected = [float(decay(step)) for step in at]
    np.testing.assert_allclose(curve.at(at), expected, rtol=0, atol=1e-7)
