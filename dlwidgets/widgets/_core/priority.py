"""A kernel whose widgets are being looked at gives way to the page that draws them."""

from __future__ import annotations

import os
from pathlib import Path

NICE = 10
"""The kernel's share of a busy processor: 10 is a tenth of what the browser and the server get."""

_AUTOGROUP = Path("/proc/self/autogroup")


def give_way(autogroup: Path = _AUTOGROUP) -> bool:
    """Let the browser and the notebook server go first where the processor does not do for all.

    TensorFlow keeps all cores busy. On Linux a kernel is a session, hence a scheduling group, of
    its own, and half of the processor is its share however little the page needs: curves come late.
    Training loses no time by it that nobody else wants. Does nothing where the system has no such
    groups, or in a process that shares its group with others (a script in a terminal). Without
    privileges it holds until the process ends.

    Args:
        autogroup: Where the kernel of the system takes the group's nice value, sched(7).

    Returns:
        Whether the group's nice value was set.
    """
    if not hasattr(os, "getsid") or os.getsid(0) != os.getpid():
        return False
    try:
        # "/autogroup-123 nice 0"
        nice = int(autogroup.read_text().split()[-1])
        if nice >= NICE:  # someone wants it lower still, and going back takes privileges
            return False
        autogroup.write_text(str(NICE))
    except (OSError, ValueError, IndexError):  # no such groups on this system, or none for us
        return False
    return True
