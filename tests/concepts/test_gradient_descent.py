"""The cases that the page is tested with, computed anew with Keras, SciPy and differences."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest
from scipy.interpolate import CubicHermiteSpline
from scipy.optimize import minimize

from dlwidgets.concepts import _gradient_descent as engine
from dlwidgets.concepts._random import batches

if TYPE_CHECKING:
    from collections.abc import Callable

CASES = json.loads((Path(__file__).parent / "cases" / "gradient-descent.json").read_text())
X, Y = (np.array(values) for values in engine.POINTS)


def by_keras(
    gradient: Callable[[np.ndarray, int], np.ndarray],
    start: list[float],
    optimizer: str,
    knobs: dict[str, float],
    steps: int,
) -> np.ndarray:
    rate, momentum = knobs["learning_rate"], knobs["momentum"]
    make: dict[str, Callable[[], keras.optimizers.Optimizer]] = {
        "sgd": lambda: keras.optimizers.SGD(rate),
        "momentum": lambda: keras.optimizers.SGD(rate, momentum=momentum),
        "nesterov": lambda: keras.optimizers.SGD(rate, momentum=momentum, nesterov=True),
        "adagrad": lambda: keras.optimizers.Adagrad(rate, epsilon=knobs["epsilon"]),
        "rmsprop": lambda: keras.optimizers.RMSprop(
            rate, rho=knobs["rho"], epsilon=knobs["epsilon"]
        ),
        "adam": lambda: keras.optimizers.Adam(
            rate, beta_1=momentum, beta_2=knobs["beta_2"], epsilon=knobs["epsilon"]
        ),
        # What the book prints is Nesterov's momentum of 0.1.
        "printed": lambda: keras.optimizers.SGD(rate, momentum=0.1, nesterov=True),
    }
    variable = keras.Variable(np.array(start, "float32"))
    chosen = make[optimizer]()
    path = [np.array(start, float)]
    for step in range(steps):
        slope = gradient(path[-1], step)
        chosen.apply([keras.ops.convert_to_tensor(slope, "float32")], [variable])
        path.append(np.array(keras.ops.convert_to_numpy(variable), float))
    return np.stack(path)


def known_gradient(name: str) -> Callable[[np.ndarray, int], np.ndarray]:
    return lambda w, _step: engine.LANDSCAPES[name].gradient(w)


@pytest.mark.parametrize("case", CASES["paths"], ids=lambda c: f"{c['function']}-{c['optimizer']}")
def test_the_paths_are_those_of_the_reference(case: dict[str, Any]) -> None:
    expected = np.array(case["points"])
    start = engine.LANDSCAPES[case["function"]].start
    steps = (len(expected) - 1) * case["every"]
    gradient = known_gradient(case["function"])
    found = engine.descend(gradient, start, case["optimizer"], steps=steps, **case["knobs"])
    np.testing.assert_allclose(found[:: case["every"]], expected, atol=1e-8)


@pytest.mark.parametrize(
    "case",
    [case for case in CASES["paths"] if case["function"] in ("valley", "two_minima")],
    ids=lambda c: f"{c['function']}-{c['optimizer']}",
)
def test_each_step_is_the_one_of_keras(case: dict[str, Any]) -> None:
    start, gradient = engine.LANDSCAPES[case["function"]].start, known_gradient(case["function"])
    ours = engine.descend(gradient, start, case["optimizer"], steps=25, **case["knobs"])
    theirs = by_keras(gradient, list(start), case["optimizer"], case["knobs"], 25)
    # Keras computes in float32, the page in float64. In Adam, 1 - 0.999 keeps four digits fewer, so
    # a step of 0.05 is off by 3e-6. Later steps aren't compared: where RMSprop swings around the
    # minimum, the sign of a rest of 1e-8 decides on which side it is.
    np.testing.assert_allclose(theirs, ours, atol=5e-5)


@pytest.mark.parametrize("case", CASES["batches"], ids=lambda c: c["optimizer"])
def test_batches_are_those_of_the_page_and_every_epoch_has_all_points(case: dict[str, Any]) -> None:
    size = case["batch_size"]
    found = batches(20, size, 30, case["seed"])
    assert found[:8] == case["batches"]
    first = found[: -(-20 // size)]
    assert sorted(sample for batch in first for sample in batch) == list(range(20))
    path = engine.descend(
        lambda w, step: engine.least_squares_gradient(X[found[step]], Y[found[step]], w),
        [0, 0],
        case["optimizer"],
        steps=30,
        learning_rate=case["learning_rate"],
    )
    np.testing.assert_allclose(path[::3], case["points"], atol=1e-8)


def test_the_gradient_of_a_line_is_that_of_keras() -> None:
    w = keras.Variable([0.7, -0.4])
    import tensorflow as tf

    with tf.GradientTape() as tape:
        loss = keras.losses.mean_squared_error(Y, w[0] * X.astype("float32") + w[1])
    ours = engine.least_squares_gradient(X, Y, np.array([0.7, -0.4]))
    np.testing.assert_allclose(tape.gradient(loss, w.value), ours, rtol=1e-5)


@pytest.mark.parametrize("name", engine.LANDSCAPES)
def test_gradients_are_those_of_finite_differences(name: str) -> None:
    landscape, step = engine.LANDSCAPES[name], 1e-5
    for case in CASES["values"]:
        if case["function"] != name:
            continue
        w = np.array(case["at"])
        assert landscape.loss(w) == pytest.approx(case["loss"], abs=1e-8)
        np.testing.assert_allclose(landscape.gradient(w), case["gradient"], atol=1e-8)
        for i, moved in enumerate(np.eye(len(w)) * step):
            slope = (landscape.loss(w + moved) - landscape.loss(w - moved)) / (2 * step)
            assert landscape.gradient(w)[i] == pytest.approx(slope, abs=1e-6)


@pytest.mark.parametrize("name", engine.LANDSCAPES)
def test_the_lowest_place_is_the_one_that_scipy_finds(name: str) -> None:
    landscape = engine.LANDSCAPES[name]
    grid = np.meshgrid(*(np.linspace(*b, 30) for b in landscape.bounds))
    places = np.stack([axis.ravel() for axis in grid], 1)
    best = min(places, key=landscape.loss)
    found = minimize(landscape.loss, best, jac=landscape.gradient, tol=1e-10)
    assert landscape.loss(np.array(landscape.lowest)) == pytest.approx(found.fun, abs=1e-9)
    told = CASES["landscapes"][name]
    assert told["lowest"] == pytest.approx(landscape.lowest)
    assert told["start"] == pytest.approx(landscape.start)
    assert told["bounds"] == [list(b) for b in landscape.bounds]


def test_the_page_has_the_same_points() -> None:
    assert CASES["points"] == [list(axis) for axis in engine.POINTS]


def test_values_between_those_of_a_table_are_those_of_scipy() -> None:
    for case in CASES["tables"]:
        found = [engine.table_value(case["values"], at) for at in case["at"]]
        np.testing.assert_allclose(found, case["loss"], atol=1e-8)
    row = np.array(CASES["tables"][0]["values"])[0]
    # Catmull-Rom: Hermite's cubic whose slopes are half the difference of the neighbors.
    ends = np.concatenate([row[:1], row, row[-1:]])
    spline = CubicHermiteSpline(np.linspace(-2, 2, len(row)), row, (ends[2:] - ends[:-2]) / 8 * 6)
    for place in (-1.9, -0.3, 1.3):
        assert engine.table_value(row[None], [place]) == pytest.approx(float(spline(place)))


def test_what_the_user_gives_is_made_small_enough() -> None:
    curve = engine.checked_function(np.linspace(0, 5, 1000) ** 2)
    assert curve.values.shape == (1, engine.MOST_VALUES)
    assert curve.values[0, -1] == 25
    photo = engine.checked_function(np.arange(100 * 80).reshape(100, 80).astype("uint16"))
    assert photo.values.shape == (64, 64)
    assert (photo.note, photo.values.min(), photo.values.max()) == ("scaled", 0, 4)
    points = engine.checked_points((np.arange(1000), np.arange(1000) * 2))
    assert points.values.shape == (2, engine.MOST_POINTS)
    assert (points.note, points.large, points.values[1, -1]) == ("left_out", True, 1998)


@pytest.mark.parametrize("values", [[1, 2, 3], np.zeros((4, 2)), [1, 2, 3, np.nan], ["a"] * 4])
def test_what_is_no_function_is_said(values: Any) -> None:
    with pytest.raises(ValueError, match=r"Expected `function`.*Received"):
        engine.checked_function(values)


@pytest.mark.parametrize("points", [([1], [2]), ([1, 2], [1, 2, 3]), 5, ([1, np.inf], [1, 2])])
def test_what_are_no_points_is_said(points: Any) -> None:
    with pytest.raises(ValueError, match=r"Expected `points`.*Received"):
        engine.checked_points(points)
