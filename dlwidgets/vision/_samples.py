"""Samples that heat maps are computed for, checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets._keras_types import Nested, Shape
    from dlwidgets.vision._score_target import Target


@dataclass(frozen=True, eq=False)
class Batch:
    """Checked inputs.

    Attributes:
        arrays: One array per input of the model.
        classes: The class to explain for each sample, -1 for the one with the highest score.
        notes: What was done to the inputs, as sentences.
    """

    arrays: list[NDArray[Any]]
    classes: NDArray[np.int32]
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.classes)

    def with_classes(self, classes: NDArray[Any]) -> Batch:
        """Return the same samples with other classes to explain."""
        return Batch(self.arrays, classes.astype(np.int32), self.notes)

    def replaced(self, which: int, of: NDArray[Any], values: NDArray[Any]) -> Batch:
        """Return some of the samples, with other values for one input.

        Args:
            which: The input.
            of: Row numbers of the samples.
            values: The values, one row per sample.
        """
        arrays = [a[of] for a in self.arrays]
        arrays[which] = values.astype(arrays[which].dtype)
        return Batch(arrays, self.classes[of])


def batch_of(x: Nested, class_index: Any, target: Target) -> Batch:
    """Return checked inputs.

    Raises:
        TypeError: An array that doesn't hold numbers, or class numbers that aren't whole.
        ValueError: Another shape, NaN or infinity, or a class that doesn't exist.
    """
    notes: list[str] = []
    arrays = [
        _checked(a, shape, dtype, notes)
        for a, shape, dtype in zip(_as_list(x, target), target.shapes, target.dtypes, strict=True)
    ]
    sizes = [len(a) for a in arrays]
    if len(set(sizes)) > 1:
        message = tr(
            "All inputs must have the same number of samples. Received: {sizes}", sizes=sizes
        )
        raise ValueError(message)
    classes = _checked_classes(class_index, sizes[0], target.classes)
    return Batch(arrays, classes, tuple(dict.fromkeys(notes)))


def _as_list(x: Nested, target: Target) -> list[Any]:
    """The given arrays, one per input, in the model's order."""
    if target.traced is not None:
        return target.traced.in_order(x)
    if isinstance(x, dict):
        message = tr(
            "Expected one array. Received: a dict with the keys {keys}", keys=sorted(map(str, x))
        )
        raise ValueError(message)
    return [x[0] if isinstance(x, (list, tuple)) and len(x) == 1 else x]


def _checked(x: Any, shape: Shape, dtype: str, notes: list[str]) -> NDArray[Any]:
    """An array as an input takes it; what was done to it is added to the notes."""
    array = np.asarray(x)
    if array.dtype.kind not in "iufb":
        message = tr("Expected numbers. Received: an array of dtype {dtype}", dtype=array.dtype)
        raise TypeError(message)
    if _fits(array.shape, shape):
        array = array[np.newaxis]
    elif shape and shape[-1] == 1 and _fits(array.shape[1:], shape[:-1]):
        array = array[..., np.newaxis]
        notes.append(tr("A channel axis was added."))
    elif not _fits(array.shape[1:], shape) or array.ndim == 0:
        expected = ", ".join("any" if n is None else str(n) for n in shape)
        message = tr(
            "Expected samples of shape ({expected}), so an array of shape (n, {expected}). "
            "Received: shape {shape}",
            expected=expected,
            shape=array.shape,
        )
        raise ValueError(message)
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        message = tr(
            "Expected finite numbers. Received: {count} values that are NaN or infinite",
            count=int((~np.isfinite(array)).sum()),
        )
        raise ValueError(message)
    if array.dtype == np.uint8 and dtype.startswith("float"):
        notes.append(tr("Whole numbers from 0 to 255 were used as they are, without scaling."))
    return np.ascontiguousarray(array, dtype if dtype != "bfloat16" else "float32")


def _checked_classes(wanted: Any, n: int, classes: int) -> NDArray[np.int32]:
    if wanted is None:
        return np.full(n, -1, np.int32)
    given = np.asarray(wanted)
    if given.dtype.kind not in "iu":
        message = tr(
            "Expected whole numbers as `class_index`. Received: {value}", value=repr(wanted)
        )
        raise TypeError(message)
    if given.ndim > 1 or (given.ndim == 1 and len(given) != n):
        message = tr(
            "Expected one number as `class_index`, or one for each of {n} samples. Received: shape "
            "{shape}",
            n=n,
            shape=given.shape,
        )
        raise ValueError(message)
    wrong = given[(given < 0) | (given >= classes)].ravel()
    if wrong.size:
        message = tr(
            "Expected `class_index` from 0 to {last}. Received: {index}",
            last=classes - 1,
            index=int(wrong[0]),
        )
        raise ValueError(message)
    return np.broadcast_to(given.astype(np.int32), (n,)).copy()


def _fits(shape: tuple[int, ...], wanted: Shape) -> bool:
    return len(shape) == len(wanted) and all(
        w is None or n == w for n, w in zip(shape, wanted, strict=True)
    )
