"""The cases that the page is tested with, computed anew, and training step by step with Keras."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from dlwidgets.concepts import _playground as engine
from dlwidgets.concepts import _playground_models as models
from dlwidgets.concepts._fields import read_state
from dlwidgets.concepts._playground_points import FEATURES, checked_points, features, made

CASES = json.loads((Path(__file__).parent / "cases" / "playground.json").read_text())


def values_of(state: str) -> dict[str, Any]:
    return read_state(state, engine.FIELDS)


@pytest.mark.parametrize("case", CASES["points"], ids=lambda case: case["data"])
def test_points_are_those_of_the_page(case: dict[str, Any]) -> None:
    names = ("data", "samples", "noise", "test", "seed")
    found = made(**{name: case[name] for name in names})
    assert (len(found.y), found.training, found.y.sum()) == (40, 28, 20)
    np.testing.assert_allclose(found.x[:6], case["x"], atol=1e-8)
    np.testing.assert_allclose(found.x.sum(axis=0), case["sum"], atol=1e-6)
    assert found.y[:6].tolist() == case["y"]


def test_each_shape_is_what_its_name_says() -> None:
    rings, xor = made("rings", 400, 0, 0, 1), made("xor", 400, 0, 0, 1)
    assert ((np.hypot(*rings.x.T) > 1) == (rings.y == 1)).all()
    assert ((xor.x[:, 0] * xor.x[:, 1] < 0) == (xor.y == 1)).all()
    clouds = made("clouds", 400, 0, 0, 1)
    assert LogisticRegression(C=1e4).fit(clouds.x, clouds.y).score(clouds.x, clouds.y) == 1
    for name in ("moons", "spirals"):
        points = made(name, 400, 0, 0, 1)
        # No line separates them, and the nearest point of the training set does.
        assert LogisticRegression().fit(points.x, points.y).score(points.x, points.y) < 0.95
        away = np.linalg.norm(points.x[:200, None] - points.x[None, 200:], axis=-1)
        assert (points.y[200:][away.argmin(axis=1)] == points.y[:200]).mean() > 0.97
    assert np.abs(made("spirals", 500, 0.5, 0, 3).x).max() <= 1.95


def test_features_are_those_of_the_page() -> None:
    places = np.array(CASES["places"])
    for name in FEATURES:
        np.testing.assert_allclose(features(places, [name])[:, 0], CASES["features"][name])


@pytest.mark.parametrize("case", CASES["training"], ids=lambda case: case["state"][:12])
def test_training_is_that_of_the_page(case: dict[str, Any]) -> None:
    values = values_of(case["state"])
    weights, losses = engine.train(values, engine.points_of(values), len(case["losses"]))
    np.testing.assert_allclose(losses, case["losses"], rtol=1e-6)
    np.testing.assert_allclose(
        np.concatenate([w.ravel() for w in weights]), case["weights"], atol=1e-7
    )
    start = engine.initial_weights(engine.sizes_of(values), values["seed"])
    np.testing.assert_allclose(start[:3], case["start"], atol=1e-8)


@pytest.mark.parametrize("case", CASES["training"][:3], ids=lambda case: case["state"][:12])
def test_keras_has_the_same_losses_with_the_same_weights_and_batches(case: dict[str, Any]) -> None:
    values = values_of(case["state"])
    points = engine.points_of(values)
    x = features(points.x, values["features"])[: points.training].astype("float32")
    y = points.y[: points.training].astype("float32")
    model: Any = models.keras_model(values, engine.weights_of(values))
    model.run_eagerly = True  # a graph would take longer than these few steps
    measure = keras.losses.BinaryCrossentropy()
    for epoch, expected in enumerate(case["losses"]):
        for batch in engine.epoch_batches(len(x), values["batch_size"], epoch, values["seed"]):
            model.train_on_batch(x[batch], y[batch])
        assert float(measure(y[:, None], model(x))) == pytest.approx(expected, rel=2e-4)
    ours = np.concatenate([np.ravel(one) for one in model.get_weights()])
    np.testing.assert_allclose(ours, case["weights"], atol=2e-4)


def test_the_state_of_a_keras_model_is_its_own() -> None:
    values = values_of("layers=3,2;activation=relu;seed=5")
    model = models.keras_model(values, engine.weights_of(values))
    found = models.state_of_model(model)
    assert (found["layers"], found["activation"]) == ([3, 2], "relu")
    np.testing.assert_allclose(found["weights"], engine.weights_of(values), atol=1e-6)
    wide = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, activation="sigmoid")])
    with pytest.raises(ValueError, match=r"2 inputs.*Received: input shape \(None, 3\)"):
        models.state_of_model(wide)
    large = [keras.layers.Dense(9), keras.layers.Dense(1, activation="sigmoid")]
    with pytest.raises(ValueError, match=r"at most 8 units\. Received: units \[9, 1\]"):
        models.state_of_model(keras.Sequential([keras.Input((2,)), *large]))


def test_models_of_scikit_learn_separate_what_they_can() -> None:
    values = values_of("samples=80;noise=0;c=100;trees=10")
    points = engine.points_of(values)
    found = {name: models.fitted(name, points, values) for name in engine.BESIDE}
    score = {name: region.training for name, region in found.items() if region is not None}
    assert score["linear"] < 0.7
    assert score["svm_linear"] < 0.8
    assert min(score[name] for name in ("svm_poly", "svm_rbf", "forest", "boosting")) == 1
    for name, region in found.items():
        assert region is not None
        assert region.test is not None
        # The first row is at the top, and the middle of the rings is of class 0.
        inside, outside = region.values[31:33, 31:33], region.values[:4, :]
        if score[name] == 1:
            assert inside.max() < 127 < outside.min()
    one = engine.points_of(values_of("data=drawn;second="))
    assert models.fitted("tree", one, values) is None


def test_the_side_is_the_one_of_the_label() -> None:
    values = values_of("data=clouds;samples=80;noise=0;test=0;c=1000")
    points = engine.points_of(values)
    region = models.fitted("linear", points, values)
    assert region is not None
    side = np.round((points.x + 2) / 4 * (models.REGION_SIDE - 1)).astype(int)
    pixels = region.values[models.REGION_SIDE - 1 - side[:, 1], side[:, 0]]
    assert ((pixels > 127.5) == (points.y == 1)).all()


def test_points_of_the_user_fill_the_map() -> None:
    places = np.array([[1000, 0.1], [3000, 0.2], [2000, 0.2], [2500, 0.4]])
    found = checked_points(places, ["no", "yes", "no", "yes"])
    assert found[:, 2].tolist() == [0, 1, 0, 1]
    np.testing.assert_allclose(found[:, :2].mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(np.abs(found[:, :2]).max(axis=0), 1.9, rtol=1e-6)
    assert checked_points(np.zeros((4, 2)), [0, 0, 1, 1])[:, :2].max() == 0
    assert (
        len(checked_points(np.random.default_rng(0).normal(size=(900, 2)), np.arange(900) % 2))
        == 500
    )


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        (np.zeros((5, 3)), np.zeros(5), r"shapes \(5, 3\) and \(5,\)"),
        (np.zeros((5, 2)), np.zeros(4), r"shapes \(5, 2\) and \(4,\)"),
        ([[0, 1]] * 3, [0, 1, 1], "3 points"),
        ([[0, np.nan]] * 5, [0, 1, 1, 0, 1], "finite numbers"),
        ([[0, 1]] * 5, [0, 1, 2, 0, 1], "two classes. Received: 3"),
    ],
)
def test_what_are_no_points_is_said(x: Any, y: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        checked_points(x, y)
