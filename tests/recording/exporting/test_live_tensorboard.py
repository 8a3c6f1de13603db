"""A log that TensorBoard can watch while a run trains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from dlwidgets.recording.errors import RecordingError
from dlwidgets.recording.exporting import LiveTensorBoard, event_file
from tests.helpers.recordings import MadeRecording, curve, recording
from tests.recording.exporting.test_as_tensorboard import accumulator, missing, series

if TYPE_CHECKING:
    from pathlib import Path


class Clock:
    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


def train(rec: MadeRecording, steps: int, rate: float = 1000.0, **values: np.ndarray) -> None:
    first = len(rec.steps) + 1
    step = np.arange(first, first + steps)
    columns = values or {"loss": curve(steps, first), "accuracy": curve(steps, first + 1)}
    rec.steps.extend(step=step, epoch=step / 1000, time=step / rate, values=columns)


def test_it_follows_a_run_at_most_once_a_second(tmp_path: Path) -> None:
    rec, clock = MadeRecording(), Clock()
    board = LiveTensorBoard(tmp_path / "tb", clock=clock)
    seen = []
    for _ in range(40):  # four seconds
        train(rec, 100)
        clock.now += 0.1
        board.update(rec)
        if (tmp_path / "tb").exists():
            seen.append(len(series(accumulator(tmp_path / "tb"), "train/loss")[0]))
    board.close()
    assert len(set(seen)) == 4, "one update a second"
    steps, times, values = series(accumulator(tmp_path / "tb"), "train/loss")
    assert (np.diff(steps) > 0).all()
    assert (np.diff(times) >= 0).all()
    assert len(steps) <= 5 * 8
    assert steps[-1] == 4000, "the last step is there once it is closed"
    loss = rec.steps.points("loss").value
    np.testing.assert_array_equal(values, loss[steps - 1].astype(np.float32))
    assert times[-1] == clock.now
    # A step's time is when it was done, not when it was written.
    later = steps > 100
    np.testing.assert_allclose(np.diff(times[later]), np.diff(steps[later]) / 1000, atol=1e-5)


def test_a_spike_between_two_updates_is_shown(tmp_path: Path) -> None:
    rec, clock = MadeRecording(), Clock()
    board = LiveTensorBoard(tmp_path, clock=clock)
    for second in range(3):
        loss = curve(2000, second)
        loss[777] = 50.0 + second
        train(rec, 2000, loss=loss)
        clock.now += 1
        board.update(rec)
    board.close()
    steps, _, values = series(accumulator(tmp_path), "train/loss")
    assert [values[steps == 778 + 2000 * i].item() for i in range(3)] == [50.0, 51.0, 52.0]


def test_epochs_and_their_metrics_are_all_there(tmp_path: Path) -> None:
    made, rec, clock = recording(), MadeRecording(), Clock()
    board = LiveTensorBoard(tmp_path, clock=clock)
    epochs = made.epochs.points("val_loss")
    for i in range(5):
        train(rec, 100)
        for name in ("epoch", "time"):
            assert getattr(epochs, name)[i] > 0
        rec.epochs.extend(
            step=epochs.step[i : i + 1],
            epoch=epochs.epoch[i : i + 1],
            time=epochs.time[i : i + 1],
            values={"val_loss": epochs.value[i : i + 1]},
        )
        clock.now += 0.3
        board.update(rec)
    board.close()
    steps, _, values = series(accumulator(tmp_path), "epoch/val_loss")
    assert steps.tolist() == [100, 200, 300, 400, 500]
    np.testing.assert_array_equal(values, epochs.value.astype(np.float32))


def test_a_resumed_run_goes_on_where_it_was(tmp_path: Path) -> None:
    rec, clock = MadeRecording(), Clock()
    crashed = LiveTensorBoard(tmp_path, clock=clock)
    for _ in range(3):
        train(rec, 1000)
        clock.now += 1
        crashed.update(rec)
        crashed.histograms(len(rec.steps), {"weights/k": (0.0, 1.0, np.ones(30))})
    crashed.sample(2500, "text", "of the part that is lost")
    # Killed at step 3000, resumed at step 2200: its recorder has the rows up to there again. The
    # clock was set back in between.
    again = MadeRecording()
    train(again, 2200)
    clock.now -= 1000
    board = LiveTensorBoard(tmp_path, after=2200, clock=clock)
    for _ in range(2):
        train(again, 500, loss=np.full(500, 9.0))
        clock.now += 1
        board.update(again)
    board.close()
    found = accumulator(tmp_path)
    steps, _, values = series(found, "train/loss")
    assert (np.diff(steps) > 0).all()
    assert steps[-1] == 3200
    assert (values[steps > 2200] == 9.0).all()
    assert (values[steps <= 2200] < 9.0).all()
    assert 2201 in steps
    assert steps[steps <= 2200].max() > 1900
    assert [e.step for e in found.Tensors("weights/k")] == [1000]
    assert found.Tensors("samples/text") == []


def test_histograms_come_every_ten_seconds_and_images_at_once(tmp_path: Path) -> None:
    clock = Clock()
    board = LiveTensorBoard(tmp_path, clock=clock)
    for step in range(1, 26):
        clock.now += 1
        board.histograms(step, {"weights/k": (-1.0, 1.0, np.arange(30))})
        board.sample(step, "digits", np.zeros((4, 8, 8, 1), np.uint8))
    board.close()
    found = accumulator(tmp_path)
    assert [e.step for e in found.Tensors("weights/k")] == [1, 11, 21]
    assert len(found.Tensors("samples/digits")) == 25


def test_a_run_without_a_step_leaves_nothing(tmp_path: Path) -> None:
    board = LiveTensorBoard(tmp_path / "tb", clock=Clock())
    board.update(MadeRecording())
    board.close()
    assert not (tmp_path / "tb").exists()


def test_a_full_disk_is_said_once_and_ends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rec, clock = MadeRecording(), Clock()
    board = LiveTensorBoard(tmp_path, clock=clock)
    train(rec, 10)
    board.update(rec)
    assert board.problem == ""

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(event_file.EventFile, "_write", full)
    train(rec, 10)
    clock.now += 1
    board.update(rec)
    assert "is no longer written: No space left on device" in board.problem
    monkeypatch.undo()
    clock.now += 1
    board.update(rec)
    board.histograms(20, {"weights/k": (0.0, 1.0, np.ones(30))})
    board.sample(20, "text", "x")
    board.close()
    assert series(accumulator(tmp_path), "train/loss")[0].max() <= 10


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "tb").write_text("a file")
    rec = MadeRecording()
    train(rec, 10)
    board = LiveTensorBoard(tmp_path / "tb", clock=Clock())
    board.update(rec)
    assert "File exists" in board.problem


def test_without_tensorboard_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing(monkeypatch, "tensorboard", "tensorflow")
    with pytest.raises(RecordingError, match="pip install tensorboard"):
        LiveTensorBoard(tmp_path)
