"""Samples as images for the page, one at a time or a page of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.vision.images import reduced
from dlwidgets.widgets._core.pixels import PIXEL_RATIO, to_atlas, to_pixels

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from dlwidgets._keras_types import Nested
    from dlwidgets.widgets._core.pixels import Atlas

ValueRange = tuple[float | None, float | None]
"""The values shown as black and as white; (None, None) for pixels."""

_CHANNELS = (1, 3, 4)

CARD_SIDE, LARGE_SIDE = 72, 168
"""Side of a sample on a card and of the selected one, in CSS pixels."""


def sample_images(x: Nested, images: ArrayLike | None = None) -> NDArray[Any] | None:
    """Return the images to show for samples.

    Args:
        x: Samples as a model takes them.
        images: Images of the samples, shape (n, height, width[, channels]). Default: `x`, if it has
            the shape of images.

    Returns:
        An array of shape (n, height, width[, channels]); `None` if the samples aren't images.

    Raises:
        ValueError: `images` has another shape.
    """
    if images is not None:
        array = np.asarray(images)
        to_pixels(array[:1])  # checks the shape
        return array
    if x is None or isinstance(x, (list, tuple, dict)):
        return None
    array = np.asarray(x)
    if array.ndim == 3 and min(array.shape[1:]) >= 2 and array.dtype.kind in "uif":
        return array
    return array if array.ndim == 4 and array.shape[-1] in _CHANNELS else None


def value_range(images: NDArray[Any] | None) -> ValueRange:
    """Return the values of black and white for all images; (None, None) for uint8.

    Args:
        images: Shape (n, height, width[, channels]), or `None`.
    """
    if images is None or images.dtype == np.uint8:
        return None, None
    some = np.asarray(images[:: max(1, len(images) // 1000)], np.float32)
    finite = some[np.isfinite(some)]
    return (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)


def small_atlas(images: NDArray[Any], low_high: ValueRange, side: int) -> Atlas:
    """Pack images for the page, no larger than they are drawn.

    Args:
        images: Shape (n, height, width[, channels]).
        low_high: As from `value_range`.
        side: CSS pixels of the longer side.
    """
    pixels = to_pixels(images, low=low_high[0], high=low_high[1])
    return to_atlas(reduced(pixels, PIXEL_RATIO * side))
