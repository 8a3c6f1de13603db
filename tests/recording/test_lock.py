"""One writer per directory, and whether it is still there."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from dlwidgets.recording import RecordingError
from dlwidgets.recording import lock as locks
from dlwidgets.recording.lock import Lock, Watch, read_owner

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lock"


@pytest.fixture
def other(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that has the lock."""
    code = f"""
import sys; sys.path.insert(0, {str(ROOT)!r})
from pathlib import Path
from dlwidgets.recording.lock import Lock
lock = Lock(Path({str(path)!r}))
print("locked", flush=True)
sys.stdin.read()
"""
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "locked\n"
    yield process
    process.kill()
    process.wait()


def elsewhere(path: Path, *, age: float, **changes: Any) -> None:
    """Write a lock of a process on another machine."""
    owner = {
        "pid": 4711,
        "started": 1.0,
        "host": "node-7",
        "boot": "another/pid:[1]",
        "token": "abc",
        "beat": 3,
        "heartbeat": time.time() - age,
        "flock": False,
    }
    path.write_text(json.dumps(owner | changes))


@pytest.fixture
def without_flock(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on NFS without its lock server."""

    def flock(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", flock)


def test_a_second_writer_is_told_who_has_it(path: Path) -> None:
    lock = Lock(path)
    with pytest.raises(RecordingError, match=rf"process {os.getpid()} on {locks.host()}"):
        Lock(path)
    assert Watch(path).alive()
    lock.release()
    assert not path.exists()
    assert not Watch(path).alive()
    Lock(path).release()


@pytest.mark.parametrize("flock", [True, False])
def test_so_is_one_in_another_process(
    path: Path, other: subprocess.Popen[str], flock: bool, request: pytest.FixtureRequest
) -> None:
    if not flock:
        request.getfixturevalue("without_flock")
    with pytest.raises(RecordingError, match=f"process {other.pid} on"):
        Lock(path)
    assert Watch(path).alive()


@pytest.mark.parametrize("flock", [True, False])
def test_a_killed_process_leaves_at_once(
    path: Path, other: subprocess.Popen[str], flock: bool, request: pytest.FixtureRequest
) -> None:
    if not flock:
        request.getfixturevalue("without_flock")
    other.kill()
    other.wait()
    assert path.exists()
    assert not Watch(path).alive()
    lock = Lock(path)
    assert lock.mine()
    lock.release()


def test_so_does_one_whose_parent_has_not_asked_how_it_ended(
    path: Path, other: subprocess.Popen[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = read_owner(path)
    assert owner is not None
    assert owner.present
    other.kill()
    os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)  # it has ended, and is a zombie
    assert psutil.pid_exists(other.pid)
    assert owner.present is False
    assert not Watch(path).alive()
    monkeypatch.setattr(locks, "_fields", lambda _: [])  # as where there is no /proc
    assert owner.present is False
    lock = Lock(path)
    assert lock.mine()
    lock.release()


def test_a_suspended_process_keeps_it(path: Path, other: subprocess.Popen[str]) -> None:
    other.send_signal(signal.SIGSTOP)
    data = json.loads(path.read_text())
    path.write_text(json.dumps(data | {"heartbeat": time.time() - 3600}))
    assert Watch(path).alive()  # it will go on
    with pytest.raises(RecordingError, match=f"process {other.pid}"):
        Lock(path)
    other.send_signal(signal.SIGCONT)


def test_a_process_with_the_same_number_is_another(path: Path) -> None:
    lock = Lock(path)
    owner = json.loads(path.read_text())
    lock.release()
    path.write_text(json.dumps(owner | {"pid": os.getppid(), "started": 1.0}))
    assert not Watch(path).alive()
    Lock(path).release()


def test_a_writer_elsewhere_counts_by_its_heartbeat(path: Path) -> None:
    elsewhere(path, age=10)
    assert Watch(path).alive()
    with pytest.raises(RecordingError, match="process 4711 on node-7"):
        Lock(path)
    elsewhere(path, age=40)
    assert not Watch(path).alive()
    Lock(path).release()


def test_a_heart_that_beats_counts_more_than_its_clock(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere(path, age=3600)  # its clock is an hour slow
    watch = Watch(path)
    assert not watch.alive()
    elsewhere(path, age=3595, beat=4)
    assert watch.alive()
    later = time.monotonic() + locks.STALE + 1
    monkeypatch.setattr("time.monotonic", lambda: later)
    assert not watch.alive()


@pytest.mark.parametrize("age", [-3600, 3600])
def test_without_flock_a_strange_clock_is_watched(
    path: Path, without_flock: None, monkeypatch: pytest.MonkeyPatch, age: float
) -> None:
    now, beats = [1000.0], [False]

    def sleep(seconds: float) -> None:
        now[0] += seconds
        if beats[0]:
            elsewhere(path, age=age, beat=9)

    monkeypatch.setattr("time.monotonic", lambda: now[0])
    monkeypatch.setattr("time.sleep", sleep)
    elsewhere(path, age=age)
    beats[0] = True
    with pytest.raises(RecordingError, match="node-7"):
        Lock(path)
    beats[0] = False
    elsewhere(path, age=age)
    Lock(path).release()
    assert now[0] - 1000 > 2 * locks.HEARTBEAT


def test_a_clock_that_is_set_back_changes_nothing_here(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = Lock(path)
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now - 7200)
    with pytest.raises(RecordingError):
        Lock(path)
    watch = Watch(path)
    watch.alive()
    assert lock.beat()
    assert watch.alive()
    lock.release()


def test_a_file_that_its_owner_deletes_at_this_moment_is_made_again(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = Lock(path)
    plain, calls = locks._flock, []

    def flock(file: int) -> tuple[bool, bool]:
        calls.append(file)
        if len(calls) == 1:
            before.release()
        return plain(file)

    monkeypatch.setattr(locks, "_flock", flock)
    lock = Lock(path)
    assert len(calls) == 2
    assert lock.mine()
    assert Watch(path).alive()
    lock.release()


def test_a_writer_that_lost_it_notices(path: Path) -> None:
    lock = Lock(path)
    elsewhere(path, age=0)
    assert not lock.beat()
    lock.release()
    assert path.exists()  # it is the other's


def test_a_forked_child_does_not_keep_it(path: Path) -> None:
    code = f"""
import os, sys, time; sys.path.insert(0, {str(ROOT)!r})
from pathlib import Path
from dlwidgets.recording.lock import Lock
lock = Lock(Path({str(path)!r}))
if os.fork() == 0:
    os.close(1)
    time.sleep(20)
print("locked", flush=True)
os.kill(os.getpid(), 9)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, check=False, timeout=60
    )
    assert done.stdout == b"locked\n"
    lock = Lock(path)
    assert lock.mine()
    lock.release()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"pid": "a"}',
        b'{"pid": -1, "started": 0, "host": "", "boot": "", "token": "", "beat": 0,"heartbeat": 9}',
        b'{"pid": 1, "started": 0, "host": "", "boot": "", "token": "", "beat": 0,"heartbeat":""}',
        b"null" * 5000,
    ],
)
def test_a_lock_that_makes_no_sense_is_nobodys(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    old = time.time() - 60
    os.utime(path, (old, old))
    assert read_owner(path) is None
    assert not Watch(path).alive()
    Lock(path).release()


def test_a_lock_that_is_being_written_is_alive(path: Path) -> None:
    path.write_bytes(b'{"pid": 47')
    assert Watch(path).alive()
