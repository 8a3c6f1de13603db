"""Images as files inside a page of one file."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets.widgets.training._page_parts import Bytes

_LOSSLESS = 60_000  # bytes of pixels
_MAX_SIDE = 512  # pixels of an image that came as a file


def image_file(pixels: NDArray[np.uint8], quality: int = 80) -> tuple[str, bytes]:
    """Return an image as a file that browsers read, and its type.

    Args:
        pixels: Shape (height, width, channels) with 1, 3 or 4 channels, or (height, width).
        quality: Of a larger one, from 0 to 100; small ones lose nothing from 80 on.
    """
    out = io.BytesIO()
    flat = pixels[..., 0] if pixels.ndim == 3 and pixels.shape[-1] == 1 else pixels
    image = Image.fromarray(np.ascontiguousarray(flat))
    if pixels.size <= _LOSSLESS and quality >= 80:
        image.save(out, "PNG", optimize=True)
        return "image/png", out.getvalue()
    image.save(out, "WEBP", quality=quality, method=4)
    return "image/webp", out.getvalue()


def picture_of(images: NDArray[np.uint8], store: Bytes, quality: int = 80) -> dict[str, Any]:
    """Return images of one size as one picture, below each other, with their size.

    Args:
        images: Shape (n, height, width, channels).
        store: Takes the bytes.
        quality: As for `image_file`.
    """
    count, height, width, channels = images.shape
    kind, data = image_file(images.reshape(-1, width, channels), quality)
    picture = {"type": kind, "data": store.add(data)}
    size = {"count": count, "height": height, "width": width, "channels": channels}
    return {"picture": picture, **size}


def pixels_of(data: bytes) -> NDArray[np.uint8]:
    """Return the pixels of an image file, shape (height, width, 3); none if it isn't one.

    Args:
        data: A PNG file, which may be damaged.
    """
    try:
        with Image.open(io.BytesIO(data)) as image:
            image.thumbnail((_MAX_SIDE, _MAX_SIDE))
            return np.asarray(image.convert("RGB"))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return np.zeros((0, 0, 3), np.uint8)
