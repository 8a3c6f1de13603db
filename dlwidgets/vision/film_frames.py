"""Frames of films: images side by side, maps over images, points over a map, a line of text."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

LONGEST = 480
"""Pixels of a frame's longer side."""

GROUP_COLORS = (
    "#1f6fd6",
    "#d1570f",
    "#11845b",
    "#c2306b",
    "#8a4fd0",
    "#7a4a1e",
    "#0b8494",
    "#946c00",
    "#6b6f7b",
    "#4d7c0f",
)
"""Colors of classes, as in the page; they repeat."""

_GAP = 2  # pixels between images
_BORDER = 3  # pixels of a colored border
_LABEL = 12  # pixels of a label's height
_MIN_LABELED = 34  # pixels of the width of an image with a label
_CAPTION = 20  # pixels of the height of the line below
_POINT = 3  # pixels of a point's radius
_MAX_COUNTED = 14  # classes whose counts can be read in a matrix
_MARGIN = 64  # pixels for the names of classes
_COLD, _HOT = (255, 255, 255), (31, 111, 214)  # of a matrix, at 0 and at 1


def tiled(
    tiles: NDArray[np.uint8],
    columns: int = 0,
    *,
    labels: Sequence[str] = (),
    borders: Sequence[str] = (),
) -> NDArray[np.uint8]:
    """Return images as one, enlarged by a whole number.

    Args:
        tiles: uint8, shape (n, height, width, 3), n at least 1.
        columns: Images per row; 0 for about a square.
        labels: One text per image, of which the first line is shown where there is room.
        borders: One color per image, as `"#rrggbb"`; "" for none.

    Returns:
        uint8, shape (height, width, 3).

    Example:
        >>> from dlwidgets.vision.film_frames import tiled
        >>> tiled(np.zeros((4, 8, 8, 3), "uint8")).shape
        (466, 466, 3)
    """
    count, height, width, _ = tiles.shape
    columns = min(count, columns or math.ceil(math.sqrt(count * height / width)))
    rows = -(-count // columns)
    border = _BORDER if any(borders) else 0
    beside = 2 * border + _GAP
    label = _LABEL if any(labels) and LONGEST // columns - beside >= _MIN_LABELED else 0
    room = LONGEST - rows * (beside + label), LONGEST - columns * beside
    larger = max(1, min(room[0] // (rows * height), room[1] // (columns * width)))
    tiles = tiles.repeat(larger, axis=1).repeat(larger, axis=2)
    height, width = height * larger, width * larger
    high, wide = height + 2 * border + label + _GAP, width + 2 * border + _GAP
    whole = Image.new("RGB", (columns * wide - _GAP, rows * high - _GAP), "white")
    draw = ImageDraw.Draw(whole)
    for index, tile in enumerate(tiles):
        top, left = index // columns * high, index % columns * wide
        if border and borders[index]:
            right, bottom = left + width + 2 * border - 1, top + height + 2 * border - 1
            draw.rectangle((left, top, right, bottom), fill=borders[index])
        whole.paste(Image.fromarray(np.ascontiguousarray(tile)), (left + border, top + border))
        if label:
            middle = left + border + width // 2
            _write(draw, (middle, top + height + 2 * border), labels[index], label - 2, width)
    return np.asarray(whole)


def blended(
    image: NDArray[np.uint8],
    heat: NDArray[np.uint8],
    table: NDArray[np.uint8],
    *,
    opacity: float,
    zero: int = 0,
) -> NDArray[np.uint8]:
    """Return an image under a heat map, as the page blends them: what is cold stays clear.

    Args:
        image: uint8, shape (height, width, 3).
        heat: uint8, shape (height, width).
        table: The colors of the map, uint8, shape (256, 3).
        opacity: From 0 (only the image) to 1 (only the map).
        zero: The value of nothing, above 0 for a map with two signs.

    Example:
        >>> from dlwidgets.vision.film_frames import blended
        >>> table = np.repeat(np.arange(256, dtype="uint8")[:, None], 3, axis=1)
        >>> heat = np.array([[0, 255]], "uint8")
        >>> blended(np.zeros((1, 2, 3), "uint8"), heat, table, opacity=1.0)[0, :, 0].tolist()
        [0, 255]
    """
    values = heat.astype(np.float64)
    strong = np.minimum(1, np.abs(values - zero) / 127) if zero else values / 255
    cover = (opacity * (strong + opacity**4 * (1 - strong)))[..., np.newaxis]
    mixed = image * (1 - cover) + table[heat] * cover
    return np.asarray(np.rint(mixed), np.uint8)


def with_points(
    picture: NDArray[np.uint8], places: NDArray[Any], groups: NDArray[Any], region: Sequence[float]
) -> NDArray[np.uint8]:
    """Return a picture of a plane with colored points.

    Args:
        picture: uint8, shape (side, side, 3).
        places: Of the points, shape (n, 2).
        groups: The class of each, shape (n,).
        region: What the picture shows: the coordinates of its middle, and half of its side.
    """
    whole = Image.fromarray(np.ascontiguousarray(picture))
    draw, (x, y, radius) = ImageDraw.Draw(whole), region
    right = (np.asarray(places, np.float64) - [x, y]) / radius / 2 + 0.5
    for (across, up), group in zip(right, groups, strict=True):
        if not (0 <= across <= 1 and 0 <= up <= 1):
            continue
        left, top = across * whole.width, (1 - up) * whole.height
        color = GROUP_COLORS[int(group) % len(GROUP_COLORS)]
        box = (left - _POINT, top - _POINT, left + _POINT, top + _POINT)
        draw.ellipse(box, fill=color, outline="white")
    return np.asarray(whole)


def matrix(counts: NDArray[Any], names: Sequence[str]) -> NDArray[np.uint8]:
    """Return a confusion matrix as a picture: true classes downwards, predicted ones to the right.

    Args:
        counts: Shape (classes, classes). The color is the share of its row.
        names: One per class.
    """
    k = len(counts)
    side = max(4, (LONGEST - _MARGIN) // k)
    sums = counts.sum(axis=1, keepdims=True)
    shares = (counts / np.maximum(sums, 1))[..., np.newaxis]
    colors = np.rint(shares * _HOT + (1 - shares) * _COLD).astype(np.uint8)
    cells = Image.fromarray(colors.repeat(side, axis=0).repeat(side, axis=1))
    named = side >= _LABEL
    left, top = (_MARGIN, _LABEL + 4) if named else (0, 0)
    whole = Image.new("RGB", (left + k * side, top + k * side), "white")
    whole.paste(cells, (left, top))
    draw = ImageDraw.Draw(whole)
    for i in range(k if named else 0):
        middle = top + i * side + side // 2 - 6
        _write(draw, (left // 2, middle), names[i], 11, left - 4)
        _write(draw, (left + i * side + side // 2, 2), names[i], 11, side)
        for j in range(k if k <= _MAX_COUNTED else 0):
            color = "white" if shares[i, j, 0] > 0.5 else "#555"
            place = left + j * side + side // 2, middle
            _write(draw, place, str(int(counts[i, j])), 11, side, color=color)
    return np.asarray(whole)


def captioned(picture: NDArray[np.uint8], text: str) -> NDArray[np.uint8]:
    """Return a picture with a line of text below.

    Args:
        picture: uint8, shape (height, width, 3).
        text: Latin letters and digits.

    Example:
        >>> from dlwidgets.vision.film_frames import captioned
        >>> captioned(np.zeros((100, 200, 3), "uint8"), "Step 20").shape
        (120, 200, 3)
    """
    height, width = picture.shape[:2]
    whole = Image.new("RGB", (width, height + _CAPTION), "white")
    whole.paste(Image.fromarray(np.ascontiguousarray(picture)), (0, 0))
    _write(ImageDraw.Draw(whole), (width // 2, height + 2), text, 13, width)
    return np.asarray(whole)


def _write(
    draw: ImageDraw.ImageDraw,
    place: tuple[int, int],
    text: str,
    size: int,
    width: int,
    *,
    color: str = "#222",
) -> None:
    """Write one line, centered, and no wider than there is room."""
    line = str(text).split("\n")[0]
    # Pillow's own font has no other letters, and would draw boxes.
    if any(ord(letter) > 0x17F and letter not in "·–−…" for letter in line):
        return
    font = ImageFont.load_default(size)
    if font.getlength(line) > width:
        while line and font.getlength(line + "…") > width:
            line = line[:-1]
        line = line + "…" if line else ""
    draw.text(place, line, font=font, fill=color, anchor="ma")
