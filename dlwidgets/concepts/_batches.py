"""Samples, batches, iterations and epochs: the reference for what the page counts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.concepts._fields import Field, Flag, Number, Numbers
from dlwidgets.concepts._random import uniform

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_SAMPLES = 100_000
MOST_EPOCHS = 1000
MOST_CLASSES = 8
"""More classes have no colors of their own."""

FIELDS: dict[str, Field] = {
    "samples": Number(24, 1, MOST_SAMPLES),
    "batch_size": Number(6, 1, MOST_SAMPLES),
    "epochs": Number(20, 1, MOST_EPOCHS),
    "shuffle": Flag(True),
    "drop_remainder": Flag(False),
    "seed": Number(0, 0, 999),
    "at": Numbers((), 0, MOST_SAMPLES * MOST_EPOCHS, digits=0, least=0, most=1),
}
"""The state of the widget. `at` counts finished iterations; without it they run by themselves."""


@dataclass(frozen=True)
class Plan:
    """What a call of `fit` does.

    Attributes:
        iterations: Iterations, so updates of the weights, of an epoch.
        last: Samples of an epoch's last batch.
        updates: Iterations of all epochs.
        seen: Samples that were used in all epochs, each as often as it was.
        left_out: Samples that an epoch doesn't use.
    """

    iterations: int
    last: int
    updates: int
    seen: int
    left_out: int


def plan(samples: int, batch_size: int, epochs: int, drop_remainder: bool = False) -> Plan:
    """Return what a call of `fit` does.

    Args:
        samples: How many there are.
        batch_size: Samples of a batch.
        epochs: How often all samples are used.
        drop_remainder: Whether a last batch that is smaller is left out.

    Example:
        >>> from dlwidgets.concepts._batches import plan
        >>> plan(60_000, 128, 5).iterations, plan(60_000, 128, 5).last
        (469, 96)
    """
    rest = samples % batch_size
    if drop_remainder:
        iterations = samples // batch_size
        return Plan(
            iterations,
            batch_size if iterations else 0,
            iterations * epochs,
            (samples - rest) * epochs,
            rest,
        )
    iterations = math.ceil(samples / batch_size)
    return Plan(iterations, rest or batch_size, iterations * epochs, samples * epochs, 0)


def epoch_order(samples: int, epoch: int, seed: int, shuffle: bool = True) -> list[int]:
    """Return the order in which an epoch uses the samples, as the page does.

    Args:
        samples: How many there are.
        epoch: From 0.
        seed: The same seed gives the same orders.
        shuffle: Whether it is random; otherwise it is the order of the data.
    """
    order = list(range(samples))
    if not shuffle:
        return order
    random = uniform(seed * (MOST_EPOCHS + 1) + epoch)
    for i in range(samples - 1, 0, -1):
        j = math.floor(random() * (i + 1))
        order[i], order[j] = order[j], order[i]
    return order


def noise(samples: int, batch_size: int) -> float:
    """Return how much the gradient of a random batch differs from that of all samples.

    It is the standard deviation of the mean of a batch, drawn without replacement, as a share of
    the standard deviation of a single sample.

    Args:
        samples: How many there are.
        batch_size: Samples of a batch.

    Example:
        >>> from dlwidgets.concepts._batches import noise
        >>> round(noise(60_000, 100), 3), noise(24, 24)
        (0.1, 0.0)
    """
    size = min(batch_size, samples)
    if samples == size:
        return 0.0
    return math.sqrt((samples - size) / (samples - 1) / size)


def checked_labels(labels: Any) -> NDArray[np.uint8]:
    """Return the class of each sample as the page gets it.

    Args:
        labels: Shape (n,): numbers or names of classes; or one-hot, shape (n, classes).

    Raises:
        ValueError: They have another shape, or there are too many samples or classes.
    """
    array = np.asarray(labels)
    if array.ndim == 2 and array.shape[1] > 1:
        array = array.argmax(axis=1)
    if array.ndim == 2:
        array = array[:, 0]
    if array.ndim != 1 or not 1 <= len(array) <= MOST_SAMPLES:
        message = f"Expected `labels` of shape (n,), at most {MOST_SAMPLES:,}. "
        raise ValueError(message + f"Received: shape {np.shape(labels)}.")
    classes, found = np.unique(array, return_inverse=True)
    if len(classes) > 256:
        message = "Expected `labels` of at most 256 classes. "
        raise ValueError(message + f"Received: {len(classes)} classes.")
    return found.reshape(-1).astype("uint8")
