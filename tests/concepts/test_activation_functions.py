"""The cases that the page is tested with, computed anew with Keras and TensorFlow."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from dlwidgets.concepts import _activation_functions as engine

CASES = json.loads((Path(__file__).parent / "cases" / "activation-functions.json").read_text())
X = CASES["x"]
PLACES = np.linspace(-engine.REACH, engine.REACH, engine.POINTS)


def by_keras(name: str, slope: float) -> Any:
    if name == "leaky_relu":
        return lambda x: keras.activations.leaky_relu(x, negative_slope=slope)
    return keras.activations.get(name)


@pytest.mark.parametrize("name", engine.FUNCTIONS)
def test_functions_and_derivatives_are_those_of_keras(name: str) -> None:
    for case in CASES["functions"][name]:
        slope = case["negative_slope"]
        with tf.GradientTape() as tape:
            x = tf.constant(X, "float64")
            tape.watch(x)
            y = by_keras(name, slope)(x)
        # Some functions of Keras have constants in float32.
        np.testing.assert_allclose(y, case["values"], atol=2e-7)
        np.testing.assert_allclose(tape.gradient(y, x), case["slopes"], atol=2e-7)
        np.testing.assert_allclose(engine.activation(name, X, slope), case["values"], atol=1e-10)
        np.testing.assert_allclose(engine.derivative(name, X, slope), case["slopes"], atol=1e-10)
        found = engine.zones(engine.derivative(name, PLACES, slope))
        assert [kind for *_, kind in found] == [kind for *_, kind in case["zones"]]
        np.testing.assert_allclose(
            [zone[:2] for zone in found], [zone[:2] for zone in case["zones"]], atol=1e-6
        )


def test_relu_has_the_derivative_of_keras_at_zero() -> None:
    for name in ("relu", "leaky_relu"):
        with tf.GradientTape() as tape:
            x = tf.constant(0.0)
            tape.watch(x)
            y = by_keras(name, 0.2)(x)
        assert float(engine.derivative(name, 0)) == pytest.approx(float(tape.gradient(y, x)))


def test_flat_zones_are_where_the_derivative_says() -> None:
    assert engine.zones(engine.derivative("relu", PLACES)) == [(-6, 0, "dead")]
    sigmoid = engine.zones(engine.derivative("sigmoid", PLACES))
    # σ·(1 − σ) = 0.05 at x = ±ln((1 + √0.8) / (1 − √0.8)).
    edge = np.log((1 + 0.8**0.5) / (1 - 0.8**0.5))
    assert sigmoid[1][0] == pytest.approx(edge, abs=0.02)
    assert [kind for *_, kind in sigmoid] == ["saturated", "saturated"]
    # Around GELU's minimum it is flat, too, but not wide.
    assert len(engine.zones(engine.derivative("gelu", PLACES))) == 1


@pytest.mark.parametrize("case", CASES["stacks"], ids=lambda case: case["activation"])
def test_a_stack_is_what_keras_computes_and_a_line_without_activation(case: Any) -> None:
    weights = engine.stack_weights(case["layers"], case["units"], case["seed"])
    for name, key in ((case["activation"], "y"), ("linear", "straight")):
        np.testing.assert_allclose(
            engine.stack_output(weights, case["x"], name), case[key], atol=1e-8
        )
        values = tf.constant(case["x"], "float64")[:, None]
        for i, (kernel, bias) in enumerate(weights):
            last = i == len(weights) - 1
            values = keras.activations.get("linear" if last else name)(values @ kernel + bias)
        np.testing.assert_allclose(values[:, 0], case[key], rtol=1e-5)
    slopes = np.diff(case["straight"]) / np.diff(case["x"])
    np.testing.assert_allclose(slopes, slopes[0])
    assert np.ptp(np.diff(case["y"]) / np.diff(case["x"])) > 0.01


def test_softmax_is_that_of_keras() -> None:
    for case in CASES["softmax"]:
        theirs = keras.activations.softmax(tf.constant([case["logits"]], "float64"))[0]
        np.testing.assert_allclose(case["probabilities"], theirs, atol=1e-10)
        np.testing.assert_allclose(engine.softmax(case["logits"]), theirs, atol=1e-10)


def test_functions_of_the_user_are_sampled() -> None:
    x = np.linspace(-6, 6, engine.POINTS)
    mish = x * np.tanh(np.log1p(np.exp(x)))
    for function in (keras.activations.mish, keras.layers.Activation("mish")):
        np.testing.assert_allclose(engine.sampled(function), mish, atol=1e-5)
    np.testing.assert_allclose(engine.sampled(lambda v: np.abs(v[:, 0])), np.abs(x), atol=1e-6)


@pytest.mark.parametrize(
    ("own", "message"),
    [
        (lambda x: x[:3], r"shape \(3, 1\) for one of \(601, 1\)"),
        (lambda x: np.where(x > 2, np.inf, x), r"inf at x = 2\.02"),
        (lambda x: x.astype(str), "one finite number"),
    ],
)
def test_what_is_no_function_of_one_number_is_said(own: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        engine.sampled(own)


def test_many_values_become_quantiles() -> None:
    values = np.random.default_rng(0).normal(1, 2, (50, 100))
    kept = engine.checked_values(values)
    assert kept.shape == (engine.MOST_VALUES,)
    assert (kept[0], kept[-1]) == (np.float32(values.min()), np.float32(values.max()))
    assert np.mean(kept < 0) == pytest.approx(np.mean(values < 0), abs=2e-3)
    for wrong in ([], [np.nan], ["a"]):
        with pytest.raises(ValueError, match=r"Expected `values`.*Received"):
            engine.checked_values(wrong)
