"""Channels as images against the book's listing, and how active they are."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

from dlwidgets.vision import channel_images, channel_means, most_active, sparsity


def book(maps: np.ndarray) -> np.ndarray:
    """Listing 5.31, channel by channel."""
    pictures = []
    for channel in range(maps.shape[-1]):
        image = maps[:, :, channel].astype("float64").copy()
        image -= image.mean()
        image /= image.std()
        image *= 64
        image += 128
        pictures.append(np.clip(image, 0, 255).astype("uint8"))
    return np.stack(pictures)


def test_the_book_s_scaling() -> None:
    maps = np.random.default_rng(0).normal(3, 5, (9, 7, 6)).astype("float32")
    kept = maps.copy()
    np.testing.assert_array_equal(channel_images(maps), book(maps))
    np.testing.assert_array_equal(maps, kept)  # the book's own overwrites them


def test_blank_constant_and_broken_channels_divide_by_nothing() -> None:
    maps = np.random.default_rng(1).normal(size=(4, 4, 6)).astype("float32")
    maps[..., 1], maps[..., 2], maps[..., 3] = 0, 0.1, np.nan
    maps[0, 0, 4], maps[0, 0, 5] = np.inf, np.nan
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        pictures, raw = channel_images(maps), channel_images(maps, "raw")
        means, order = channel_means(maps), most_active(maps)
    np.testing.assert_array_equal(pictures[0], book(maps[..., :1])[0])
    assert (pictures[1] == 0).all()
    assert (pictures[2] == 128).all()
    assert (pictures[3] == 0).all()
    assert (raw[3] == 0).all()
    for channel in (4, 5):  # one pixel is spoilt, the others are shown
        assert pictures[channel, 0, 0] == 0
        assert len(np.unique(pictures[channel])) > 5
    assert np.isfinite(means).all()
    assert sorted(order.tolist()) == list(range(6))


def test_raw_pictures_share_one_scale() -> None:
    maps = np.zeros((2, 2, 2), "float32")
    maps[..., 0], maps[0, 0, 1] = 1.0, 4.0
    pictures = channel_images(maps, "raw")
    assert pictures[0].tolist() == [[63, 63], [63, 63]]
    assert pictures[1].tolist() == [[255, 0], [0, 0]]
    assert not channel_images(np.zeros((2, 2, 3)), "raw").any()


def test_sparsity_and_the_most_active() -> None:
    maps = np.zeros((2, 5, 3))
    maps[:, :, 0] = -2
    maps[0, :2, 1] = 50
    assert sparsity(maps).tolist() == [0.0, 0.8, 1.0]
    assert channel_means(maps).tolist() == [2.0, 10.0, 0.0]
    assert most_active(maps).tolist() == [1, 0, 2]
    assert most_active(np.array([0.0, -3.0, 1.0])).tolist() == [1, 2, 0]


def test_2048_channels() -> None:
    maps = np.random.default_rng(5).normal(size=(7, 7, 2048)).astype("float32")
    pictures = channel_images(maps)
    assert pictures.shape == (2048, 7, 7)
    np.testing.assert_array_equal(pictures[2000:], book(maps[..., 2000:]))


@pytest.mark.parametrize(
    ("maps", "scaling"), [(np.ones((2, 2)), "book"), (np.ones((2, 2, 1)), "?")]
)
def test_pictures_of_something_else(maps: np.ndarray, scaling: Any) -> None:
    with pytest.raises(ValueError, match="Received"):
        channel_images(maps, scaling)
