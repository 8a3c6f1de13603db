"""One model is trained by one run at a time; different models train side by side."""

from __future__ import annotations

import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.training import RunInProgressError, model_lock
from dlwidgets.training.model_source import ModelSource
from tests.helpers.models_without_call import gan
from tests.helpers.training import digits, mlp, same_weights, settled
from tests.helpers.waiting import until, until_collected

if TYPE_CHECKING:
    from collections.abc import Callable

FOREVER = 1_000_000


def test_two_runs_on_one_model() -> None:
    model = mlp()
    first = dl.fit(model, *digits(320), epochs=FOREVER)
    # At once, before the first run's thread has done anything.
    with pytest.raises(RunInProgressError, match="is being trained by another run"):
        dl.fit(model, *digits(320))
    first.stop()
    first.wait()
    assert dl.fit(model, *digits(320)).wait().state == "finished"


def test_two_ready_runs_start_one_after_the_other() -> None:
    model = mlp()
    runs = [dl.fit(model, *digits(320), epochs=2, start=False) for _ in range(2)]
    runs[0].start()
    with pytest.raises(RunInProgressError):
        runs[1].start()
    assert runs[1].state == "ready"
    runs[0].wait()
    runs[1].start().wait()
    assert int(model.optimizer.iterations.numpy()) == 40


@pytest.mark.parametrize("what", ["fit", "evaluate"])
def test_the_model_is_not_lent_to_another_thread_meanwhile(what: str) -> None:
    x, y = digits(320)
    plain, model = mlp(), mlp()
    plain.fit(x, y, epochs=2, verbose=0)
    run = dl.fit(model, x, y, epochs=2, start=False)
    run.pause()
    run.start()
    settled(run)
    with pytest.raises(RunInProgressError, match=r"run\.at_boundary"):
        getattr(model, what)(x, y, verbose=0)
    run.resume()
    run.wait()
    assert run.step_count == 20
    same_weights(plain, model)


def test_models_train_side_by_side() -> None:
    x, y = digits(320)
    alone = mlp()
    alone.fit(x, y, epochs=20, verbose=0, shuffle=False)
    models = [mlp() for _ in range(3)]
    runs = [dl.fit(model, x, y, epochs=20, shuffle=False) for model in models]
    for run in runs:
        run.wait()
    for model in models:
        same_weights(alone, model)


def test_a_run_waits_for_a_look_at_the_model() -> None:
    """As the first look after a run's end, which may use the model itself."""
    model = mlp()
    first = dl.fit(model, *digits(320)).wait()
    begun, go_on, trains = (threading.Event() for _ in range(3))
    during = []

    def look() -> None:
        begun.set()
        assert go_on.wait(60)
        during.append(trains.wait(2))

    callback = keras.callbacks.LambdaCallback(on_train_begin=lambda _logs: trains.set())
    with ThreadPoolExecutor() as pool:
        looking = pool.submit(lambda: first.at_boundary(look).result())
        assert begun.wait(60)
        second = dl.fit(model, *digits(320), callbacks=[callback])
        go_on.set()
        looking.result(60)
    assert during == [False]
    assert second.wait().step_count == 10


def test_a_look_may_look_again_and_start_a_run() -> None:
    x, y = digits(320)
    model = mlp()
    first = dl.fit(model, x, y).wait()

    def look() -> tuple[int, int]:
        second = dl.fit(model, x, y).wait(60)
        return first.at_boundary(lambda: second.step_count).result(60), second.snapshot(60).step

    assert first.at_boundary(look).result(60) == (10, 10)


def test_a_look_that_has_started_a_run_waits_for_its_boundary() -> None:
    x, y = digits(320)
    model = mlp()
    first = dl.fit(model, x, y).wait()

    def look() -> None:
        second = dl.fit(model, x, y, epochs=FOREVER)
        until(lambda: second.step_count > 0)
        assert first.at_boundary(threading.get_ident).result(60) != threading.get_ident()
        second.stop()
        second.wait(60)

    first.at_boundary(look).result(60)


def test_a_look_that_was_begun_before_may_look_again_while_a_run_starts() -> None:
    x, y = digits(320)
    model = mlp()
    first = dl.fit(model, x, y).wait()
    begun, started = threading.Event(), threading.Event()

    def look() -> int:
        begun.set()
        assert started.wait(60)
        return first.at_boundary(lambda: first.snapshot(60).step).result(60)

    with ThreadPoolExecutor() as pool:
        looking = pool.submit(lambda: first.at_boundary(look).result())
        assert begun.wait(60)
        second = dl.fit(model, x, y)
        started.set()
        assert looking.result(60) == 10
    assert second.wait().step_count == 10


@pytest.mark.parametrize(
    "ask",
    [
        lambda run: run.snapshot(20),
        lambda run: run.restore(run.snapshot(20)),
        lambda run: run.set_learning_rate(0.5).result(20),
        lambda run: run.at_boundary(run.model.get_weights).result(20),
        lambda run: ModelSource(run).refresh(),
    ],
    ids=["snapshot", "restore", "learning rate", "at_boundary", "ModelSource"],
)
def test_a_look_asks_the_run_that_starts_meanwhile_and_waits_for_it(
    ask: Callable[[dl.Run], Any],
) -> None:
    run = dl.fit(mlp(), *digits(320), start=False)
    begun, started = threading.Event(), threading.Event()

    def look() -> int:
        begun.set()
        assert started.wait(60)
        ask(run)
        return run.step_count

    with ThreadPoolExecutor() as pool:
        looking = pool.submit(lambda: run.at_boundary(look).result())
        assert begun.wait(60)
        run.start()
        started.set()
        assert looking.result(60) == 0
    assert run.wait(60).step_count == 10


def test_a_run_that_waits_for_a_look_is_stopped_at_once() -> None:
    trained: list[int] = []
    callback = keras.callbacks.LambdaCallback(on_train_begin=lambda _logs: trained.append(1))
    run = dl.fit(mlp(), *digits(320), callbacks=[callback], start=False)
    begun, go_on = threading.Event(), threading.Event()

    def look() -> None:
        begun.set()
        assert go_on.wait(60)

    with ThreadPoolExecutor() as pool:
        looking = pool.submit(lambda: run.at_boundary(look).result())
        assert begun.wait(60)
        try:
            run.start()
            run.stop()
            assert run.wait(20).state == "stopped"
            assert not looking.done()
        finally:
            go_on.set()
        looking.result(60)
    assert not trained
    assert dl.fit(run.model, *digits(320)).wait(60).step_count == 10


def test_a_fit_that_waits_for_a_look_is_stopped_at_once() -> None:
    model, live = mlp(), dl.Live()
    first = dl.fit(model, *digits(320)).wait()
    begun, go_on = threading.Event(), threading.Event()

    def look() -> None:
        begun.set()
        assert go_on.wait(60)

    with ThreadPoolExecutor() as pool:
        looking = pool.submit(lambda: first.at_boundary(look).result())
        assert begun.wait(60)
        try:
            fitting = pool.submit(model.fit, *digits(320), verbose=0, callbacks=[live])
            until(lambda: live.run is not None and live.run.state == "running")
            assert live.run is not None
            live.run.stop()
            fitting.result(20)
            assert not looking.done()
        finally:
            go_on.set()
        looking.result(60)
    assert (live.run.state, live.run.step_count) == ("stopped", 0)


def test_a_look_at_a_model_that_has_begun_to_train_waits_for_a_boundary() -> None:
    model = mlp()
    source = ModelSource(model)
    assert source.use(lambda _model: threading.get_ident()) == threading.get_ident()
    run = dl.fit(model, *digits(320), epochs=FOREVER, start=False)
    run.pause()
    settled(run.start())
    trains = run.at_boundary(threading.get_ident).result(60)
    assert source.use(lambda _model: threading.get_ident()) == trains
    run.stop()
    run.wait()
    assert source.use(lambda _model: threading.get_ident()) == threading.get_ident()


def paused_gan() -> dl.Run:
    x = np.random.default_rng(0).uniform(size=(64, 8, 8, 1)).astype("float32")
    run = dl.fit(gan(), x, epochs=FOREVER, start=False)
    run.pause()
    return run


def test_a_look_at_a_part_waits_for_a_boundary_of_the_whole() -> None:
    run = paused_gan()
    generator = run.model.generator
    trunk = keras.Model(generator.inputs, generator.layers[0].output)
    nested = keras.Sequential([keras.Input((5,)), generator, keras.layers.Flatten()])
    other = mlp()
    settled(run.start())
    trains = run.at_boundary(threading.get_ident).result(60)
    me = threading.get_ident()
    assert trains != me
    for model in (generator, trunk, nested):
        assert ModelSource(model).use(lambda _model: threading.get_ident()) == trains
    assert ModelSource(other).use(lambda _model: threading.get_ident()) == me
    run.stop()
    run.wait()
    assert ModelSource(generator).use(lambda _model: threading.get_ident()) == me


def test_a_run_waits_for_a_look_at_a_part() -> None:
    run = paused_gan()
    source = ModelSource(run.model.generator)
    begun, go_on = threading.Event(), threading.Event()

    def look(_generator: Any) -> int:
        begun.set()
        assert go_on.wait(60)
        return run.at_boundary(threading.get_ident).result(60)  # here, since the run waits for it

    with ThreadPoolExecutor() as pool:
        looking = pool.submit(lambda: (source.use(look), threading.get_ident()))
        assert begun.wait(60)
        run.start()
        go_on.set()
        called_by, looked_by = looking.result(60)
    assert called_by == looked_by
    settled(run)
    run.stop()


def test_a_part_is_not_trained_beside_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    run = paused_gan()
    whole = run.model
    generator = whole.generator
    generator.compile("sgd", "mse")
    codes, images = np.zeros((32, 5), "float32"), np.zeros((32, 8, 8, 1), "float32")
    part = dl.fit(generator, codes, images, start=False)
    settled(run.start())
    shares = r"shares weights with 'gan.*', which is being trained"
    with pytest.raises(RunInProgressError, match=shares):
        part.start()
    # Also where the other run began after the first check.
    with monkeypatch.context() as patch:
        patch.setattr(model_lock, "check_free", lambda _model: None)
        with pytest.raises(RunInProgressError, match=shares):
            part.start()
    # Two heads on a trunk that neither of them trains have no weight to spoil for each other.
    layers = keras.layers
    heads = [keras.Sequential([generator, layers.Flatten(), layers.Dense(3)]) for _ in range(2)]
    generator.trainable = False
    for head in heads:
        head.compile("sgd", "mse")
        assert dl.fit(head, codes, np.zeros((32, 3))).wait().state == "finished"
    generator.trainable = True
    run.stop()
    run.wait()
    assert part.start().wait().state == "finished"


def test_an_ended_run_that_is_dropped_frees_its_model_and_data() -> None:
    x, y = digits(320)
    model = mlp()
    run = dl.fit(model, x, y, epochs=2, validation_split=0.2).wait()
    gone = [weakref.ref(run), weakref.ref(model)]
    del run, model
    # TensorFlow's graphs are cycles; several rounds free what the earlier ones let go of.
    until_collected(*gone)


def test_an_ended_run_lets_go_of_the_data() -> None:
    x, y = digits(320)
    x = x.copy()
    gone = weakref.ref(x)
    run = dl.fit(mlp(), x, y).wait()
    del x
    until_collected(gone)
    assert run.state == "finished"
