"""The lock of a run's directory: one writer, and whether it is still there.

The file holds the writer's process, machine and heartbeat. Where the file system has `flock`, the
writer also holds that. Neither is enough alone: some network file systems have no `flock`, or one
that other machines don't see, and clocks differ and are set back.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import sys
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psutil

from dlwidgets._messages import tr
from dlwidgets.recording import files
from dlwidgets.recording.errors import RecordingError

if TYPE_CHECKING:
    from pathlib import Path

if sys.platform != "win32":
    import fcntl

HEARTBEAT = 5.0
"""Seconds between two heartbeats."""

STALE = 30.0
"""Seconds after the last heartbeat in which a writer elsewhere counts as alive."""

_SIZE = 512  # bytes: a heartbeat overwrites the file in place, with one write
_LARGEST = 4096

_held: set[str] = set()  # the tokens of this process's locks
_held_lock = threading.Lock()


def boot_id() -> str:
    """Return what names this boot of this machine, and this process's view of its processes."""
    data = b""
    with contextlib.suppress(OSError), open("/proc/sys/kernel/random/boot_id", "rb") as file:  # noqa: PTH123
        data = file.read().strip()
    namespace = ""
    with contextlib.suppress(OSError):  # a process id means something only inside it
        namespace = os.readlink("/proc/self/ns/pid")  # noqa: PTH115
    return f"{data.decode(errors='replace')}/{namespace}" if data else ""


def host() -> str:
    """Return this machine's name."""
    return socket.gethostname()


def _fields(pid: int) -> list[bytes]:
    """What the system says of a process, from the third field on; nothing where it has no /proc."""
    with contextlib.suppress(OSError), open(f"/proc/{pid}/stat", "rb") as file:  # noqa: PTH123
        # The second field, a name in brackets, may hold anything.
        return file.read().rpartition(b")")[2].split()
    return []


def _started(pid: int) -> float | None:
    """When a process began, in seconds: since the machine did, where the system says that."""
    # Of 52 fields the 22nd. Unlike the time that psutil gives, it doesn't change when the clock is
    # set.
    with contextlib.suppress(ValueError, IndexError, OSError):
        return float(_fields(pid)[19]) / os.sysconf("SC_CLK_TCK")
    with contextlib.suppress(psutil.Error):
        return float(psutil.Process(pid).create_time())
    return None


def _ended(pid: int) -> bool:
    """Whether a process has ended, also where its parent hasn't asked how, so its number stays."""
    if not psutil.pid_exists(pid):
        return True
    if fields := _fields(pid):
        return fields[0] in (b"Z", b"X", b"x")
    with contextlib.suppress(psutil.Error):
        return psutil.Process(pid).status() in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
    return False


@dataclass(frozen=True)
class Owner:
    """What a lock says about its writer.

    Attributes:
        pid: The process.
        started: When the process began, in seconds.
        host: The machine.
        boot: Which boot of it (see `boot_id`).
        token: Names this lock.
        beat: How many heartbeats there were.
        heartbeat: When the last one was, in Unix seconds by the writer's clock.
        flock: Whether the writer holds an `flock`.
    """

    pid: int
    started: float
    host: str
    boot: str
    token: str
    beat: int
    heartbeat: float
    flock: bool

    @property
    def here(self) -> bool:
        """Whether it is a process of this machine, since this boot."""
        return self.host == host() and self.boot == boot_id()

    @property
    def present(self) -> bool | None:
        """Whether its process is there; None if that can't be known, as on another machine."""
        if not self.here:
            return None
        if self.pid == os.getpid():
            return self.token in _held
        if _ended(self.pid):
            return False
        started = _started(self.pid)
        if started is None or not self.started:
            return None
        return abs(started - self.started) <= 2  # else another one


def read_owner(path: Path) -> Owner | None:
    """Return what a lock file says; None if there is none, or it says nothing that makes sense."""
    data = files.read(path, _LARGEST)
    found = None if data is None else files.parse_json(data)
    if not isinstance(found, dict):
        return None
    pid, beat, flock = found.get("pid"), found.get("beat"), found.get("flock")
    times = [files.number(found.get(name)) for name in ("started", "heartbeat")]
    texts = (found.get("host"), found.get("boot"), found.get("token"))
    if not all(type(n) is int and 0 <= n < 2**63 for n in (pid, beat)):
        return None
    if None in times or not all(isinstance(t, str) for t in texts):
        return None
    (started, heartbeat), (name, boot, token) = times, texts
    return Owner(pid, started, name, boot, token, beat, heartbeat, flock is True)  # type: ignore[arg-type]


class Watch:
    """Whether the writer of a directory is alive, as a reader sees it.

    Clocks of two machines may differ, so a heartbeat that changes while it is watched counts more
    than the time it names.

    Args:
        path: The lock file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[str, int] | None = None
        self._since: float | None = None  # when it was seen to change

    def alive(self) -> bool:
        """Return whether a writer is at work, as far as can be seen now."""
        owner = read_owner(self._path)
        if owner is None:
            # Perhaps it is being written at this moment.
            changed_at = files.changed_at(self._path)
            if not files.size_of(self._path) or changed_at is None:
                return False
            return abs(time.time() - changed_at / 1e9) < HEARTBEAT
        if owner.present is not None:  # also a process that is suspended will go on
            return owner.present
        now, seen = time.monotonic(), (owner.token, owner.beat)
        if self._seen is not None and seen != self._seen:
            self._since = now
        self._seen = seen
        if self._since is not None and now - self._since < STALE:
            return True
        return abs(time.time() - owner.heartbeat) <= STALE


class Lock:
    """The right to write into a directory.

    Args:
        path: The lock file.

    Raises:
        RecordingError: Another writer has it. The message names its process and machine.
        OSError: The file can't be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._token = secrets.token_hex(8)
        self._beat = 0
        self._closed = False
        self._started = _started(os.getpid()) or 0.0
        self._file = self._take()
        with _held_lock:
            _held.add(self._token)
        try:
            self.beat()
        except OSError:
            self.release()
            raise

    def beat(self) -> bool:
        """Say that the writer is alive.

        Returns:
            False if another writer has taken the directory over; nothing may be written then.

        Raises:
            OSError: The file can't be written.
        """
        if self._beat and not self.mine():
            return False
        self._beat += 1
        owner = {
            "pid": os.getpid(),
            "started": self._started,
            "host": host(),
            "boot": boot_id(),
            "token": self._token,
            "beat": self._beat,
            "heartbeat": time.time(),
            "flock": self._flocked,
        }
        data = files.to_json(owner).encode().ljust(_SIZE - 1) + b"\n"
        os.lseek(self._file, 0, os.SEEK_SET)
        os.write(self._file, data)
        if self._beat == 1:
            os.ftruncate(self._file, len(data))
            os.fsync(self._file)
        return True

    def mine(self) -> bool:
        """Return whether the file still is this lock."""
        owner = read_owner(self._path)
        if owner is not None:
            return owner.token == self._token
        return files.size_of(self._path) is not None  # unreadable: not another writer's

    def release(self) -> None:
        """Give the right back."""
        if self._closed:
            return
        self._closed = True
        with _held_lock:
            _held.discard(self._token)
        with contextlib.suppress(OSError):
            if self.mine():
                self._path.unlink()
        if self._flocked and sys.platform != "win32":  # a forked child has it, too
            with contextlib.suppress(OSError):
                fcntl.flock(self._file, fcntl.LOCK_UN)
        os.close(self._file)

    def _take(self) -> int:
        for _ in range(3):
            file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o666)
            try:
                self._flocked, free = _flock(file)
                self._check(free)
                if not free:  # the process is gone, and a child of it keeps the flock
                    self._path.unlink()
                elif _is_at(file, self._path):
                    return file
            except BaseException:
                os.close(file)
                raise
            os.close(file)
        raise _taken(read_owner(self._path))

    def _check(self, free: bool) -> None:
        """Raise an error if the owner may still be at work."""
        owner = read_owner(self._path)
        if owner is None:
            if free:
                return
            raise _taken(None)
        if owner.present is False:
            return
        if owner.present or not free or abs(time.time() - owner.heartbeat) <= STALE:
            raise _taken(owner)
        if (not self._flocked or owner.heartbeat > time.time()) and _beats(self._path, owner):
            raise _taken(owner)


def _beats(path: Path, owner: Owner) -> bool:
    """Whether the heart of a writer beats whose clock says nothing; takes two heartbeats."""
    watch_until = time.monotonic() + 2 * HEARTBEAT + 1
    while time.monotonic() < watch_until:
        seen = read_owner(path)
        if seen is not None and (seen.token, seen.beat) != (owner.token, owner.beat):
            return True
        time.sleep(HEARTBEAT / 10)
    return False


def _flock(file: int) -> tuple[bool, bool]:
    """Try to lock a file: whether that works here, and whether nobody else has it."""
    if sys.platform == "win32":  # it has no flock
        return False, True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True, False
    except OSError:  # this file system has no locks
        return False, True
    return True, True


def _is_at(file: int, path: Path) -> bool:
    """Whether an open file is the one at a path: its owner may have deleted it meanwhile."""
    try:
        return os.path.samestat(os.fstat(file), path.stat())
    except OSError:
        return False


def _taken(owner: Owner | None) -> RecordingError:
    if owner is None:
        return RecordingError(
            tr(
                "This run is open in another tab, notebook or program. Go on there, or close it "
                "there and try again."
            )
        )
    details: dict[str, Any] = {"pid": str(owner.pid), "host": owner.host}
    return RecordingError(
        tr(
            "This run is open in another tab, notebook or program (process {pid} on {host}). Go "
            "on there, or close it there and try again.",
            **details,
        )
    )
