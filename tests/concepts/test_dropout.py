"""The cases that the page is tested with, and Keras's layer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dlwidgets._tensorflow import load_keras
from dlwidgets.concepts import _dropout as engine

CASES = json.loads((Path(__file__).parent / "cases" / "dropout.json").read_text())


def test_the_output_is_that_of_keras() -> None:
    keras = load_keras()
    for rate in (0.2, 0.5, 0.75):
        layer, values = keras.layers.Dropout(rate, seed=4), engine.values_of("layer") + 0.1
        outputs = layer(np.tile(values, (300, 1, 1)), training=True).numpy()
        masks = [(output > 0).astype(int) for output in outputs]
        for mask, output in zip(masks, outputs, strict=True):
            np.testing.assert_allclose(engine.dropped(values, mask, rate), output, rtol=1e-5)
        # What stays the same on average, and Keras at test time.
        found = engine.average(values, masks, rate, "training")
        np.testing.assert_allclose(found, np.mean(outputs, axis=0), rtol=1e-5)
        np.testing.assert_allclose(found.mean(), values.mean(), rtol=0.05)
        tested = layer(values[None], training=False).numpy()[0]
        scale = engine.scale_of(rate, "training", "test")
        np.testing.assert_allclose(tested, values * scale, rtol=1e-6)


def test_the_book_s_matrices() -> None:
    after = [[0, 0.2, 1.5, 0], [0.6, 0.1, 0, 0.3], [0, 1.9, 0.3, 0], [0.7, 0, 0, 0]]
    found = engine.dropped(engine.VALUES["matrix"], engine.PRINTED["matrix"], 0.5)
    np.testing.assert_allclose(found, 2 * np.array(after))
    vector = engine.dropped(engine.VALUES["vector"], engine.PRINTED["vector"], 0.5, "test")
    np.testing.assert_allclose(vector, [[0, 0.5, 1.3, 0, 1.1]])


def test_masks_drop_as_many_as_the_rate_says_and_are_those_of_the_page() -> None:
    for case in CASES["masks"]:
        mask = engine.mask_of(len(case["mask"]), case["rate"], case["seed"], case["step"])
        assert mask.tolist() == case["mask"]
    for rate in (0.1, 0.5, 0.9):
        masks = [engine.mask_of(64, rate, 3, step) for step in range(200)]
        assert 1 - np.mean(masks) == pytest.approx(rate, abs=0.02)
        # Neighboring steps and units have nothing to do with each other.
        assert abs(np.corrcoef(masks[0], masks[1])[0, 1]) < 0.3


def test_averages_and_scales_are_those_of_the_page() -> None:
    for case in CASES["averages"]:
        values = engine.values_of(case["values"])
        masks = [
            engine.mask_of(values.size, case["rate"], case["seed"], step)
            for step in range(case["steps"])
        ]
        found = engine.average(values, masks, case["rate"], case["scaling"])
        np.testing.assert_allclose(found.ravel(), case["average"], atol=1e-8)
    for scaling, phase, rate, scale in CASES["scales"]:
        assert engine.scale_of(rate, scaling, phase) == pytest.approx(scale)


@pytest.mark.parametrize(
    ("values", "shape"), [(np.zeros(5), (1, 5)), (np.zeros(12), (2, 6)), (np.zeros((3, 2)), (3, 2))]
)
def test_values_become_rows(values: Any, shape: tuple[int, int]) -> None:
    assert np.shape(engine.checked_values(values)) == shape


@pytest.mark.parametrize(
    "values",
    [[], [np.nan], ["a"], np.zeros(65), np.zeros((2, 9)), np.zeros((2, 2, 2)), np.ones(11)],
)
def test_what_are_no_values_is_said(values: Any) -> None:
    with pytest.raises(ValueError, match=r"Expected `values` to .*Received"):
        engine.checked_values(values)
