"""A model as one graph with nested models opened: every call of every layer within reach."""

from __future__ import annotations

import threading
import weakref
from dataclasses import dataclass, replace
from typing import Any

from dlwidgets._tensorflow import load_keras
from dlwidgets.inspect.layers import SEPARATOR, functional, structure

# Following a model calls its layers, each of which remembers every call for good: once is enough.
_known: weakref.WeakKeyDictionary[Any, tuple[Any, TracedModel | str]] = weakref.WeakKeyDictionary()
_lock = threading.RLock()


@dataclass(frozen=True)
class Call:
    """One use of a layer.

    Attributes:
        name: Names of the nested models and of the layer, joined by "/"; the second use of
            a shared layer ends in ":2".
        layer: The layer, or an operation of `keras.ops`.
        source: What goes in, a symbolic tensor; the first of several.
        result: What comes out, a symbolic tensor; None where it is not one tensor.
        merges: Whether several tensors go in.
    """

    name: str
    layer: Any
    source: Any
    result: Any
    merges: bool = False


@dataclass(frozen=True)
class TracedModel:
    """A model's graph and all calls in it.

    Attributes:
        inputs: The symbolic inputs, in the structure that the model takes.
        outputs: The symbolic outputs, in the structure that the model gives.
        calls: Every call, from input to output.
        heads: For each output the call that it comes from, None for none.
    """

    inputs: Any
    outputs: Any
    calls: tuple[Call, ...]
    heads: tuple[Call | None, ...]


class NoGraphError(ValueError):
    """A model whose `call` cannot be followed step by step; the message says why."""


def tap(model: Any) -> TracedModel:
    """The graph of a model, sharing its layers and weights; the model itself stays as it is.

    The same model gives the same graph each time, until its layers have become others.

    Args:
        model: A built Keras model: Sequential, functional, or subclassed where `call` does nothing
            that a symbolic tensor cannot do.

    Raises:
        NoGraphError: The model cannot be followed.
    """
    _require_built(model)
    with _lock:
        made_of = structure(model)
        if model not in _known or _known[model][0] != made_of:
            try:
                _known[model] = made_of, _followed(model)
            except NoGraphError as error:
                _known[model] = made_of, str(error)
        found = _known[model][1]
    if isinstance(found, str):
        raise NoGraphError(found)
    return found


def _followed(model: Any) -> TracedModel:
    keras = load_keras()
    plain = _functional(model)
    found: list[Call] = []
    inner_heads: dict[int, Call | None] = {}
    uses: dict[int, int] = {}

    def follow(layer: Any, *args: Any, **kwargs: Any) -> Any:
        sources = [
            t for t in keras.tree.flatten((args, kwargs)) if keras.backend.is_keras_tensor(t)
        ]
        source = sources[0] if sources else None
        uses[id(layer)] = uses.get(id(layer), 0) + 1
        use = uses[id(layer)]
        name = layer.name if use == 1 else f"{layer.name}:{use}"
        inner = _open(layer) if isinstance(layer, keras.Model) else None
        if inner is None:
            result = layer(*args, **kwargs)
            found.append(Call(name, layer, source, _single(result), len(sources) > 1))
            return result
        # The nested model's graph once more, giving out what happens in it.
        kept = [c for c in inner.calls if c.result is not None and c.source is not None]
        entries = {
            id(t): outer
            for t, outer in zip(keras.tree.flatten(inner.inputs), sources, strict=False)
        }  # what comes in from outside is tapped there: given out again, it would be a cycle
        taps = [t for c in kept for t in (c.source, c.result) if id(t) not in entries]
        # Keras wants a name of its own for each use.
        wide = keras.Model(
            inner.inputs,
            {"out": inner.outputs, "taps": taps},
            name=layer.name if use == 1 else f"{layer.name}_use_{use}",
        )
        given = wide(*args, **kwargs)
        renewed: dict[int, Call] = {}
        tapped = entries | {id(t): new for t, new in zip(taps, given["taps"], strict=True)}
        for call in kept:
            renewed[id(call)] = replace(
                call,
                name=f"{name}{SEPARATOR}{call.name}",
                source=tapped[id(call.source)],
                result=tapped[id(call.result)],
            )
        found.extend(renewed.values())
        for tensor, head in zip(keras.tree.flatten(given["out"]), inner.heads, strict=True):
            inner_heads[id(tensor)] = renewed.get(id(head))
        return given["out"]

    graph = keras.models.clone_model(
        plain, clone_function=lambda layer: layer, call_function=follow
    )
    by_result = {id(c.result): c for c in found if c.result is not None}
    heads = tuple(
        inner_heads.get(id(t)) or by_result.get(id(t)) for t in keras.tree.flatten(graph.output)
    )
    return TracedModel(graph.input, graph.output, tuple(found), heads)


def _open(model: Any) -> TracedModel | None:
    try:
        return tap(model)
    except NoGraphError:
        return None  # it is taken as one layer


def _single(result: Any) -> Any:
    return None if isinstance(result, (list, tuple, dict)) else result


def _require_built(model: Any) -> None:
    keras = load_keras()
    if not isinstance(model, keras.Model):
        message = f"expected a Keras model. Received: {type(model).__name__}"
        raise TypeError(message)
    if not model.built:
        message = f"the model {model.name!r} is not built: call it once, or give it an Input"
        raise ValueError(message)


def _functional(model: Any) -> Any:
    """The model as an uncompiled functional one that shares its layers."""
    keras = load_keras()
    if not getattr(model, "inputs", None):
        try:
            return functional(model)
        except ValueError as error:
            raise NoGraphError(str(error)) from error
    if isinstance(model, keras.Sequential):
        return keras.Model(model.inputs[0], model.outputs[0])
    return keras.Model(model.input, model.output)
