"""Lower the kernel's CPU priority, so that the browser draws smoothly while a model trains."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

NICE = 10
"""The kernel's nice value: at 10 it gets a tenth of the time that another busy process gets."""

NICE_AMONG_OTHERS = 3
"""The nice value where other programs want the CPU: half of the time that each of them gets."""

WINDOW = 2.0
"""Seconds over which the use of the CPU is measured."""

_BUSY, _QUIET = 0.5, 0.4  # of all cores
_COMPUTES, _ANSWERS = 0.3, 0.15  # cores
_IDLE, _LEFT = 0.05, 0.25  # cores; with less left, little use may be want

_AUTOGROUP = Path("/proc/self/autogroup")
_STAT = Path("/proc/stat")
_WAITING = slice(3, 5)  # idle and iowait, among the columns of /proc/stat
_RUNNING = 8  # columns; those that follow are parts of the first ones


def suitable_nice(own: float, others: float, cores: int, nice: int) -> int:
    """Return the nice value that keeps the page smooth, and the kernel from starving.

    A page and its server need little, and are served before a kernel that computes. Where others
    want more than half of the CPU, such as the trainings of a class, a kernel that lets all of them
    go first stands still. A kernel that only answers, as one whose views show a recorded run,
    takes nothing from the page, which waits for it. One that gets little because many compute
    isn't told from it by its use, so it answers only where a core is left or it uses next to none.

    Args:
        own: What this kernel uses, in cores.
        others: What all other processes use, in cores.
        cores: The machine's cores, at least 1.
        nice: The nice value now.

    Example:
        >>> from dlwidgets.widgets._core.priority import suitable_nice
        >>> [suitable_nice(1.4, others, 2, 10) for others in (0.6, 1.7)]
        [10, 3]
        >>> [suitable_nice(own, 1.8, 2, 10) for own in (0.02, 0.12)]
        [0, 3]
    """
    idle = own < _IDLE or cores - own - others > _LEFT
    if idle and own < (_ANSWERS if nice else _COMPUTES):
        return 0
    limit = _BUSY if nice == NICE else _QUIET
    return NICE_AMONG_OTHERS if others > limit * cores else NICE


class Priority:
    """The nice value of this kernel's scheduling group, adapted to what it and others use.

    TensorFlow keeps all cores busy. On Linux a kernel is a session and so has its own scheduling
    group, which gets half of the CPU however little the page needs. Curves would lag. Training
    loses only time that another process asks for. Nothing happens on a system without such groups,
    or in a process that shares its group with others, such as a script in a terminal.

    Args:
        autogroup: The file that sets the group's nice value; see sched(7).
        stat: The file that tells the time that all processes have used; see proc_stat(5).
    """

    def __init__(self, autogroup: Path = _AUTOGROUP, stat: Path = _STAT) -> None:
        self._autogroup, self._stat = autogroup, stat
        self._nice: int | None = None
        self._refused = False
        self._adapting = threading.Lock()  # views send from several threads
        self._seen: tuple[float, float, float] | None = None  # wall clock, all, this process

    def begin(self) -> bool:
        """Let the browser and the notebook server run first from now on while the kernel computes.

        Returns:
            Whether `adapt` sets the group's nice value.
        """
        if self._nice is not None or self._refused:
            return False
        self._refused = True
        if not hasattr(os, "getsid") or os.getsid(0) != os.getpid():
            return False
        try:
            # "/autogroup-123 nice 0"
            nice = int(self._autogroup.read_text().split()[-1])
        except (OSError, ValueError, IndexError):  # this system has no such groups, or none for us
            return False
        if nice != 0:  # somebody's choice
            return False
        self._nice = nice
        return True

    def adapt(self) -> None:
        """Follow what is used; to be called at any rate while a view is updated."""
        if self._nice is None or not self._adapting.acquire(blocking=False):
            return
        try:
            self._adapt(self._nice)
        finally:
            self._adapting.release()

    def _adapt(self, present: int) -> None:
        wall = time.monotonic()
        if self._seen is not None and wall - self._seen[0] < WINDOW:
            return
        try:
            everybody = _processor_seconds(self._stat.read_text())
        except (OSError, ValueError, IndexError):
            return
        now = (wall, everybody, time.process_time())
        before, self._seen = self._seen, now
        if before is None:
            return
        seconds, used, own = (b - a for a, b in zip(before, now, strict=True))
        others = (used - own) / seconds
        nice = suitable_nice(own / seconds, others, os.cpu_count() or 1, present)
        if nice != present:
            self._set(nice)

    def _set(self, nice: int) -> bool:
        try:
            self._autogroup.write_text(str(nice))
        except OSError:  # not for us, or too soon after another change: the next call tries again
            return False
        self._nice = nice
        return True


def _processor_seconds(stat: str) -> float:
    """Return the time that all cores together were not idle, from the text of /proc/stat."""
    ticks = [int(column) for column in stat.split("\n", 1)[0].split()[1 : _RUNNING + 1]]
    return (sum(ticks) - sum(ticks[_WAITING])) / os.sysconf("SC_CLK_TCK")


PRIORITY = Priority()
"""The priority of this kernel."""
