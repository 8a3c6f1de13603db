"""What a training is made of, for the sets of broken and healthy ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

Pair = tuple["NDArray[Any]", "NDArray[Any]"]


@dataclass(frozen=True, eq=False)
class Problem:
    """Data to learn: training and validation samples."""

    train: Pair
    held_out: Pair
    classes: int = 0

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self.train[0].shape[1:])


@dataclass(frozen=True)
class Case:
    """A training, and the kinds of findings of which the first one named has to be one.

    No kinds: the training is healthy.
    """

    name: str
    make: Callable[[int], tuple[Any, dict[str, Any]]]
    kinds: tuple[str, ...] = ()
