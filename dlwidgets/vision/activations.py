"""What every layer of a network gives out for a sample, in one forward pass, and as pictures."""

from __future__ import annotations

import threading
import weakref
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from dlwidgets._tensorflow import load, load_keras
from dlwidgets.inspect.layers import LayerError, no_layer
from dlwidgets.inspect.model_inputs import in_order
from dlwidgets.inspect.tracing import Call, TracedModel, tap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

ChannelScaling = Literal["book", "raw"]
"""How channels become gray values: each by its own mean and deviation, or all on one scale."""

_MAX_GRAPHS = 8  # choices of layers per model whose graphs are kept


def activations(model: Any, x: Any, layers: Sequence[str] | None = None) -> dict[str, NDArray[Any]]:
    """The output of every layer, from one forward pass in inference mode.

    Args:
        model: A built Keras model: Sequential, functional (nested and shared layers as well), or
            subclassed where its `call` can be followed with symbolic tensors.
        x: A batch, shape (batch, …), as the model takes it; for several inputs a list or tuple in
            their order, or a dict by their names.
        layers: Path names of layers, as `activation_layers` gives them; None for all.

    Returns:
        By path name, from input to output, arrays of shape (batch, …). The second use of a shared
        layer has a name that ends in ":2".

    Raises:
        LayerError: A layer that is not there; the message names the nearest.
        ValueError: A batch of another shape, or a model that cannot be followed: the message says
            why.

    Source:
        Chollet, Deep Learning with Python, section 5.4.1.

    Example:
        >>> maps = dl.vision.activations(dl.models.mlp((4,), 2, hidden=(3,)), np.ones((1, 4)))
        >>> [values.shape for values in maps.values()]
        [(1, 4), (1, 3), (1, 2)]
    """
    graph = _graph_of(model)
    names = graph.names if layers is None else [graph.find(name) for name in layers]
    if not names:
        return {}
    return graph.run(x, names)


def activation_layers(model: Any) -> list[str]:
    """The path names of all layers whose output `activations` can give, from input to output.

    Args:
        model: A built Keras model.

    Returns:
        Names such as "conv2d" or "vgg16/block1_conv1". A nested model is left out: its output is
        that of its last layer.

    Raises:
        ValueError: The model cannot be followed; the message says why.
    """
    return list(_graph_of(model).names)


def activation_layer(model: Any, name: str) -> str:
    """The path name of the layer that a name means.

    Args:
        model: A built Keras model.
        name: A path name; the layer's own name is enough where no other has it; a nested model's
            name stands for its last layer.

    Raises:
        LayerError: There is none; the message names the nearest.
    """
    return _graph_of(model).find(name)


def channel_images(maps: NDArray[Any], scaling: ChannelScaling = "book") -> NDArray[np.uint8]:
    """The channels of one sample's feature maps as gray pictures.

    "book" shows each channel by itself: mean 128, one standard deviation 64 gray values. The book
    divides by zero where a channel is the same everywhere; here such a channel is uniform, black
    if it is zero and middle gray otherwise. "raw" shows all channels on one scale, from the
    smallest value (at most 0) to the largest, so that they can be compared.

    Args:
        maps: Shape (height, width, channels), any float type. NaN and infinity are shown black and
            count for nothing.
        scaling: "book" or "raw".

    Returns:
        uint8, shape (channels, height, width).

    Raises:
        ValueError: Another shape or scaling.

    Source:
        Chollet, Deep Learning with Python, listing 5.31.

    Example:
        >>> dl.vision.channel_images(np.zeros((2, 2, 1)))[0].tolist()
        [[0, 0], [0, 0]]
    """
    if scaling not in get_args(ChannelScaling):
        message = f"scaling must be 'book' or 'raw'. Received: {scaling!r}"
        raise ValueError(message)
    if np.ndim(maps) != 3:
        message = f"maps must have the shape (height, width, channels). Received: {np.shape(maps)}"
        raise ValueError(message)
    values = np.moveaxis(np.asarray(maps, np.float64), -1, 0)
    sound = np.isfinite(values)
    clean = np.where(sound, values, 0.0)
    scaled = _by_channel(clean, sound) if scaling == "book" else _together(clean)
    return np.where(sound, scaled.clip(0, 255), 0).astype(np.uint8)


def _by_channel(clean: NDArray[np.float64], sound: NDArray[np.bool_]) -> NDArray[np.float64]:
    axes = (1, 2)
    count = np.maximum(sound.sum(axes, keepdims=True), 1)
    mean = clean.sum(axes, keepdims=True) / count
    off = np.where(sound, clean - mean, 0.0)
    deviation = np.sqrt((off**2).sum(axes, keepdims=True) / count)
    # What is left of a constant after its mean was taken off is rounding, not a pattern.
    flat = deviation <= 1e-12 * np.maximum(np.abs(mean), np.finfo(np.float32).tiny)
    pattern = off / np.where(flat, 1.0, deviation) * 64 + 128
    return np.where(flat, np.where(mean == 0, 0.0, 128.0), pattern)


def _together(clean: NDArray[np.float64]) -> NDArray[np.float64]:
    low, high = min(0.0, float(clean.min(initial=0.0))), float(clean.max(initial=0.0))
    span = high - low
    return (clean - low) * (255.0 / span) if span > 0 else np.zeros_like(clean)


def sparsity(maps: NDArray[Any]) -> NDArray[np.float64]:
    """The share of zeros in each channel: 1 for a channel that found nothing.

    Args:
        maps: One sample's output, shape (…, channels).

    Returns:
        Shape (channels,), from 0 to 1; NaN is no zero.

    Example:
        >>> dl.vision.sparsity(np.array([[0.0, 1.0], [0.0, 0.0]])).tolist()
        [1.0, 0.5]
    """
    flat = _by_unit(maps)
    return np.asarray((flat == 0).mean(axis=0))


def channel_means(maps: NDArray[Any]) -> NDArray[np.float64]:
    """The mean size of each channel's values, by which channels are called active.

    Args:
        maps: One sample's output, shape (…, channels).

    Returns:
        Shape (channels,): mean absolute values; NaN and infinity count for nothing.
    """
    flat = np.abs(_by_unit(maps).astype(np.float64))
    sound = np.isfinite(flat)
    total = np.where(sound, flat, 0.0).sum(axis=0)
    return np.asarray(total / np.maximum(sound.sum(axis=0), 1))


def most_active(maps: NDArray[Any]) -> NDArray[np.int64]:
    """The channels in the order of their mean size, largest first.

    Args:
        maps: One sample's output, shape (…, channels).

    Returns:
        int64 indices, shape (channels,); equals keep their order.

    Example:
        >>> dl.vision.most_active(np.array([[1.0, 3.0, -2.0]])).tolist()
        [1, 2, 0]
    """
    return np.argsort(-channel_means(maps), kind="stable").astype(np.int64)


def _by_unit(maps: NDArray[Any]) -> NDArray[Any]:
    array = np.asarray(maps)
    if array.ndim < 1 or array.shape[-1] == 0:
        message = f"maps must have the shape (…, channels). Received: {array.shape}"
        raise ValueError(message)
    return array.reshape(-1, array.shape[-1])


class _Graph:
    """A model's calls, and graphs that give out chosen ones."""

    def __init__(self, tapped: TracedModel) -> None:
        _, keras = load()
        self._inputs = tapped.inputs
        self._lock = threading.Lock()
        self._compiled: OrderedDict[tuple[str, ...], Any] = OrderedDict()
        single = [c for c in tapped.calls if c.result is not None]
        self._calls: dict[str, Call] = {}
        for call in single:
            self._calls.setdefault(call.name, call)
        self._several = {c.name for c in tapped.calls if c.result is None}
        layer = keras.layers.Layer
        self.names = [name for name, call in self._calls.items() if isinstance(call.layer, layer)]

    def find(self, name: str) -> str:
        if name in self._calls:
            return name
        inner = [path for path in self.names if path.startswith(f"{name}/")]
        if inner:
            return inner[-1]
        same = [path for path in self.names if path.rpartition("/")[2] == name]
        if len(same) == 1:
            return same[0]
        if same:
            message = f"several layers have the name {name!r}: {', '.join(map(repr, same))}"
        elif name in self._several:
            message = f"the layer {name!r} gives several outputs, of which none is shown"
        else:
            message = no_layer(name, self.names)
        raise LayerError(message)

    def run(self, x: Any, names: Sequence[str]) -> dict[str, NDArray[Any]]:
        tf, keras = load()
        batch = self._checked(tf, keras, x)
        key = tuple(dict.fromkeys(names))
        with self._lock:
            graph = self._compiled.get(key)
            if graph is None:
                outputs = [self._calls[name].result for name in key]
                wide = keras.Model(self._inputs, outputs)
                graph = self._compiled[key] = _compiled(tf, wide)
                if len(self._compiled) > _MAX_GRAPHS:
                    self._compiled.popitem(last=False)
            self._compiled.move_to_end(key)
        return {name: np.asarray(out) for name, out in zip(key, graph(batch), strict=True)}

    def _checked(self, tf: Any, keras: Any, x: Any) -> Any:
        wanted = keras.tree.flatten(self._inputs)
        given = in_order(self._inputs, x)
        ready = [_fitted(tf, np.asarray(a), w) for a, w in zip(given, wanted, strict=True)]
        return keras.tree.pack_sequence_as(self._inputs, ready)


def _fitted(tf: Any, array: NDArray[Any], wanted: Any) -> Any:
    """An array as the tensor that an input takes, or an error that names the expected shape."""
    shape = tuple(wanted.shape)
    fits = array.ndim == len(shape) and all(
        side is None or side == own for side, own in zip(shape[1:], array.shape[1:], strict=True)
    )
    if not fits:
        expected = ", ".join(
            ["batch", *("any" if side is None else str(side) for side in shape[1:])]
        )
        message = f"the model takes arrays of shape ({expected}). Received: shape {array.shape}"
        raise ValueError(message)
    if array.dtype.kind not in "biuf" and wanted.dtype != "string":
        message = f"the model takes numbers. Received: dtype {array.dtype}"
        raise ValueError(message)
    return tf.cast(tf.convert_to_tensor(array), wanted.dtype)


def _compiled(tf: Any, wide: Any) -> Any:
    @tf.function(reduce_retracing=True)  # type: ignore[untyped-decorator]
    def graph(batch: Any) -> Any:
        found = wide(batch, training=False)
        return found if isinstance(found, (list, tuple)) else [found]

    return graph


_graphs: weakref.WeakKeyDictionary[Any, tuple[tuple[int, ...], _Graph]] = (
    weakref.WeakKeyDictionary()
)
_graphs_lock = threading.Lock()


def _graph_of(model: Any) -> _Graph:
    """The graph of a model; made once, and again when its layers have become others."""
    if not isinstance(model, load_keras().Model):
        message = f"expected a Keras model. Received: {type(model).__name__}"
        raise TypeError(message)
    with _graphs_lock:
        known = _graphs.get(model)
        layers = tuple(id(layer) for layer in getattr(model, "layers", ()))
        if known is None or known[0] != layers:
            known = _graphs[model] = layers, _Graph(tap(model))
        return known[1]
