"""Reading a recorded run."""

from __future__ import annotations

import errno
import math
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.recording import RecordingError, RunWriter
from dlwidgets.training import State
from tests.recording.small_run import EPOCHS, STEPS, recorder, train, weights

ROOT = Path(__file__).parents[2]


def test_it_says_what_it_is(small_run: Path) -> None:
    read = dl.open_run(small_run)
    assert (read.name, read.tags, read.note, read.color) == (
        "Small run",
        ("digits", "test"),
        "",
        None,
    )
    assert (read.id, read.path, read.model_name) == (small_run.name, small_run, "mlp")
    assert (read.state, read.message) == (State.FINISHED, "")
    assert (read.step_count, read.epoch, read.epochs_total) == (STEPS * EPOCHS, 2, EPOCHS)
    assert repr(read) == "<RecordedRun 'Small run': finished, step 24, epoch 3 of 3>"
    assert read.info["model"] == {"name": "mlp", "parameters": 16}
    assert read.damage == read.check() == ()
    assert not read.refresh()
    assert dl.open_run(str(small_run)).id == read.id
    assert dl.open_run(read) is read


def test_its_curves_are_those_of_keras(small_run: Path) -> None:
    read = dl.open_run(small_run)
    assert read.history["loss"] == [0.5, 0.25, 0.5 / 3]
    assert math.isnan(read.history["sometimes"][0])
    assert len(read.history["sometimes"]) == 1
    assert read.history.epoch == [0, 1, 2]
    assert read.history.params == {"epochs": 3, "steps": STEPS, "verbose": 0}
    loss = read.metrics["loss"]
    assert loss.step.tolist() == list(range(1, 25))
    np.testing.assert_array_equal(loss.value, 1 / np.arange(1, 25, dtype="f4"))
    np.testing.assert_allclose(loss.epoch, np.arange(1, 25) / STEPS)  # also of the first epoch
    late = read.metrics["late"].value
    assert np.isnan(late[:STEPS]).all()
    assert late[9] == 1e-300
    assert [m.text for m in read.markers] == [f"Epoch {i} has ended." for i in range(3)]
    assert [m.step for m in read.markers] == [8, 16, 24]


def test_its_clock_stands_still(small_run: Path) -> None:
    read = dl.open_run(small_run)
    last = max(read.recorder.steps.rows().time[-1], read.recorder.epochs.rows().time[-1])
    assert read.seconds == pytest.approx(last)
    assert read.seconds == read.recorder.clock.seconds


def test_weights_are_read_of_the_nearest_step(small_run: Path) -> None:
    read = dl.open_run(small_run)
    assert [info.step for info in read.snapshots] == [8, 16, 24]
    assert [info.epoch for info in read.snapshots] == [1, 2, 3]
    for step, nearest in ((0, 8), (12, 8), (13, 16), (10**9, 24)):
        assert read.nearest(step).step == nearest
        found = read.weights(step)
        assert found.keys() == weights(0).keys()
        np.testing.assert_array_equal(found["dense/kernel"], weights(nearest)["dense/kernel"])
    assert read.weights()["dense/bias"][0] == 24
    assert list(read.weights(8, ["dense/bias"])) == ["dense/bias"]
    with pytest.raises(RecordingError, match=r"Expected one of the tensors dense/kernel"):
        read.weights(8, ["dense/gamma"])
    assert len(read.snapshots) == 3


def test_a_snapshot_that_was_thinned_out_isnt_asked_for_again(
    small_run: Path, tmp_path: Path
) -> None:
    read = dl.open_run(shutil.copytree(small_run, tmp_path / "run"))
    first, second, *_ = (info.step for info in read.snapshots)
    read.snapshots[0].path.unlink()
    np.testing.assert_array_equal(read.weights(first)["dense/bias"], weights(second)["dense/bias"])
    assert read.snapshots[0].step == second
    assert read.damage == ()


def test_the_probe_and_what_the_model_made_of_it(small_run: Path) -> None:
    probe = dl.open_run(small_run).probe(16)
    assert probe.inputs is not None
    assert probe.labels is not None
    assert probe.predictions is not None
    assert probe.inputs.shape == (2, 3)
    assert probe.labels.tolist() == [0, 1]
    assert probe.predictions.tolist() == np.eye(2, 4).tolist()
    assert probe.activations == {}


def test_the_probe_comes_from_the_nearest_snapshot_that_has_one(tmp_path: Path) -> None:
    writer = RunWriter.create(dl.record(tmp_path), {})
    for step in (10, 20, 30):
        seen = {"predictions": np.full((2, 3), step, "f4")} if step < 30 else {}
        writer.offer_snapshot(step, step / 10, step / 100, weights(step), seen)
        assert writer.sync(30), writer.problem
    writer.close("finished")
    read = dl.open_run(writer.path)
    assert [read.nearest(step).step for step in (11, 29)] == [10, 30]
    for step, nearest in ((30, 20), (29, 20), (16, 20), (11, 10)):
        probe = read.probe(step)
        assert probe.predictions is not None
        assert (probe.step, probe.predictions[0, 0]) == (nearest, nearest)
    assert read.weights(29)["dense/bias"].tolist() == [30] * 4


def test_a_run_without_a_probe_has_an_empty_one(tmp_path: Path) -> None:
    writer = RunWriter.create(dl.record(tmp_path), {})
    writer.offer_snapshot(10, 1, 1, weights(10))
    writer.close("finished")
    probe = dl.open_run(writer.path).probe(10)
    assert (probe.predictions, probe.activations, probe.step) == (None, {}, 10)


def test_of_two_histograms_of_a_step_the_later_counts(tmp_path: Path) -> None:
    writer = dl.recording.RunWriter.create(dl.record(tmp_path), {})
    for step, high in ((8, 1.0), (4, 2.0), (8, 3.0)):  # as where a run goes on from an earlier step
        writer.histograms(step, {"weights/dense/kernel": (0.0, high, np.arange(30))})
    writer.close("finished")
    found = dl.open_run(writer.path).histograms()["weights/dense/kernel"]
    assert [(one.step, one.high) for one in found] == [(4, 2.0), (8, 3.0)]


def test_histograms_samples_and_resources(small_run: Path) -> None:
    read = dl.open_run(small_run)
    found = read.histograms()
    assert list(found) == ["weights/dense/kernel"]
    first = found["weights/dense/kernel"][0]
    assert (first.step, first.low, first.high) == (8, 0.0, 1.0)
    assert first.counts.tolist() == list(range(30))
    assert read.histograms("other") == {}
    samples = read.samples("digits")
    assert [sample.step for sample in samples] == [8, 16, 24]
    assert [sample.epoch for sample in samples] == [1, 2, 3]
    assert samples[2].load().tolist() == np.full((4, 4), 2).tolist()  # type: ignore[union-attr]
    assert read.samples("other") == []
    found = read.resources()
    assert [row["cpu_percent"] for row in found if "cpu_count" not in row] == [12.5] * 3
    measured = [row for row in found if "cpu_count" in row]
    assert 1e7 < measured[-1]["memory_used"] < measured[-1]["memory_total"]
    assert measured[-1]["step"] == 24


def test_names_and_tags_are_kept(small_run: Path, tmp_path: Path) -> None:
    path = Path(shutil.copytree(small_run, tmp_path / "copy"))
    read, other = dl.open_run(path), dl.open_run(path)
    read.rename(" 数字 \n")
    read.tag(["best"], "digits")
    read.untag("test", "nothing")
    read.note, read.color = "Good.", "#123456"
    assert other.refresh()
    for one in (read, other, dl.open_run(path)):
        assert (one.name, one.tags) == ("数字", ("digits", "best"))
        assert (one.note, one.color) == ("Good.", "#123456")
    with pytest.raises(RecordingError, match="Expected a name"):
        read.rename(" ")


def test_a_deleted_run_can_be_had_back(small_run: Path, tmp_path: Path) -> None:
    path = Path(shutil.copytree(small_run, tmp_path / "copy"))
    read = dl.open_run(path)
    deleted = read.delete()
    assert not path.exists()
    assert deleted.trashed.is_dir()
    read.refresh()
    assert read.step_count == 24  # what was read stays
    assert deleted.undo() == path
    assert dl.open_run(path).check() == ()
    assert not (tmp_path / ".trash").exists()
    deleted = read.delete()
    shutil.copytree(small_run, path)
    with pytest.raises(RecordingError, match="exists again"):
        deleted.undo()
    assert dl.open_run(path).delete().trashed != deleted.trashed


def test_a_run_that_is_written_is_not_deleted(tmp_path: Path) -> None:
    writer = RunWriter.create(dl.record(tmp_path), {})
    with pytest.raises(RecordingError, match="still being recorded"):
        dl.open_run(writer.path).delete()
    writer.close("finished")
    dl.open_run(writer.path).delete()


@pytest.mark.parametrize("path", ["missing", "", "a\0b", "~nobody/x", 3, None, b"x"])
def test_what_is_no_run_is_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: object
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RecordingError, match="Expected the directory of a recorded run"):
        dl.open_run(path)  # type: ignore[arg-type]


def test_without_a_snapshot_the_error_says_what_to_do(tmp_path: Path) -> None:
    writer = RunWriter.create(dl.record(tmp_path), {})
    writer.close("finished")
    read = dl.open_run(writer.path)
    for use in (read.weights, read.probe, lambda: read.nearest(3)):
        with pytest.raises(RecordingError, match=r"Raise `budget` in `dl\.record`"):
            use()
    with pytest.raises(RecordingError, match=r"wasn't recorded\. Build it as before"):
        read.model()


def test_events_are_told_as_they_are_read(tmp_path: Path) -> None:
    writer, made = RunWriter.create(dl.record(tmp_path), {}), recorder()
    writer.follow(made)
    read, told = dl.open_run(writer.path), []
    end = read.subscribe(lambda event: told.append(event.kind))
    train(made, 3, epoch=0)
    made.mark("note", "hello")
    writer.close("finished")
    read.refresh()
    assert told == ["epoch", "marker", "state"]
    end()


def test_a_run_cut_in_the_middle_of_an_epoch_knows_where_it_is(tmp_path: Path) -> None:
    for epochs, rest in ((0, 3), (1, 0), (2, 3)):
        writer, made = RunWriter.create(dl.record(tmp_path), {}), recorder()
        writer.follow(made)
        for epoch in range(epochs):
            train(made, STEPS, epoch=epoch)
        if rest:
            train(made, rest, epoch=epochs, whole=False)
        writer.close("stopped")
        read = dl.open_run(writer.path).recorder
        for name in ("epoch", "step_in_epoch", "epoch_fraction", "steps_per_epoch", "step"):
            assert getattr(read, name) == getattr(made, name), (name, epochs, rest)


def test_it_needs_neither_tensorflow_nor_widgets(small_run: Path) -> None:
    code = f"""
        import sys; sys.path.insert(0, {str(ROOT)!r})
        import dlwidgets as dl
        read = dl.open_run({str(small_run)!r})
        read.weights(8); read.probe(8); read.histograms(); read.samples()[0].load(); read.check()
        list(dl.recording.RunFolder({str(small_run.parent)!r})); read.tag("x"); read.untag("x")
        heavy = {{"tensorflow", "keras", "ipywidgets", "plotly", "IPython", "scipy", "sklearn"}}
        print(read.step_count, sorted(heavy & set(sys.modules)))
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.strip() == "24 []", done.stderr


def test_export_and_page_are_found_when_asked_for(
    small_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[object] = []

    class Module:
        @staticmethod
        def export(*args: object, **options: object) -> str:
            calls.append(("export", *args[1:], options))
            return "done"

        @staticmethod
        def save_html(*args: object, **options: object) -> str:
            calls.append(("page", *args[1:], options))
            return "done"

    for name in ("dlwidgets.recording.exporting", "dlwidgets.widgets.training.html_page"):
        monkeypatch.setitem(sys.modules, name, Module)
    read = dl.open_run(small_run)
    assert read.export("csv", "a", decimals=3) == "done"
    assert read.save_html("b", title="c") == "done"
    assert calls == [("export", "csv", "a", {"decimals": 3}), ("page", "b", {"title": "c"})]


def test_only_the_owner_can_write_names(small_run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def replace(*_: object) -> None:
        raise OSError(30, os.strerror(30))

    monkeypatch.setattr("pathlib.Path.replace", replace)
    with pytest.raises(RecordingError, match="can't be saved: Read-only file system"):
        dl.open_run(small_run).rename("x")


def test_a_misspelled_metric_is_told_with_those_there_are(small_run: Path) -> None:
    read = dl.open_run(small_run)
    with pytest.raises(KeyError, match=r"Expected one of loss, accuracy, late\. Received: 'los'"):
        read.metrics["los"]
    assert read.metrics.get("los") is None
    assert "los" not in read.metrics


def test_what_is_there_in_place_of_a_run_is_said(tmp_path: Path, small_run: Path) -> None:
    shutil.copytree(small_run, tmp_path / "runs" / "a")
    for path, told in (
        ("nothere", r"'.*nothere', which doesn't exist\. List the runs"),
        ("runs/a/run.json", r"run\.json', which is a file\. Pass the directory"),
        ("runs", r"runs', which is a folder of runs\. List them with .*RunFolder\('.*runs'\)"),
        ("runs/a/snapshots", r"snapshots', which has none\. List the runs"),
    ):
        with pytest.raises(RecordingError, match=told):
            dl.open_run(tmp_path / path)


def test_an_empty_path_is_not_the_current_folder(
    small_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(small_run)
    assert dl.open_run(".").name == "Small run"
    with pytest.raises(RecordingError, match="Received: '', which doesn't exist"):
        dl.open_run("")


def test_name_and_note_are_set_alike(tmp_path: Path, small_run: Path) -> None:
    read = dl.open_run(shutil.copytree(small_run, tmp_path / "a"))
    read.name, read.note = " wide ", "the best"
    again = dl.open_run(read.path)
    assert (again.name, again.note) == ("wide", "the best")
    with pytest.raises(RecordingError, match=r"Expected a name\. Received: ''"):
        read.name = ""


def test_where_nothing_may_be_written_the_error_says_what_to_do(
    tmp_path: Path, small_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = dl.open_run(shutil.copytree(small_run, tmp_path / "a"))

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("dlwidgets.recording.files.replace", refuse)
    monkeypatch.setattr(Path, "rename", refuse)  # the tests may be run by root
    for change in (lambda: read.rename("b"), lambda: read.tag("b"), read.delete):
        with pytest.raises(RecordingError, match=r"Permission denied\. Make .* writable, or"):
            change()
    with pytest.raises(RecordingError, match=r"denied\. Export to a folder that you can write to"):
        read.export("json", tmp_path / "a.json")
