"""Activation functions: the reference for what the page computes, and checks of arguments."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import erf, expit

from dlwidgets.concepts._fields import Choice, Field, Number, Numbers, Subset
from dlwidgets.concepts._random import uniform
from dlwidgets.generate.reweight import reweight_logits

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

FUNCTIONS = (
    *("linear", "relu", "leaky_relu", "elu", "selu", "gelu", "silu", "softplus"),
    *("sigmoid", "hard_sigmoid", "tanh", "softsign"),
)
"""The names of the functions, as Keras calls them."""

REACH = 6.0
"""The page shows inputs from -REACH to REACH."""
POINTS = 601
"""Values of a function of the user's that the page gets."""
MOST_VALUES = 1000
"""More values are replaced by so many of their quantiles."""
FLAT = 0.05
"""Where the derivative is smaller, almost nothing of a gradient passes."""
WIDE = 0.5
"""Narrower zones, such as around a minimum, are no saturation."""

_SELU_ALPHA, _SELU_SCALE = 1.6732632423543772, 1.0507009873554805

FIELDS: dict[str, Field] = {
    "show": Choice("functions", ("functions", "softmax", "stack")),
    "functions": Subset(("relu", "sigmoid", "tanh"), (*FUNCTIONS, "own")),
    "focus": Choice("sigmoid", (*FUNCTIONS, "own")),
    "negative_slope": Number(0.2, 0, 1, 2),
    "x": Numbers((), -REACH, REACH, digits=2, least=0, most=1),
    "logits": Numbers((2.0, 1.0, 0.1, -1.0), -8, 8, digits=2, least=2, most=10),
    "layers": Number(4, 1, 8),
    "units": Number(8, 1, 16),
    "seed": Number(0, 0, 999),
}
"""The state of the widget. Without `x` the point moves by itself."""


def activation(name: str, x: ArrayLike, negative_slope: float = 0.2) -> Array:
    """Return an activation function of `x`, as Keras computes it.

    Args:
        name: One of `FUNCTIONS`.
        x: Any shape.
        negative_slope: Of leaky ReLU.

    Example:
        >>> from dlwidgets.concepts._activation_functions import activation
        >>> activation("relu", [-1, 2]).tolist()
        [0.0, 2.0]
    """
    z = np.asarray(x, np.float64)
    below = np.minimum(z, 0)
    found: dict[str, Callable[[], Any]] = {
        "linear": lambda: z,
        "relu": lambda: np.maximum(z, 0),
        "leaky_relu": lambda: np.where(z > 0, z, negative_slope * z),
        "elu": lambda: np.where(z > 0, z, np.expm1(below)),
        "selu": lambda: _SELU_SCALE * np.where(z > 0, z, _SELU_ALPHA * np.expm1(below)),
        "gelu": lambda: z * (1 + erf(z / math.sqrt(2))) / 2,
        "silu": lambda: z * expit(z),
        "softplus": lambda: np.logaddexp(0, z),
        "sigmoid": lambda: expit(z),
        "hard_sigmoid": lambda: np.clip((z + 3) / 6, 0, 1),
        "tanh": lambda: np.tanh(z),
        "softsign": lambda: z / (1 + np.abs(z)),
    }
    return np.asarray(found[name](), np.float64)


def derivative(name: str, x: ArrayLike, negative_slope: float = 0.2) -> Array:
    """Return the derivative of an activation function.

    Args:
        name: One of `FUNCTIONS`.
        x: Any shape.
        negative_slope: Of leaky ReLU.

    Example:
        >>> from dlwidgets.concepts._activation_functions import derivative
        >>> float(derivative("sigmoid", 0))
        0.25
    """
    z = np.asarray(x, np.float64)
    s = expit(z)
    bell = np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    decay = np.exp(np.minimum(z, 0))
    found: dict[str, Callable[[], Any]] = {
        "linear": lambda: np.ones_like(z),
        "relu": lambda: np.where(z > 0, 1, 0),
        "leaky_relu": lambda: np.where(z > 0, 1, negative_slope),
        "elu": lambda: np.where(z > 0, 1, decay),
        "selu": lambda: _SELU_SCALE * np.where(z > 0, 1, _SELU_ALPHA * decay),
        "gelu": lambda: (1 + erf(z / math.sqrt(2))) / 2 + z * bell,
        "silu": lambda: s * (1 + z * (1 - s)),
        "softplus": lambda: s,
        "sigmoid": lambda: s * (1 - s),
        "hard_sigmoid": lambda: np.where(np.abs(z) < 3, 1 / 6, 0),
        "tanh": lambda: 1 - np.tanh(z) ** 2,
        "softsign": lambda: 1 / (1 + np.abs(z)) ** 2,
    }
    return np.asarray(found[name](), np.float64)


def zones(slopes: ArrayLike) -> list[tuple[float, float, str]]:
    """Return where a function is flat, as `(from, to, kind)`.

    It is `"dead"` where the derivative is 0, so that nothing passes, and `"saturated"` where its
    size is below `FLAT`.

    Args:
        slopes: The derivative at `POINTS` places from -REACH to REACH.
    """
    sizes = np.abs(np.asarray(slopes, np.float64))
    places = np.linspace(-REACH, REACH, len(sizes))
    kinds = ["dead" if size == 0 else "saturated" if size < FLAT else "" for size in sizes]
    found, begin = list[tuple[float, float, str]](), 0
    for i in range(1, len(kinds) + 1):
        if i < len(kinds) and kinds[i] == kinds[begin]:
            continue
        first, last = float(places[begin]), float(places[i - 1])
        if kinds[begin] and last - first >= WIDE:
            found.append((first, last, kinds[begin]))
        begin = i
    return found


def softmax(logits: ArrayLike) -> Array:
    """Return probabilities from logits: the sampling distribution at a temperature of 1.

    Args:
        logits: Logits along the last axis.
    """
    return reweight_logits(logits, 1.0)


def stack_weights(layers: int, units: int, seed: int) -> list[tuple[Array, Array]]:
    """Return random weights of dense layers with one input and one output, as the page makes them.

    Args:
        layers: Hidden layers.
        units: Units of each.
        seed: The same seed gives the same weights.

    Returns:
        The kernel (inputs, outputs) and the bias (outputs,) of each layer; the output is the last.
    """
    random = uniform(seed)

    def normal() -> float:
        radius = math.sqrt(-2 * math.log(1 - random()))
        return radius * math.cos(2 * math.pi * random())

    sizes = [1, *[units] * layers, 1]
    found = []
    for inputs, outputs in pairwise(sizes):
        scale = math.sqrt(2 / inputs)
        kernel = [[scale * normal() for _ in range(outputs)] for _ in range(inputs)]
        found.append((np.array(kernel), np.array([0.7 * normal() for _ in range(outputs)])))
    return found


def stack_output(
    weights: Sequence[tuple[Array, Array]], x: ArrayLike, name: str, negative_slope: float = 0.2
) -> Array:
    """Return the output of dense layers with an activation; the last one has none.

    Args:
        weights: As `stack_weights` returns them.
        x: Inputs, shape (n,).
        name: The activation, one of `FUNCTIONS`.
        negative_slope: Of leaky ReLU.

    Returns:
        Shape (n,).
    """
    values = np.asarray(x, np.float64)[:, None]
    for kernel, bias in weights[:-1]:
        values = activation(name, values @ kernel + bias, negative_slope)
    kernel, bias = weights[-1]
    output: Array = (values @ kernel + bias)[:, 0]
    return output


def sampled(function: object) -> NDArray[np.float32]:
    """Return a function of the user's at `POINTS` places from -REACH to REACH, as the page gets it.

    Args:
        function: Takes an array of shape (n, 1) and returns as many numbers: a Keras activation, a
            layer, or any function on arrays or tensors.

    Raises:
        TypeError: It isn't a function.
        ValueError: It returns something else.
    """
    if not callable(function):
        message = "Expected `own` to be a function, such as `keras.activations.mish`. "
        raise TypeError(message + f"Received: {type(function).__name__}.")
    x = np.linspace(-REACH, REACH, POINTS, dtype="float32")[:, None]
    result = np.asarray(function(x))
    message = "Expected `own` to return one finite number for each that it gets. Received: "
    if result.size != POINTS or result.dtype.kind not in "iufb":
        raise ValueError(message + f"an array of shape {result.shape} for one of {x.shape}.")
    values = result.astype("<f4").ravel()
    if not np.isfinite(values).all():
        wrong = float(x[~np.isfinite(values)][0, 0])
        raise ValueError(message + f"{values[~np.isfinite(values)][0]} at x = {wrong:.2f}.")
    return values


def checked_values(values: Any) -> NDArray[np.float32]:
    """Return values of the user's in ascending order, as the page gets them.

    Args:
        values: Any shape, such as a layer's outputs before its activation.

    Raises:
        ValueError: There are none, or some aren't finite numbers.
    """
    array = np.asarray(values)
    if array.size == 0 or array.dtype.kind not in "iufb" or not np.isfinite(array).all():
        message = "Expected `values` to be finite numbers, at least one. "
        raise ValueError(message + f"Received: shape {array.shape}, type {array.dtype}.")
    ordered = np.sort(array.ravel())
    if len(ordered) > MOST_VALUES:
        ordered = ordered[np.linspace(0, len(ordered) - 1, MOST_VALUES).round().astype(int)]
    return ordered.astype("<f4")
