"""The cases that the page is tested with, computed anew with NumPy and Keras."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from dlwidgets.concepts import _pooling as engine
from dlwidgets.inspect import summarize

CASES = json.loads((Path(__file__).parent / "cases" / "pooling.json").read_text())
IMAGE = np.array(CASES["image"], float)


def by_keras(case: dict[str, Any]) -> np.ndarray:
    kinds = {"max": keras.layers.MaxPooling2D, "average": keras.layers.AveragePooling2D}
    layer = kinds[case["kind"]](case["window"], strides=case["stride"], padding=case["padding"])
    return keras.ops.convert_to_numpy(layer(IMAGE.astype("float32")[None, :, :, None]))[0, :, :, 0]


def test_the_cases_are_what_keras_computes() -> None:
    compared = 0
    for case in CASES["pools"]:
        output = np.array(case["output"], float).reshape(case["size"])
        options = {name: case[name] for name in ("kind", "window", "stride", "padding")}
        np.testing.assert_allclose(engine.pool(IMAGE, **options), output, atol=1e-6)
        if case["kind"] == "subsample":
            # Without padding this is slicing.
            if case["padding"] == "valid":
                s, (height, width) = case["stride"], case["size"]
                np.testing.assert_allclose(IMAGE[::s, ::s][:height, :width], output)
        elif output.size:
            np.testing.assert_allclose(by_keras(case), output, atol=1e-5)
            compared += 1
    assert compared > 40
    assert engine.pool(IMAGE, window=8).shape == (0, 0)


def test_a_shift_repeats_the_edge() -> None:
    for case in CASES["shifts"]:
        right, down = case["right"], case["down"]
        padded = np.pad(IMAGE, 6, mode="edge")
        by_hand = padded[6 - down : 13 - down, 6 - right : 12 - right]
        np.testing.assert_array_equal(engine.shifted(IMAGE, right, down), by_hand)
        assert case["first"] == by_hand[0].tolist()
        share = np.abs(IMAGE - by_hand).sum() / (np.abs(IMAGE).sum() + np.abs(by_hand).sum())
        assert case["change"] == pytest.approx(share, abs=1e-6)
    assert engine.change([0, 0], [0, 0]) == 0
    assert engine.change([1, 0], [0, 1]) == 1


def model_of(case: dict[str, Any]) -> keras.Model:
    layers = keras.layers
    stack: list[Any] = [keras.Input((28, 28, 1))]
    for i, filters in enumerate((32, 64, 64)):
        stack.append(layers.Conv2D(filters, 3))
        if case["pooling"] and i < 2:
            stack.append(layers.MaxPooling2D(case["window"], case["stride"], case["padding"]))
    return keras.Sequential([*stack, layers.Flatten(), layers.Dense(case["units"])])


def test_the_network_is_that_of_keras_and_of_the_book() -> None:
    for case in CASES["networks"]:
        options = {"pooling": case["pooling"], "padding": case["padding"]}
        rows = engine.network(case["window"], case["stride"], case["units"], **options)
        assert [[r.layer, r.side, r.channels, r.weights, r.sees] for r in rows] == case["rows"]
        if rows[-1].side == 0:
            continue
        model = model_of(case)
        assert [layer.count_params() for layer in model.layers] == [row.weights for row in rows]
        maps = [row for row in rows if row.layer in ("conv", "pool")]
        for layer, row in zip(model.layers, maps, strict=False):
            assert tuple(layer.output.shape[1:]) == (row.side, row.side, row.channels)
        seen = [
            min(28, row.receptive_field.size[0]) for row in summarize(model).layers[: len(maps)]
        ]
        assert seen == [row.sees for row in maps]
    book = engine.network(2, 2, 512, pooling=False)
    assert (book[-2].channels, book[-1].weights, book[2].sees) == (30_976, 15_860_224, 7)


def test_the_exercise_is_that_of_the_page() -> None:
    assert [list(row) for row in engine.EXERCISE] == CASES["exercise"]
