"""All runs of a folder: what they show, and what is done with them, as from a page."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import dlwidgets as dl
from dlwidgets.recording import RecordedRun, RunWriter, places
from dlwidgets.training.events import State
from dlwidgets.widgets._live.pinned import PINNED
from dlwidgets.widgets.training._run_shelf import RunShelf
from dlwidgets.widgets.training.run_viewer import RunViewer
from dlwidgets.widgets.training.runs import Runs
from tests.helpers.page import from_page, messages, seen, set_on_page, state_of
from tests.helpers.run_folders import STEPS_PER_EPOCH, MadeRun
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def show(tmp_path: Path) -> Iterator[Callable[..., Runs]]:
    made: list[Runs] = []

    def make(folder: Any = tmp_path, **options: Any) -> Runs:
        made.append(Runs(folder, **options))
        return made[-1]

    yield make
    for one in made:
        one.close()
    PINNED.pin(None)


def rows(runs: Runs) -> dict[str, dict[str, Any]]:
    """What the page shows of each run, by name."""
    table = runs.table
    return {row["name"]: {**row, **table.live.get(row["id"], {})} for row in table.runs}


def key_of(runs: Runs, name: str) -> str:
    return str(rows(runs)[name]["id"])


def select(runs: Runs, *names: str) -> list[str]:
    keys = [key_of(runs, name) for name in names]
    set_on_page(runs.table, selected=keys)
    return keys


def offered(runs: Runs) -> dict[str, str]:
    """The actions that the page offers, each with why it can't be done."""
    return {one["name"]: one.get("problem") or "" for one in runs.table.actions}


def act(runs: Runs, name: str, *names: str, **more: Any) -> None:
    keys = select(runs, *names)
    from_page(runs.table, {"type": "act", "name": name, "ids": keys, "request": 1, **more})


def test_a_table_curves_and_only_the_parameters_that_differ(
    tmp_path: Path, show: Callable[..., Runs]
) -> None:
    MadeRun(tmp_path, "slow", tags=("base",)).train(5).end()
    MadeRun(tmp_path, "fast", rate=0.01).train(2).end("failed", "The loss became NaN.")
    runs = show()
    slow, fast = rows(runs)["slow"], rows(runs)["fast"]
    assert (slow["state"], slow["model"], slow["data"]) == ("finished", "mlp", "640 × 8×8×1")
    assert (slow["metric"], slow["best_epoch"], slow["tags"]) == ("val_accuracy", 5, ["base"])
    assert (slow["step"], slow["epoch"], slow["epochs"]) == (100, 5, 5)
    assert (fast["state"], fast["message"], fast["epoch"]) == ("failed", "The loss became NaN.", 2)
    runs.refresh()
    assert runs.steps.metric.value == "step/loss"
    assert runs.epochs.metric.value == "epoch/val_accuracy"
    chart = runs.steps.chart
    assert {s["name"]: len(chart.points(s["id"])) for s in chart.series} == {
        "slow": 100,
        "fast": 40,
    }
    # The color of a row is that of its curve.
    assert {s["id"]: s["place"] for s in chart.series} == runs.table.slots
    differing = {row[1]: row[2:] for row in runs.parameters.table.rows}
    shown = [one["name"] for one in runs.parameters.table.columns[2:]]
    rates = dict(zip(shown, differing["optimizer.learning_rate"], strict=True))
    assert (rates, len(differing)) == ({"slow": "0.001", "fast": "0.01"}, 1)
    runs.parameters.differing.value = False
    assert "batch_size" in {row[1] for row in runs.parameters.table.rows}


def test_another_metric_and_another_axis(tmp_path: Path, show: Callable[..., Runs]) -> None:
    MadeRun(tmp_path, "one").train(3).end()
    runs = show()
    runs.refresh()
    runs.steps.metric.value = "epoch/loss"
    (series,) = runs.steps.chart.series
    assert (series["kind"], len(runs.steps.chart.points(series["id"]))) == ("line+markers", 3)
    set_on_page(runs.steps.chart, x_axis="time", smoothing=0.9)
    assert (runs.epochs.chart.x_axis, runs.epochs.chart.smoothing) == ("time", 0.9)
    set_on_page(runs.table, drawn=[])
    assert runs.steps.chart.series == []
    # What was chosen is shown again with the next run.
    set_on_page(runs.table, drawn=[key_of(runs, "one")])
    assert runs.steps.metric.value == "epoch/loss"


def test_an_empty_folder_says_how_to_record(tmp_path: Path, show: Callable[..., Runs]) -> None:
    runs = show(tmp_path / "none")
    assert "record=" in runs.table.empty_text
    assert "none" in runs.table.empty_text
    assert runs.steps.layout.display is None
    assert runs.parameters.layout.display == "none"


def test_a_folder_that_does_not_exist_yet(tmp_path: Path, show: Callable[..., Runs]) -> None:
    folder = tmp_path / "rnus"
    runs = show(folder)
    assert f"The folder {str(folder)!r} doesn't exist yet." in str(runs.table.empty_text)
    folder.mkdir()
    runs.refresh()
    assert str(runs.table.empty_text).startswith("No runs yet.")


def test_a_run_of_this_process_grows_while_it_is_shown(
    tmp_path: Path, show: Callable[..., Runs]
) -> None:
    made = MadeRun(tmp_path, "live").train(1)
    runs = show()
    seen(runs.table)
    until(lambda: runs.steps.chart.series, "its curve")
    (series,) = runs.steps.chart.series
    before = len(messages(runs.table, "append"))
    made.train(2)
    points = runs.steps.chart.points
    until(lambda: len(points(series["id"])) == 3 * STEPS_PER_EPOCH, "new points")
    until(lambda: rows(runs)["live"]["step"] == 3 * STEPS_PER_EPOCH, "the new step in the table")
    assert rows(runs)["live"]["state"] == "running"
    made.end("stopped")
    until(lambda: rows(runs)["live"]["state"] == "stopped", "its end")
    assert len(messages(runs.table, "append")) == before


_OTHER = """
import sys
from pathlib import Path
from tests.helpers.run_folders import MadeRun
MadeRun(Path(sys.argv[1]), "other").train(2).writer.sync()
print("ready", flush=True)
sys.stdin.read()
"""


def test_the_curves_of_a_run_that_is_resumed_grow(
    tmp_path: Path, show: Callable[..., Runs]
) -> None:
    made = MadeRun(tmp_path, "resumed").train(2).end()
    runs = show()
    seen(runs.table)
    key = key_of(runs, "resumed")
    chart = runs.steps.chart
    until(lambda: any(one["id"] == key for one in chart.series), "the curve")
    assert len(chart.points(key)) == 2 * STEPS_PER_EPOCH
    made.writer = RunWriter.reopen(made.path, step=2 * STEPS_PER_EPOCH)
    made.writer.follow(made.recorder)
    made.train(1)
    try:
        until(lambda: len(chart.points(key)) == 3 * STEPS_PER_EPOCH, "its new steps")
    finally:
        made.end()


def test_an_opened_run_follows_when_it_goes_on_elsewhere(
    tmp_path: Path, show: Callable[..., Runs]
) -> None:
    made = MadeRun(tmp_path, "opened", epochs=2).train(2).end()
    runs = show()
    act(runs, "open", "opened")
    view = runs.opened.children[1]
    assert isinstance(view, RunViewer)
    bar = view.panel.bar
    assert (bar.epoch, bar.epochs, bar.state) == (2, 2, "finished")
    seen(runs.table)
    made.writer = RunWriter.reopen(made.path, step=2 * STEPS_PER_EPOCH)
    made.writer.describe(epochs=3)
    made.writer.follow(made.recorder)
    made.train(1).end()  # too fast to be seen while it trains
    until(lambda: (bar.epoch, bar.epochs, bar.state) == (3, 3, "finished"), "the third epoch")
    assert isinstance(view.recorded, RecordedRun)
    assert (view.recorded.state, view.recorded.epochs_total) == (State.FINISHED, 3)


def test_a_run_of_another_process_appears_and_is_interrupted_with_it(
    tmp_path: Path, show: Callable[..., Runs]
) -> None:
    runs = show()
    seen(runs.table)
    with subprocess.Popen(
        [sys.executable, "-c", _OTHER, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[3],
    ) as process:
        until(lambda: "other" in rows(runs), "the run of the other process", 30)
        assert rows(runs)["other"]["state"] == "running"
        act(runs, "delete", "other")
        assert "other" in rows(runs)
        process.kill()
    until(lambda: rows(runs)["other"]["state"] == "interrupted", "its end", 30)
    select(runs, "other")
    until(lambda: offered(runs).get("resume") == "", "that it can be resumed")


def test_rename_and_tag_change_what_others_read(tmp_path: Path, show: Callable[..., Runs]) -> None:
    made = MadeRun(tmp_path, "old").train().end()
    runs = show()
    runs.refresh()
    key = key_of(runs, "old")
    from_page(runs.table, {"type": "rename", "id": key, "name": "new"})
    from_page(runs.table, {"type": "tag", "id": key, "tag": "good"})
    assert rows(runs)["new"]["tags"] == ["good"]
    assert [s["name"] for s in runs.steps.chart.series] == ["new"]
    reread = dl.open_run(made.path)
    assert (reread.name, reread.tags) == ("new", ("good",))
    from_page(runs.table, {"type": "untag", "id": key, "tag": "good"})
    assert rows(runs)["new"]["tags"] == []


def test_delete_and_undo(tmp_path: Path, show: Callable[..., Runs]) -> None:
    for name in "abc":
        MadeRun(tmp_path, name).train().end()
    runs = show()
    drawn = set(runs.table.drawn)
    act(runs, "delete", "a", "c")
    assert list(rows(runs)) == ["b"]
    assert (runs.table.notice, runs.table.undo) == ("2 runs were deleted.", True)
    from_page(runs.table, {"type": "undo"})
    assert sorted(rows(runs)) == ["a", "b", "c"]
    assert (runs.table.notice, runs.table.undo) == ("", False)
    assert set(runs.table.drawn) == drawn
    act(runs, "delete", "b")
    assert runs.table.notice == "b was deleted."


def test_other_runs_in_directories_of_the_same_name_are_other_runs(
    tmp_path: Path, show: Callable[..., Runs]
) -> None:
    first, second = (MadeRun(tmp_path / name, name).train(1).end() for name in ("one", "two"))
    path = second.path.with_name(first.path.name)
    second.path.rename(path)
    runs = show([tmp_path / "one", tmp_path / "two"])
    assert rows(runs).keys() == {"one", "two"}
    act(runs, "delete", "two")
    assert first.path.exists()
    assert not path.exists()


def test_a_run_that_is_kept_stays_selected_drawn_and_pinned(
    tmp_path: Path, show: Callable[..., Runs]
) -> None:
    recent, kept = tmp_path / "recent", tmp_path / "kept"
    made = MadeRun(recent, "good").train().end()
    MadeRun(recent, "other").train().end()
    runs = show([recent, kept])
    runs.acts.keep = lambda run: places.keep(run, kept)
    runs.acts.can_keep = lambda run: run.path.parent == recent
    act(runs, "pin", "good")
    drawn = list(runs.table.drawn)
    act(runs, "keep", "good")
    assert runs.table.notice == "good is in your folder now."
    assert (runs.table.selected, runs.table.drawn) == ([made.path.name], drawn)
    assert runs.table.pinned == made.path.name
    assert PINNED.run is not None
    assert PINNED.run.path == kept / made.path.name
    assert "keep" not in offered(runs)
    # Deleted, it isn't back from where it was before; undone, it is.
    act(runs, "delete", "good")
    assert list(rows(runs)) == ["other"]
    from_page(runs.table, {"type": "undo"})
    assert sorted(rows(runs)) == ["good", "other"]
    assert (kept / made.path.name).exists()


def test_what_cannot_be_done_any_more_is_answered(
    tmp_path: Path, show: Callable[..., Runs]
) -> None:
    made = MadeRun(tmp_path, "mine").train().end()
    runs = show()
    act(runs, "resume", "mine")  # it has finished
    made.path.rename(tmp_path / ".gone")
    runs.shelf.refresh()
    from_page(runs.table, {"type": "act", "name": "open", "ids": [made.path.name], "request": 2})
    assert [content for content, _ in messages(runs.table, "failed")] == [
        {"type": "failed", "request": 1},
        {"type": "failed", "request": 2},
    ]
    assert "is no longer there" in str(runs.table.notice)


def test_what_can_be_done_depends_on_the_run(tmp_path: Path, show: Callable[..., Runs]) -> None:
    MadeRun(tmp_path, "done").train(5).end()
    MadeRun(tmp_path, "stopped").train(2).end("stopped")
    MadeRun(tmp_path, "new").end("stopped")
    active = MadeRun(tmp_path, "active").train()
    active.writer.sync()
    runs = show()
    assert offered(runs) == {}
    select(runs, "done")
    assert offered(runs) == dict.fromkeys(["open", "more", "fork", "pin", "delete"], "")
    select(runs, "stopped")
    assert offered(runs)["resume"] == ""
    select(runs, "new")
    assert offered(runs)["resume"] == "The run has no steps yet."
    select(runs, "active")
    still = "It is still being recorded."
    assert "resume" not in offered(runs)
    assert (offered(runs)["more"], offered(runs)["delete"]) == (still, still)
    select(runs, "done", "stopped")
    assert list(offered(runs)) == ["compare", "delete"]
    act(runs, "compare", "done", "stopped")
    assert runs.table.drawn == [key_of(runs, "done"), key_of(runs, "stopped")]
    active.end()


def test_the_reference_is_remembered_by_its_folder(
    tmp_path: Path, show: Callable[..., Runs]
) -> None:
    MadeRun(tmp_path, "best").train(2).end()
    MadeRun(tmp_path, "other").train(2).end()
    runs = show()
    act(runs, "pin", "best")
    assert runs.table.pinned == key_of(runs, "best")
    assert PINNED.run is not None
    assert PINNED.run.name == "best"
    set_on_page(runs.table, drawn=[key_of(runs, "other")])
    # It is drawn although its eye is closed, in a color of its own.
    assert {s["name"]: s.get("place") for s in runs.steps.chart.series} == {
        "other": 0,
        "best": None,
    }
    again = show()
    assert again.table.pinned == key_of(again, "best")
    act(runs, "unpin", "best")
    assert (PINNED.run, runs.table.pinned, show().table.pinned) == (None, "", "")


def test_the_reference_is_drawn_in_every_panel(tmp_path: Path, show: Callable[..., Runs]) -> None:
    best = MadeRun(tmp_path, "best", rate=0.01, about={"dataset": "digits"}).train(3).end()
    other = MadeRun(tmp_path, "other").train(2).end()
    act(show(), "pin", "best")

    def pale(panel: dl.TrainingPanel) -> list[tuple[str, int]]:
        panel.tick()
        chart = panel.charts[0]
        return [(s["name"], len(chart.points(s["id"]))) for s in chart.series if s["reference"]]

    panel = dl.TrainingPanel(dl.open_run(other.path))
    expected = [("best: loss per step", 60), ("best: loss per epoch", 3)]
    assert pale(panel) == expected
    panel.show(dl.open_run(other.path))  # not a second time
    assert pale(panel) == expected
    # The reference isn't compared with itself, nor with runs on other data.
    assert pale(dl.TrainingPanel(dl.open_run(best.path))) == []
    elsewhere = dl.TrainingPanel()
    elsewhere.compare_within("mnist")
    elsewhere.show(dl.open_run(other.path))
    assert pale(elsewhere) == []
    PINNED.pin(None)
    panel.show(dl.open_run(other.path))
    assert pale(panel) == []


def test_a_run_without_its_data_gives_the_code(tmp_path: Path, show: Callable[..., Runs]) -> None:
    made = MadeRun(tmp_path, "mine").train(2).end("stopped")
    runs = show()
    act(runs, "more", "mine", value=7)
    until(lambda: "dl.resume" in runs.table.notice, "the code")
    assert f"dl.resume({str(made.path)!r}, x, y, epochs=12)" in runs.table.notice
    act(runs, "fork", "mine", value=30)
    until(lambda: "dl.fork" in runs.table.notice, "the code")
    assert "step=30" in runs.table.notice


def test_a_run_of_a_page_goes_on_there(tmp_path: Path, show: Callable[..., Runs]) -> None:
    about = {"page": "train", "dataset": "digits", "title": "MLP"}
    made = MadeRun(tmp_path, "page run", about=about).train(2).end("stopped")
    runs = show()
    assert (rows(runs)["page run"]["model"], rows(runs)["page run"]["data"]) == ("MLP", "digits")
    act(runs, "more", "page run", value=7, served=True)
    sent, _ = messages(runs.table, "go")[-1]
    assert (sent["page"], sent["query"]) == ("train", f"resume={made.path.name}&more=7")
    act(runs, "fork", "page run", value=20, served=True)
    sent, _ = messages(runs.table, "go")[-1]
    assert sent["query"] == f"fork={made.path.name}&step=20"


def test_a_run_with_its_data_is_resumed_in_place(tmp_path: Path, show: Callable[..., Runs]) -> None:
    digits = dl.data.load("digits").normalized()
    model = dl.models.compiled("mlp", input_shape=(8, 8, 1), classes=10)
    x, y = digits.x_train, digits.y_train
    first = dl.fit(model, x, y, epochs=2, record=tmp_path).wait()
    assert first.recording is not None
    name = first.recording.name
    runs = show(data=lambda _: (x, y))
    act(runs, "more", name, value=1)
    until(lambda: runs.run is not None and runs.run.state == "finished", "the resumed run", 60)
    assert runs.run is not None
    assert len(runs.run.history["loss"]) == 3
    assert runs.opened.children
    seen(runs.table)
    until(lambda: rows(runs)[name]["epoch"] == 3, "the epochs of the recording", 30)
    until(lambda: rows(runs)[name]["state"] == "finished", "the end of the recording", 30)


def test_what_a_stranger_sends_does_nothing(tmp_path: Path, show: Callable[..., Runs]) -> None:
    made = MadeRun(tmp_path / "runs", "mine").train().end()
    outside = MadeRun(tmp_path / "other", "theirs").train().end()
    runs = show(tmp_path / "runs")
    select(runs, "mine")
    for key in (
        f"../other/{outside.path.name}",
        "",
        str(outside.path),
        ".trash",
    ):
        for content in (
            {"type": "act", "name": "delete", "ids": [key]},
            {"type": "act", "name": "open", "ids": [key]},
            {"type": "rename", "id": key, "name": "gone"},
        ):
            from_page(runs.table, content)
    set_on_page(runs.table, drawn=[f"../other/{outside.path.name}"])
    assert (made.path.exists(), outside.path.exists()) == (True, True)
    assert dl.open_run(outside.path).name == "theirs"
    assert runs.opened.children == ()
    assert runs.table.drawn == []


def test_a_damaged_run_stands_in_the_table_and_harms_no_other(
    tmp_path: Path, show: Callable[..., Runs]
) -> None:
    MadeRun(tmp_path, "good").train().end()
    bad = MadeRun(tmp_path, "bad").train().end()
    (bad.path / "run.json").write_bytes(b"\xff{")
    (bad.path / "steps.dlw").write_bytes(b"no block")
    (tmp_path / "not a run").mkdir()
    runs = show()
    runs.refresh()
    assert len(rows(runs)) == 2
    assert "good" in [s["name"] for s in runs.steps.chart.series]


def test_five_hundred_runs_are_shown_within_the_size_of_a_message(
    tmp_path: Path, show: Callable[..., Runs]
) -> None:
    made = MadeRun(tmp_path, "one").train().end()
    info = json.loads((made.path / "run.json").read_text())
    labels = (made.path / "labels.json").read_bytes()
    for i in range(500):
        path = tmp_path / f"2026-01-01T00-00-00-{i}"
        path.mkdir()
        (path / "run.json").write_text(json.dumps(info))
        (path / "labels.json").write_bytes(labels)
    runs = show()
    assert len(runs.table.runs) == 501
    assert len(json.dumps(state_of(runs.table, "runs"))) < 250_000
    assert len(runs.table.drawn) == 4


def test_a_view_that_fails_once_is_called_again(tmp_path: Path) -> None:
    calls: list[int] = []
    called = threading.Event()

    def fail() -> None:
        calls.append(1)
        if len(calls) > 1:
            called.set()
        raise OSError("one damaged run")

    shelf = RunShelf([tmp_path], fail, fail)
    shelf.wake()
    shelf.follow()
    try:
        deadline = time.monotonic() + 30
        while not called.is_set() and time.monotonic() < deadline:
            shelf.wake()
            called.wait(0.1)
        assert called.is_set()
    finally:
        shelf.close()
