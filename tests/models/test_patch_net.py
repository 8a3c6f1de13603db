"""The network for pictures, and the patches it learns from."""

from __future__ import annotations

import numpy as np
import pytest

from dlwidgets.models.patch_net import colored_digits, patch_net, photo_patches
from dlwidgets.vision import photographs


def test_patches_come_from_the_region_that_their_class_names() -> None:
    """Each region has a color of its own; what stays after tint and shift is that it is plain."""
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


@pytest.mark.slow
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


def test_digits_are_enlarged_between_paper_and_ink() -> None:
    from PIL import Image

    images = np.random.default_rng(0).uniform(0, 1, (5, 8, 8)).astype(np.float32)
    images[:, 0, 0], images[:, 7, 7] = 0, 1  # their corners show the two colors
    pictures = colored_digits(images, seed=2)
    assert pictures.shape == (5, 32, 32, 3)
    signs: set[float] = set()
    for image, picture in zip(images, pictures, strict=True):
        paper, ink = picture[0, 0], picture[-1, -1]
        sign = np.sign(ink[0])
        signs.add(float(sign))
        assert (sign * paper <= -0.2).all()
        assert (sign * ink >= 0.2).all()
        channel = np.abs(ink - paper).argmax()
        large = (picture[..., channel] - paper[channel]) / (ink - paper)[channel]
        expected = Image.fromarray(image).resize((32, 32), Image.Resampling.BILINEAR)
        np.testing.assert_allclose(large, np.asarray(expected), atol=1e-4)
    assert signs == {-1.0, 1.0}
    np.testing.assert_array_equal(pictures, colored_digits(images[..., None], seed=2))
    with pytest.raises(ValueError, match=r"of 2 to 32 pixels\. Received: 40×40"):
        colored_digits(np.zeros((2, 40, 40)))
    with pytest.raises(ValueError, match=r"Received: 8×6"):
        colored_digits(np.zeros((2, 8, 6)))


@pytest.mark.parametrize("side", [8, 28, 32])
def test_digits_of_any_size_keep_their_place(side: int) -> None:
    """A square in the upper left quarter is there in the large picture as well."""
    images = np.zeros((3, side, side))
    images[:, : side // 2, : side // 2] = 1
    pictures = colored_digits(images, seed=1)
    paper, ink = pictures[:, -1, -1], pictures[:, 0, 0]
    edge = 32 // side + 1  # where both meet there is a mixture
    assert np.allclose(pictures[:, : 16 - edge, : 16 - edge], ink[:, None, None])
    assert np.allclose(pictures[:, 16 + edge :], paper[:, None, None])


def test_the_same_seed_begins_with_the_same_weights() -> None:
    first, same, other = (patch_net(3, filters=(4, 5), seed=s).get_weights() for s in (1, 1, 2))
    for a, b in zip(first, same, strict=True):
        np.testing.assert_array_equal(a, b)
    assert (first[0] != other[0]).any()
