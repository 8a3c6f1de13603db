"""Colors as in photographs, and full contrast."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from dlwidgets.vision import Regularizers, maximize_filters, photographs
from dlwidgets.vision.natural_colors import COLOR_CORRELATION, color_mixing, stretch_contrast


def test_the_colors_are_those_of_the_photographs() -> None:
    found = [np.corrcoef(p.pixels.reshape(-1, 3).T) for p in photographs().values()]
    np.testing.assert_allclose(np.array(COLOR_CORRELATION), np.mean(found, 0), atol=0.01)


def test_gray_images_have_no_colors_to_mix() -> None:
    np.testing.assert_array_equal(color_mixing(1, 1.0), [[1]])
    np.testing.assert_array_equal(color_mixing(3, 0.0), np.eye(3))


def test_each_image_runs_from_black_to_white() -> None:
    images = np.random.default_rng(0).normal(5, (0.1, 30), (16, 16, 1, 2)).T.reshape(2, 16, 16, 1)
    shown = stretch_contrast(images)
    for image, original in zip(shown, images, strict=True):
        assert (image.min(), image.max()) == (0, 255)
        assert abs(np.corrcoef(image.ravel(), original.ravel())[0, 1]) > 0.99
    assert (stretch_contrast(np.zeros((1, 4, 4, 3))) == 127).all()


def test_a_filter_of_one_color_is_shown_in_grays() -> None:
    layer = keras.layers.Conv2D(1, 3, use_bias=False, name="red")
    model = keras.Sequential([keras.Input((None, None, 3)), layer])
    kernel = np.zeros((3, 3, 3, 1))
    kernel[:, 0, 0], kernel[:, 2, 0] = -1, 1  # an edge, in red alone
    layer.set_weights([kernel])

    def saturation(color: float) -> float:
        rules = Regularizers(color=color)
        *_, last = maximize_filters(
            model, "red", steps=20, step_size=4.0, size=(16, 16), regularizers=rules
        )
        values = last.values - last.values.mean((1, 2), keepdims=True)
        return float(values.std(-1).mean() / values.std())

    assert saturation(1.0) < 0.4 * saturation(0.0)


@pytest.mark.parametrize("color", [-0.1, 1.5])
def test_a_share_is_from_0_to_1(color: float) -> None:
    with pytest.raises(ValueError, match="color"):
        Regularizers(color=color)
