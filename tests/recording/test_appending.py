"""Records are whole in the file, or not there."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from dlwidgets.recording.appending import Appender

if TYPE_CHECKING:
    from pathlib import Path


def test_a_record_that_the_system_takes_in_pieces_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = os.write
    appender = Appender(tmp_path / "file", 0)
    monkeypatch.setattr("os.write", lambda file, data: plain(file, data[:2]))
    appender.write(b"one two three")
    appender.close()
    assert (tmp_path / "file").read_bytes() == b"one two three"


def test_a_record_that_fails_halfway_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, calls = os.write, []

    def full(file: int, data: bytes) -> int:
        calls.append(file)
        if len(calls) > 1:
            raise OSError(28, "No space left on device")
        return plain(file, data[:2])

    (tmp_path / "file").write_bytes(b"first,torn")
    appender = Appender(tmp_path / "file", 6)
    with monkeypatch.context() as patched:
        patched.setattr("os.write", full)
        with pytest.raises(OSError, match="No space"):
            appender.write(b"second")
    appender.write(b"third")
    appender.close()
    assert (tmp_path / "file").read_bytes() == b"first,third"
