"""Batch normalization: the reference for what the page computes, and checks of arguments.

Sources: Ioffe and Szegedy, *Batch Normalization*, ICML 2015; Chollet, *Deep Learning with Python*,
section 7.3.1.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.concepts._fields import Choice, Field, Number, Numbers
from dlwidgets.concepts._playground_points import made
from dlwidgets.concepts._random import batches, uniform

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

DATA = ("rings", "moons", "xor", "spirals", "own")
ACTIVATIONS = ("tanh", "sigmoid", "relu")
MODES = ("training", "inference")
SAMPLES = 128
STEPS = 200
NOISE = 0.08
MOST_LAYERS = 4
MOST_UNITS = 16
MOST_BATCH = 64
MOST_ROWS = 256
LARGEST = 1e6
"""No number of the user's batch is larger."""

FIELDS: dict[str, Field] = {
    "data": Choice("rings", DATA),
    "layers": Number(3, 1, MOST_LAYERS),
    "units": Number(8, 2, MOST_UNITS),
    "activation": Choice("sigmoid", ACTIVATIONS),
    "batch_size": Number(32, 1, MOST_BATCH),
    "learning_rate": Number(1, 0.001, 3, 3),
    "scale": Number(1, 0.1, 5, 2),
    "momentum": Number(0.95, 0, 0.999, 3),
    "epsilon": Number(0.001, 0.000001, 1, 6),
    "mode": Choice("training", MODES),
    "gamma": Number(1, -5, 5, 2),
    "beta": Number(0, -5, 5, 2),
    "unit": Numbers((1, 1), 1, MOST_UNITS, digits=0, least=2, most=2),
    "step": Numbers((), 0, STEPS, digits=0, least=0, most=1),
    "seed": Number(0, 0, 999),
}
"""The state. `gamma` and `beta` are those of the user's own batch; a network learns its own."""


def normalized(
    x: ArrayLike,
    mean: ArrayLike,
    variance: ArrayLike,
    *,
    epsilon: float = 0.001,
    gamma: ArrayLike = 1.0,
    beta: ArrayLike = 0.0,
) -> Array:
    """Return γ · (x − mean) / √(variance + ε) + β.

    Args:
        x: Shape (samples, units).
        mean: Of each unit: of the batch in training, the moving mean at inference.
        variance: Of each unit, likewise.
        epsilon: Keeps the root away from 0.
        gamma: The learned scale of each unit.
        beta: The learned shift of each unit.

    Example:
        >>> from dlwidgets.concepts._batch_normalization import normalized
        >>> normalized([[1.0], [3.0]], 2, 1, epsilon=0).tolist()
        [[-1.0], [1.0]]
    """
    root = np.sqrt(np.asarray(variance, float) + epsilon)
    scaled = (np.asarray(x, float) - np.asarray(mean, float)) / root
    return np.asarray(np.asarray(gamma, float) * scaled + np.asarray(beta, float))


def moved(moving: ArrayLike, batch: ArrayLike, momentum: float) -> Array:
    """Return a moving average after one more batch.

    Args:
        moving: The moving mean or variance before.
        batch: The mean or variance of the batch.
        momentum: How much of what was before stays.

    Example:
        >>> from dlwidgets.concepts._batch_normalization import moved
        >>> float(moved(0.0, 10.0, 0.75))
        2.5
    """
    before, now = np.asarray(moving, float), np.asarray(batch, float)
    return np.asarray(momentum * before + (1 - momentum) * now)


@dataclass
class Layer:
    """A dense layer with the parameters of a batch normalization behind it.

    Attributes:
        kernel: Shape (inputs, units).
        bias: Of each unit, as all that follows.
        gamma: The learned scale.
        beta: The learned shift.
        moving_mean: Begins at 0.
        moving_variance: Begins at 1.
    """

    kernel: Array
    bias: Array
    gamma: Array
    beta: Array
    moving_mean: Array
    moving_variance: Array


def layers_of(values: Mapping[str, Any]) -> list[Layer]:
    """Return the layers of a state before training; the last one gives the logit.

    Args:
        values: All values of the state.
    """
    random = uniform(values["seed"] * 1000 + 17)
    sizes = [2, *[values["units"]] * values["layers"], 1]
    found = []
    for inputs, units in itertools.pairwise(sizes):
        edge = math.sqrt(6 / (inputs + units)) * values["scale"]
        numbers = [(2 * random() - 1) * edge for _ in range(inputs * units)]
        kernel = np.array(numbers).reshape(inputs, units)
        zeros, ones = np.zeros(units), np.ones(units)
        found.append(Layer(kernel, zeros, ones, zeros, zeros, ones))
    return found


def points_of(values: Mapping[str, Any]) -> tuple[Array, Array]:
    """Return inputs of shape (128, 2) and labels of shape (128, 1).

    Args:
        values: `data` and `seed` of the state.
    """
    found = made(values["data"], SAMPLES, NOISE, 0, values["seed"])
    return found.x, found.y.astype(float)[:, None]


class Network:
    """The network of a state, with or without batch normalization, trained by SGD.

    Args:
        values: All values of the state.
        batch_normalization: Whether each hidden layer is normalized before its activation.
    """

    def __init__(self, values: Mapping[str, Any], *, batch_normalization: bool) -> None:
        self.values = values
        self.normal = batch_normalization
        self.layers = layers_of(values)

    def forward(self, x: Array, *, training: bool) -> tuple[Array, list[dict[str, Array]]]:
        """Return the logits, and what each hidden layer computed on the way."""
        epsilon, seen, a = self.values["epsilon"], [], x
        for layer in self.layers[:-1]:
            z = a @ layer.kernel + layer.bias
            mean, variance = layer.moving_mean, layer.moving_variance
            if training:
                mean, variance = z.mean(axis=0), z.var(axis=0)
            y = z
            if self.normal:
                y = normalized(
                    z, mean, variance, epsilon=epsilon, gamma=layer.gamma, beta=layer.beta
                )
            out, slope = activated(y, self.values["activation"])
            seen.append(
                {"a": a, "z": z, "y": y, "mean": mean, "variance": variance, "slope": slope}
            )
            a = out
        last = self.layers[-1]
        seen.append({"a": a})
        return a @ last.kernel + last.bias, seen

    def loss(self, x: Array, y: Array, *, training: bool) -> float:
        """Return the mean binary cross-entropy; in training of consecutive batches."""
        size = self.values["batch_size"] if training and self.normal else len(x)
        logits = [
            self.forward(x[at : at + size], training=training)[0] for at in range(0, len(x), size)
        ]
        z = np.concatenate(logits)
        return float((np.logaddexp(0, z) - y * z).mean())

    def step(self, x: Array, y: Array) -> None:
        """Train on one batch."""
        logits, seen = self.forward(x, training=True)
        rate, momentum = self.values["learning_rate"], self.values["momentum"]
        epsilon = self.values["epsilon"]
        delta = (1 / (1 + np.exp(-np.clip(logits, -700, 700))) - y) / len(x)
        for at in reversed(range(len(self.layers))):
            layer, found = self.layers[at], seen[at]
            gamma, beta = layer.gamma, layer.beta
            mean, variance = layer.moving_mean, layer.moving_variance
            if at < len(self.layers) - 1:
                delta = delta * found["slope"]
            if at < len(self.layers) - 1 and self.normal:
                root = np.sqrt(found["variance"] + epsilon)
                scaled = (found["z"] - found["mean"]) / root
                gamma = gamma - rate * (delta * scaled).sum(axis=0)
                beta = beta - rate * delta.sum(axis=0)
                d = delta * layer.gamma
                delta = (d - d.mean(axis=0) - scaled * (d * scaled).mean(axis=0)) / root
                mean = moved(mean, found["mean"], momentum)
                variance = moved(variance, found["variance"], momentum)
            self.layers[at] = Layer(
                layer.kernel - rate * found["a"].T @ delta,
                layer.bias - rate * delta.sum(axis=0),
                gamma,
                beta,
                mean,
                variance,
            )
            delta = delta @ layer.kernel.T

    def train(self, steps: int) -> None:
        """Train for some steps from the beginning."""
        x, y = points_of(self.values)
        order = batches(len(x), self.values["batch_size"], steps, self.values["seed"] + 500)
        for chosen in order:
            self.step(x[chosen], y[chosen])


def activated(y: Array, name: str) -> tuple[Array, Array]:
    """Return the values of an activation function and its derivatives.

    Args:
        y: Numbers of any shape.
        name: One of `ACTIVATIONS`.
    """
    if name == "tanh":
        a = np.tanh(y)
        return a, 1 - a * a
    if name == "sigmoid":
        a = 1 / (1 + np.exp(-np.clip(y, -700, 700)))
        return a, a * (1 - a)
    return np.maximum(y, 0), (y > 0).astype(float)


def parameters(units: int) -> dict[str, int]:
    """Return the number of parameters of a batch normalization.

    Args:
        units: Units or channels that it normalizes.

    Example:
        >>> from dlwidgets.concepts._batch_normalization import parameters
        >>> parameters(64)
        {'trainable': 128, 'not_trainable': 128, 'all': 256}
    """
    return {"trainable": 2 * units, "not_trainable": 2 * units, "all": 4 * units}


def checked_batch(x: ArrayLike) -> NDArray[np.float32]:
    """Return the user's samples as float32 of shape (samples, units), at most 256 and 16.

    Args:
        x: Shape (samples,) for one unit, (samples, units), or more axes, such as images or feature
            maps, of which the last one is the channels: each place is a sample then.

    Raises:
        ValueError: It is no such array.
    """
    array = np.asarray(x)
    message = "Expected `x` to be numbers of shape (samples, units), such as activations of a "
    message += "layer. "
    if array.dtype.kind not in "biuf" or array.ndim == 0 or array.size == 0:
        raise ValueError(message + f"Received: shape {array.shape} of {array.dtype}.")
    rows = array.reshape(-1, 1) if array.ndim == 1 else array.reshape(-1, array.shape[-1])
    rows = rows.astype(np.float64)
    if not np.isfinite(rows).all() or np.abs(rows).max() > LARGEST:
        message = f"Expected `x` to have finite numbers from -{LARGEST:g} to {LARGEST:g}. "
        raise ValueError(message + "Received: others. Scale them, or leave them out.")
    if len(rows) > MOST_ROWS:
        rows = rows[np.linspace(0, len(rows) - 1, MOST_ROWS).round().astype(int)]
    return rows[:, :MOST_UNITS].astype(np.float32)
