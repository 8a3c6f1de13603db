"""Gram matrices of feature maps: the reference for what the page computes, checks of arguments."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.concepts._fields import Choice, Field, Number, Numbers
from dlwidgets.concepts._images import MOST_BYTES
from dlwidgets.concepts._random import batches

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

KERNELS: dict[str, tuple[tuple[float, ...], ...]] = {
    "bright": ((0, 0, 0), (0, 1, 0), (0, 0, 0)),
    "vertical": ((-1, 2, -1),) * 3,
    "horizontal": ((-1, -1, -1), (2, 2, 2), (-1, -1, -1)),
    "rising": ((-1, -1, 2), (-1, 2, -1), (2, -1, -1)),
    "falling": ((2, -1, -1), (-1, 2, -1), (-1, -1, 2)),
    "spots": ((-1, -1, -1), (-1, 8, -1), (-1, -1, -1)),
}
"""The kernels of the feature maps: brightness, lines in four directions, and spots."""

MOST_CHANNELS = 8

FIELDS: dict[str, Field] = {
    "image": Choice("photo", ("photo", "digit", "stripes", "own")),
    "digit": Number(5, 0, 9),
    "compare": Choice("shuffled", ("shuffled", "photo", "digit", "stripes")),
    "shuffle": Choice("positions", ("positions", "image")),
    "share": Number(1, 0, 1, 2),
    "tile": Number(1, 1, 32),
    "seed": Number(0, 0, 999),
    "pair": Numbers((), 0, MOST_CHANNELS - 1, digits=0, least=0, most=2),
}
"""The state of the widget."""


def features(image: ArrayLike) -> NDArray[np.float64]:
    """Return the feature maps of an image: max(0, correlation with each of `KERNELS`).

    Args:
        image: Shape (height, width), with values from 0 to 1. Pixels at the border are repeated.

    Returns:
        Shape (6, height, width).
    """
    padded = np.pad(np.asarray(image, float), 1, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3))
    maps = np.einsum("yxij,kij->kyx", windows, np.array(list(KERNELS.values()), float))
    found: NDArray[np.float64] = np.maximum(maps, 0)
    return found


def gram(maps: ArrayLike) -> NDArray[np.float64]:
    """Return the mean products of all pairs of feature maps.

    Args:
        maps: Shape (channels, height, width).

    Returns:
        Shape (channels, channels).
    """
    flat = np.asarray(maps, float)
    flat = flat.reshape(len(flat), -1)
    result: NDArray[np.float64] = flat @ flat.T / flat.shape[1]
    return result


def sources(height: int, width: int, *, share: float, tile: int, seed: int) -> NDArray[np.intp]:
    """Return from where each pixel comes after so many tiles have changed places.

    Args:
        height: Pixels of a column.
        width: Pixels of a row.
        share: Which share of the tiles moves, from 0 to 1.
        tile: Pixels of a tile's side; what is left at the right and below stays.
        seed: Which tiles.

    Returns:
        Shape (height, width): places in the flat image.
    """
    down, across = height // tile, width // tile
    found = np.arange(height * width).reshape(height, width)
    if down * across == 0:
        return found
    moved = batches(down * across, down * across, 1, seed)[0]
    moved = moved[: math.floor(share * down * across + 0.5)]
    whole = found.copy()
    for to, origin in zip(moved, moved[1:] + moved[:1], strict=True):
        y, x = (n * tile for n in divmod(to, across))
        v, u = (n * tile for n in divmod(origin, across))
        found[y : y + tile, x : x + tile] = whole[v : v + tile, u : u + tile]
    return found


def content_loss(a: ArrayLike, b: ArrayLike) -> float:
    """Return the sum of squared differences of feature maps, as the book's content loss.

    Args:
        a: Shape (channels, height, width).
        b: The same shape.
    """
    return float(np.sum((np.asarray(a, float) - np.asarray(b, float)) ** 2))


def style_loss(a: ArrayLike, b: ArrayLike) -> float:
    """Return the book's style loss of two Gram matrices, with the number of channels as it is.

    Args:
        a: As `gram` returns it. The book's sums over positions are `size` times as large, and its
            loss is divided by the square of `size`.
        b: The same shape.
    """
    first, second = np.asarray(a, float), np.asarray(b, float)
    return float(np.sum((first - second) ** 2) / (4 * len(first) ** 2))


def checked_features(maps: Any) -> tuple[NDArray[np.float32], int]:
    """Return feature maps as the page gets them, and how many channels there are in truth.

    Args:
        maps: Numbers of shape (height, width, channels), or (1, height, width, channels).

    Raises:
        ValueError: The array can't be used.
    """
    array = np.asarray(maps)
    if array.ndim == 4 and len(array) == 1:
        array = array[0]
    if array.ndim != 3 or array.dtype.kind not in "iufb" or 0 in array.shape:
        message = "Expected `features` to be numbers of shape (height, width, channels), such as "
        message += "the output of a layer for one image. "
        raise ValueError(message + f"Received: an array of shape {np.shape(maps)}.")
    if not np.isfinite(array).all():
        message = "Expected `features` to have finite numbers. Received: NaN or infinity."
        raise ValueError(message)
    height, width, channels = array.shape
    room = min(MOST_CHANNELS, MOST_BYTES // (4 * height * width))
    if room == 0:
        message = f"Expected `features` with at most {MOST_BYTES // 4} positions. "
        raise ValueError(message + f"Received: {height}×{width}. Choose a deeper layer.")
    kept = array[:, :, :room].astype("<f4")
    return np.ascontiguousarray(np.moveaxis(kept, 2, 0)), channels
