"""Setting controls without hearing of it."""

from __future__ import annotations

import threading


class SignalBlocker:
    """True inside its `with` block, for the thread that is in it.

    A view sets its controls on its worker's thread, and must not take that for a choice of the
    visitor, who may choose something on the main thread at the same moment and must be heard.

    Example:
        >>> quiet = SignalBlocker()
        >>> with quiet:
        ...     bool(quiet)
        True
        >>> bool(quiet)
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
