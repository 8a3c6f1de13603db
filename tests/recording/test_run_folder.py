"""All runs in a folder."""

from __future__ import annotations

import builtins
import shutil
from typing import TYPE_CHECKING, Any

import pytest

import dlwidgets as dl
from dlwidgets.recording import RecordingError, RunFolder, RunWriter

if TYPE_CHECKING:
    from pathlib import Path


def test_runs_come_and_go(tmp_path: Path, small_run: Path) -> None:
    folder = RunFolder(tmp_path / "runs")
    assert (len(folder), list(folder), folder.trash) == (0, [], ())
    (tmp_path / "runs" / "notes").mkdir(parents=True)
    (tmp_path / "runs" / "a.txt").write_text("")
    writer = RunWriter.create(dl.record(tmp_path / "runs", name="new"), {"model": {"name": "m"}})
    old = tmp_path / "runs" / "2020-01-01T00-00-00-old"
    shutil.copytree(small_run, old)
    text = (old / "run.json").read_text()
    (old / "run.json").write_text(text.replace('"created": "20', '"created": "19'))
    assert folder.refresh()
    assert not folder.refresh()
    assert [(run.name, run.state) for run in folder] == [
        ("new", "running"),
        ("Small run", "finished"),
    ]
    assert folder.runs[1].info["step"] == 24
    writer.close("failed", "It was too hot.")
    assert folder.refresh()
    assert (folder.runs[0].state, folder.runs[0].message) == ("failed", "It was too hot.")
    folder.runs[0].rename("newer")
    assert dl.open_run(writer.path).name == "newer"
    shutil.rmtree(writer.path)
    assert folder.refresh()
    assert len(folder) == 1


def test_only_three_small_files_are_read(small_run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    from dlwidgets.recording import files

    plain = files.read

    def read(path: Path, *args: Any, **options: Any) -> Any:
        seen.append(path.name)
        return plain(path, *args, **options)

    monkeypatch.setattr(files, "read", read)
    folder = RunFolder(small_run.parent)
    assert folder[small_run.name].name == "Small run"
    assert set(seen) <= {"run.json", "labels.json", "lock"}
    for _ in range(3):
        folder.refresh()
    before = len(seen)
    folder.refresh()
    assert len(seen) == before  # nothing has changed
    assert builtins.open is open


def test_a_deleted_run_is_in_the_trash(tmp_path: Path, small_run: Path) -> None:
    shutil.copytree(small_run, tmp_path / "a")
    folder = RunFolder(tmp_path)
    folder.delete("a")
    assert len(folder) == 0
    assert [deleted.path.name for deleted in RunFolder(tmp_path).trash] == ["a"]
    assert RunFolder(tmp_path).trash[0].undo() == tmp_path / "a"
    assert folder.refresh()
    assert (len(folder), folder.trash) == (1, ())
    with pytest.raises(RecordingError, match="Received: 'b'"):
        folder.delete("b")


def test_a_second_undo_says_that_it_was_done(tmp_path: Path, small_run: Path) -> None:
    shutil.copytree(small_run, tmp_path / "a")
    deleted = RunFolder(tmp_path).delete("a")
    deleted.undo()
    with pytest.raises(RecordingError, match=r"was already restored\. It is in .*a\."):
        deleted.undo()


def test_what_a_folder_is(tmp_path: Path, small_run: Path) -> None:
    path = tmp_path / "runs"
    assert repr(RunFolder(path)) == f"<RunFolder {str(path)!r}: 0 runs>"
    shutil.copytree(small_run, path / "a")
    assert repr(RunFolder(path)) == f"<RunFolder {str(path)!r}: 1 run>"
    with pytest.raises(
        RecordingError, match=r"Expected a folder of .* Received: the file '.*json'"
    ):
        RunFolder(path / "a" / "run.json")
