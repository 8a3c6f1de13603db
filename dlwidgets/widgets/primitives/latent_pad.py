"""A plane of a latent space over a map of decoded images, with a point to drag."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from traitlets import Dict, Enum, Float, Int, List, TraitError, Unicode, validate

from dlwidgets.widgets._core.pixels import COLORMAPS, image_atlas, to_atlas, to_pixels
from dlwidgets.widgets._core.text import Text, Texts
from dlwidgets.widgets._core.view import View, finite_number
from dlwidgets.widgets._core.wire import raw_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

_MAX_COORDINATE = 1000.0
_MIN_RADIUS = 0.01


class LatentPad(View):
    """Latent vectors as colored points on a map of decoded images, and the image at a handle.

    The map's tiles lie where the latent vectors lie that they were decoded from. The page zooms and
    moves the plane, and says what it shows in `region`. On the plane are also a path with two ends
    to drag, along which the handle can be moved, and where the points were before.

    While the handle is dragged, the page sends its position and waits for `show_image` before it
    sends the next.

    Args:
        title: Shown above.
        x_label: Label of the horizontal axis.
        y_label: Label of the vertical axis.
        colormap: Colors of images with one channel.

    Attributes:
        point: Position of the handle, [x, y]. Observe it to follow the pointer.
        asked: Number of the latest position from the page.
        selected: Index of the latent vector that was clicked; -1 for none.
        codes: The points.
        radius: Half of the plane's side while it isn't zoomed; its middle is the origin.
        region: What the plane shows, [x, y, radius]; empty while it isn't zoomed. Observe it.
        path: The two ends of the path, [[x, y], [x, y]]; empty for none.

    Example:
        >>> pad = dl.widgets.LatentPad(x_label="z1", y_label="z2")
        >>> pad.show_codes(np.zeros((2, 2), "float32"), [0, 1], ["cat", "dog"])
        >>> pad.codes["count"]
        2
    """

    _model_name = Unicode("LatentPadModel").tag(sync=True)
    _view_name = Unicode("LatentPadView").tag(sync=True)
    _messages: ClassVar[frozenset[str]] = frozenset({"move", "pick", "rest", "end", "along"})
    _controls: ClassVar[frozenset[str]] = frozenset({"point", "region"})

    # An echo to the page that has just set it would pull the handle back.
    point = List(Float(), [0.0, 0.0]).tag(sync=True, echo_update=False)
    codes = Dict().tag(sync=True)
    class_names = Texts()
    selected = Int(-1).tag(sync=True)
    radius = Float(3.0, min=0.1, max=_MAX_COORDINATE).tag(sync=True)
    region = List(Float()).tag(sync=True, echo_update=False)
    tiles = Dict().tag(sync=True)
    ghost = Dict().tag(sync=True)
    path = List(List(Float())).tag(sync=True)
    arrow = List(Float()).tag(sync=True)
    x_label = Text("z1")
    y_label = Text("z2")
    image = Dict().tag(sync=True)
    original = Dict().tag(sync=True)
    original_label = Text()
    colormap = Enum(list(COLORMAPS), default_value="gray").tag(sync=True)
    title = Text()

    def __init__(self, **kwargs: Any) -> None:
        self.asked = 0
        self._pick_listeners: list[Callable[[int], None]] = []
        self._rest_listeners: list[Callable[[], None]] = []
        self._end_listeners: list[Callable[[int, float, float], None]] = []
        self._along_listeners: list[Callable[[float], None]] = []
        super().__init__(**kwargs)

    def on_pick(self, listener: Callable[[int], None]) -> None:
        """Call `listener(index)` when a point is clicked."""
        self._pick_listeners.append(listener)

    def on_rest(self, listener: Callable[[], None]) -> None:
        """Call `listener` when the handle is released."""
        self._rest_listeners.append(listener)

    def on_end(self, listener: Callable[[int, float, float], None]) -> None:
        """Call `listener(end, x, y)` when an end of the path, 0 or 1, is dragged."""
        self._end_listeners.append(listener)

    def on_along(self, listener: Callable[[float], None]) -> None:
        """Call `listener(share)` before the handle moves to that share of the path, 0 to 1."""
        self._along_listeners.append(listener)

    def show_tiles(
        self, images: NDArray[Any], region: Sequence[float], low: float, high: float
    ) -> None:
        """Show a map under the points.

        Args:
            images: Shape (n·n, height, width[, channels]), row by row, the highest first.
            region: The square that they divide: the coordinates of its middle, and half of its
                side.
            low: The value shown as black.
            high: The value shown as white.

        Raises:
            ValueError: The images don't fill a square.
        """
        columns = math.isqrt(len(images))
        if columns * columns != len(images):
            message = f"Expected n·n images. Received: {len(images)}"
            raise ValueError(message)
        atlas = to_atlas(to_pixels(images, low=low, high=high))
        self.tiles = {**atlas, "columns": columns, "region": [float(v) for v in region]}

    def keep_ghost(self) -> None:
        """Keep showing, in outline, where the points are now."""
        kept = ("count", "places", "groups")
        self.ghost = {key: self.codes[key] for key in kept if key in self.codes}

    def show_codes(
        self,
        places: NDArray[Any],
        groups: Sequence[int] | NDArray[Any],
        class_names: Sequence[str],
        centers: NDArray[Any] | None = None,
    ) -> None:
        """Show points in place of the current ones.

        Args:
            places: Positions, shape (n, 2).
            groups: The class of each point, from 0 to 255, shape (n,).
            class_names: One name per class.
            centers: Positions of the names, shape (classes, 2); NaN leaves a name out.

        Raises:
            ValueError: There isn't one class per point.
        """
        xy = np.ascontiguousarray(places, np.dtype("<f4")).reshape(-1, 2)
        of = np.asarray(groups, np.uint8).reshape(-1)
        if len(xy) != len(of):
            message = (
                f"Expected one class per point. Received: {len(xy)} points and {len(of)} classes"
            )
            raise ValueError(message)
        at = [] if centers is None else np.asarray(centers, np.float64).tolist()
        with self.hold_sync():
            self.codes = {
                "count": len(xy),
                "places": raw_bytes(xy),
                "groups": raw_bytes(of),
                "centers": [c if all(map(math.isfinite, c)) else None for c in at],
            }
            self.class_names = list(class_names)
            if self.selected >= len(xy):
                self.selected = -1

    def show_image(self, image: NDArray[Any], asked: int, low: float, high: float) -> None:
        """Show the image at the handle.

        Args:
            image: Shape (height, width[, channels]).
            asked: The value of `asked` when the position was read.
            low: The value shown as black.
            high: The value shown as white.
        """
        self.image = {**image_atlas(image, low=low, high=high), "asked": asked}

    def show_original(
        self, image: NDArray[Any] | None, label: str, low: float, high: float
    ) -> None:
        """Show the real image of the selected point beside the decoded one.

        Args:
            image: Shape (height, width[, channels]); `None` for none.
            label: Its caption.
            low: The value shown as black.
            high: The value shown as white.
        """
        with self.hold_sync():
            self.original = {} if image is None else image_atlas(image, low=low, high=high)
            self.original_label = label

    def _on_move(self, content: dict[str, Any]) -> None:
        x, y, asked = (finite_number(content, key) for key in ("x", "y", "asked"))
        if x is None or y is None or asked is None:
            return
        self.set_state({"point": [x, y]})
        self.asked = int(asked)

    def _on_end(self, content: dict[str, Any]) -> None:
        end, x, y = (finite_number(content, key) for key in ("end", "x", "y"))
        if end not in (0, 1) or x is None or y is None or len(self.path) != 2:
            return
        for listener in self._end_listeners:
            listener(int(end), _inside(x), _inside(y))

    def _on_along(self, content: dict[str, Any]) -> None:
        share, asked = finite_number(content, "share"), finite_number(content, "asked")
        if share is None or asked is None or len(self.path) != 2:
            return
        share = min(1.0, max(0.0, share))
        self.asked = int(asked)
        for listener in self._along_listeners:
            listener(share)
        start, end = self.path
        self.set_state({"point": [a + share * (b - a) for a, b in zip(start, end, strict=True)]})

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
            message = f"Expected a point of two finite numbers. Received: {place}"
            raise TraitError(message)
        return [_inside(v) for v in place]

    @validate("region")
    def _check_region(self, proposal: Any) -> list[float]:
        region = [float(v) for v in proposal["value"]]
        if len(region) not in (0, 3) or not all(map(math.isfinite, region)):
            message = f"Expected a region of three finite numbers, or none. Received: {region}"
            raise TraitError(message)
        if not region:
            return region
        x, y, radius = region
        return [_inside(x), _inside(y), max(_MIN_RADIUS, _inside(abs(radius)))]


def _inside(coordinate: float) -> float:
    return min(_MAX_COORDINATE, max(-_MAX_COORDINATE, coordinate))
