"""Explainers: probabilities, and models that change or have more than one tower."""

from __future__ import annotations

import weakref
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from dlwidgets.inspect import hidden_vectors
from dlwidgets.vision import grad_cam, saliency
from dlwidgets.vision.channel_axis import with_channel_axis
from dlwidgets.vision.explainer import explainer_of
from tests.helpers.waiting import until_collected


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


@pytest.mark.parametrize("end", ["linear", "softmax", "sigmoid", "relu"])
def test_answers_as_probabilities(end: str) -> None:
    model = keras.Sequential([keras.Input((3,)), layers.Dense(3, activation=end)])
    model.set_weights([np.eye(3), np.zeros(3)])
    for x in (np.float32([[0.1, 0.7, 0.2]]), np.float32([[4.0, 1.0, 0.5]])):
        powers = np.exp(x)
        wanted = {"sigmoid": 1 / (1 + np.exp(-x)), "relu": x}.get(end, powers / powers.sum())
        if end == "relu" and x.max() > 1:  # no probabilities, to judge by their values
            wanted = powers / powers.sum()
        np.testing.assert_allclose(explainer_of(model).probabilities(x), wanted, rtol=1e-5)
        if end != "relu":  # which makes 0 of what is no number
            assert np.isnan(explainer_of(broken(model)).probabilities(x)).all()


def test_probabilities_that_rounding_has_moved_stay_as_they_are() -> None:
    # An end that says nothing, so that the values have to.
    model = keras.Sequential([keras.Input((3,)), layers.Rescaling(1.0)])
    for values in ([1.0000001, 0, 0], [1.0005, 0, -0.0005]):
        x = np.float32([values])
        np.testing.assert_array_equal(explainer_of(model).probabilities(x), x)
    assert explainer_of(model).probabilities(np.float32([[1.01, 0, 0]])).max() < 0.6


def broken(model: Any) -> Any:
    """The same network with weights that are not numbers."""
    copy = keras.models.clone_model(model)
    copy.set_weights([np.full_like(w, np.nan) for w in model.get_weights()])
    return copy


def test_an_explainer_is_made_once_per_model_input_and_output() -> None:
    model = two_towers()
    first = explainer_of(model)
    assert explainer_of(model, input_index=0) is first
    assert explainer_of(model, input_index=1) is not first
    others = explainer_of(model, input_index=1).layers
    assert {*first.layers, *others} == {"tower/c", "tower:2/c"}
    assert [first.layer()] == first.layers != others


def test_a_model_without_a_channel_axis_is_explained_as_one_of_images() -> None:
    model = keras.Sequential([keras.Input((8, 8)), layers.Flatten(), layers.Dense(3, "softmax")])
    x = with_pixel(2, 3)
    wide = with_channel_axis(model)
    assert wide is with_channel_axis(model)
    assert with_channel_axis(wide) is wide
    assert (explainer_of(model).kind, explainer_of(wide).kind) == ("series", "image")
    np.testing.assert_allclose(
        saliency(wide, x, 1).maps, np.abs(saliency(model, x[..., 0], 1).attributions), atol=1e-6
    )
    model.layers[-1].set_weights([w * 2 for w in model.layers[-1].get_weights()])
    np.testing.assert_allclose(explainer_of(wide).probabilities(x), model(x[..., 0]), atol=1e-5)
    gone = weakref.ref(model)
    del model, wide
    until_collected(gone)
