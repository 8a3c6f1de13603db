"""Samples as pictures for the page: one at a time or a page of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.vision.images import reduced
from dlwidgets.widgets._core.pixels import PIXEL_RATIO, to_atlas, to_pixels

if TYPE_CHECKING:
    from numpy.typing import NDArray

Range = tuple[float | None, float | None]
_CHANNELS = (1, 3, 4)

CARD, LARGE = 72, 168
"""Pixels of the page for a sample on a card, and for the one that is chosen."""


def pictures_in(x: Any) -> NDArray[Any] | None:
    """The samples as pictures, if that is what they are.

    Args:
        x: What a model takes.

    Returns:
        An array of shape (n, height, width[, channels]), or None.
    """
    if x is None or isinstance(x, (list, tuple, dict)):
        return None
    array = np.asarray(x)
    if array.ndim == 3 and min(array.shape[1:]) >= 2 and array.dtype.kind in "uif":
        return array
    return array if array.ndim == 4 and array.shape[-1] in _CHANNELS else None


def checked_pictures(images: Any) -> NDArray[Any]:
    """The array, if it can be shown.

    Raises:
        ValueError: Another shape than (n, height, width[, channels]).
    """
    array = np.asarray(images)
    to_pixels(array[:1])
    return array


def range_of(images: NDArray[Any] | None) -> Range:
    """The values of black and white, the same for all images; (None, None) for pixels."""
    if images is None or images.dtype == np.uint8:
        return None, None
    some = np.asarray(images[:: max(1, len(images) // 1000)], np.float32)
    finite = some[np.isfinite(some)]
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)


def picture_of(images: NDArray[Any], low_high: Range, side: int) -> dict[str, Any]:
    """Images as an atlas for the page; see `ImageGrid`.

    Args:
        images: Shape (n, height, width[, channels]).
        low_high: As from `range_of`.
        side: Pixels of the page along the longer side: larger ones are reduced.
    """
    pixels = to_pixels(images, low=low_high[0], high=low_high[1])
    pixels = reduced(pixels, PIXEL_RATIO * side)
    return to_atlas(pixels)
