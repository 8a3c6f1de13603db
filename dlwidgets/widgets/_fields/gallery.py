"""A gallery of small images, one of which is selected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.vision.images import resize
from dlwidgets.widgets.primitives.image_grid import ImageGrid

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from dlwidgets.widgets._core.change import Change

THUMBNAIL = 92  # CSS pixels of a side


class Gallery(ImageGrid):
    """Thumbnails to choose from. A click on the selected one chooses it again.

    Args:
        choose: Called with the name of the image that the user chooses.
        **options: Traits of the `ImageGrid`.
    """

    def __init__(self, choose: Callable[[str], None], **options: Any) -> None:
        super().__init__(cell_size=THUMBNAIL, smooth=True, **options)
        self._choose = choose
        self._names: list[str] = []
        self._marked = -1
        self.observe(self._on_selected, "selected")

    def offer(self, images: Sequence[tuple[str, str, NDArray[np.uint8]]], about: Any = ()) -> None:
        """Show images in place of the current ones.

        Args:
            images: Name, label, and pixels of shape (height, width, 3) of each.
            about: One text per image, shown when the pointer is over it.
        """
        self._names = [name for name, _, _ in images]
        pixels = np.stack([square(image, 2 * THUMBNAIL) for _, _, image in images])
        self.show(pixels, labels=[label for _, label, _ in images], tooltips=list(about))

    def mark(self, name: str) -> None:
        """Show which image is chosen.

        Args:
            name: Its name; one that isn't shown for none.
        """
        self._marked = self._names.index(name) if name in self._names else -1
        self.selected = self._marked

    def _on_selected(self, change: Change[int]) -> None:
        if change["new"] == self._marked:
            return
        before, self._marked = self._marked, change["new"]
        if self._marked < 0 <= before:  # the selected one was clicked: it stays selected
            self._marked = self.selected = before
        if 0 <= self._marked < len(self._names):
            self._choose(self._names[self._marked])


def square(pixels: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """Return the middle of an image as a square.

    Args:
        pixels: uint8, shape (height, width, 3).
        side: Of the square, in pixels.
    """
    height, width = pixels.shape[:2]
    short = min(height, width)
    top, left = (height - short) // 2, (width - short) // 2
    cut = resize(np.ascontiguousarray(pixels[top : top + short, left : left + short]), side)
    if len(cut) == side:
        return cut
    at = np.arange(side) * len(cut) // side  # a small image is enlarged by repeating pixels
    return cut[at][:, at]
