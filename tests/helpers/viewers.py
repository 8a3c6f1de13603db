"""What viewers of images show, and images for them."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from tests.helpers.waiting import until

if TYPE_CHECKING:
    from dlwidgets.widgets import HeatOverlay


def settled(one: Any) -> Any:
    """A live view, once it has nothing left to do."""
    until(lambda: not one.busy, "the end of an update", 60)
    return one


def maps_of(overlay: HeatOverlay) -> np.ndarray:
    """The heat maps as sent to the page, shape (n, height, width)."""
    a = overlay.maps
    return np.frombuffer(a["data"], np.uint8).reshape(a["count"], a["height"], a["width"])


def as_bytes(maps: np.ndarray) -> np.ndarray:
    """Maps from 0 to 1 as a page receives them."""
    return np.rint(maps * 255).astype(np.uint8)


def png(side: int = 40) -> bytes:
    """A file with a square image of noise."""
    file = io.BytesIO()
    pixels = np.random.default_rng(0).integers(0, 256, (side, side, 3), np.uint8)
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()
