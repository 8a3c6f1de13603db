"""Adversarial examples: the reference for what the page computes.

Source: Goodfellow, Shlens, Szegedy, *Explaining and Harnessing Adversarial Examples* (2015);
Madry et al., *Towards Deep Learning Models Resistant to Adversarial Attacks* (2018), for the
iterative method.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dlwidgets.concepts._digit_networks import Network, backward, forward
from dlwidgets.concepts._fields import Choice, Field, Number, Numbers
from dlwidgets.concepts._random import uniform

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

METHODS = ("sign", "iterative")
MOST_EPSILON = 0.3
MOST_CLASS = 9999

FIELDS: dict[str, Field] = {
    "image": Choice("digit", ("digit", "drawing", "own")),
    "digit": Number(5, 0, 9),
    "network": Choice("network", ("network", "linear", "own")),
    "method": Choice("sign", METHODS),
    "target": Numbers((), 0, MOST_CLASS, digits=0, least=0, most=1),
    "steps": Number(10, 2, 40),
    "epsilon": Numbers((), 0, MOST_EPSILON, digits=4, least=0, most=1),
    "seed": Number(0, 0, 999),
    "pixel": Numbers((), 0, 999, digits=0, least=0, most=2),
}
"""The state. Without a `target`, the answer may become any other class."""

LEVELS = tuple(round(0.005 * i, 4) for i in range(61))
"""The values of ε along the chart; the iterative method, which takes longer, has half of them."""
BISECTIONS = 10
"""So often the interval with the smallest ε is halved: 0.005 becomes 0.000005."""
REACH = 2.5
"""The steps of the iterative method together are so many times as long as ε."""


@dataclass(frozen=True, eq=False)
class Margin:
    """How the lead of the rival changes: d = z[rival] − z[label], and its gradient w.

    Attributes:
        clean: d of the image.
        norm: The sum of the sizes of w, by which d grows with ε at most.
        slope: w · direction, by which it grows with the attack.
        noise: w · random signs.
    """

    clean: float
    norm: float
    slope: float
    noise: float


def levels_of(steps: int) -> tuple[float, ...]:
    """Return the values of ε along the chart.

    Args:
        steps: Of the iterative method; 0 for one step.
    """
    return LEVELS if steps == 0 else LEVELS[::2]


def softmax(logits: ArrayLike) -> Array:
    """Return probabilities, along the last axis."""
    z = np.asarray(logits, float)
    weights = np.exp(z - z.max(-1, keepdims=True))
    return np.asarray(weights / weights.sum(-1, keepdims=True))


def gradient(layers: Network, x: ArrayLike, label: int) -> Array:
    """Return the gradient of the cross-entropy of a class by the pixels.

    Args:
        layers: A classifier that gives logits.
        x: Pixels, shape (inputs,).
        label: The class.
    """
    outputs = forward(layers, x)
    change = softmax(outputs[-1])
    change[label] -= 1
    return backward(layers, outputs, change)


def direction(layers: Network, x: ArrayLike, label: int, target: int | None = None) -> Array:
    """Return in which direction each pixel moves: the signs of a gradient.

    Args:
        layers: A classifier that gives logits.
        x: Pixels, shape (inputs,).
        label: The class whose loss grows.
        target: The class whose loss shrinks instead.
    """
    if target is None:
        return np.sign(gradient(layers, x, label))
    return -np.sign(gradient(layers, x, target))


def attacked(
    layers: Network,
    x: ArrayLike,
    epsilon: float,
    *,
    label: int,
    target: int | None = None,
    steps: int = 0,
) -> Array:
    """Return the image of an attack, with pixels from 0 to 1.

    Args:
        layers: A classifier that gives logits.
        x: Pixels from 0 to 1, shape (inputs,).
        epsilon: How much a pixel changes at most.
        label: The class that the image has.
        target: The class that the answer shall become; any other by default.
        steps: Of the iterative method; 0 for one step.
    """
    clean = np.asarray(x, float)
    if steps == 0:
        return np.clip(clean + epsilon * direction(layers, clean, label, target), 0, 1)
    found, rate = clean, REACH * epsilon / steps
    for _ in range(steps):
        moved = found + rate * direction(layers, found, label, target)
        found = np.clip(np.clip(moved, clean - epsilon, clean + epsilon), 0, 1)
    return found


def noise(size: int, seed: int) -> Array:
    """Return random signs, as many as there are pixels."""
    random = uniform(seed + 1)
    return np.array([1.0 if random() < 0.5 else -1.0 for _ in range(size)])


def succeeded(probabilities: ArrayLike, label: int, target: int | None) -> bool:
    """Return whether the answer is the target, or any class but the label."""
    predicted = int(np.argmax(probabilities))
    return predicted != label if target is None else predicted == target


def smallest(
    layers: Network, x: ArrayLike, *, label: int, target: int | None = None, steps: int = 0
) -> float | None:
    """Return the smallest ε with which the attack succeeds; `None` if none does.

    Args:
        layers: A classifier that gives logits.
        x: Pixels from 0 to 1, shape (inputs,).
        label: The class that the image has.
        target: The class that the answer shall become; any other by default.
        steps: Of the iterative method; 0 for one step.
    """

    def works(epsilon: float) -> bool:
        image = attacked(layers, x, epsilon, label=label, target=target, steps=steps)
        return succeeded(forward(layers, image)[-1], label, target)

    if works(0):
        return 0.0
    pairs = itertools.pairwise(levels_of(steps))
    low, high = next(((low, high) for low, high in pairs if works(high)), (0.0, None))
    if high is None:
        return None
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        low, high = (low, middle) if works(middle) else (middle, high)
    return high


def margin(
    layers: Network, x: ArrayLike, *, label: int, rival: int, signs: ArrayLike, seed: int
) -> Margin:
    """Return how the lead of a rival class grows with ε, without clipping.

    Args:
        layers: A classifier that gives logits.
        x: Pixels, shape (inputs,).
        label: The class that the image has.
        rival: The other class.
        signs: The direction of the attack.
        seed: Of the random signs.
    """
    outputs = forward(layers, x)
    by = np.zeros(len(outputs[-1]))
    by[rival], by[label] = 1, -1
    w = backward(layers, outputs, by)
    return Margin(
        float(outputs[-1] @ by),
        float(np.abs(w).sum()),
        float(w @ np.asarray(signs)),
        float(w @ noise(w.size, seed)),
    )
