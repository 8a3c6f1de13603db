"""A grid of images, sent as one block of bytes and colored in the browser."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, ClassVar

from traitlets import Bool, Dict, Enum, Int, List, TraitError, Unicode, observe, validate

from dlwidgets._messages import tr
from dlwidgets.vision.images import reduced
from dlwidgets.widgets._core.pixels import COLORMAPS, PIXEL_RATIO, to_atlas, to_pixels
from dlwidgets.widgets._core.text import Text, Texts
from dlwidgets.widgets._core.view import View, finite_number

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from dlwidgets.widgets._core.change import Change

_MAX_CELL = 108  # CSS pixels of an image's side if `cell_size` is 0
_BORDER = re.compile(r"#[0-9a-f]{6}|good|bad|none|")


class ImageGrid(View):
    """A grid of images with labels and colored borders. A click or the keyboard selects one.

    Args:
        title: Shown above the grid.
        colormap: Colors of images with one channel, one of `COLORMAPS`.
        smooth: Whether to interpolate between pixels. Default: pixels are squares.
        cell_size: Side of an image in the page, in pixels; 0 uses a multiple of the image's size.
        columns: Images per row; 0 for as many as fit.
        tight: Whether images touch, without borders and labels, as one large image.
        max_height: Pixels. A taller grid scrolls.
        description: What the grid shows, for screen readers.
        empty_text: Shown while there are no images.
        tells_hover: Whether the page tells which image the pointer is over; see `on_hover`.

    Attributes:
        selected: Index of the selected image; -1 for none.

    Example:
        >>> grid = dl.ImageGrid(title="Digits")
        >>> grid.show(np.zeros((2, 8, 8), "uint8"), labels=["zero", "zero"])
        >>> grid.count
        2
    """

    _model_name = Unicode("ImageGridModel").tag(sync=True)
    _view_name = Unicode("ImageGridView").tag(sync=True)

    _controls: ClassVar[frozenset[str]] = frozenset({"selected"})
    _messages: ClassVar[frozenset[str]] = frozenset({"hover"})

    atlas = Dict().tag(sync=True)
    labels = Texts()
    tooltips = Texts()
    border_colors = List(Unicode()).tag(sync=True)
    colormap = Enum(list(COLORMAPS), default_value="gray").tag(sync=True)
    smooth = Bool(False).tag(sync=True)
    cell_size = Int(0, min=0, max=1024).tag(sync=True)
    columns = Int(0, min=0, max=1000).tag(sync=True)
    tight = Bool(False).tag(sync=True)
    selected = Int(-1).tag(sync=True)
    tells_hover = Bool(False).tag(sync=True)
    title = Text()
    description = Text()
    empty_text = Text(tr("No images yet."))
    max_height = Int(480, min=80, max=10_000).tag(sync=True)

    _whole: NDArray[np.uint8] | None = None
    """The images as given, if smaller ones were sent."""

    def __init__(self, **kwargs: Any) -> None:
        self._hover_listeners: list[Callable[[int], None]] = []
        super().__init__(**kwargs)

    def on_hover(self, listener: Callable[[int], None]) -> None:
        """Call `listener(index)` when the pointer comes over an image, if `tells_hover` is set."""
        self._hover_listeners.append(listener)

    def _on_hover(self, content: dict[str, Any]) -> None:
        index = finite_number(content, "index")
        if index is None or not 0 <= index < self.count:
            return
        for listener in self._hover_listeners:
            listener(int(index))

    @property
    def count(self) -> int:
        """Number of images shown."""
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
        """Show images in place of the current ones.

        Large images are sent no larger than the page draws them, and again when `cell_size` grows.

        Args:
            images: Shape (n, height, width) or (n, height, width, channels) with 1, 3 or 4
                channels. uint8 images are shown as they are; others are scaled from `low`…`high`.
            labels: One text per image, shown below it. A newline starts a second line.
            tooltips: One text per image.
            border_colors: One per image: `"#rrggbb"`, `"good"` (blue), `"bad"` (red), or "" for
                none.
            low: The value shown as 0. Default: the smallest of all images.
            high: The value shown as 255. Default: the largest of all images.

        Raises:
            ValueError: The images have another shape, there isn't one text per image, or a color
                is malformed.
        """
        pixels = to_pixels(images, low=low, high=high)
        n = len(pixels)
        given = {"labels": labels, "tooltips": tooltips, "border_colors": border_colors}
        for name, texts in given.items():
            if len(texts) not in (0, n):
                message = f"Expected {n} `{name}`, one per image. Received: {len(texts)}"
                raise ValueError(message)
        wrong = next((c for c in border_colors if not _BORDER.fullmatch(c)), None)
        if wrong is not None:
            message = (
                f"Expected the border color '#rrggbb', 'good', 'bad' or ''. Received: {wrong!r}"
            )
            raise ValueError(message)
        with self.hold_sync():
            self._send_pixels(pixels)
            for name, texts in given.items():
                if list(texts) != getattr(self, name):  # or each is checked again
                    setattr(self, name, list(texts))
            if self.selected >= n:
                self.selected = -1

    def _send_pixels(self, pixels: NDArray[np.uint8]) -> None:
        sent = reduced(pixels, PIXEL_RATIO * (self.cell_size or _MAX_CELL))
        self._whole = None if sent is pixels else pixels
        self.atlas = to_atlas(sent)

    @observe("cell_size")
    def _resized(self, change: Change[int | None]) -> None:
        if self._whole is not None and (change["new"] or _MAX_CELL) > (change["old"] or _MAX_CELL):
            self._send_pixels(self._whole)

    def clear(self) -> None:
        """Remove all images."""
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
            message = "The atlas doesn't have as many bytes as its images need."
            raise TraitError(message)
        return atlas
