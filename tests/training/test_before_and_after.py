"""Weights from before the training, epochs of odd lengths, runs after their end."""

from __future__ import annotations

import threading
import traceback
import weakref
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

import dlwidgets as dl
from dlwidgets.training import Live, NonFiniteLossError, RunInProgressError
from dlwidgets.training import live as live_module
from dlwidgets.training.events import Events
from dlwidgets.training.executor import Execution
from dlwidgets.training.recorder import Recorder
from dlwidgets.training.run_engine import engine_of
from tests.helpers.training import compile_for_digits, digits, layers, mlp, settled, stepped
from tests.helpers.waiting import until_collected


@pytest.fixture(autouse=True)
def no_display(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_module, "display_live", lambda _run: None)


@pytest.mark.parametrize("blocking", [True, False])
def test_a_first_step_that_ruins_the_weights_loses_nothing(blocking: bool) -> None:
    x, y = digits(64)
    model = mlp()
    pretrained = model.get_weights()
    x[:] = np.nan
    if blocking:
        model.fit(x, y, verbose=0, callbacks=[live := Live()])
        run = live.run
        assert run is not None
    else:
        run = dl.fit(model, x, y)
        with pytest.raises(NonFiniteLossError):
            run.wait()
    assert (
        "The weights from before training are kept. Load them with `run.restore()`" in run.message
    )
    assert run.last_snapshot.step == 0
    run.restore()
    for now, then in zip(model.get_weights(), pretrained, strict=True):
        np.testing.assert_array_equal(now, then)


class Masked(layers.Layer):
    def build(self, shape: Any) -> None:
        mask = lambda *_, **__: tf.constant([-np.inf, 1.0])  # noqa: E731
        self.mask = self.add_weight(shape=(2,), initializer=mask, trainable=False)

    def call(self, x: Any) -> Any:
        return x * self.mask[1]


def test_a_model_that_is_built_by_its_first_step_may_hold_infinity() -> None:
    model = compile_for_digits(keras.Sequential([Masked(), layers.Dense(10)]))
    run = dl.fit(model, *digits(64), epochs=2).wait()
    assert run.state == "finished"
    assert run.step_count == run.last_snapshot.step == 4


def execution(n: int) -> Execution:
    values = {"loss": np.ones(n)}
    return Execution(n, 0.01, np.full(n, 32), values, {"loss": 1.0})


def test_epochs_of_different_lengths_keep_the_charts() -> None:
    recorder = Recorder(Events())
    for epoch, length in enumerate([10, 12, 8]):
        recorder.begin_epoch(epoch)
        recorder.record(execution(length), 0.0)
        recorder.end_epoch({"loss": 1.0})
        assert recorder.steps.revision == 1
    assert recorder.steps_per_epoch == 10
    epochs = recorder.metrics["loss"].epoch
    assert (np.diff(epochs) >= 0).all()
    np.testing.assert_allclose(epochs[[9, 21, 29]], [1, 2, 2.8])
    assert recorder.epochs.points("loss").epoch.tolist() == [1, 2, 3]


class StopAt(keras.callbacks.Callback):
    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        if batch == 3:
            self.model.stop_training = True


def test_an_epoch_that_was_cut_short_does_not_look_whole() -> None:
    x, y = digits(320)
    run = dl.fit(mlp(), x, y, callbacks=[StopAt()]).wait()
    mlp().fit(x, y, verbose=0, callbacks=[StopAt(), live := Live()])
    for one in (run, live.run):
        assert engine_of(one).recorder.steps_per_epoch == 10
        assert engine_of(one).recorder.epochs.points("loss").epoch == pytest.approx(0.4)
        assert one.metrics["loss"].epoch[-1] == pytest.approx(0.4)


def test_the_first_epoch_is_known() -> None:
    x, y = digits(64)
    model = mlp()
    run = dl.fit(model, x, y, epochs=5, initial_epoch=3).wait()
    assert (run.initial_epoch, run.epochs_to_run) == (3, 2)
    model.fit(x, y, verbose=0, epochs=5, initial_epoch=4, callbacks=[live := Live()])
    assert (live.run.initial_epoch, live.run.epochs_to_run) == (4, 1)


def test_an_ended_run_asks_the_one_that_trains_its_model() -> None:
    x, y = digits(64)
    model = mlp()
    first = dl.fit(model, x, y).wait()
    final = first.snapshot()
    second = dl.fit(model, x, y, epochs=1_000_000, start=False)
    second.pause()
    settled(second.start())
    stepped(second, 3)
    thread = second.at_boundary(threading.get_ident).result(60)
    assert thread != threading.get_ident()
    assert first.at_boundary(threading.get_ident).result(60) == thread
    assert first.snapshot().step == final.step == 2
    np.testing.assert_array_equal(first.snapshot().weights[0], final.weights[0])
    first.restore(final)
    restored = second.at_boundary(model.get_weights).result(60)
    np.testing.assert_array_equal(restored[0], final.weights[0])
    never = dl.training.Run(model, None)
    with pytest.raises(RunInProgressError, match="being trained by another run"):
        never.snapshot()


def test_a_failed_run_lets_go_of_the_data() -> None:
    x, y = digits(64)
    y = y + 5
    seen = [weakref.ref(x), weakref.ref(y)]
    run = dl.fit(mlp(), x, y)
    with pytest.raises(tf.errors.InvalidArgumentError):
        run.wait()
    del x, y
    until_collected(*seen)  # iterators are dropped on a thread of their own
    assert "fit_job.py" in "".join(traceback.format_exception(run.error))


@pytest.mark.parametrize("subclassed", [True, False])
def test_labels_out_of_range_where_the_loss_is_nan(subclassed: bool) -> None:
    class Own(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.dense = layers.Dense(10)

        def call(self, x: Any) -> Any:
            return self.dense(x)

    x, y = digits(64)
    y = y.copy()
    y[40] = 12
    model = compile_for_digits(Own(), jit_compile=True) if subclassed else mlp(jit_compile=True)
    run = dl.fit(model, x, y, shuffle=False)
    with pytest.raises(NonFiniteLossError) as caught:
        run.wait()
    assert caught.value.step == 2
    assert "the model's output has 10 classes, so labels must be from 0 to 9" in (run.message)
    assert "learning rate" not in run.message


def test_many_short_runs_give_no_warning_of_retracing(caplog: pytest.LogCaptureFixture) -> None:
    x, y = digits(32)
    logger = tf.get_logger()
    logger.addHandler(caplog.handler)
    try:
        for _ in range(6):
            dl.fit(mlp(), x, y, epochs=2).wait()
    finally:
        logger.removeHandler(caplog.handler)
    assert "retracing" not in caplog.text
