"""A bounded number of samples, out of everything that Keras trains on."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._formatting import format_duration
from dlwidgets._messages import join_messages, tr, trn
from dlwidgets.data._streams import (
    TrainedOnError,
    are_batches,
    as_batch,
    class_names_of,
    elements_of,
    is_stream,
    kind_of,
    unpacked,
)
from dlwidgets.data._structures import leaves_of, map_leaves, to_array

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets._keras_types import Nested

__all__ = ["MAX_BYTES", "Samples", "is_stream", "take"]

MAX_BYTES = 512_000_000
"""Memory of the samples that are taken out of a stream, in about."""


@dataclass(frozen=True, eq=False)
class Samples:
    """Samples in memory.

    Attributes:
        x: Inputs, an array of shape (n, …), or a list or dict of such arrays.
        y: Targets in the same form; `None` if there are none.
        class_names: One name per class, if the source knows them; else empty.
        truncated: Whether the source has more samples.
        total: How many samples the source has; `None` if it isn't known.
        padded: Whether sequences were padded with zeros, to have one length.
    """

    x: Nested
    y: Nested = None
    class_names: tuple[str, ...] = ()
    truncated: bool = False
    total: int | None = None
    padded: bool = False

    def __len__(self) -> int:
        return next((len(leaf) for leaf in leaves_of(self.x)), 0)

    @property
    def note(self) -> str:
        """What you should know about the samples, as sentences; "" if they are all there is."""
        n = len(self)
        first = trn("Only the first {n} sample is used.", "Only the first {n} samples are used.", n)
        if self.total is not None:
            first = tr("Only the first {n} of {total} samples are used.", n=n, total=self.total)
        padding = tr("Shorter sequences are padded with zeros.")
        return join_messages([first if self.truncated else "", padding if self.padded else ""])


def take(
    x: Any,
    y: Nested = None,
    *,
    limit: int | None = 1000,
    seconds: float = 10.0,
    model: Any = None,
) -> Samples:
    """Return the first samples of a data set, in memory.

    All views and functions that take samples accept what this does, and use it with a limit of
    their own.

    Args:
        x: Inputs: an array of shape (n, …), a tensor or data frame, or a list or dict of them for
            several inputs. Or a source that gives `x`, `(x, y)` or `(x, y, sample_weight)`: a
            `tf.data.Dataset`, a `keras.utils.PyDataset`, a generator or another iterable, with
            batches or single samples, and with or without an end.
        y: Targets for inputs that are arrays; a data set brings its own.
        limit: The number of samples at most; `None` for no limit.
        seconds: Time for reading a source of batches, in seconds. A batch that has begun is waited
            for.
        model: A Keras model that the samples are for. It tells a batch from a single sample where
            their shapes alone don't.

    Returns:
        The `Samples`. Of a generator, what it gave is kept: taken again, it gives the same samples.

    Raises:
        TypeError: `x` is nothing that holds samples.
        ValueError: There are no samples, targets are given twice or are of another number, or
            samples have different shapes. Or a Run trains on `x`, a generator: what is read here
            would be missing there.

    Example:
        >>> import tensorflow as tf
        >>> digits = dl.data.load("digits").normalized()
        >>> dataset = tf.data.Dataset.from_tensor_slices((digits.x_test, digits.y_test)).batch(32)
        >>> samples = dl.data.take(dataset, limit=100)
        >>> samples.x.shape, samples.y.shape, samples.truncated
        ((100, 8, 8, 1), (100,), True)
    """
    if is_stream(y):
        message = tr("Expected `y` as an array. Received: {kind}", kind=kind_of(y))
        raise TypeError(message)
    if not is_stream(x):
        return _of_arrays(x, y, limit)
    if y is not None:
        message = tr(
            "`x` is a {kind}, which gives its own targets. Leave out `y`. Received: both",
            kind=kind_of(x),
        )
        raise ValueError(message)
    return _of_stream(x, limit, seconds, model)


def _of_arrays(x: Nested, y: Nested, limit: int | None) -> Samples:
    total = next((_length(leaf) for leaf in leaves_of(x)), 0)
    cut = limit is not None and total > limit
    part = slice(limit) if cut else slice(None)
    arrays = [map_leaves(lambda leaf: _part(leaf, part), one) for one in (x, y)]
    for leaf in leaves_of(arrays[0]):
        if leaf.dtype == object and leaf.ndim == 0:
            message = tr(
                "Expected samples: arrays, a `tf.data.Dataset`, a `PyDataset` or a generator. "
                "Received: {type}",
                type=type(leaf.item()).__name__,
            )
            raise TypeError(message)
    return Samples(arrays[0], arrays[1], truncated=cut, total=total)


def _length(leaf: Any) -> int:
    shape = getattr(leaf, "shape", None)
    if shape is not None:
        return int(shape[0]) if len(shape) else 0
    return len(leaf) if hasattr(leaf, "__len__") else 0


def _part(leaf: Any, part: slice) -> NDArray[Any]:
    if part.stop is not None and not hasattr(leaf, "dense_shape"):
        leaf = leaf[part]  # before it is converted: it may be a file
    array: NDArray[Any] = to_array(leaf)
    return array[part] if array.ndim else array


def _of_stream(stream: Any, limit: int | None, seconds: float, model: Any) -> Samples:
    deadline = time.monotonic() + seconds
    xs: list[Nested] = []
    ys: list[Nested] = []
    n = nbytes = 0
    batched: bool | None = None
    more = False
    try:
        for element in elements_of(stream):
            if limit is not None and n >= limit:
                more = True
                break
            x, y = (map_leaves(to_array, part) for part in unpacked(element))
            if batched is None:
                batched = are_batches(x, y, model)
            x, y = (map_leaves(partial(as_batch, batched=batched), part) for part in (x, y))
            leaves = [*leaves_of(x), *leaves_of(y)]
            size = _common_length(leaves)
            if size:
                xs.append(x)
                ys.append(y)
            n += size
            nbytes += sum(leaf.nbytes for leaf in leaves)
            if nbytes > MAX_BYTES or time.monotonic() > deadline:
                more = True
                break
    except TrainedOnError:  # what it gave before will do
        if not n:
            raise
        more = True
    if not n:
        raise ValueError(_nothing(stream, seconds if more else None))
    x, padded_x = _joined(xs)
    y, padded_y = (None, False) if ys[0] is None else _joined(ys)
    cut = limit is not None and n > limit
    if cut:
        x, y = (map_leaves(lambda leaf: leaf[:limit], part) for part in (x, y))
    names = class_names_of(stream)
    return Samples(x, y, names, cut or more, None, padded_x or padded_y)


def _common_length(leaves: list[NDArray[Any]]) -> int:
    sizes = {len(leaf) for leaf in leaves}
    if len(sizes) > 1:
        message = tr(
            "The inputs and targets of a batch must have the same number of samples. Received: "
            "{sizes}",
            sizes=", ".join(str(len(leaf)) for leaf in leaves),
        )
        raise ValueError(message)
    return sizes.pop() if sizes else 0


def _nothing(stream: Any, seconds: float | None) -> str:
    if seconds is not None:
        return tr(
            "The {kind} gave no samples within {time}.",
            kind=kind_of(stream),
            time=format_duration(seconds),
        )
    if hasattr(stream, "__next__"):
        return tr(
            "The {kind} gave no samples. It can be read only once: make a new one.",
            kind=kind_of(stream),
        )
    return tr("The {kind} gave no samples.", kind=kind_of(stream))


def _joined(batches: list[Nested]) -> tuple[Nested, bool]:
    """Batches as one, and whether sequences were padded for it."""
    columns = zip(*(leaves_of(batch) for batch in batches), strict=True)
    joined = [_concatenated(list(column)) for column in columns]
    arrays = iter([array for array, _ in joined])
    return map_leaves(lambda _: next(arrays), batches[0]), any(padded for _, padded in joined)


def _concatenated(arrays: list[NDArray[Any]]) -> tuple[NDArray[Any], bool]:
    shapes = {array.shape[1:] for array in arrays}
    if len(shapes) == 1:
        return np.concatenate(arrays), False
    rest = {shape[1:] for shape in shapes}
    if len(rest) > 1 or {len(shape) for shape in shapes} - {1, 2}:
        message = tr(
            "All samples must have the same shape. Received: {shapes}",
            shapes=", ".join(str(shape) for shape in sorted(shapes)),
        )
        raise ValueError(message)
    longest = max(shape[0] for shape in shapes)
    return np.concatenate([_padded(array, longest) for array in arrays]), True


def _padded(array: NDArray[Any], length: int) -> NDArray[Any]:
    padding = [(0, 0)] * array.ndim
    padding[1] = (0, length - array.shape[1])
    empty: Any = b"" if array.dtype == object else 0  # strings of TensorFlow are bytes
    if array.dtype.kind in "US":
        return np.pad(array, padding)
    return np.pad(array, padding, constant_values=empty)
