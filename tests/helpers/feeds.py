"""The same real digits in every form that Keras trains on."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import tensorflow as tf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BATCH = 32


class Batches(keras.utils.PyDataset):
    """Samples in batches."""

    def __init__(self, x: np.ndarray, y: np.ndarray) -> None:
        super().__init__()
        self.x, self.y = x, y

    def __len__(self) -> int:
        return math.ceil(len(self.x) / BATCH)

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        part = slice(index * BATCH, (index + 1) * BATCH)
        return self.x[part], self.y[part]


class EndlessBatches(Batches):
    """Samples in batches, again and again."""

    @property
    def num_batches(self) -> None:
        return None

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        return super().__getitem__(index % len(self))


class Loader:
    """Lists of batches by `iter` alone, as PyTorch's `DataLoader` gives them."""

    def __init__(self, x: np.ndarray, y: np.ndarray) -> None:
        self.x, self.y = x, y

    def __iter__(self) -> Iterator[list[np.ndarray]]:
        return (list(pair) for pair in batches(self.x, self.y))


def slices(x: np.ndarray, y: np.ndarray) -> Any:
    return tf.data.Dataset.from_tensor_slices((x, y))


def batches(x: np.ndarray, y: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    for first in range(0, len(x), BATCH):
        yield x[first : first + BATCH], y[first : first + BATCH]


def endless(x: np.ndarray, y: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    while True:
        yield from batches(x, y)


def one_hot(y: np.ndarray) -> np.ndarray:
    return np.eye(10, dtype=np.float32)[y]


STREAMS: dict[str, Callable[[np.ndarray, np.ndarray], Any]] = {
    "tf.data": lambda x, y: slices(x, y).batch(BATCH),
    "tf.data, single samples": slices,
    "tf.data, single samples, one-hot": lambda x, y: slices(x, one_hot(y)),
    "tf.data, whole batches only": lambda x, y: slices(x, y).batch(40, drop_remainder=True),
    "tf.data, unknown length": lambda x, y: slices(x, y).batch(BATCH).filter(lambda *_: True),
    "tf.data, weights": lambda x, y: slices(x, y).map(lambda a, b: (a, b, 1.0)).batch(BATCH),
    "tf.data, prefetched": lambda x, y: slices(x, y).batch(BATCH).prefetch(2),
    "PyDataset": Batches,
    "generator": batches,
    "generator of single samples": lambda x, y: (pair for pair in zip(x, y, strict=True)),
    "iterator without weak references": lambda x, y: iter(list(batches(x, y))),
    "loader": Loader,
}
"""Each gives exactly the samples, in their order."""

ENDLESS: dict[str, Callable[[np.ndarray, np.ndarray], Any]] = {
    "tf.data": lambda x, y: slices(x, y).batch(BATCH).repeat(),
    "PyDataset": EndlessBatches,
    "generator": endless,
}
"""Each gives the samples again and again."""
