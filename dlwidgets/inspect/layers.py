"""The layers of a model by name, those in nested models and in one's own layers as well."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.inspect.blocks import inner_layers
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

    A nested model, a wrapper, or a layer of one's own class that uses other layers comes before its
    own layers, whose names follow its name.

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
    checked: Any = require_model(model)
    known = {id(checked), *(id(layer) for layer in checked.layers)}
    found: dict[str, AnyLayer] = {}
    for path, layer in _walk(load_keras(), checked, "", known):
        same = sum(other == path or other.startswith(f"{path} (") for other in found)
        found[f"{path} ({same + 1})" if same else path] = layer
    return list(found.items())


def _walk(
    keras: Module, outer: AnyLayer, prefix: str, known: set[int]
) -> Iterator[tuple[str, AnyLayer]]:
    is_model = isinstance(outer, keras.Model)
    for layer in inner_layers(outer):
        # An attribute of one's own layer may be a layer that stands elsewhere.
        if id(layer) in known and not is_model:
            continue
        known.add(id(layer))
        path = prefix + layer.name
        yield path, layer
        yield from _walk(keras, layer, path + SEPARATOR, known)


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


def find_path(name: str, paths: Iterable[str], closed: Iterable[str] = ()) -> str:
    """Return the path name that a name means.

    Args:
        name: A path name; a layer's own name if only one layer has it; or the name of a nested
            model, which stands for its last layer, if it isn't listed itself.
        paths: The path names to choose from, from input to output.
        closed: Path names of layers that can't be chosen, because the layer around them can't be
            traced into.

    Raises:
        LayerError: There is no such layer, and the message names the nearest; or several have the
            name; or it can't be chosen.
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
    inner = [path for path in closed if name in (path, path.rpartition(SEPARATOR)[2])]
    if inner:
        message = tr(
            "Only the weights of layer {name} can be shown: it is inside layer {outer}, which "
            "can't be traced into.",
            name=repr(inner[0]),
            outer=repr(inner[0].rpartition(SEPARATOR)[0]),
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
