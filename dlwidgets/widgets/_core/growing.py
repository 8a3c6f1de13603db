"""Base class of views whose data grows: the page gets what is new, a saved notebook a part."""

from __future__ import annotations

import math
import threading
import time
from abc import abstractmethod
from typing import TYPE_CHECKING, Any

from traitlets import Dict, Int, TraitError

from dlwidgets.widgets._core.view import View

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SNAPSHOT_BYTES = 36_000
"""Part of a saved widget's 50 kB; base64 adds a third. Names and markers count as well."""

_SNAPSHOT_INTERVAL = 5.0  # seconds: a reloaded page misses at most this much


class GrowingView(View):
    """A view that sends what is new as messages, and keeps a snapshot of all in its state.

    Attributes:
        generation: Changes when all data is replaced. The page ignores messages of another one.
    """

    generation = Int(0).tag(sync=True)
    _snapshot = Dict().tag(sync=True)

    def __init__(self, **kwargs: Any) -> None:
        self._lock = threading.RLock()
        self._next_snapshot = 0.0  # monotonic time; 0 for none
        super().__init__(**kwargs)

    @abstractmethod
    def flush(self) -> int:
        """Send what the page doesn't have yet, in one message, and return how much it was."""

    @abstractmethod
    def _take_snapshot(self) -> None:
        """Put all data, reduced to fit, into the synced state, with `_put_snapshot`."""

    def tick(self) -> bool:
        """Send what is new; called by the ticker. Return `False` when nothing is waiting."""
        with self._lock:
            self.flush()
            waiting = self._next_snapshot > 0
            if waiting and time.monotonic() >= self._next_snapshot:
                self._take_snapshot()
                waiting = False
        return waiting

    def finish(self) -> None:
        """Send what remains, and the snapshot that a saved notebook keeps."""
        with self._lock:
            self.flush()
            self._take_snapshot()

    def _plan_snapshot(self) -> None:
        """Take a snapshot soon, unless one is planned."""
        self._next_snapshot = self._next_snapshot or time.monotonic() + _SNAPSHOT_INTERVAL

    def _put_snapshot(self, content: Mapping[str, Any]) -> None:
        """Replace the snapshot in the synced state."""
        self._next_snapshot = 0.0
        self._snapshot = {
            "generation": self.generation,
            "number": self._snapshot.get("number", 0) + 1,
            **content,
        }


def checked_range(name: str, proposed: Iterable[float]) -> list[float]:
    """Return a range that a trait accepts: nothing, or two finite numbers in ascending order.

    Args:
        name: The trait, for the message.
        proposed: The value.

    Raises:
        TraitError: It is neither.
    """
    value = list(proposed)
    ordered = len(value) == 2 and all(map(math.isfinite, value)) and value[0] < value[1]
    if value and not ordered:
        message = f"Expected `{name}` to be empty or (low, high), low < high. Received: {value!r}"
        raise TraitError(message)
    return value
