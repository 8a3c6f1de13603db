"""The cases that the page is tested with, computed anew, and training step by step with Keras."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from dlwidgets.concepts import _unfolding as engine
from dlwidgets.concepts._fields import read_state

CASES = json.loads((Path(__file__).parent / "cases" / "unfolding.json").read_text())


def flat(weights: list[np.ndarray]) -> np.ndarray:
    return np.concatenate([np.ravel(one) for one in weights])


@pytest.mark.parametrize("case", CASES["training"], ids=lambda case: case["state"][:12])
def test_training_is_that_of_the_page(case: dict[str, Any]) -> None:
    values = read_state(case["state"], engine.FIELDS)
    start = engine.initial_weights(values["layers"], values["units"], values["seed"])
    np.testing.assert_allclose(flat(start), case["start"], atol=1e-8)
    weights, losses = engine.train(values, engine.points_of(values), len(case["losses"]))
    np.testing.assert_allclose(losses, case["losses"], rtol=1e-6)
    np.testing.assert_allclose(flat(weights), case["weights"], atol=1e-7)
    ways = engine.flow(np.array([case["at"]]), weights)
    np.testing.assert_allclose(np.ravel(ways), case["ways"], atol=1e-7)


def test_keras_has_the_same_losses_with_the_same_weights_and_batches() -> None:
    case = CASES["training"][0]
    values = read_state(case["state"], engine.FIELDS)
    points = engine.points_of(values)
    start = engine.initial_weights(values["layers"], values["units"], values["seed"])
    model: Any = engine.keras_model(values, start)
    model.run_eagerly = True  # a graph would take longer than these few steps
    x, y = points.x.astype("float32"), points.y.astype("float32")
    measure = keras.losses.BinaryCrossentropy()
    for epoch, expected in enumerate(case["losses"]):
        for batch in engine.epoch_batches(len(x), epoch, values["seed"]):
            model.train_on_batch(x[batch], y[batch])
        assert float(measure(y[:, None], model(x))) == pytest.approx(expected, rel=2e-4)
    np.testing.assert_allclose(flat(model.get_weights()), case["weights"], atol=2e-4)


def test_points_of_the_user_are_all_learned_from() -> None:
    own = np.column_stack([np.linspace(-1, 1, 10), np.zeros(10), np.arange(10) % 2])
    points = engine.points_of(read_state("data=own", engine.FIELDS), own)
    assert (points.training, points.y.sum()) == (10, 5)
