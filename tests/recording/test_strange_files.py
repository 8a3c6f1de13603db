"""Something else in place of a recording's files: only a `RecordingError` may come."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.recording.damaged import FILES, named, read_all, whole_snapshots_are_there

if TYPE_CHECKING:
    from collections.abc import Callable

WRONG: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: path.write_bytes(b""),
    "not UTF-8": lambda path: path.write_bytes(b"\xff\xfe{}\n\x00" * 9),
    "a list": lambda path: path.write_bytes(b"[1, 2]\n"),
    "a number of 5000 digits": lambda path: path.write_bytes(b'{"step": ' + b"9" * 5000 + b"}"),
    "nested": lambda path: path.write_bytes(b"[" * 100_000),
    "huge lengths": lambda path: path.write_bytes(b"DLW1" + b"\xff" * 64),
    "a huge header": lambda path: path.write_bytes(b"\xff" * 7 + b"\x7f" + b"{}"),
    "a directory": lambda path: (path.unlink(), path.mkdir()),
    "a pipe": lambda path: (path.unlink(), os.mkfifo(path)),
    "a link to nowhere": lambda path: (path.unlink(), path.symlink_to("nowhere")),
    "a link to itself": lambda path: (path.unlink(), path.symlink_to(path.name)),
    "nothing": lambda path: path.unlink(),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_something_else_in_place_of_each_file(small_run: Path, tmp_path: Path, wrong: str) -> None:
    for name in FILES[:-1]:
        path = Path(shutil.copytree(small_run, tmp_path / name.replace("/", "-")))
        WRONG[wrong](path / name)
        read = read_all(path)
        whole_snapshots_are_there(read, but=name)
        quiet = wrong == "nothing" or (wrong == "empty" and name.endswith((".dlw", ".jsonl")))
        if not quiet or name == "run.json":
            assert named(name, read.damage), (name, read.damage)


def test_every_json_value_of_another_type(copy: Path) -> None:
    values = [None, True, -1, 1e308, 10**400, "text", "", [], [None], {}, {"text": 3}, {"name": []}]
    info = json.loads((copy / "run.json").read_text())
    labels = json.loads((copy / "labels.json").read_text())
    for value in values:
        for key in info:
            (copy / "run.json").write_text(json.dumps(info | {key: value}))
            read = read_all(copy)
            assert read.step_count == 24
        (copy / "run.json").write_text(json.dumps(info))
        for key in labels:
            (copy / "labels.json").write_text(json.dumps(labels | {key: value}))
            read_all(copy)
        (copy / "labels.json").write_text(json.dumps(labels))


def test_all_files_gone_but_one(small_run: Path, tmp_path: Path) -> None:
    for name in ("run.json", "steps.dlw", "epochs.dlw"):
        path = tmp_path / name
        path.mkdir()
        shutil.copy(small_run / name, path / name)
        read = read_all(path)
        assert (read.state == "finished") == (name == "run.json")
