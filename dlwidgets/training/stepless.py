"""A `fit` that is stopped before its first step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dlwidgets._keras_types import KerasModel


class SteplessFit:
    """Lets `fit` return though it did no step, until `undo`.

    At the end of an epoch `fit` asks the model for its metrics, and in the end the optimizer for
    its averages. A model that has never been trained has neither: its first step makes them.

    Args:
        model: A compiled Keras model.
    """

    def __init__(self, model: KerasModel) -> None:
        self._model = model
        self._patched: list[tuple[Any, str]] = []
        self._patch(model, "get_metrics_result", dict)
        optimizer = model.optimizer
        if optimizer is not None and not optimizer.built:
            self._patch(optimizer, "finalize_variable_values", _nothing)

    def evaluate(self) -> None:
        """Give the model its method back for a validation, which makes its metrics."""
        self._restore([one for one in self._patched if one[0] is self._model])

    def undo(self) -> None:
        """Give the model and its optimizer their own methods back."""
        self._restore(self._patched)

    def _restore(self, patched: Sequence[tuple[Any, str]]) -> None:
        for owner, name in tuple(patched):
            delattr(owner, name)
            self._patched.remove((owner, name))

    def _patch(self, owner: Any, name: str, function: Any) -> None:
        if name not in vars(owner):
            setattr(owner, name, function)
            self._patched.append((owner, name))


def _nothing(_weights: Any) -> None:
    """Leave the weights as they are."""
