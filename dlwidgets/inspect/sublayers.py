"""Every layer inside a layer, also those in its own attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlwidgets._tensorflow import load_keras

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dlwidgets._keras_types import AnyLayer, KerasLayer

_MAX_HELD = 1000
"""Entries of a list or dict that may hold layers; a longer one is a vocabulary, or other data."""


def sublayers(layer: KerasLayer) -> list[AnyLayer]:
    """Return a layer and all layers inside it, each once.

    Args:
        layer: A Keras model or layer. What it holds is found in its attributes, and in lists,
            tuples and dicts there: layers of nested models, of one's own blocks and of wrappers,
            and the cells of recurrent layers.

    Example:
        >>> import keras
        >>> from dlwidgets.inspect.sublayers import sublayers
        >>> net = keras.Sequential([keras.Input((5, 3)), keras.layers.LSTM(4)])
        >>> [type(layer).__name__ for layer in sublayers(net)]
        ['Sequential', 'LSTM', 'LSTMCell']
    """
    found: dict[int, Any] = {}
    _collect(layer, found)
    return list(found.values())


def held_layers(layer: KerasLayer) -> list[AnyLayer]:
    """Return the layers that a layer holds itself, in the order of definition.

    Args:
        layer: A Keras model, which has its layers, or a layer, which has those in its attributes,
            also in lists, tuples and dicts.
    """
    return [child for _, child in _children(layer)]


def paired_sublayers(layer: KerasLayer, copy: KerasLayer) -> Iterator[tuple[AnyLayer, AnyLayer]]:
    """Yield each layer inside a layer with the one in the same place of its copy.

    Args:
        layer: A Keras model or layer.
        copy: One of the same architecture. Where it lacks a layer, or has one of another class,
            that pair is left out.
    """
    seen: set[int] = set()
    waiting = [(layer, copy)]
    while waiting:
        one, other = waiting.pop()
        if id(one) in seen or type(one) is not type(other):
            continue
        seen.add(id(one))
        yield one, other  # type: ignore[misc]  # any layer has the attributes of its class
        inside = dict(_children(other))
        pairs = [(child, inside[key]) for key, child in _children(one) if key in inside]
        waiting += reversed(pairs)


def _collect(layer: Any, found: dict[int, Any]) -> None:
    if id(layer) in found:
        return
    found[id(layer)] = layer
    for _, child in _children(layer):
        _collect(child, found)


def _children(layer: Any) -> Iterator[tuple[str, Any]]:
    """Yield the layers that a layer holds itself, each with the place where."""
    keras = load_keras()
    if isinstance(layer, keras.Model):
        for i, child in enumerate(layer.layers):
            if not isinstance(child, keras.layers.InputLayer):
                yield f"layers/{i}", child
        return
    for name, value in vars(layer).items():
        yield from _layers_in(keras.layers.Layer, name, value)


def _layers_in(kind: type, place: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, kind):
        yield place, value
    elif isinstance(value, dict) and len(value) <= _MAX_HELD:
        for key, part in value.items():
            yield from _layers_in(kind, f"{place}/{key}", part)
    elif isinstance(value, (list, tuple)) and len(value) <= _MAX_HELD:
        for i, part in enumerate(value):
            yield from _layers_in(kind, f"{place}/{i}", part)
