"""Small networks of the user's."""

from __future__ import annotations

import re
from typing import Any

import keras
import numpy as np
import pytest

from dlwidgets.concepts._networks import checked_network, checked_samples


def dense(*layers: keras.layers.Layer, inputs: int = 2) -> keras.Sequential:
    return keras.Sequential([keras.Input((inputs,)), *layers])


def test_units_and_arrays_become_layers_and_weights() -> None:
    assert checked_network([2, 3, 1]) == {"layers": [2, 3, 1]}
    kernel, biases = np.array([[1, 2, 3], [4, 5, 6.5]]), np.array([7, 8, 9])
    found = checked_network([kernel, biases, np.ones((3, 1))])
    assert found["layers"] == [2, 3, 1]
    assert found["weights"] == [1, 2, 3, 4, 5, 6.5, 7, 8, 9, 1, 1, 1, 0]


def test_a_keras_model_gives_weights_activations_loss_and_rate() -> None:
    model = dense(
        keras.layers.Dense(3, "relu"), keras.layers.Dense(2), keras.layers.Activation("softmax")
    )
    model.compile(keras.optimizers.SGD(0.25), "categorical_crossentropy")
    found = checked_network(model)
    assert found["layers"] == [2, 3, 2]
    assert found["activations"] == ["relu", "softmax"]
    assert (found["loss"], found["learning_rate"]) == ("crossentropy", 0.25)
    np.testing.assert_allclose(found["weights"][:6], model.layers[0].kernel.numpy().ravel())


def test_logits_of_a_keras_model_get_their_activation() -> None:
    model = dense(keras.layers.Dense(1))
    model.compile("adam", keras.losses.BinaryCrossentropy(from_logits=True))
    found = checked_network(model)
    assert (found["activations"], found["loss"]) == (["sigmoid"], "binary_crossentropy")
    assert "learning_rate" not in found


@pytest.mark.parametrize(
    ("network", "message"),
    [
        ([2, 6, 1], "1 to 5 units each, so that every number can be seen. Received: layers 2-6-1"),
        ([3], "Received: layers 3."),
        ([np.ones((2, 3)), np.ones((2, 1))], "Received: shapes (2, 3), (2, 1)."),
        ([np.ones((2, 3)), np.ones(2)], "Received: shapes (2, 3), (2,)."),
        ([np.array([[1, np.nan]])], "finite numbers"),
        ([np.array([[1e9]])], "from -1000 to 1000. Received: 1e+09"),
        (dense(keras.layers.Dense(2), keras.layers.Dropout(0.5)), "layer 'dropout"),
        (dense(keras.layers.Dense(2, "gelu")), "Received: 'gelu' in layer 'dense"),
        (keras.Sequential([keras.layers.Dense(2)]), "that is built"),
    ],
)
def test_what_can_not_be_used_is_said(network: Any, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        checked_network(network)


@pytest.mark.parametrize("network", [5, "dense", None])
def test_what_is_no_network_is_said(network: Any) -> None:
    with pytest.raises(TypeError, match="units by layer, a list of arrays, or a Keras"):
        checked_network(network)


def test_samples_may_be_one_or_many_and_targets_may_be_classes() -> None:
    assert checked_samples([1, 2], [0.5], 2, 1) == {"x": [1, 2], "y": [0.5]}
    assert checked_samples([[1, 2], [3, 4]], [0, 1], 2, 1)["y"] == [0, 1]
    assert checked_samples([[1, 2], [3, 4]], [2, 0], 2, 3)["y"] == [0, 0, 1, 1, 0, 0]
    assert checked_samples([1, 2], 1, 2, 2)["y"] == [0, 1]
    assert checked_samples([1, 2], [1, 0], 2, 2)["y"] == [1, 0]
    assert checked_samples(None, None, 2, 2) == {}


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        ([1, 2, 3], None, "`x` to have shape (2,) or (samples, 2). Received: shape (3,)"),
        (None, [1, 2, 3], "`y` to have shape (2,)"),
        ([1, np.inf], None, "`x` to have finite numbers"),
        (np.ones((21, 2)), None, "at most 40 numbers"),
        ([[1, 2]], [5], "class numbers from 0 to 1. Received: [5]"),
        (["a", "b"], None, "finite numbers"),
    ],
)
def test_samples_that_can_not_be_used_are_said(x: Any, y: Any, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        checked_samples(x, y, 2, 2)
