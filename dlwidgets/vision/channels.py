"""The channels of feature maps: as images, and how active they are."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from dlwidgets._messages import tr

if TYPE_CHECKING:
    from numpy.typing import NDArray

ChannelScaling = Literal["book", "raw"]
"""How channels become gray values: each by its own mean and deviation, or all on one scale."""

_SCALINGS = get_args(ChannelScaling)


def channel_images(maps: NDArray[Any], scaling: ChannelScaling = "book") -> NDArray[np.uint8]:
    """Return the channels of one sample's feature maps as gray images.

    "book" scales each channel by itself: mean 128, one standard deviation 64 gray values. The book
    divides by zero if a channel is the same everywhere; here such a channel is uniform, black
    if it is zero and middle gray otherwise. "raw" shows all channels on one scale, from the
    smallest value (at most 0) to the largest, so that you can compare them.

    Args:
        maps: Shape (height, width, channels), any float type. NaN and infinity are shown in black
            and otherwise ignored.
        scaling: "book" or "raw".

    Returns:
        uint8, shape (channels, height, width).

    Raises:
        ValueError: Another shape or scaling.

    Source:
        Chollet, Deep Learning with Python, listing 5.31.

    Example:
        >>> dl.vision.channel_images(np.zeros((2, 2, 1)))[0].tolist()
        [[0, 0], [0, 0]]
    """
    if scaling not in _SCALINGS:
        message = tr(
            "Expected `scaling` to be 'book' or 'raw'. Received: {scaling}", scaling=repr(scaling)
        )
        raise ValueError(message)
    if np.ndim(maps) != 3:
        message = tr(
            "Expected `maps` of shape (height, width, channels). Received: shape {shape}",
            shape=np.shape(maps),
        )
        raise ValueError(message)
    values = np.asarray(maps, np.float64)
    finite = np.isfinite(values)
    sound = None if finite.all() else finite  # nearly always there is nothing to leave out
    if sound is not None:
        values = np.where(sound, values, 0.0)
    scaled = _by_channel(values, sound) if scaling == "book" else _together(values)
    pixels = np.clip(scaled, 0, 255).astype(np.uint8)
    if sound is not None:
        pixels[~sound] = 0
    return np.ascontiguousarray(np.moveaxis(pixels, -1, 0))


def _by_channel(clean: NDArray[np.float64], sound: NDArray[np.bool_] | None) -> NDArray[np.float64]:
    """Scale each channel; `sound` tells which values count, `None` if all do."""
    axes = (0, 1)
    count = max(1, math.prod(clean.shape[:2])) if sound is None else np.maximum(sound.sum(axes), 1)
    mean = clean.sum(axes) / count
    off: NDArray[np.float64] = clean - mean
    if sound is not None:
        off[~sound] = 0
    deviation = np.sqrt(np.einsum("rck,rck->k", off, off) / count)
    # What is left of a constant after its mean was taken off is rounding, not a pattern.
    flat = deviation <= 1e-12 * np.maximum(np.abs(mean), np.finfo(np.float32).tiny)
    off *= 64 / np.where(flat, 1.0, deviation)
    off += 128
    if flat.any():
        off[..., flat] = np.where(mean == 0, 0.0, 128.0)[flat]
    return off


def _together(clean: NDArray[np.float64]) -> NDArray[np.float64]:
    low, high = min(0.0, float(clean.min(initial=0.0))), float(clean.max(initial=0.0))
    span = high - low
    return (clean - low) * (255.0 / span) if span > 0 else np.zeros_like(clean)


def sparsity(maps: NDArray[Any]) -> NDArray[np.float64]:
    """Return the share of zeros in each channel: 1 for a channel that isn't active anywhere.

    Args:
        maps: One sample's output, shape (…, channels).

    Returns:
        Shape (channels,), from 0 to 1; NaN doesn't count as zero.

    Example:
        >>> dl.vision.sparsity(np.array([[0.0, 1.0], [0.0, 0.0]])).tolist()
        [1.0, 0.5]
    """
    flat = _by_unit(maps)
    return np.asarray((flat == 0).mean(axis=0))


def channel_means(maps: NDArray[Any]) -> NDArray[np.float64]:
    """Return the mean absolute value of each channel, which says how active it is.

    Args:
        maps: One sample's output, shape (…, channels).

    Returns:
        Shape (channels,); NaN and infinity are ignored.
    """
    flat = np.abs(_by_unit(maps).astype(np.float64))
    sound = np.isfinite(flat)
    if sound.all():
        return np.asarray(flat.sum(axis=0) / max(1, len(flat)))
    total = np.where(sound, flat, 0.0).sum(axis=0)
    return np.asarray(total / np.maximum(sound.sum(axis=0), 1))


def most_active(maps: NDArray[Any]) -> NDArray[np.int64]:
    """Return the channels in the order of their mean absolute value, largest first.

    Args:
        maps: One sample's output, shape (…, channels).

    Returns:
        int64 indices, shape (channels,); equal ones keep their order.

    Example:
        >>> dl.vision.most_active(np.array([[1.0, 3.0, -2.0]])).tolist()
        [1, 2, 0]
    """
    return np.argsort(-channel_means(maps), kind="stable").astype(np.int64)


def _by_unit(maps: NDArray[Any]) -> NDArray[Any]:
    array = np.asarray(maps)
    if array.ndim < 1 or array.shape[-1] == 0:
        message = tr(
            "Expected `maps` of shape (…, channels). Received: shape {shape}", shape=array.shape
        )
        raise ValueError(message)
    return array.reshape(-1, array.shape[-1])
