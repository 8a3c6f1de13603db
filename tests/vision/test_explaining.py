"""Heat maps and hidden vectors of models that change, or that have more than one tower."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import layers

from dlwidgets.inspect import hidden_vectors
from dlwidgets.vision import grad_cam, saliency


def with_pixel(row: int, column: int) -> np.ndarray:
    image = np.zeros((1, 8, 8, 1), "f4")
    image[0, row, column] = 1
    return image


def two_towers() -> Any:
    one = keras.Input((8, 8, 1))
    spread = layers.Conv2D(
        1, 3, padding="same", kernel_initializer="ones", activation="relu", name="c"
    )
    tower = keras.Model(one, spread(one), name="tower")
    left, right = keras.Input((8, 8, 1)), keras.Input((8, 8, 1))
    pooled = [layers.GlobalAveragePooling2D()(tower(side)) for side in (left, right)]
    out = layers.Dense(2, kernel_initializer="ones")(layers.Concatenate()(pooled))
    return keras.Model([left, right], out)


def test_each_input_is_explained_by_its_own_use_of_a_shared_tower() -> None:
    pictures = [with_pixel(1, 1), with_pixel(6, 6)]
    for index, place in enumerate([(1, 1), (6, 6)]):
        found = grad_cam(two_towers(), pictures, 0, input_index=index).maps[0]
        lit = np.argwhere(found > 0.5 * found.max())
        assert np.abs(lit - place).max() <= 2, index


def grown() -> Any:
    model = keras.Sequential()
    model.add(keras.Input((8, 8, 1)))
    model.add(layers.Conv2D(2, 3))
    model.add(layers.Flatten())
    model.add(layers.Dense(6, name="hidden"))
    model.add(layers.Dense(3, "softmax"))
    return model


def test_hidden_vectors_of_a_model_that_was_built_layer_by_layer() -> None:
    model, x = grown(), with_pixel(2, 3)
    vectors, output, name = hidden_vectors(model, x)
    assert name == "hidden"
    expected = keras.Sequential(model.layers[:-1])(x)
    np.testing.assert_allclose(vectors, expected, atol=1e-5)
    np.testing.assert_allclose(output, model(x), atol=1e-5)


def test_a_layer_that_is_frozen_between_two_maps() -> None:
    model, x = grown(), with_pixel(2, 3)
    before = saliency(model, x, 1).maps
    model.layers[-1].trainable = False
    np.testing.assert_allclose(saliency(model, x, 1).maps, before, atol=1e-6)
    assert np.isfinite(grad_cam(model, x, 1).maps).all()


def test_a_model_with_another_last_layer_is_another_model() -> None:
    model, x = grown(), with_pixel(2, 3)
    assert saliency(model, x).outputs.shape == (1, 3)
    assert hidden_vectors(model, x)[1].shape == (1, 3)
    model.pop()
    model.add(layers.Dense(5, "softmax"))
    np.testing.assert_allclose(saliency(model, x).outputs, model(x), atol=1e-5)
    assert hidden_vectors(model, x)[1].shape == (1, 5)
