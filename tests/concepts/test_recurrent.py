"""The cases that the page is tested with, Keras's layers, and TensorFlow's derivatives."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dlwidgets._tensorflow import load_keras
from dlwidgets.concepts import _recurrent as engine
from dlwidgets.concepts._recurrent import Weights
from dlwidgets.concepts._recurrent_layer import given

CASES = json.loads((Path(__file__).parent / "cases" / "recurrent.json").read_text())


def weights_of(case: dict[str, Any]) -> Weights:
    return Weights(*(np.array(case[name], float) for name in ("kernel", "recurrent", "bias")))


def layer_of(case: dict[str, Any], **options: Any) -> Any:
    """Keras's layer with the weights of a case."""
    layers = load_keras().layers
    kind = {"simple_rnn": layers.SimpleRNN, "lstm": layers.LSTM, "gru": layers.GRU}[case["cell"]]
    if case["cell"] == "gru":
        options["reset_after"] = case["reset_after"]
    layer = kind(len(case["recurrent"]), **options)
    layer.build((1, None, len(case["kernel"])))
    layer.set_weights(list(weights_of(case)))
    return layer


@pytest.mark.parametrize("case", CASES["cells"], ids=lambda case: case["name"])
def test_the_cases_are_what_keras_computes(case: dict[str, Any]) -> None:
    load_keras()
    import tensorflow as tf

    inputs, reset = np.array(case["inputs"]), case["reset_after"]
    found = engine.run(case["cell"], weights_of(case), inputs, reset_after=reset)
    assert set(found) == set(case["steps"])
    for name, values in found.items():
        np.testing.assert_allclose(values, case["steps"][name], atol=1e-9, err_msg=name)
    layer = layer_of(case, return_sequences=True, return_state=True, unroll=True)
    x = tf.constant(inputs[None], tf.float32)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        every, *states = layer(x)
        last = tf.unstack(every[0, -1])
    np.testing.assert_allclose(found["h"], every[0], atol=1e-6)
    if case["cell"] == "lstm":
        np.testing.assert_allclose(found["c"][-1], states[1][0], atol=1e-6)
    derivatives = np.array([tape.gradient(one, x)[0] for one in last])
    reach = engine.reach(case["cell"], weights_of(case), inputs, reset_after=reset)
    np.testing.assert_allclose(reach, np.sqrt((derivatives**2).sum((0, 2))), rtol=1e-4)
    np.testing.assert_allclose(reach, case["reach"], rtol=1e-9)


def test_gates_are_those_that_the_inner_layers_of_keras_would_give() -> None:
    """Without memory each gate is a dense layer, so that each can be asked for alone."""
    keras = load_keras()
    for case in CASES["cells"]:
        if case["cell"] != "lstm":
            continue
        weights, inputs = weights_of(case), np.array(case["inputs"])
        found = engine.run("lstm", weights, inputs)
        before = np.vstack([np.zeros(len(weights.recurrent)), found["h"][:-1]])
        whole = np.hstack([inputs, before])
        for n, (name, activation) in enumerate(
            [("i", "sigmoid"), ("f", "sigmoid"), ("g", "tanh"), ("o", "sigmoid")]
        ):
            units = before.shape[1]
            part = slice(n * units, (n + 1) * units)
            dense = keras.layers.Dense(units, activation)
            dense.build((None, whole.shape[1]))
            kernel = np.vstack([weights.kernel, weights.recurrent])[:, part]
            dense.set_weights([kernel, weights.bias[part]])
            np.testing.assert_allclose(found[name], dense(whole), atol=1e-6, err_msg=name)


def test_the_reach_is_that_of_finite_differences_and_grows_with_the_gain() -> None:
    case = CASES["cells"][0]
    weights, inputs = weights_of(case), np.array(case["inputs"])
    at, step = 3, 1e-6
    found = engine.reach(case["cell"], weights, inputs, at=at)
    assert len(found) == at + 1
    for t in range(at + 1):
        total = 0.0
        for k in range(inputs.shape[1]):
            up, down = inputs.copy(), inputs.copy()
            up[t, k] += step
            down[t, k] -= step
            states = [engine.run(case["cell"], weights, one)["h"][at] for one in (up, down)]
            total += float((((states[0] - states[1]) / (2 * step)) ** 2).sum())
        assert found[t] == pytest.approx(np.sqrt(total), rel=1e-5)
    weak = engine.reach(case["cell"], engine.changed(weights, case["cell"], 0.3, 0), inputs)
    strong = engine.reach(case["cell"], engine.changed(weights, case["cell"], 1, 0), inputs)
    assert weak[0] / weak[-1] < strong[0] / strong[-1]


def test_a_layer_and_a_model_of_the_user_s() -> None:
    keras = load_keras()
    case = next(one for one in CASES["cells"] if one["cell"] == "gru")
    layer = layer_of(case)
    found = given(layer, case["inputs"])
    assert (found.cell, found.reset_after) == ("gru", case["reset_after"])
    np.testing.assert_allclose(found.weights.kernel, case["kernel"], atol=1e-6)
    model = keras.Sequential(
        [keras.Input((None,)), keras.layers.Embedding(10, 3), keras.layers.LSTM(4)]
    )
    words = np.array([3, 1, 4, 1, 5])
    of_model = given(model, words)
    np.testing.assert_allclose(of_model.inputs, model.layers[0].get_weights()[0][words])
    expected = np.asarray(model(words[None]))[0]
    states = engine.run("lstm", of_model.weights, of_model.inputs)["h"]
    np.testing.assert_allclose(states[-1], expected, atol=1e-6)


def test_masked_steps_are_left_out_as_keras_does() -> None:
    keras = load_keras()
    layers = keras.layers
    words = keras.Sequential(
        [keras.Input((6,)), layers.Embedding(10, 3, mask_zero=True), layers.LSTM(4)]
    )
    numbers = keras.Sequential([keras.Input((5, 2)), layers.Masking(), layers.GRU(3)])
    rows = np.array([[1, 2], [0, 0], [3, 4], [0, 0], [0, 0]], float)
    for model, sequence, steps in ((words, [1, 2, 3, 0, 0, 0], 3), (numbers, rows, 2)):
        found = given(model, sequence)
        assert len(found.inputs) == steps
        states = engine.run(found.cell, found.weights, found.inputs)["h"]
        expected = np.asarray(model(np.array([sequence])))[0]
        np.testing.assert_allclose(states[-1], expected, atol=1e-6)
    with pytest.raises(ValueError, match="a step that isn't masked"):
        given(words, np.zeros(6))
    start = layers.Dense(3)(numbers.inputs[0][:, 0])
    begun = keras.Model(numbers.inputs, layers.GRU(3)(numbers.inputs[0], initial_state=start))
    with pytest.raises(ValueError, match="a state of zeros"):
        given(begun, rows)


def test_what_can_not_be_shown_is_said() -> None:
    keras = load_keras()
    layers = keras.layers
    small = layers.LSTM(2)
    small.build((None, None, 1))
    cases: list[tuple[Any, Any, str]] = [
        (layers.LSTM(3), [1, 2], "Call it on data first"),
        (small, np.zeros((2, 3)), r"shape \(steps, 1\)"),
        (small, [np.nan], "finite numbers"),
        (small, np.zeros(49), "1 to 48 steps"),
        (keras.Sequential([keras.Input((3,)), layers.Dense(1)]), [1, 2, 3], "SimpleRNN, LSTM"),
    ]
    for options in ({"units": 33}, {"go_backwards": True}, {"activation": "relu"}):
        layer = layers.LSTM(**{"units": 2, **options})
        layer.build((None, None, 1))
        cases.append((layer, [1.0], "Expected a layer"))
    for source, sequence, message in cases:
        with pytest.raises(ValueError, match=message):
            given(source, sequence)
    with pytest.raises(TypeError, match="Received: int"):
        given(3, [1])
