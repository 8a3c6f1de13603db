"""Samples of all kinds as pictures to lay a heat map over: images, slices of volumes, and lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_WIDTH = 320
"""Pixels along the time of a series at least, unless it is very long."""

_LINE_HEIGHT = 48
_MAX_LINES = 6


def slices(volume: NDArray[Any]) -> NDArray[Any]:
    """Return the slices of a volume, or the frames of a film, as images.

    Args:
        volume: Shape (depth, height, width, channels).

    Returns:
        The same with 1 or 3 channels: of another number the mean.
    """
    if volume.shape[-1] in (1, 3):
        return volume
    return np.asarray(volume.mean(-1, keepdims=True))


def series_picture(series: NDArray[Any]) -> NDArray[np.float32]:
    """Return a series as a picture, time from left to right: a line per channel, from the top.

    Args:
        series: Shape (length, channels). Of more than six channels each is a row of gray values.

    Returns:
        Values from 0 to 1, shape (height, width, 1).
    """
    values = np.asarray(series, np.float64)
    if values.shape[1] > _MAX_LINES:
        rows = _scaled(values.T, values[np.isfinite(values)])
        side = max(1, _LINE_HEIGHT * 2 // values.shape[1])
        picture = rows.repeat(side, 0).repeat(_columns(len(values)), 1)
    else:
        picture = np.concatenate([_line(channel) for channel in values.T])
    return picture[..., np.newaxis].astype(np.float32)


def along_time(maps: NDArray[Any], height: int) -> NDArray[Any]:
    """Return maps of a series as bands over its picture.

    Args:
        maps: Shape (n, length).
        height: Height of the picture.

    Returns:
        Shape (n, height, width).
    """
    wide = maps.repeat(_columns(maps.shape[1]), 1)
    return np.broadcast_to(wide[:, np.newaxis], (len(maps), height, wide.shape[1]))


def _columns(length: int) -> int:
    """Pixels per time step."""
    return max(1, -(-_WIDTH // max(1, length)))


def _line(channel: NDArray[Any]) -> NDArray[np.float64]:
    """A dark line on white, shape (height, width)."""
    columns = _columns(len(channel))
    steps = (np.arange(len(channel) * columns) + 0.5) / columns - 0.5
    known = np.nan_to_num(channel)
    at = _scaled(np.interp(steps, np.arange(len(channel)), known), known)
    rows = (_LINE_HEIGHT - 5) * (1 - at) + 2
    before = np.concatenate([rows[:1], rows[:-1]])
    low, high = np.minimum(before, rows) - 0.5, np.maximum(before, rows) + 0.5
    places = np.arange(_LINE_HEIGHT)[:, np.newaxis]
    return np.where((places >= np.floor(low)) & (places <= np.ceil(high)), 0.0, 1.0)


def _scaled(values: NDArray[Any], known: NDArray[Any]) -> NDArray[np.float64]:
    low, high = (known.min(), known.max()) if known.size else (0.0, 0.0)
    return np.nan_to_num((values - low) / (high - low or 1.0)).clip(0, 1)
