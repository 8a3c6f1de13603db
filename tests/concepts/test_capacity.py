"""The cases that the page is tested with, computed anew with NumPy, scikit-learn and Keras."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import Lasso, LassoLars, LinearRegression, Ridge

from dlwidgets.concepts import _capacity as engine
from dlwidgets.concepts import _capacity_network as network
from dlwidgets.concepts._fields import read_state
from dlwidgets.concepts._playground import as_arrays, initial_weights

CASES = json.loads((Path(__file__).parent / "cases" / "capacity.json").read_text())
PENALIZED = "model=network;units=4;penalty=l1;strength=0.05;dropout=0.3"


def linear_model(values: dict[str, Any], count: int) -> Any:
    """Return the model of scikit-learn with the same loss, which it scales in its own ways."""
    if values["penalty"] == "l2":
        return Ridge(alpha=count * values["strength"])
    if values["penalty"] == "l1" and values["strength"] < 0.001:  # `Lasso` doesn't get there
        return LassoLars(alpha=values["strength"] / 2, eps=1e-15, max_iter=5000)
    if values["penalty"] == "l1":
        return Lasso(alpha=values["strength"] / 2, tol=1e-13, max_iter=100_000)
    return LinearRegression()


@pytest.mark.parametrize("case", CASES["polynomials"], ids=lambda case: case["state"])
def test_polynomials_are_those_of_scikit_learn(case: dict[str, Any]) -> None:
    values = read_state(case["state"], engine.FIELDS)
    points, degree = engine.points_of(values), values["degree"]
    found = engine.fit(points.x, points.y, degree, values["penalty"], values["strength"])
    errors = engine.errors(points, found)
    np.testing.assert_allclose(case["coefficients"], found, rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(case["errors"], errors, rtol=1e-5, atol=1e-12)
    if degree == 0:
        assert found[0] == pytest.approx(points.y.mean())
        return
    columns = engine.basis(points.x, degree)
    theirs = linear_model(values, len(points.x)).fit(columns, points.y)
    np.testing.assert_allclose(found[1:], theirs.coef_, rtol=1e-5, atol=1e-7)
    assert found[0] == pytest.approx(theirs.intercept_, rel=1e-6, abs=1e-7)


def test_polynomials_without_a_penalty_are_those_of_numpy() -> None:
    values = read_state("degree=10;size=40", engine.FIELDS)
    points = engine.points_of(values)
    found = engine.fit(points.x, points.y, 10, "none", 0)
    theirs = np.polynomial.Polynomial.fit(points.x, points.y, 10)
    grid = np.linspace(-1, 1, 50)
    ours = found[0] + engine.basis(grid, 10) @ found[1:]
    np.testing.assert_allclose(ours, theirs(grid), rtol=1e-8)
    # Through every point, where there are as many coefficients as points.
    exact = engine.fit(points.x[:12], points.y[:12], 11, "none", 0)
    assert engine.errors(engine.Points(points.x[:12], points.y[:12], grid, grid), exact)[0] < 1e-12


def test_a_toy_without_noise_has_none() -> None:
    points = engine.points_of(read_state("data=line;noise=0", engine.FIELDS))
    np.testing.assert_allclose(points.vy, 0.8 * points.vx, atol=1e-15)
    for degree in range(1, 15):
        found = engine.fit(points.x, points.y, degree, "none", 0)
        assert max(engine.errors(points, found)) < 1e-12


@pytest.mark.parametrize("strength", [1e-5, 1e-3, 1])
def test_no_change_of_an_l1_solution_is_better(strength: float) -> None:
    x, y = engine.toy("sine", 0.25, 5)
    # Also where points are above each other, so that columns depend on each other.
    for places in (x, np.round(2 * x) / 2, np.zeros(60)):
        for size in (2, 9, 60):
            columns = engine.basis(places[:size], 20)
            columns = columns - columns.mean(0)
            found = engine.fit(places[:size], y[:size], 20, "l1", strength)[1:]
            rest = y[:size] - y[:size].mean() - columns @ found
            pull = columns.T @ rest / size
            zero = found == 0
            assert np.abs(pull[zero]).max(initial=0) <= strength / 2 + 1e-10
            expected = strength / 2 * np.sign(found[~zero])
            np.testing.assert_allclose(pull[~zero], expected, atol=1e-10)


def test_the_network_learns_as_keras_does() -> None:
    import keras

    case = CASES["networks"][-1]
    values = read_state(case["state"], engine.FIELDS)
    points = engine.points_of(values)
    penalty = keras.regularizers.L2(values["strength"])
    units = values["units"]
    model = keras.Sequential(
        [
            keras.Input((1,)),
            keras.layers.Dense(units, "tanh", kernel_regularizer=penalty),
            keras.layers.Dense(units, "tanh", kernel_regularizer=penalty),
            keras.layers.Dense(1, kernel_regularizer=penalty),
        ]
    )
    sizes = network.sizes_of(units)
    model.set_weights(as_arrays(initial_weights(sizes, values["seed"]), sizes))
    model.compile(keras.optimizers.Adam(engine.LEARNING_RATE), "mse", metrics=["mse"])
    stop = keras.callbacks.EarlyStopping(
        "val_mse", patience=values["patience"], restore_best_weights=True
    )
    history = model.fit(
        points.x[:, None],
        points.y[:, None],
        batch_size=engine.MOST_POINTS,
        epochs=values["epochs"],
        validation_data=(points.vx[:, None], points.vy[:, None]),
        callbacks=[stop],
        verbose=0,
    )
    found = network.train(points, values, values["epochs"])
    theirs = history.history["val_mse"]
    assert len(theirs) == len(found.validation) == case["epochs"]
    assert stop.best_epoch + 1 == found.best == case["best"]
    np.testing.assert_allclose(found.validation, theirs, rtol=1e-3)
    x = np.array([-0.5, 0, 0.7])
    ours = network.predict(x, found.weights)
    np.testing.assert_allclose(ours, model(x[:, None]).numpy()[:, 0], rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(case["predicted"], ours, rtol=1e-6)


@pytest.mark.parametrize("case", CASES["networks"][:-1], ids=lambda case: case["state"])
def test_cases_of_networks_are_those_of_the_engine(case: dict[str, Any]) -> None:
    values = read_state(case["state"], engine.FIELDS)
    points = engine.points_of(values)
    found = network.train(points, values, case["epochs"])
    assert found.training[-1] == pytest.approx(case["training"], rel=1e-7)
    assert found.validation[-1] == pytest.approx(case["validation"], rel=1e-7)
    predicted = network.predict(np.array([-0.5, 0, 0.7]), found.weights)
    np.testing.assert_allclose(predicted, case["predicted"], rtol=1e-6)


def test_gradients_with_dropped_units_are_those_of_finite_differences() -> None:
    values = read_state(PENALIZED, engine.FIELDS)
    x, y = np.array([0.2, -0.7]), np.array([1.0, 0.3])
    sizes = network.sizes_of(4)
    weights = as_arrays([w + 0.01 for w in initial_weights(sizes, 3)], sizes)
    masks = [np.array([[2, 0, 2, 0], [0, 2, 2, 2]]), np.array([[0, 2, 2, 2], [2, 2, 0, 0]])]

    def loss() -> float:
        one = np.tanh(x[:, None] @ weights[0] + weights[1]) * masks[0]
        two = np.tanh(one @ weights[2] + weights[3]) * masks[1]
        off = (two @ weights[4] + weights[5])[:, 0] - y
        size = sum(np.abs(kernel).sum() for kernel in weights[::2])
        return float((off**2).mean() + values["strength"] * size)

    found = network.gradients_of(x, y, weights, values, masks)
    for weight, gradient in zip(weights, found, strict=True):
        for i in np.ndindex(weight.shape):
            before = weight[i]
            weight[i] = before + 1e-6
            above = loss()
            weight[i] = before - 1e-6
            slope = (above - loss()) / 2e-6
            weight[i] = before
            assert gradient[i] == pytest.approx(slope, abs=1e-7)


def test_points_are_those_of_the_page() -> None:
    for case in CASES["points"]:
        points = engine.points_of(read_state(case["state"], engine.FIELDS))
        assert points.x[:6].tolist() == case["x"]
        assert points.y[:6] == pytest.approx(case["y"], rel=1e-10)
        assert points.vx[:4].tolist() == case["vx"]
        assert points.vy[:4] == pytest.approx(case["vy"], rel=1e-10)
    drawn = read_state("data=drawn;x=-1,0,1;y=0,1,2;vx=0.5;vy=3", engine.FIELDS)
    assert engine.points_of(drawn).vy.tolist() == [3]


def test_own_points_are_scaled_and_split() -> None:
    case = CASES["own"]
    own = engine.checked_points(case["x"], case["y"])
    np.testing.assert_allclose(own.table.ravel(), case["table"])
    middle, half, mean, spread = own.scale
    np.testing.assert_allclose(middle + half * own.table[:, 0], case["x"], atol=1e-5)
    np.testing.assert_allclose(mean + spread * own.table[:, 1], case["y"], atol=1e-5)
    points = engine.points_of(read_state("data=own;degree=2", engine.FIELDS), own)
    assert (len(points.x), len(points.vx)) == (14, 6)
    found = engine.errors(points, engine.fit(points.x, points.y, 2, "none", 0))
    np.testing.assert_allclose(found, case["errors"])
    many = engine.checked_points(np.arange(1000), np.ones(1000))
    assert (many.count, len(many.table), many.scale[3]) == (1000, 200, 1)


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        ([1, 2], [0, 1], "at least 6 points"),
        (np.zeros((9, 2)), np.zeros(9), "one feature"),
        (np.zeros(9), np.zeros(9), "`x` to have different values"),
        (np.arange(9), [np.nan] * 9, "`y` to have finite numbers"),
        (np.arange(9), ["a"] * 9, "`y` to have finite numbers"),
    ],
)
def test_what_can_not_be_used_is_said(x: Any, y: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        engine.checked_points(x, y)
