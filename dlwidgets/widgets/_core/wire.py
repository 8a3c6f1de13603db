"""Binary format of points on their way to the page: four little-endian columns in a row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from tsdownsample import MinMaxDownsampler

from dlwidgets.training.table import Points

if TYPE_CHECKING:
    from numpy.typing import NDArray

Axis = Literal["step", "epoch", "time"]
AXES: tuple[Axis, ...] = ("step", "epoch", "time")

BYTES_PER_POINT = 16


def raw_bytes(array: NDArray[Any]) -> memoryview:
    """Return the bytes of an array in row-major order, without a copy if possible."""
    return np.ascontiguousarray(array).reshape(-1).view(np.uint8).data


def pack(points: Points) -> bytes:
    """Return points as bytes: all steps (uint32), then epochs, times and values (float32 each).

    Args:
        points: Any number of points; steps below 2**32.

    Example:
        >>> import numpy as np
        >>> one = np.ones(1)
        >>> len(pack(Points(one.astype("int64"), one, one, one)))
        16
    """
    columns = (points.epoch, points.time, points.value)
    # A value beyond float32 becomes infinite, which the page draws as a gap.
    with np.errstate(over="ignore"):
        rest = [column.astype("<f4").tobytes() for column in columns]
    return b"".join([points.step.astype("<u4").tobytes(), *rest])


def take(points: Points, index: NDArray[np.intp] | slice) -> Points:
    """Return some of the points, by index."""
    return Points(points.step[index], points.epoch[index], points.time[index], points.value[index])


def decimate(points: Points, most: int) -> Points:
    """Return at most `most` points that draw the same curve: the extremes of equal sections.

    Args:
        points: The series.
        most: Upper limit, at least 4.

    Returns:
        All points if they are few enough; otherwise the minimum and maximum of each section
        (tsdownsample's MinMax), always with the first and the last point.
    """
    n = len(points)
    if n <= most:
        return points
    # MinMax compares finite values; NaN is never an extreme.
    values = np.ascontiguousarray(np.where(np.isfinite(points.value), points.value, np.nan))
    inner = MinMaxDownsampler().downsample(values, n_out=(most - 2) // 2 * 2)
    return take(points, np.unique(np.concatenate([[0], inner.astype(np.intp), [n - 1]])))


def window(points: Points, axis: Axis, low: float, high: float) -> Points:
    """Return the points from `low` to `high` on an axis, with one neighbor on either side."""
    column = getattr(points, axis)
    first = max(0, int(np.searchsorted(column, low, "left")) - 1)
    last = min(len(points), int(np.searchsorted(column, high, "right")) + 1)
    return take(points, slice(first, last))
