"""Images with strong textures, for style transfer: of the photographs, and computed ones."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import numpy as np

from dlwidgets._messages import tr
from dlwidgets.vision.images import LoadedImage, from_array, photographs

if TYPE_CHECKING:
    from numpy.typing import NDArray

STYLE_TITLES = {
    "flower": tr("Flower"),
    "mosaic": tr("Mosaic"),
    "waves": tr("Waves"),
    "brush": tr("Brush strokes"),
    "dots": tr("Dots"),
    "china": tr("Temple"),
}
"""What pages call each image of `style_images`."""

_HEIGHT, _WIDTH = 288, 384
_WARM = (
    (0.05, 0.12, 0.35),
    (0.1, 0.42, 0.62),
    (0.95, 0.75, 0.3),
    (0.86, 0.3, 0.16),
    (1, 0.95, 0.8),
)
_COOL = ((0.04, 0.1, 0.28), (0.08, 0.3, 0.55), (0.25, 0.6, 0.75), (0.85, 0.95, 0.95))


@functools.cache
def style_images() -> dict[str, LoadedImage]:
    """Return images with strong textures by name, in the order of `STYLE_TITLES`.

    Returns:
        The two photographs, and computed images of 384×288 pixels. They are the same each time.

    Example:
        >>> from dlwidgets.vision.style_images import style_images
        >>> style_images()["mosaic"].size
        (288, 384)
    """
    found = {
        **photographs(),
        "mosaic": _named("mosaic", _mosaic()),
        "waves": _named("waves", _waves()),
        "brush": _named("brush", _brush()),
        "dots": _named("dots", _dots()),
    }
    return {name: found[name] for name in STYLE_TITLES}


def _named(name: str, colors: NDArray[np.float64]) -> LoadedImage:
    return from_array((colors.clip(0, 1) * 255).astype(np.uint8), name=name)


def _places() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return row and column of each pixel."""
    y, x = np.mgrid[:_HEIGHT, :_WIDTH].astype(np.float64)
    return y, x


def _mixed(palette: tuple[tuple[float, ...], ...], at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return colors along a palette, for places from 0 to 1."""
    colors = np.array(palette)
    steps = np.linspace(0, 1, len(colors))
    return np.stack([np.interp(at, steps, colors[:, i]) for i in range(3)], -1)


def _mosaic() -> NDArray[np.float64]:
    """Tiles of one color each, with dark joints."""
    from scipy.spatial import KDTree

    random = np.random.default_rng(3)
    y, x = _places()
    centers = random.uniform((0, 0), (_HEIGHT, _WIDTH), (260, 2))
    distances, which = KDTree(centers).query(np.stack([y, x], -1), k=2)
    tiles = _mixed(_WARM, random.uniform(0, 1, len(centers)))[which[..., 0]]
    joint = (distances[..., 1] - distances[..., 0] < 2.5)[..., None]
    return np.where(joint, 0.08, tiles)


def _waves() -> NDArray[np.float64]:
    """Foam and water in curved bands."""
    y, x = _places()
    bent = y + 26 * np.sin(x / 41) + 12 * np.sin(x / 17 + y / 60)
    bands = 0.5 + 0.5 * np.sin(bent / 5.5 + 2 * np.sin(x / 90))
    return _mixed(_COOL, bands**1.6)


def _brush() -> NDArray[np.float64]:
    """Short strokes along the swirls of a flow."""
    random = np.random.default_rng(5)
    y, x = _places()
    image = np.tile(np.array(_WARM[0]), (_HEIGHT, _WIDTH, 1))
    for _ in range(1500):
        top, left = random.uniform((0, 0), (_HEIGHT, _WIDTH))
        angle = 2 * np.sin(left / 60) + 1.6 * np.cos(top / 45)
        shade = 0.5 + 0.5 * np.sin(left / 55 + top / 35) + random.normal(0, 0.12)
        color = _mixed(_WARM, np.clip(shade, 0, 1))
        low, high = max(0, int(top) - 20), int(top) + 20
        start, end = max(0, int(left) - 20), int(left) + 20
        dy, dx = y[low:high, start:end] - top, x[low:high, start:end] - left
        along = dx * np.cos(angle) + dy * np.sin(angle)
        across = dy * np.cos(angle) - dx * np.sin(angle)
        stroke = (np.abs(along) < 13) & (np.abs(across) < 2.6)
        image[low:high, start:end][stroke] = color + 0.05 * np.sin(across[stroke] * 2.5)[:, None]
    return image


def _dots() -> NDArray[np.float64]:
    """Dots of three colors on paper, as in print."""
    y, x = _places()
    image = np.tile(np.array((0.98, 0.95, 0.86)), (_HEIGHT, _WIDTH, 1))
    inks = (((0.0, 0.55, 0.75), 0.26), ((0.85, 0.15, 0.4), 1.3), ((0.98, 0.8, 0.1), 0.0))
    for k, (ink, angle) in enumerate(inks):
        u = x * np.cos(angle) + y * np.sin(angle)
        v = y * np.cos(angle) - x * np.sin(angle)
        size = 0.35 + 0.28 * np.sin(x / (50 + 15 * k) + k) * np.cos(y / (40 + 10 * k))
        dot = np.hypot((u % 12) / 12 - 0.5, (v % 12) / 12 - 0.5) < size * 0.62
        image[dot] *= np.array(ink) * 0.75 + 0.25
    return image
