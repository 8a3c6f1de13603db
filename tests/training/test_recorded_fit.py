"""`dl.fit(record=…)`: the same training, and a recording of it."""

from __future__ import annotations

import errno
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest
import tensorflow as tf

import dlwidgets as dl
from dlwidgets.inspect.tracking import weight_paths
from dlwidgets.recording import RecordingError
from dlwidgets.recording.resume_files import read_resume
from dlwidgets.training.run_engine import engine_of
from tests.helpers.training import compile_for_digits, digits, layers, mlp, same_weights, settled
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from pathlib import Path


def cnn(seed: int = 1) -> Any:
    keras.utils.set_random_seed(seed)
    stack = [keras.Input((64,)), layers.Dense(16, activation="relu"), layers.Dropout(0.3)]
    return compile_for_digits(keras.Sequential([*stack, layers.Dense(10)]))


def test_a_recorded_run_trains_to_the_weights_of_fit(tmp_path: Path) -> None:
    x, y = digits()
    arguments: dict[str, Any] = {"epochs": 3, "validation_data": (x[:200], y[:200])}
    plain, recorded = cnn(), cnn()
    keras.utils.set_random_seed(3)
    history = plain.fit(x, y, verbose=0, **arguments)
    drawn = np.random.rand(), keras.random.uniform(()).numpy()
    keras.utils.set_random_seed(3)
    record = dl.record(tmp_path, resume_every=0.01)
    run = dl.fit(recorded, x, y, **arguments, record=record).wait()
    same_weights(plain, recorded)
    assert run.history.history == history.history
    assert (np.random.rand(), keras.random.uniform(()).numpy()) == drawn
    assert run.message == ""


def test_what_a_recording_says_of_its_run(tmp_path: Path) -> None:
    x, y = digits(320)
    run = dl.fit(mlp(), x, y, epochs=2, batch_size=64, class_weight={3: 2.0}, record=tmp_path)
    run.wait()
    rec = run.recording
    assert rec is not None
    assert rec.state == "finished"
    assert rec.path.parent == tmp_path
    np.testing.assert_array_equal(rec.metrics["loss"].value, run.metrics["loss"].value)
    assert rec.history.history == run.history.history
    info = json.loads((rec.path / "run.json").read_text())
    assert info["model"] == {"name": "sequential", "class": "Sequential"} | {
        "name": run.model.name,
        "parameters": 2410,
        "layers": 2,
    }
    assert info["fit"]["batch_size"] == 64
    assert info["fit"]["class_weight"] == {"3": 2.0}
    assert info["compile"]["optimizer"]["class"] == "Adam"
    assert info["data"]["x"]["shape"] == [320, 64]
    assert info["seeds"] == {"tensorflow": 1}
    assert info["versions"]["keras"] == keras.__version__
    assert info["epochs"] == 2


def test_its_snapshots_are_the_weights_before_and_after(tmp_path: Path) -> None:
    x, y = digits(320)
    model = mlp()
    before = model.get_weights()
    run = dl.fit(model, x, y, epochs=2, record=tmp_path).wait()
    rec = run.recording
    assert rec is not None
    assert [rec.snapshots[0].step, rec.snapshots[-1].step] == [0, 20]
    first, last = rec.weights(0), rec.weights(20)
    paths = weight_paths(model)
    for path, old, new in zip(paths, before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(first[path], old)
        np.testing.assert_array_equal(last[path], new)
    np.testing.assert_allclose(rec.model().predict(x, verbose=0), model.predict(x, verbose=0))


def test_a_state_is_kept_at_each_pause(tmp_path: Path) -> None:
    x, y = digits(320)
    record = dl.record(tmp_path, resume_every=1000)
    run = dl.fit(mlp(), x, y, epochs=3, record=record, start=False)
    assert run.recording is None
    run.pause()
    run.start()
    run.step(7)
    settled(run)
    rec = run.recording
    assert rec is not None
    assert rec.state == "running" or rec.state == "paused"
    run.stop()
    run.wait()
    assert read_resume(rec.path)[1]["step"] == run.step_count == 7
    assert run.recording is not None
    assert run.recording.state == "stopped"


_SCRIPT = """
import sys, time
import dlwidgets as dl
from tests.helpers.training import digits, mlp

x, y = digits(320)
run = dl.fit(mlp(), x, y, epochs=10**6, record=dl.record(sys.argv[1], resume_every=1000))
while run.step_count < 50:
    time.sleep(0.01)
"""


def test_python_that_ends_leaves_the_last_state(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", _SCRIPT, str(tmp_path)], check=True)
    rec = dl.open_run(next(tmp_path.iterdir()))
    assert rec.state == "stopped"
    assert read_resume(rec.path)[1]["step"] == rec.step_count >= 50


def test_a_probe_that_the_model_does_not_take_is_said(tmp_path: Path) -> None:
    x, y = digits(320)
    record = dl.record(tmp_path, probe=np.zeros((3, 5), "float32"))
    run = dl.fit(mlp(), x, y, epochs=1, record=record).wait()
    assert run.state == "finished"
    assert "The probe isn't recorded." in run.message
    rec = run.recording
    assert rec is not None
    assert {name.split("/")[0] for name in rec.histograms()} == {"weights"}


def test_a_folder_that_cannot_be_used_is_refused_before_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    x, y = digits(320)
    model = mlp()
    (tmp_path / "file").write_text("not a folder")
    for folder in (tmp_path / "file", tmp_path / "file" / "runs"):
        with pytest.raises(RecordingError, match=r"can't be recorded in .*another folder"):
            dl.fit(model, x, y, record=folder)

    def forbidden(*_: Any, **__: Any) -> Any:
        raise PermissionError(errno.EACCES, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr("tempfile.TemporaryDirectory", forbidden)
        with pytest.raises(RecordingError, match=r'isn\'t writable.*dl\.record\("~/runs"\)'):
            dl.fit(model, x, y, record=tmp_path / "new")
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


def test_no_run_is_recorded_inside_a_run(tmp_path: Path) -> None:
    x, y = digits(320)
    run = dl.fit(mlp(), x, y, record=tmp_path).wait()
    assert run.recording is not None
    with pytest.raises(RecordingError, match="a run can't be recorded inside another one"):
        dl.fit(mlp(), x, y, record=run.recording.path / "media")


def test_a_disk_that_fails_later_ends_the_recording_with_a_warning(tmp_path: Path) -> None:
    x, y = digits(320)
    run = dl.fit(mlp(), x, y, epochs=2, record=tmp_path, start=False)
    run.pause()
    run.start()
    settled(run)
    recording = engine_of(run).recording
    assert recording is not None

    def full() -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    def go_on() -> None:
        writer = recording.writer
        # Again and again, since the state of the pause may take its place.
        until(lambda: writer.problem or writer.resume_state(full, {"step": 0}), "a full disk")
        run.resume()
        run.wait()

    with pytest.warns(RuntimeWarning, match="is no longer recorded"):
        go_on()
    assert run.state == "finished"
    assert "is no longer recorded" in run.message


@pytest.mark.parametrize("probe", ["digits", 2.5, -1, True])
def test_a_probe_that_is_none(tmp_path: Path, probe: Any) -> None:
    x, y = digits(320)
    with pytest.raises(ValueError, match=r"Expected `probe` to be `\(x, y\)`"):
        dl.fit(mlp(), x, y, record=dl.record(tmp_path, probe=probe))


@pytest.mark.parametrize("record", [5, ["runs"]])
def test_record_that_is_no_folder(record: Any) -> None:
    x, y = digits(320)
    with pytest.raises(TypeError, match="Expected `record` to be True, a folder"):
        dl.fit(mlp(), x, y, record=record)


class Counting(keras.callbacks.Callback):
    """Keeps a number, and doesn't say so."""


@pytest.mark.parametrize(
    ("callback", "told"),
    [
        (Counting(), "The callback Counting starts from scratch in a resumed run."),
        (keras.callbacks.TerminateOnNaN(), ""),
        (keras.callbacks.EarlyStopping("loss"), ""),
    ],
)
def test_what_cannot_go_on_is_said_before_the_run_starts(
    tmp_path: Path, callback: Any, told: str
) -> None:
    x, y = digits(320)
    run = dl.fit(mlp(), x, y, callbacks=[callback], record=tmp_path, start=False)
    assert told in run.message
    assert bool(told) == bool(run.message)
    run.stop()


class OwnFunction(keras.Sequential):
    def make_train_function(self, force: bool = False) -> Any:
        return super().make_train_function(force=force)


class OwnFit(keras.Sequential):
    def fit(self, *arguments: Any, **named: Any) -> Any:
        return super().fit(*arguments, **named)


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (OwnFunction, "OwnFunction has its own `make_train_function`, whose variables aren't"),
        (OwnFit, "OwnFit has its own `fit`. The run can be resumed only if that calls Keras's"),
    ],
)
def test_models_that_go_on_only_at_an_epochs_beginning_are_named_before_the_run_starts(
    tmp_path: Path, kind: Any, told: str
) -> None:
    x, y = digits(320)
    model = compile_for_digits(kind([keras.Input((64,)), layers.Dense(10)]))
    assert told not in dl.fit(model, x, y, start=False).message
    run = dl.fit(model, x, y, epochs=2, record=tmp_path, start=False)
    assert told in run.message
    run.start().wait()
    assert run.recording is not None
    assert read_resume(run.recording.path)[1]["batches"] == 0
    assert dl.resume(run.recording, x, y, model=model, epochs=3).wait().step_count == 30


def test_data_that_cannot_go_on_are_named_before_the_run_starts(tmp_path: Path) -> None:
    x, y = digits(320)
    data = tf.data.Dataset.from_tensor_slices((x, y)).batch(32)
    data = data.map(lambda x, y: (x + tf.random.normal((64,)), y))
    run = dl.fit(mlp(), data, record=tmp_path, start=False)
    assert "draws random numbers in a function" in run.message
    run.stop()
