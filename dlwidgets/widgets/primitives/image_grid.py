"""Many images at once, sent as one block of bytes and coloured in the browser."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from traitlets import Bool, Dict, Enum, Int, List, TraitError, Unicode, observe, validate

from dlwidgets.vision.images import reduced
from dlwidgets.widgets._core.view import View
from dlwidgets.widgets._core.wire import raw_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dlwidgets.widgets._core.change import Change

COLORMAPS = ("gray", "gray_r", "viridis", "magma", "inferno", "plasma", "coolwarm", "jet")
PIXEL_RATIO = 2
"""Pixels of an image per pixel of the page at most: what a sharp screen has."""
_LARGEST_CELL = 108  # pixels of the page for an image, where `cell_size` does not say how many
_BORDER = re.compile(r"#[0-9a-f]{6}|good|bad|none|")


class ImageGrid(View):
    """A grid of images with labels and coloured borders; a click or the keys select one.

    Args:
        title: Shown above the grid.
        colormap: How images with one channel are coloured: one of `COLORMAPS`.
        smooth: True interpolates between pixels, False shows them as squares.
        cell_size: Pixels per image on the page; 0 chooses a multiple of the image's size.
        columns: Images per row; 0 takes as many as fit.
        tight: Images touch, without borders and labels, as one picture.
        max_height: Pixels; a grid that is higher scrolls.
        description: What the grid shows, for screen readers.

    Attributes:
        selected: Index of the selected image, -1 for none.

    Example:
        >>> grid = dl.ImageGrid(title="Digits")
        >>> grid.show(np.zeros((2, 8, 8), "uint8"), labels=["zero", "zero"])
        >>> grid.count
        2
    """

    _model_name = Unicode("ImageGridModel").tag(sync=True)
    _view_name = Unicode("ImageGridView").tag(sync=True)

    _controls: ClassVar[frozenset[str]] = frozenset({"selected"})

    atlas = Dict().tag(sync=True)
    labels = List(Unicode()).tag(sync=True)
    tooltips = List(Unicode()).tag(sync=True)
    border_colors = List(Unicode()).tag(sync=True)
    colormap = Enum(list(COLORMAPS), default_value="gray").tag(sync=True)
    smooth = Bool(False).tag(sync=True)
    cell_size = Int(0, min=0, max=1024).tag(sync=True)
    columns = Int(0, min=0, max=1000).tag(sync=True)
    tight = Bool(False).tag(sync=True)
    selected = Int(-1).tag(sync=True)
    title = Unicode("").tag(sync=True)
    description = Unicode("").tag(sync=True)
    empty_text = Unicode("No images yet.").tag(sync=True)
    max_height = Int(480, min=80, max=10_000).tag(sync=True)

    _whole: NDArray[np.uint8] | None = None
    """The images as they were given, where smaller ones were sent."""

    @property
    def count(self) -> int:
        """How many images it shows."""
        return int(self.atlas.get("count", 0))

    @validate("selected")
    def _check_selected(self, proposal: Any) -> int:
        index = int(proposal["value"])
        return index if -1 <= index < self.count else -1

    def show(
        self,
        images: NDArray[Any],
        *,
        labels: Sequence[str] = (),
        tooltips: Sequence[str] = (),
        border_colors: Sequence[str] = (),
        low: float | None = None,
        high: float | None = None,
    ) -> None:
        """Show these images instead of the present ones.

        Large ones are sent no larger than the page draws them, and again when `cell_size` grows.

        Args:
            images: Shape (n, height, width) or (n, height, width, channels) with 1, 3 or 4
                channels. uint8 is shown as it is; other types are scaled from `low`…`high`.
            labels: One text per image, shown below it; a newline begins a second line.
            tooltips: One text per image.
            border_colors: One per image: "#rrggbb", "good" (blue), "bad" (red), or "" for none.
            low: The value shown as 0; by default the smallest of all images.
            high: The value shown as 255; by default the largest of all images.

        Raises:
            ValueError: Another shape, texts of another number, or a colour of another form.
        """
        pixels = to_pixels(images, low=low, high=high)
        n = len(pixels)
        for name, texts in (
            ("labels", labels),
            ("tooltips", tooltips),
            ("border_colors", border_colors),
        ):
            if len(texts) not in (0, n):
                message = f"{name} must hold one text per image. Received: {len(texts)} for {n}"
                raise ValueError(message)
        wrong = next((c for c in border_colors if not _BORDER.fullmatch(c)), None)
        if wrong is not None:
            message = f"a border colour is '#rrggbb', 'good', 'bad' or ''. Received: {wrong!r}"
            raise ValueError(message)
        with self.hold_sync():
            self._send_pixels(pixels)
            self.labels, self.tooltips = list(labels), list(tooltips)
            self.border_colors = list(border_colors)
            if self.selected >= n:
                self.selected = -1

    def _send_pixels(self, pixels: NDArray[np.uint8]) -> None:
        sent = reduced(pixels, PIXEL_RATIO * (self.cell_size or _LARGEST_CELL))
        self._whole = None if sent is pixels else pixels
        n, height, width, channels = sent.shape
        self.atlas = {
            "data": raw_bytes(sent),
            "count": n,
            "height": height,
            "width": width,
            "channels": channels,
        }

    @observe("cell_size")
    def _resized(self, change: Change[int | None]) -> None:
        if self._whole is not None and (change["new"] or _LARGEST_CELL) > (
            change["old"] or _LARGEST_CELL
        ):
            self._send_pixels(self._whole)

    def clear(self) -> None:
        """Show no images."""
        self._whole = None
        with self.hold_sync():
            self.atlas = {}
            self.labels, self.tooltips, self.border_colors = [], [], []
            self.selected = -1

    @validate("atlas")
    def _check_atlas(self, proposal: Any) -> dict[str, Any]:
        atlas: dict[str, Any] = proposal["value"]
        if not atlas:
            return atlas
        sizes = [atlas.get(name) for name in ("count", "height", "width", "channels")]
        data = atlas.get("data")
        whole = all(type(size) is int and size >= 0 for size in sizes)
        if (
            not whole or not isinstance(data, (bytes, memoryview)) or len(data) != math.prod(sizes)  # type: ignore[arg-type]
        ):
            message = "the atlas holds another number of bytes than its images need"
            raise TraitError(message)
        return atlas


def to_pixels(
    images: NDArray[Any], *, low: float | None = None, high: float | None = None
) -> NDArray[np.uint8]:
    """Images of any type as uint8 with a channel axis.

    Args:
        images: Shape (n, height, width) or (n, height, width, channels).
        low: The value that becomes 0; by default the smallest.
        high: The value that becomes 255; by default the largest.

    Returns:
        uint8, shape (n, height, width, channels). NaN becomes 0, constant images become 0.

    Raises:
        ValueError: Another shape.
    """
    array = np.asarray(images)
    if array.ndim == 3:
        array = array[..., np.newaxis]
    if array.ndim != 4 or array.shape[-1] not in (1, 3, 4):
        message = (
            "images must have the shape (n, height, width) or (n, height, width, channels) with "
            f"1, 3 or 4 channels. Received: shape {np.shape(images)}"
        )
        raise ValueError(message)
    if array.dtype == np.uint8 and low is None and high is None:
        return array
    values = array.astype(np.float32)
    finite = values[np.isfinite(values)]
    bottom = float(finite.min()) if low is None and finite.size else float(low or 0.0)
    top = float(finite.max()) if high is None and finite.size else float(high or 0.0)
    span = top - bottom
    scaled = (values - bottom) * (255.0 / span) if span > 0 else np.zeros_like(values)
    pixels: NDArray[np.uint8] = np.nan_to_num(scaled, nan=0.0).clip(0, 255).round().astype(np.uint8)
    return pixels
