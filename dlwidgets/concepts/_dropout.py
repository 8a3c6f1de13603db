"""Dropout: the reference for what the page computes, and checks of arguments.

Source: Srivastava et al., *Dropout: A Simple Way to Prevent Neural Networks from Overfitting*,
JMLR 15 (2014), section 4; Chollet, *Deep Learning with Python*, section 4.4.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dlwidgets._tensorflow import load_keras
from dlwidgets.concepts._fields import Choice, Either, Field, Matrix, Number, Numbers
from dlwidgets.concepts._random import uniform
from dlwidgets.inspect.activations import activations
from dlwidgets.inspect.layers import layers_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from dlwidgets._keras_types import KerasModel

    Array = NDArray[np.float64]

NAMES = ("matrix", "vector", "layer")
SCALINGS = ("training", "test", "none")
"""Where activations are scaled: in training, as Keras does, or at test time; or nowhere."""
PHASES = ("training", "test")
MOST_SIDE = 8
MOST_VALUE = 99
MOST_RATE = 0.95

VALUES: dict[str, tuple[tuple[float, ...], ...]] = {
    "matrix": ((0.3, 0.2, 1.5, 0), (0.6, 0.1, 0, 0.3), (0.2, 1.9, 0.3, 1.2), (0.7, 0.5, 1, 0)),
    "vector": ((0.2, 0.5, 1.3, 0.8, 1.1),),
    "layer": (
        (1.7, 0.9, 1.8, 1.9, 0.4, 0.3, 1, 0.8),
        (0.6, 0.6, 1, 0.5, 0, 0.9, 0.3, 1.5),
        (1.1, 1.1, 0.1, 0.8, 0, 1, 1.3, 1.2),
        (1.7, 0.4, 0, 0, 0.7, 0, 0, 0.4),
        (0.7, 1.3, 1.4, 0.3, 1.7, 1.9, 0, 0),
        (0.3, 0, 1.5, 1.3, 0, 1.7, 1.4, 1.2),
        (1.1, 2, 1.6, 1.4, 0.1, 0.8, 0.2, 0),
        (0.1, 0, 0.3, 1.8, 0.9, 0.6, 0, 0.8),
    ),
}
"""The book's matrix and vector, and what 64 units of a trained network gave for a digit."""

PRINTED: dict[str, tuple[int, ...]] = {
    "matrix": (0, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 0, 1, 0, 0, 1),
    "vector": (0, 1, 1, 0, 1),
}
"""The masks that the book prints, row by row: 0 for a unit that is dropped."""

FIELDS: dict[str, Field] = {
    "values": Either(
        Choice("matrix", NAMES), Matrix(((0.0,),), -MOST_VALUE, MOST_VALUE, 3, MOST_SIDE)
    ),
    "rate": Number(0.5, 0, MOST_RATE, 2),
    "scaling": Choice("training", SCALINGS),
    "phase": Choice("training", PHASES),
    "mask": Numbers((), 0, 1, 0, 0, MOST_SIDE**2),
    "seed": Number(0, 0, 999),
}

_STEP = 7919  # between the seeds of two steps


def values_of(chosen: str | Sequence[Sequence[float]]) -> Array:
    """Return the activations that a state stands for, of shape (rows, columns)."""
    return np.array(VALUES[chosen] if isinstance(chosen, str) else chosen, float)


def mask_of(size: int, rate: float, seed: int, step: int) -> NDArray[np.int64]:
    """Return which units are kept in a step: 1, or 0 for a unit that is dropped.

    Args:
        size: The number of units.
        rate: The probability of a unit to be dropped.
        seed: The same seed gives the same masks, here and in the page.
        step: Counted from 0.
    """
    random = uniform(seed * 1000 + step * _STEP)
    return np.array([int(random() >= rate) for _ in range(size)])


def scale_of(rate: float, scaling: str, phase: str) -> float:
    """Return by which number the kept activations are multiplied.

    Args:
        rate: The probability of a unit to be dropped.
        scaling: One of `SCALINGS`.
        phase: One of `PHASES`. At test time nothing is dropped.

    Example:
        >>> from dlwidgets.concepts._dropout import scale_of
        >>> scale_of(0.5, "training", "training"), scale_of(0.2, "test", "test")
        (2.0, 0.8)
    """
    if phase == scaling == "training":
        return 1 / (1 - rate)
    return 1 - rate if phase == scaling == "test" else 1.0


def dropped(
    values: ArrayLike, mask: ArrayLike, rate: float, scaling: str = "training"
) -> NDArray[np.float64]:
    """Return what a layer passes on in training.

    Args:
        values: Activations, of any shape.
        mask: Which are kept, with as many numbers.
        rate: The probability of a unit to be dropped.
        scaling: One of `SCALINGS`.

    Example:
        >>> from dlwidgets.concepts._dropout import PRINTED, VALUES, dropped
        >>> dropped(VALUES["vector"], PRINTED["vector"], 0.5).tolist()
        [[0.0, 1.0, 2.6, 0.0, 2.2]]
    """
    array = np.asarray(values, float)
    kept = array * np.reshape(mask, array.shape)
    return np.asarray(kept * scale_of(rate, scaling, "training"))


def average(values: ArrayLike, masks: Sequence[ArrayLike], rate: float, scaling: str) -> Array:
    """Return the average of what a layer passes on in several steps.

    Args:
        values: Activations, of any shape.
        masks: The mask of each step.
        rate: The probability of a unit to be dropped.
        scaling: One of `SCALINGS`.
    """
    return np.asarray(np.mean([dropped(values, mask, rate, scaling) for mask in masks], axis=0))


def checked_values(values: ArrayLike) -> list[list[float]]:
    """Return the user's activations as rows.

    Args:
        values: An array of shape (units,) or (rows, columns) with at most 8 rows and columns; more
            than 8 units in one row become several rows.

    Raises:
        ValueError: It is no such array.
    """
    array = np.asarray(values)
    good = array.dtype.kind in "biuf" and array.ndim in (1, 2) and 0 < array.size <= MOST_SIDE**2
    if not good or not np.isfinite(array).all() or np.abs(array).max() > MOST_VALUE:
        message = "Expected `values` to be 1 to 64 numbers from -99 to 99, such as the activations "
        raise ValueError(
            message + f"of a layer for one sample. Received: shape {array.shape} of {array.dtype}."
        )
    if array.ndim == 1 and array.size > MOST_SIDE:
        sides = [side for side in range(MOST_SIDE, 1, -1) if array.size % side == 0]
        if not sides or array.size // sides[0] > MOST_SIDE:
            message = f"Expected `values` to fill rows of at most {MOST_SIDE} numbers. "
            raise ValueError(message + f"Received: {array.size} numbers. Leave some out.")
        array = array.reshape(-1, sides[0])
    array = np.atleast_2d(array)
    if max(array.shape) > MOST_SIDE:
        message = f"Expected `values` to have at most {MOST_SIDE} rows and columns. "
        raise ValueError(message + f"Received: shape {array.shape}. Leave some out.")
    rows: list[list[float]] = array.astype(float).tolist()
    return rows


@dataclass(frozen=True)
class BeforeDropout:
    """What reaches a dropout layer of a model.

    Attributes:
        rows: Activations, at most 8 rows and columns.
        rate: The layer's rate.
        layer: Its path name.
        units: How many activations there are; if they are more than `rows` holds, those are evenly
            chosen.
    """

    rows: list[list[float]]
    rate: float
    layer: str
    units: int


def before_dropout(model: KerasModel, x: ArrayLike) -> BeforeDropout:
    """Return what reaches the first dropout layer of a model, for one sample.

    Args:
        model: A built Keras model with one input and a `Dropout` layer.
        x: One sample, with or without an axis for the batch.

    Raises:
        TypeError: It isn't a Keras model.
        ValueError: It has no such layer, or takes other samples.
    """
    kind = load_keras().layers.Dropout
    layers = layers_of(model)
    # A subclass, or one with a noise shape, drops more than one unit at a time.
    found = [
        (name, layer)
        for name, layer in layers
        if type(layer) is kind and getattr(layer, "noise_shape", None) is None
    ]
    if not found:
        message = "Expected a model with a `Dropout` layer that drops single units. "
        message += "Received: one without. Pass activations instead: "
        raise ValueError(message + "`dl.concepts.dropout(activations)`.")
    name, layer = found[0]
    inputs = getattr(model, "inputs", None)
    if not inputs or len(inputs) != 1:
        message = "Expected a built model with one input. Pass activations instead: "
        raise ValueError(message + "`dl.concepts.dropout(activations)`.")
    array = np.asarray(x)
    if array.ndim < len(inputs[0].shape):
        array = array[None]
    if array.size == 0 or array.dtype.kind not in "biuf":
        message = "Expected one sample of numbers. "
        raise ValueError(message + f"Received: shape {np.shape(x)} of {array.dtype}.")
    # In inference mode the layer passes on what it gets.
    values = activations(model, array[:1], [name])[name][0].ravel().astype(float)
    count = min(values.size, MOST_SIDE**2)
    while not _fits(count):
        count -= 1
    chosen = values[np.linspace(0, values.size - 1, count).round().astype(int)]
    if not np.isfinite(chosen).all() or np.abs(chosen).max() > MOST_VALUE:
        message = (
            f"Expected activations of {name} from -{MOST_VALUE} to {MOST_VALUE}. Received: from "
        )
        message += (
            f"{chosen.min():g} to {chosen.max():g}. Scale the sample as in training, or pass "
        )
        raise ValueError(message + "activations that are divided by a number.")
    return BeforeDropout(
        checked_values(chosen), min(MOST_RATE, float(layer.rate)), name, values.size
    )


def _fits(count: int) -> bool:
    """Whether so many numbers fill rows."""
    return any(count % side == 0 and count // side <= MOST_SIDE for side in range(1, MOST_SIDE + 1))
