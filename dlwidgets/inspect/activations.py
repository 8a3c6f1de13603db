"""Activations of every layer for a batch, from one forward pass."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr
from dlwidgets._tensorflow import compiled_by_shape, load
from dlwidgets.data.samples import is_stream, take
from dlwidgets.inspect.evaluation import in_batches
from dlwidgets.inspect.model_cache import cached_per_model
from dlwidgets.inspect.tracing import trace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dlwidgets._keras_types import Function, KerasModel, Module, Nested, SymbolicTensor
    from dlwidgets.inspect.traced_model import TracedModel

_MAX_STREAMED = 128  # samples of a data set: the activations of all layers must fit into memory
_MAX_GRAPHS = 8  # sets of layers per model whose graphs are kept


def activations(
    model: KerasModel, x: Nested, layers: Sequence[str] | None = None
) -> dict[str, NDArray[Any]]:
    """Return the output of every layer, from one forward pass in inference mode.

    Args:
        model: A built Keras model: Sequential, functional (nested and shared layers as well), or
            subclassed if its `call` can be traced with symbolic tensors.
        x: A batch, shape (batch, …), as the model takes it; for several inputs a list or tuple in
            their order, or a dict by their names. Or a data set or generator, of which the first
            128 samples are used.
        layers: Path names of layers, as `activation_layers` gives them; `None` for all.

    Returns:
        By path name, from input to output, arrays of shape (batch, …). The second use of a shared
        layer has a name that ends in ":2".

    Raises:
        LayerError: A layer that doesn't exist; the message names the nearest.
        ValueError: A batch of another shape, or a model that can't be traced; the message says why.

    Source:
        Chollet, Deep Learning with Python, section 5.4.1.

    Example:
        >>> maps = dl.vision.activations(dl.models.mlp((4,), 2, hidden=(3,)), np.ones((1, 4)))
        >>> [values.shape for values in maps.values()]
        [(1, 4), (1, 3), (1, 2)]
    """
    traced = trace(model)
    if is_stream(x):
        x = take(x, limit=_MAX_STREAMED, model=model).x
    names = list(traced.layers) if layers is None else [traced.find(n).name for n in layers]
    if not names:
        return {}
    graphs, different = _graphs_of(model), list(dict.fromkeys(names))
    found = in_batches(model, lambda batch: graphs.compute(batch, different), graphs.checked(x))
    return dict(zip(different, found, strict=True))


def activation_layers(model: KerasModel) -> list[str]:
    """Return the path names of all layers whose output `activations` gives, from input to output.

    Args:
        model: A built Keras model.

    Returns:
        Names such as "conv2d" or "vgg16/block1_conv1". A nested model isn't listed: its output is
        that of its last layer.

    Raises:
        ValueError: The model can't be traced; the message says why.
    """
    return list(trace(model).layers)


def activation_layer(model: KerasModel, name: str) -> str:
    """Return the path name of the layer that a name means.

    Args:
        model: A built Keras model.
        name: A path name. The layer's own name is enough if no other layer has it; a nested model's
            name stands for its last layer.

    Raises:
        LayerError: There is no such layer; the message names the nearest.
    """
    return trace(model).find(name).name


class _ActivationGraphs:
    """Graphs of a model that give out the activations of some of its layers."""

    def __init__(self, traced: TracedModel) -> None:
        self._traced = traced
        self._lock = threading.Lock()
        self._graphs: OrderedDict[tuple[str, ...], Function] = OrderedDict()

    def compute(self, batch: list[Any], names: Sequence[str]) -> list[Any]:
        """Return the outputs of different layers for what `checked` returned."""
        return list(self._graph(tuple(names))(*batch))

    def _graph(self, key: tuple[str, ...]) -> Function:
        with self._lock:
            graph = self._graphs.get(key)
            if graph is None:
                outputs = [self._traced.find(name).output for name in key]
                graph = self._graphs[key] = _compiled(self._traced, outputs)
                if len(self._graphs) > _MAX_GRAPHS:
                    self._graphs.popitem(last=False)
            self._graphs.move_to_end(key)
            return graph

    def checked(self, x: Nested) -> list[Any]:
        """Return samples as one tensor for each input."""
        tf, _ = load()
        given, wanted = self._traced.in_order(x), self._traced.input_tensors
        return [_fitted(tf, np.asarray(a), w) for a, w in zip(given, wanted, strict=True)]


@cached_per_model
def _graphs_of(model: KerasModel) -> _ActivationGraphs:
    return _ActivationGraphs(trace(model))


def _fitted(tf: Module, array: NDArray[Any], wanted: SymbolicTensor) -> Any:
    """An array as the tensor that an input takes, or an error that names the expected shape."""
    shape = tuple(wanted.shape)
    fits = array.ndim == len(shape) and all(
        side is None or side == own for side, own in zip(shape[1:], array.shape[1:], strict=True)
    )
    if not fits:
        expected = ", ".join(
            ["batch", *("any" if side is None else str(side) for side in shape[1:])]
        )
        message = tr(
            "Expected arrays of shape ({expected}). Received: shape {shape}",
            expected=expected,
            shape=array.shape,
        )
        raise ValueError(message)
    if array.dtype.kind not in "biuf" and wanted.dtype != "string":
        message = tr("Expected numbers. Received: dtype {dtype}", dtype=array.dtype)
        raise ValueError(message)
    return tf.cast(tf.convert_to_tensor(array), wanted.dtype)


def _compiled(traced: TracedModel, outputs: list[Any]) -> Function:
    model = traced.submodel(outputs)

    def graph(*inputs: Any) -> Any:
        found = model(traced.packed(list(inputs)), training=False)
        return found if isinstance(found, (list, tuple)) else [found]

    return compiled_by_shape(graph, reduce_retracing=True)
