"""Weights as pictures."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from dlwidgets.inspect import graph, kernel_images
from dlwidgets.inspect.kernels import image_before

L = keras.layers


def built(layer: Any, *shape: int | None) -> Any:
    layer(keras.KerasTensor((None, *shape)))
    return layer


def test_filters_that_look_at_colours_are_colours() -> None:
    layer = built(L.Conv2D(5, (2, 3)), 8, 8, 3)
    kernel = layer.get_weights()[0]
    found = kernel_images(layer)
    assert found is not None
    assert found.colored
    assert found.images.shape == (5, 2, 3, 3)
    assert found.limit == pytest.approx(np.abs(kernel).max())
    np.testing.assert_allclose(
        (found.images - 0.5) * 2 * found.limit, np.moveaxis(kernel, -1, 0), atol=1e-6
    )


def test_other_filters_are_shown_by_input_channel() -> None:
    layer = built(L.Conv2D(70, 3), 8, 8, 6)
    kernel = layer.get_weights()[0]
    found = kernel_images(layer, channel=4)
    assert found is not None
    assert (found.channels, found.channel, found.colored) == (6, 4, False)
    np.testing.assert_array_equal(found.images[7], kernel[:, :, 4, 7])
    assert len(found.images) == len(found.labels) == 64
    assert found.caption.startswith("The first 64 of 70 filters. Weights for input channel 4")
    assert kernel_images(layer, channel=99).channel == 5  # type: ignore[union-attr]


def unlike(*shape: int) -> np.ndarray:
    """A kernel in which each weight tells its place."""
    return np.arange(1, 1 + np.prod(shape), dtype="float32").reshape(shape)


def test_transposed_kernels_have_their_axes_the_right_way() -> None:
    layer = built(L.Conv2DTranspose(5, 2), 8, 8, 4)
    layer.set_weights([unlike(2, 2, 5, 4), np.zeros(5)])
    found = kernel_images(layer, channel=3)
    assert found is not None
    assert (len(found.images), found.channels) == (5, 4)
    # What a pixel of input channel 3 alone makes in output channel 2.
    alone = np.zeros((1, 1, 1, 4))
    alone[..., 3] = 1
    made = layer(alone)
    np.testing.assert_array_equal(found.images[2], np.asarray(made)[0, :, :, 2])
    to_colors = built(L.Conv2DTranspose(3, 2), 8, 8, 4)  # it makes colors, and sees none
    assert (kernel_images(to_colors).channels, kernel_images(to_colors).colored) == (4, False)  # type: ignore[union-attr]


@pytest.mark.parametrize("separable", [False, True])
@pytest.mark.parametrize("channels", [3, 4])
def test_depthwise_kernels_are_in_the_order_of_their_channels(
    separable: bool, channels: int
) -> None:
    layer: Any = (
        L.SeparableConv2D(7, 3, depth_multiplier=2)
        if separable
        else (L.DepthwiseConv2D(3, depth_multiplier=2))
    )
    built(layer, 8, 8, channels)
    layer.set_weights([unlike(*w.shape) for w in layer.get_weights()])
    found = kernel_images(layer)
    assert found is not None
    assert (found.images.shape, found.channels) == ((2 * channels, 3, 3), 1)
    deep = L.DepthwiseConv2D(3, depth_multiplier=2, use_bias=False, padding="same")
    built(deep, 5, 5, channels).set_weights([unlike(3, 3, channels, 2)])
    dot = np.zeros((1, 5, 5, channels))
    dot[0, 2, 2] = 1  # each channel of the answer is its kernel, turned round
    answer = np.asarray(deep(dot))[0, 1:4, 1:4]
    for i in range(2 * channels):
        np.testing.assert_array_equal(found.images[i], answer[::-1, ::-1, i])


def test_groups_of_three_channels_are_no_colours() -> None:
    layer = built(L.Conv2D(4, 2, groups=2), 8, 8, 6)
    found = kernel_images(layer, channel=2)
    assert found is not None
    assert (found.colored, found.channels, found.channel) == (False, 3, 2)
    np.testing.assert_array_equal(found.images[3], layer.get_weights()[0][:, :, 2, 3])
    assert found.caption.endswith("2 of 3. Each filter belongs to one of 2 groups of channels.")


@pytest.mark.parametrize(
    ("layer", "shape", "pictures"),
    [
        (L.Dense(4), (6,), (1, 6, 4)),
        (L.Dense(300), (500,), (1, 256, 256)),
        (L.Conv2D(4, 1), (8, 8, 6), (1, 6, 4)),
        (L.Conv1D(4, 3), (9, 6), (4, 6, 3)),
        (L.Embedding(1000, 8), (9,), (1, 256, 8)),
        (L.LSTM(4), (9, 6), (1, 10, 16)),
        (L.SeparableConv2D(4, 3), (8, 8, 6), (6, 3, 3)),
    ],
)
def test_matrices_are_one_picture(layer: Any, shape: Any, pictures: Any) -> None:
    found = kernel_images(built(layer, *shape))
    assert found is not None
    assert found.images.shape == pictures
    assert ("The first 256" in found.caption) == (256 in pictures)


@pytest.mark.parametrize("layer", [L.BatchNormalization(), L.Flatten(), L.Dropout(0.1)])
def test_without_a_matrix_there_is_no_picture(layer: Any) -> None:
    assert kernel_images(built(layer, 8, 8, 3)) is None


def test_weights_that_are_zero_or_nan_do_no_harm() -> None:
    layer = built(L.Conv2D(2, 3), 8, 8, 3)
    for value in (0.0, np.nan):
        layer.set_weights([np.full(w.shape, value) for w in layer.get_weights()])
        found = kernel_images(layer)
        assert found is not None
        assert (found.images == 0.5).all()
        assert found.limit == 1


def test_units_that_see_every_pixel_are_shown_as_images() -> None:
    layers = [
        L.Flatten(name="flat"),
        L.Dropout(0.1),
        L.Dense(5, name="first"),
        L.Dense(2, name="top"),
    ]
    model = keras.Sequential([keras.Input((8, 6, 2)), *layers])
    wiring = graph(model)
    assert image_before(wiring, "first") == (8, 6, 2)
    assert image_before(wiring, "top") is None
    found = kernel_images(model.get_layer("first"), 1, (8, 6, 2))
    assert found is not None
    assert (found.images.shape, found.channels, found.channel) == ((5, 8, 6), 2, 1)
    kernel = model.get_layer("first").get_weights()[0]
    assert found.images[3, 4, 5] == kernel[(4 * 6 + 5) * 2 + 1, 3]
    assert found.caption.startswith("5 units")
    other = kernel_images(model.get_layer("top"), 0, (8, 6, 2))
    assert other is not None
    assert other.images.shape == (1, 5, 2)


def test_images_without_channels_count_and_small_maps_do_not() -> None:
    for shape, expected in (((28, 28), (28, 28, 1)), ((2, 2, 64), None), ((9,), None)):
        model = keras.Sequential([keras.Input(shape), L.Flatten(), L.Dense(3, name="dense")])
        assert image_before(graph(model), "dense") == expected
