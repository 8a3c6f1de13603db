"""Initialization: the reference for what the page computes.

Sources: Glorot and Bengio, *Understanding the Difficulty of Training Deep Feedforward Neural
Networks*, AISTATS 2010; He et al., *Delving Deep into Rectifiers*, ICCV 2015.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.concepts._fields import Choice, Field, Flag, Number, Numbers
from dlwidgets.concepts._random import uniform

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

METHODS = ("model", "zeros", "small", "large", "glorot", "he", "lecun")
"""`model` leaves the weights of the user's own model as they are."""
ACTIVATIONS = ("linear", "sigmoid", "tanh", "relu", "selu")
DISTRIBUTIONS = ("uniform", "normal")
GRADIENTS = ("activations", "weights")
SAMPLES = 48
CLASSES = 10
MOST_DEPTH = 30
MOST_UNITS = 64
MOST_LAYERS = 60
"""Layers of the user's own model that are shown at most."""
BINS = 15

FIELDS: dict[str, Field] = {
    "method": Choice("glorot", METHODS),
    "scale": Number(1, 0.1, 10, 3),
    "distribution": Choice("uniform", DISTRIBUTIONS),
    "activation": Choice("relu", ACTIVATIONS),
    "depth": Number(20, 1, MOST_DEPTH),
    "units": Number(32, 8, MOST_UNITS),
    "residual": Flag(False),
    "gradients": Choice("activations", GRADIENTS),
    "layer": Numbers((), 0, MOST_LAYERS, digits=0, least=0, most=1),
    "seed": Number(0, 0, 999),
}
"""The state. `layer` is the one whose numbers are written out; none while it moves by itself."""

_STEP = 7919  # between the seeds of two layers
_HEAD = 99  # the place of the last layer among the seeds
_TRUNCATED = 0.87962566103423978
"""The standard deviation of a normal distribution that is cut off at 2, as Keras corrects it."""
_SELU = (1.0507009873554805, 1.6732632423543772)


def spread(method: str, inputs: int, outputs: int) -> float:
    """Return the standard deviation of the weights of a layer.

    Args:
        method: One of `METHODS`, but `"model"`.
        inputs: The number of inputs of each unit, `fan_in`.
        outputs: The number of units that an input goes to, `fan_out`.

    Example:
        >>> from dlwidgets.concepts._initialization import spread
        >>> spread("he", 50, 100), spread("glorot", 50, 150)
        (0.2, 0.1)
    """
    return {
        "zeros": 0.0,
        "small": 0.01,
        "large": 1.0,
        "glorot": math.sqrt(2 / (inputs + outputs)),
        "he": math.sqrt(2 / inputs),
        "lecun": math.sqrt(1 / inputs),
    }[method]


def drawn(count: int, distribution: str, seed: int, place: int, *, truncated: bool) -> Array:
    """Return random numbers with mean 0 and standard deviation 1, the same as in the page.

    Args:
        count: How many.
        distribution: One of `DISTRIBUTIONS`.
        seed: The seed of the state.
        place: The number of the layer; 0 for the inputs.
        truncated: Whether normally distributed numbers are cut off at 2 and stretched again.
    """
    random, found = uniform(seed * 1000 + place * _STEP), list[float]()
    while len(found) < count:
        if distribution == "uniform":
            found.append((2 * random() - 1) * math.sqrt(3))
            continue
        size = math.sqrt(-2 * math.log(1 - random()))
        angle = 2 * math.pi * random()
        pair = (size * math.cos(angle), size * math.sin(angle))
        if truncated:
            found += [one / _TRUNCATED for one in pair if abs(one) <= 2]
        else:
            found += pair
    return np.array(found[:count])


def weights_of(values: Mapping[str, Any]) -> list[Array]:
    """Return the kernels of all layers, of shape (inputs, units); the last has 10 units.

    Args:
        values: All values of the state.
    """
    units, method = values["units"], values["method"]
    truncated = method in ("glorot", "he", "lecun")
    found = []
    for place in [*range(1, values["depth"] + 1), _HEAD]:
        shape = (units, CLASSES if place == _HEAD else units)
        size = spread(method, *shape) * values["scale"]
        numbers = drawn(
            shape[0] * shape[1], values["distribution"], values["seed"], place, truncated=truncated
        )
        found.append(numbers.reshape(shape) * size)
    return found


def inputs_of(values: Mapping[str, Any]) -> Array:
    """Return the batch: random numbers with mean 0 and standard deviation 1.

    Args:
        values: `units` and `seed` of the state.
    """
    units = values["units"]
    numbers = drawn(SAMPLES * units, "normal", values["seed"], 0, truncated=False)
    return numbers.reshape(SAMPLES, units)


def activated(z: Array, name: str) -> tuple[Array, Array]:
    """Return the values of an activation function and its derivatives.

    Args:
        z: Numbers of any shape.
        name: One of `ACTIVATIONS`.
    """
    if name == "sigmoid":
        a = 1 / (1 + np.exp(-np.clip(z, -700, 700)))
        return a, a * (1 - a)
    if name == "tanh":
        a = np.tanh(z)
        return a, 1 - a * a
    if name == "relu":
        return np.maximum(z, 0), (z > 0).astype(float)
    if name == "selu":
        scale, alpha = _SELU
        low = alpha * np.exp(np.minimum(z, 0))
        return scale * np.where(z > 0, z, low - alpha), scale * np.where(z > 0, 1, low)
    return z, np.ones_like(z)


@dataclass(frozen=True)
class Pass:
    """One pass through the network, forward and back.

    Attributes:
        activations: The inputs, then the output of each layer; shape (samples, units).
        gradients: Of the mean loss by each of these.
        weights: Of the mean loss by the kernel of each layer.
        loss: The mean cross-entropy.
    """

    activations: list[Array]
    gradients: list[Array]
    weights: list[Array]
    loss: float


def run(values: Mapping[str, Any]) -> Pass:
    """Return what the network of a state computes for its batch.

    Args:
        values: All values of the state.
    """
    kernels, name, residual = weights_of(values), values["activation"], values["residual"]
    outputs, slopes = [inputs_of(values)], []
    for kernel in kernels[:-1]:
        a, slope = activated(outputs[-1] @ kernel, name)
        outputs.append(a + outputs[-1] if residual else a)
        slopes.append(slope)
    logits = outputs[-1] @ kernels[-1]
    shifted = logits - logits.max(axis=1, keepdims=True)
    sums = np.exp(shifted).sum(axis=1, keepdims=True)
    targets = np.eye(CLASSES)[np.arange(SAMPLES) % CLASSES]
    error = (np.exp(shifted) / sums - targets) / SAMPLES
    gradients = [error @ kernels[-1].T]
    by_weights: list[Array] = []
    for index in reversed(range(len(slopes))):
        delta = gradients[0] * slopes[index]
        by_weights.insert(0, outputs[index].T @ delta)
        below = delta @ kernels[index].T
        gradients.insert(0, below + gradients[0] if residual else below)
    loss = float((np.log(sums) - (shifted * targets).sum(axis=1, keepdims=True)).mean())
    return Pass(outputs, gradients, by_weights, loss)


def histograms(parts: Sequence[Array], bounds: tuple[float, float] | None) -> dict[str, Any]:
    """Return how the numbers of each layer are distributed, on one axis for all.

    Args:
        parts: The numbers of each layer.
        bounds: The ends of the axis; `None` for three times the largest standard deviation to both
            sides of 0. Numbers beyond are counted in the outermost bins.

    Returns:
        `std`, `rms` and `mean` by layer, `counts` by layer and bin, `low` and `high`.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        stds = [float(part.std()) for part in parts]
    if bounds is None:
        most = max((one for one in stds if math.isfinite(one)), default=0)
        bounds = (-3 * most, 3 * most) if most > 0 else (-1.0, 1.0)
    low, high = bounds
    counts = []
    for part in parts:
        finite = part[np.isfinite(part)]
        places = np.floor((finite - low) / (high - low) * BINS)
        bins = np.clip(places, 0, BINS - 1).astype(int)
        counts.append(np.bincount(bins.ravel(), minlength=BINS).tolist())
    with np.errstate(invalid="ignore", over="ignore"):
        rms = [float(np.sqrt((part * part).mean())) for part in parts]
        means = [float(part.mean()) for part in parts]
    return {
        "std": stds,
        "rms": rms,
        "mean": means,
        "counts": counts,
        "low": low,
        "high": high,
    }


BOUNDS: dict[str, tuple[float, float]] = {"tanh": (-1, 1), "sigmoid": (0, 1)}
"""The axis of activations that are bounded."""
