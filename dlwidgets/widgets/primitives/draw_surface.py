"""A square to draw on with mouse, pen, finger or keys."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import numpy as np
from traitlets import Dict, Int, Unicode

from dlwidgets.widgets._core.view import View, finite_number
from dlwidgets.widgets._core.wire import raw_bytes
from dlwidgets.widgets.primitives.image_grid import to_pixels

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

SIDE = 112
"""Pixels per side of the picture that the page sends."""

_log = logging.getLogger("dlwidgets")


class DrawSurface(View):
    """A drawing that follows the pen: undo, clear, three brushes, and all of it by keys as well.

    The page sends the drawing while it grows, never faster than it is answered by `show_seen`.

    Args:
        title: Shown above.

    Attributes:
        ink: The newest drawing, float 0 (paper) to 1 (ink), shape (112, 112).
        asked: Number of the newest drawing.

    Example:
        >>> surface = DrawSurface()
        >>> surface.on_ink(lambda: print(surface.ink.mean()))
    """

    _model_name = Unicode("DrawSurfaceModel").tag(sync=True)
    _view_name = Unicode("DrawSurfaceView").tag(sync=True)

    seen = Dict().tag(sync=True)
    seen_label = Unicode("What the model sees").tag(sync=True)
    answered = Int(0).tag(sync=True)
    title = Unicode("").tag(sync=True)
    description = Unicode("Draw a digit").tag(sync=True)

    def __init__(self, **kwargs: Any) -> None:
        self.asked = 0
        self.ink: NDArray[np.float32] = np.zeros((SIDE, SIDE), np.float32)
        self._listeners: list[Callable[[], None]] = []
        super().__init__(**kwargs)

    def on_ink(self, listener: Callable[[], None]) -> None:
        """Call `listener` when the drawing has changed."""
        self._listeners.append(listener)

    def show_seen(
        self, image: NDArray[Any] | None, asked: int, low: float = 0.0, high: float = 1.0
    ) -> None:
        """Show what the model sees of a drawing, and let the page send the next.

        Args:
            image: Shape (height, width) or (height, width, channels); None for nothing.
            asked: `asked` as it was when the drawing was read.
            low: The value shown as black.
            high: The value shown as white.
        """
        with self.hold_sync():
            if image is None:
                self.seen = {}
            else:
                pixels = to_pixels(np.asarray(image)[np.newaxis], low=low, high=high)
                _, height, width, channels = pixels.shape
                self.seen = {
                    "data": raw_bytes(pixels),
                    "count": 1,
                    "height": height,
                    "width": width,
                    "channels": channels,
                }
            self.answered = asked

    def clear(self) -> None:
        """Take all strokes away, on the page as well."""
        self.ink = np.zeros((SIDE, SIDE), np.float32)
        self.send({"type": "clear"})

    def _receive(self, widget: Any, content: Any, buffers: Any) -> None:
        if isinstance(content, dict) and content.get("type") == "ink":
            self._take(content, buffers or [])
        else:
            super()._receive(widget, content, buffers)

    def _take(self, content: dict[str, Any], buffers: list[Any]) -> None:
        """Take a drawing from the page, if it is one."""
        asked, side = finite_number(content, "asked"), finite_number(content, "side")
        raw = bytes(buffers[0]) if len(buffers) == 1 and len(buffers[0]) == SIDE * SIDE else b""
        if asked is None or side != SIDE or not raw:
            _log.warning("DrawSurface: a drawing of another form was ignored")
            return
        pixels = np.frombuffer(raw, np.uint8).reshape(SIDE, SIDE)
        self.ink = pixels.astype(np.float32) / np.float32(255)
        self.asked = int(asked)
        for listener in self._listeners:
            listener()
