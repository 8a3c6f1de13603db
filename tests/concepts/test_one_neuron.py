"""The cases that the page is tested with, computed anew with Keras and scikit-learn."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

from dlwidgets.concepts import _one_neuron as engine
from dlwidgets.concepts._fields import read_state
from dlwidgets.concepts._random import batches

CASES = json.loads((Path(__file__).parent / "cases" / "one-neuron.json").read_text())["lines"]


def values_of(case: dict[str, Any]) -> dict[str, Any]:
    values = read_state(case["state"], engine.FIELDS)
    engine.check(values)
    return values


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["state"] or "default")
def test_learning_is_that_of_the_reference(case: dict[str, Any]) -> None:
    values = values_of(case)
    path = engine.learn(values)
    assert len(path) - 1 == case["steps"]
    # What grows beyond all bounds is rounded by as much.
    np.testing.assert_allclose(path[:20:2], case["path"], rtol=1e-8, atol=1e-7)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["state"] or "default")
def test_the_closed_form_is_that_of_eigenvalues_and_scikit_learn(case: dict[str, Any]) -> None:
    values = values_of(case)
    x, y = np.array(values["x"]), np.array(values["y"])
    design = np.stack([x, np.ones_like(x)], 1)
    hessian = 2 * design.T @ design / len(x)
    assert case["curvature"] == pytest.approx(np.linalg.eigvalsh(hessian)[-1])
    assert engine.curvature(x) == pytest.approx(case["curvature"])
    line = LinearRegression().fit(x[:, None], y)
    np.testing.assert_allclose(case["best"], [line.coef_[0], line.intercept_], atol=1e-8)


def test_each_step_is_one_of_keras() -> None:
    values = values_of(CASES[3])
    x, y = np.array(values["x"]), np.array(values["y"])
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.set_weights([np.array([[values["w"]]]), np.array([values["b"]])])
    model.compile(keras.optimizers.SGD(values["learning_rate"]), "mse")
    path = engine.learn(values)
    for step, batch in enumerate(batches(len(x), values["batch_size"], 12, values["seed"])):
        model.train_on_batch(x[batch][:, None], y[batch])
        kernel, bias = model.get_weights()
        np.testing.assert_allclose([kernel[0, 0], bias[0]], path[step + 1], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(("share", "falls"), [(0.98, True), (1.02, False)])
def test_it_diverges_above_the_limit_and_not_below(share: float, falls: bool) -> None:
    values = read_state("", engine.FIELDS)
    limit = 2 / engine.curvature(np.array(values["x"]))
    path = engine.learn({**values, "learning_rate": share * limit})
    best = engine.best(np.array(values["x"]), np.array(values["y"]))
    away = np.linalg.norm(path - best, axis=1)
    assert bool(away[-1] < away[0]) is falls


def test_points_of_the_user_get_a_rate_that_suits_them() -> None:
    x = np.linspace(0, 500, 250)
    own = engine.checked_points((x, 3 * x - 7))
    assert (len(own.values["x"]), own.count) == (100, 250)
    limit = 2 / engine.curvature(np.array(own.values["x"]))
    assert 0.2 * limit < own.values["learning_rate"] < 0.4 * limit
    assert engine.checked_points(([[2]], [3])).values["x"] == [2]


@pytest.mark.parametrize(
    ("points", "advice"),
    [
        (
            ([0, 5e5, 1e6], [1, 2, 3]),
            "a learning rate below 1e-09. Received: x up to 1e+06. Scale x",
        ),
        (([1e-6, 2e-6], [1, 2]), "Received: they differ by 1e-06 at most. Scale x up"),
        (([1, 2], [0, 1e-5]), "Scale y up"),
    ],
)
def test_points_that_need_another_scale_are_told(points: Any, advice: str) -> None:
    with pytest.raises(ValueError, match=re.escape(advice)):
        engine.checked_points(points)


@pytest.mark.parametrize(
    "points", [([1], [2, 3]), 5, ([1, np.nan], [1, 2]), (["a"], [1]), ([], [])]
)
def test_what_are_no_points_is_said(points: Any) -> None:
    with pytest.raises(ValueError, match=r"Expected `points`.*Received"):
        engine.checked_points(points)
    with pytest.raises(ValueError, match=re.escape("the same number of points. Received: 2 and 6")):
        engine.check(read_state("x=1,2", engine.FIELDS))
