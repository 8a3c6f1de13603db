"""What is found inside a model."""

from __future__ import annotations

import keras
import numpy as np

from dlwidgets.inspect.diagnosis import inside_facts
from tests.helpers.doctor.case import Problem
from tests.helpers.doctor.models import Own


def test_dead_units_gradients_and_moves_are_those_of_the_layers() -> None:
    layers = keras.layers
    model = keras.Sequential(
        [
            layers.Input((3,)),
            layers.Dense(4, activation="relu", name="hidden"),
            layers.Dense(1, name="out"),
        ]
    )
    model.compile("sgd", "mse")
    x, y = np.ones((8, 3), "float32"), np.zeros((8, 1), "float32")
    initial = model.get_weights()
    kernel, bias, out, zero = (w.copy() for w in initial)
    kernel[:], bias[:2], bias[2:] = np.abs(kernel), -100, 1
    model.set_weights([kernel, bias, 2 * out, zero])
    facts = inside_facts(model, x, y, initial=initial)
    assert facts.dead == {"hidden": 0.5}
    assert facts.moved["out"] == np.float32(1.0)
    hidden = np.maximum(x @ kernel + bias, 0)
    error = 2 * hidden @ (2 * out) / len(x)  # of the mean of squares, by the output
    by_out = np.concatenate([hidden.T @ error, error.sum(0, keepdims=True)])
    assert np.isclose(facts.gradients["out"], np.linalg.norm(by_out), rtol=1e-4)
    assert facts.problems == ()


def test_what_a_model_refuses_is_left_out() -> None:
    empty = np.empty((0, 2)), np.empty(0)
    assert Problem(empty, empty).shape == (2,)
    model = Own(4, 10)
    model(np.zeros((1, 2)))
    facts = inside_facts(model, np.ones((3, 7)), np.zeros(3), loss="mse")
    assert facts.dead == {}
    assert facts.problems
