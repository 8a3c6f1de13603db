"""Images that users give to concept widgets."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_BYTES = 36_000
"""What the pixels of an array may take, so that a saved notebook stays small."""


def checked_image(image: Any) -> tuple[NDArray[Any], int]:
    """Return an image as the page gets it, and by which factor it was shrunk.

    Args:
        image: Numbers of shape (height, width), (height, width, 1) or (height, width, 3).

    Returns:
        uint8 or float32 of shape (height, width, channels), and the factor; 1 if it wasn't shrunk.

    Raises:
        ValueError: The array isn't an image, or has values that aren't finite.
    """
    array = np.asarray(image)
    if array.ndim == 2:
        array = array[:, :, None]
    if array.ndim != 3 or array.shape[2] not in (1, 3) or 0 in array.shape:
        message = "Expected `image` to be a name or an array of shape (height, width), "
        message += "(height, width, 1) or (height, width, 3). "
        raise ValueError(message + f"Received: an array of shape {np.shape(image)}.")
    if array.dtype.kind not in "iufb" or not np.isfinite(array).all():
        message = "Expected `image` to have finite numbers. "
        raise ValueError(message + f"Received: an array of type {array.dtype}.")
    size = 1 if array.dtype == np.uint8 else 4
    factor = max(1, math.ceil(math.sqrt(array.size * size / MOST_BYTES)))
    if factor > 1:
        array = _shrunk(array, factor)
    kept = array if array.dtype == np.uint8 else array.astype("<f4")
    return np.ascontiguousarray(kept), factor


def _shrunk(array: NDArray[Any], factor: int) -> NDArray[Any]:
    """Return the means of squares; what is left at the right and below is cut off."""
    height, width = (n // factor * factor for n in array.shape[:2])
    if 0 in (height, width):  # a strip: only every so many pixels
        return array[::factor, ::factor]
    parts = array[:height, :width].reshape(
        height // factor, factor, width // factor, factor, array.shape[2]
    )
    means: NDArray[Any] = parts.mean((1, 3))
    return np.rint(means).astype(np.uint8) if array.dtype == np.uint8 else means
