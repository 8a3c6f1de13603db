"""Recording a run: what is on the disk when, and what happens when it can't be written."""

from __future__ import annotations

import errno
import os
import shutil
import threading
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets._messages import Message, tr
from dlwidgets.recording import RecordingError, RunWriter, files
from tests.helpers.waiting import until
from tests.recording.small_run import EPOCHS, STEPS, recorder, train, weights

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from dlwidgets.training import Recorder

Begin = "Callable[..., RunWriter]"


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Callable[..., RunWriter]]:
    writers: list[RunWriter] = []

    def made(**options: Any) -> RunWriter:
        writers.append(RunWriter.create(dl.record(tmp_path, name="a", **options), {"epochs": 3}))
        return writers[-1]

    yield made
    for writer in writers:
        writer.close("stopped")


def same_tables(one: Recorder, other: Recorder) -> None:
    for name in ("steps", "epochs"):
        first, second = getattr(one, name).rows(), getattr(other, name).rows()
        assert list(first.values) == list(second.values)
        for axis in ("step", "epoch", "time"):
            np.testing.assert_array_equal(getattr(first, axis), getattr(second, axis))
        for metric, values in first.values.items():
            np.testing.assert_array_equal(values, second.values[metric])


def test_what_is_read_is_what_was_recorded(begin: Any) -> None:
    writer, made = begin(), recorder()
    made.exact = frozenset({"loss"})
    writer.follow(made)
    for epoch in range(EPOCHS):
        train(made, STEPS, epoch=epoch)
        made.mark("learning_rate", tr("Learning rate {rate}", rate=0.1))
    train(made, 3, epoch=EPOCHS, whole=False)
    writer.close("stopped", tr("You stopped it at step {step}.", step=27))
    read = dl.open_run(writer.path)
    same_tables(made, read.recorder)
    assert str(read.history) == str(made.history)
    assert len(read.history["sometimes"]) == 1  # logged NaN, once
    assert read.markers == made.markers
    assert isinstance(read.markers[0].text, Message)
    assert read.metrics["loss"].exact
    assert not read.metrics["accuracy"].exact
    assert isinstance(read.message, Message)
    assert read.message == "You stopped it at step 27."
    for name in ("step", "epoch", "step_in_epoch", "epoch_fraction", "steps_per_epoch"):
        assert getattr(read.recorder, name) == getattr(made, name), name
    assert read.damage == ()


def test_rows_are_read_while_it_runs(begin: Any) -> None:
    writer, made = begin(), recorder()
    writer.follow(made)
    read = dl.open_run(writer.path)
    assert (read.state, read.step_count) == ("running", 0)
    train(made, 5, epoch=0, whole=False)
    until(lambda: read.refresh() and read.step_count == 5)
    train(made, 5, epoch=0, whole=False)
    until(lambda: read.refresh() and read.step_count == 10)
    writer.close("finished")
    assert read.refresh()
    assert read.state == "finished"
    assert not read.refresh()


def test_epochs_are_exact_once_their_length_is_known(begin: Any) -> None:
    writer, made = begin(), recorder()
    writer.follow(made)
    train(made, STEPS, epoch=0, whole=False)
    assert writer.sync(30)
    read = dl.open_run(writer.path)
    assert read.metrics["loss"].epoch[-1] < 0.5  # a guess
    revision = read.recorder.steps.revision
    made.end_epoch({"loss": 0.5})
    assert writer.sync(30)
    assert read.refresh()
    for one in (read, dl.open_run(writer.path)):
        np.testing.assert_array_equal(one.metrics["loss"].epoch, made.metrics["loss"].epoch)
        assert one.metrics["loss"].epoch[-1] == 1.0
    assert read.recorder.steps.revision > revision  # so that charts draw it again


def test_many_rows_travel_in_few_blocks(begin: Any) -> None:
    writer, made = begin(), recorder()
    writer.follow(made)
    made.steps.extend(
        step=np.arange(1, 200_001),
        epoch=np.linspace(0, 1, 200_000),
        time=np.linspace(0, 9, 200_000),
        values={"loss": np.random.default_rng(0).random(200_000)},
    )
    assert writer.sync(30)
    same_tables(made, dl.open_run(writer.path).recorder)
    writer.close("finished")


def test_the_rows_of_a_resume_state_are_on_disk_before_it(begin: Any, monkeypatch: Any) -> None:
    writer, made = begin(), recorder()
    writer.follow(made)
    seen: list[int] = []

    def done() -> None:
        seen.append(dl.open_run(writer.path).step_count)

    for steps in (3, 4, 5):
        train(made, steps, epoch=0, whole=False)
        writer.resume_state({"w": np.full(2, made.step)}, {"step": made.step}, done)
        assert writer.sync(30)
    assert seen == [3, 7, 12]
    tensors, state = dl.recording.read_resume(writer.path)
    assert (state, tensors["w"].tolist()) == ({"step": 12}, [12, 12])


def test_a_run_is_finished_only_behind_its_last_resume_state(begin: Any) -> None:
    writer, made = begin(), recorder()
    writer.follow(made)
    train(made, 3, epoch=0, whole=False)
    seen: list[str] = []
    writer.resume_state(
        {"w": np.zeros(2)},
        {"step": 3},
        lambda: seen.append(str((files.read_json(writer.path / "run.json") or {})["state"])),
    )
    writer.close("finished")
    assert seen == ["running"]
    assert dl.open_run(writer.path).state == "finished"


def test_only_the_newest_resume_state_is_written(begin: Any, monkeypatch: Any) -> None:
    writer = begin()
    free = threading.Event()
    writer._writing.do(lambda: free.wait(30))  # as a slow disk
    time.sleep(0.15)
    made = []
    for step in range(5):
        writer.resume_state(lambda step=step: made.append(step) or {}, {"step": step})
    free.set()
    assert writer.sync(30)
    assert made == [4]
    assert dl.recording.read_resume(writer.path)[1] == {"step": 4}


def test_a_damaged_resume_state_gives_way_to_the_one_before(begin: Any) -> None:
    writer = begin()
    for step in (1, 2, 3):
        writer.resume_state({"w": np.full(2, step)}, {"step": step})
        assert writer.sync(30)
    slots = sorted((writer.path / "resume").iterdir())
    assert [slot.name for slot in slots] == ["A.safetensors", "B.safetensors"]
    newest = slots[0]
    data = bytearray(newest.read_bytes())
    data[-1] ^= 1
    newest.write_bytes(data)
    assert dl.recording.read_resume(writer.path)[1] == {"step": 2}
    for slot in slots:
        slot.write_bytes(b"")
    with pytest.raises(RecordingError, match="no state to resume from"):
        dl.recording.read_resume(writer.path)


def test_snapshots_fill_the_budget_evenly(begin: Any) -> None:
    writer = begin(budget=20_000)
    for step in range(1, 300):
        writer.offer_snapshot(step, step / 10, step / 100, weights(step))
    assert writer.sync(60)
    read = dl.open_run(writer.path)
    steps = [info.step for info in read.snapshots]
    assert 30 < len(steps) < 60
    assert sum(info.nbytes for info in read.snapshots) <= 20_000
    assert steps[-4:] == [296, 297, 298, 299]
    assert read.weights(150)["dense/bias"][0] == read.nearest(150).step
    assert abs(read.nearest(150).step - 150) < 10


def test_weights_may_be_made_on_the_writing_thread(begin: Any) -> None:
    writer, names = begin(), []

    def made() -> dict[str, np.ndarray]:
        names.append(threading.current_thread().name)
        return weights(1)

    assert writer.wants_snapshot()
    writer.offer_snapshot(1, 0.1, 0.1, made, lambda: {"predictions": np.ones((2, 3))})
    assert not writer.wants_snapshot()
    assert writer.sync(30)
    assert names == ["dlwidgets-recording"]
    assert dl.open_run(writer.path).probe().predictions.shape == (2, 3)


def test_without_a_budget_there_are_no_snapshots(begin: Any) -> None:
    writer = begin(budget=0)
    assert not writer.wants_snapshot()
    writer.offer_snapshot(1, 0.1, 0.1, weights(1))
    assert writer.sync(30)
    assert dl.open_run(writer.path).snapshots == ()


def test_run_json_says_how_far_it_is(begin: Any) -> None:
    writer, made = begin(), recorder()
    writer.follow(made)
    for epoch in range(2):
        train(made, STEPS, epoch=epoch)
    writer.describe(state="paused", message=tr("A note."))
    assert writer.sync(30)
    info = files.read_json(writer.path / "run.json")
    assert info is not None
    assert (info["step"], info["epoch"], info["epochs_done"]) == (16, 1, 2)
    assert info["steps_per_epoch"] == STEPS
    assert info["best"]["loss"] == {"value": 0.25, "epoch": 2.0}
    assert info["best"]["val_accuracy"] == {"value": 0.9, "epoch": 1.0}
    assert dl.open_run(writer.path).state == "paused"


# -- what can go wrong ----------------------------------------------------------------------------


def fails(monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    def write(*_: object) -> int:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr("os.write", write)
    monkeypatch.setattr("os.fsync", write)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.ENOSPC, "The disk is full"),
        (errno.EDQUOT, "The disk is full"),
        (errno.EROFS, "is no longer writable"),
        (errno.EACCES, "is no longer writable"),
        (errno.EIO, "no longer recorded: Input/output error"),
    ],
)
def test_a_disk_that_fails_ends_the_recording_in_words(
    begin: Any, monkeypatch: pytest.MonkeyPatch, code: int, words: str
) -> None:
    writer, made, told = begin(), recorder(), []
    writer.on_problem = told.append
    writer.follow(made)
    train(made, 5, epoch=0, whole=False)
    assert writer.sync(30)
    with monkeypatch.context() as patched:
        fails(patched, code)
        train(made, 5, epoch=0, whole=False)
        until(lambda: writer.problem)
    assert words in writer.problem
    assert "Training continues." in writer.problem
    assert told == [writer.problem]
    # Everything else does nothing, at once.
    train(made, 5, epoch=0, whole=False)
    writer.event("note")
    writer.offer_snapshot(1, 1, 1, weights(1))
    writer.resume_state({}, {"step": 1})
    assert not writer.wants_snapshot()
    assert not writer.sync()
    writer.close("finished")
    assert told == [writer.problem]
    read = dl.open_run(writer.path)
    assert (read.step_count, read.state, read.damage) == (5, "interrupted", ())


def test_a_write_that_ends_halfway_leaves_whole_blocks(
    begin: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer, made = begin(), recorder()
    writer.follow(made)
    train(made, 5, epoch=0, whole=False)
    assert writer.sync(30)
    plain, calls = os.write, []

    def write(file: int, data: Any) -> int:
        calls.append(len(data))
        if len(calls) == 1:
            return plain(file, bytes(data)[:10])
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("os.write", write)
        train(made, 5, epoch=0, whole=False)
        until(lambda: writer.problem)
    assert len(calls) == 2
    read = dl.open_run(writer.path)
    assert (read.step_count, read.damage) == (5, ())


def test_a_deleted_directory_ends_the_recording_in_words(begin: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("dlwidgets.recording.writing.HEARTBEAT", 0.1)
    writer, made = begin(), recorder()
    writer.follow(made)
    train(made, 5, epoch=0, whole=False)
    assert writer.sync(30)
    shutil.rmtree(writer.path)
    until(lambda: writer.problem)
    assert "was deleted, so the run is no longer recorded" in writer.problem


def test_a_writer_that_was_taken_over_stops(begin: Any, monkeypatch: Any) -> None:
    writer = begin()
    assert writer.sync(30)
    (writer.path / "lock").write_text(
        '{"pid": 4711, "started": 1, "host": "node-7", "boot": "b", "token": "t", "beat": 1,'
        f' "heartbeat": {time.time()}, "flock": true}}'
    )
    monkeypatch.setattr("dlwidgets.recording.writing.HEARTBEAT", 0.1)
    until(lambda: writer.problem)
    assert "(process 4711 on node-7)" in writer.problem


def test_a_lock_deleted_by_hand_is_made_again(begin: Any, monkeypatch: Any) -> None:
    writer = begin()
    assert writer.sync(30)
    (writer.path / "lock").unlink()
    monkeypatch.setattr("dlwidgets.recording.writing.HEARTBEAT", 0.1)
    until((writer.path / "lock").exists)
    assert not writer.problem


def test_an_error_of_the_caller_ends_the_recording_only(begin: Any) -> None:
    writer = begin()

    def broken() -> dict[str, np.ndarray]:
        raise ValueError("no weights")

    def told(text: str) -> None:
        raise KeyError(text)

    writer.on_problem = told
    writer.offer_snapshot(1, 1, 1, broken)
    until(lambda: writer.problem)
    assert writer.problem.endswith("Training continues. no weights")
    writer.close("finished")


def test_a_place_that_cannot_be_written_is_refused_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RecordingError, match=r"can't be recorded in .*Choose another folder"):
        RunWriter.create(dl.record(tmp_path / "file"), {})

    def mkdir(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("pathlib.Path.mkdir", mkdir)
    with pytest.raises(RecordingError, match=r"isn't writable, .*dl\.record\(\"~/runs\"\)"):
        RunWriter.create(dl.record(tmp_path / "runs"), {})


def test_a_full_disk_leaves_no_empty_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        fails(patched, errno.ENOSPC)
        with pytest.raises(RecordingError, match="is full"):
            RunWriter.create(dl.record(tmp_path / "runs"), {})
    assert list((tmp_path / "runs").iterdir()) == []


def test_two_runs_of_one_second_have_two_directories(begin: Any) -> None:
    paths = {begin().path for _ in range(3)}
    assert len(paths) == 3


def test_the_training_thread_does_not_wait_for_a_slow_disk(begin: Any) -> None:
    writer, made = begin(), recorder()
    busy, free = threading.Event(), threading.Event()
    writer._writing.do(lambda: (busy.set(), free.wait(60)))
    assert busy.wait(60)
    writer.follow(made)
    train(made, 5, epoch=0)
    writer.offer_snapshot(5, 1, 1, weights(5))
    writer.resume_state({}, {"step": 5})
    writer.event("note", "hello")
    writer.describe(state="paused")
    writer.close("finished", wait=False)
    assert not (writer.path / "steps.dlw").exists()
    free.set()
    writer.close("finished")
    read = dl.open_run(writer.path)
    assert (read.step_count, read.state, len(read.snapshots)) == (5, "finished", 1)
