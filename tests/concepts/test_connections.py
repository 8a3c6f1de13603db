"""The cases that the page is tested with, computed anew with Keras."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from dlwidgets.concepts import _connections as engine

CASES = json.loads((Path(__file__).parent / "cases" / "connections.json").read_text())
L = keras.layers


def setting(case: dict[str, Any]) -> engine.Setting:
    return engine.setting_of(case)


def convolution(setting: engine.Setting) -> keras.Layer:
    kind = L.Conv1D if len(setting.kernel) == 1 else L.Conv2D
    return kind(
        setting.filters,
        setting.kernel,
        strides=setting.stride,
        padding=setting.padding,
        use_bias=setting.bias,
    )


@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: str(case["shape"]))
def test_lines_and_weights_are_those_of_keras(case: dict[str, Any]) -> None:
    given = setting(case)
    found = {kind: engine.weights_of(given, kind) for kind in engine.KINDS}
    for kind, weights in found.items():
        assert weights.tolist() == case["weights"][kind]
        counts = engine.counts(given, kind)
        assert list(counts) == case["counts"][kind]
        assert counts.lines == np.count_nonzero(weights)
    local = found["local"][found["local"] > 0]
    assert len(np.unique(local)) == local.size == engine.counts(given, "local").weights
    if not found["conv"].size:
        return
    # A convolution whose weights are numbered, of inputs of which one is 1.
    layer = convolution(given)
    layer.build((None, *given.shape))
    numbers = np.arange(1, np.prod(layer.kernel.shape) + 1).reshape(layer.kernel.shape)
    layer.set_weights([numbers] + [np.zeros(given.filters)] * given.bias)
    inputs = int(np.prod(given.shape))
    outputs = layer(np.eye(inputs, dtype="float32").reshape(inputs, *given.shape)).numpy()
    np.testing.assert_array_equal(outputs.reshape(inputs, -1), found["conv"])
    assert layer.count_params() == engine.counts(given, "conv").parameters
    assert (found["local"] > 0).tolist() == (found["conv"] > 0).tolist()


@pytest.mark.parametrize("case", CASES["large"], ids=lambda case: str(case["shape"]))
def test_counts_are_those_of_keras(case: dict[str, Any]) -> None:
    given = setting(case)
    found = {kind: engine.counts(given, kind) for kind in engine.KINDS}
    assert {kind: list(counts) for kind, counts in found.items()} == case["counts"]
    layer = convolution(given)
    layer.build((None, *given.shape))
    assert found["conv"].parameters == layer.count_params()
    output = layer.compute_output_shape((None, *given.shape))
    assert found["conv"].outputs == np.prod(output[1:])
    if given.units:
        dense = L.Dense(given.units)
        dense.build((None, int(np.prod(given.shape))))
        assert found["dense"].parameters == dense.count_params()


def test_the_books_counts() -> None:
    digits = engine.Setting((28, 28, 1), (3, 3), (1, 1), filters=32, units=512)
    photos = engine.Setting((32, 32, 3), (4, 4), (2, 2), "same", filters=10, units=200)
    words = engine.Setting((500, 128), (7,), (1,), filters=32)
    counted = [
        engine.counts(given, kind).parameters
        for given, kind in [(digits, "dense"), (digits, "conv"), (photos, "dense")]
    ]
    assert counted == [401_920, 320, 614_600]
    assert engine.counts(photos, "conv").parameters == 490
    assert engine.counts(words, "conv").parameters == 28_704


def test_layers_give_their_setting() -> None:
    model = keras.Sequential(
        [
            keras.Input((12, 10, 3)),
            L.Conv2D(4, (3, 5), strides=2, padding="same", use_bias=False, name="first"),
            L.Flatten(),
            L.Dense(7, name="last"),
        ]
    )
    first, last = engine.layer_of(model.layers[0]), engine.layer_of(model.layers[2])
    assert (first.kind, first.name, first.parameters) == ("conv", "first", 180)
    assert first.values == {
        "bias": False,
        "kernel": (3, 5),
        "stride": (2,),
        "padding": "same",
        "filters": 4,
        "shape": (12, 10, 3),
    }
    assert last.values == {"bias": True, "units": 7, "shape": (120, 1)}
    assert last.parameters == 847


def test_what_is_no_such_layer_is_said() -> None:
    with pytest.raises(TypeError, match=r"layer of Keras\. Received: MaxPooling2D"):
        engine.layer_of(L.MaxPooling2D())
    with pytest.raises(ValueError, match="to be part of a model"):
        engine.layer_of(L.Dense(3))
    inputs = keras.Input((None, 8))
    model = keras.Model(inputs, [L.Conv1D(2, 3)(inputs), L.Dense(2)(inputs)])
    with pytest.raises(ValueError, match="input of known size"):
        engine.layer_of(next(one for one in model.layers if isinstance(one, L.Conv1D)))
    with pytest.raises(ValueError, match="Put a Flatten layer before it"):
        engine.layer_of(next(one for one in model.layers if isinstance(one, L.Dense)))
    dilated = keras.Sequential([keras.Input((9, 1)), L.Conv1D(1, 3, dilation_rate=2)])
    with pytest.raises(ValueError, match="without groups and dilation"):
        engine.layer_of(dilated.layers[0])


@pytest.mark.parametrize("shape", [0, "8", (8, 0), (1, 2, 3, 4), 2.5, True, (2000, 2, 1)])
def test_what_is_no_shape_is_said(shape: Any) -> None:
    with pytest.raises(ValueError, match="Expected `shape` to be the shape of one input"):
        engine.checked_shape(shape)
