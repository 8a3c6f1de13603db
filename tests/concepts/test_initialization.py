"""The cases that the page is tested with, Keras's initializers, and Keras layers."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dlwidgets._tensorflow import load
from dlwidgets.concepts import _initialization as engine
from dlwidgets.concepts._fields import read_state

CASES = json.loads((Path(__file__).parent / "cases" / "initialization.json").read_text())


@pytest.mark.parametrize("case", CASES["passes"], ids=lambda case: case["state"])
def test_the_pass_is_that_of_keras_layers_with_the_same_weights(case: dict[str, Any]) -> None:
    tf, keras = load()
    values = read_state(case["state"], engine.FIELDS)
    x = tf.constant(engine.inputs_of(values))
    kernels = engine.weights_of(values)
    layers = [
        keras.layers.Dense(kernel.shape[1], values["activation"], use_bias=False, dtype="float64")
        for kernel in kernels[:-1]
    ]
    head = keras.layers.Dense(engine.CLASSES, use_bias=False, dtype="float64")
    for layer, kernel in zip([*layers, head], kernels, strict=True):
        layer.build((None, kernel.shape[0]))
        layer.set_weights([kernel])
    with tf.GradientTape() as tape:
        tape.watch(x)
        outputs = [x]
        for layer in layers:
            output = layer(outputs[-1])
            outputs.append(output + outputs[-1] if values["residual"] else output)
        labels = np.arange(engine.SAMPLES) % engine.CLASSES
        logits = head(outputs[-1])
        losses = keras.losses.sparse_categorical_crossentropy(labels, logits, from_logits=True)
        loss = tf.reduce_mean(losses)
    by_kernel = [layer.kernel.value for layer in layers]
    found = tape.gradient(loss, [*outputs, *by_kernel])
    found = [float(np.std(one)) for one in found]
    count = len(outputs)
    assert case["activations"] == pytest.approx([float(np.std(one)) for one in outputs], rel=1e-6)
    assert case["gradients"] == pytest.approx(found[:count], rel=1e-6, abs=1e-12)
    assert case["weights"] == pytest.approx(found[count:], rel=1e-6, abs=1e-12)
    assert case["loss"] == pytest.approx(float(loss), rel=1e-6)
    mine = engine.run(values)
    assert case["gradients"] == pytest.approx([part.std() for part in mine.gradients], rel=1e-6)
    assert case["weights"] == pytest.approx([part.std() for part in mine.weights], rel=1e-6)


@pytest.mark.parametrize("kind", ["Uniform", "Normal"])
@pytest.mark.parametrize("method", ["glorot", "he", "lecun"])
def test_weights_are_spread_like_those_of_keras(method: str, kind: str) -> None:
    _, keras = load()
    name = {"glorot": "Glorot", "he": "He", "lecun": "Lecun"}[method] + kind
    theirs = np.asarray(getattr(keras.initializers, name)(seed=1)((200, 300)))
    size = engine.spread(method, 200, 300)
    assert size == pytest.approx(theirs.std(), rel=0.01)
    kind = kind.lower()
    mine = size * engine.drawn(20_000, kind, 3, 1, truncated=kind == "normal")
    assert mine.std() == pytest.approx(size, rel=0.02)
    # Keras's bounds too: of the uniform distribution, and where the normal one is cut off.
    assert np.abs(mine).max() == pytest.approx(np.abs(theirs).max(), rel=0.02)


def test_numbers_are_those_of_the_page() -> None:
    for case in CASES["draws"]:
        found = engine.drawn(
            len(case["numbers"]),
            case["distribution"],
            case["seed"],
            case["place"],
            truncated=case["truncated"],
        )
        np.testing.assert_allclose(found, case["numbers"], rtol=1e-8)


def test_he_keeps_what_relu_halves() -> None:
    values = read_state("depth=20;units=64", engine.FIELDS)
    sizes = [part.std() for part in engine.run(values).activations]
    # ReLU leaves half of the mean square in each of 19 layers.
    assert math.log(sizes[-1] / sizes[1]) == pytest.approx(19 * math.log(0.5**0.5), rel=0.15)
    values["method"] = "he"
    sizes = [part.std() for part in engine.run(values).activations]
    assert 0.3 < sizes[-1] / sizes[1] < 3


def test_histograms_count_what_is_beyond_at_the_ends() -> None:
    found = engine.histograms([np.array([-5.0, 0.1, np.inf, 9])], (-1, 1))
    counts = found["counts"][0]
    assert (counts[0], counts[-1], sum(counts)) == (1, 1, 3)
