"""Where photographs excite a filter: the brightest places are those of its largest activations."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from dlwidgets import vision
from dlwidgets.vision.excitation import MOST_IMAGES, excitation
from dlwidgets.vision.fit_images import photograph_tiles
from tests.helpers.models import small_cnn


@pytest.fixture(scope="module")
def tiles() -> np.ndarray:
    return photograph_tiles(48) / 255


@pytest.fixture(scope="module")
def model() -> keras.Model:
    keras.utils.set_random_seed(3)
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((48, 48, 3)),
            layers.Conv2D(7, 3, padding="same", activation="relu", name="conv"),
            layers.Flatten(),
            layers.Dense(4, name="classes"),
        ]
    )


@pytest.mark.parametrize("value_range", [(1.0, 1.0), (1.0, 0.0), (0.0, float("nan"))])
def test_a_range_without_a_lower_value(
    model: keras.Model, tiles: np.ndarray, value_range: tuple[float, float]
) -> None:
    with pytest.raises(ValueError, match="Expected `value_range` with the lower value first"):
        excitation(model, "conv", tiles, value_range)


def test_the_strongest_images_and_their_places(model: keras.Model, tiles: np.ndarray) -> None:
    maps = vision.activations(model, tiles, ["conv"])["conv"]
    found = excitation(model, "conv", tiles, (0.0, 1.0))
    np.testing.assert_array_equal(found.images, (tiles * 255).astype(np.uint8))
    zeros = 0
    for which in range(7):
        peaks = maps[..., which].max((1, 2))
        np.testing.assert_allclose(found.peaks(which), peaks, rtol=1e-6)
        chosen = found.strongest(which, 3)
        assert peaks[chosen[0]] == peaks.max()
        assert (np.diff(peaks[chosen]) <= 0).all()
        lit = found.highlighted(which, chosen)
        image, strength = found.images[chosen[0]], maps[chosen[0], ..., which]
        brightest = np.unravel_index(strength.argmax(), strength.shape)
        np.testing.assert_array_equal(lit[0][brightest], image[brightest])
        dark = strength == 0
        zeros += int(dark.sum())
        np.testing.assert_allclose(lit[0][dark], 0.22 * image[dark], atol=0.51)
    assert zeros > 100


def test_a_filter_that_never_responds_leaves_all_dim(model: keras.Model, tiles: np.ndarray) -> None:
    dead = keras.models.clone_model(model)
    kernel, bias = dead.get_layer("conv").get_weights()
    dead.get_layer("conv").set_weights([kernel, bias - 1e6])
    found = excitation(dead, "conv", tiles, (0.0, 1.0))
    lit = found.highlighted(2, found.strongest(2, 2))
    np.testing.assert_allclose(lit, 0.22 * found.images[:2], atol=0.51)


def test_units_have_no_places_and_gray_images_three_channels(model: keras.Model) -> None:
    many = np.random.default_rng(0).random((40, 48, 48, 3)).astype("float32")
    found = excitation(model, "classes", many, (0.0, 1.0))
    assert found.maps.shape == (MOST_IMAGES, 1, 1, 4)
    gray = excitation(small_cnn(), "second", np.ones((2, 8, 8, 1)), (0.0, 1.0))
    assert gray.images.shape == (2, 8, 8, 3)
    assert gray.highlighted(0, np.array([1])).shape == (1, 8, 8, 3)
