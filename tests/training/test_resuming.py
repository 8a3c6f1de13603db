"""`dl.resume`: what goes on, what is refused, and what is said."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest
import tensorflow as tf

import dlwidgets as dl
from dlwidgets.recording import RecordingError
from dlwidgets.recording.writer import RunWriter
from dlwidgets.training.errors import RunInProgressError
from tests.helpers.training import digits, mlp, settled

if TYPE_CHECKING:
    from pathlib import Path

    from dlwidgets.training import Run


from tests.helpers.resuming import dropping, same_run, stopped

# -- it goes on ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole() -> Run:
    """What nothing has disturbed: four epochs of 20 steps."""
    return dl.fit(dropping(), *digits(640), epochs=4).wait()


@pytest.mark.parametrize("steps", [1, 23, 40])
def test_a_stopped_run_goes_on_in_its_own_directory(whole: Run, tmp_path: Path, steps: int) -> None:
    x, y = digits(640)
    path = stopped(dropping(), tmp_path, steps, x, y, epochs=4)
    run = dl.resume(path, x, y, start=False)
    assert run.step_count == steps  # its past is there at once
    run.start().wait()
    same_run(run, whole)
    rec = dl.open_run(path)
    assert rec.state == "finished"
    np.testing.assert_array_equal(rec.metrics["loss"].value, whole.metrics["loss"].value)
    assert rec.history.history == whole.history.history
    assert list(tmp_path.iterdir()) == [path]
    # Each weight has one name, although Keras calls it differently once its model is loaded.
    names = [name for name in rec.histograms() if name.startswith("weights/")]
    assert len(names) == len(run.model.weights)
    assert {*rec.weights(0)} == {*rec.weights()}


def test_the_learning_rate_of_each_step_is_recorded_also_over_a_gap(tmp_path: Path) -> None:
    x, y = digits(640)
    decay = keras.optimizers.schedules.CosineDecay(0.0, 60, warmup_target=0.1, warmup_steps=15)

    def model() -> Any:
        made = keras.Sequential([keras.Input((64,)), keras.layers.Dense(10, activation="softmax")])
        made.compile(keras.optimizers.SGD(decay), "sparse_categorical_crossentropy")
        return made

    path = stopped(model(), tmp_path, 23, x, y, epochs=4)
    dl.resume(path, x, y).wait()
    rec = dl.open_run(path)
    rates = rec.learning_rate_history["optimizer"]
    assert rates.step.tolist() == list(range(1, 81))
    expected = [float(decay(step)) for step in range(80)]
    np.testing.assert_allclose(rates.value, expected, rtol=1e-5)
    file = rec.export("csv", tmp_path / "csv").path / "steps.csv"
    table = dl.recording.read_csv(file).points("learning_rate")
    np.testing.assert_array_equal(table.value, rates.value)

    # One that is set: by a callback at each epoch's beginning, the first one for three steps.
    def halve(epoch: int, rate: float) -> float:
        return 0.1 / 2**epoch

    scheduler = keras.callbacks.LearningRateScheduler(halve)
    run = dl.fit(mlp(), x, y, epochs=3, callbacks=[scheduler], record=tmp_path / "set").wait()
    assert run.recording is not None
    set_by_hand = run.recording.learning_rate_history["optimizer"].value
    np.testing.assert_allclose(set_by_hand, np.repeat([0.1, 0.05, 0.025], 20), rtol=1e-6)
    assert len(run.recording.recorder.learning_rates) == 3, "one note per change"


def test_a_finished_run_goes_on_with_more_epochs(whole: Run, tmp_path: Path) -> None:
    x, y = digits(640)
    first = dl.fit(dropping(), x, y, epochs=2, record=tmp_path).wait()
    assert first.recording is not None
    for few in (None, 1, 2):
        told = r"has already trained for 2 epochs\. .* pass more than 2, .*epochs=12\)"
        with pytest.raises(RecordingError, match=told):
            dl.resume(first.recording, x, y, epochs=few)
    with pytest.raises(RecordingError, match="start a new run with other data"):
        dl.resume(first.recording, x[:100], y[:100])
    run = dl.resume(first.recording, x, y, epochs=4).wait()
    same_run(run, whole)
    assert run.epochs == 4
    assert dl.open_run(first.recording.path).epochs_total == 4


@pytest.mark.parametrize("seeded", [True, False])
def test_a_shuffled_data_set_goes_on_with_its_batches(tmp_path: Path, seeded: bool) -> None:
    x, y = digits(640)

    def data() -> Any:
        tf.random.set_seed(2)
        made = tf.data.Dataset.from_tensor_slices((x, y))
        return made.shuffle(200, seed=3 if seeded else None).batch(32)

    first = dl.fit(dropping(), data(), epochs=2, record=tmp_path).wait()
    assert first.recording is not None
    run = dl.resume(first.recording, data(), epochs=3).wait()
    if seeded:
        same_run(run, dl.fit(dropping(), data(), epochs=3).wait())
        assert run.message == ""
    assert run.step_count == 60


def test_time_goes_on_over_sessions(tmp_path: Path) -> None:
    x, y = digits(640)
    path = stopped(dropping(), tmp_path, 10, x, y, epochs=3)
    for steps in (15, 20):
        before = dl.open_run(path).seconds
        run = dl.resume(path, x, y, start=False)
        run.pause()
        run.start()
        run.step(steps)
        settled(run)
        run.stop()
        run.wait()
        assert dl.open_run(path).seconds > before
    rec = dl.open_run(path)
    assert rec.step_count == 45
    assert (np.diff(rec.metrics["loss"].time) >= 0).all()
    told = [(marker.step, marker.text) for marker in rec.markers if marker.kind == "note"]
    assert told == [(10, "Resumed after step 10"), (25, "Resumed after step 25")]


# -- what is refused, and what is said -------------------------------------------------------


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    x, y = digits(640)
    early = keras.callbacks.EarlyStopping("loss")
    folder = tmp_path_factory.mktemp("runs")
    return stopped(dropping(), folder, 3, x, y, epochs=4, callbacks=[early])


def test_other_data(path: Path) -> None:
    x, y = digits(640)
    with pytest.raises(RecordingError, match=r"x as recorded: \(640, 64\).*: \(320, 64\) float32"):
        dl.resume(path, x[:320], y[:320])
    with pytest.raises(RecordingError, match="Expected the values of x that were recorded"):
        dl.resume(path, x[::-1], y)
    with pytest.raises(RecordingError, match=r"y, as recorded\. Received: none\. Pass `y=`"):
        dl.resume(path, x)
    with pytest.raises(
        RecordingError, match=r"x as recorded(.|\n)*\nPass the data of the rec.*fork"
    ):
        dl.resume(path, x.tolist(), y)
    with pytest.raises(RecordingError, match="Expected no validation_data"):
        dl.resume(path, x, y, validation_data=(x, y))


@pytest.mark.parametrize("epochs", [0, -1, 2.5, True, "3"])
def test_epochs_that_are_no_number_of_them(path: Path, epochs: Any) -> None:
    with pytest.raises(ValueError, match="Expected `epochs` to be a whole number of at least 1"):
        dl.resume(path, *digits(640), epochs=epochs)


def test_arguments_of_the_recording(path: Path) -> None:
    with pytest.raises(
        TypeError, match=r"Received: batch_size\. A resumed run takes the other arg"
    ):
        dl.resume(path, *digits(640), batch_size=8)


def test_steps_that_are_done_again_are_said(tmp_path: Path) -> None:
    x, y = digits(640)
    path = stopped(dropping(), tmp_path, 5, x, y, epochs=4)
    later = RunWriter.reopen(path, step=5)
    recorder = dl.open_run(path).recorder
    at = np.arange(6, 9)
    recorder.steps.extend(step=at, epoch=at / 20, time=at + 100.0, values={"loss": 1.0 / at})
    later.follow(recorder)
    later.close("running")
    run = dl.resume(path, x, y, start=False)
    assert "Resumes after step 5. 3 steps that weren't saved are repeated." in run.message
    run.stop()


def test_a_run_that_still_trains(tmp_path: Path) -> None:
    x, y = digits(640)
    run = dl.fit(dropping(), x, y, epochs=2, record=tmp_path, start=False)
    run.pause()
    run.start()
    settled(run)
    assert run.recording is not None
    told = rf"is still training \(process {os.getpid()} on .*use `dl\.fork`"
    try:
        with pytest.raises(RecordingError, match=told):
            dl.resume(run.recording, x, y)
    finally:
        run.stop()
        run.wait()


def test_a_run_that_failed_at_once(tmp_path: Path) -> None:
    x, y = digits(640)
    run = dl.fit(dropping(), x * np.nan, y, record=tmp_path)
    with pytest.raises(dl.training.NonFiniteLossError):
        run.wait()
    assert run.recording is not None
    with pytest.raises(RecordingError, match=r"failed after step .*Fix the cause.* NaN"):
        dl.resume(run.recording, x, y)


def test_another_model(path: Path) -> None:
    x, y = digits(640)
    with pytest.raises(RecordingError, match=r"rate: 0\.5 instead of 0\.3"):
        dl.resume(path, x, y, model=dropping(rate=0.5))
    with pytest.raises(RecordingError, match=r"layers: 3 instead of 4"):
        dl.resume(path, x, y, model=mlp())


def test_another_shape_is_refused_before_anything_is_cut(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    x, y = digits(640)
    parts = [keras.layers.Dense(9), keras.layers.Dropout(0.3), keras.layers.Dense(10)]
    wide = keras.Sequential([keras.Input((64,)), *parts])
    wide.compile("sgd", "mse")
    monkeypatch.setattr("dlwidgets.training.resuming.configuration", lambda _: None)
    before = (path / "run.json").read_bytes()
    with pytest.raises(RecordingError, match="has shape"):
        dl.resume(path, x, y, model=wide)
    assert (path / "run.json").read_bytes() == before


def test_another_version_and_missing_callbacks_are_said(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    x, y = digits(640)
    monkeypatch.setattr(keras, "__version__", "9.9.9")
    run = dl.resume(path, x, y, start=False)
    assert "resumed with 9.9.9, so the last bits may differ." in run.message
    assert "had the callbacks EarlyStopping, which are missing now" in run.message
    run.stop()


def test_two_cannot_go_on_with_one_run(path: Path) -> None:
    x, y = digits(640)
    run = dl.resume(path, x, y, start=False)
    writer = RunWriter.reopen(path, step=3)
    try:
        with pytest.raises(RecordingError):
            run.start()
        assert run.state == "ready"
    finally:
        writer.close("stopped")


def test_a_run_that_another_has_gone_on_with_loses_nothing(path: Path) -> None:
    x, y = digits(640)
    late = dl.resume(path, x, y, start=False)
    steps = dl.resume(path, x, y).wait().recording.step_count
    with pytest.raises(RecordingError, match="the run at step"):
        late.start()
    assert dl.open_run(path).step_count == steps
    late.stop()


def test_a_start_that_is_refused_leaves_no_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    x, y = digits(320)
    run = dl.fit(dropping(), x, y, epochs=1, record=tmp_path, start=False)
    seconds: list[bool] = []

    def refuse(*_: Any) -> None:
        seconds.append(run._engine.start(run))  # as another thread would
        raise RunInProgressError("taken")

    with monkeypatch.context() as patch:
        patch.setattr("dlwidgets.training.model_lock.claim", refuse)
        with pytest.raises(RunInProgressError):
            run.start()
    assert seconds == [False]
    assert run.state == "ready"
    (left,) = tmp_path.iterdir()
    assert dl.open_run(left).state == "stopped"
    RunWriter.reopen(left, step=0).close("stopped")  # its lock is free
    assert run.start().wait().recording.state == "finished"


def test_a_folder_without_a_run(tmp_path: Path) -> None:
    x, y = digits(320)
    with pytest.raises(RecordingError):
        dl.resume(tmp_path, x, y)
