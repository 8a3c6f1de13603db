"""A clock as pixels, as coordinates of its hands and as angles: the reference for the page.

Source: Chollet, *Deep Learning with Python*, section 4.3.2.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._tensorflow import load_keras
from dlwidgets.concepts._fields import Choice, Field, Number
from dlwidgets.concepts._playground import as_arrays, initial_weights
from dlwidgets.concepts._random import batches, uniform

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

REPRESENTATIONS = ("pixels", "coordinates", "angles")
ANSWERS = ("number", "circle")
"""Two numbers, the turns of both hands; or four, the sine and cosine of both."""
HALF_DAY = 720  # minutes
SIDE = 12
"""Pixels of the image along each side."""
SIZES = (4, 8, 16, 32, 64, 128, 256)
"""Numbers of samples to learn from."""
STEPS = 1500
"""Steps of training, each with a batch."""
BATCH = 16
LEARNING_RATE = 0.01
MOST_UNITS = 32

FIELDS: dict[str, Field] = {
    "time": Number(187.5, 0, 719.9, 1),
    "answer": Choice("number", ANSWERS),
    "samples": Number(16, SIZES[0], SIZES[-1]),
    "units": Number(16, 1, MOST_UNITS),
    "seed": Number(0, 0, 999),
}
"""The state. `time` is in minutes since 12 o'clock."""

_REACH = 1.1
_MINUTE = (1.0, 0.03)  # length and half of the width, in radii
_HOUR = (0.5, 0.09)
# The test times lie between the marks, in equal steps.
TEST_TIMES = np.arange(1.5, HALF_DAY, 3)
OWN_TIMES = np.arange(0, HALF_DAY, 0.5)
"""The times at which the user's model answers."""


def turns(times: ArrayLike) -> Array:
    """Return the turns of the minute hand and of the hour hand, from 0 to 1, shape (n, 2).

    Args:
        times: Minutes since 12 o'clock.
    """
    t = np.atleast_1d(np.asarray(times, np.float64))
    return np.stack([t % 60 / 60, t % HALF_DAY / HALF_DAY], axis=1)


def coordinates(times: ArrayLike) -> Array:
    """Return x and y of the minute hand's tip and of the hour hand's, shape (n, 4).

    Args:
        times: Minutes since 12 o'clock.

    Example:
        >>> from dlwidgets.concepts._clock import coordinates
        >>> coordinates(187.5).round(2).tolist()
        [[0.71, 0.71, 0.5, -0.03]]
    """
    angle = 2 * math.pi * turns(times)
    columns = []
    for i, (length, _) in enumerate((_MINUTE, _HOUR)):
        columns += [length * np.sin(angle[:, i]), length * np.cos(angle[:, i])]
    return np.stack(columns, axis=1)


def pixels(times: ArrayLike) -> Array:
    """Return images of the two hands, row by row from the top, shape (n, 144).

    Args:
        times: Minutes since 12 o'clock.
    """
    wide = 2 * _REACH / SIDE
    middles = (np.arange(SIDE) + 0.5) * wide - _REACH
    x, y = np.meshgrid(middles, -middles)
    tips = coordinates(times)
    found = np.zeros((len(tips), SIDE * SIDE))
    for i, (_, half) in enumerate((_MINUTE, _HOUR)):
        tip_x, tip_y = tips[:, 2 * i, None, None], tips[:, 2 * i + 1, None, None]
        share = np.clip((x * tip_x + y * tip_y) / (tip_x**2 + tip_y**2), 0, 1)
        away = np.hypot(x - share * tip_x, y - share * tip_y)
        ink = np.clip(1 - np.maximum(0, away - half) / wide, 0, 1)
        found = np.maximum(found, ink.reshape(len(tips), -1))
    return found


def inputs(times: ArrayLike, representation: str) -> Array:
    """Return what a network gets.

    Args:
        times: Minutes since 12 o'clock.
        representation: One of `REPRESENTATIONS`.
    """
    made = {"pixels": pixels, "coordinates": coordinates, "angles": turns}
    return made[representation](times)


def targets(times: ArrayLike, answer: str) -> Array:
    """Return what a network is to answer.

    Args:
        times: Minutes since 12 o'clock.
        answer: One of `ANSWERS`.
    """
    both = turns(times)
    if answer == "number":
        return both
    angle = 2 * math.pi * both
    pairs = [np.sin(angle[:, 0]), np.cos(angle[:, 0]), np.sin(angle[:, 1]), np.cos(angle[:, 1])]
    return np.stack(pairs, axis=1)


def read(outputs: ArrayLike, answer: str) -> Array:
    """Return the times that answers stand for.

    Args:
        outputs: As `targets` has them.
        answer: One of `ANSWERS`.
    """
    values = np.asarray(outputs, np.float64)
    if answer == "circle":
        minute = np.arctan2(values[:, 0], values[:, 1]) / (2 * math.pi)
        hour = np.arctan2(values[:, 2], values[:, 3]) / (2 * math.pi)
    else:
        minute, hour = values[:, 0], values[:, 1]
    minute = minute % 1
    # Of the hours, the one at which the hour hand is closest.
    return np.asarray((np.floor(12 * hour - minute + 0.5) % 12 + minute) * 60)


def minutes_off(found: ArrayLike, times: ArrayLike) -> Array:
    """Return by how many minutes times differ, around the clock: at most 360.

    Args:
        found: What was read.
        times: What the clock showed.
    """
    apart = np.abs(np.asarray(found) - np.asarray(times)) % HALF_DAY
    return np.asarray(np.minimum(apart, HALF_DAY - apart))


def sample_times(seed: int, count: int = SIZES[-1]) -> Array:
    """Return random times to learn from; the first ones are those of a smaller number.

    Args:
        seed: As of the state.
        count: How many.
    """
    following = uniform(seed + 4000)
    return np.array([HALF_DAY * following() for _ in range(count)])


def step_batches(samples: int, seed: int, steps: int = STEPS) -> list[list[int]]:
    """Return the samples of each step.

    Args:
        samples: How many there are.
        seed: As of the state.
        steps: How many steps.
    """
    return batches(samples, BATCH, steps, seed * 1009 + samples)


def sizes_of(values: Mapping[str, Any], representation: str) -> list[int]:
    """Return inputs, units and outputs of a network.

    Args:
        values: All values of the state.
        representation: One of `REPRESENTATIONS`.
    """
    wide = inputs(0, representation).shape[1]
    return [wide, int(values["units"]), targets(0, values["answer"]).shape[1]]


def keras_model(values: Mapping[str, Any], representation: str) -> Any:
    """Return the network that the page trains as a compiled Keras model, with its first weights.

    Args:
        values: All values of the state.
        representation: One of `REPRESENTATIONS`.
    """
    keras = load_keras()
    sizes = sizes_of(values, representation)
    model = keras.Sequential(
        [
            keras.Input((sizes[0],)),
            keras.layers.Dense(sizes[1], activation="tanh"),
            keras.layers.Dense(sizes[2]),
        ]
    )
    model.set_weights(as_arrays(initial_weights(sizes, int(values["seed"])), sizes))
    model.compile(optimizer=keras.optimizers.Adam(LEARNING_RATE), loss="mse")
    return model


def answers_of(model: Any) -> tuple[str, str, NDArray[np.float32]]:
    """Return what a model of the user's gets, how it answers, and the times that it reads.

    Args:
        model: A built Keras model that takes `pixels`, `coordinates` or `turns` of a clock and
            gives what `targets` has.

    Returns:
        One of `REPRESENTATIONS`, one of `ANSWERS`, and the times that it reads at `OWN_TIMES`.

    Raises:
        TypeError: It can't predict.
        ValueError: It takes or gives something else.
    """
    if not hasattr(model, "predict"):
        message = "Expected `model` to be a Keras model. "
        raise TypeError(message + f"Received: {type(model).__name__}.")
    shape = tuple(getattr(model, "input_shape", None) or ())
    by_width = {inputs(0, name).shape[1]: name for name in REPRESENTATIONS}
    known = len(shape) > 1 and all(isinstance(side, int) for side in shape[1:])
    name = by_width.get(math.prod(shape[1:])) if known else None
    expected = f"Expected a model that takes {SIDE * SIDE} pixels, 4 coordinates or 2 angles, and "
    expected += "gives 2 or 4 numbers, as `widget.data()` has them. "
    if name is None:
        raise ValueError(f"{expected}Received: an input of shape {shape}.")
    given = inputs(OWN_TIMES, name).astype(np.float32)
    outputs = np.asarray(model.predict(given.reshape(-1, *shape[1:]), verbose=0))
    answer = {2: "number", 4: "circle"}.get(outputs.shape[-1]) if outputs.ndim == 2 else None
    if answer is None:
        raise ValueError(f"{expected}Received: an output of shape {outputs.shape}.")
    if not np.isfinite(outputs).all():
        message = "Expected a model with finite answers. Received: NaN. Train it with a smaller "
        raise ValueError(message + "learning rate.")
    return name, answer, read(outputs, answer).astype(np.float32)
