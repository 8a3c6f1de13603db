"""Start, pause, step, resume and stop, at every moment of a run."""

from __future__ import annotations

import threading
from typing import Any

import keras
import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.training.events import Events, State
from dlwidgets.training.recorder import Clock
from dlwidgets.training.run_engine import engine_of
from dlwidgets.training.steering import Steering, StopTraining
from tests.helpers.training import digits, mlp, settled, stepped
from tests.helpers.waiting import until

FOREVER = 1_000_000


def endless_run(**arguments: Any) -> dl.Run:
    x, y = digits(640)
    return dl.fit(mlp(), x, y, epochs=FOREVER, **arguments)


def paused_run(**arguments: Any) -> dl.Run:
    run = endless_run(start=False, **arguments)
    run.pause()
    run.start()
    return settled(run)


def test_states_of_a_whole_life() -> None:
    run = endless_run(start=False)
    assert run.state == "ready"
    assert run.phase == ""
    states: list[str] = []
    run.subscribe(lambda event: states.append(str(run.state)) if event.kind == "state" else None)
    run.start()
    assert run.state == "running"
    until(lambda: run.step_count > 50)
    assert run.phase == "training"
    run.pause()
    settled(run)
    done = run.step_count
    assert run.at_boundary(lambda: run.step_count).result(60) == done
    run.resume()
    until(lambda: run.step_count > done)
    run.stop()
    assert run.wait() is run
    assert states == ["running", "paused", "running", "stopped"]
    assert run.phase == ""
    assert run.pending == ""


def test_paused_before_the_start_it_waits_before_its_first_step() -> None:
    run = paused_run()
    assert run.step_count == 0
    assert run.history == {}


def test_step_runs_exactly_so_many_steps() -> None:
    run = paused_run()
    for n in (1, 5, 1, 30):  # an epoch has 20 steps
        before = run.step_count
        iterations = int(run.model.optimizer.iterations.numpy())
        stepped(run, n)
        assert run.step_count == before + n
        assert int(run.model.optimizer.iterations.numpy()) == iterations + n
    assert run.state == "paused"
    assert run.step_count == 37


def test_step_while_running_pauses_after_it() -> None:
    run = endless_run()
    until(lambda: run.step_count > 5)
    run.step(3)
    settled(run)
    done = run.step_count
    assert run.at_boundary(lambda: run.step_count).result(60) == done


def test_steps_add_up() -> None:
    run = paused_run()
    for _ in range(7):
        run.step()
    until(lambda: run.step_count == 7)
    assert run.at_boundary(lambda: run.step_count).result(60) == 7


@pytest.mark.parametrize("n", [0, -1, 1.5, True, "3", None])
def test_step_needs_a_whole_number(n: Any) -> None:
    run = endless_run(start=False)
    with pytest.raises(ValueError, match=f"at least 1. Received: {n!r}"):
        run.step(n)


def test_stop_before_the_start() -> None:
    run = endless_run(start=False)
    run.stop()
    assert run.state == "stopped"
    assert run.wait(1) is run
    with pytest.raises(RuntimeError, match="Its state is stopped"):
        run.start()


def test_stop_before_the_first_step() -> None:
    run = endless_run()
    run.stop()
    run.wait()
    assert run.state == "stopped"
    assert run.step_count == 0
    assert run.error is None


def test_stop_keeps_the_weights_and_every_step() -> None:
    x, y = digits(640)
    model = mlp()
    run = dl.fit(model, x, y, epochs=FOREVER)
    before = [w.copy() for w in model.get_weights()]
    until(lambda: run.step_count > 45)
    run.stop()
    run.wait()
    assert int(model.optimizer.iterations.numpy()) == run.step_count
    assert any((a != b).any() for a, b in zip(before, model.get_weights(), strict=True))
    assert len(run.metrics["loss"]) == run.step_count
    assert len(run.history["loss"]) == run.step_count // 20
    snapshot = run.last_snapshot
    assert snapshot is not None
    assert snapshot.step == run.step_count
    for kept, now in zip(snapshot.weights, model.get_weights(), strict=True):
        np.testing.assert_array_equal(kept, now)


def test_stop_while_paused_and_twice() -> None:
    run = paused_run()
    run.stop()
    run.stop()
    run.wait()
    run.stop()
    assert run.state == "stopped"


def test_after_the_end_nothing_can_be_asked_for() -> None:
    x, y = digits(64)
    run = dl.fit(mlp(), x, y).wait()
    assert run.state == "finished"
    for ask in (run.pause, run.resume, run.step):
        with pytest.raises(RuntimeError, match="This run is finished"):
            ask()
    with pytest.raises(RuntimeError, match="Its state is finished"):
        run.start()
    run.stop()
    assert run.state == "finished"


def test_started_twice() -> None:
    run = endless_run()
    with pytest.raises(RuntimeError, match="Its state is running"):
        run.start()


def test_started_by_many_threads_at_once_it_starts_once() -> None:
    run = endless_run(start=False)
    barrier = threading.Barrier(8)
    outcomes: list[str] = []

    def start() -> None:
        barrier.wait()
        try:
            run.start()
        except RuntimeError:
            outcomes.append("refused")
        else:
            outcomes.append("started")

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(outcomes) == ["refused"] * 7 + ["started"]


def test_steered_by_many_threads_at_once() -> None:
    run = endless_run()
    failures: list[BaseException] = []

    def steer(seed: int) -> None:
        random = np.random.default_rng(seed)
        asks = [run.pause, run.resume, run.step, lambda: run.at_boundary(int), lambda: run.metrics]
        try:
            for i in random.integers(0, len(asks), 60):
                asks[i]()
                if "loss" in run.metrics:
                    points = engine_of(run).recorder.steps.points("loss")
                    assert len(points.step) == len(points.value)
                    assert (np.diff(points.step) == 1).all()
        except BaseException as error:
            failures.append(error)
            raise

    threads = [threading.Thread(target=steer, args=(i,)) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    run.resume()
    done = run.step_count
    until(lambda: run.step_count > done)
    run.pause()
    settled(run)
    stepped(run, 4)


def test_pause_in_a_validation() -> None:
    x, y = digits(640)
    run = dl.fit(mlp(), x, y, epochs=FOREVER, validation_data=(x, y), start=False)

    def on_event(event: Any) -> None:
        if event.kind == "phase" and run.phase == "validating" and run.epoch == 1:
            run.pause()

    run.subscribe(on_event)
    run.start()
    settled(run)
    assert run.phase == "validating"
    assert run.epoch == 1
    assert run.step_count == 40
    assert len(run.history["val_loss"]) == 1
    stepped(run, 1)
    assert run.step_count == 41
    assert len(run.history["val_loss"]) == 2
    run.stop()
    run.wait()


def test_stop_in_a_validation() -> None:
    x, y = digits(320)
    run = dl.fit(mlp(), x, y, epochs=FOREVER, validation_data=(x, y), start=False)
    run.subscribe(lambda event: run.stop() if run.phase == "validating" else None)
    run.start().wait()
    assert run.state == "stopped"
    assert run.step_count == 10
    assert run.history == {}


def test_pausing_and_stepping_do_not_change_the_result() -> None:
    x, y = digits(320)
    plain, observed = mlp(), mlp()
    history = plain.fit(x, y, epochs=3, validation_data=(x, y), verbose=0).history
    run = dl.fit(observed, x, y, epochs=3, validation_data=(x, y), start=False)
    run.pause()
    run.start()
    settled(run)
    stepped(run, 13)
    run.at_boundary(lambda: observed.evaluate(x, y, verbose=0)).result(60)
    run.resume()
    run.wait()
    for one, other in zip(plain.get_weights(), observed.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    for key, values in history.items():
        np.testing.assert_allclose(run.history[key], values, rtol=1e-6, err_msg=key)


def test_steered_from_inside_a_callback() -> None:
    x, y = digits(320)

    class Meddler(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            if epoch == 1:
                run.pause()
            if epoch == 3:
                run.stop()

    run = dl.fit(mlp(), x, y, epochs=FOREVER, callbacks=[Meddler()], start=False)
    run.start()
    settled(run)
    assert run.step_count == 20
    run.resume()
    run.wait()
    assert run.state == "stopped"
    assert run.step_count == 40


def test_time_spent_paused_is_not_training_time() -> None:
    run = paused_run()
    stepped(run, 3)
    clock = engine_of(run).recorder.clock
    until(lambda: clock.seconds == clock.seconds)
    before = clock.seconds
    gap = threading.Event()
    gap.wait(0.3)
    assert clock.seconds == before, "the clock runs on while the run is paused"
    stepped(run, 1)
    times = run.metrics["loss"].time
    assert times[-1] - times[-2] < 0.3
    assert before >= times[-2]


def test_single_steps_go_on_into_the_next_epoch() -> None:
    """The end of data whose length isn't known is no step."""
    import tensorflow as tf

    pairs = tf.data.Dataset.from_tensor_slices(digits(64)).batch(32)
    run = dl.fit(mlp(), pairs.filter(lambda *_: True), epochs=3, start=False)
    run.pause()
    run.start()
    settled(run)
    stepped(run, 3)
    assert (run.step_count, run.epoch, run.state) == (3, 1, "paused")
    stepped(run, 1)
    stepped(run, 2)
    assert (run.step_count, run.epoch) == (6, 2)
    run.resume()
    run.wait()
    assert run.step_count == 6


def test_no_request_is_lost_however_threads_take_turns() -> None:
    events = Events()
    steering = Steering(events, Clock())
    done = [0]

    def train() -> None:
        steering.begin()
        try:
            while True:
                steering.boundary(step=True)
                done[0] += 1
        except StopTraining:
            steering.end(State.STOPPED)

    steering.pause()
    steering.leave_ready(State.RUNNING)
    thread = threading.Thread(target=train)
    thread.start()
    rng = np.random.default_rng(0)
    for _ in range(300):
        n = int(rng.integers(1, 4))
        before = steering.call(lambda: done[0]).result(60)
        steering.step(n)
        until(lambda goal=before + n: done[0] >= goal, "the steps")
        assert steering.call(lambda: done[0]).result(60) == before + n
        if rng.random() < 0.2:
            steering.resume()
            steering.pause()
            until(lambda: steering.state is State.PAUSED, "the pause")
    steering.stop()
    thread.join(60)
    assert steering.state is State.STOPPED
