"""Images on their way to the page: uint8 pixels, sent as one block of bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from dlwidgets._messages import tr
from dlwidgets.widgets._core.wire import raw_bytes

if TYPE_CHECKING:
    from numpy.typing import NDArray

COLORMAPS = ("gray", "gray_r", "viridis", "magma", "inferno", "plasma", "coolwarm", "jet")

PIXEL_RATIO = 2
"""Pixels of an image per CSS pixel at most, as on a high-resolution screen."""


Atlas: TypeAlias = dict[str, memoryview | int]
"""Images as the page receives them: `data`, `count`, `height`, `width` and `channels`."""


def to_pixels(
    images: NDArray[Any], *, low: float | None = None, high: float | None = None
) -> NDArray[np.uint8]:
    """Convert images of any dtype to uint8 with a channel axis.

    Args:
        images: Shape (n, height, width) or (n, height, width, channels), with 1, 3 or 4 channels.
        low: The value that becomes 0. Default: the smallest.
        high: The value that becomes 255. Default: the largest.

    Returns:
        uint8, shape (n, height, width, channels). uint8 images stay as they are if neither `low`
        nor `high` is given. NaN becomes 0, and so does a constant image.

    Raises:
        ValueError: The images have another shape.

    Example:
        >>> from dlwidgets.widgets._core.pixels import to_pixels
        >>> to_pixels(np.array([[[0.0, 0.5, 1.0]]])).ravel().tolist()
        [0, 128, 255]
    """
    array = np.asarray(images)
    if array.ndim == 3:
        array = array[..., np.newaxis]
    if array.ndim != 4 or array.shape[-1] not in (1, 3, 4):
        message = tr(
            "Expected images of shape (n, height, width) or (n, height, width, channels) with 1, 3 "
            "or 4 channels. Received: shape {shape}",
            shape=np.shape(images),
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


def to_atlas(pixels: NDArray[np.uint8]) -> Atlas:
    """Pack images for the page.

    Args:
        pixels: uint8, shape (n, height, width, channels), as from `to_pixels`.
    """
    count, height, width, channels = pixels.shape
    return {
        "data": raw_bytes(pixels),
        "count": count,
        "height": height,
        "width": width,
        "channels": channels,
    }


def image_atlas(
    image: NDArray[Any], *, low: float | None = None, high: float | None = None
) -> Atlas:
    """Pack one image for the page.

    Args:
        image: Shape (height, width) or (height, width, channels), with 1, 3 or 4 channels.
        low: As for `to_pixels`.
        high: As for `to_pixels`.

    Raises:
        ValueError: The image has another shape.
    """
    return to_atlas(to_pixels(np.asarray(image)[np.newaxis], low=low, high=high))
