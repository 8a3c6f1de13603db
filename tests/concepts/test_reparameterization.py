"""The cases that the page is tested with, the closed form, Monte Carlo, TensorFlow and Keras."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dlwidgets._tensorflow import load
from dlwidgets.concepts import _reparameterization as engine
from dlwidgets.concepts._digit_networks import codes, forward, keras_model, network
from dlwidgets.concepts._pictures import digits

CASES = json.loads((Path(__file__).parent / "cases" / "reparameterization.json").read_text())
IMAGES = digits().reshape(10, -1) / 255
DECODER = network("decoder")
PLACE = ("mean", "deviation", "epsilon", "beta", "path")


@pytest.mark.parametrize("case", CASES["gradients"], ids=lambda case: f"digit {case['digit']}")
def test_gradients_are_those_of_the_page_and_of_tensorflow(case: dict[str, Any]) -> None:
    x = IMAGES[case["digit"]]
    found = engine.gradients(DECODER, x, **{name: case[name] for name in PLACE})
    assert found.reconstruction == pytest.approx(case["loss"])
    np.testing.assert_allclose(found.z, case["byZ"], rtol=1e-6)
    np.testing.assert_allclose(found.mean, case["byMean"], rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(found.deviation, case["byDeviation"], rtol=1e-6, atol=1e-7)

    tf, _ = load()
    mean, deviation, epsilon = (tf.constant(case[name], tf.float64) for name in PLACE[:3])
    with tf.GradientTape() as tape:
        tape.watch([mean, deviation])
        z = mean + deviation * epsilon
        if case["path"] == "sampled":
            z = tf.stop_gradient(z)
        logits = z[None]
        for layer in DECODER:
            logits = logits @ layer.kernel + layer.biases
            logits = tf.nn.relu(logits) if layer.relu else logits
        losses = tf.nn.sigmoid_cross_entropy_with_logits(x[None], logits)
        variance = deviation**2
        divergence = tf.reduce_sum(mean**2 + variance - tf.math.log(variance) - 1) / 2
        loss = tf.reduce_sum(losses) + case["beta"] * divergence
    by_mean, by_deviation = tape.gradient(loss, [mean, deviation])
    np.testing.assert_allclose(found.mean, by_mean, atol=1e-9)
    np.testing.assert_allclose(found.deviation, by_deviation, atol=1e-9)


def test_the_divergence_is_that_of_the_closed_form_and_of_many_samples() -> None:
    random = np.random.default_rng(0)
    for case in CASES["gradients"]:
        mean, deviation = case["mean"], case["deviation"]
        found = engine.divergence(mean, deviation)
        np.testing.assert_allclose(found, case["kl"], atol=1e-7)
        samples = random.standard_normal((100_000, 2))
        many = engine.estimate(mean, deviation, samples)
        assert many == pytest.approx(found.sum(), abs=0.05)
        # The page's cloud.
        cloud = engine.normals(5, -1, 120).reshape(-1, 2)
        assert engine.estimate(mean, deviation, cloud) == pytest.approx(case["estimate"], abs=1e-7)
    assert engine.divergence([0, 0], [1, 1]).tolist() == [0, 0]


def test_images_are_those_of_keras() -> None:
    model = keras_model("decoder", activation="sigmoid")
    z = np.array([CASES["decoded"]["z"], *engine.normals(1, 0, 20).reshape(-1, 2)])
    images = 1 / (1 + np.exp(-forward(DECODER, z)[-1]))
    np.testing.assert_allclose(images, model(z).numpy(), atol=1e-5)
    assert images[0].sum() == pytest.approx(CASES["decoded"]["sum"])
    np.testing.assert_allclose(images[0][28 * 14 : 28 * 15], CASES["decoded"]["row"], atol=1e-7)


@pytest.mark.parametrize("case", CASES["trained"], ids=lambda case: f"{case['steps']} steps")
def test_training_is_that_of_the_page(case: dict[str, Any]) -> None:
    x = IMAGES[case["digit"]]
    options = {name: case[name] for name in ("beta", "path", "seed")}
    mean, deviation = engine.trained(DECODER, x, case["steps"], **options)
    np.testing.assert_allclose(mean, case["mean"], atol=1e-6)
    np.testing.assert_allclose(deviation, case["deviation"], atol=1e-6)


def test_steps_are_those_of_adam_in_keras() -> None:
    tf, keras = load()
    values = tf.Variable([*engine.START[0], *(2 * np.log(engine.START[1]))], dtype=tf.float64)
    optimizer = keras.optimizers.Adam(engine.RATE)
    for step in range(5):
        mean, deviation = values[:2].numpy(), np.exp(values[2:].numpy() / 2)
        found = engine.gradients(
            DECODER,
            IMAGES[2],
            mean=mean,
            deviation=deviation,
            epsilon=engine.normals(20, step),
        )
        slope = np.concatenate([found.mean, found.deviation * deviation / 2])
        optimizer.apply_gradients([(tf.constant(slope), values)])
    mean, deviation = engine.trained(DECODER, IMAGES[2], 5, seed=20)
    np.testing.assert_allclose(values[:2], mean, atol=1e-5)
    np.testing.assert_allclose(np.exp(values[2:].numpy() / 2), deviation, atol=1e-5)


def test_training_finds_what_the_encoder_gives_but_not_without_the_gradient() -> None:
    mean, deviation = engine.trained(DECODER, IMAGES[2], 400, seed=20)
    np.testing.assert_allclose(mean, codes()[2][:2], atol=0.15)
    assert deviation.max() < 0.2
    mean, deviation = engine.trained(DECODER, IMAGES[2], 400, path="sampled", seed=20)
    np.testing.assert_allclose(mean, 0, atol=1e-3)
    np.testing.assert_allclose(deviation, 1, atol=1e-3)


def test_random_numbers_are_those_of_the_page_and_normal() -> None:
    for case in CASES["normals"]:
        values = engine.normals(case["seed"], case["step"], len(case["values"]))
        np.testing.assert_allclose(values, case["values"], atol=1e-7)
    many = np.concatenate([engine.normals(3, step) for step in range(2000)])
    assert abs(many.mean()) < 0.05
    assert many.std() == pytest.approx(1, abs=0.04)
