"""Making Keras models, which come untyped, with their type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlwidgets._tensorflow import load_keras

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dlwidgets._keras_types import KerasModel


def sequential(layers: Iterable[Any], *, name: str) -> KerasModel:
    """Return a Sequential model of an input and layers."""
    model: KerasModel = load_keras().Sequential(list(layers), name=name)
    return model


def functional(inputs: Any, outputs: Any, *, name: str) -> KerasModel:
    """Return a functional model."""
    model: KerasModel = load_keras().Model(inputs, outputs, name=name)
    return model
