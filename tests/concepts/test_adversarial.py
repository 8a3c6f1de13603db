"""The cases that the page is tested with, and the gradients of TensorFlow."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dlwidgets._tensorflow import load
from dlwidgets.concepts import _adversarial as engine
from dlwidgets.concepts._digit_networks import forward, keras_model, network
from dlwidgets.concepts._pictures import digits

CASES = json.loads((Path(__file__).parent / "cases" / "adversarial.json").read_text())
IMAGES = digits().reshape(10, -1) / 255


@pytest.mark.parametrize(
    "case", CASES["cases"], ids=lambda case: f"{case['network']}{case['digit']}"
)
def test_the_numbers_are_those_of_the_page(case: dict[str, Any]) -> None:
    layers, x = network(case["network"]), IMAGES[case["digit"]]
    goal = {name: case[name] for name in ("label", "target", "steps")}
    clean = engine.softmax(forward(layers, x)[-1])
    assert int(clean.argmax()) == case["label"]
    np.testing.assert_allclose(clean, case["clean"], atol=1e-8)
    image = engine.attacked(layers, x, case["epsilon"], **goal)
    assert image.sum() == pytest.approx(case["total"])
    np.testing.assert_allclose(
        engine.softmax(forward(layers, image)[-1]), case["attacked"], atol=1e-8
    )
    noisy = np.clip(x + case["epsilon"] * engine.noise(784, case["seed"]), 0, 1)
    np.testing.assert_allclose(engine.softmax(forward(layers, noisy)[-1]), case["noisy"], atol=1e-8)
    signs = engine.direction(layers, x, case["label"], case["target"])
    assert signs.sum() == case["signs"]
    found = engine.margin(
        layers, x, label=case["label"], rival=case["rival"], signs=signs, seed=case["seed"]
    )
    np.testing.assert_allclose(
        [found.clean, found.norm, found.slope, found.noise], case["margin"], rtol=1e-6
    )
    flip = engine.smallest(layers, x, **goal)
    assert flip == (None if case["flip"] is None else pytest.approx(case["flip"], abs=1e-8))


def test_no_smaller_epsilon_flips_the_answer() -> None:
    layers, x = network("network"), IMAGES[5]
    flip = engine.smallest(layers, x, label=5)
    assert flip is not None
    for epsilon, predicted in ((flip - 1e-5, 5), (flip, 6)):
        image = engine.attacked(layers, x, epsilon, label=5)
        assert forward(layers, image)[-1].argmax() == predicted
    assert np.abs(engine.attacked(layers, x, flip, label=5) - x).max() <= flip + 1e-12
    # Many small steps need no larger ε than one.
    assert engine.smallest(layers, x, label=5, steps=10) <= flip


def test_gradients_and_attacks_are_those_of_tensorflow() -> None:
    tf, _ = load()
    for name in ("network", "linear"):
        layers, model = network(name), keras_model(name)
        labels = model(IMAGES).numpy().argmax(1)
        inputs = tf.constant(IMAGES, tf.float64)
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            logits = inputs
            for layer in layers:
                z = logits @ layer.kernel + layer.biases
                logits = tf.nn.relu(z) if layer.relu else z
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits)
        wanted = tape.gradient(losses, inputs).numpy()
        found = np.stack(
            [engine.gradient(layers, one, label) for one, label in zip(IMAGES, labels, strict=True)]
        )
        scale = np.abs(wanted).max(axis=1, keepdims=True)
        np.testing.assert_allclose(found / scale, wanted / scale, atol=1e-9)
        moved = np.clip(IMAGES + 0.05 * np.sign(wanted), 0, 1)
        mine = [
            engine.attacked(layers, one, 0.05, label=label)
            for one, label in zip(IMAGES, labels, strict=True)
        ]
        logits = forward(layers, np.stack(mine))[-1]
        np.testing.assert_allclose(engine.softmax(logits), model(moved).numpy(), atol=1e-5)


def test_the_lead_of_a_linear_network_grows_exactly_with_the_signs() -> None:
    # Pixels from 0.4 to 0.6, so that nothing is clipped.
    layers, x = network("linear"), 0.4 + 0.2 * IMAGES[2]
    z = forward(layers, x)[-1]
    label, rival = (int(i) for i in np.argsort(-z)[:2])
    w = layers[0].kernel[:, rival] - layers[0].kernel[:, label]
    found = engine.margin(layers, x, label=label, rival=rival, signs=np.sign(w), seed=0)
    after = forward(layers, x + 0.1 * np.sign(w))[-1]
    assert after[rival] - after[label] == pytest.approx(found.clean + 0.1 * np.abs(w).sum())
    assert found.slope == pytest.approx(found.norm)
    # Random signs cancel each other.
    assert abs(found.noise) < found.norm / 5


def test_random_signs_are_those_of_the_page_and_balanced() -> None:
    assert engine.noise(16, 7).astype(int).tolist() == CASES["noise"]
    assert abs(engine.noise(784, 0).mean()) < 0.1
