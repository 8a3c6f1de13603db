"""A plane of a latent space under a point that can be dragged, and the image decoded there."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from traitlets import Dict, Enum, Float, Int, List, TraitError, Unicode, validate

from dlwidgets.widgets._core.view import View, finite_number
from dlwidgets.widgets._core.wire import raw_bytes
from dlwidgets.widgets.primitives.image_grid import COLORMAPS, to_pixels

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

_FARTHEST = 1000.0  # where a point may be at all, on either side of the middle


class LatentPad(View):
    """Codes as coloured points, a handle over them, and the picture at the handle.

    The page tells where the handle is while it is dragged, never faster than it is answered by
    `show_picture`.

    Attributes:
        point: The handle's place, [x, y]; observe it to follow the pointer.
        asked: Number of the newest place that the page asked for.
        selected: Index of the code that was clicked, -1 for none.

    Example:
        >>> pad = dl.widgets.LatentPad(x_label="z1", y_label="z2")
        >>> pad.show_codes(np.zeros((2, 2), "float32"), [0, 1], ["cat", "dog"])
        >>> pad.codes["count"]
        2
    """

    _model_name = Unicode("LatentPadModel").tag(sync=True)
    _view_name = Unicode("LatentPadView").tag(sync=True)
    _messages: ClassVar[frozenset[str]] = frozenset({"move", "pick", "rest"})
    _controls: ClassVar[frozenset[str]] = frozenset({"point"})

    # Sent back to the page that has just set it, it would pull the handle back to where it was.
    point = List(Float(), [0.0, 0.0]).tag(sync=True, echo_update=False)
    codes = Dict().tag(sync=True)
    class_names = List(Unicode()).tag(sync=True)
    selected = Int(-1).tag(sync=True)
    radius = Float(3.0, min=0.1, max=_FARTHEST).tag(sync=True)
    grid_reach = Float(0.0, min=0.0, max=_FARTHEST).tag(sync=True)
    path = List(List(Float())).tag(sync=True)
    arrow = List(Float()).tag(sync=True)
    x_label = Unicode("z1").tag(sync=True)
    y_label = Unicode("z2").tag(sync=True)
    picture = Dict().tag(sync=True)
    original = Dict().tag(sync=True)
    original_label = Unicode("").tag(sync=True)
    colormap = Enum(list(COLORMAPS), default_value="gray").tag(sync=True)
    title = Unicode("").tag(sync=True)

    def __init__(self, **kwargs: Any) -> None:
        self.asked = 0
        self._pick_listeners: list[Callable[[int], None]] = []
        self._rest_listeners: list[Callable[[], None]] = []
        super().__init__(**kwargs)

    def on_pick(self, listener: Callable[[int], None]) -> None:
        """Call ``listener(index)`` when a code is clicked."""
        self._pick_listeners.append(listener)

    def on_rest(self, listener: Callable[[], None]) -> None:
        """Call `listener` when the handle is let go."""
        self._rest_listeners.append(listener)

    def show_codes(
        self,
        places: NDArray[Any],
        groups: Sequence[int] | NDArray[Any],
        class_names: Sequence[str],
        centres: NDArray[Any] | None = None,
    ) -> None:
        """Show these points instead of the present ones.

        Args:
            places: Shape (n, 2).
            groups: The class of each, 0 to 255, shape (n,).
            class_names: One name per class.
            centres: Where the names are written, shape (classes, 2); NaN leaves one out.
        """
        xy = np.ascontiguousarray(places, np.dtype("<f4")).reshape(-1, 2)
        of = np.asarray(groups, np.uint8).reshape(-1)
        if len(xy) != len(of):
            message = f"every place needs a class. Received: {len(xy)} places, {len(of)} classes"
            raise ValueError(message)
        at = [] if centres is None else np.asarray(centres, np.float64).tolist()
        with self.hold_sync():
            self.codes = {
                "count": len(xy),
                "places": raw_bytes(xy),
                "groups": raw_bytes(of),
                "centres": [c if all(map(math.isfinite, c)) else None for c in at],
            }
            self.class_names = list(class_names)
            if self.selected >= len(xy):
                self.selected = -1

    def show_picture(self, image: NDArray[Any], asked: int, low: float, high: float) -> None:
        """Show the image at the handle.

        Args:
            image: Shape (height, width[, channels]).
            asked: `asked` as it was before the place was read that the image belongs to.
            low: The value shown as black.
            high: The value shown as white.
        """
        self.picture = {**_picture(image, low, high), "asked": asked}

    def show_original(
        self, image: NDArray[Any] | None, label: str, low: float, high: float
    ) -> None:
        """Show the image behind the chosen code beside it; None for none."""
        with self.hold_sync():
            self.original = {} if image is None else _picture(image, low, high)
            self.original_label = label

    def _on_move(self, content: dict[str, Any]) -> None:
        x, y, asked = (finite_number(content, key) for key in ("x", "y", "asked"))
        if x is None or y is None or asked is None:
            return
        self.set_state({"point": [x, y]})
        self.asked = int(asked)

    def _on_pick(self, content: dict[str, Any]) -> None:
        index = finite_number(content, "index")
        if index is None or not 0 <= index < self.codes.get("count", 0):
            return
        for listener in self._pick_listeners:
            listener(int(index))

    def _on_rest(self, _content: dict[str, Any]) -> None:
        for listener in self._rest_listeners:
            listener()

    @validate("point")
    def _check_point(self, proposal: Any) -> list[float]:
        place = [float(v) for v in proposal["value"]]
        if len(place) != 2 or not all(map(math.isfinite, place)):
            message = f"a point is two finite numbers. Received: {place}"
            raise TraitError(message)
        return [min(_FARTHEST, max(-_FARTHEST, v)) for v in place]


def _picture(image: NDArray[Any], low: float, high: float) -> dict[str, Any]:
    pixels = to_pixels(np.asarray(image)[np.newaxis], low=low, high=high)
    _, height, width, channels = pixels.shape
    return {
        "data": raw_bytes(pixels),
        "count": 1,
        "height": height,
        "width": width,
        "channels": channels,
    }
