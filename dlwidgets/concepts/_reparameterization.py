"""The reparameterization trick of variational autoencoders: the reference for the page.

Source: Kingma and Welling, *Auto-Encoding Variational Bayes* (2014), sections 2.4 and 3.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dlwidgets.concepts._digit_networks import Network, backward, forward
from dlwidgets.concepts._fields import Choice, Field, Number, Numbers
from dlwidgets.concepts._random import uniform

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

PATHS = ("reparameterized", "sampled")
"""How z is drawn: as μ + σ·ε, through which a gradient passes; or directly, which blocks it."""
REACH = 4.0
LEAST_DEVIATION, MOST_DEVIATION = 0.01, 3.0
START = ((2.0, -1.5), (0.8, 0.8))
"""Mean and standard deviation where training begins."""
RATE = 0.05
"""Of Adam, with Keras's other defaults."""
CLOUD = 60

FIELDS: dict[str, Field] = {
    "image": Choice("digit", ("digit", "drawing", "own")),
    "digit": Number(2, 0, 9),
    "mean": Numbers((), -REACH, REACH, digits=3, least=0, most=2),
    "deviation": Numbers((), LEAST_DEVIATION, MOST_DEVIATION, digits=3, least=0, most=2),
    "path": Choice("reparameterized", PATHS),
    "beta": Number(1, 0, 20, 2),
    "epsilon": Numbers((), -99, 99, digits=3, least=0, most=2),
    "seed": Number(20, 0, 999),
}
"""The state. `mean`, `deviation` and `epsilon` have two numbers, or none for the usual ones."""

_STEP = 7919  # between the seeds of two steps
_BETA1, _BETA2, _TINY = 0.9, 0.999, 1e-7  # of Adam


@dataclass(frozen=True, eq=False)
class Gradients:
    """What a step computes.

    Attributes:
        reconstruction: The cross-entropy of the image and the decoded one, summed over the pixels.
        z: Its gradient by z.
        mean: The gradient of the whole loss by μ.
        deviation: The same by σ.
    """

    reconstruction: float
    z: Array
    mean: Array
    deviation: Array


def normals(seed: int, step: int, count: int = 2) -> Array:
    """Return random numbers of the standard normal distribution.

    Args:
        seed: The same seed gives the same numbers, here and in the page.
        step: Counted from 0.
        count: How many, an even number.
    """
    random, found = uniform(seed * 1000 + step * _STEP), list[float]()
    while len(found) < count:
        size, turn = math.sqrt(-2 * math.log(1 - random())), 2 * math.pi * random()
        found += [size * math.cos(turn), size * math.sin(turn)]
    return np.array(found)


def divergence(mean: ArrayLike, deviation: ArrayLike) -> Array:
    """Return the KL divergence from N(0, 1) of each dimension, in closed form.

    Args:
        mean: μ, shape (dimensions,).
        deviation: σ, shape (dimensions,).

    Example:
        >>> from dlwidgets.concepts._reparameterization import divergence
        >>> divergence([0, 2], [1, 1]).tolist()
        [0.0, 2.0]
    """
    variance = np.asarray(deviation, float) ** 2
    return np.asarray((np.asarray(mean, float) ** 2 + variance - np.log(variance) - 1) / 2)


def estimate(mean: ArrayLike, deviation: ArrayLike, epsilons: ArrayLike) -> float:
    """Return the KL divergence as the mean of log q(z) − log p(z) over samples.

    Args:
        mean: μ, shape (dimensions,).
        deviation: σ, shape (dimensions,).
        epsilons: Random numbers, shape (samples, dimensions).
    """
    noise, sigma = np.asarray(epsilons, float), np.asarray(deviation, float)
    z = np.asarray(mean, float) + sigma * noise
    return float(np.mean(np.sum((z**2 - noise**2) / 2 - np.log(sigma), axis=1)))


def reconstruction(decoder: Network, x: ArrayLike, z: ArrayLike) -> tuple[float, Array]:
    """Return the cross-entropy of an image and the decoded one, and its gradient by z.

    Args:
        decoder: Gives logits of pixels.
        x: Pixels from 0 to 1.
        z: A latent vector.
    """
    outputs, pixels = forward(decoder, z), np.asarray(x, float)
    logits = outputs[-1]
    losses = np.logaddexp(0, logits) - pixels * logits
    return float(losses.sum()), backward(decoder, outputs, 1 / (1 + np.exp(-logits)) - pixels)


def gradients(
    decoder: Network,
    x: ArrayLike,
    *,
    mean: ArrayLike,
    deviation: ArrayLike,
    epsilon: ArrayLike,
    beta: float = 1,
    path: str = "reparameterized",
) -> Gradients:
    """Return the gradients of the loss: reconstruction plus β times the KL divergence.

    Args:
        decoder: Gives logits of pixels.
        x: Pixels from 0 to 1.
        mean: μ.
        deviation: σ.
        epsilon: ε.
        beta: The weight of the KL divergence.
        path: One of `PATHS`. Where z is drawn directly, no gradient passes from it to μ and σ.
    """
    mu, sigma, noise = (np.asarray(one, float) for one in (mean, deviation, epsilon))
    loss, by_z = reconstruction(decoder, x, mu + sigma * noise)
    passes = float(path == "reparameterized")
    return Gradients(
        loss,
        by_z,
        passes * by_z + beta * mu,
        passes * by_z * noise + beta * (sigma - 1 / sigma),
    )


def trained(
    decoder: Network,
    x: ArrayLike,
    steps: int,
    *,
    mean: Sequence[float] = START[0],
    deviation: Sequence[float] = START[1],
    beta: float = 1,
    path: str = "reparameterized",
    seed: int = 0,
) -> tuple[Array, Array]:
    """Return μ and σ after some steps of Adam on μ and log σ², as an encoder learns them.

    Args:
        decoder: Gives logits of pixels; it stays as it is.
        x: Pixels from 0 to 1.
        steps: How many; each draws another ε.
        mean: μ at first.
        deviation: σ at first.
        beta: The weight of the KL divergence.
        path: One of `PATHS`.
        seed: Of ε.
    """
    low, high = 2 * math.log(LEAST_DEVIATION), 2 * math.log(MOST_DEVIATION)
    values = np.array([*mean, *(2 * math.log(one) for one in deviation)])
    first, second = np.zeros(4), np.zeros(4)
    for step in range(steps):
        mu, sigma = values[:2], np.exp(values[2:] / 2)
        found = gradients(
            decoder,
            x,
            mean=mu,
            deviation=sigma,
            epsilon=normals(seed, step),
            beta=beta,
            path=path,
        )
        # σ = exp(log σ² / 2)
        slope = np.concatenate([found.mean, found.deviation * sigma / 2])
        first = _BETA1 * first + (1 - _BETA1) * slope
        second = _BETA2 * second + (1 - _BETA2) * slope**2
        rate = RATE * math.sqrt(1 - _BETA2 ** (step + 1)) / (1 - _BETA1 ** (step + 1))
        values = values - rate * first / (np.sqrt(second) + _TINY)
        values = np.clip(values, [-REACH, -REACH, low, low], [REACH, REACH, high, high])
    return values[:2], np.exp(values[2:] / 2)
