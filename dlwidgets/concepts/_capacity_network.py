"""The network of the capacity widget in NumPy: the reference for what the page trains."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.concepts._capacity import LEARNING_RATE, Points
from dlwidgets.concepts._playground import as_arrays, initial_weights
from dlwidgets.concepts._random import uniform

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@dataclass(frozen=True)
class Trained:
    """What training has left.

    Attributes:
        weights: Kernel and bias of each layer.
        training: The mean squared error of the training points after each epoch.
        validation: That of the validation points.
        best: The epoch that the weights are of: the last one, or the best one of early stopping.
    """

    weights: list[Array]
    training: list[float]
    validation: list[float]
    best: int


def sizes_of(units: int) -> list[int]:
    """Return inputs and units of each layer: two hidden ones, as wide as each other.

    Args:
        units: Of each hidden layer.
    """
    return [1, units, units, 1]


def predict(x: Array, weights: Sequence[Array]) -> Array:
    """Return the outputs.

    Args:
        x: Shape (n,).
        weights: Kernel and bias of each layer.
    """
    return _forward(x[:, None], weights, None)[-1][:, 0]


def train(points: Points, values: Mapping[str, Any], epochs: int) -> Trained:
    """Train with Adam and all points at once, as Keras does with dropout and early stopping.

    Args:
        points: The points.
        values: All values of the state.
        epochs: How many epochs at most.
    """
    sizes = sizes_of(values["units"])
    weights = as_arrays(initial_weights(sizes, values["seed"]), sizes)
    random = uniform(values["seed"] + 3000)
    memory = [np.zeros((2, *one.shape)) for one in weights]
    history: tuple[list[float], list[float]] = ([], [])
    best, lowest, kept, waited = 0, math.inf, weights, 0
    for epoch in range(1, epochs + 1):
        masks = _masks(len(points.x), values["units"], values["dropout"], random)
        gradients = gradients_of(points.x, points.y, weights, values, masks)
        corrected = LEARNING_RATE * math.sqrt(1 - 0.999**epoch) / (1 - 0.9**epoch)
        changed = []
        for one, gradient, kept_of in zip(weights, gradients, memory, strict=True):
            kept_of[0] += (gradient - kept_of[0]) * 0.1
            kept_of[1] += (gradient**2 - kept_of[1]) * 0.001
            changed.append(one - corrected * kept_of[0] / (np.sqrt(kept_of[1]) + 1e-7))
        weights = changed
        for known, x, y in zip(history, (points.x, points.vx), (points.y, points.vy), strict=True):
            known.append(float(np.mean((predict(x, weights) - y) ** 2)))
        if not values["stopping"]:
            best, kept = epoch, weights
            continue
        waited += 1
        if history[1][-1] < lowest:
            best, lowest, kept, waited = epoch, history[1][-1], weights, 0
        if waited >= values["patience"]:
            break
    return Trained(kept, *history, best)


def _masks(count: int, units: int, rate: float, random: Callable[[], float]) -> list[Array] | None:
    if rate == 0:
        return None
    rows = [[[random() for _ in range(units)] for _ in range(2)] for _ in range(count)]
    drawn = np.array(rows)
    return [np.where(drawn[:, layer] < rate, 0, 1 / (1 - rate)) for layer in range(2)]


def gradients_of(
    x: Array,
    y: Array,
    weights: Sequence[Array],
    values: Mapping[str, Any],
    masks: Sequence[Array] | None,
) -> list[Array]:
    """Return the gradient of the loss: mean squared error with the penalty of all kernels.

    Args:
        x: Shape (n,).
        y: Shape (n,).
        weights: Kernel and bias of each layer.
        values: `penalty` and `strength`.
        masks: What the values of each hidden layer are multiplied by, shape (n, units).
    """
    kept = _forward(x[:, None], weights, masks)
    error = 2 * (kept[-1] - y[:, None]) / len(x)
    found: list[Array] = []
    for i in range(len(weights) - 2, -1, -2):
        before, kernel = kept[i // 2], weights[i]
        found[:0] = [before.T @ error + _penalty(kernel, values), error.sum(axis=0)]
        if i == 0:
            break
        mask = np.ones_like(before) if masks is None else masks[i // 2 - 1]
        raw = np.divide(before, mask, out=np.zeros_like(before), where=mask > 0)
        error = error @ kernel.T * mask * (1 - raw**2)
    return found


def _penalty(kernel: Array, values: Mapping[str, Any]) -> Array:
    if values["penalty"] == "none":
        return np.zeros_like(kernel)
    return np.asarray(
        values["strength"] * (np.sign(kernel) if values["penalty"] == "l1" else 2 * kernel)
    )


def _forward(x: Array, weights: Sequence[Array], masks: Sequence[Array] | None) -> list[Array]:
    found = [x]
    for i in range(0, len(weights), 2):
        z = found[-1] @ weights[i] + weights[i + 1]
        if i + 2 < len(weights):
            z = np.tanh(z) * (1 if masks is None else masks[i // 2])
        found.append(z)
    return found
