"""Files that are replaced or deleted while somebody reads them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dlwidgets.recording import files


def busy(monkeypatch: pytest.MonkeyPatch, name: str, times: int, windows: bool) -> None:
    """Let a method of paths fail so many times, as on Windows while somebody reads the file."""
    left, method = [times], getattr(Path, name)

    def act(*given: Any, **named: Any) -> Any:
        left[0] -= 1
        if left[0] >= 0:
            raise PermissionError
        return method(*given, **named)

    monkeypatch.setattr(Path, name, act)
    monkeypatch.setattr(files, "_WINDOWS", windows)
    monkeypatch.setattr(files, "_PAUSE", 0.0)


def test_a_file_that_is_read_is_replaced_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "run.json"
    file.write_text("old")
    busy(monkeypatch, "replace", 3, True)
    files.replace(file, [b"new"])
    assert file.read_text() == "new"
    assert files.names_in(tmp_path) == ["run.json"]


@pytest.mark.parametrize(("times", "windows"), [(999, True), (1, False)])
def test_a_folder_that_cannot_be_written_raises(
    times: int, windows: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy(monkeypatch, "replace", times, windows)
    with pytest.raises(PermissionError):
        files.replace(tmp_path / "run.json", [b"new"])
    assert files.names_in(tmp_path) == []


def test_a_file_that_is_read_is_deleted_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "000000001.safetensors"
    file.write_text("old")
    busy(monkeypatch, "unlink", 1, True)
    assert not files.delete(file)
    assert files.delete(file)
    assert not file.exists()
    assert files.delete(file)
