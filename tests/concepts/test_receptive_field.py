"""The cases that the page is tested with, computed anew with TensorFlow and `inspect`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from dlwidgets.concepts import _receptive_field as engine
from dlwidgets.inspect import summarize

CASES = json.loads((Path(__file__).parent / "cases" / "receptive-field.json").read_text())
FIELD = engine.FIELDS["layers"]
L = keras.layers


def model_of(layers: tuple[engine.Layer, ...], size: int) -> keras.Model:
    """A model along one axis, in which each layer adds up its window."""
    stack = [
        L.Conv1D(
            1,
            kernel,
            strides=stride,
            dilation_rate=dilation,
            padding=padding,
            use_bias=False,
            kernel_initializer="ones",
        )
        for _, kernel, stride, dilation, padding in layers
    ]
    x = first = keras.Input((size, 1))
    outputs = []
    for layer in stack:
        x = layer(x)
        outputs.append(x)
    return keras.Model(first, outputs)


def fitting(case: dict[str, Any]) -> tuple[engine.Layer, ...]:
    return FIELD.read(case["layers"])[: sum(size > 0 for size, *_ in case["levels"]) - 1]


@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: case["layers"])
def test_fields_and_ways_are_those_of_keras(case: dict[str, Any]) -> None:
    layers, size = FIELD.read(case["layers"]), case["size"]
    found = engine.levels(layers, size)
    assert [[one.size, one.sees, one.step, one.first] for one in found] == case["levels"]
    fit = fitting(case)
    # Keras takes a stride or a dilation greater than 1, not both.
    comparable = all(min(layer.stride, layer.dilation) == 1 for layer in fit)
    if comparable:
        model = model_of(fit, size)
        assert [output.shape[1] for output in model.outputs] == [one.size for one in found[1:]][
            : len(fit)
        ]
        rows = summarize(model).layers
        seen = [(row.receptive_field.size[0], row.receptive_field.step[0]) for row in rows]
        assert seen == [(one.sees, one.step) for one in found[1 : len(fit) + 1]]
        x = tf.Variable(np.zeros((1, size, 1), "float32"))
        with tf.GradientTape(persistent=True) as tape:
            outputs = model(x)
            units = [
                (outputs if len(fit) == 1 and not isinstance(outputs, list) else outputs[level - 1])
                for level, _, _ in case["units"]
            ]
            chosen = [
                tf.reshape(one, (-1,))[unit]
                for one, (_, unit, _) in zip(units, case["units"], strict=True)
            ]
        for one, (_, _, ways) in zip(chosen, case["units"], strict=True):
            np.testing.assert_allclose(np.ravel(tape.gradient(one, x)), ways)
    for level, unit, ways in case["units"]:
        assert engine.paths(layers, size, level, unit).tolist() == ways
    for pixel, seers in case["seen"]:
        for level, units in enumerate(seers, start=1):
            assert engine.seen_by(layers, size, level, pixel) == units


def test_the_book_s_fields() -> None:
    without = engine.checked_layers([("conv", 3)] * 3)
    assert engine.levels(without, 28)[-1].sees == 7
    assert engine.levels(engine.BOOK, 28)[-1].sees == 18


def test_texts_of_layers() -> None:
    texts = CASES["texts"]
    assert [FIELD.write(FIELD.read(text)) for text in texts["given"]] == texts["written"]
    assert [FIELD.read(text) for text in texts["bad"]] == [None] * len(texts["bad"])


def test_a_model_gives_its_layers() -> None:
    model = keras.Sequential(
        [
            keras.Input((None, 48, 3)),
            L.Conv2D(2, (5, 3), padding="same", name="first"),
            L.BatchNormalization(),
            L.ReLU(),
            L.MaxPooling2D(name="pool"),
            L.DepthwiseConv2D(3, dilation_rate=2, name="deep"),
            L.GlobalAveragePooling2D(),
            L.Dense(2),
        ]
    )
    own = engine.layers_of(model)
    assert FIELD.write(own.layers) == "c3s,p2,c3.1.2"
    assert (own.names, own.size) == (("first", "pool", "deep"), 48)
    part = engine.layers_of(model.layers[:4])
    assert FIELD.write(part.layers) == "c3s,p2"
    # The engine of `inspect` sees along the same axis.
    fields = [row.receptive_field for row in summarize(model).layers if row.receptive_field]
    sees = max(field.size[-1] for field in fields if not field.whole)
    assert engine.levels(own.layers, 48)[-1].sees == sees


@pytest.mark.parametrize("kind", ["grows", "branches", "pads", "dense"])
def test_what_can_not_be_shown_is_said(kind: str) -> None:
    first = keras.Input((12, 12, 1))
    small = L.Conv2D(1, 3, padding="same")(first)
    if kind == "branches":
        last = L.Add()([small, L.Conv2D(1, 5, padding="same")(first)])
    elif kind == "dense":
        first = keras.Input((4,))
        last = L.Dense(2)(first)
    else:
        last = (L.UpSampling2D() if kind == "grows" else L.ZeroPadding2D())(small)
    expected = "convolutions and pooling layers. Received: 0" if kind == "dense" else "single chain"
    with pytest.raises(ValueError, match=expected):
        engine.layers_of(keras.Model(first, last))


@pytest.mark.parametrize(
    "layer",
    [("conv",), ("dense", 3), ("conv", 3, 1, 1, "full"), ("conv", 99), ("conv", "x"), 3],
)
def test_what_is_no_layer_is_said(layer: Any) -> None:
    with pytest.raises(ValueError, match="Expected a layer such as"):
        engine.checked_layers([layer])
