"""A watched kernel gives way to the page."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dlwidgets.widgets._core.priority import lower_priority

AUTOGROUP = Path("/proc/self/autogroup")

CODE = """
from pathlib import Path
from dlwidgets.widgets._core.priority import lower_priority
print(lower_priority(), lower_priority(), Path("/proc/self/autogroup").read_text())
"""


@pytest.mark.skipif(not AUTOGROUP.exists(), reason="this system has no scheduling autogroups")
@pytest.mark.parametrize(("own", "expected"), [(True, "True False"), (False, "False False")])
def test_only_a_process_with_a_session_of_its_own_lowers_its_group(
    own: bool, expected: str
) -> None:
    before = AUTOGROUP.read_text()
    command = [sys.executable, "-c", CODE]
    done = subprocess.run(
        command, start_new_session=own, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith(expected)
    assert done.stdout.rstrip().endswith("nice 3") == own
    assert AUTOGROUP.read_text() == before


@pytest.mark.parametrize("content", [None, "", "disabled", "/autogroup-7 nice 12"])
def test_a_system_without_groups_or_a_lower_value_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    monkeypatch.setattr(os, "getsid", lambda _pid: os.getpid())
    path = tmp_path / "autogroup"
    if content is not None:
        path.write_text(content)
    assert lower_priority(path) is False
    assert (path.read_text() if path.exists() else None) == content
