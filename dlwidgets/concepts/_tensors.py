"""Tensors: shapes, slices, broadcasting and dot products as NumPy has them, and loops timed."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.concepts._fields import Choice, Field, Matrix, Number, Numbers
from dlwidgets.concepts._images import MOST_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

SIZES: dict[str, tuple[int, ...]] = {
    "vector": (100_000, 3),
    "sequence": (250, 390, 3),
    "image": (128, 256, 256, 3),
    "video": (4, 240, 144, 256, 3),
}
"""The book's examples of shapes; the last axis holds features or channels."""

DTYPES = ("uint8", "float16", "float32", "float64")
MOST_LOOPED = 1_000_000


def _axis() -> Numbers:
    return Numbers((), -100_000, 100_000, digits=0, least=0, most=2)


def _shape(*sizes: int, least: int = 1, most: int = 4, low: int = 1) -> Numbers:
    return Numbers(sizes, low, 100_000, digits=0, least=least, most=most)


FIELDS: dict[str, Field] = {
    "show": Choice("slice", ("slice", "reshape", "broadcast", "dot", "shapes", "loop")),
    "array": Choice("digits", ("digits", "own")),
    "batch": Number(4, 1, 1000),
    "axis0": _axis(),
    "axis1": _axis(),
    "axis2": _axis(),
    "axis3": _axis(),
    "shape": _shape(3, 2),
    "to": _shape(2, 3, low=-1),
    "operation": Choice("reshape", ("reshape", "transpose")),
    "a": _shape(4, 1, least=0),
    "b": _shape(3, least=0),
    "left": Matrix(((1, 2, 0), (0, 1, 3)), -99, 99, digits=2, most=4),
    "right": Matrix(((1, 0), (2, 1), (0, -1)), -99, 99, digits=2, most=4),
    "at": Numbers((), 0, 3, digits=0, least=0, most=2),
    "kind": Choice("video", tuple(SIZES)),
    "sizes": Numbers((), 1, 10_000_000, digits=0, least=0, most=5),
    "dtype": Choice("float32", DTYPES),
    "channels": Choice("last", ("last", "first")),
    "size": Number(100_000, 1000, MOST_LOOPED),
}
"""The state of the widget. An axis is all of it, one index, or a start and a stop."""

AXES = ("axis0", "axis1", "axis2", "axis3")


def index_of(axis: Sequence[int]) -> int | slice:
    """Return what stands in the brackets for an axis of the state.

    Args:
        axis: Nothing for all of it, one index, or a start and a stop.
    """
    numbers = [int(n) for n in axis]
    if len(numbers) == 1:
        return numbers[0]
    return slice(*numbers) if numbers else slice(None)


def broadcast(a: Sequence[int], b: Sequence[int]) -> list[int] | None:
    """Return the shape of an operation on two arrays; `None` where they don't fit.

    Args:
        a: The shape of the first one.
        b: The shape of the second one.

    Example:
        >>> from dlwidgets.concepts._tensors import broadcast
        >>> broadcast((64, 3, 32, 10), (32, 10)), broadcast((3, 4), (3,))
        ([64, 3, 32, 10], None)
    """
    length = max(len(a), len(b))
    found = []
    for n, m in zip(
        [1] * (length - len(a)) + list(a), [1] * (length - len(b)) + list(b), strict=True
    ):
        if n != m and 1 not in (n, m):
            return None
        found.append(m if n == 1 else n)
    return found


def reshaped(size: int, to: Sequence[int]) -> list[int] | None:
    """Return a shape in which -1 is what is left; `None` where the numbers don't fit.

    Args:
        size: How many numbers there are.
        to: The shape, with at most one -1.
    """
    known = math.prod(n for n in to if n != -1)
    if list(to).count(-1) == 1 and known > 0 and size % known == 0:
        return [size // known if n == -1 else n for n in to]
    return list(to) if -1 not in to and known == size else None


def checked_tensor(array: Any) -> tuple[NDArray[Any], int]:
    """Return an array as the page gets it, and how many samples it has in truth.

    Args:
        array: Numbers of 1 to 4 axes; the fourth one holds 1 or 3 channels.

    Returns:
        uint8 or float32 with the first samples, as many as a page takes; and the size of axis 0.

    Raises:
        ValueError: The array can't be shown.
    """
    given = np.asarray(array)
    good = 1 <= given.ndim <= 4 and 0 not in given.shape and given.dtype.kind in "iufb"
    if not good or (given.ndim == 4 and given.shape[3] not in (1, 3)):
        message = "Expected an array of numbers with 1 to 4 axes, the fourth one for 1 or 3 "
        message += f"channels. Received: an array of shape {given.shape}, {given.dtype}."
        raise ValueError(message)
    if not np.isfinite(given).all():
        message = "Expected an array of finite numbers. Received: NaN or infinity."
        raise ValueError(message)
    kept = given if given.dtype == np.uint8 else given.astype("<f4")
    room = MOST_BYTES // max(1, kept[0].nbytes)
    if room == 0:
        message = f"Expected an array whose samples have at most {MOST_BYTES} bytes each. "
        raise ValueError(message + f"Received: {kept[0].nbytes} bytes. Take a part of each sample.")
    return np.ascontiguousarray(kept[:room]), len(given)


def naive_relu_of_sum(x: list[float], y: list[float]) -> list[float]:
    """Return max(x + y, 0), number by number.

    Args:
        x: Numbers.
        y: As many numbers.
    """
    z = []
    for i in range(len(x)):
        total = x[i] + y[i]
        z.append(total if total > 0.0 else 0.0)
    return z


def timed(size: int) -> dict[str, float]:
    """Return how long a loop and NumPy take for max(x + y, 0), in ms.

    Args:
        size: How many numbers there are.

    Returns:
        `size`, `loop` and `numpy`.
    """
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((2, size))
    xs, ys = x.tolist(), y.tolist()

    def vectorized() -> None:
        np.maximum(x + y, 0.0)

    return {
        "size": float(size),
        "loop": _best(lambda: naive_relu_of_sum(xs, ys), 2),
        "numpy": _best(vectorized, 7),
    }


def _best(act: Callable[[], object], times: int) -> float:
    """Return the shortest time of a call, in ms: the others waited for something else."""
    found = []
    for _ in range(times):
        begun = time.perf_counter()
        act()
        found.append(time.perf_counter() - begun)
    return 1000 * min(found)
