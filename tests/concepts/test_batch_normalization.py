"""The cases that the page is tested with, and Keras's layer in a model that Keras trains."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dlwidgets._tensorflow import load_keras
from dlwidgets.concepts import _batch_normalization as engine
from dlwidgets.concepts._fields import read_state
from dlwidgets.concepts._random import batches

CASES = json.loads((Path(__file__).parent / "cases" / "batch-normalization.json").read_text())


def _model(values: dict[str, Any], *, normal: bool) -> Any:
    """The network of a state as Keras builds it, with the same first weights."""
    keras = load_keras()
    layers, stack = keras.layers, [keras.Input((2,), dtype="float64")]
    norms, first = [], engine.layers_of(values)
    dense = [layers.Dense(len(one.bias), dtype="float64") for one in first]
    for layer in dense[:-1]:
        stack.append(layer)
        if normal:
            norm = layers.BatchNormalization(
                momentum=values["momentum"], epsilon=values["epsilon"], dtype="float64"
            )
            norms.append(norm)
            stack.append(norm)
        stack.append(layers.Activation(values["activation"], dtype="float64"))
    model = keras.Sequential([*stack, dense[-1]])
    for layer, one in zip(dense, first, strict=True):
        layer.set_weights([one.kernel, one.bias])
    loss = keras.losses.BinaryCrossentropy(from_logits=True, dtype="float64")
    model.compile(keras.optimizers.SGD(float(values["learning_rate"])), loss, run_eagerly=True)
    return model, dense, norms


@pytest.mark.parametrize("case", CASES["trainings"], ids=lambda case: case["state"] or "default")
def test_training_is_that_of_keras(case: dict[str, Any]) -> None:
    values = read_state(case["state"], engine.FIELDS)
    x, y = engine.points_of(values)
    size, steps = values["batch_size"], case["steps"]
    (plain, plain_dense, _), (normal, dense, norms) = (
        _model(values, normal=False),
        _model(values, normal=True),
    )
    for chosen in batches(len(x), size, steps, values["seed"] + 500):
        plain.train_on_batch(x[chosen], y[chosen])
        normal.train_on_batch(x[chosen], y[chosen])
    loss = normal.loss
    gamma, beta, mean, variance = (np.asarray(one) for one in norms[0].weights)
    for name, found in (
        ("gamma", gamma),
        ("beta", beta),
        ("moving_mean", mean),
        ("moving_variance", variance),
        ("kernel", dense[0].kernel),
        ("plain", plain_dense[-1].kernel),
    ):
        np.testing.assert_allclose(np.ravel(found), case[name], rtol=2e-5, atol=1e-6)
    without, batch, moving = case["losses"]
    assert without == pytest.approx(float(loss(y, plain(x))), rel=1e-5)
    assert moving == pytest.approx(float(loss(y, normal(x, training=False))), rel=1e-5)
    parts = [np.asarray(normal(x[at : at + size], training=True)) for at in range(0, len(x), size)]
    assert batch == pytest.approx(float(loss(y, np.concatenate(parts))), rel=1e-5)


def test_the_engine_has_the_numbers_of_the_page() -> None:
    for case in CASES["trainings"]:
        values = read_state(case["state"], engine.FIELDS)
        network = engine.Network(values, batch_normalization=True)
        network.train(case["steps"])
        np.testing.assert_allclose(network.layers[0].moving_mean, case["moving_mean"], rtol=1e-7)


def test_one_layer_is_that_of_keras_and_has_its_parameters() -> None:
    keras = load_keras()
    x = np.random.default_rng(0).normal(3, 2, (10, 5))
    layer = keras.layers.BatchNormalization(momentum=0.8, epsilon=0.01, dtype="float64")
    out = np.asarray(layer(x, training=True))
    mine = engine.normalized(x, x.mean(axis=0), x.var(axis=0), epsilon=0.01)
    np.testing.assert_allclose(mine, out, rtol=1e-6)
    mean = engine.moved(np.zeros(5), x.mean(axis=0), 0.8)
    variance = engine.moved(np.ones(5), x.var(axis=0), 0.8)
    np.testing.assert_allclose(layer.moving_mean, mean, rtol=1e-6)
    np.testing.assert_allclose(layer.moving_variance, variance, rtol=1e-6)
    at_test = engine.normalized(x, mean, variance, epsilon=0.01)
    np.testing.assert_allclose(layer(x, training=False), at_test, rtol=1e-6)
    count = engine.parameters(5)
    assert layer.count_params() == count["all"]
    assert sum(np.size(one) for one in layer.trainable_weights) == count["trainable"]
    assert sum(np.size(one) for one in layer.non_trainable_weights) == count["not_trainable"]


def test_a_batch_of_one_gives_beta() -> None:
    x = np.array([[7.0, -3]])
    found = engine.normalized(x, x.mean(axis=0), x.var(axis=0), gamma=2, beta=0.5)
    np.testing.assert_array_equal(found, [[0.5, 0.5]])


@pytest.mark.parametrize(
    ("shape", "wanted"),
    [((5,), (5, 1)), ((7, 3), (7, 3)), ((2, 4, 4, 3), (32, 3)), ((900, 40), (256, 16))],
)
def test_batches_become_rows_of_units(shape: tuple[int, ...], wanted: tuple[int, int]) -> None:
    assert engine.checked_batch(np.zeros(shape, np.uint8)).shape == wanted


@pytest.mark.parametrize("x", [[], 3, ["a"], [np.nan, 1], [1e9], [1j]])
def test_what_is_no_batch_is_said(x: Any) -> None:
    with pytest.raises(ValueError, match=r"Expected `x` to .*Received"):
        engine.checked_batch(x)
