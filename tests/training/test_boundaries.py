"""Touching the model between two steps: `at_boundary`, snapshots, restoring."""

from __future__ import annotations

import threading
from typing import Any

import keras
import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.training.weight_calls import WeightReader
from tests.helpers.training import compile_for_digits, digits, layers, mlp, settled, stepped
from tests.helpers.waiting import until

FOREVER = 1_000_000


def running(**arguments: Any) -> dl.Run:
    x, y = digits(640)
    return dl.fit(mlp(), x, y, epochs=FOREVER, **arguments)


def test_a_function_runs_on_the_training_thread_between_two_steps() -> None:
    run = running()
    until(lambda: run.step_count > 10)
    thread, recorded, iterations = run.at_boundary(
        lambda: (
            threading.current_thread().name,
            run.step_count,
            int(run.model.optimizer.iterations.numpy()),
        )
    ).result(60)
    assert thread.startswith("dlwidgets-")
    assert recorded == iterations


def test_what_a_function_raises_is_its_own_affair() -> None:
    run = running()
    future = run.at_boundary(lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        future.result(60)
    done = run.step_count
    until(lambda: run.step_count > done)
    assert run.state == "running"


def test_when_nothing_trains_it_runs_at_once() -> None:
    run = running(start=False)
    me = threading.current_thread().name
    assert run.at_boundary(lambda: threading.current_thread().name).result(0) == me
    run.stop()
    assert run.at_boundary(lambda: threading.current_thread().name).result(0) == me


def test_a_function_asked_for_before_the_end_runs_after_it() -> None:
    run = running(start=False)
    run.pause()
    run.start()
    settled(run)
    first = run.at_boundary(run.stop)
    second = run.at_boundary(lambda: str(run.state))
    first.result(60)
    assert second.result(60) in {"paused", "stopped"}
    run.wait()


def test_a_cancelled_function_does_not_run() -> None:
    run = running(start=False)
    block, ran = threading.Event(), []
    run.start()
    busy = run.at_boundary(lambda: block.wait(60))
    late = run.at_boundary(lambda: ran.append(1))
    if late.cancel():
        block.set()
        busy.result(60)
        run.at_boundary(lambda: None).result(60)
        assert ran == []
    block.set()


def test_evaluating_at_a_boundary_works_even_while_paused() -> None:
    run = running(start=False)
    run.pause()
    run.start()
    settled(run)
    stepped(run, 3)
    x, y = digits(640)
    loss, accuracy = run.at_boundary(lambda: run.model.evaluate(x, y, verbose=0)).result(60)
    right = run.at_boundary(lambda: run.model.predict(x, verbose=0)).result(60).argmax(axis=1)
    assert accuracy == pytest.approx((right == y).mean(), abs=1e-6)
    assert np.isfinite(loss)
    assert run.step_count == 3


def test_snapshots_while_running_paused_and_ended() -> None:
    run = running()
    until(lambda: run.step_count > 3)
    first = run.snapshot(60)
    assert 0 < first.step <= run.step_count
    assert first.epoch == pytest.approx(first.step / 20)
    run.pause()
    settled(run)
    second, third = run.snapshot(60), run.snapshot(60)
    assert second.step == third.step == run.step_count
    for one, other in zip(second.weights, third.weights, strict=True):
        np.testing.assert_array_equal(one, other)
        assert one is not other
    run.stop()
    run.wait()
    assert run.snapshot(1).step == run.step_count


def test_a_snapshot_is_a_copy_that_training_does_not_change() -> None:
    run = running(start=False)
    run.pause()
    run.start()
    settled(run)
    stepped(run, 1)
    snapshot = run.snapshot(60)
    before = [w.copy() for w in snapshot.weights]
    stepped(run, 3)
    for kept, then in zip(snapshot.weights, before, strict=True):
        np.testing.assert_array_equal(kept, then)
    assert any(
        (a != b).any() for a, b in zip(snapshot.weights, run.model.get_weights(), strict=True)
    )
    run.restore(snapshot)
    for now, then in zip(run.model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(now, then)


def test_training_that_goes_on_from_a_snapshot_drops_the_same_units_again() -> None:
    keras.utils.set_random_seed(1)
    stack = [keras.Input((64,)), layers.Dense(16), layers.Dropout(0.5), layers.Dense(10)]
    model = compile_for_digits(keras.Sequential(stack), optimizer=keras.optimizers.SGD(0.1))
    x, y = digits(64)
    run = dl.fit(model, x, y, batch_size=64, epochs=20, shuffle=False, start=False)
    run.pause()
    run.start()
    settled(run)
    stepped(run, 2)
    snapshot = run.snapshot(60)
    stepped(run, 2)
    run.restore(snapshot)
    stepped(run, 2)
    loss = run.metrics["loss"].value
    np.testing.assert_array_equal(loss[2:4], loss[4:6])
    run.restore(run.last_snapshot)  # the newest that was kept in passing
    run.stop()


def test_a_snapshot_that_nobody_can_take_in_time_is_not_taken_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = running(start=False)
    run.pause()
    run.start()
    settled(run)
    weights, copied = run.model.get_weights(), []
    monkeypatch.setattr(WeightReader, "read", lambda _, __: copied.append(1) or weights)
    block = threading.Event()
    run.at_boundary(block.wait)
    with pytest.raises(TimeoutError):
        run.snapshot(timeout=0.05)
    block.set()
    run.at_boundary(lambda: None).result(60)
    assert not copied
    run.snapshot(60)
    assert copied


def test_a_snapshot_goes_into_a_clone_and_into_nothing_else() -> None:
    run = running(start=False)
    snapshot = run.snapshot()
    clone = keras.models.clone_model(run.model)
    snapshot.load_into(clone)
    np.testing.assert_array_equal(clone.get_weights()[0], run.model.get_weights()[0])
    other = compile_for_digits(keras.Sequential([keras.Input((64,)), layers.Dense(10)]))
    with pytest.raises(ValueError, match=r"\(64, 32\).*a model with shapes \[\(64, 10\)"):
        snapshot.load_into(other)


def test_restoring_without_a_snapshot() -> None:
    run = running(start=False)
    run.stop()
    with pytest.raises(RuntimeError, match="No snapshot was kept"):
        run.restore()


def test_looking_does_not_disturb_the_epochs_metrics() -> None:
    x, y = digits(320)
    history = mlp().fit(x, y, epochs=1, verbose=0).history
    run = dl.fit(mlp(), x, y, epochs=1, start=False)
    run.pause()
    run.start()
    settled(run)
    stepped(run, 5)
    run.at_boundary(lambda: run.model.evaluate(x[:50], y[:50], verbose=0)).result(60)
    run.resume()
    run.wait()
    np.testing.assert_allclose(run.history["loss"], history["loss"], rtol=1e-6)
