"""Layers that consist of other layers: their parts, and where possible their `call` as a graph."""

from __future__ import annotations

import contextlib
import functools
import inspect
import weakref
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from dlwidgets._tensorflow import load_keras
from dlwidgets.inspect.evaluation import states_of
from dlwidgets.inspect.sublayers import held_layers, sublayers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from dlwidgets._keras_types import AnyLayer, KerasModel, Module, SymbolicTensor, Variable

T = TypeVar("T")
_Arguments = tuple[tuple[Any, ...], dict[str, Any]]

_LENGTHS = (5, 33)
"""Sizes that are tried for axes of no fixed size, when a graph is compared with its layer."""


def inner_layers(layer: AnyLayer) -> list[AnyLayer]:
    """Return the layers that a layer consists of, as far as they are one's own choice.

    Args:
        layer: Any layer. A model has its layers. A wrapper, such as `TimeDistributed`, has the one
            that it wraps, and `Bidirectional` one per direction. A layer of the user's own class
            has those in its attributes. Other layers of Keras have none, because what they use
            inside isn't anybody's choice.

    Returns:
        Layers in the order of definition, each once; none that was never built.

    Example:
        >>> import keras
        >>> wrapper = keras.layers.TimeDistributed(keras.layers.ReLU())
        >>> _ = wrapper(np.zeros((1, 2, 3)))
        >>> from dlwidgets.inspect.blocks import inner_layers
        >>> [type(layer).__name__ for layer in inner_layers(wrapper)]
        ['ReLU']
    """
    keras = load_keras()
    found: list[AnyLayer]
    if isinstance(layer, keras.Model):
        return held_layers(layer)
    if isinstance(layer, keras.layers.Bidirectional):
        found = [layer.forward_layer, layer.backward_layer]
    elif isinstance(layer, keras.layers.Wrapper):
        found = [layer.layer]
    elif type(layer).__module__.partition(".")[0] == "keras":
        return []
    else:
        found = held_layers(layer)
    return list({id(one): one for one in found if one.built}.values())


def is_block(layer: AnyLayer) -> bool:
    """Return whether a layer is of the user's own class and consists of others.

    Args:
        layer: Any layer; models and wrappers are no blocks.
    """
    keras = load_keras()
    # The layer in a wrapper sees other shapes than the wrapper does.
    other = isinstance(layer, (keras.Model, keras.layers.Wrapper, keras.layers.Bidirectional))
    return not other and bool(inner_layers(layer))


def own_weights(layer: AnyLayer) -> list[Variable]:
    """Return the weights of a layer that none of the layers inside it has.

    Args:
        layer: Any layer.
    """
    inside = {id(weight) for one in inner_layers(layer) for weight in one.weights}
    return [weight for weight in layer.weights if id(weight) not in inside]


def as_graph(
    layer: AnyLayer, args: tuple[Any, ...], kwargs: dict[str, Any], *, masked: bool
) -> KerasModel | None:
    """Return a layer that consists of others as a functional model of them.

    The `call` of the layer is followed with symbolic tensors, and the graph is used only if it
    gives what the layer itself gives for some numbers.

    Args:
        layer: Any layer that is no model.
        args: Arguments of a call, symbolic tensors among them.
        kwargs: Further arguments of the call.
        masked: Whether the tensors may have masks, which a graph doesn't pass to `call`.

    Returns:
        A model that shares the inner layers and takes the list of the symbolic tensors among the
        arguments; `None` if there is none, because the layer has no layers inside, or because its
        `call` can't be followed.
    """
    keras = load_keras()
    if not is_block(layer):
        return None
    tensors = [t for t in keras.tree.flatten((args, kwargs)) if keras.backend.is_keras_tensor(t)]
    key = (masked, tuple((tuple(t.shape), str(t.dtype)) for t in tensors))
    graphs = _graphs.setdefault(layer, {})
    if key not in graphs:  # what failed once isn't tried again
        graphs[key] = _followed(layer, (args, kwargs), tensors, masked)
    return graphs[key]


def known_graph(layer: AnyLayer) -> KerasModel | None:
    """Return a graph of a layer that `as_graph` has made before; `None` if there is none."""
    return next((graph for graph in _graphs.get(layer, {}).values() if graph is not None), None)


def casting_as(layer: AnyLayer, function: Callable[[], T]) -> T:
    """Call a function in which weights have the dtype that they have in a layer's `call`.

    In mixed precision Keras casts a layer's weights while it calls the layer, and only then.

    Args:
        layer: Any layer.
        function: Makes symbolic tensors, or computes.

    Example:
        >>> import keras
        >>> from dlwidgets.inspect.blocks import casting_as
        >>> layer = keras.layers.Dense(2, dtype="mixed_float16")
        >>> layer.build((None, 3))
        >>> layer.kernel.dtype, casting_as(layer, lambda: layer.kernel.dtype)
        ('float32', 'float16')
    """
    found: T = _caster()(dtype=layer.dtype_policy, autocast=layer.autocast)(function=function)
    return found


@functools.cache
def _caster() -> Any:
    """The class of a layer that does nothing but to call a function."""

    class Caster(load_keras().layers.Layer):  # type: ignore[misc]
        def call(self, function: Callable[[], T]) -> T:
            return function()

    return Caster


_graphs: weakref.WeakKeyDictionary[Any, dict[Any, KerasModel | None]] = weakref.WeakKeyDictionary()


def _followed(
    layer: AnyLayer, arguments: _Arguments, tensors: list[SymbolicTensor], masked: bool
) -> KerasModel | None:
    keras = load_keras()
    parameters = inspect.signature(layer.call).parameters
    if masked and any(name.endswith("mask") for name in parameters):
        return None
    training = parameters.get("training")
    if training is not None and training.default is inspect.Parameter.empty:
        arguments = (arguments[0], {"training": False, **arguments[1]})
    inputs = [
        keras.Input(batch_shape=t.shape, dtype=t.dtype, name=f"input_{i}")
        for i, t in enumerate(tensors, 1)
    ]
    with _unchanged(layer):
        return _graph_of(layer, inputs, arguments)


def _graph_of(
    layer: AnyLayer, inputs: list[SymbolicTensor], arguments: _Arguments
) -> KerasModel | None:
    keras = load_keras()
    try:
        args, kwargs = _filled(arguments, [_cast(keras, layer, one) for one in inputs])
        outputs = casting_as(layer, lambda: layer.call(*args, **kwargs))
        graph: Any = keras.Model(inputs, outputs, name=layer.name)
        graph.dtype_policy = layer.dtype_policy
        inside = {id(one) for one in inner_layers(layer)}
        if not any(id(operation) in inside for operation in graph.operations):
            return None
        return graph if _agrees(layer, graph, arguments) else None
    except Exception:  # noqa: BLE001 - the user's own `call` may take no symbolic tensors
        return None


@contextlib.contextmanager
def _unchanged(block: AnyLayer) -> Iterator[None]:
    """Give a block and all layers inside it back what calls change."""
    layers = sublayers(block)
    attributes = [(layer, dict(vars(layer))) for layer in layers]
    variables = [*block.non_trainable_variables, *states_of(layers)]
    state = [(variable, variable.numpy()) for variable in variables]
    try:
        yield
    finally:
        for layer, before in attributes:  # such as attention scores that are kept
            for name, value in before.items():
                if vars(layer).get(name) is not value:
                    setattr(layer, name, value)
        for variable, values in state:  # such as random generators
            variable.assign(values)


def _cast(keras: Module, layer: AnyLayer, tensor: Any) -> Any:
    """A symbolic tensor in the dtype that the layer would cast it to."""
    wanted = layer.compute_dtype
    floats = "float" in str(tensor.dtype) and "float" in str(wanted)
    return keras.ops.cast(tensor, wanted) if floats and tensor.dtype != wanted else tensor


def _filled(arguments: _Arguments, values: list[Any]) -> _Arguments:
    """Arguments with other values in place of their symbolic tensors."""
    keras, rest = load_keras(), iter(values)
    filled: _Arguments = keras.tree.map_structure(
        lambda one: next(rest) if keras.backend.is_keras_tensor(one) else one, arguments
    )
    return filled


def _agrees(layer: AnyLayer, graph: KerasModel, arguments: _Arguments) -> bool:
    """Return whether a graph gives the same numbers as the layer."""
    flatten = load_keras().tree.flatten
    for length in _LENGTHS:
        values = [_numbers(t, length) for t in graph.inputs]
        args, kwargs = _filled(arguments, values)
        try:
            wanted = layer(*args, **kwargs)
        except Exception:  # noqa: BLE001, S112 - these are too short for the layer
            continue
        found = graph(values, training=False)
        pairs = zip(flatten(wanted), flatten(found), strict=True)
        return all(_same(np.asarray(a), np.asarray(b)) for a, b in pairs)
    return False


def _numbers(tensor: SymbolicTensor, length: int) -> NDArray[Any]:
    shape = [2, *(length for _ in tensor.shape[1:])]
    shape = [own or size for own, size in zip(tensor.shape, shape, strict=True)]
    draw = np.random.default_rng(0)
    if "float" in str(tensor.dtype):
        return draw.normal(size=shape).astype("float32")
    return draw.integers(0, 2, shape).astype(tensor.dtype)


def _same(a: NDArray[Any], b: NDArray[Any]) -> bool:
    if a.shape != b.shape or a.dtype != b.dtype:
        return False
    tolerance = 1e-2 if a.dtype.itemsize < 4 else 1e-4
    close = np.allclose(a.astype("float64"), b.astype("float64"), tolerance, tolerance)
    return bool(close and np.isfinite(a.astype("float64")).all())
