"""A small run to record: real numbers of a real training are in `tests/training`."""

from __future__ import annotations

import json
import shutil
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.recording.small_run import record_small_run

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def no_writer_left_behind() -> Iterator[None]:
    yield
    left = [t for t in threading.enumerate() if t.name == "dlwidgets-recording"]
    for thread in left:
        thread.join(5)
    assert not [t for t in left if t.is_alive()], "a writer wasn't closed"


@pytest.fixture(scope="session")
def small_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of a finished run: three epochs of eight steps, all kinds of files."""
    return record_small_run(tmp_path_factory.mktemp("runs"))


@pytest.fixture
def copy(small_run: Path, tmp_path: Path) -> Path:
    """A copy of the run that may be damaged; its writer was killed."""
    path = Path(shutil.copytree(small_run, tmp_path / small_run.name))
    owner = {
        "pid": 4711,
        "started": 1.0,
        "host": "node-7",
        "boot": "b",
        "token": "t",
        "beat": 3,
        "heartbeat": 1.0,
        "flock": False,
    }
    (path / "lock").write_text(json.dumps(owner))
    return path
