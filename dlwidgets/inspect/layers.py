"""The layers of a model by name, those in nested models as well."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.inspect.model_cache import require_model

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dlwidgets._keras_types import AnyLayer, KerasModel, Module
    from dlwidgets._messages import Message

SEPARATOR = "/"
"""Between the names of a nested model and of its layer; Keras allows it in no name."""

ARGUMENT = " (argument)"
"""After the name of an argument of a subclass's `call` where it stands for an input: a layer may
have the argument's name, and a graph allows each name once."""


class LayerError(ValueError):
    """A layer that doesn't exist or can't be used; the message says why, or names the nearest."""


def layers_of(model: KerasModel) -> list[tuple[str, AnyLayer]]:
    """Return all layers of a model, from input to output.

    A nested model comes before its own layers, whose names follow its name.

    Args:
        model: A Keras model: Sequential, functional or subclassed.

    Returns:
        Pairs of path name and layer, such as ``("vgg16/block1_conv1", <Conv2D>)``. Input layers are
        left out. A layer that is called several times is listed once.

    Raises:
        TypeError: It isn't a Keras model.

    Example:
        >>> [name for name, _ in dl.inspect.layers_of(dl.models.line_neuron())]
        ['neuron']
    """
    return list(_walk(load_keras(), require_model(model), ""))


def _walk(keras: Module, model: KerasModel, prefix: str) -> Iterator[tuple[str, AnyLayer]]:
    for layer in model.layers:
        if isinstance(layer, keras.layers.InputLayer):
            continue
        path = prefix + layer.name
        yield path, layer
        if isinstance(layer, keras.Model):
            yield from _walk(keras, layer, path + SEPARATOR)


def find_layer(model: KerasModel, name: str) -> AnyLayer:
    """Return the layer with a name.

    Args:
        model: A Keras model.
        name: Its path name, as `layers_of` gives it. For a layer in a nested model its own name is
            enough if no other layer has it.

    Raises:
        LayerError: There is no such layer, and the message names the nearest; or several have the
            name.
    """
    return find_named(model, name)[1]


def find_named(model: KerasModel, name: str) -> tuple[str, AnyLayer]:
    """Return path name and layer for a name, with the arguments and errors of `find_layer`."""
    found = dict(layers_of(model))
    path = find_path(name, found)
    return path, found[path]


def find_path(name: str, paths: Iterable[str]) -> str:
    """Return the path name that a name means.

    Args:
        name: A path name; a layer's own name if only one layer has it; or the name of a nested
            model, which stands for its last layer, if it isn't listed itself.
        paths: The path names to choose from, from input to output.

    Raises:
        LayerError: There is no such layer, and the message names the nearest; or several have the
            name.
    """
    known = list(paths)
    if name in known:
        return name
    inside = [path for path in known if path.startswith(f"{name}{SEPARATOR}")]
    if inside:
        return inside[-1]
    same = [path for path in known if path.rpartition(SEPARATOR)[2] == name]
    if len(same) == 1:
        return same[0]
    if same:
        message = tr(
            "Several layers are named {name}: {paths}. Use the full name of one.",
            name=repr(name),
            paths=", ".join(map(repr, same)),
        )
        raise LayerError(message)
    raise LayerError(no_layer(name, known))


def no_layer(name: object, names: Iterable[str]) -> Message:
    """Return the message for a layer that doesn't exist.

    Args:
        name: The name that was asked for.
        names: Path names to choose the nearest from.
    """
    known, asked = list(names), repr(str(name)[:80])
    if not known:
        return tr("There is no layer {name}. The model has no such layers.", name=asked)
    return tr(
        "There is no layer {name}. The nearest is {nearest}.",
        name=asked,
        nearest=repr(nearest(str(name), known)),
    )


def nearest(name: str, names: list[str]) -> str:
    """Return the most similar of names, of which there is at least one.

    Similar is also a name that is part of the other, or that agrees with a path's last part.
    """

    def likeness(path: str) -> float:
        last = path.rpartition(SEPARATOR)[2]
        return max(difflib.SequenceMatcher(None, name[:80], part).ratio() for part in (path, last))

    return max(names, key=likeness)
