"""Where dashboards record: private, within a budget, and what is kept stays."""

from __future__ import annotations

import os
import stat
import time
from typing import TYPE_CHECKING, Any

import pytest

import dlwidgets as dl
from dlwidgets.recording import places
from dlwidgets.recording.errors import RecordingError
from dlwidgets.recording.run_folder import RunFolder
from dlwidgets.recording.summary import RunSummary

if TYPE_CHECKING:
    from pathlib import Path


def recorded(folder: Path, name: str, size: int = 1000) -> RunSummary:
    """A finished run with a file of a size."""
    writer = dl.recording.RunWriter.create(dl.record(folder, name=name), {"model": {"name": "m"}})
    writer.close("finished")
    (writer.path / "media").mkdir(exist_ok=True)
    (writer.path / "media" / "big").write_bytes(b"x" * size)
    return RunSummary(writer.path)


def test_the_folder_is_private_and_in_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = places.recent_folder()
    assert folder == tmp_path / "cache" / "dlwidgets" / "runs"
    folder.chmod(0o755)
    assert stat.S_IMODE(places.recent_folder().stat().st_mode) == 0o700


def test_a_folder_of_somebody_else_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(os, "getuid", lambda: os.stat(tmp_path).st_uid + 1)  # noqa: PTH116
    with pytest.raises(RecordingError, match="can't be recorded in"):
        places.recent_folder()


def test_in_a_folder_for_temporary_files_nobody_can_take_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    folder = places.recent_folder()
    assert folder.parent == tmp_path
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    # A link of a stranger's, to a folder of one's own.
    mine, me = tmp_path / "mine", os.getuid()
    folder.rename(mine)
    folder.symlink_to(mine)
    lstat = type(folder).lstat

    def of_a_stranger(path: Path) -> os.stat_result:
        found = list(lstat(path))
        found[stat.ST_UID] = me + stat.S_ISLNK(found[stat.ST_MODE])
        return os.stat_result(found)

    monkeypatch.setattr(type(folder), "lstat", of_a_stranger)
    with pytest.raises(RecordingError, match="can't be recorded in"):
        places.recent_folder()


def test_kept_runs_go_where_the_user_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DLWIDGETS_RUNS", str(tmp_path / "mine"))
    run = recorded(tmp_path / "recent", "one")
    kept = places.keep(run, places.kept_folder())
    assert kept.path.parent == tmp_path / "mine"
    assert (kept.name, kept.state) == ("one", "finished")
    # What shows it goes on showing it, until room is needed.
    assert run.path.exists()
    assert places.tidy(run.path.parent, 0) == [run.path.name]
    assert places.keep(kept, places.kept_folder()).path == kept.path
    monkeypatch.delenv("DLWIDGETS_RUNS")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert places.kept_folder() == tmp_path / "dlwidgets" / "runs"


def test_the_oldest_runs_go_first_but_not_those_to_spare(tmp_path: Path) -> None:
    runs = []
    for i in range(4):
        run = recorded(tmp_path, f"r{i}", 100_000)
        # They are told apart by the second in which they began.
        info = (run.path / "run.json").read_text()
        at = run.created
        (run.path / "run.json").write_text(info.replace(at, at.replace(at[:4], f"200{i}")))
        runs.append(run.path)
    assert places.tidy(tmp_path, 1_000_000) == []
    deleted = places.tidy(tmp_path, 250_000, spare={runs[0].name})
    assert deleted == [runs[1].name, runs[2].name]
    assert [path.exists() for path in runs] == [True, False, False, True]


def test_a_run_is_found_by_its_name_alone(tmp_path: Path) -> None:
    run = recorded(tmp_path / "a", "one")
    recorded(tmp_path / "b", "two")
    folders = [tmp_path / "none", tmp_path / "a"]
    found = places.find(run.path.name, folders)
    assert found is not None
    assert found.path == run.path
    for name in ("", ".", "..", "../b", f"../a/{run.path.name}", str(run.path), ".trash"):
        assert places.find(name, folders) is None


def test_a_run_that_is_being_recorded_is_neither_deleted_nor_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = dl.recording.RunWriter.create(dl.record(tmp_path, name="live"), {"model": {}})
    assert places.tidy(tmp_path, 0) == []
    with pytest.raises(RecordingError, match="still being recorded"):
        places.keep(RunSummary(writer.path), tmp_path / "other")
    places.mark_to_keep(RunSummary(writer.path))
    places.keep_marked(tmp_path, tmp_path / "other")
    assert not (tmp_path / "other").exists()
    writer.close("stopped")
    assert places.tidy(tmp_path, 0) == []
    places.keep_marked(tmp_path, tmp_path / "other")
    assert [run.name for run in RunFolder(tmp_path / "other")] == ["live"]
    monkeypatch.setenv("DLWIDGETS_RUNS", str(tmp_path / "other"))
    writer.media(1, "late", "the last words", "text")
    for copy in (writer.path, tmp_path / "other" / writer.path.name):
        assert [sample.load() for sample in dl.open_run(copy).samples()] == ["the last words"]
    assert places.tidy(tmp_path, 0) == [writer.path.name]


def test_a_sample_that_comes_while_a_run_is_copied_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = dl.recording.RunWriter.create(dl.record(tmp_path, name="run"), {})
    writer.close("finished")
    copy_all = places.shutil.copytree

    def slow_copy(*args: Any, **options: Any) -> Any:
        done = copy_all(*args, **options)
        writer.media(1, "late", "the last words", "text")
        return done

    monkeypatch.setattr(places.shutil, "copytree", slow_copy)
    kept = places.keep(RunSummary(writer.path), tmp_path / "other")
    assert [sample.load() for sample in dl.open_run(kept.path).samples()] == ["the last words"]


def test_the_trash_is_emptied_after_a_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = recorded(tmp_path, "gone")
    folder = RunFolder(tmp_path)
    folder.delete(run.path.name)
    places.tidy(tmp_path)
    assert len(folder.trash) == 1
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 25 * 3600)
    places.tidy(tmp_path)
    assert folder.trash == ()
