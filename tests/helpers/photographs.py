"""Photographs that come with scikit-learn and scikit-image, as networks take them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import skimage.data

from dlwidgets.vision.images import photographs, resize

if TYPE_CHECKING:
    from numpy.typing import NDArray


def photograph(name: str) -> NDArray[np.uint8]:
    """The pixels of a photograph, shape (height, width, 3)."""
    if name in ("china", "flower"):
        return photographs()[name].pixels
    if name == "motorcycle":
        return np.asarray(skimage.data.stereo_motorcycle()[0])
    pixels = getattr(skimage.data, name)()
    return np.stack([pixels] * 3, -1) if pixels.ndim == 2 else np.asarray(pixels)


def square(name: str, side: int = 224) -> NDArray[np.uint8]:
    """The middle of a photograph, shape (side, side, 3)."""
    pixels = photograph(name)
    height, width = pixels.shape[:2]
    size = min(height, width)
    top, left = (height - size) // 2, (width - size) // 2
    return resize(pixels[top : top + size, left : left + size], side)


def signed(*names: str, side: int = 224) -> NDArray[Any]:
    """The middles of photographs from −1 to 1, shape (n, side, side, 3)."""
    images = np.stack([square(name, side) for name in names])
    return (images / 127.5 - 1).astype(np.float32)
