"""Lower the kernel's CPU priority, so that the browser draws smoothly while a model trains."""

from __future__ import annotations

import os
from pathlib import Path

NICE = 3
"""The nice value of the kernel: at 3 it gets half of the time that another busy process gets."""

_AUTOGROUP = Path("/proc/self/autogroup")


def lower_priority(autogroup: Path = _AUTOGROUP) -> bool:
    """Let the browser and the notebook server run first when the CPU is busy.

    TensorFlow keeps all cores busy. On Linux a kernel is a session and so has its own scheduling
    group, which gets half of the CPU however little the page needs. Curves would lag. Training
    loses only time that another process asks for. Nothing happens on a system without such groups,
    or in a process that shares its group with others, such as a script in a terminal. Without
    privileges the setting can't be undone before the process ends.

    Args:
        autogroup: The file that sets the group's nice value; see sched(7).

    Returns:
        Whether the group's nice value was set.
    """
    if not hasattr(os, "getsid") or os.getsid(0) != os.getpid():
        return False
    try:
        # "/autogroup-123 nice 0"
        nice = int(autogroup.read_text().split()[-1])
        if nice >= NICE:  # it is lower already, and raising it takes privileges
            return False
        autogroup.write_text(str(NICE))
    except (OSError, ValueError, IndexError):  # this system has no such groups, or none for us
        return False
    return True
