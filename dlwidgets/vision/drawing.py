"""Fitting a drawing to the images that a network was trained on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FAINT = 0.05  # ink below this does not count for the box


@dataclass(frozen=True)
class Placement:
    """The position and size of the ink in the images of a data set.

    Attributes:
        height: The ink's height as a part of the image's.
        width: The ink's width as a part of the image's, at most.
        stretch: How much wider than in its own proportions the ink may become.
        by_mass: Whether the ink's center of mass lies in the middle, or else its box.
    """

    height: float
    width: float
    stretch: float = 1.0
    by_mass: bool = False


DIGITS = Placement(height=1.0, width=0.78, stretch=1.5)
"""Scikit-learn's digits: the ink fills all eight rows and about six columns, narrow digits are
widened (measured: 8 rows in all of 1,438 images; 6 columns in 77 % of them)."""

MNIST = Placement(height=20 / 28, width=20 / 28, by_mass=True)
"""MNIST: the ink fits into 20×20 of 28×28 pixels, and its center of mass lies in the middle
(measured: the center at 14.0 ± 0.3 pixels)."""


def placement_for(height: int, width: int) -> Placement:
    """Return how drawings are placed in images of a size: as in digits at 8×8, else as in MNIST."""
    return DIGITS if (height, width) == (8, 8) else MNIST


def place_drawing(
    ink: NDArray[Any], size: tuple[int, int], placement: Placement | None = None
) -> NDArray[np.float32]:
    """Return a drawing, scaled down and centered as the images of a data set are.

    Args:
        ink: Shape (height, width), 0 for paper, 1 for ink, or uint8 from 0 to 255.
        size: Height and width of the result in pixels.
        placement: Where the ink goes; None for that of the data set with images of this size.

    Returns:
        Shape `size`, 0 to 1; each pixel is the mean of the ink that falls on it. A drawing without
        ink gives zeros.

    Raises:
        ValueError: Another shape, or numbers that are not finite.

    Source:
        LeCun et al., the MNIST database: "size normalized to fit in a 20×20 pixel box while
        preserving their aspect ratio … centered by computing the center of mass of the pixels".

    Example:
        >>> ink = np.zeros((100, 100)); ink[20:80, 45:55] = 1
        >>> place_drawing(ink, (28, 28)).any(1).sum()
        np.int64(20)
    """
    given = np.asarray(ink)
    if given.ndim != 2 or 0 in given.shape:
        message = tr(
            "Expected a drawing of shape (height, width). Received: shape {shape}",
            shape=given.shape,
        )
        raise ValueError(message)
    scale = 255 if given.dtype == np.uint8 else 1
    paper = given.astype(np.float32) / np.float32(scale)
    if not np.isfinite(paper).all():
        message = tr(
            "Expected finite numbers. Received: NaN or infinity",
        )
        raise ValueError(message)
    how = placement_for(*size) if placement is None else placement
    dark = paper > _FAINT
    if not dark.any():
        return np.zeros(size, np.float32)
    top, bottom = _ends(dark.any(1))
    left, right = _ends(dark.any(0))
    tall, wide = bottom - top, right - left
    # Pixels of the result per pixel of the drawing.
    down = min(how.height * size[0] / tall, how.stretch * how.width * size[1] / wide)
    across = min(how.stretch * down, how.width * size[1] / wide)
    middle = (top + bottom) / 2, (left + right) / 2
    if how.by_mass:
        total = paper.sum()
        middle = (
            float((paper.sum(1) * (np.arange(len(paper)) + 0.5)).sum() / total),
            float((paper.sum(0) * (np.arange(paper.shape[1]) + 0.5)).sum() / total),
        )
    # MNIST counts its center in whole pixels: pixel 14 of 0 to 27.
    center = size[0] / 2 + 0.5 * how.by_mass, size[1] / 2 + 0.5 * how.by_mass
    window = size[0] / down, size[1] / across
    start = (
        _kept(middle[0] - center[0] / down, window[0], top, bottom),
        _kept(middle[1] - center[1] / across, window[1], left, right),
    )
    return _resampled(paper, start, window, size)


def _ends(there: Any) -> tuple[int, int]:
    found = np.flatnonzero(there)
    return int(found[0]), int(found[-1]) + 1


def _kept(start: float, length: float, first: int, last: int) -> float:
    """A window's start, moved so that the ink stays inside it."""
    return min(max(start, last - length), float(first))


def _resampled(
    paper: NDArray[np.float32],
    start: tuple[float, float],
    window: tuple[float, float],
    size: tuple[int, int],
) -> NDArray[np.float32]:
    """A window of the paper, which may reach beyond it, in another size."""
    found: NDArray[Any] = paper.astype(np.float64)
    for axis in (0, 1):
        edges = start[axis] + np.arange(size[axis] + 1) * (window[axis] / size[axis])
        found = _means(found.swapaxes(0, axis), edges).swapaxes(0, axis)
    return found.astype(np.float32).clip(0, 1)


def _means(rows: NDArray[Any], edges: NDArray[Any]) -> NDArray[Any]:
    """The mean of the rows between each edge and the next; outside there is nothing."""
    total = np.concatenate([np.zeros((1, rows.shape[1])), rows.cumsum(0)])
    at = edges.clip(0, len(rows))
    below = np.minimum(at.astype(int), len(rows) - 1)
    sums = total[below] + (at - below)[:, np.newaxis] * rows[below]
    return np.asarray(np.diff(sums, axis=0) / np.diff(edges)[:, np.newaxis])
