"""Backpropagation: the reference for what the page computes, and checks of arguments."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.concepts._fields import Choice, Field, Names, Number, Numbers
from dlwidgets.concepts._random import uniform

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

ACTIVATIONS = ("linear", "sigmoid", "tanh", "relu", "softmax")
LOSSES = ("squared", "mse", "crossentropy", "binary_crossentropy")
"""Half the sum of squares; the mean of squares; the sum and the mean of the cross-entropies."""
MISTAKES = ("none", "no_slope", "new_weights")
"""Errors that programs often have: δ without the activation's slope; the updated weights in δ."""

PASSES = 200
"""Passes that the page shows."""
MOST_UNITS = 5
MOST_LAYERS = 5
MOST_WEIGHTS = (MOST_LAYERS - 1) * MOST_UNITS * (MOST_UNITS + 1)
MOST_NUMBERS = 40
"""Numbers of all samples together, and of all targets."""
LARGEST = 1000.0
"""No weight, input or target is larger."""
_FAR = 1e6
_INPUTS = (1.0, 0.5, -0.5, 0.8, -1.0)

FIELDS: dict[str, Field] = {
    "layers": Numbers((2, 2, 2), 1, MOST_UNITS, digits=0, least=2, most=MOST_LAYERS),
    "activations": Names((), ACTIVATIONS, least=0, most=MOST_LAYERS - 1),
    "weights": Numbers((), -LARGEST, LARGEST, digits=6, least=0, most=MOST_WEIGHTS),
    "x": Numbers((), -LARGEST, LARGEST, digits=6, least=0, most=MOST_NUMBERS),
    "y": Numbers((), -LARGEST, LARGEST, digits=6, least=0, most=MOST_NUMBERS),
    "loss": Choice("squared", LOSSES),
    "learning_rate": Number(0.5, 0.0001, 10, 6),
    "l2": Number(0, 0, 1, 4),
    "mistake": Choice("none", MISTAKES),
    "epsilon": Number(0.0001, 1e-12, 0.1, 12),
    "seed": Number(9, 0, 999),
    "focus": Numbers((1, 1, 1), 0, MOST_UNITS, digits=0, least=3, most=3),
    "pace": Choice("steps", ("steps", "passes")),
    "at": Numbers((), 0, PASSES, digits=0, least=0, most=2),
}
"""The state. `weights` has for each layer its kernel row by row, then its biases; `focus` is a
weight: layer, from which unit (0 for the bias), to which unit; `at` is a pass and a step of it."""


@dataclass(frozen=True)
class Layer:
    """A dense layer.

    Attributes:
        weights: Shape (inputs, units), as Keras's kernel.
        biases: Shape (units,).
        activation: One of `ACTIVATIONS`.
    """

    weights: Array
    biases: Array
    activation: str


Network = tuple[Layer, ...]


@dataclass(frozen=True)
class Pass:
    """All that one pass computes.

    Attributes:
        z: Before the activation, by layer.
        a: After the activation; the first are the inputs.
        loss: Of this sample, with the regularization.
        deltas: Gradients of the loss by `z`, by layer.
        gradients: Gradients by weights and biases, by layer.
    """

    z: list[Array]
    a: list[Array]
    loss: float
    deltas: list[Array]
    gradients: list[tuple[Array, Array]]


def made_weights(layers: Sequence[int], seed: int) -> list[float]:
    """Return weights with one decimal from -1 to 1 without 0, in the order of the state.

    Args:
        layers: Units by layer, the inputs first.
        seed: The same seed gives the same weights, here and in the page.
    """
    random, found = uniform(seed), list[float]()
    for inputs, units in itertools.pairwise(layers):
        for _ in range((inputs + 1) * units):
            tenth = math.floor(random() * 20)
            found.append((tenth - 10 if tenth < 10 else tenth - 9) / 10)
    return found


def network_of(values: Mapping[str, Any]) -> Network:
    """Return the network of a state.

    Args:
        values: `layers`, `activations`, `weights` and `seed` of the state.
    """
    layers, flat = values["layers"], values["weights"]
    numbers = np.array(flat or made_weights(layers, values["seed"]), np.float64)
    names = values["activations"] or ("sigmoid",) * (len(layers) - 1)
    found, start = [], 0
    for inputs, units, name in zip(layers[:-1], layers[1:], names, strict=True):
        middle, end = start + inputs * units, start + (inputs + 1) * units
        kernel = numbers[start:middle].reshape(inputs, units)
        found.append(Layer(kernel, numbers[middle:end], name))
        start = end
    return tuple(found)


def samples_of(values: Mapping[str, Any]) -> tuple[Array, Array]:
    """Return inputs of shape (samples, inputs) and targets of shape (samples, outputs).

    Args:
        values: `layers`, `x` and `y` of the state.
    """
    inputs, outputs = values["layers"][0], values["layers"][-1]
    x = values["x"] or _INPUTS[:inputs]
    y = values["y"] or (1.0,) + (0.0,) * (outputs - 1)
    return np.array(x, np.float64).reshape(-1, inputs), np.array(y).reshape(-1, outputs)


def _activated(z: Array, name: str) -> Array:
    if name == "sigmoid":
        return np.asarray(1 / (1 + np.exp(-np.clip(z, -700, 700))))
    if name == "tanh":
        return np.tanh(z)
    if name == "relu":
        return np.maximum(z, 0)
    if name == "softmax":
        powers = np.exp(z - z.max())
        return np.asarray(powers / powers.sum())
    return z


def _slope(z: Array, a: Array, name: str) -> Array:
    """Return the derivative of an activation that sees one unit at a time."""
    if name == "sigmoid":
        return a * (1 - a)
    if name == "tanh":
        return 1 - a * a
    if name == "relu":
        return (z > 0).astype(np.float64)
    return np.ones_like(z)


def _loss(z: Array, a: Array, y: Array, name: str, activation: str) -> float:
    if name in ("squared", "mse"):
        squares = float(((a - y) ** 2).sum())
        return squares / 2 if name == "squared" else squares / len(y)
    # From z, so that no logarithm of 0 is taken.
    if activation == "softmax":
        return float(y.sum() * (z.max() + np.log(np.exp(z - z.max()).sum())) - y @ z)
    entropy = float((np.logaddexp(0, z) - y * z).sum())
    return entropy / len(y) if name == "binary_crossentropy" else entropy


def _last_delta(z: Array, a: Array, y: Array, loss: str, activation: str, *, slope: bool) -> Array:
    if loss in ("crossentropy", "binary_crossentropy"):
        error = a * y.sum() - y if activation == "softmax" else a - y
        return np.asarray(error / len(y) if loss == "binary_crossentropy" else error)
    error = (a - y) * (1 if loss == "squared" else 2 / len(y))
    if not slope:
        return np.asarray(error)
    if activation == "softmax":
        return np.asarray(a * (error - error @ a))
    return error * _slope(z, a, activation)


def run(
    network: Network,
    x: Array,
    y: Array,
    loss: str = "squared",
    *,
    l2: float = 0,
    mistake: str = "none",
    learning_rate: float = 0.5,
) -> Pass:
    """Compute a pass: forward, loss, backward.

    Args:
        network: The layers.
        x: Shape (inputs,).
        y: Shape (outputs,).
        loss: One of `LOSSES`.
        l2: The loss gets half of this times the squares of all weights without the biases.
        mistake: One of `MISTAKES`.
        learning_rate: Counts only for the mistake `"new_weights"`.
    """
    z: list[Array] = []
    a = [x]
    for layer in network:
        z.append(a[-1] @ layer.weights + layer.biases)
        a.append(_activated(z[-1], layer.activation))
    squares = sum(float((layer.weights**2).sum()) for layer in network)
    total = _loss(z[-1], a[-1], y, loss, network[-1].activation) + l2 / 2 * squares
    right = mistake != "no_slope"
    delta = _last_delta(z[-1], a[-1], y, loss, network[-1].activation, slope=right)
    deltas: list[Array] = []
    gradients: list[tuple[Array, Array]] = []
    for index in range(len(network) - 1, -1, -1):
        kernel = network[index].weights
        gradient = np.outer(a[index], delta) + l2 * kernel
        deltas.insert(0, delta)
        gradients.insert(0, (gradient, delta))
        if index > 0:
            seen = kernel - learning_rate * gradient if mistake == "new_weights" else kernel
            back = seen @ delta
            name = network[index - 1].activation
            delta = back * _slope(z[index - 1], a[index], name) if right else back
    return Pass(z, a, total, deltas, gradients)


def moved(network: Network, gradients: Sequence[tuple[Array, Array]], by: float) -> Network:
    """Return the network after a step against its gradients.

    Args:
        network: The layers.
        gradients: By weights and biases, by layer.
        by: The learning rate.
    """
    return tuple(
        Layer(layer.weights - by * kernel, layer.biases - by * biases, layer.activation)
        for layer, (kernel, biases) in zip(network, gradients, strict=True)
    )


def train(values: Mapping[str, Any], passes: int = PASSES) -> list[Network]:
    """Return the network before each pass and after the last one; each pass takes the next sample.

    Args:
        values: All values of the state.
        passes: How many passes. There are fewer where the weights grow beyond all bounds.
    """
    network, (x, y) = network_of(values), samples_of(values)
    found, rate = [network], values["learning_rate"]
    for step in range(passes):
        sample = step % len(x)
        done = run(
            found[-1],
            x[sample],
            y[sample],
            values["loss"],
            l2=values["l2"],
            mistake=values["mistake"],
            learning_rate=rate,
        )
        after = moved(found[-1], done.gradients, rate)
        if not all(
            np.abs(part).max() <= _FAR for layer in after for part in (layer.weights, layer.biases)
        ):
            break
        found.append(after)
    return found


def check(values: Mapping[str, Any]) -> None:
    """Raise an error where values of a state don't belong together.

    Args:
        values: All values of the state.

    Raises:
        ValueError: Weights, samples, activations, loss or focus don't fit the layers.
    """
    layers, names, loss = values["layers"], values["activations"], values["loss"]
    count = sum((inputs + 1) * units for inputs, units in itertools.pairwise(layers))
    shape = "-".join(map(str, layers))
    if len(values["weights"]) not in (0, count):
        message = f"Expected {count} `weights` for layers {shape}, with the biases of each layer. "
        raise ValueError(message + f"Received: {len(values['weights'])}.")
    if len(names) not in (0, len(layers) - 1) or "softmax" in names[:-1]:
        message = f"Expected {len(layers) - 1} `activations` for layers {shape}, softmax only last."
        raise ValueError(f"{message} Received: {', '.join(names)}.")
    samples = []
    for name, units in (("x", layers[0]), ("y", layers[-1])):
        number = len(values[name])
        if number % units:
            message = f"Expected `{name}` to have {units} numbers for each sample. "
            raise ValueError(message + f"Received: {number} numbers.")
        samples.append(number // units or 1)
    if samples[0] != samples[1]:
        message = "Expected `x` and `y` to have the same number of samples. "
        raise ValueError(message + f"Received: {samples[0]} and {samples[1]}.")
    last = names[-1] if names else "sigmoid"
    if not fits(loss, last):
        message = f"Expected a `loss` that fits the activation {last!r} of the last layer: "
        known = ", ".join(repr(one) for one in LOSSES if fits(one, last))
        raise ValueError(f"{message}{known}. Received: {loss!r}.")
    layer, source, unit = values["focus"]
    if not (
        1 <= layer < len(layers) and source <= layers[layer - 1] and 1 <= unit <= layers[layer]
    ):
        message = f"Expected `focus` to be a weight of the layers {shape}: layer, from which unit "
        message += "(0 for the bias), to which unit. "
        raise ValueError(message + f"Received: {layer}, {source}, {unit}.")


def fits(loss: str, activation: str) -> bool:
    """Return whether a loss can be computed from the outputs of an activation.

    Args:
        loss: One of `LOSSES`.
        activation: That of the last layer.
    """
    if loss == "crossentropy":
        return activation in ("sigmoid", "softmax")
    return loss != "binary_crossentropy" or activation == "sigmoid"
