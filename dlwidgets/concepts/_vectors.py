"""Vectors and matrices: the reference for what the page computes, and checks of arguments."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from dlwidgets.concepts._fields import Choice, Field, Matrix, Number, Numbers

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

Rows = tuple[tuple[float, ...], ...]

_ROTATION: Rows = ((0.866, -0.5), (0.5, 0.866))

PRESETS: dict[str, Rows] = {
    "identity": ((1, 0), (0, 1)),
    "rotate": _ROTATION,
    "scale": ((1.5, 0), (0, 0.75)),
    "shear": ((1, 0.5), (0, 1)),
    "mirror": ((-1, 0), (0, 1)),
    "swap": ((0, 1), (1, 0)),
    "project": ((1, 0), (0, 0)),
}
"""Known matrices by name."""


def _pair(x: float, y: float) -> Numbers:
    return Numbers((x, y), -9, 9, digits=2, least=2, most=2)


FIELDS: dict[str, Field] = {
    "show": Choice("matrix", ("matrix", "sum")),
    "matrix": Matrix(_ROTATION, -9, 9, most=2, least=2),
    "shift": _pair(0, 0),
    "a": _pair(0.5, 1),
    "b": _pair(1, 0.25),
    "image": Choice("digit", ("digit", "photo", "none", "own")),
    "digit": Number(5, 0, 9),
}
"""The state of the widget."""

_FLAT = 1e-9
_ROUNDED = 0.5e-4
"""By so much the state rounds each number of a matrix at most."""


class Parts(NamedTuple):
    """A matrix as a shear, then a scaling, then a rotation.

    Attributes:
        angle: Of the rotation, in degrees.
        x: The factor of the scaling along x, at least 0.
        y: The factor along y; negative where the plane is turned over.
        shear: How far the point (0, 1) moves along x at first.
    """

    angle: float
    x: float
    y: float
    shear: float


def is_flat(matrix: ArrayLike) -> bool:
    """Return whether a matrix makes the plane a line or a point, but for what the state rounds.

    Args:
        matrix: Shape (2, 2).

    Example:
        >>> from dlwidgets.concepts._vectors import is_flat
        >>> is_flat([[0.3333, 0.6667], [0.1667, 0.3333]])
        True
    """
    (p, q), (r, s) = np.asarray(matrix, float).tolist()
    return bool(abs(p * s - q * r) <= _ROUNDED * (abs(p) + abs(q) + abs(r) + abs(s)))


def decompose(matrix: ArrayLike) -> Parts:
    """Return a matrix as a shear, then a scaling, then a rotation.

    Args:
        matrix: Shape (2, 2).

    Example:
        >>> from dlwidgets.concepts._vectors import decompose
        >>> decompose([[0, -2], [2, 0]])
        Parts(angle=90.0, x=2.0, y=2.0, shear=0.0)
    """
    (p, q), (r, s) = np.asarray(matrix, float).tolist()
    x = math.hypot(p, r)
    if x < _FLAT:  # only the second column says where it turns
        y = math.hypot(q, s)
        return Parts(math.degrees(math.atan2(-q, s)) if y >= _FLAT else 0.0, 0.0, y, 0.0)
    angle = math.degrees(math.atan2(r, p))
    return Parts(angle, x, (p * s - q * r) / x, (p * q + r * s) / (x * x))


def compose(parts: Parts) -> NDArray[np.float64]:
    """Return the matrix of a shear, then a scaling, then a rotation.

    Args:
        parts: As `decompose` returns them.
    """
    angle = math.radians(parts.angle)
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    scale = np.diag([parts.x, parts.y])
    result: NDArray[np.float64] = turn @ scale @ np.array([[1, parts.shear], [0, 1]])
    return result


def warp(image: ArrayLike, matrix: ArrayLike, shift: ArrayLike = (0, 0)) -> NDArray[np.float64]:
    """Return an image after a matrix has moved its pixels.

    The image's longer side reaches from -1 to 1, and y grows upward. Values between pixels are
    interpolated linearly, and there are zeros around the image.

    Args:
        image: Shape (height, width).
        matrix: Shape (2, 2).
        shift: Shape (2,), added afterwards.

    Returns:
        The same shape; zeros where the matrix has no inverse.
    """
    pixels = np.asarray(image, float)
    height, width = pixels.shape
    m = np.asarray(matrix, float)
    if is_flat(m):
        return np.zeros_like(pixels)
    half = max(height, width) / 2
    rows, columns = np.mgrid[:height, :width]
    x = (columns + 0.5 - width / 2) / half
    y = (height / 2 - rows - 0.5) / half
    at = np.linalg.inv(m) @ (np.stack([x.ravel(), y.ravel()]) - np.asarray(shift)[:, None])
    column = at[0] * half + width / 2 - 0.5
    row = height / 2 - 0.5 - at[1] * half
    top, left = np.floor(row).astype(int), np.floor(column).astype(int)
    down, right = row - top, column - left
    found = np.zeros(at.shape[1])
    for dy, dx in ((0, 0), (0, 1), (1, 0), (1, 1)):
        i, j = top + dy, left + dx
        inside = (i >= 0) & (j >= 0) & (i < height) & (j < width)
        weight = (down if dy else 1 - down) * (right if dx else 1 - right)
        found[inside] += weight[inside] * pixels[i[inside], j[inside]]
    return found.reshape(height, width)


def checked_matrix(matrix: Any) -> Rows:
    """Return a matrix as the state keeps it.

    Args:
        matrix: The name of a known matrix, or an array of shape (2, 2).

    Raises:
        ValueError: The name is unknown, or the array can't be used.
    """
    if isinstance(matrix, str):
        if matrix not in PRESETS:
            message = f"Expected a matrix named {', '.join(map(repr, PRESETS))}, or an array. "
            raise ValueError(message + f"Received: {matrix!r}.")
        return PRESETS[matrix]
    array = np.asarray(matrix)
    if array.shape != (2, 2) or array.dtype.kind not in "iufb":
        message = "Expected `matrix` to be a name or an array of numbers of shape (2, 2). "
        raise ValueError(message + f"Received: an array of shape {array.shape}, {array.dtype}.")
    checked: Rows | None = FIELDS["matrix"].check(array.tolist())
    if checked is None:
        message = "Expected `matrix` to have numbers from -9 to 9. "
        raise ValueError(message + f"Received: {array.tolist()!r}.")
    return checked
