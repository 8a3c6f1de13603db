"""Pooling: the reference for what the page computes, and what pooling saves in a network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.concepts._convolution import _zeros, output_size
from dlwidgets.concepts._fields import Choice, Field, Number, Numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

KINDS = ("max", "average", "subsample")
UNITS = (64, 128, 256, 512, 1024)

FIELDS: dict[str, Field] = {
    "image": Choice("digit", ("digit", "photo", "exercise", "drawing", "own")),
    "digit": Number(5, 0, 9),
    "kind": Choice("max", KINDS),
    "window": Number(2, 1, 6),
    "stride": Number(2, 1, 6),
    "padding": Choice("valid", ("valid", "same")),
    "shift": Numbers((1, 0), -6, 6, digits=0, least=2, most=2),
    "units": Choice("512", tuple(map(str, UNITS))),
    "at": Numbers((), 0, 9999, digits=0, least=0, most=2),
}
"""The state of the widget. `shift` is right and down."""

EXERCISE = ((1, 3, 2, 1), (4, 6, 6, 8), (3, 1, 1, 0), (1, 2, 2, 4))
"""A small array whose pooling can be done by hand."""


def pool(
    image: ArrayLike,
    kind: str = "max",
    window: int = 2,
    stride: int = 2,
    padding: str = "valid",
) -> NDArray[np.float64]:
    """Return what Keras's MaxPooling2D or AveragePooling2D computes for one channel.

    Args:
        image: Shape (height, width).
        kind: `"max"`, `"average"`, or `"subsample"`: the first pixel of each window.
        window: Rows and columns of the window.
        stride: Pixels from one window to the next.
        padding: `"valid"` or `"same"`. Pixels outside of the image don't count.

    Returns:
        The output, empty where the window doesn't fit.

    Example:
        >>> from dlwidgets.concepts._pooling import EXERCISE, pool
        >>> pool(EXERCISE).tolist()
        [[6.0, 8.0], [3.0, 4.0]]
    """
    x = np.asarray(image, np.float64)
    mode: Any = padding
    sizes = [output_size(n, window, stride, mode, 1) for n in x.shape]
    if 0 in sizes:
        return np.zeros((0, 0))
    around = [_zeros(n, window, stride, mode, 1) for n in x.shape]
    padded = np.pad(x, around, constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (window, window))
    flat = windows[::stride, ::stride].reshape(*sizes, -1)
    if kind == "max":
        return np.asarray(np.nanmax(flat, -1), np.float64)
    if kind == "average":
        return np.asarray(np.nanmean(flat, -1), np.float64)
    first = np.argmax(~np.isnan(flat), -1)
    return np.asarray(np.take_along_axis(flat, first[..., None], -1)[..., 0], np.float64)


def shifted(image: ArrayLike, right: int, down: int) -> NDArray[np.float64]:
    """Return an image moved by some pixels; its edge is repeated where nothing is known.

    Args:
        image: Shape (height, width).
        right: Pixels to the right; negative for the left.
        down: Pixels downwards; negative for upwards.
    """
    x = np.asarray(image, np.float64)
    rows = np.clip(np.arange(x.shape[0]) - down, 0, x.shape[0] - 1)
    columns = np.clip(np.arange(x.shape[1]) - right, 0, x.shape[1] - 1)
    return x[rows][:, columns]


def change(before: ArrayLike, after: ArrayLike) -> float:
    """Return how much differs, from 0 (the same) to 1 (nothing in common).

    The differences of all values, divided by the sum of all values.

    Args:
        before: Any array.
        after: One of the same shape.
    """
    a, b = np.asarray(before, np.float64), np.asarray(after, np.float64)
    whole = np.abs(a).sum() + np.abs(b).sum()
    return float(np.abs(a - b).sum() / whole) if whole > 0 else 0.0


@dataclass(frozen=True)
class Row:
    """A layer of the network.

    Attributes:
        layer: Its name, `"conv"`, `"pool"`, `"flatten"` or `"dense"`.
        side: Rows and columns of its output; 0 where it has none left.
        channels: Of its output; for `"flatten"` and `"dense"` the number of values.
        weights: How many weights it has.
        sees: Rows and columns of the image that one of its values depends on.
    """

    layer: str
    side: int
    channels: int
    weights: int
    sees: int


def network(
    window: int, stride: int, units: int, *, pooling: bool = True, padding: str = "valid"
) -> list[Row]:
    """Return the layers of the book's convnet for 28×28 images, up to the first Dense layer.

    Three Conv2D layers with 32, 64 and 64 filters of 3×3, and after the first two a pooling layer.

    Args:
        window: Of the pooling layers.
        stride: Of the pooling layers.
        units: Of the Dense layer.
        pooling: Whether there are pooling layers.
        padding: Of the pooling layers.

    Returns:
        The layers as far as they fit: the last one has side 0 if it doesn't.
    """
    rows: list[Row] = []
    side, channels, sees, jump = 28, 1, 1, 1
    mode: Any = padding
    for filters, pooled in ((32, pooling), (64, pooling), (64, False)):
        side, sees = output_size(side, 3, 1, "valid", 1), min(28, sees + 2 * jump)
        rows.append(Row("conv", side, filters, (9 * channels + 1) * filters, sees))
        channels = filters
        if side and pooled:
            side = output_size(side, window, stride, mode, 1)
            sees, jump = min(28, sees + (window - 1) * jump), jump * stride
            rows.append(Row("pool", side, filters, 0, sees))
        if not side:
            return rows
    values = side * side * channels
    rows.append(Row("flatten", 1, values, 0, 28))
    rows.append(Row("dense", 1, units, (values + 1) * units, 28))
    return rows


def weights(rows: Sequence[Row]) -> int:
    """Return the weights of all layers.

    Args:
        rows: As `network` returns them.
    """
    return sum(row.weights for row in rows)
