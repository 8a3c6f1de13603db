"""The cases that the page is tested with, computed anew with TensorFlow and with differences."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from dlwidgets.concepts import _backpropagation as engine
from dlwidgets.concepts._fields import read_state

CASES = json.loads((Path(__file__).parent / "cases" / "backpropagation.json").read_text())["passes"]
RIGHT = [case for case in CASES if "mistake" not in case["state"]]


def values_of(case: dict[str, Any]) -> dict[str, Any]:
    values = read_state(case["state"], engine.FIELDS)
    engine.check(values)
    return values


def flat(parts: list[Any]) -> np.ndarray:
    return np.concatenate([np.ravel(part) for pair in parts for part in pair])


def first_pass(values: dict[str, Any], network: engine.Network | None = None) -> engine.Pass:
    x, y = engine.samples_of(values)
    return engine.run(
        network or engine.network_of(values),
        x[0],
        y[0],
        values["loss"],
        l2=values["l2"],
        mistake=values["mistake"],
        learning_rate=values["learning_rate"],
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["state"] or "default")
def test_a_pass_is_that_of_the_reference(case: dict[str, Any]) -> None:
    values = values_of(case)
    network, found = engine.network_of(values), first_pass(values)
    np.testing.assert_allclose(
        flat([(layer.weights, layer.biases) for layer in network]), case["weights"]
    )
    for name in ("z", "a", "deltas"):
        for ours, theirs in zip(getattr(found, name), case[name], strict=True):
            np.testing.assert_allclose(ours, theirs, atol=1e-9)
    assert found.loss == pytest.approx(case["loss"], abs=1e-9)
    np.testing.assert_allclose(flat(found.gradients), case["gradients"], atol=1e-9)
    after = engine.train(values, 20)[-1]
    np.testing.assert_allclose(
        flat([(layer.weights, layer.biases) for layer in after]), case["after"], atol=1e-8
    )


def tensorflow_loss(values: dict[str, Any], y: Any, model: keras.Sequential, out: Any) -> Any:
    """The loss with Keras's own functions; what Keras doesn't have is half or double of that."""
    outputs = values["layers"][-1]
    softmax = values["activations"][-1:] == ("softmax",)
    kernels = [layer.kernel for layer in model.layers]
    penalty = values["l2"] / 2 * sum(tf.reduce_sum(kernel**2) for kernel in kernels)
    if values["loss"] == "squared":
        return outputs / 2 * keras.losses.mean_squared_error(y, out)[0] + penalty
    if values["loss"] == "mse":
        return keras.losses.mean_squared_error(y, out)[0] + penalty
    if softmax:
        return keras.losses.categorical_crossentropy(y, out)[0] + penalty
    factor = outputs if values["loss"] == "crossentropy" else 1
    return factor * keras.losses.binary_crossentropy(y, out)[0] + penalty


@pytest.mark.parametrize("case", RIGHT, ids=lambda case: case["state"] or "default")
def test_loss_and_gradients_are_those_of_tensorflow(case: dict[str, Any]) -> None:
    values = values_of(case)
    network, (x, y) = engine.network_of(values), engine.samples_of(values)
    model = keras.Sequential([keras.Input(x.shape[1:])])
    for layer in network:
        model.add(keras.layers.Dense(len(layer.biases), layer.activation, dtype="float64"))
    model.set_weights([part for layer in network for part in (layer.weights, layer.biases)])
    with tf.GradientTape() as tape:
        loss = tensorflow_loss(values, y[:1], model, model(tf.constant(x[:1])))
    gradients = tape.gradient(loss, [weight.value for weight in model.trainable_variables])
    # Keras adds 1e-7 to what it takes the logarithm of.
    assert case["loss"] == pytest.approx(float(loss), abs=1e-6)
    ours = np.concatenate([np.ravel(gradient) for gradient in gradients])
    np.testing.assert_allclose(case["gradients"], ours, atol=1e-6)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["state"] or "default")
def test_differences_give_the_same_gradients_unless_there_is_a_mistake(
    case: dict[str, Any],
) -> None:
    values, epsilon = values_of(case), 1e-5
    network = engine.network_of(values)
    found = []
    for index, layer in enumerate(network):
        for part in (layer.weights, layer.biases):
            for place in np.ndindex(part.shape):
                losses = []
                for sign in (1, -1):
                    moved = part.copy()
                    moved[place] += sign * epsilon
                    kernel, biases = (
                        moved if part is one else one for one in (layer.weights, layer.biases)
                    )
                    changed = engine.Layer(kernel, biases, layer.activation)
                    other = (*network[:index], changed, *network[index + 1 :])
                    losses.append(first_pass(values, other).loss)
                found.append((losses[0] - losses[1]) / (2 * epsilon))
    agrees = np.allclose(case["gradients"], found, atol=1e-7)
    assert agrees is (values["mistake"] == "none")


def test_equal_weights_stay_equal() -> None:
    values = read_state("weights=0.5,0.5,0.5,0.5,0,0,0.5,0.5,0.5,0.5,0,0", engine.FIELDS)
    last = engine.train(values)[-1]
    np.testing.assert_allclose(last[0].weights[:, 0], last[0].weights[:, 1])


def test_training_ends_where_weights_grow_beyond_all_bounds() -> None:
    values = read_state("layers=2,2;activations=linear;learning_rate=10", engine.FIELDS)
    assert 2 < len(engine.train(values)) < 30
