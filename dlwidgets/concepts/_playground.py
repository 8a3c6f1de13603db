"""A small network on points of the plane: fields, and the reference for the page."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.concepts._fields import Choice, Field, Flag, Number, Numbers, Subset
from dlwidgets.concepts._playground_points import (
    FEATURES,
    MOST_DRAWN,
    PLACES,
    REACH,
    Points,
    drawn,
    features,
    made,
    split,
)
from dlwidgets.concepts._random import batches, uniform

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

DATA = ("rings", "moons", "xor", "spirals", "clouds", "drawn", "own")
ACTIVATIONS = ("tanh", "relu", "sigmoid", "linear")
OPTIMIZERS = ("sgd", "momentum", "adam")
BESIDE = ("linear", "svm_linear", "svm_poly", "svm_rbf", "tree", "forest", "boosting")
MOST_LAYERS = 5
MOST_UNITS = 8
MOMENTUM = 0.9

_EDGE = REACH * PLACES
_FIRST = (-38, -12, -30, 8, -20, 20, -8, 27, 4, 27, 15, 19, 24, 7, 29, -10)
_SECOND = (-14, 2, -10, -14, -2, -25, 10, -31, 22, -30, 33, -21, 41, -7, 45, 8)

FIELDS: dict[str, Field] = {
    "mode": Choice("network", ("network", "coordinates")),
    "data": Choice("rings", DATA),
    "noise": Number(0.1, 0, 0.5, 2),
    "samples": Number(200, 20, 500),
    "test": Number(0.3, 0, 0.8, 1),
    "features": Subset(("x1", "x2"), tuple(FEATURES)),
    "layers": Numbers((4, 3), 1, MOST_UNITS, 0, 0, MOST_LAYERS),
    "activation": Choice("tanh", ACTIVATIONS),
    "optimizer": Choice("adam", OPTIMIZERS),
    "learning_rate": Number(0.03, 0.0001, 10, 6),
    "regularization": Choice("none", ("none", "l1", "l2")),
    "strength": Number(0.003, 0.0001, 1, 4),
    "batch_size": Number(10, 1, 500),
    "seed": Number(0, 0, 999),
    "unit": Numbers((), 0, 8, 0, 0, 2),
    "at": Numbers((), -REACH, REACH, 2, 0, 2),
    "beside": Subset((), BESIDE),
    "c": Number(1, 0.001, 1000, 3),
    "gamma": Number(1, 0.01, 100, 2),
    "depth": Number(4, 1, 20),
    "trees": Number(50, 1, 200),
    "angle": Number(0, -180, 180),
    "shift": Numbers((0, 0), -REACH, REACH, 2, 2, 2),
    "polar": Flag(False),
    "first": Numbers(_FIRST, -_EDGE, _EDGE, 0, 0, 2 * MOST_DRAWN),
    "second": Numbers(_SECOND, -_EDGE, _EDGE, 0, 0, 2 * MOST_DRAWN),
    "weights": Numbers((), -100, 100, 3, 0, 400),
}
"""What the state consists of. `labextension/src/views/playground/fields.ts` has the same."""


def points_of(values: Mapping[str, Any], own: ArrayLike | None = None) -> Points:
    """Return the points that a state shows.

    Args:
        values: All values of the state.
        own: The user's points, shape (n, 3); for `data="own"`.
    """
    test, seed = values["test"], values["seed"]
    if values["data"] == "drawn":
        return drawn(values["first"], values["second"], test, seed)
    if values["data"] == "own" and own is not None:
        return split(np.asarray(own, np.float64), test, seed)
    name = "rings" if values["data"] == "own" else values["data"]
    return made(name, values["samples"], values["noise"], test, seed)


def sizes_of(values: Mapping[str, Any]) -> list[int]:
    """Return inputs, units of each hidden layer, and 1.

    Args:
        values: All values of the state.
    """
    return [len(values["features"]), *map(int, values["layers"]), 1]


def weight_count(sizes: Sequence[int]) -> int:
    """Return how many weights a network has, with biases.

    Args:
        sizes: Inputs, units of each layer.
    """
    return sum((a + 1) * b for a, b in itertools.pairwise(sizes))


def initial_weights(sizes: Sequence[int], seed: int) -> list[float]:
    """Return random weights as `glorot_uniform` has them, biases of 0, layer by layer.

    Args:
        sizes: Inputs, units of each layer.
        seed: The same seed gives the same weights, here and in the page.
    """
    following, found = uniform(seed + 2000), list[float]()
    for inputs, units in itertools.pairwise(sizes):
        limit = math.sqrt(6 / (inputs + units))
        found += [limit * (2 * following() - 1) for _ in range(inputs * units)]
        found += [0.0] * units
    return found


def weights_of(values: Mapping[str, Any]) -> list[float]:
    """Return the weights that training begins with.

    Args:
        values: All values of the state.
    """
    sizes = sizes_of(values)
    given = values["weights"]
    return list(given) if given else initial_weights(sizes, values["seed"])


def as_arrays(flat: Sequence[float], sizes: Sequence[int]) -> list[Array]:
    """Return weights as `keras.Model.get_weights` does: kernel and bias of each layer.

    Args:
        flat: All weights in a row.
        sizes: Inputs, units of each layer.
    """
    found: list[Array] = []
    at = 0
    for inputs, units in itertools.pairwise(sizes):
        for shape in ((inputs, units), (units,)):
            count = math.prod(shape)
            found.append(np.array(flat[at : at + count], np.float64).reshape(shape))
            at += count
    return found


def epoch_batches(samples: int, size: int, epoch: int, seed: int) -> list[list[int]]:
    """Return the samples of each step of an epoch.

    Args:
        samples: How many there are.
        size: Samples of a batch; the last one may be smaller.
        epoch: From 0.
        seed: As of the state.
    """
    return batches(samples, size, -(-samples // size), seed * 100_003 + epoch) if samples else []


def probabilities(x: Array, weights: Sequence[Array], activation: str) -> Array:
    """Return the probability of class 1.

    Args:
        x: What the network gets, shape (n, inputs).
        weights: Kernel and bias of each layer.
        activation: Of the hidden layers.
    """
    return np.asarray(_sigmoid(_forward(x, weights, activation)[-1][:, 0]))


def train(
    values: Mapping[str, Any], points: Points, epochs: int
) -> tuple[list[Array], list[float]]:
    """Return the weights after some epochs, and the loss of all training points after each.

    Args:
        values: All values of the state.
        points: The points.
        epochs: How many epochs.

    Returns:
        Kernel and bias of each layer, and the mean cross-entropy without the penalty.
    """
    weights = as_arrays(weights_of(values), sizes_of(values))
    x = features(points.x, values["features"])[: points.training]
    y = points.y[: points.training].astype(np.float64)
    memory = [(np.zeros_like(one), np.zeros_like(one)) for one in weights]
    losses, step = list[float](), 0
    for epoch in range(epochs):
        for batch in epoch_batches(len(x), values["batch_size"], epoch, values["seed"]):
            gradients = _gradients(x[batch], y[batch], weights, values)
            step += 1
            for i, (gradient, kept) in enumerate(zip(gradients, memory, strict=True)):
                weights[i] = weights[i] + _change(gradient, kept, step, values)
        losses.append(cross_entropy(probabilities(x, weights, values["activation"]), y))
    return weights, losses


def cross_entropy(p: Array, y: Array) -> float:
    """Return the mean cross-entropy.

    Args:
        p: Probabilities of class 1.
        y: Labels.
    """
    return float(-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))


def _forward(x: Array, weights: Sequence[Array], activation: str) -> list[Array]:
    values = [x]
    for i in range(0, len(weights), 2):
        z = values[-1] @ weights[i] + weights[i + 1]
        values.append(z if i + 2 == len(weights) else _activated(z, activation))
    return values


def _activated(z: Array, activation: str) -> Array:
    if activation == "tanh":
        return np.tanh(z)
    if activation == "relu":
        return np.maximum(z, 0)
    return _sigmoid(z) if activation == "sigmoid" else z


def _slope(value: Array, activation: str) -> Array:
    if activation == "tanh":
        return 1 - value**2
    if activation == "relu":
        return (value > 0).astype(np.float64)
    return value * (1 - value) if activation == "sigmoid" else np.ones_like(value)


def _sigmoid(z: Array) -> Array:
    return 1 / (1 + np.exp(-z))


def _gradients(
    x: Array, y: Array, weights: Sequence[Array], values: Mapping[str, Any]
) -> list[Array]:
    activation = values["activation"]
    kept = _forward(x, weights, activation)
    error = (_sigmoid(kept[-1]) - y[:, None]) / len(x)
    found: list[Array] = []
    for i in range(len(weights) - 2, -1, -2):
        before = kept[i // 2]
        found[:0] = [before.T @ error + _penalty(weights[i], values), error.sum(axis=0)]
        error = error @ weights[i].T * _slope(before, activation)
    return found


def _penalty(kernel: Array, values: Mapping[str, Any]) -> Array:
    kind, strength = values["regularization"], values["strength"]
    if kind == "none":
        return np.zeros_like(kernel)
    return np.asarray(strength * (np.sign(kernel) if kind == "l1" else 2 * kernel))


def _change(
    gradient: Array, kept: tuple[Array, Array], step: int, values: Mapping[str, Any]
) -> Array:
    rate, (velocity, squares) = values["learning_rate"], kept
    if values["optimizer"] == "sgd":
        return np.asarray(-rate * gradient)
    if values["optimizer"] == "momentum":
        velocity *= MOMENTUM
        velocity -= rate * gradient
        return velocity
    velocity += (gradient - velocity) * 0.1
    squares += (gradient**2 - squares) * 0.001
    corrected = rate * math.sqrt(1 - 0.999**step) / (1 - 0.9**step)
    return np.asarray(-corrected * velocity / (np.sqrt(squares) + 1e-7))
