"""A watched kernel gives way to the page."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dlwidgets.widgets._core.priority import NICE, NICE_AMONG_OTHERS, WINDOW, Priority

AUTOGROUP = Path("/proc/self/autogroup")

CODE = """
import time
from pathlib import Path
from dlwidgets.widgets._core import priority
priority.WINDOW = 0.05
print(priority.PRIORITY.begin(), priority.PRIORITY.begin(), end=" ")
end = time.monotonic() + 0.5
while time.monotonic() < end or time.process_time() < 0.3:
    priority.PRIORITY.adapt()
    if (group := Path("/proc/self/autogroup").read_text()).endswith(("3\\n", "10\\n")):
        break
print(group)
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
    told, group = done.stdout[: len(expected)], done.stdout[len(expected) :].strip()
    assert told == expected
    if own:
        assert int(group.split()[-1]) > 0
    else:
        assert group == before.strip()  # the group of the whole system has no text
    assert AUTOGROUP.read_text() == before


@pytest.mark.parametrize("content", [None, "", "disabled", "/autogroup-7 nice 12"])
def test_a_system_without_groups_or_a_lower_value_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    monkeypatch.setattr(os, "getsid", lambda _pid: os.getpid())
    path = tmp_path / "autogroup"
    if content is not None:
        path.write_text(content)
    assert Priority(path).begin() is False
    assert (path.read_text() if path.exists() else None) == content


class Machine:
    """A machine of eight cores, whose clock and counters the test sets."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.autogroup, self.stat = folder / "autogroup", folder / "stat"
        self.wall = self.own = self.used = 0.0
        self.autogroup.write_text("/autogroup-7 nice 0")
        monkeypatch.setattr(os, "getsid", lambda _pid: os.getpid())
        monkeypatch.setattr(os, "cpu_count", lambda: 8)
        monkeypatch.setattr("time.monotonic", lambda: self.wall)
        monkeypatch.setattr("time.process_time", lambda: self.own)
        self.spend(0, own=0, others=0)

    def spend(self, seconds: float, *, own: float, others: float) -> None:
        """Let this kernel and others use so many cores for so many seconds."""
        self.wall, self.own = self.wall + seconds, self.own + own * seconds
        self.used += (own + others) * seconds
        ticks = round(self.used * os.sysconf("SC_CLK_TCK"))
        # user, nice, system, idle, iowait, irq, softirq, steal, guest, guest_nice
        self.stat.write_text(f"cpu  {ticks} 0 0 {10**6} 77 0 0 0 {ticks} 0\ncpu0 1 2 3 4\n")

    @property
    def nice(self) -> int:
        return int(self.autogroup.read_text().split()[-1])


def test_a_kernel_among_busy_others_takes_its_share(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = Machine(tmp_path, monkeypatch)
    priority = Priority(machine.autogroup, machine.stat)
    assert priority.begin()
    for own, others, expected in [
        (7.0, 0.5, NICE),  # a page and its server
        (4.2, 3.7, NICE),  # others find what they need
        (1.0, 6.9, NICE_AMONG_OTHERS),
        (4.0, 3.8, NICE_AMONG_OTHERS),  # no to and fro at the limit
        (7.0, 0.5, NICE),
        (0.02, 7.9, 0),  # it only answers, and is waited for
        (0.1, 7.8, NICE_AMONG_OTHERS),  # it may get no more, as one of many that compute
        (0.1, 7.5, 0),
        (0.2, 7.4, 0),
        (1.5, 0.5, NICE),
    ]:
        priority.adapt()
        machine.spend(WINDOW, own=own, others=others)
        priority.adapt()
        assert machine.nice == expected


def test_nothing_is_adapted_that_was_not_lowered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine = Machine(tmp_path, monkeypatch)
    machine.autogroup.write_text("/autogroup-7 nice 12")
    priority = Priority(machine.autogroup, machine.stat)
    for _ in range(3):
        priority.begin()
        priority.adapt()
        machine.spend(WINDOW, own=1, others=7)
    assert machine.nice == 12
