"""Redrawing parts of a view on one thread, the most urgent part first."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from dlwidgets.widgets._core.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class PartRenderer:
    """Draws the parts that are asked for. A part that is asked for twice is drawn once.

    Args:
        name: Of the thread.
        parts: Functions that draw one part each, the most urgent first.
        on_error: Receives what a part raised.

    Example:
        >>> from dlwidgets.widgets.generate._part_renderer import PartRenderer
        >>> renderer = PartRenderer("example", [draw_image, draw_strip], print)  # doctest: +SKIP
        >>> renderer.ask(draw_strip)  # doctest: +SKIP
    """

    def __init__(
        self,
        name: str,
        parts: Sequence[Callable[[], None]],
        on_error: Callable[[Exception], None],
    ) -> None:
        self._parts = tuple(parts)
        self._lock = threading.Lock()
        self._asked: set[Callable[[], None]] = set()
        self._worker = Worker(name, on_error)

    @property
    def busy(self) -> bool:
        """Whether a part is being drawn, or waits to be."""
        with self._lock:
            asked = bool(self._asked)
        return asked or self._worker.busy

    def ask(self, *parts: Callable[[], None]) -> None:
        """Draw these parts soon, of those that the renderer was made with; all if none is named."""
        with self._lock:
            self._asked.update(parts or self._parts)
        self._worker.submit(self._work)

    def clear(self) -> None:
        """Draw nothing of what was asked for so far."""
        with self._lock:
            self._asked.clear()

    def close(self) -> None:
        """Draw nothing more."""
        self.clear()
        self._worker.close()

    def _work(self) -> None:
        with self._lock:
            part = next((p for p in self._parts if p in self._asked), None)
            if part is None:
                return
            self._asked.remove(part)
        try:
            part()
        finally:
            self._worker.submit(self._work)  # the other parts, also where this one fails
