"""Heat maps over an image. Opacity and colors change in the page, without the kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from traitlets import Bool, Dict, Enum, Float, List, Unicode

from dlwidgets._messages import tr
from dlwidgets.widgets._core.pixels import COLORMAPS, to_atlas, to_pixels
from dlwidgets.widgets._core.text import Text, Texts
from dlwidgets.widgets._core.view import View

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

ZERO = 128
"""The byte that encodes 0 in a signed map."""


class HeatOverlay(View):
    """An image, and beside it a copy under each of several heat maps.

    Args:
        image_title: Shown above the image without a heat map; "" leaves that image out.
        description: What the heat maps show, for screen readers.
        empty_text: Shown while there is none.

    Attributes:
        opacity: From 0 (only the image) to 1 (only the heat map).
        colormap: Colors of the heat maps; signed maps use their own.
        titles: Shown above the heat maps.
        abouts: What the heat maps show, a sentence below each.
        captions: Shown below that.
        image_caption: Shown below the image.

    Example:
        >>> overlay = dl.widgets.HeatOverlay()
        >>> overlay.show(np.zeros((8, 8)), np.ones((1, 8, 8)), ["Saliency"], low=0, high=1)
        >>> overlay.count
        1
    """

    _model_name = Unicode("HeatOverlayModel").tag(sync=True)
    _view_name = Unicode("HeatOverlayView").tag(sync=True)
    _controls: ClassVar[frozenset[str]] = frozenset({"opacity", "colormap"})

    image = Dict().tag(sync=True)
    maps = Dict().tag(sync=True)
    titles = Texts()
    captions = Texts()
    abouts = Texts()
    signed = List(Bool()).tag(sync=True)
    smooth = List(Bool()).tag(sync=True)
    image_title = Text(tr("Input"))
    image_caption = Text()
    opacity = Float(0.6, min=0.0, max=1.0).tag(sync=True)
    colormap = Enum(list(COLORMAPS), default_value="inferno").tag(sync=True)
    description = Text()
    empty_text = Text(tr("No heat map yet."))

    @property
    def count(self) -> int:
        """Number of heat maps shown."""
        return int(self.maps.get("count", 0))

    def show(
        self,
        image: NDArray[Any],
        maps: NDArray[Any],
        titles: Sequence[str],
        *,
        abouts: Sequence[str] = (),
        captions: Sequence[str] = (),
        signed: Sequence[bool] = (),
        smooth: Sequence[bool] = (),
        low: float | None = None,
        high: float | None = None,
    ) -> None:
        """Show heat maps in place of the current ones.

        Args:
            image: Shape (height, width) or (height, width, channels) with 1, 3 or 4 channels.
            maps: Shape (n, height, width), from 0 to 1, or from −1 to 1 if signed. Values beyond
                are clipped.
            titles: One text per map.
            abouts: One sentence per map on what it shows, shown below it.
            captions: One text per map, shown below that.
            signed: Whether each map is signed. Default: none is.
            smooth: Whether each map varies smoothly, so that the page interpolates between the
                pixels of a small image. Default: none does.
            low: The value of the image shown as black. Default: its smallest.
            high: The value shown as white. Default: its largest.

        Raises:
            ValueError: The maps don't have the image's size, or there isn't one text per map.
        """
        pixels = to_pixels(np.asarray(image)[np.newaxis], low=low, high=high)
        height, width = pixels.shape[1:3]
        heat = np.asarray(maps, np.float32)
        if heat.shape[1:] != (height, width):
            message = (
                f"Expected maps of the image's size {height}×{width}. Received: shape {heat.shape}"
            )
            raise ValueError(message)
        sides = list(signed) or [False] * len(heat)
        lower = list(captions) or [""] * len(heat)
        sentences = list(abouts) or [""] * len(heat)
        between = list(smooth) or [False] * len(heat)
        given = {
            "titles": titles,
            "abouts": sentences,
            "captions": lower,
            "signed": sides,
            "smooth": between,
        }
        for name, values in given.items():
            if len(values) != len(heat):
                message = f"Expected {len(heat)} `{name}`, one per map. Received: {len(values)}"
                raise ValueError(message)
        with self.hold_sync():
            self.image = to_atlas(pixels)
            self.maps = to_atlas(_bytes(heat, sides)[..., np.newaxis])
            self.titles, self.abouts, self.captions = list(titles), sentences, lower
            self.signed = [bool(side) for side in sides]
            self.smooth = [bool(value) for value in between]

    def clear(self) -> None:
        """Remove image and maps."""
        with self.hold_sync():
            self.image, self.maps = {}, {}
            self.titles, self.abouts, self.captions = [], [], []
            self.signed, self.smooth = [], []


def _bytes(maps: NDArray[Any], signed: Sequence[bool]) -> NDArray[np.uint8]:
    of = np.asarray(signed, bool).reshape(-1, 1, 1)
    values = np.nan_to_num(maps)
    scaled = np.where(of, ZERO + 127 * values.clip(-1, 1), 255 * values.clip(0, 1))
    return np.asarray(np.rint(scaled), np.uint8)
