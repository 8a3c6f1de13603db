"""Runs that were really recorded, exported and watched."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.recording import RunWriter, read_csv, read_json
from dlwidgets.recording.exporting import event_file
from dlwidgets.training.events import Events
from dlwidgets.training.recorder import Recorder
from tests.helpers.recordings import curve, recording
from tests.recording.exporting.test_as_csv import same_bits

if TYPE_CHECKING:
    from pathlib import Path


def rows(recorder: Recorder, first: int, last: int) -> None:
    """Train from step `first` to `last`, as it were, 50 steps an epoch."""
    step = np.arange(first, last + 1)
    values = {"loss": curve(1000)[first - 1 : last], "accuracy": curve(1000, 1)[first - 1 : last]}
    recorder.steps.extend(step=step, epoch=step / 50, time=step / 10, values=values)
    for end in step[step % 50 == 0].tolist():
        recorder.epochs.extend(
            step=[end], epoch=[end / 50], time=[end / 10], values={"val_loss": [1 / end]}
        )


def recorded(folder: Path, *, tensorboard: bool = False) -> tuple[RunWriter, Recorder]:
    """A recording that isn't finished: 500 steps, histograms, an image and a text."""
    options = dl.record(folder, name="mlp", tags=["digits"], tensorboard=tensorboard)
    writer = RunWriter.create(options, {"model": {"name": "net"}, "fit": {"epochs": 10}})
    recorder = Recorder(Events())
    rows(recorder, 1, 500)
    writer.follow(recorder)
    made = recording()
    kernels = made.series["weights/dense/kernel"]
    writer.histograms(500, {"weights/k": (kernels[0].low, kernels[0].high, kernels[0].counts)})
    writer.media(500, "digits", made.made[0].content)
    writer.media(500, "said", "some text", "text")
    assert writer.sync(30)
    return writer, recorder


def test_a_run_that_is_being_written_is_exported_as_far_as_it_is(tmp_path: Path) -> None:
    writer, recorder = recorded(tmp_path / "runs")
    rec = dl.open_run(writer.path)
    exported = rec.export("csv", tmp_path / "csv")
    assert same_bits(read_csv(tmp_path / "csv" / "steps.csv"), rec.recorder.steps)
    assert exported.notes == (
        "The run is still training, so the export contains its first 500 steps.",
    )
    rows(recorder, 501, 550)
    writer.close("finished")
    exported = rec.export("json", tmp_path / "run.json")  # reads on by itself
    assert exported.notes == ()
    back = read_json(exported)
    assert same_bits(back.steps, rec.recorder.steps)
    assert back.steps.points("loss").step[-1] == 550
    assert back.about["name"] == "mlp"
    assert back.histograms["weights/k"][0].step == 500


def test_a_damaged_recording_is_exported_with_what_is_whole(tmp_path: Path) -> None:
    writer, _ = recorded(tmp_path / "runs")
    writer.close("finished")
    path = writer.path / "steps.dlw"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)
    (image,) = (writer.path / "media").glob("*digits*")
    image.write_bytes(b"no image")
    exported = dl.open_run(writer.path).export("tensorboard", tmp_path / "tb")
    assert any("steps.dlw" in note for note in exported.notes)
    assert any(image.name in note for note in exported.notes)
    from tests.recording.exporting.test_as_tensorboard import accumulator

    found = accumulator(tmp_path / "tb")
    assert len(found.Tensors("epoch/val_loss")) == 10
    assert len(found.Tensors("weights/k")) == 1
    assert len(found.Tensors("samples/said")) == 1


def test_a_live_log_is_beside_the_recording_and_goes_on_after_a_crash(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    from tests.recording.exporting.test_as_tensorboard import accumulator, series

    writer, _ = recorded(tmp_path / "runs", tensorboard=True)
    steps, _, values = series(accumulator(writer.path / "tb"), "train/loss")
    assert steps[-1] == 500
    np.testing.assert_array_equal(values, curve(1000)[steps - 1].astype(np.float32))
    assert len(accumulator(writer.path / "tb").Tensors("samples/digits")) == 1
    # A crash: the directory as it is now, in which nobody writes any more.
    left = tmp_path / "runs" / "left"
    shutil.copytree(writer.path, left)
    writer.close("finished")
    (left / "lock").unlink()
    again = RunWriter.reopen(left, step=400)
    recorder = Recorder(Events())
    rows(recorder, 1, 450)
    again.follow(recorder)
    again.close("finished")
    found = accumulator(left / "tb")
    steps, _, _ = series(found, "train/loss")
    assert (np.diff(steps) > 0).all()
    assert steps[-1] == 450
    ends = series(found, "epoch/val_loss")[0]
    assert ends.tolist() == [50, 100, 150, 200, 250, 300, 350, 400, 450]
    assert found.Tensors("weights/k") == [], "it was of step 500, which isn't any more"


def test_without_tensorboard_it_is_said_before_the_run_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_file, "find_spec", lambda _: None)
    with pytest.raises(dl.recording.RecordingError, match="pip install tensorboard"):
        dl.record(tmp_path, tensorboard=True)
