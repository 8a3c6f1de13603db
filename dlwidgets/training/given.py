"""What a Run was given, by which another one like it can be made."""

from __future__ import annotations

import math
import weakref
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dlwidgets.data._structures import is_structure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel, Nested

MAX_WEIGHT_BYTES = 64_000_000
"""Of the weights before the first step, which a run keeps to begin again with them."""

_BYTES = 4  # of a number


@dataclass(eq=False)
class Given:
    """The arguments of a run. Its data are referred to weakly, so that they may go when it ends.

    Attributes:
        arguments: The arguments of `fit` without data and callbacks, as they were passed.
        callbacks: The user's callbacks.
        device: Where to train; `None` lets TensorFlow choose.
        initial: The weights before the first step; `None` if they were too large, or the model gets
            them in its first step.
    """

    arguments: Mapping[str, Any]
    callbacks: Sequence[Any] = ()
    device: str | None = None
    initial: list[NDArray[Any]] | None = None
    _data: Mapping[str, Callable[[], Any]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        data: Mapping[str, Nested],
        arguments: Mapping[str, Any],
        callbacks: Sequence[Any],
        device: str | None,
    ) -> Given:
        """Return what a run is given.

        Args:
            data: The arguments of `fit` that hold data.
            arguments: The other ones.
            callbacks: The user's callbacks.
            device: Where to train.
        """
        kept = {name: _reference(value) for name, value in data.items()}
        return cls(dict(arguments), tuple(callbacks), device, None, kept)

    def keep_weights(self, model: KerasModel) -> None:
        """Keep the weights before the first step; called when the training begins.

        Args:
            model: The model.
        """
        if not model.built:
            return
        numbers = sum(math.prod(weight.shape) for weight in model.weights)
        if numbers * _BYTES <= MAX_WEIGHT_BYTES:
            self.initial = model.get_weights()

    def data(self) -> dict[str, Any] | None:
        """Return the data as `fit` takes them; `None` if somebody has let go of them.

        Without the validation data, those for training are still worth something.
        """
        found = {}
        for name, find in self._data.items():
            try:
                found[name] = find()
            except _GoneError:
                if name != "validation_data":
                    return None
                found[name] = None
        return found


class _GoneError(Exception):
    """Data are no longer there."""


def _reference(value: Nested) -> Callable[[], Any]:
    """What finds data again, as long as somebody else has them."""
    if value is None:
        return _nothing
    if is_structure(value):
        if isinstance(value, dict):
            named = {key: _reference(one) for key, one in value.items()}
            return lambda: {key: find() for key, find in named.items()}
        kind, parts = type(value), [_reference(one) for one in value]
        return lambda: (tuple if issubclass(kind, tuple) else list)(find() for find in parts)
    try:
        known = weakref.ref(value)
    except TypeError:  # a list of numbers, of which nobody else may know
        return _gone

    def find() -> Any:
        found = known()
        return _gone() if found is None else found

    return find


def _nothing() -> None:
    return None


def _gone() -> Any:
    raise _GoneError
