"""Many images in one, for saving."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr

if TYPE_CHECKING:
    from numpy.typing import NDArray


def mosaic(images: NDArray[Any], columns: int | None = None) -> NDArray[Any]:
    """Return one image with others side by side, without gaps.

    Args:
        images: Shape (n, height, width, channels), row by row; 1 or 3 channels.
        columns: Images per row; by default as many as there are rows, at least nearly.

    Returns:
        Same type, shape (rows·height, columns·width, 3), gray images as three equal channels;
        places without an image are 0.

    Raises:
        ValueError: Another shape, or columns below 1.

    Example:
        >>> mosaic(np.ones((9, 8, 8, 1), "uint8")).shape
        (24, 24, 3)
    """
    array = np.asarray(images)
    if array.ndim != 4 or len(array) == 0 or array.shape[3] not in (1, 3):
        message = tr(
            "Expected images with 1 or 3 channels. Received: shape {shape}",
            shape=array.shape,
        )
        raise ValueError(message)
    count, height, width, channels = array.shape
    across = math.ceil(count**0.5) if columns is None else columns
    if across < 1:
        message = tr(
            "Expected `columns` of at least 1. Received: {columns}",
            columns=repr(columns),
        )
        raise ValueError(message)
    down = -(-count // across)
    filled = np.zeros((down * across, height, width, channels), array.dtype)
    filled[:count] = array
    rows = filled.reshape(down, across, height, width, channels).swapaxes(1, 2)
    whole = rows.reshape(down * height, across * width, channels)
    return np.repeat(whole, 3, axis=2) if channels == 1 else whole
