"""A network that unfolds the plane layer by layer: fields, and the reference for the page."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._tensorflow import load
from dlwidgets.concepts._fields import Choice, Field, Number, Numbers
from dlwidgets.concepts._playground_points import REACH, Points, made, split
from dlwidgets.concepts._random import batches, uniform

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    from dlwidgets._keras_types import KerasModel

    Array = NDArray[np.float64]

DATA = ("spirals", "rings", "moons", "xor", "own")
MOST_LAYERS = 8
SAMPLES = 200
BATCH = 20
EFFORT = 0.02
"""What is added to the loss for each squared movement, so that the plane stays smooth."""
_GENTLE = 0.3
"""The second matrix begins so much smaller, so that the plane begins almost flat."""

FIELDS: dict[str, Field] = {
    "data": Choice("spirals", DATA),
    "noise": Number(0.03, 0, 0.3, 2),
    "layers": Number(6, 1, MOST_LAYERS),
    "units": Number(12, 1, 16),
    "learning_rate": Number(0.01, 0.0001, 1, 6),
    "seed": Number(0, 0, 999),
    "layer": Numbers((), 0, MOST_LAYERS, 2, 0, 1),
    "at": Numbers((), -REACH, REACH, 2, 0, 2),
}
"""What the state consists of. `labextension/src/views/unfolding/fields.ts` has the same."""


def points_of(values: Mapping[str, Any], own: ArrayLike | None = None) -> Points:
    """Return the points that a state shows.

    Args:
        values: All values of the state.
        own: The user's points, shape (n, 3); for `data="own"`.
    """
    if values["data"] == "own" and own is not None:
        return split(np.asarray(own, np.float64), 0, values["seed"])
    name = "spirals" if values["data"] == "own" else values["data"]
    return made(name, SAMPLES, values["noise"], 0, values["seed"])


def initial_weights(layers: int, units: int, seed: int) -> list[Array]:
    """Return the first weights: W, b, V and c of each layer, then those of the line.

    Args:
        layers: How many layers move the plane.
        units: Units of each.
        seed: The same seed gives the same weights, here and in the page.
    """
    following = uniform(seed + 3000)

    def draw(shape: tuple[int, ...], limit: float) -> Array:
        count = math.prod(shape)
        return np.array([limit * (2 * following() - 1) for _ in range(count)]).reshape(shape)

    found: list[Array] = []
    limit = math.sqrt(6 / (2 + units))
    for _ in range(layers):
        found += [draw((2, units), limit), np.zeros(units)]
        found += [draw((units, 2), _GENTLE * limit), np.zeros(2)]
    return [*found, draw((2, 1), math.sqrt(6 / 3)), np.zeros(1)]


def flow(x: Array, weights: Sequence[Array]) -> list[Array]:
    """Return where points are after each layer, from the input on.

    Args:
        x: Shape (n, 2).
        weights: As `initial_weights` has them.
    """
    ways = [x]
    for i in range(0, len(weights) - 2, 4):
        w, b, v, c = weights[i : i + 4]
        ways.append(ways[-1] + np.tanh(ways[-1] @ w + b) @ v + c)
    return ways


def loss(points: Points, weights: Sequence[Array]) -> float:
    """Return the mean cross-entropy.

    Args:
        points: The points.
        weights: As `initial_weights` has them.
    """
    logits = (flow(points.x, weights)[-1] @ weights[-2] + weights[-1])[:, 0]
    return float(np.mean(np.logaddexp(0, logits) - logits * points.y))


def train(
    values: Mapping[str, Any], points: Points, epochs: int
) -> tuple[list[Array], list[float]]:
    """Return the weights after some epochs of Adam, and the loss after each.

    Args:
        values: All values of the state.
        points: The points.
        epochs: How many epochs.
    """
    weights = initial_weights(values["layers"], values["units"], values["seed"])
    mean, squares = [np.zeros_like(w) for w in weights], [np.zeros_like(w) for w in weights]
    losses, step, rate = list[float](), 0, values["learning_rate"]
    for epoch in range(epochs):
        for batch in epoch_batches(len(points.y), epoch, values["seed"]):
            step += 1
            corrected = rate * math.sqrt(1 - 0.999**step) / (1 - 0.9**step)
            for i, g in enumerate(_gradients(points.x[batch], points.y[batch], weights)):
                mean[i] += (g - mean[i]) * 0.1
                squares[i] += (g**2 - squares[i]) * 0.001
                weights[i] = weights[i] - corrected * mean[i] / (np.sqrt(squares[i]) + 1e-7)
        losses.append(loss(points, weights))
    return weights, losses


def epoch_batches(samples: int, epoch: int, seed: int) -> list[list[int]]:
    """Return the samples of each step of an epoch.

    Args:
        samples: How many there are.
        epoch: From 0.
        seed: As of the state.
    """
    return batches(samples, BATCH, -(-samples // BATCH), seed * 100_003 + epoch)


def _gradients(x: Array, y: NDArray[np.uint8], weights: Sequence[Array]) -> list[Array]:
    ways = flow(x, weights)
    logits = ways[-1] @ weights[-2] + weights[-1]
    error = (1 / (1 + np.exp(-logits)) - y[:, None]) / len(x)
    found = [ways[-1].T @ error, error.sum(axis=0)]
    back = error @ weights[-2].T
    for layer in range(len(ways) - 2, -1, -1):
        w, b, v, _ = weights[4 * layer : 4 * layer + 4]
        hidden = np.tanh(ways[layer] @ w + b)
        moves = back + 2 * EFFORT / len(x) * (ways[layer + 1] - ways[layer])
        inner = moves @ v.T * (1 - hidden**2)
        found[:0] = [ways[layer].T @ inner, inner.sum(axis=0), hidden.T @ moves, moves.sum(axis=0)]
        back = back + inner @ w.T
    return found


def keras_model(values: Mapping[str, Any], weights: Sequence[Array]) -> KerasModel:
    """Return the network as a compiled Keras model with residual connections.

    Args:
        values: All values of the state.
        weights: As `initial_weights` has them.
    """
    _, keras = load()
    layers = keras.layers
    inputs = last = keras.Input((2,))
    for _ in range(values["layers"]):
        hidden = layers.Dense(values["units"], activation="tanh")(last)
        # Keras divides what an activity regularizer adds by the samples of the batch.
        moves = layers.Dense(2, activity_regularizer=keras.regularizers.L2(EFFORT))(hidden)
        last = layers.Add()([last, moves])
    model: KerasModel = keras.Model(inputs, layers.Dense(1, activation="sigmoid")(last))
    model.set_weights(list(weights))
    model.compile(
        optimizer=keras.optimizers.Adam(values["learning_rate"]),
        loss="binary_crossentropy",
        metrics=["accuracy"],
    )
    return model
