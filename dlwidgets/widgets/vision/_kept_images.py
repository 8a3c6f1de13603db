"""A row of images that the user has kept, to compare settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np

from dlwidgets._messages import tr
from dlwidgets.vision.images import resize
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets._core.pixels import PIXEL_RATIO
from dlwidgets.widgets.primitives.image_grid import ImageGrid

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

MOST = 3
"""Images that are kept, at most."""

_SIDE = 132  # CSS pixels of a thumbnail's longer side


@dataclass(frozen=True, eq=False)
class KeptImage:
    """An image that was kept.

    Attributes:
        original: The image that it was made of, uint8, shape (height, width, 3).
        pixels: The image, likewise.
        settings: The settings that it was made with.
        label: What differs between the images, one or two lines.
    """

    original: NDArray[np.uint8]
    pixels: NDArray[np.uint8]
    settings: dict[str, Any]
    label: str


class KeptImages(ClosesChildren, ipywidgets.Box):
    """Up to three images side by side. A click shows one again, and a second click the newest.

    Args:
        newest: Returns the image that *Keep* keeps; None for none.
        on_select: Called when another one is selected, or none.

    Attributes:
        button: The button that keeps the newest image.
        grid: The `ImageGrid` of the kept images.
        images: The kept images, the newest last.
    """

    def __init__(
        self, newest: Callable[[], KeptImage | None], on_select: Callable[[], None]
    ) -> None:
        self._newest = newest
        self.images: list[KeptImage] = []
        self.button = ipywidgets.Button(
            description=tr("Keep"),
            tooltip=tr("Keep this image to compare it with others. Only the last three stay."),
            disabled=True,
            layout={"width": "auto"},
        )
        self.grid = ImageGrid(
            title=tr("Kept images"),
            description=tr("Kept images; select one to compare it"),
            empty_text=tr("Keep up to three images here, and click one to see it again."),
            cell_size=_SIDE,
            columns=MOST,
            smooth=True,
        )
        self.button.on_click(lambda _: self.keep())
        self.grid.observe(lambda _: on_select(), "selected")
        super().__init__([self.grid])
        self.add_class("dlw-kept-images")

    @property
    def selected(self) -> KeptImage | None:
        """The kept image that is shown again, None while the newest is."""
        index = self.grid.selected
        return self.images[index] if 0 <= index < len(self.images) else None

    def keep(self) -> None:
        """Add the newest image, and show it; of more than three, the oldest goes."""
        image = self._newest()
        if image is None:
            return
        self.leave()  # the images are about to move up, and the selection is one of their places
        self.images = [*self.images, image][-MOST:]
        self.grid.show(
            _thumbnails([kept.pixels for kept in self.images]),
            labels=[kept.label for kept in self.images],
        )
        self.button.disabled = True  # until there is another one

    def leave(self) -> None:
        """Select none, so that the newest image is shown."""
        self.grid.selected = -1


def _thumbnails(images: Sequence[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """Return images as large as the largest, with transparent edges, shape (n, …, 4)."""
    small = [resize(image, PIXEL_RATIO * _SIDE) for image in images]
    height, width = (max(image.shape[axis] for image in small) for axis in (0, 1))
    found = np.zeros((len(small), height, width, 4), np.uint8)
    for place, image in zip(found, small, strict=True):
        high, wide = image.shape[:2]
        top, left = (height - high) // 2, (width - wide) // 2
        place[top : top + high, left : left + wide, :3] = image
        place[top : top + high, left : left + wide, 3] = 255
    return found
