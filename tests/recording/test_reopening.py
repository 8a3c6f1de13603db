"""Going on with a run from an earlier step."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.recording import RecordingError, RunWriter
from tests.recording.small_run import STEPS, recorder, train

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(small_run: Path, tmp_path: Path) -> Path:
    shutil.copytree(small_run, tmp_path / "run")
    return tmp_path / "run"


@pytest.mark.parametrize("step", [0, 1, 8, 13, 16, 24, 100])
def test_what_came_later_is_dropped(path: Path, step: int) -> None:
    whole = dl.open_run(path)
    writer = RunWriter.reopen(path, step=step)
    assert (writer.options.budget, writer.options.tensorboard) == (200_000_000, False)
    read = dl.open_run(path)
    kept = min(step, 24)
    assert (read.state, read.step_count) == ("running", kept)
    for name, series in read.metrics.items():
        np.testing.assert_array_equal(series.value, whole.metrics[name].value[:kept])
        np.testing.assert_array_equal(series.epoch, whole.metrics[name].epoch[:kept])
    assert read.history.epoch == list(range(kept // STEPS))
    places = [s for s in (8, 16, 24) if s <= step]
    assert [info.step for info in read.snapshots] == places
    assert [marker.step for marker in read.markers] == places
    assert [sample.step for sample in read.samples()] == places
    assert [h.step for h in read.histograms().get("weights/dense/kernel", [])] == places
    if step >= 16:
        assert dl.recording.read_resume(path)[1]["step"] == places[-1]
    elif step < 8:
        with pytest.raises(RecordingError, match="no state to resume from"):
            dl.recording.read_resume(path)
    assert (read.name, read.tags) == ("Small run", ("digits", "test"))
    assert read.check() == ()
    writer.close("stopped")


def test_it_goes_on_as_if_nothing_had_happened(path: Path) -> None:
    whole = dl.open_run(path)
    writer = RunWriter.reopen(path, step=13)
    made = dl.open_run(path).recorder
    assert (made.epoch, made.step_in_epoch, made.steps_per_epoch) == (1, 5, STEPS)
    writer.follow(made)
    made.clock.go_on()
    first = made.step
    for step in range(first + 1, 17):
        rows = whole.recorder.steps.rows(step - 1)
        made.steps.extend(
            step=rows.step[:1],
            epoch=rows.epoch[:1],
            time=rows.time[:1],
            values={name: values[:1] for name, values in rows.values.items()},
        )
    made.end_epoch({"loss": 0.25, "val_accuracy": 0.8, "sometimes": float("nan")})
    made.mark("note", "again")
    train(made, STEPS, epoch=2)
    writer.resume_state({"w": np.ones(3)}, {"step": 24})
    writer.close("finished")
    read = dl.open_run(path)
    assert str(read.history) == str(whole.history)
    for name in ("loss", "accuracy", "late"):
        for axis in ("step", "epoch", "value"):
            np.testing.assert_array_equal(
                getattr(read.metrics[name], axis), getattr(whole.metrics[name], axis)
            )
    assert [marker.text for marker in read.markers] == ["Epoch 0 has ended.", "again"]
    assert (np.diff(read.metrics["loss"].time) >= 0).all()
    assert read.info["sessions"] == 2
    assert dl.recording.read_resume(path)[0]["w"].tolist() == [1, 1, 1]
    assert read.check() == ()


def test_a_reader_follows_a_run_that_goes_back(path: Path) -> None:
    read = dl.open_run(path)
    writer = RunWriter.reopen(path, step=8)
    assert read.refresh()
    assert (read.step_count, len(read.snapshots), len(read.markers)) == (8, 1, 1)
    made = dl.open_run(path).recorder
    writer.follow(made)
    train(made, 30, epoch=1)  # more than there was
    writer.close("finished")
    assert read.refresh()
    assert (read.step_count, read.recorder.epoch) == (38, 1)


def test_little_is_lost_where_the_rewritten_steps_are_damaged(tmp_path: Path) -> None:
    writer = RunWriter.create(dl.record(tmp_path), {})
    made = recorder()
    steps = np.arange(1, 5001)
    made.steps.extend(step=steps, epoch=steps / 5000, time=steps / 9, values={"loss": 1 / steps})
    writer.follow(made)
    for write in (lambda: writer, lambda: RunWriter.reopen(writer.path, step=5000)):
        write().close("finished")
        file = writer.path / "steps.dlw"
        data = file.read_bytes()
        file.write_bytes(data[: len(data) * 3 // 4])
        read = dl.open_run(writer.path)
        assert read.step_count >= 3000
        (told,) = read.damage
        assert told.startswith("The end of steps.dlw is damaged. Everything up to step ")
        assert f" {read.step_count:,} " in told
        file.write_bytes(data)
    file.write_bytes(data[:100])
    assert dl.open_run(writer.path).damage == ("All steps are lost because steps.dlw is damaged.",)


def test_what_is_no_run_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing"):
        with pytest.raises(RecordingError, match="Expected the directory of a recorded run"):
            RunWriter.reopen(path, step=0)
    assert list(tmp_path.iterdir()) == []
