"""The one function that exports in any format."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from dlwidgets.recording.errors import RecordingError
from dlwidgets.recording.exporting import KINDS, export
from tests.helpers.recordings import recording


def test_an_unknown_format_is_said_with_the_known_ones() -> None:
    with pytest.raises(RecordingError, match=r"'csv', 'json', .*Received: 'excel'"):
        export(recording(), "excel")


@pytest.mark.parametrize("kind", KINDS)
def test_an_unknown_option_is_said_with_the_known_ones(kind: str, tmp_path: Path) -> None:
    known = "points" if kind in ("tensorboard", "wandb", "mlflow", "trackio") else "overwrite"
    with pytest.raises(TypeError, match=rf"options .*{known}.* Received: color"):
        export(recording(), kind, tmp_path / "x", color="red")


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_without_a_path_it_is_named_after_the_run(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    exported = export(recording(), kind)
    assert exported.path.exists()
    assert exported.path.name.startswith("2026-11-28T22-31-05-mlp")
    assert Path(os.fspath(exported)) == exported.path
    assert repr(exported) == f"Exported as {kind} to {exported.path}."


@pytest.mark.parametrize("kind", ["csv", "json", "tensorboard"])
def test_a_read_only_folder_is_said(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.open

    def refuse(path: Path, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
        if path.is_relative_to(tmp_path) and mode != "r":  # root may write everywhere
            raise PermissionError(13, "Permission denied")
        return real(path, mode, *args, **kwargs)

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(RecordingError, match=r"Couldn't write .*Permission denied"):
        export(recording(), kind, tmp_path / "out")
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize("kind", ["csv", "json", "tensorboard"])
def test_a_file_where_a_folder_should_be_is_said(kind: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RecordingError, match=r"Couldn't write|Expected a folder"):
        export(recording(), kind, tmp_path / "file" / "out.json")
