"""The channels of feature maps: as images, and how active they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from dlwidgets._messages import tr

if TYPE_CHECKING:
    from numpy.typing import NDArray

ChannelScaling = Literal["book", "raw"]
"""How channels become gray values: each by its own mean and deviation, or all on one scale."""


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
    if scaling not in get_args(ChannelScaling):
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
    values = np.moveaxis(np.asarray(maps, np.float64), -1, 0)
    sound = np.isfinite(values)
    clean = np.where(sound, values, 0.0)
    scaled = _by_channel(clean, sound) if scaling == "book" else _together(clean)
    return np.where(sound, scaled.clip(0, 255), 0).astype(np.uint8)


def _by_channel(clean: NDArray[np.float64], sound: NDArray[np.bool_]) -> NDArray[np.float64]:
    axes = (1, 2)
    count = np.maximum(sound.sum(axes, keepdims=True), 1)
    mean = clean.sum(axes, keepdims=True) / count
    off = np.where(sound, clean - mean, 0.0)
    deviation = np.sqrt((off**2).sum(axes, keepdims=True) / count)
    # What is left of a constant after its mean was taken off is rounding, not a pattern.
    flat = deviation <= 1e-12 * np.maximum(np.abs(mean), np.finfo(np.float32).tiny)
    pattern = off / np.where(flat, 1.0, deviation) * 64 + 128
    return np.where(flat, np.where(mean == 0, 0.0, 128.0), pattern)


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
