"""Convolution: the reference for what the page computes, known kernels, and checks of arguments."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from dlwidgets.concepts._fields import Choice, Either, Field, Flag, Matrix, Number, Numbers

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

Padding = Literal["valid", "same"] | int
Kernel = tuple[tuple[float, ...], ...]

_SOBEL: Kernel = ((1, 0, -1), (2, 0, -2), (1, 0, -1))

PRESETS: dict[str, tuple[Kernel, str]] = {
    "identity": (((0, 0, 0), (0, 1, 0), (0, 0, 0)), "kernel"),
    "edges": (((-1, -1, -1), (-1, 8, -1), (-1, -1, -1)), "kernel"),
    "horizontal": (((1, 1, 1), (0, 0, 0), (-1, -1, -1)), "kernel"),
    "vertical": (((1, 0, -1),) * 3, "kernel"),
    "sobel_x": (_SOBEL, "kernel"),
    "sobel_y": (((1, 2, 1), (0, 0, 0), (-1, -2, -1)), "kernel"),
    "magnitude": (_SOBEL, "magnitude"),
    "phase": (_SOBEL, "phase"),
    "blur": (((0.1111, 0.1111, 0.1111),) * 3, "kernel"),
    "sharpen": (((0, -1, 0), (-1, 5, -1), (0, -1, 0)), "kernel"),
    "diagonal": (((1, 0, 0), (0, 1, 0), (0, 0, 1)), "kernel"),
}
"""Known kernels by name, each with the mode in which it is used."""

FIELDS: dict[str, Field] = {
    "image": Choice("digit", ("digit", "photo", "diagonal", "sums", "drawing", "webcam", "own")),
    "digit": Number(5, 0, 9),
    "kernel": Matrix(_SOBEL, -99, 99, most=5),
    "mode": Choice("kernel", ("kernel", "magnitude", "phase")),
    "stride": Number(1, 1, 4),
    "padding": Either(Choice("valid", ("valid", "same")), Number(0, 0, 4)),
    "dilation": Number(1, 1, 4),
    "flip": Flag(False),
    "at": Numbers((), 0, 9999, digits=0, least=0, most=2),
}
"""The state of the widget."""


def output_size(size: int, kernel: int, stride: int, padding: Padding, dilation: int) -> int:
    """Return the size of the output along one axis; 0 where the kernel doesn't fit.

    Args:
        size: Pixels of the input.
        kernel: Numbers of the kernel.
        stride: Pixels from one window to the next.
        padding: `"valid"`, `"same"` as in Keras, or the number of zeros on each side.
        dilation: Pixels from one number of the kernel to the next.

    Example:
        >>> from dlwidgets.concepts._convolution import output_size
        >>> output_size(5, 3, 1, "valid", 1), output_size(5, 3, 2, "valid", 1)
        (3, 2)
    """
    before, after = _zeros(size, kernel, stride, padding, dilation)
    room = size + before + after - (dilation * (kernel - 1) + 1)
    return 0 if room < 0 else room // stride + 1


def _zeros(size: int, kernel: int, stride: int, padding: Padding, dilation: int) -> tuple[int, int]:
    """Return the zeros before the first pixel and after the last one."""
    if padding == "valid":
        return 0, 0
    if isinstance(padding, int):
        return padding, padding
    reach = dilation * (kernel - 1) + 1
    every = max(0, (math.ceil(size / stride) - 1) * stride + reach - size)
    return every // 2, every - every // 2


def correlate(
    image: ArrayLike,
    kernel: ArrayLike,
    stride: int = 1,
    padding: Padding = "valid",
    dilation: int = 1,
) -> NDArray[np.float64]:
    """Return what Keras's Conv2D computes with one kernel, without bias and activation.

    Args:
        image: Shape (height, width).
        kernel: Shape (rows, columns).
        stride: As for `output_size`.
        padding: As for `output_size`.
        dilation: As for `output_size`.

    Returns:
        The output, empty where the kernel doesn't fit.

    Example:
        >>> from dlwidgets.concepts._convolution import correlate
        >>> correlate([[1, 2], [3, 4]], [[1, 0], [0, 1]]).tolist()
        [[5.0]]
    """
    x, k = np.asarray(image, np.float64), np.asarray(kernel, np.float64)
    around = [
        _zeros(n, m, stride, padding, dilation) for n, m in zip(x.shape, k.shape, strict=True)
    ]
    sizes = [
        output_size(n, m, stride, padding, dilation) for n, m in zip(x.shape, k.shape, strict=True)
    ]
    if 0 in sizes:
        return np.zeros((0, 0))
    padded = np.pad(x, around)
    reach = [dilation * (m - 1) + 1 for m in k.shape]
    windows = np.lib.stride_tricks.sliding_window_view(padded, reach)
    windows = windows[::stride, ::stride, ::dilation, ::dilation]
    result: NDArray[np.float64] = np.einsum("yxij,ij->yx", windows, k)
    return result


def convolve(
    image: ArrayLike,
    kernel: ArrayLike,
    stride: int = 1,
    padding: Padding = "valid",
    *,
    dilation: int = 1,
    mode: str = "kernel",
) -> NDArray[np.float64]:
    """Return the output of a kernel; or of it and its transpose the size or direction of both.

    Args:
        image: Shape (height, width).
        kernel: Shape (rows, columns), square for a gradient.
        stride: As for `output_size`.
        padding: As for `output_size`.
        dilation: As for `output_size`.
        mode: `"kernel"`; `"magnitude"`, the size of the gradient; or `"phase"`, its direction in
            radians.
    """
    x = correlate(image, kernel, stride, padding, dilation)
    if mode == "kernel":
        return x
    y = correlate(image, np.asarray(kernel).T, stride, padding, dilation)
    combined = np.hypot(x, y) if mode == "magnitude" else np.arctan2(y, x)
    return np.asarray(combined, np.float64)


def checked_kernel(kernel: Any) -> tuple[Kernel, str | None]:
    """Return a kernel, and for a known one the mode that belongs to it.

    Args:
        kernel: The name of a known kernel, or an array of shape (1 to 5, 1 to 5).

    Raises:
        ValueError: The name is unknown, or the array can't be used.
    """
    if isinstance(kernel, str):
        if kernel not in PRESETS:
            message = f"Expected a kernel named {', '.join(map(repr, PRESETS))}, or an array. "
            raise ValueError(message + f"Received: {kernel!r}.")
        return PRESETS[kernel]
    array = np.asarray(kernel)
    field = FIELDS["kernel"]
    if array.ndim != 2 or array.dtype.kind not in "iufb":
        message = "Expected `kernel` to be a matrix of numbers with at most 5 rows and columns. "
        raise ValueError(message + f"Received: an array of shape {array.shape}.")
    checked = field.check(array.tolist())
    if checked is None:
        message = f"Expected `kernel` to be {field.expected}. "
        raise ValueError(message + f"Received: an array of shape {array.shape}.")
    return checked, None
