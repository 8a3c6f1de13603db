"""Gradient descent: the reference for what the page computes, and checks of arguments."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.concepts._fields import Choice, Field, Flag, Number, Numbers, Subset

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]
    Gradient = Callable[[Array, int], Array]

OPTIMIZERS = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam", "printed")
"""The names of the optimizers; `"printed"` is the momentum that the book prints."""

STEPS = 150
"""Steps that the page shows."""

PRINTED_MOMENTUM = 0.1
ADAGRAD_BEGINS = 0.1

POINTS = (
    (
        *(0.1, 0.2, 0.3, 0.45, 0.55, 0.7, 0.8, 0.9, 1.05, 1.15),
        *(1.25, 1.4, 1.5, 1.6, 1.75, 1.85, 1.95, 2.1, 2.2, 2.3),
    ),
    (
        *(-1.0, -0.29, -0.61, 0.28, -0.29, 0.71, 0.33, 1.21, 0.7, 1.6),
        *(1.13, 2.12, 1.66, 2.52, 2.16, 3.11, 2.58, 3.45, 3.09, 3.9),
    ),
)
"""Points near the line y = 2x - 1."""

MOST_POINTS = 500
"""More points are too many for a page that follows the hand."""
MOST_SIDE = 64
"""More rows or columns of a surface are shrunk."""
MOST_VALUES = 200
"""More values of a curve are shrunk."""
_LARGE = 10.0


@dataclass(frozen=True)
class Landscape:
    """A function of one or two weights.

    Attributes:
        loss: Returns the loss of weights of shape (1,) or (2,).
        gradient: Returns the gradient, of the same shape.
        start: Where descents begin.
        lowest: The weights of the lowest loss.
        bounds: What is shown, lowest and highest, by weight.
    """

    loss: Callable[[Array], float]
    gradient: Callable[[Array], Array]
    start: tuple[float, ...]
    lowest: tuple[float, ...]
    bounds: tuple[tuple[float, float], ...]


_AROUND = ((-2.0, 2.0), (-2.0, 2.0))
_HOLLOWS = ((3.0, -0.9, -0.5, 0.5), (1.8, 1.1, 0.7, 0.4))


def _hollows(w: Array) -> float:
    loss = 0.15 * float(w @ w) + 3
    for depth, x, y, width in _HOLLOWS:
        distance = (w[0] - x) ** 2 + (w[1] - y) ** 2
        loss -= depth * math.exp(-distance / (2 * width))
    return loss


def _hollows_gradient(w: Array) -> Array:
    gradient = 0.3 * w
    for depth, x, y, width in _HOLLOWS:
        away = w - np.array([x, y])
        gradient = gradient + depth / width * math.exp(-float(away @ away) / (2 * width)) * away
    return gradient


LANDSCAPES: dict[str, Landscape] = {
    "parabola": Landscape(
        lambda w: float(w[0] ** 2), lambda w: 2 * w, (-2.6,), (0.0,), ((-3.0, 3.0),)
    ),
    "two_valleys": Landscape(
        lambda w: float(w[0] ** 4 / 8 - w[0] ** 2 + 0.4 * w[0] + 3),
        lambda w: w**3 / 2 - 2 * w + 0.4,
        (3.1,),
        (-2.093361,),
        ((-3.2, 3.4),),
    ),
    "bowl": Landscape(lambda w: float(w @ w), lambda w: 2 * w, (-1.6, 1.3), (0, 0), _AROUND),
    "valley": Landscape(
        lambda w: float(0.1 * w[0] ** 2 + 6 * w[1] ** 2),
        lambda w: np.array([0.2 * w[0], 12 * w[1]]),
        (-1.8, 0.7),
        (0, 0),
        ((-2.0, 2.0), (-1.3, 1.3)),
    ),
    "saddle": Landscape(
        lambda w: float((w[0] ** 2 - w[1] ** 2) / 2 + w[1] ** 4 / 8 + 0.5),
        lambda w: np.array([w[0], -w[1] + w[1] ** 3 / 2]),
        (-1.7, 0.01),
        (0, math.sqrt(2)),
        _AROUND,
    ),
    "rosenbrock": Landscape(
        lambda w: float(0.1 * (1 - w[0]) ** 2 + 0.4 * (w[1] - w[0] ** 2) ** 2),
        lambda w: np.array(
            [
                0.2 * (w[0] - 1) - 1.6 * w[0] * (w[1] - w[0] ** 2),
                0.8 * (w[1] - w[0] ** 2),
            ]
        ),
        (-1.2, 2.3),
        (1, 1),
        ((-2.0, 2.0), (-1.0, 3.0)),
    ),
    "two_minima": Landscape(
        _hollows, _hollows_gradient, (1.8, 1.7), (-0.854935, -0.474868), _AROUND
    ),
}
"""The functions that come with the widget."""

FIELDS: dict[str, Field] = {
    "function": Choice("valley", (*LANDSCAPES, "points", "own")),
    "optimizers": Subset(OPTIMIZERS[:6], OPTIMIZERS),
    "learning_rate": Number(0.05, 0.0001, 10, 6),
    "momentum": Number(0.9, 0, 0.99, 2),
    "rho": Number(0.9, 0, 0.999, 3),
    "beta_2": Number(0.999, 0, 0.9999, 4),
    "epsilon": Number(1e-7, 1e-8, 1, 8),
    "start": Numbers((), -1e6, 1e6, digits=4, least=0, most=2),
    "batch_size": Number(0, 0, MOST_POINTS),
    "seed": Number(0, 0, 999),
    "scaled": Flag(False),
    "focus": Choice("momentum", OPTIMIZERS),
    "at": Numbers((), 0, STEPS, digits=0, least=0, most=1),
}
"""The state of the widget. A batch size of 0 means all samples."""


def least_squares_gradient(x: Array, y: Array, weights: Array) -> Array:
    """Return the gradient of the mean squared error of `y = w·x + b`.

    Args:
        x: Shape (n,).
        y: Shape (n,).
        weights: `w` and `b`.
    """
    error = weights[0] * x + weights[1] - y
    return np.array([2 * np.mean(error * x), 2 * np.mean(error)])


def descend(
    gradient: Gradient,
    start: Sequence[float],
    optimizer: str,
    *,
    steps: int = STEPS,
    learning_rate: float = 0.05,
    momentum: float = 0.9,
    rho: float = 0.9,
    beta_2: float = 0.999,
    epsilon: float = 1e-7,
) -> Array:
    """Return the weights before each step and after the last one, as Keras's optimizers do.

    Args:
        gradient: Returns the gradient for weights and the number of the step, from 0.
        start: The first weights.
        optimizer: One of `OPTIMIZERS`.
        steps: How many steps.
        learning_rate: As in Keras.
        momentum: Of momentum and Nesterov; Adam's `beta_1`.
        rho: Of RMSprop.
        beta_2: Of Adam.
        epsilon: Of Adagrad, RMSprop and Adam.

    Returns:
        Shape (steps + 1, weights).

    Example:
        >>> from dlwidgets.concepts._gradient_descent import descend
        >>> descend(lambda w, step: 2 * w, [1.0], "sgd", steps=2, learning_rate=0.25).ravel()
        array([1.  , 0.5 , 0.25])
    """
    w = np.array(start, np.float64)
    path, velocity = [w], np.zeros_like(w)
    squares = np.full_like(w, ADAGRAD_BEGINS if optimizer == "adagrad" else 0)
    if optimizer == "printed":
        momentum = PRINTED_MOMENTUM
    for t in range(1, steps + 1):
        g = gradient(w, t - 1)
        if optimizer in ("momentum", "nesterov", "printed"):
            velocity = momentum * velocity - learning_rate * g
        if optimizer == "sgd":
            change = -learning_rate * g
        elif optimizer == "momentum":
            change = velocity
        elif optimizer in ("nesterov", "printed"):
            change = momentum * velocity - learning_rate * g
        elif optimizer == "adagrad":
            squares = squares + g**2
            change = -learning_rate * g / np.sqrt(squares + epsilon)
        elif optimizer == "rmsprop":
            squares = rho * squares + (1 - rho) * g**2
            change = -learning_rate * g / np.sqrt(squares + epsilon)
        else:
            velocity = velocity + (g - velocity) * (1 - momentum)
            squares = squares + (g**2 - squares) * (1 - beta_2)
            rate = learning_rate * math.sqrt(1 - beta_2**t) / (1 - momentum**t)
            change = -rate * velocity / (np.sqrt(squares) + epsilon)
        w = w + change
        path.append(w)
    return np.stack(path)


@dataclass(frozen=True)
class Own:
    """What the user gave, as the page gets it.

    Attributes:
        values: Float32 of shape (rows, columns) for a function, (2, samples) for points.
        note: What was changed: `"shrunk"`, `"scaled"`, `"left_out"`, or nothing.
        number: The number that belongs to the note.
        large: Whether points should be scaled.
    """

    values: NDArray[np.float32]
    note: str = ""
    number: float = 0
    large: bool = False


def checked_function(values: Any) -> Own:
    """Return the values of a function as the page gets them.

    Args:
        values: Shape (n,) for a curve, (rows, columns) for a surface; at least 4 along each axis.

    Raises:
        ValueError: The array has another shape, or values that aren't finite.
    """
    array = np.asarray(values)
    if array.ndim not in (1, 2) or min(array.shape) < 4:
        message = "Expected `function` to be a name, or an array of shape (n,) or (rows, columns) "
        message += "with at least 4 values along each axis. "
        raise ValueError(message + f"Received: an array of shape {array.shape}.")
    array = _finite(array, "function")
    most = MOST_VALUES if array.ndim == 1 else MOST_SIDE
    for axis, size in enumerate(array.shape):
        if size > most:
            array = _resampled(array, axis, most)
    low, high = float(array.min()), float(array.max())
    factor = 4 / (high - low) if high > low and not 0.4 <= high - low <= 40 else 1.0
    kept = np.atleast_2d((array - low) * factor if factor != 1 else array).astype("<f4")
    return Own(kept, "scaled" if factor != 1 else "", factor)


def checked_points(points: Any) -> Own:
    """Return points as the page gets them.

    Args:
        points: A pair of arrays of shape (n,): x and y.

    Raises:
        ValueError: They aren't two arrays of the same length, or contain values that aren't finite.
    """
    message = "Expected `points` to be a pair (x, y) of arrays of the same length, at least 2. "
    try:
        x, y = (np.squeeze(np.asarray(one)) for one in points)
    except (TypeError, ValueError) as error:
        raise ValueError(message + f"Received: {type(points).__name__}.") from error
    if x.ndim != 1 or x.shape != y.shape or len(x) < 2:
        raise ValueError(message + f"Received: shapes {x.shape} and {y.shape}.")
    x, y = _finite(x, "points"), _finite(y, "points")
    count = len(x)
    if count > MOST_POINTS:
        kept = np.linspace(0, count - 1, MOST_POINTS).round().astype(int)
        x, y = x[kept], y[kept]
    both = np.stack([x, y]).astype("<f4")
    large = bool(np.abs(both).max() > _LARGE)
    return Own(both, "left_out" if count > MOST_POINTS else "", count, large)


def _finite(array: NDArray[Any], name: str) -> Array:
    if array.dtype.kind not in "iufb" or not np.isfinite(array).all():
        message = f"Expected `{name}` to have finite numbers. "
        raise ValueError(message + f"Received: an array of type {array.dtype}.")
    return array.astype(np.float64)


def _resampled(array: Array, axis: int, size: int) -> Array:
    """Return the array with so many values along an axis, by straight lines between them."""
    places = np.linspace(0, array.shape[axis] - 1, size)
    below = np.minimum(places.astype(int), array.shape[axis] - 2)
    share = (places - below).reshape([-1 if i == axis else 1 for i in range(array.ndim)])
    first, second = np.take(array, below, axis), np.take(array, below + 1, axis)
    mixed: Array = first * (1 - share) + second * share
    return mixed


def table_value(values: ArrayLike, at: Sequence[float]) -> float:
    """Return a function of the user's between its values, as the page does: Catmull-Rom's cubic.

    Args:
        values: Shape (rows, columns); one row for a curve.
        at: The place, from -2 to 2 along each axis.
    """
    table = np.asarray(values, np.float64)
    rows, columns = table.shape
    column, across = _cubic((at[0] + 2) / 4 * (columns - 1), columns)
    if rows == 1:
        return float(table[0, column] @ across)
    row, down = _cubic((2 - at[1]) / 4 * (rows - 1), rows)
    return float(down @ table[np.ix_(row, column)] @ across)


def _cubic(place: float, count: int) -> tuple[list[int], Array]:
    base = min(count - 2, max(0, math.floor(place)))
    u = place - base
    shares = [
        (-u + 2 * u**2 - u**3) / 2,
        (2 - 5 * u**2 + 3 * u**3) / 2,
        (u + 4 * u**2 - 3 * u**3) / 2,
        (u**3 - u**2) / 2,
    ]
    return [min(count - 1, max(0, base + k)) for k in (-1, 0, 1, 2)], np.array(shares)
