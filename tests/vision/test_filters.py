"""Gradient ascent against the book's procedure, one filter at a time, and against tf-keras-vis."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from scipy.ndimage import gaussian_filter

from dlwidgets.vision import (
    FilterLayer,
    Regularizers,
    maximize_filters,
    start_images,
)
from tests.helpers.filters import conv, last, net

layers = keras.layers


def book(
    model: Any, layer: Any, which: int, steps: int, size: tuple[int, int], step: float = 1.0
) -> np.ndarray:
    """Listings 5.32 to 5.38: one filter, the whole layer, one step after the other."""
    extractor = keras.Model(model.inputs, layer.output)
    x = tf.constant(start_images([which], size, model.inputs[0].shape[-1], 0))
    for _ in range(steps):
        with tf.GradientTape() as tape:
            tape.watch(x)
            loss = tf.reduce_mean(extractor(x, training=False)[..., which])
        slope = tape.gradient(loss, x)
        x += step * slope / (tf.sqrt(tf.reduce_mean(tf.square(slope))) + 1e-5)
    return np.asarray(x[0])


@pytest.mark.parametrize(
    "chosen",
    [
        lambda: conv(4, padding="same", activation="relu"),
        lambda: conv(4, activation="tanh", strides=2),
        lambda: conv(4, (2, 5), padding="same", strides=(2, 3), use_bias=False),
        lambda: conv(4, (3, 2), dilation_rate=2, activation="elu"),
        lambda: conv(4, 3, padding="same", dilation_rate=(1, 3)),
        lambda: conv(4, 1, activation="softmax"),
        lambda: conv(4, 3, groups=2),
        lambda: layers.SeparableConv2D(4, 3, dtype="float64"),
        lambda: layers.AveragePooling2D(2, dtype="float64"),
        lambda: layers.BatchNormalization(dtype="float64"),
        lambda: layers.GlobalAveragePooling2D(dtype="float64"),
    ],
    ids=[
        "same",
        "stride",
        "odd",
        "dilated",
        "far",
        "softmax",
        "groups",
        "separable",
        "pool",
        "norm",
        "mean",
    ],
)
def test_each_step_is_the_book_s(chosen: Any) -> None:
    layer = chosen()
    model = net(conv(4, activation="relu", padding="same"), layer, layers.ReLU(dtype="float64"))
    found = last(model, layer.name, [3, 1], steps=4, size=(12, 15))
    for at, which in enumerate((3, 1)):
        expected = book(model, layer, which, 4, (12, 15))
        np.testing.assert_allclose(found.values[at], expected, rtol=1e-8, err_msg=str(which))
    assert found.filters.tolist() == [3, 1]
    assert found.taken.tolist() == [4, 4]


def test_the_first_layer_and_a_dense_layer_behind_flatten() -> None:
    first, end = conv(3, activation="relu"), layers.Dense(5, dtype="float64")
    model = net(first, layers.Flatten(), end, side=6, channels=1)
    for layer in (first, end):
        found = last(model, layer.name, [2], steps=3, size=(6, 6))
        expected = book(model, layer, 2, 3, (6, 6))
        np.testing.assert_allclose(found.values[0], expected, rtol=1e-8)
    with pytest.raises(ValueError, match="needs images of 6×6 pixels"):
        maximize_filters(model, end.name)
    assert last(model, end.name, [0], steps=1, size=None).values.shape == (1, 6, 6, 1)


def test_before_a_softmax_the_score_is_raised() -> None:
    keras.utils.set_random_seed(0)
    end = layers.Dense(3, activation="softmax", dtype="float64")
    model = net(conv(3, activation="tanh"), layers.Flatten(), end, side=6)
    logits = keras.Sequential([*model.layers[:-1], layers.Dense(3, dtype="float64")])
    logits.build((None, 6, 6, 3))
    logits.layers[-1].set_weights(end.get_weights())
    found = last(model, end.name, [1], steps=3, size=None)
    expected = last(logits, logits.layers[-1].name, [1], steps=3, size=None)
    np.testing.assert_allclose(found.values, expected.values, rtol=1e-8)
    assert found.activations[0] == pytest.approx(expected.activations[0])


def test_a_filter_for_left_edges_gets_left_edges() -> None:
    model = net(conv(2, activation="relu"), channels=1)
    edge = np.zeros((3, 3, 1, 2))
    edge[:, 0, 0, 0], edge[:, 2, 0, 0] = -1, 1  # bright on the right
    edge[0, :, 0, 1], edge[2, :, 0, 1] = -1, 1  # bright below
    model.layers[0].set_weights([edge, np.zeros(2)])
    found = last(model, model.layers[0].name, steps=60, size=(32, 32))
    for at, axis in ((0, 1), (1, 0)):
        slopes = [np.abs(np.diff(found.values[at, ..., 0], axis=a)).mean() for a in (0, 1)]
        assert slopes[axis] > 2 * slopes[1 - axis]
        begin = model(start_images([at], (32, 32), 1, 0)).numpy()[..., at].mean()
        assert found.activations[at] > 3 * begin


def test_a_filter_s_picture_does_not_depend_on_company_or_pace() -> None:
    model = net(conv(8, activation="relu", padding="same"), conv(70, activation="relu"))
    name, rules = (
        model.layers[1].name,
        Regularizers(jitter=3, blur=0.6, l2=0.2, total_variation=0.1),
    )
    options: dict[str, Any] = {"steps": 9, "size": (10, 11), "regularizers": rules, "seed": 5}
    whole = last(model, name, every=9, **options)  # 70 are more than are worked on at once
    some = last(model, name, [69, 3], every=2, **options)
    np.testing.assert_allclose(some.values, whole.values[[69, 3]], rtol=1e-9)
    other = last(model, name, [69, 3], every=2, **{**options, "seed": 6})
    assert np.abs(other.values - some.values).max() > 1


def test_states_on_the_way() -> None:
    model = net(conv(70, activation="relu"))
    states = list(maximize_filters(model, model.layers[0].name, steps=7, every=3, size=(9, 9)))
    assert len(states) == 6  # three rounds in two parts
    assert [int(s.taken.max()) for s in states] == [3, 3, 6, 6, 7, 7]
    assert [int(s.taken.min()) for s in states] == [0, 3, 3, 6, 6, 7]
    assert states[0].share == pytest.approx(0.5 * 3 / 7)
    assert np.isnan(states[0].activations).sum() == 35
    assert states[0].images.shape == (70, 9, 9, 3)
    assert (states[0].values[0] != states[-1].values[0]).any()  # older ones stay


def test_dead_and_broken_filters_are_reported() -> None:
    layer = conv(4, activation="relu")
    model = net(layer)
    kernel, bias = layer.get_weights()
    bias[1] = -1e6
    kernel[..., 2] = np.nan
    kernel[..., 3] = 0
    layer.set_weights([kernel, bias])
    found = last(model, layer.name, steps=3, size=(9, 9))
    assert found.dead.tolist() == [False, True, False, True]
    assert found.broken.tolist() == [False, False, True, False]
    begin = start_images(range(4), (9, 9), 3, 0)
    np.testing.assert_array_equal(found.values[1:], begin[1:])
    assert (found.values[0] != begin[0]).any()
    assert np.isnan(found.activations[2])
    assert found.activations[1] == 0


def test_before_the_activation_a_relu_stops_nothing() -> None:
    layer, plain = conv(4, activation="relu"), conv(4)
    model, linear = net(layer), net(plain)
    kernel, bias = layer.get_weights()
    layer.set_weights([kernel, bias - 1e6])
    plain.set_weights([kernel, bias - 1e6])
    found = last(model, layer.name, steps=3, size=(9, 9), before_activation=True)
    expected = last(linear, plain.name, steps=3, size=(9, 9))
    np.testing.assert_allclose(found.values, expected.values, rtol=1e-9)
    assert not found.dead.any()
    assert FilterLayer(model, layer.name).activation
    assert not FilterLayer(linear, plain.name).activation


def test_a_value_range_moves_the_pixels_not_the_pictures() -> None:
    model = net(conv(3, activation="relu", padding="same"))
    wide = last(model, model.layers[0].name, steps=5, size=(9, 9), epsilon=1e-12)
    kernel, bias = model.layers[0].get_weights()
    model.layers[0].set_weights([kernel * 255, bias])
    narrow = last(
        model, model.layers[0].name, steps=5, size=(9, 9), epsilon=1e-12, value_range=(0, 1)
    )
    np.testing.assert_allclose(narrow.values, wide.values, rtol=1e-8)


# -- regularizers --------------------------------------------------------------------------------


def dead_net() -> Any:
    """No gradient at all: what moves the pictures are the regularizers."""
    layer = conv(2, activation="relu", name="dead")
    model = net(layer)
    layer.set_weights([layer.get_weights()[0], np.full(2, -1e9)])
    return model


def test_penalties_are_the_slopes_of_what_they_are_said_to_be() -> None:
    def penalty(pictures: np.ndarray, l2: float, variation: float) -> float:
        z = pictures / 127.5 - 1
        squares = (np.diff(z, axis=1) ** 2).sum() + (np.diff(z, axis=2) ** 2).sum()
        return float(l2 / 2 * (z**2).sum() + variation / 2 * squares)

    begin = start_images([0], (5, 6), 3, 0)
    rules = Regularizers(l2=0.7, total_variation=1.3)
    moved = last(dead_net(), "dead", [0], steps=1, size=(5, 6), regularizers=rules).values - begin
    rng, small = np.random.default_rng(0), 1e-3
    for _ in range(10):
        at = (0, *(int(rng.integers(side)) for side in (5, 6, 3)))
        ahead, behind = begin.copy(), begin.copy()
        ahead[at] += small
        behind[at] -= small
        slope = (penalty(ahead, 0.7, 1.3) - penalty(behind, 0.7, 1.3)) / (2 * small)
        # z is the picture over 127.5: the slope with respect to z is 127.5 times that.
        assert moved[at] == pytest.approx(-slope * 127.5, rel=1e-5)


def test_the_blur_is_a_gaussian_after_every_fourth_step() -> None:
    begin = start_images([0, 1], (20, 17), 3, 0)
    rules = Regularizers(blur=1.5)
    three = last(dead_net(), "dead", steps=3, size=(20, 17), regularizers=rules)
    np.testing.assert_array_equal(three.values, begin)
    eight = last(dead_net(), "dead", steps=8, size=(20, 17), every=3, regularizers=rules)
    for _ in range(2):
        begin = gaussian_filter(begin, (0, 1.5, 1.5, 0), mode="reflect", truncate=5 / 1.5)
    np.testing.assert_allclose(eight.values, begin, rtol=1e-9)


def test_regularizers_make_smoother_pictures() -> None:
    model = net(conv(6, activation="relu", padding="same"), conv(6, activation="relu"))

    def roughness(rules: Regularizers) -> float:
        pictures = last(
            model, model.layers[1].name, steps=20, size=(24, 24), regularizers=rules
        ).values
        off = pictures - pictures.mean((1, 2), keepdims=True)
        return float(np.abs(np.diff(off, axis=1)).mean() / off.std())

    plain = roughness(Regularizers())
    assert roughness(Regularizers(blur=1.0)) < 0.8 * plain
    assert roughness(Regularizers(total_variation=4.0)) < 0.95 * plain


# -- tf-keras-vis --------------------------------------------------------------------------------


def test_tf_keras_vis_makes_the_same_pictures() -> None:
    vis = pytest.importorskip(
        "tf_keras_vis.activation_maximization", reason="tf-keras-vis is not installed"
    )
    from tf_keras_vis.utils.model_modifiers import ExtractIntermediateLayer
    from tf_keras_vis.utils.scores import CategoricalScore

    keras.utils.set_random_seed(4)
    inputs = keras.Input((20, 20, 3))
    x = layers.Conv2D(6, 3, padding="same", activation="relu")(inputs)
    x = layers.Conv2D(8, 3, padding="same", activation="relu", name="chosen")(
        layers.MaxPooling2D()(x)
    )
    model = keras.Model(inputs, layers.Flatten()(x))

    def normalized(slope: Any) -> Any:
        return slope / (tf.sqrt(tf.reduce_mean(tf.square(slope), (1, 2, 3), keepdims=True)) + 1e-5)

    chosen = [0, 3, 7]
    theirs = vis.ActivationMaximization(
        model, ExtractIntermediateLayer(index_or_name="chosen"), clone=True
    )(
        CategoricalScore(chosen),
        seed_input=start_images(chosen, (20, 20), 3, 0).astype("float32"),
        input_range=(None, None),
        input_modifiers=[],
        regularizers=[],
        steps=8,
        optimizer=keras.optimizers.SGD(1.0),
        gradient_modifier=normalized,
    )
    ours = last(model, "chosen", chosen, steps=8, size=(20, 20)).values
    np.testing.assert_allclose(ours, np.asarray(theirs), atol=0.05)
    assert np.abs(ours - start_images(chosen, (20, 20), 3, 0)).max() > 5
