"""Capacity: the reference for what the page computes, and checks of arguments."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.concepts._fields import Choice, Field, Flag, Number, Numbers, rounded
from dlwidgets.concepts._random import shuffled, uniform

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

MOST_DEGREE = 20
MOST_UNITS = 32
MOST_POINTS = 60
HELD_OUT = 40
"""Validation points of the toys."""
MOST_OWN = 200
LEAST_OWN = 6
LEARNING_RATE = 0.02
"""Of Adam, as the network uses it."""
_CUT = 1e-12
"""What is so small beside the largest singular value is nothing."""
_RIDGE = 1e-13
_STEPS = 500
_CLOSE = 1e-11

_across = {"low": -1, "high": 1, "digits": 2, "least": 0, "most": MOST_POINTS}
_up = {**_across, "low": -3, "high": 3}
FIELDS: dict[str, Field] = {
    "data": Choice("sine", ("sine", "line", "step", "drawn", "own")),
    "model": Choice("polynomial", ("polynomial", "network")),
    "size": Number(15, 4, MOST_POINTS),
    "noise": Number(0.25, 0, 1, 2),
    "degree": Number(4, 0, MOST_DEGREE),
    "units": Number(8, 1, MOST_UNITS),
    "penalty": Choice("none", ("none", "l1", "l2")),
    "strength": Number(0.01, 0.00001, 10, 6),
    "dropout": Number(0, 0, 0.6, 2),
    "stopping": Flag(False),
    "patience": Number(100, 10, 500),
    "epochs": Number(1000, 100, 3000),
    "seed": Number(72, 0, 999),
    "x": Numbers((), **_across),
    "y": Numbers((), **_up),
    "vx": Numbers((), **_across),
    "vy": Numbers((), **_up),
}
"""The state of the widget."""

TRUTHS: dict[str, Callable[[float], float]] = {
    "sine": lambda x: math.sin(4 * x),
    "line": lambda x: 0.8 * x,
    "step": lambda x: -0.7 if x < 0 else 0.7,
}


@dataclass(frozen=True)
class Points:
    """Points to fit, and points to validate with.

    Attributes:
        x: Of the training points, from −1 to 1.
        y: Their values.
        vx: Of the validation points.
        vy: Their values.
    """

    x: Array
    y: Array
    vx: Array
    vy: Array


def toy(data: str, noise: float, seed: int) -> tuple[Array, Array]:
    """Return 60 training points and 40 validation points: a function with noise.

    Args:
        data: A name of `TRUTHS`.
        noise: The standard deviation of the noise.
        seed: Of the random numbers.
    """
    following, truth, rows = uniform(seed), TRUTHS[data], []
    for _ in range(MOST_POINTS + HELD_OUT):
        x = rounded(2 * following() - 1, 2)
        # The method of Box and Muller.
        size = math.sqrt(-2 * math.log(1 - following()))
        y = truth(x) + noise * size * math.cos(2 * math.pi * following())
        rows.append((x, min(3, max(-3, y))))
    table = np.array(rows)
    return table[:, 0], table[:, 1]


def points_of(values: Mapping[str, Any], own: Own | None = None) -> Points:
    """Return the points that a state shows.

    Args:
        values: All values of the state.
        own: The user's points; for `data="own"`.
    """
    if values["data"] == "drawn" and len(values["x"]):
        return Points(*(np.array(values[name], float) for name in ("x", "y", "vx", "vy")))
    if values["data"] == "own" and own is not None:
        table = own.table.astype(float)
        table = table[shuffled(len(table), values["seed"])]
        training = min(values["size"], len(table) * 7 // 10)
        x, y = table.T
        return Points(x[:training], y[:training], x[training:], y[training:])
    name = values["data"] if values["data"] in TRUTHS else "sine"
    x, y = toy(name, values["noise"], values["seed"])
    return Points(x[: values["size"]], y[: values["size"]], x[MOST_POINTS:], y[MOST_POINTS:])


def basis(x: Array, degree: int) -> Array:
    """Return Legendre polynomials of degree 1 and higher, of mean square 1 over −1 to 1.

    Args:
        x: From −1 to 1, shape (n,).
        degree: The highest one.

    Returns:
        Shape (n, degree).
    """
    scale = np.sqrt(2 * np.arange(degree + 1) + 1)
    return np.asarray((np.polynomial.legendre.legvander(x, degree) * scale)[:, 1:])


def fit(x: Array, y: Array, degree: int, penalty: str, strength: float) -> Array:
    """Return the coefficients with the lowest loss, the constant first, which has no penalty.

    The loss is the mean squared error plus `strength` times the sum of the coefficients' squares
    or absolute values. Where several have it, those with the smallest sum of squares count.

    Args:
        x: From −1 to 1, shape (n,).
        y: Shape (n,).
        degree: Of the polynomial.
        penalty: `"none"`, `"l1"` or `"l2"`.
        strength: How much the penalty counts.
    """
    columns = basis(x, degree)
    means = columns.mean(0)
    centered, off = columns - means, y - y.mean()
    if penalty == "l1":
        found = _lasso(centered, off, strength)
    else:
        left, sizes, right = np.linalg.svd(centered, full_matrices=False)
        good = sizes > _CUT * sizes.max(initial=0)
        weight = len(x) * strength if penalty == "l2" else 0.0
        factors = np.where(good, sizes / np.where(good, sizes**2 + weight, 1), 0)
        found = right.T @ (factors * (left.T @ off))
    return np.concatenate([[y.mean() - means @ found], found])


def _lasso(columns: Array, y: Array, strength: float) -> Array:
    """Minimize with the signs of some coefficients given, until no other sign is better.

    One coefficient after the other would need millions of rounds where the penalty is small.
    """
    count, width = columns.shape
    half, products = strength / 2, columns.T @ columns / count
    # So small that it only matters where columns depend on each other.
    ridge = _RIDGE * max(np.trace(products), 1e-300) * np.eye(width)
    close = _CLOSE * max(1.0, np.abs(columns.T @ y / count).max(initial=0))
    found, signs = np.zeros(width), np.zeros(width)
    for _ in range(_STEPS if width else 0):
        pull = columns.T @ (y - columns @ found) / count
        off = np.where(signs != 0, np.abs(pull - half * signs), 0)
        if off.max() <= close:
            outside = np.where(signs != 0, 0, np.abs(pull))
            if outside.max() <= half + close:
                break
            next_one = int(outside.argmax())
            signs[next_one] = np.sign(pull[next_one])
        at = np.flatnonzero(signs)
        step = np.linalg.solve((products + ridge)[np.ix_(at, at)], pull[at] - half * signs[at])
        found[at] = _along(columns[:, at], y - columns @ found, found[at], step, strength)
        signs = np.sign(found)
    return found


def _along(columns: Array, rest: Array, start: Array, step: Array, strength: float) -> Array:
    """Go along a step to where the loss is lowest: its end, or where a coefficient becomes 0."""
    turns = np.array([-a / b if a * b < 0 else 2.0 for a, b in zip(start, step, strict=True)])
    moved = columns @ step

    def loss(share: float) -> float:
        size = np.abs(start + share * step).sum()
        return float(np.mean((rest - share * moved) ** 2) + strength * size)

    best = min([*turns[turns < 1].tolist(), 1.0], key=loss)
    return np.where(turns == best, 0.0, start + best * step)


def errors(points: Points, coefficients: Array) -> tuple[float, float]:
    """Return the mean squared errors of training and validation points.

    Args:
        points: The points.
        coefficients: As `fit` returns them.
    """
    degree = len(coefficients) - 1
    found = []
    for x, y in ((points.x, points.y), (points.vx, points.vy)):
        predicted = coefficients[0] + basis(x, degree) @ coefficients[1:]
        found.append(float(np.mean((predicted - y) ** 2)) if len(x) else math.nan)
    return found[0], found[1]


@dataclass(frozen=True)
class Own:
    """Points of the user's.

    Attributes:
        table: float32 of shape (n, 2): x from −1 to 1, and y with a mean of 0.
        scale: Middle and half width of x, mean and standard deviation of y.
        count: How many points there were.
    """

    table: NDArray[np.float32]
    scale: tuple[float, float, float, float]
    count: int


def checked_points(x: Any, y: Any) -> Own:
    """Return points as the page gets them.

    Args:
        x: Shape (n,) or (n, 1).
        y: Shape (n,) or (n, 1).

    Raises:
        ValueError: They can't be used.
    """
    xs, ys = (np.squeeze(np.asarray(one)) for one in (x, y))
    if xs.ndim != 1 or xs.shape != ys.shape or len(xs) < LEAST_OWN:
        message = "Expected `x` and `y` to be arrays of the same length, with one feature and at "
        message += f"least {LEAST_OWN} points. "
        raise ValueError(message + f"Received: shapes {np.shape(x)} and {np.shape(y)}.")
    for name, one in (("x", xs), ("y", ys)):
        if one.dtype.kind not in "iufb" or not np.isfinite(one).all() or np.abs(one).max() > 1e15:
            message = f"Expected `{name}` to have finite numbers from -1e15 to 1e15. "
            raise ValueError(message + f"Received: an array of type {one.dtype}.")
    xs, ys = xs.astype(float), ys.astype(float)
    count = len(xs)
    kept = [i * count // min(count, MOST_OWN) for i in range(min(count, MOST_OWN))]
    xs, ys = xs[kept], ys[kept]
    half = float(np.ptp(xs)) / 2
    if half == 0:
        message = "Expected `x` to have different values. "
        raise ValueError(message + f"Received: {xs[0]:g} only.")
    middle, mean, spread = float(xs.min()) + half, float(ys.mean()), float(ys.std()) or 1.0
    table = np.stack([(xs - middle) / half, (ys - mean) / spread], 1).astype("<f4")
    return Own(np.clip(table, -1e6, 1e6), (middle, half, mean, spread), count)
