"""Heat maps over a picture; opacity and colours change in the page, without the kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from traitlets import Bool, Dict, Enum, Float, List, Unicode

from dlwidgets.widgets._core.view import View
from dlwidgets.widgets._core.wire import raw_bytes
from dlwidgets.widgets.primitives.image_grid import COLORMAPS, to_pixels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

ZERO = 128
"""The byte that stands for 0 in a signed map."""


class HeatOverlay(View):
    """A picture, and beside it the same under each of several heat maps.

    Attributes:
        opacity: 0 shows only the picture, 1 only the heat map.
        colormap: How the heat is coloured; signed maps have colours of their own.
        picture_title: Shown above the bare picture; "" leaves that out.

    Example:
        >>> overlay = dl.widgets.HeatOverlay()
        >>> overlay.show(np.zeros((8, 8)), np.ones((1, 8, 8)), ["Saliency"], low=0, high=1)
        >>> overlay.count
        1
    """

    _model_name = Unicode("HeatOverlayModel").tag(sync=True)
    _view_name = Unicode("HeatOverlayView").tag(sync=True)
    _controls: ClassVar[frozenset[str]] = frozenset({"opacity", "colormap"})

    picture = Dict().tag(sync=True)
    maps = Dict().tag(sync=True)
    titles = List(Unicode()).tag(sync=True)
    captions = List(Unicode()).tag(sync=True)
    signed = List(Bool()).tag(sync=True)
    picture_title = Unicode("Input").tag(sync=True)
    picture_caption = Unicode("").tag(sync=True)
    opacity = Float(0.6, min=0.0, max=1.0).tag(sync=True)
    colormap = Enum(list(COLORMAPS), default_value="inferno").tag(sync=True)
    description = Unicode("").tag(sync=True)
    empty_text = Unicode("No heat map yet.").tag(sync=True)

    @property
    def count(self) -> int:
        """How many heat maps it shows."""
        return int(self.maps.get("count", 0))

    def show(
        self,
        picture: NDArray[Any],
        maps: NDArray[Any],
        titles: Sequence[str],
        *,
        captions: Sequence[str] = (),
        signed: Sequence[bool] = (),
        low: float | None = None,
        high: float | None = None,
    ) -> None:
        """Show these instead of the present ones.

        Args:
            picture: Shape (height, width) or (height, width, channels) with 1, 3 or 4 channels.
            maps: Shape (n, height, width), 0 to 1, signed ones −1 to 1; what lies beyond is cut.
            titles: One text per map.
            captions: One text per map, shown below it.
            signed: Whether each map is signed; none by default.
            low: The value of the picture shown as black; by default its smallest.
            high: The value shown as white; by default its largest.

        Raises:
            ValueError: Maps of another size than the picture, or texts of another number.
        """
        pixels = to_pixels(np.asarray(picture)[np.newaxis], low=low, high=high)
        _, height, width, channels = pixels.shape
        heat = np.asarray(maps, np.float32)
        if heat.shape[1:] != (height, width):
            message = f"the maps must be {height}×{width} as the picture is. Received: {heat.shape}"
            raise ValueError(message)
        sides = list(signed) or [False] * len(heat)
        lower = list(captions) or [""] * len(heat)
        if not len(heat) == len(titles) == len(lower) == len(sides):
            message = (
                f"{len(heat)} maps need as many titles, captions and signs. "
                f"Received: {len(titles)}, {len(lower)}, {len(sides)}"
            )
            raise ValueError(message)
        with self.hold_sync():
            self.picture = _atlas(pixels, 1, height, width, channels)
            self.maps = _atlas(_bytes(heat, sides), len(heat), height, width, 1)
            self.titles, self.captions = list(titles), lower
            self.signed = [bool(side) for side in sides]

    def clear(self) -> None:
        """Show neither picture nor maps."""
        with self.hold_sync():
            self.picture, self.maps = {}, {}
            self.titles, self.captions, self.signed = [], [], []


def _bytes(maps: NDArray[Any], signed: Sequence[bool]) -> NDArray[np.uint8]:
    of = np.asarray(signed, bool).reshape(-1, 1, 1)
    values = np.nan_to_num(maps)
    scaled = np.where(of, ZERO + 127 * values.clip(-1, 1), 255 * values.clip(0, 1))
    return np.asarray(np.rint(scaled), np.uint8)


def _atlas(
    pixels: NDArray[np.uint8], count: int, height: int, width: int, channels: int
) -> dict[str, Any]:
    return {
        "data": raw_bytes(pixels),
        "count": count,
        "height": height,
        "width": width,
        "channels": channels,
    }
