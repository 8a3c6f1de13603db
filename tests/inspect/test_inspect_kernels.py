"""Weights as pictures."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from dlwidgets.inspect import graph, kernel_pictures
from dlwidgets.inspect.kernels import image_before

L = keras.layers


def built(layer: Any, *shape: int | None) -> Any:
    layer(keras.KerasTensor((None, *shape)))
    return layer


def test_filters_that_look_at_colours_are_colours() -> None:
    layer = built(L.Conv2D(5, (2, 3)), 8, 8, 3)
    kernel = layer.get_weights()[0]
    found = kernel_pictures(layer)
    assert found is not None
    assert found.colored
    assert found.pictures.shape == (5, 2, 3, 3)
    assert found.limit == pytest.approx(np.abs(kernel).max())
    np.testing.assert_allclose(
        (found.pictures - 0.5) * 2 * found.limit, np.moveaxis(kernel, -1, 0), atol=1e-6
    )


def test_other_filters_are_shown_by_input_channel() -> None:
    layer = built(L.Conv2D(70, 3), 8, 8, 6)
    kernel = layer.get_weights()[0]
    found = kernel_pictures(layer, channel=4)
    assert found is not None
    assert (found.channels, found.channel, found.colored) == (6, 4, False)
    np.testing.assert_array_equal(found.pictures[7], kernel[:, :, 4, 7])
    assert len(found.pictures) == len(found.labels) == 64
    assert found.caption.startswith("the first 64 of 70 filters, their weights for input channel 4")
    assert kernel_pictures(layer, channel=99).channel == 5  # type: ignore[union-attr]


def test_transposed_and_depthwise_kernels_have_their_axes_the_right_way() -> None:
    layer = built(L.Conv2DTranspose(5, 2), 8, 8, 4)
    found = kernel_pictures(layer, channel=3)
    assert found is not None
    np.testing.assert_array_equal(found.pictures[2], layer.get_weights()[0][:, :, 2, 3])
    layer = built(L.DepthwiseConv2D(3, depth_multiplier=2), 8, 8, 4)
    found = kernel_pictures(layer)
    assert found is not None
    assert (found.pictures.shape, found.channels) == ((8, 3, 3), 1)
    np.testing.assert_array_equal(found.pictures[3], layer.get_weights()[0][:, :, 1, 1])


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
    found = kernel_pictures(built(layer, *shape))
    assert found is not None
    assert found.pictures.shape == pictures
    assert ("the first 256" in found.caption) == (256 in pictures)


@pytest.mark.parametrize("layer", [L.BatchNormalization(), L.Flatten(), L.Dropout(0.1)])
def test_without_a_matrix_there_is_no_picture(layer: Any) -> None:
    assert kernel_pictures(built(layer, 8, 8, 3)) is None


def test_weights_that_are_zero_or_nan_do_no_harm() -> None:
    layer = built(L.Conv2D(2, 3), 8, 8, 3)
    for value in (0.0, np.nan):
        layer.set_weights([np.full(w.shape, value) for w in layer.get_weights()])
        found = kernel_pictures(layer)
        assert found is not None
        assert (found.pictures == 0.5).all()
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
    found = kernel_pictures(model.get_layer("first"), 1, (8, 6, 2))
    assert found is not None
    assert (found.pictures.shape, found.channels, found.channel) == ((5, 8, 6), 2, 1)
    kernel = model.get_layer("first").get_weights()[0]
    assert found.pictures[3, 4, 5] == kernel[(4 * 6 + 5) * 2 + 1, 3]
    assert found.caption.startswith("5 units")
    other = kernel_pictures(model.get_layer("top"), 0, (8, 6, 2))
    assert other is not None
    assert other.pictures.shape == (1, 5, 2)


def test_images_without_channels_count_and_small_maps_do_not() -> None:
    for shape, expected in (((28, 28), (28, 28, 1)), ((2, 2, 64), None), ((9,), None)):
        model = keras.Sequential([keras.Input(shape), L.Flatten(), L.Dense(3, name="dense")])
        assert image_before(graph(model), "dense") == expected
