"""The layers of a model, in nested models as well, and the model as a graph of its layers."""

from __future__ import annotations

import difflib
import weakref
from typing import TYPE_CHECKING, Any

from dlwidgets._tensorflow import load_keras

if TYPE_CHECKING:
    from collections.abc import Iterable

SEPARATOR = "/"
"""Between the names of a nested model and of its layer; Keras allows it in no name."""

ARGUMENT = " (argument)"
"""After the name of an argument of a subclass's `call` where it stands for an input: a layer may
have the argument's name, and a graph allows each name once."""

_traced: weakref.WeakKeyDictionary[Any, tuple[Any, Any]] = weakref.WeakKeyDictionary()


class LayerError(ValueError):
    """A layer that is not there, or cannot do what is asked; the message names the nearest."""


def layers_of(model: Any) -> list[tuple[str, Any]]:
    """All layers of a model, from input to output.

    A nested model comes before its own layers, whose names are put after its name.

    Args:
        model: A Keras model: Sequential, functional or subclassed.

    Returns:
        Pairs of path name and layer, such as ``("vgg16/block1_conv1", <Conv2D>)``. Input layers are
        left out. A layer that is called several times is there once.

    Raises:
        TypeError: Not a Keras model.

    Example:
        >>> [name for name, _ in dl.inspect.layers_of(dl.models.line_neuron())]
        ['neuron']
    """
    keras = load_keras()
    if not isinstance(model, keras.Model):
        message = f"expected a Keras model. Received: {type(model).__name__}"
        raise TypeError(message)
    return list(_walk(keras, model, ""))


def _walk(keras: Any, model: Any, prefix: str) -> Iterable[tuple[str, Any]]:
    for layer in model.layers:
        if isinstance(layer, keras.layers.InputLayer):
            continue
        path = prefix + layer.name
        yield path, layer
        if isinstance(layer, keras.Model):
            yield from _walk(keras, layer, path + SEPARATOR)


def find_layer(model: Any, name: str) -> Any:
    """The layer of a name.

    Args:
        model: A Keras model.
        name: Its path name, as `layers_of` gives it; of a layer in a nested model the layer's own
            name is enough where no other has it.

    Returns:
        The layer.

    Raises:
        LayerError: There is none, and the message names the nearest; or several have the name.
    """
    return find_named(model, name)[1]


def find_named(model: Any, name: str) -> tuple[str, Any]:
    """The path name and the layer of a name, with the arguments and errors of `find_layer`."""
    found = layers_of(model)
    exact = next(((path, layer) for path, layer in found if path == name), None)
    if exact is not None:
        return exact
    same = [(path, layer) for path, layer in found if layer.name == name]
    if len(same) == 1:
        return same[0]
    if same:
        paths = ", ".join(repr(path) for path, _ in same)
        message = f"several layers have the name {name!r}: {paths}"
        raise LayerError(message)
    raise LayerError(no_layer(name, [path for path, _ in found]))


def no_layer(name: object, names: Iterable[str]) -> str:
    """What to say about a layer that is not there.

    Args:
        name: The name that was asked for.
        names: Path names to choose the nearest from.

    Returns:
        A sentence that names the nearest, or says that there are none.
    """
    known = list(names)
    hint = f" The nearest is {nearest(str(name), known)!r}." if known else " The model has none."
    return f"there is no layer {str(name)[:80]!r}.{hint}"


def nearest(name: str, names: list[str]) -> str:
    """The most similar of names, of which there is at least one.

    Similar is also a name that is part of the other, or that agrees with a path's last part.
    """

    def likeness(path: str) -> float:
        last = path.rpartition(SEPARATOR)[2]
        return max(difflib.SequenceMatcher(None, name[:80], part).ratio() for part in (path, last))

    return max(names, key=likeness)


def structure(model: Any) -> tuple[tuple[int, int], ...]:
    """What a model is made of, to be compared: a layer added, removed or changed makes another.

    Args:
        model: A Keras model, whose layers somebody holds as long as the result is kept.
    """
    return tuple((id(lay), id(getattr(lay, "activation", None))) for _, lay in layers_of(model))


def functional(model: Any) -> Any:
    """The model as a graph of its layers, with its own weights.

    Args:
        model: A built Keras model. The `call` of a subclassed one is followed with symbolic
            tensors, once: the same model gives the same graph each time.

    Returns:
        A model with `inputs` and `outputs`: the model itself where it is Sequential or functional.

    Raises:
        TypeError: Not a Keras model.
        ValueError: The model is not built, or its `call` cannot be followed.

    Example:
        >>> len(dl.inspect.functional(dl.models.line_neuron()).inputs)
        1
    """
    keras = load_keras()
    if not isinstance(model, keras.Model):
        message = f"expected a Keras model. Received: {type(model).__name__}"
        raise TypeError(message)
    if not model.built:
        message = "the model is not built: call it once, or give it an Input"
        raise ValueError(message)
    if getattr(model, "inputs", None):
        return model
    made_of = structure(model)
    if model not in _traced or _traced[model][0] != made_of:
        _traced[model] = made_of, _trace(keras, model)
    return _traced[model][1]


def _trace(keras: Any, model: Any) -> Any:
    """What the `call` of a subclassed model does with symbolic tensors."""
    config = model.get_build_config() or {}
    shapes = config.get("input_shape", config.get("shapes_dict"))
    if not shapes:
        message = (
            f"the model {model.name!r} does not say which inputs it was built for, so the way "
            "through its layers cannot be followed"
        )
        raise ValueError(message)
    try:
        if isinstance(shapes, dict) and "input_shape" not in config:
            names = [key.removesuffix("_shape") for key in shapes]  # so Keras calls them
            inputs = [
                _symbolic(keras, shape, name + ARGUMENT)
                for name, shape in zip(names, shapes.values(), strict=True)
            ]
            outputs = model.call(**dict(zip(names, inputs, strict=True)))
        else:
            inputs = _symbolic(keras, shapes)
            outputs = model.call(inputs)
        return keras.Model(inputs, outputs, name=model.name)
    except Exception as error:
        # `call` is the user's own code: whatever it raises means that it takes no symbolic tensors.
        message = (
            f"the call of {model.name!r} ({type(model).__name__}) cannot be followed with symbolic "
            f"tensors: {type(error).__name__}: {str(error)[:300]}"
        )
        raise ValueError(message) from error


def _symbolic(keras: Any, shapes: Any, name: str = "input") -> Any:
    if isinstance(shapes, dict):
        return {key: _symbolic(keras, shape, key) for key, shape in shapes.items()}
    if isinstance(shapes[0], (list, tuple, dict)):
        return [_symbolic(keras, s, f"{name}_{i}") for i, s in enumerate(shapes, start=1)]
    return keras.Input(tuple(shapes)[1:], name=name)
