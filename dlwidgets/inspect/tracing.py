"""Tracing a Keras model: once per model, whatever asks for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.inspect.blocks import as_graph, inner_layers
from dlwidgets.inspect.layers import ARGUMENT, SEPARATOR, layers_of
from dlwidgets.inspect.model_cache import cached_per_model, require_model
from dlwidgets.inspect.traced_model import LayerCall, TracedModel

if TYPE_CHECKING:
    from dlwidgets._keras_types import KerasModel, Module, Nested


class TracingError(ValueError):
    """A model whose `call` can't be traced with symbolic tensors; the message says why."""


def trace(model: KerasModel) -> TracedModel:
    """Return the graph of a model, sharing its layers and weights; the model isn't changed.

    The same model gives the same graph each time, until its layers change.

    Args:
        model: A built Keras model: Sequential, functional, or subclassed where `call` does nothing
            that a symbolic tensor can't do.

    Raises:
        TypeError: It isn't a Keras model.
        ValueError: It isn't built.
        TracingError: It can't be traced.

    Example:
        >>> from dlwidgets.inspect.tracing import trace
        >>> list(trace(dl.models.line_neuron()).layers)
        ['neuron']
    """
    found = _traced_or_error(require_model(model, built=True))
    if isinstance(found, str):
        raise TracingError(found)
    return found


def functional(model: KerasModel) -> KerasModel:
    """Return a model as a functional one, with the same weights; nested models stay closed.

    Args:
        model: A built Keras model. The `call` of a subclassed one is traced with symbolic tensors,
            once: the same model gives the same graph each time.

    Returns:
        A model with `inputs` and `outputs`: the model itself if it is Sequential or functional.

    Raises:
        TypeError: It isn't a Keras model.
        ValueError: It isn't built, or its `call` can't be traced.

    Example:
        >>> len(dl.inspect.functional(dl.models.line_neuron()).inputs)
        1
    """
    model = require_model(model, built=True)
    return model if getattr(model, "inputs", None) else _functional_of_subclass(model)


@cached_per_model
def _traced_or_error(model: KerasModel) -> TracedModel | str:
    # Tracing calls the layers, each of which remembers every call for good: what failed once isn't
    # tried again either.
    try:
        return _trace(model)
    except TracingError as error:
        message: str = error.args[0]
        return message


def _trace(model: KerasModel, *, masked: bool = False) -> TracedModel:
    keras = load_keras()
    plain = _without_compilation(keras, model)
    listed = layers_of(model)
    masked = masked or any(_masks(keras, layer) for _, layer in listed)
    found: list[LayerCall] = []
    nested_outputs: list[tuple[Any, LayerCall]] = []
    uses: dict[int, int] = {}

    def follow(layer: Any, *args: Any, **kwargs: Any) -> Any:
        sources = [
            t for t in keras.tree.flatten((args, kwargs)) if keras.backend.is_keras_tensor(t)
        ]
        source = sources[0] if sources else None
        uses[id(layer)] = uses.get(id(layer), 0) + 1
        use = uses[id(layer)]
        name = layer.name if use == 1 else f"{layer.name}:{use}"
        inner, is_block = _inside(layer, args, kwargs, masked)
        if inner is None:
            result = layer(*args, **kwargs)
            given = tuple(keras.tree.flatten(result))
            found.append(
                LayerCall(
                    name, layer, source, _single(result), len(sources) > 1, tuple(sources), given
                )
            )
            return result
        # The nested model's graph once more, giving out what happens in it.
        kept = [c for c in inner.calls if c.output is not None and c.input is not None]
        entries = {
            id(t): outer for t, outer in zip(inner.input_tensors, sources, strict=False)
        }  # what comes in from outside is taken there: given out again, it would be a cycle
        taps = [t for c in kept for t in (c.input, c.output) if id(t) not in entries]
        # Keras wants a name of its own for each use.
        wide = keras.Model(
            inner.inputs,
            {"out": inner.outputs, "taps": taps},
            name=layer.name if use == 1 else f"{layer.name}_use_{use}",
        )
        if is_block:
            wide.dtype_policy = layer.dtype_policy
        given = wide(sources) if is_block else wide(*args, **kwargs)
        renewed: dict[int, LayerCall] = {}
        tapped = entries | {id(t): new for t, new in zip(taps, given["taps"], strict=True)}
        for call in kept:
            renewed[id(call)] = replace(
                call,
                name=f"{name}{SEPARATOR}{call.name}",
                input=tapped[id(call.input)],
                output=tapped[id(call.output)],
                inputs=tuple(tapped[id(t)] for t in call.inputs if id(t) in tapped),
                outputs=(tapped[id(call.output)],),
            )
        found.extend(renewed.values())
        if is_block:  # a layer still, which can be chosen as a whole
            whole = tuple(keras.tree.flatten(given["out"]))
            output = _single(given["out"])
            found.append(LayerCall(name, layer, source, output, len(sources) > 1, (), whole))
        for tensor, head in zip(keras.tree.flatten(given["out"]), inner.heads, strict=True):
            if id(head) in renewed:
                nested_outputs.append((tensor, renewed[id(head)]))
        return given["out"]

    graph = keras.models.clone_model(
        plain, clone_function=lambda layer: layer, call_function=follow
    )
    makers = {id(c.output): c for c in found if c.output is not None}
    makers |= {id(tensor): call for tensor, call in nested_outputs}
    heads = tuple(makers.get(id(t)) for t in keras.tree.flatten(graph.output))
    opened = {call.name.rpartition(SEPARATOR)[0] for call in found}
    closed = tuple(
        path
        for path, layer in listed
        if path.rpartition(SEPARATOR)[0] not in {"", *opened} and not inner_layers(layer)
    )
    return TracedModel(
        model.name, graph.input, graph.output, tuple(found), heads, closed, tuple(nested_outputs)
    )


def _inside(
    layer: Any, args: tuple[Any, ...], kwargs: dict[str, Any], masked: bool
) -> tuple[TracedModel | None, bool]:
    """The graph inside a layer, `None` for none, and whether it is one of the user's own blocks.

    A nested model that can't be traced counts as a layer.
    """
    keras = load_keras()
    if not isinstance(layer, keras.layers.Layer):
        return None, False
    is_block = not isinstance(layer, keras.Model)
    model = as_graph(layer, args, kwargs, masked=masked) if is_block else layer
    if model is None:
        return None, False
    try:
        return (_trace(model, masked=True) if masked else trace(model)), is_block
    except TracingError:
        return None, False


def _masks(keras: Module, layer: Any) -> bool:
    """Return whether a layer gives its output a mask."""
    own = type(layer).__module__.partition(".")[0] != "keras" and not isinstance(layer, keras.Model)
    overrides = own and type(layer).compute_mask is not keras.layers.Layer.compute_mask
    masking = isinstance(layer, keras.layers.Masking) or getattr(layer, "mask_zero", False)
    return bool(masking or overrides)


def _single(output: Nested) -> Any:
    return None if isinstance(output, (list, tuple, dict)) else output


def _without_compilation(keras: Module, model: KerasModel) -> KerasModel:
    """The model as an uncompiled functional one that shares its layers."""
    plain: KerasModel
    if not getattr(model, "inputs", None):
        try:
            return functional(model)
        except ValueError as error:
            raise TracingError(error.args[0]) from error
    if isinstance(model, keras.Sequential):
        plain = keras.Model(model.inputs[0], model.outputs[0])
    else:
        plain = keras.Model(model.input, model.output)
    return plain


@cached_per_model
def _functional_of_subclass(model: KerasModel) -> KerasModel:
    """Trace the `call` of a subclassed model with symbolic tensors."""
    keras = load_keras()
    config = model.get_build_config() or {}
    shapes = config.get("input_shape", config.get("shapes_dict"))
    if not shapes:
        message = tr(
            "The model {name} can't be traced, because it doesn't say which inputs it was built "
            "for.",
            name=repr(model.name),
        )
        raise ValueError(message)
    try:
        if isinstance(shapes, dict) and "input_shape" not in config:
            names = [key.removesuffix("_shape") for key in shapes]  # so Keras calls them
            inputs: Nested = [
                _symbolic(keras, shape, name + ARGUMENT)
                for name, shape in zip(names, shapes.values(), strict=True)
            ]
            outputs = model.call(**dict(zip(names, inputs, strict=True)))
        else:
            inputs = _symbolic(keras, shapes)
            outputs = model.call(inputs)
        graph: KerasModel = keras.Model(inputs, outputs, name=model.name)
    except Exception as error:
        # `call` is the user's own code: whatever it raises means that it takes no symbolic tensors.
        message = tr(
            "The `call` of model {name} ({type}) can't be traced with symbolic tensors. {error}",
            name=repr(model.name),
            type=type(model).__name__,
            error=f"{type(error).__name__}: {str(error)[:300]}",
        )
        raise ValueError(message) from error
    return graph


def _symbolic(keras: Module, shapes: Any, name: str = "input") -> Nested:
    if isinstance(shapes, dict):
        return {key: _symbolic(keras, shape, key) for key, shape in shapes.items()}
    if isinstance(shapes[0], (list, tuple, dict)):
        return [_symbolic(keras, s, f"{name}_{i}") for i, s in enumerate(shapes, start=1)]
    return keras.Input(tuple(shapes)[1:], name=name)
