"""A canvas to draw on with mouse, pen, finger or keyboard."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import numpy as np
from traitlets import Dict, Int, List, Unicode

from dlwidgets._messages import tr
from dlwidgets.widgets._core.pixels import image_atlas
from dlwidgets.widgets._core.text import Text
from dlwidgets.widgets._core.view import View, finite_number

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

SIDE = 112
"""Side of the image that the page sends, in pixels."""

_log = logging.getLogger("dlwidgets")


class DrawSurface(View):
    """A drawing canvas with undo, clear and three brushes, usable by keyboard as well.

    The page sends the drawing as it grows, and waits for `show_seen` before it sends the next.

    Args:
        title: Shown above.

    Attributes:
        example: Strokes that are drawn until the user draws: lists of places [x, y], from 0 to 1.
        ink: The latest drawing, shape (112, 112), from 0 (paper) to 1 (ink).
        asked: Number of the latest drawing.

    Example:
        >>> from dlwidgets.widgets.primitives.draw_surface import DrawSurface
        >>> surface = DrawSurface()
        >>> surface.on_ink(lambda: print(surface.ink.mean()))
    """

    _model_name = Unicode("DrawSurfaceModel").tag(sync=True)
    _view_name = Unicode("DrawSurfaceView").tag(sync=True)

    seen = Dict().tag(sync=True)
    seen_label = Text(tr("Model input"))
    answered = Int(0).tag(sync=True)
    title = Text()
    description = Text(tr("Draw a digit"))
    example: List[Any] = List().tag(sync=True)

    def __init__(self, **kwargs: Any) -> None:
        self.asked = 0
        self.ink: NDArray[np.float32] = np.zeros((SIDE, SIDE), np.float32)
        self._listeners: list[Callable[[], None]] = []
        super().__init__(**kwargs)

    def on_ink(self, listener: Callable[[], None]) -> None:
        """Call `listener` when the drawing changes."""
        self._listeners.append(listener)

    def show_seen(
        self, image: NDArray[Any] | None, asked: int, low: float = 0.0, high: float = 1.0
    ) -> None:
        """Show the model's input beside the drawing, and let the page send the next drawing.

        Args:
            image: Shape (height, width) or (height, width, channels); `None` for none.
            asked: The value of `asked` when the drawing was read.
            low: The value shown as black.
            high: The value shown as white.
        """
        with self.hold_sync():
            self.seen = {} if image is None else image_atlas(image, low=low, high=high)
            self.answered = asked

    def draw(self, strokes: Sequence[Sequence[tuple[float, float]]]) -> None:
        """Let the page draw strokes in place of the drawing; the user goes on with them.

        Args:
            strokes: Lists of places (x, y), from 0 to 1.
        """
        self.send({"type": "draw", "strokes": [[list(spot) for spot in s] for s in strokes]})

    def clear(self) -> None:
        """Erase the drawing, in the page as well."""
        self.ink = np.zeros((SIDE, SIDE), np.float32)
        self.send({"type": "clear"})

    def _receive(self, widget: Any, content: Any, buffers: Any) -> None:
        if isinstance(content, dict) and content.get("type") == "ink":
            self._take(content, buffers or [])
        else:
            super()._receive(widget, content, buffers)

    def _take(self, content: dict[str, Any], buffers: list[Any]) -> None:
        """Accept a drawing from the page, if it has the right form."""
        asked, side = finite_number(content, "asked"), finite_number(content, "side")
        raw = bytes(buffers[0]) if len(buffers) == 1 and len(buffers[0]) == SIDE * SIDE else b""
        if asked is None or side != SIDE or not raw:
            _log.warning("DrawSurface: a malformed drawing was ignored")
            return
        pixels = np.frombuffer(raw, np.uint8).reshape(SIDE, SIDE)
        self.ink = pixels.astype(np.float32) / np.float32(255)
        self.asked = int(asked)
        for listener in self._listeners:
            listener()
