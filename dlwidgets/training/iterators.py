"""The iterators that Keras makes for each epoch: no more than needed, and none is waited for.

To make one takes as long as several steps of a small model. For data of known length Keras makes
two per epoch: one when the epoch begins, and one when its batches are through, which nothing uses.
"""

from __future__ import annotations

import queue
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._tensorflow import load, load_keras
from dlwidgets._threads import begin

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from dlwidgets._keras_types import Nested

DEFAULT_BATCH_SIZE = 32
"""Keras's, for arrays."""

MAX_BATCHED = 2**26
"""Bytes of validation data that are copied at most."""

_MAX_WAITING = 2
"""Iterators that wait to be dropped; each may hold a few batches."""


def count_batches(data: Nested, batch_size: int | None) -> int | None:
    """Return how many batches Keras makes of arrays.

    Args:
        data: What `fit` or `evaluate` is given: x, y and sample weights.
        batch_size: Samples per batch; None for Keras's 32.

    Returns:
        The number; None where the data is not of NumPy arrays alone, so that it may be a stream.

    Example:
        >>> from dlwidgets.training.iterators import count_batches
        >>> count_batches((np.zeros((70, 3)), np.zeros(70), None), 32)
        3
    """
    leaves = [leaf for leaf in load_keras().tree.flatten(data) if leaf is not None]
    if not leaves or not all(isinstance(leaf, np.ndarray) and leaf.ndim for leaf in leaves):
        return None
    return -(-len(leaves[0]) // (batch_size or DEFAULT_BATCH_SIZE)) or None


def batched(data: Nested, batch_size: int) -> Nested:
    """Return validation data as a data set of the very batches that Keras makes of arrays.

    Keras's own data set builds graphs for each of its iterators, so at each validation.

    Args:
        data: What `fit` is given as ``validation_data``.
        batch_size: Samples per batch.

    Returns:
        A `tf.data.Dataset`; `data` itself where it isn't a pair of small arrays whose numbers Keras
        takes as they are.

    Example:
        >>> from dlwidgets.training.iterators import batched
        >>> [len(x) for x, _ in batched((np.zeros((7, 2), "float32"), np.arange(7)), 3)]
        [3, 3, 1]
    """
    tf, keras = load()
    if not isinstance(data, (list, tuple)) or len(data) != 2:
        return data
    if not all(isinstance(a, np.ndarray) and a.ndim and len(a) == len(data[0]) > 0 for a in data):
        return data
    kept = all(a.dtype.kind in "iub" or a.dtype.name == keras.config.floatx() for a in data)
    if not kept or sum(a.nbytes for a in data) > MAX_BATCHED:
        return data
    whole = len(data[0]) // batch_size
    found: Any = None
    if whole:
        full = tuple(_reshaped(array, whole, batch_size) for array in data)
        found = tf.data.Dataset.from_tensor_slices(full)
    rest = tuple(array[whole * batch_size :] for array in data)
    if len(rest[0]):
        last = tf.data.Dataset.from_tensors(rest)
        found = last if found is None else found.concatenate(last)
    options = tf.data.Options()
    options.experimental_optimization.apply_default_optimizations = False
    options.autotune.enabled = False
    return found.with_options(options)


def _reshaped(array: NDArray[Any], batches: int, size: int) -> NDArray[Any]:
    return array[: batches * size].reshape(batches, size, *array.shape[1:])


class LastIterators:
    """Holds the iterator in use; the one before it is dropped on a thread of its own.

    Keras makes an iterator per epoch, and the training thread drops the old one when the new epoch
    begins. TensorFlow then waits for the old one's background threads: 0.3 to 4 seconds on two busy
    cores, in which no step runs and no click is answered.

    Example:
        >>> iterators = LastIterators()
        >>> iterators.use(iter([1]))
        >>> iterators.use(iter([2]))  # the first one goes, elsewhere
        >>> iterators.close()
    """

    def __init__(self) -> None:
        self._now: Iterator[Nested] | None = None
        self._old: queue.Queue[Iterator[Nested] | None] = queue.Queue(_MAX_WAITING)
        self._thread: threading.Thread | None = None

    def use(self, iterator: Iterator[Nested] | None) -> None:
        """Hold on to `iterator`, and let go of the one before where it is another."""
        if iterator is self._now:
            return
        old, self._now = self._now, iterator
        if old is None:
            return
        if self._thread is None:
            old_ones = self._old
            self._thread = begin(lambda: _drop_all(old_ones), "dlwidgets-iterators")
        self._old.put(old)

    def close(self) -> None:
        """Let go of everything."""
        self.use(None)
        if self._thread is not None:
            self._old.put(None)
            self._thread = None


def _drop_all(old: queue.Queue[Iterator[Nested] | None]) -> None:
    while old.get() is not None:  # what was got is dropped here
        pass
