"""Change widget values without calling their observers."""

from __future__ import annotations

import threading


class SignalBlocker:
    """True inside its `with` block, on the thread that runs the block.

    A view sets its controls on its worker's thread. Its observers skip such changes: they aren't
    choices of the user, who may choose something on the main thread at the same moment.

    Example:
        >>> from dlwidgets.widgets._core.signal_blocker import SignalBlocker
        >>> blocked = SignalBlocker()
        >>> with blocked:
        ...     bool(blocked)
        True
        >>> bool(blocked)
        False
    """

    def __init__(self) -> None:
        self._here = threading.local()

    def __enter__(self) -> None:
        self._here.depth = getattr(self._here, "depth", 0) + 1

    def __exit__(self, *_: object) -> None:
        self._here.depth -= 1

    def __bool__(self) -> bool:
        return bool(getattr(self._here, "depth", 0))
