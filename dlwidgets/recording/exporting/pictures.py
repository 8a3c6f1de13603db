"""Recorded images as PNG files, several of them in a grid."""

from __future__ import annotations

import io
import math
import struct
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CHANNELS = (1, 3, 4)
_GAP = 1  # pixels


def pixels_of(content: object) -> NDArray[np.uint8] | None:
    """Return a sample as one image; None if it isn't one.

    Args:
        content: An array, see `picture_of`, or the bytes of a PNG file.
    """
    if isinstance(content, bytes):
        try:
            with Image.open(io.BytesIO(content)) as image:
                return np.asarray(image.convert("RGBA" if image.mode in ("P", "LA") else None))
        except OSError:  # damaged
            return None
    return picture_of(content)


def picture_of(content: object) -> NDArray[np.uint8] | None:
    """Return a sample as one image; None if it isn't one.

    Args:
        content: uint8 or float from 0 to 1, shape (h, w), (h, w, c), (n, h, w) or (n, h, w, c)
            with 1, 3 or 4 channels.

    Returns:
        uint8, shape (h, w) or (h, w, c); several images in a grid.
    """
    if not isinstance(content, np.ndarray) or not content.size:
        return None
    pixels = _as_bytes(content)
    if pixels is None:
        return None
    if pixels.ndim == 3 and pixels.shape[-1] not in _CHANNELS:
        pixels = pixels[..., np.newaxis]  # images without channels
    if pixels.ndim == 4 and pixels.shape[-1] in _CHANNELS:
        pixels = _grid(pixels)
    if pixels.ndim == 3 and pixels.shape[-1] == 1:
        pixels = pixels[..., 0]
    if pixels.ndim == 2 or (pixels.ndim == 3 and pixels.shape[-1] in _CHANNELS):
        return np.ascontiguousarray(pixels)
    return None


def png_of(pixels: NDArray[np.uint8]) -> tuple[bytes, tuple[int, int]]:
    """Return an image as a PNG file, with its width and height.

    Args:
        pixels: uint8, shape (h, w) or (h, w, c).
    """
    image = Image.fromarray(pixels)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue(), image.size


def png_size(png: bytes) -> tuple[int, int]:
    """Return width and height of a PNG file.

    Args:
        png: The file; its header is in its first 24 bytes.
    """
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def _as_bytes(content: NDArray[Any]) -> NDArray[np.uint8] | None:
    if content.dtype == np.uint8:
        return content
    if content.dtype.kind != "f":
        return None
    scaled: NDArray[np.uint8] = np.rint(np.clip(np.nan_to_num(content), 0, 1) * 255).astype(
        np.uint8
    )
    return scaled


def _grid(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    n, height, width, channels = images.shape
    columns = math.ceil(math.sqrt(n))
    rows = math.ceil(n / columns)
    out = np.zeros((rows * (height + _GAP), columns * (width + _GAP), channels), np.uint8)
    for i, image in enumerate(images):
        top, left = i // columns * (height + _GAP), i % columns * (width + _GAP)
        out[top : top + height, left : left + width] = image
    return out[:-_GAP, :-_GAP]
