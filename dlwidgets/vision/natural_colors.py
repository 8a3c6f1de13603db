"""How the colors of photographs vary, and images shown with their full contrast."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

COLOR_CORRELATION = (
    (1.0, 0.87, 0.66),
    (0.87, 1.0, 0.9),
    (0.66, 0.9, 1.0),
)
"""Correlation of red, green and blue in photographs: mostly, all three are bright or dark."""

_TAIL = 0.5  # percent of the values at each end that may be cut off


def color_mixing(channels: int, share: float) -> NDArray[np.float64]:
    """Return the matrix that a gradient's colors are multiplied by.

    With a share of 1, a step changes the colors as they vary in photographs. Otherwise each channel
    follows its own gradient, which gives bright colors next to each other.

    Args:
        channels: Of the image; only those of 3 channels are mixed.
        share: From 0 (no mixing) to 1.

    Example:
        >>> from dlwidgets.vision.natural_colors import color_mixing
        >>> color_mixing(1, 1.0).tolist()
        [[1.0]]
    """
    plain = np.eye(channels)
    if channels != len(COLOR_CORRELATION):
        return plain
    mixed: NDArray[np.float64] = (1 - share) * plain + share * np.array(COLOR_CORRELATION)
    return mixed


def stretch_contrast(images: NDArray[Any]) -> NDArray[np.uint8]:
    """Return images whose darkest values are 0 and whose brightest values are 255.

    Args:
        images: Numbers of any range, shape (n, height, width, channels).

    Returns:
        uint8 of the same shape. An image of one value is middle gray.

    Example:
        >>> from dlwidgets.vision.natural_colors import stretch_contrast
        >>> stretch_contrast(np.array([[[[-3.0], [1.0]]]])).ravel().tolist()
        [0, 255]
    """
    shown = np.empty(np.shape(images), np.uint8)
    for i, image in enumerate(images):  # one at a time: many large ones are gigabytes as doubles
        values = np.asarray(image, np.float64)
        low, high = np.percentile(values, (_TAIL, 100 - _TAIL), method="nearest")
        span = high - low
        shown[i] = 127 if span <= 0 else ((values - low) / span).clip(0, 1) * 255
    return shown
