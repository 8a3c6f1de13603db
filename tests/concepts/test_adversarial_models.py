"""Attacks on models of the user's are those of the page for the same network."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dlwidgets._tensorflow import load_keras
from dlwidgets.concepts import _adversarial as engine
from dlwidgets.concepts import _adversarial_models as models
from dlwidgets.concepts._digit_networks import keras_model, network
from dlwidgets.concepts._pictures import digits

X = digits()[5].ravel() / 255
SHAPE = (28, 28, 1)


def classifier(model: Any, value_range: tuple[float, float] = (0, 1)) -> models.Classifier:
    return models.Classifier(model, SHAPE, value_range)


def scaled(kernel: float, activation: str = "softmax", units: int = 10) -> Any:
    """The linear network with larger weights."""
    keras = load_keras()
    model = keras.Sequential([keras.Input(SHAPE), keras.layers.Flatten()])
    model.add(keras.layers.Dense(units, activation))
    weights = network("linear")[0]
    model.set_weights([weights.kernel[:, :units] * kernel, weights.biases[:units] * kernel])
    return model


@pytest.mark.parametrize(("target", "steps"), [(None, 0), (3, 0), (None, 4)])
def test_an_attack_is_that_of_the_page(target: int | None, steps: int) -> None:
    found = models.attack(classifier(keras_model("network")), X, target=target, steps=steps, seed=2)
    layers = network("network")
    for level, image in zip(found.levels, found.images, strict=True):
        wanted = engine.attacked(layers, X, level, label=5, target=target, steps=steps)
        assert np.mean(np.abs(image - wanted) > 1e-6) < 0.01
    smallest = engine.smallest(layers, X, label=5, target=target, steps=steps)
    assert smallest is not None
    assert found.flip is not None
    assert found.levels[found.flip - 1] < smallest <= found.levels[found.flip]
    assert found.label == 5
    page = engine.margin(layers, X, label=5, rival=found.rival, signs=found.signs, seed=2)
    np.testing.assert_allclose(
        [found.margin.clean, found.margin.norm, found.margin.slope, found.margin.noise],
        [page.clean, page.norm, page.slope, page.noise],
        rtol=1e-3,
        atol=1e-2,
    )
    assert found.rival in models.shown_classes(found)


def test_a_certain_model_has_a_gradient_and_so_has_one_of_logits() -> None:
    # With weights eight times as large, the probability of the label rounds to 1.
    signs = [
        models.attack(classifier(model), X, target=None, steps=0, seed=0).signs
        for model in (scaled(8), scaled(8, "linear"))
    ]
    assert np.abs(signs[0]).mean() > 0.7
    np.testing.assert_array_equal(*signs)


def test_a_single_sigmoid_has_two_classes() -> None:
    found = models.attack(classifier(scaled(1, "sigmoid", 1)), X, target=None, steps=0, seed=0)
    assert found.adversarial.shape == (16, 2)
    # The weights of its only unit.
    kernel = network("linear")[0].kernel[:, 0]
    along = 1 if found.label == 0 else -1
    np.testing.assert_array_equal(found.signs, along * np.sign(kernel))
    assert found.flip is not None


def test_a_single_logit_between_0_and_1_is_no_probability() -> None:
    layer = network("linear")[0]
    logit = float((X @ layer.kernel[:, :1] + layer.biases[:1])[0])
    found = models.attack(
        classifier(scaled(0.4 / logit, "linear", 1)), X, target=None, steps=0, seed=0
    )
    assert found.label == 1
    assert found.adversarial[0, 1] == pytest.approx(1 / (1 + np.exp(-0.4)), abs=1e-5)
    along = -np.sign(0.4 / logit) * np.sign(layer.kernel[:, 0])
    np.testing.assert_array_equal(found.signs, along)
    assert found.flip


def test_the_value_range_scales_what_the_model_gets() -> None:
    keras = load_keras()
    plain = scaled(1)
    inner = [keras.Input(SHAPE), keras.layers.Rescaling(1 / 255), *plain.layers]
    usual = models.attack(classifier(plain), X, target=None, steps=0, seed=0)
    bytes_ = models.attack(
        classifier(keras.Sequential(inner), (0, 255)), X, target=None, steps=0, seed=0
    )
    np.testing.assert_allclose(bytes_.adversarial, usual.adversarial, atol=1e-4)
    assert bytes_.margin.norm == pytest.approx(usual.margin.norm, rel=1e-3)


def test_images_come_in_many_shapes() -> None:
    raw = digits()[5]
    for image in (raw, raw[None, :, :, None], raw / 255, raw.ravel()):
        pixels, shape = models.checked_pixels(image, SHAPE, (0, 1))
        np.testing.assert_allclose(pixels, X, atol=1e-7)
        assert shape == SHAPE
    signed, _ = models.checked_pixels(raw / 127.5 - 1, SHAPE, (-1, 1))
    np.testing.assert_allclose(signed, X, atol=1e-7)


@pytest.mark.parametrize(
    "image",
    [
        np.zeros((4, 4, 2)),
        np.zeros(7),
        [[np.nan]],
        [["a"]],
        np.full((4, 4), 200.0),
        np.zeros((0, 3)),
    ],
)
def test_what_is_no_image_is_said(image: Any) -> None:
    with pytest.raises(ValueError, match=r"Expected `image` .*Received"):
        models.checked_pixels(image, SHAPE, (0, 1))


def test_what_is_no_classifier_is_said() -> None:
    keras = load_keras()
    with pytest.raises(TypeError, match="Expected a Keras model"):
        models.input_shape("model")
    with pytest.raises(ValueError, match="Expected a built Keras model"):
        models.input_shape(keras.Sequential([keras.layers.Dense(2)]))
    with pytest.raises(ValueError, match=r"fits the model's input \(28, 28, 1\)"):
        models.Classifier(scaled(1), (8, 8, 1), (0, 1))
    with pytest.raises(ValueError, match="Expected `target` from 0 to 9"):
        models.attack(classifier(scaled(1)), X, target=12, steps=0, seed=0)
    maps = keras.Sequential([keras.Input(SHAPE), keras.layers.Conv2D(1, 3)])
    with pytest.raises(ValueError, match="outputs of shape"):
        models.attack(classifier(maps), X, target=None, steps=0, seed=0)
