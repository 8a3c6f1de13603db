"""Augmentation: the reference for what the page computes, and checks of arguments.

A throw of the dice is a rotation, a shift, a shear, a zoom and flips, in the order in which Keras's
``ImageDataGenerator`` composes them. Pixels are sampled as `keras.ops.image.affine_transform` does.

Source: Chollet, *Deep Learning with Python*, section 5.2.5.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from dlwidgets.concepts._fields import Choice, Field, Flag, Number, Numbers
from dlwidgets.concepts._random import uniform

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

FILL_MODES = ("constant", "nearest", "reflect", "wrap")
IMAGES = ("digit", "photo", "letter", "word", "drawing", "webcam", "own")
CELLS = 16
"""How many throws are seen at once."""

FIELDS: dict[str, Field] = {
    "image": Choice("photo", IMAGES),
    "digit": Number(6, 0, 9),
    "rotation": Number(40, 0, 180),
    "width_shift": Number(0.2, 0, 1, 2),
    "height_shift": Number(0.2, 0, 1, 2),
    "shear": Number(0.2, 0, 1, 2),
    "zoom": Number(0.2, 0, 0.9, 2),
    "horizontal_flip": Flag(True),
    "vertical_flip": Flag(False),
    "fill_mode": Choice("nearest", FILL_MODES),
    "throw": Numbers((), -180, 180, 3, 0, 8),
    "at": Numbers((), 0, 9999, 0, 0, 2),
    "seed": Number(0, 0, 999),
}
"""The state of the widget: the book's arguments, a throw by hand, and which throw is selected."""

_STEP = 7919  # between the seeds of two throws
_DEGREE = math.pi / 180
_LOWEST = (-180, -1, -1, -1, 0.1, 0.1, 0, 0)
_HIGHEST = (180, 1, 1, 1, 1.9, 1.9, 1, 1)


class Throw(NamedTuple):
    """The numbers of one throw.

    Attributes:
        angle: Degrees, counterclockwise.
        right: Shift to the right, as a fraction of the width.
        down: Shift down, as a fraction of the height.
        shear: The angle of the shear in radians.
        zoom_x: How much of the width is seen: things are smaller where it is more than 1.
        zoom_y: How much of the height is seen.
        flip_x: 1 if left and right are exchanged, else 0.
        flip_y: 1 if top and bottom are exchanged, else 0.
    """

    angle: float = 0
    right: float = 0
    down: float = 0
    shear: float = 0
    zoom_x: float = 1
    zoom_y: float = 1
    flip_x: float = 0
    flip_y: float = 0


def throw_of(values: Mapping[str, float], seed: int, number: int) -> Throw:
    """Return the numbers of a throw; the same dice whatever the ranges are.

    Args:
        values: `rotation`, `width_shift`, `height_shift`, `shear`, `zoom`, and whether
            `horizontal_flip` and `vertical_flip` are allowed.
        seed: The same seed gives the same throws, here and in the page.
        number: Counted from 0.
    """
    random = uniform(seed * 1000 + number * _STEP)
    ranges = ("rotation", "width_shift", "height_shift", "shear", "zoom", "zoom")
    angle, right, down, shear, zoom_x, zoom_y = (
        values[name] * (2 * random() - 1) for name in ranges
    )
    flip_x, flip_y = random() < 0.5, random() < 0.5
    return Throw(
        angle,
        right,
        down,
        shear,
        1 + zoom_x,
        1 + zoom_y,
        float(flip_x and bool(values["horizontal_flip"])),
        float(flip_y and bool(values["vertical_flip"])),
    )


def matrix_of(throw: Throw, height: int, width: int) -> Array:
    """Return where each pixel of the result takes its value from.

    Args:
        throw: The numbers.
        height: Of the image in pixels.
        width: Likewise.

    Returns:
        Shape (3, 3). Times (x, y, 1) of the result it is (x, y, 1) of the image; its first two rows
        are the first six numbers that `keras.ops.image.affine_transform` takes.

    Example:
        >>> from dlwidgets.concepts._augmentation import Throw, matrix_of
        >>> matrix_of(Throw(flip_x=1), 4, 6)[0].tolist()
        [-1.0, 0.0, 5.0]
    """
    cos, sin = math.cos(throw.angle * _DEGREE), math.sin(throw.angle * _DEGREE)
    center = np.array([[1, 0, (width - 1) / 2], [0, 1, (height - 1) / 2], [0, 0, 1]])
    back = center * [[1, 1, -1], [1, 1, -1], [1, 1, 1]]
    rotate = np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]])
    shift = np.array([[1, 0, -throw.right * width], [0, 1, -throw.down * height], [0, 0, 1]])
    shear = np.array([[1, -math.sin(throw.shear), 0], [0, math.cos(throw.shear), 0], [0, 0, 1]])
    zoom = np.diag([throw.zoom_x, throw.zoom_y, 1])
    flip = np.diag([1 - 2 * throw.flip_x, 1 - 2 * throw.flip_y, 1])
    return np.asarray(center @ rotate @ shift @ shear @ zoom @ flip @ back)


def folded(places: ArrayLike, size: int, fill_mode: str) -> Array:
    """Return which place inside of an axis stands for places that may be outside.

    Args:
        places: Coordinates, of which 0 is the middle of the first pixel.
        size: Pixels of the axis.
        fill_mode: `"nearest"`, `"reflect"` or `"wrap"`.

    Example:
        >>> from dlwidgets.concepts._augmentation import folded
        >>> [folded([-2, -1, 4], 4, mode).tolist() for mode in ("nearest", "reflect", "wrap")]
        [[0.0, 0.0, 3.0], [1.0, 0.0, 3.0], [2.0, 3.0, 0.0]]
    """
    at = np.asarray(places, float)
    if fill_mode == "wrap":
        # TensorFlow counts whole images in steps of size - 1: far away it isn't the image again.
        times = np.trunc(np.abs(at) / max(1, size - 1))
        at = np.where(at < 0, at + size * (times + 1), at - size * times * (at > size - 1))
    elif fill_mode == "reflect":
        at = at % (2 * size)
        at = np.where(at > size - 0.5, 2 * size - 1 - at, at)
    return np.asarray(np.clip(at, 0, size - 1))


def sample(image: ArrayLike, matrix: ArrayLike, fill_mode: str) -> Array:
    """Return the image after an affine map, interpolated between four pixels.

    Args:
        image: Shape (height, width).
        matrix: As `matrix_of` returns it.
        fill_mode: What is seen outside of the image: `"constant"` (zeros), `"nearest"` (the
            pixels of the border), `"reflect"` (the image in a mirror) or `"wrap"` (the image
            again).
    """
    pixels = np.asarray(image, float)
    height, width = pixels.shape
    row, column = np.mgrid[:height, :width]
    points = np.stack([column, row, np.ones_like(row)]).reshape(3, -1)
    x, y = (np.asarray(matrix, float) @ points)[:2]
    if fill_mode == "constant":
        # Zeros around it: two of them are enough.
        pixels = np.pad(pixels, 2)
        x, y = np.clip(x + 2, 0, width + 3), np.clip(y + 2, 0, height + 3)
    else:
        x, y = folded(x, width, fill_mode), folded(y, height, fill_mode)
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    right = np.minimum(left + 1, pixels.shape[1] - 1)
    bottom = np.minimum(top + 1, pixels.shape[0] - 1)
    across, over = x - left, y - top
    upper = (1 - across) * pixels[top, left] + across * pixels[top, right]
    lower = (1 - across) * pixels[bottom, left] + across * pixels[bottom, right]
    return np.asarray((1 - over) * upper + over * lower).reshape(height, width)


def filled(matrix: ArrayLike, height: int, width: int) -> float:
    """Return the share of the result's pixels that lie outside of the image.

    Args:
        matrix: As `matrix_of` returns it.
        height: Of the image in pixels.
        width: Likewise.
    """
    row, column = np.mgrid[:height, :width]
    points = np.stack([column, row, np.ones_like(row)]).reshape(3, -1)
    x, y = (np.asarray(matrix, float) @ points)[:2]
    inside = (x >= -0.5) & (x <= width - 0.5) & (y >= -0.5) & (y <= height - 0.5)
    return float(1 - inside.mean())


_MIRRORED: dict[str, str] = {"b": "d", "0": "0", "1": "1", "8": "8"}
_TURNED_OVER: dict[str, str] = {"b": "p", "0": "0", "1": "1", "3": "3", "8": "8"}
_HALF_A_TURN: dict[str, str] = {"b": "q", "pod": "pod", "6": "9", "9": "6"} | {
    sign: sign for sign in "01258"
}


def reads_as(sign: str, throw: Throw) -> str | None:
    """Return what a sign reads as after a throw; `None` where it is no sign any more.

    Args:
        sign: A digit, `"b"` or `"pod"`.
        throw: The numbers. An angle of more than 90° counts as half a turn.

    Example:
        >>> from dlwidgets.concepts._augmentation import Throw, reads_as
        >>> reads_as("6", Throw(angle=170)), reads_as("b", Throw(flip_x=1))
        ('9', 'd')
    """
    half = abs(throw.angle) > 90
    mirrored, over = bool(throw.flip_x) ^ half, bool(throw.flip_y) ^ half
    if mirrored and over:
        return _HALF_A_TURN.get(sign)
    if mirrored:
        return _MIRRORED.get(sign)
    return _TURNED_OVER.get(sign) if over else sign


def checked_throw(throw: ArrayLike) -> tuple[float, ...]:
    """Return the numbers of a throw of the user's.

    Args:
        throw: Eight numbers, as `Throw` names them; those that are left out are those of no change.

    Raises:
        ValueError: There are too many, or one is out of range.
    """
    array = np.asarray(throw)
    if array.ndim != 1 or array.dtype.kind not in "biuf" or len(array) > len(_LOWEST):
        message = f"Expected `throw` to be up to 8 numbers: {', '.join(Throw._fields)}. "
        raise ValueError(message + f"Received: {throw!r}.")
    whole = (*array.astype(float).tolist(), *Throw()[len(array) :])
    check_throw(whole)
    return whole


def check_throw(throw: tuple[float, ...]) -> None:
    """Raise a ValueError where the numbers of a throw can't be used.

    Args:
        throw: Eight numbers, or none.
    """
    if throw and len(throw) != len(_LOWEST):
        message = f"Expected `throw` to be 8 numbers: {', '.join(Throw._fields)}. "
        raise ValueError(message + f"Received: {len(throw)}.")
    for name, value, low, high in zip(Throw._fields, throw, _LOWEST, _HIGHEST, strict=False):
        if not low <= value <= high:
            message = f"Expected `{name}` of `throw` to be from {low} to {high}. "
            raise ValueError(message + f"Received: {value!r}.")
