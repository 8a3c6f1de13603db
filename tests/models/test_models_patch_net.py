"""The network for pictures, and the patches it learns from."""

from __future__ import annotations

import numpy as np
import pytest

from dlwidgets.models.patch_net import patch_net, photo_patches
from dlwidgets.vision import photographs


def test_patches_come_from_the_region_that_their_class_names() -> None:
    """Each region has a colour of its own; what stays after tint and shift is that it is plain."""
    picture = np.zeros((96, 128, 3), np.uint8)
    for region in range(12):
        row, column = divmod(region, 4)
        picture[32 * row : 32 * row + 32, 32 * column : 32 * column + 32] = 20 * region
    x, y = photo_patches([picture, 255 - picture], 200, seed=3)
    assert x.shape == (200, 32, 32, 3)
    assert x.dtype == np.float32
    assert np.abs(x).max() <= 1
    assert set(y) <= set(range(24))
    assert (x == x[:, :1, :1]).all(), "a region of 32×32 pixels has one patch only"
    again = photo_patches([picture, 255 - picture], 200, seed=3)
    np.testing.assert_array_equal(x, again[0])
    np.testing.assert_array_equal(y, again[1])


def test_a_picture_that_is_too_small_is_named() -> None:
    with pytest.raises(ValueError, match=r"at least 128×96 pixels\. Received: 100×100"):
        photo_patches([np.zeros((100, 100, 3), np.uint8)], 10)


def test_it_learns_more_than_chance_from_the_photographs() -> None:
    import keras

    keras.utils.set_random_seed(0)
    pictures = [p.pixels for p in photographs().values()]
    model = patch_net(24, filters=(16, 24, 32))
    assert model.count_params() == 448 + 3480 + 6944 + 792
    x, y = photo_patches(pictures, 1500)
    model.fit(x, y, batch_size=64, epochs=6, verbose=0)
    _, accuracy = model.evaluate(*photo_patches(pictures, 400, seed=1), verbose=0)
    assert accuracy > 3 / 24, "three times chance"
