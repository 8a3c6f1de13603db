"""Samples that heat maps are asked for, checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.inspect.model_inputs import in_order

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets.vision._scores import Target


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


def in_a_list(x: Any, target: Target) -> list[Any]:
    """The arrays that are given, one per input, in the model's order."""
    if target.tapped is not None:
        return in_order(target.tapped.inputs, x)
    if isinstance(x, dict):
        message = f"the model takes one array. Received: a dict with the keys {sorted(map(str, x))}"
        raise ValueError(message)
    return [x[0] if isinstance(x, (list, tuple)) and len(x) == 1 else x]


def checked(x: Any, shape: tuple[int | None, ...], dtype: str, notes: list[str]) -> NDArray[Any]:
    """An array as an input takes it; what was done to it is added to the notes."""
    array = np.asarray(x)
    if array.dtype.kind not in "iufb":
        message = f"the model takes numbers. Received: an array of dtype {array.dtype}"
        raise TypeError(message)
    if _fits(array.shape, shape):
        array = array[np.newaxis]
    elif shape and shape[-1] == 1 and _fits(array.shape[1:], shape[:-1]):
        array = array[..., np.newaxis]
        notes.append("A channel axis was added.")
    elif not _fits(array.shape[1:], shape) or array.ndim == 0:
        expected = ", ".join("any" if n is None else str(n) for n in shape)
        message = (
            f"the model takes samples of shape ({expected}), so an array of shape (n, {expected}). "
            f"Received: shape {array.shape}"
        )
        raise ValueError(message)
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        message = (
            f"the input holds {int((~np.isfinite(array)).sum())} values that are NaN or infinite"
        )
        raise ValueError(message)
    if array.dtype == np.uint8 and dtype.startswith("float"):
        notes.append("ClosesChildren numbers from 0 to 255 were taken as they are, not scaled.")
    return np.ascontiguousarray(array, dtype if dtype != "bfloat16" else "float32")


def _fits(shape: tuple[int, ...], wanted: tuple[int | None, ...]) -> bool:
    return len(shape) == len(wanted) and all(
        w is None or n == w for n, w in zip(shape, wanted, strict=True)
    )
