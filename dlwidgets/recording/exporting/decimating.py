"""Few points of a long curve that show all of its spikes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from tsdownsample import MinMaxDownsampler

if TYPE_CHECKING:
    from numpy.typing import NDArray

POINTS = 2000
"""Points of a curve that other tools get, unless the user asks for more."""


def kept(values: NDArray[np.float64], most: int | None) -> NDArray[np.intp]:
    """Return which values to keep: the extremes of equal sections, the first and the last.

    Where values begin or cease to be finite is kept as well: that is what explains a run.

    Args:
        values: The curve, float64, shape (n,). Values that aren't finite are allowed.
        most: Upper limit, at least 8; None for all.

    Returns:
        Ascending indices.
    """
    n = len(values)
    if most is None or n <= most:
        return np.arange(n)
    finite = np.isfinite(values)
    where = np.flatnonzero(finite)
    broken = _borders(finite)
    # Borders get at most a quarter of the points, spread evenly.
    if len(broken) > most // 4:
        broken = broken[np.linspace(0, len(broken) - 1, most // 4).astype(np.intp)]
    room = (most - len(broken) - 2) // 2 * 2
    if len(where) > room:
        section = np.ascontiguousarray(values[where])
        where = where[MinMaxDownsampler().downsample(section, n_out=room).astype(np.intp)]
    return np.unique(np.concatenate([[0], where, broken, [n - 1]]))


def _borders(finite: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return the first and the last value of each stretch that isn't finite."""
    padded = np.concatenate([[True], finite, [True]])
    change = np.flatnonzero(padded[1:] != padded[:-1])
    return np.unique(np.concatenate([change[::2], change[1::2] - 1])).astype(np.intp)
