"""One neuron that fits a line: the reference for what the page computes, checks of arguments."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.concepts._fields import Field, Number, Numbers
from dlwidgets.concepts._gradient_descent import least_squares_gradient
from dlwidgets.concepts._random import batches

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

STEPS = 200
"""Steps that the page shows."""
POINTS = ((-1.0, 0.0, 1.0, 2.0, 3.0, 4.0), (-3.0, -1.0, 1.0, 3.0, 5.0, 7.0))
"""Points of the line y = 2x - 1."""
MOST_POINTS = 100
LARGEST = 1e6
_FAR = 1e9
_LOWEST_RATE = 1e-9
_LEAST = 1e-3
"""How far values must be apart, for the state keeps 4 decimals of them."""

FIELDS: dict[str, Field] = {
    "w": Number(0, -LARGEST, LARGEST, 4),
    "b": Number(2, -LARGEST, LARGEST, 4),
    "learning_rate": Number(0.05, _LOWEST_RATE, 10, 10),
    "batch_size": Number(0, 0, MOST_POINTS),
    "seed": Number(0, 0, 999),
    "x": Numbers(POINTS[0], -LARGEST, LARGEST, digits=4, most=MOST_POINTS),
    "y": Numbers(POINTS[1], -LARGEST, LARGEST, digits=4, most=MOST_POINTS),
    "at": Numbers((), 0, STEPS, digits=0, least=0, most=1),
}
"""The state of the widget. A batch size of 0 means all points."""


def curvature(x: Array) -> float:
    """Return the largest curvature of the mean squared error over w and b, which y doesn't change.

    Gradient descent with all points diverges above a learning rate of 2 / curvature. It is the
    larger eigenvalue of the second derivatives `2 [[mean(x²), mean(x)], [mean(x), 1]]`.

    Args:
        x: Shape (n,).

    Example:
        >>> from dlwidgets.concepts._one_neuron import curvature
        >>> curvature(np.array([0.0]))
        2.0
    """
    squares, mean = float(np.mean(x**2)), float(np.mean(x))
    return squares + 1 + math.sqrt((squares - 1) ** 2 + 4 * mean**2)


def best(x: Array, y: Array) -> tuple[float, float]:
    """Return w and b of the lowest loss; where all x are equal, the line is flat.

    Args:
        x: Shape (n,).
        y: Shape (n,).
    """
    variance = float(np.mean(x**2) - np.mean(x) ** 2)
    covariance = float(np.mean(x * y) - np.mean(x) * np.mean(y))
    w = covariance / variance if variance > 1e-12 else 0.0
    return w, float(np.mean(y)) - w * float(np.mean(x))


def learn(values: Mapping[str, Any], steps: int = STEPS) -> Array:
    """Return w and b before each step of SGD and after the last one.

    Args:
        values: All values of the state.
        steps: How many steps. There are fewer where it diverges.

    Returns:
        Shape (at most steps + 1, 2).
    """
    x, y = np.array(values["x"], np.float64), np.array(values["y"], np.float64)
    size = values["batch_size"] or len(x)
    chosen = (
        batches(len(x), size, steps, values["seed"])
        if size < len(x)
        else [list(range(len(x)))] * steps
    )
    path = [np.array([values["w"], values["b"]], np.float64)]
    for batch in chosen:
        gradient = least_squares_gradient(x[batch], y[batch], path[-1])
        after = path[-1] - values["learning_rate"] * gradient
        if not np.abs(after).max() <= _FAR:
            break
        path.append(after)
    return np.stack(path)


@dataclass(frozen=True)
class Own:
    """Points of the user's.

    Attributes:
        values: `x`, `y` and a learning rate for the state.
        count: How many points there were.
    """

    values: dict[str, Any]
    count: int


def checked_points(points: Any) -> Own:
    """Return points of the user's with a learning rate that suits them.

    Args:
        points: A pair of arrays of shape (n,): x and y.

    Raises:
        ValueError: They aren't two arrays of the same length, or have values that can't be used
            or that are too large or too close together to be learned from.
    """
    message = "Expected `points` to be a pair (x, y) of arrays of the same length, at least 1. "
    try:
        x, y = (np.atleast_1d(np.squeeze(np.asarray(one))) for one in points)
    except (TypeError, ValueError) as error:
        raise ValueError(message + f"Received: {type(points).__name__}.") from error
    if x.ndim != 1 or x.shape != y.shape or not len(x):
        raise ValueError(message + f"Received: shapes {x.shape} and {y.shape}.")
    both = np.stack([x, y]) if x.dtype.kind in "iufb" and y.dtype.kind in "iufb" else None
    if both is None or not np.isfinite(both).all() or np.abs(both).max() > LARGEST:
        message = f"Expected `points` to have finite numbers from -{LARGEST:g} to {LARGEST:g}. "
        raise ValueError(message + f"Received: arrays of types {x.dtype} and {y.dtype}.")
    count = len(x)
    if count > MOST_POINTS:
        both = both[:, np.linspace(0, count - 1, MOST_POINTS).round().astype(int)]
    for name, column in zip("xy", both, strict=True):
        if 0 < np.ptp(column) < _LEAST:
            message = (
                f"Expected values of {name} that differ by at least {_LEAST:g}. Received: they "
            )
            message += f"differ by {np.ptp(column):.2g} at most. Scale {name} up, "
            raise ValueError(message + f"such as ({name} - {name}.mean()) / {name}.std().")
    rate = 0.6 / curvature(both[0].astype(np.float64))
    if rate < _LOWEST_RATE:
        message = "Expected smaller values of x: gradient descent would need a learning rate below "
        message += f"{_LOWEST_RATE:g}. Received: x up to {np.abs(both[0]).max():g}. "
        raise ValueError(message + "Scale x down, such as (x - x.mean()) / x.std().")
    digits = 1 - math.floor(math.log10(rate))
    values = {"x": both[0].tolist(), "y": both[1].tolist(), "w": 0, "b": 0}
    return Own({**values, "learning_rate": round(rate, digits)}, count)


def check(values: Mapping[str, Any]) -> None:
    """Raise an error where values of a state don't belong together.

    Args:
        values: All values of the state.

    Raises:
        ValueError: There are more x than y, or fewer.
    """
    if len(values["x"]) != len(values["y"]):
        message = "Expected `x` and `y` to have the same number of points. "
        raise ValueError(message + f"Received: {len(values['x'])} and {len(values['y'])}.")
