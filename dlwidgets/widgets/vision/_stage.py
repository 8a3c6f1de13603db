"""What a view is busy with while there is nothing new to see, and for how long."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from dlwidgets._messages import tr
from dlwidgets.widgets._core.ticker import TICKER

if TYPE_CHECKING:
    from collections.abc import Callable

_UNSAID = 2.0  # seconds that nobody needs to be told of


class Stage:
    """The present part of a computation, such as "Building the graph…", with its duration.

    Args:
        say: Shows a message.
        after: Seconds after which a part is worth a message; a live view, which is updated several
            times a second, would flicker otherwise.

    Example:
        >>> from dlwidgets.widgets.vision._stage import Stage
        >>> stage = Stage(print)
        >>> stage.begin("Building the graph…")
        Building the graph…
        >>> stage.end()
    """

    def __init__(self, say: Callable[[str], None], *, after: float = 0.0) -> None:
        self._say, self._after = say, after
        self._lock = threading.Lock()
        self._text, self._since, self._said = "", 0.0, -1
        self._closed = False

    def begin(self, text: str) -> None:
        """Show another part; its duration is added while it lasts.

        Args:
            text: What is being done, as a sentence that ends in "…".
        """
        with self._lock:
            if self._closed:  # work in progress ends with its next step
                return
            self._text, self._since, self._said = text, time.monotonic(), -1
            if not self._after:
                self._said = 0
                self._say(text)
        TICKER.add(self)

    def end(self) -> None:
        """Leave the message to others."""
        with self._lock:
            self._text = ""

    def close(self) -> None:
        """Show nothing more: the view is closed."""
        with self._lock:
            self._text, self._closed = "", True

    def tick(self) -> bool:
        """Show the duration once a second; called by the ticker."""
        with self._lock:
            if not self._text:
                return False
            passed = time.monotonic() - self._since
            seconds = int(passed) if passed >= _UNSAID else 0
            if passed >= self._after and seconds != self._said:
                self._said = seconds
                timed = tr("{stage} {seconds}\u00a0s", stage=self._text, seconds=seconds)
                self._say(timed if seconds else self._text)
            return True
