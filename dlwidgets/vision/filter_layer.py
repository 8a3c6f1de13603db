"""A layer whose filters are to be shown as pictures, in a copy of the network up to it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._tensorflow import load, load_keras
from dlwidgets.inspect.layers import LayerError, layers_of, nearest, no_layer
from dlwidgets.inspect.tracing import Call, tap
from dlwidgets.vision._ascent import ConvPlan, ascent_graph, own_channel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_BYTES_AT_ONCE = 96_000_000  # of feature maps and their gradients: more is not faster
_MAX_AT_ONCE = 64
MAX_BYTES = 512 * 2**20
"""Of all pictures together: each state that is handed out is a copy of them."""
MAX_BYTES_OF_ONE = 4 * 2**30
"""Bytes of one picture's feature maps and their gradients: a picture cannot be parted."""
_NOT_COPIED = (TypeError, ValueError, NotImplementedError, AttributeError)
"""How Keras says that a layer cannot be made again from its configuration or for another size."""

_ELEMENTWISE = frozenset(
    {
        "linear",
        "relu",
        "relu6",
        "leaky_relu",
        "elu",
        "selu",
        "celu",
        "gelu",
        "silu",
        "swish",
        "mish",
        "sigmoid",
        "hard_sigmoid",
        "hard_silu",
        "hard_swish",
        "hard_tanh",
        "tanh",
        "tanh_shrink",
        "soft_shrink",
        "hard_shrink",
        "softplus",
        "softsign",
        "exponential",
        "squareplus",
        "log_sigmoid",
    }
)
"""Activations that look at one channel only."""


class FilterLayer:
    """A layer's filters, for pictures of any size where the network takes them.

    Holds a copy of the part of the network that leads to the layer, so that the network itself may
    be trained meanwhile; `update` takes its weights over again.

    Args:
        model: A built Keras model with an input that takes pictures: Sequential, functional,
            nested, or subclassed where its `call` can be followed.
        layer: The layer's path name.

    Attributes:
        layer: The path name.
        filters: How many filters the layer has.
        channels: Of the pictures that the network takes.
        size: Height and width that the pictures must have; None where any will do.
        activation: Whether the layer's activation function can be left out.

    Raises:
        LayerError: A layer that is not there, or whose filters no picture can be found for.
        ValueError: A model that cannot be followed, or takes no pictures.

    Example:
        >>> model = dl.models.small_cnn((32, 32, 3), 10)
        >>> dl.vision.FilterLayer(model, model.layers[0].name).filters
        32
    """

    def __init__(self, model: Any, layer: str) -> None:
        tapped = tap(model)
        call = _find(tapped.calls, layer)
        self.layer = call.name
        self.filters = int(call.result.shape[-1] or 0)
        picture, trick = _picture_input(tapped, call), _one_channel_is_enough(call)
        self.channels = int(picture.shape[-1])
        self.dtype = "float64" if picture.dtype == "float64" else "float32"
        self._call, self._trick = call, trick
        name = getattr(getattr(call.layer, "activation", None), "__name__", "linear")
        self.activation = trick and name not in ("linear", "softmax")
        self._usual = None if None in picture.shape[1:3] else tuple(picture.shape[1:3])
        end = call.source if trick else call.result
        self._source: Any = None if end is picture else load_keras().Model(picture, end)
        self._copy, self.size = _copy(self._source, picture)
        self._values_at: dict[tuple[int, ...], int] = {}
        self._kernel: Any = None
        self._bias: Any = None
        if trick:
            tf, _ = load()
            kernel, bias = _kernel_and_bias(call.layer)
            self._kernel = tf.Variable(kernel, trainable=False)
            self._bias = tf.Variable(bias, trainable=False)
        self._graph = ascent_graph(
            self._objective, self.channels, self.dtype, self.size or (None, None)
        )
        self.update()

    def update(self) -> None:
        """Take the network's present weights over."""
        if self._copy is not None and self._copy is not self._source:
            self._copy.set_weights(self._source.get_weights())
        if self._trick:
            kernel, bias = _kernel_and_bias(self._call.layer)
            self._kernel.assign(kernel)
            self._bias.assign(bias)

    def ascend(
        self, pictures: NDArray[Any], which: Sequence[int], steps: int, taken: int, numbers: Any
    ) -> tuple[NDArray[Any], ...]:
        """Take some steps; see `_ascent.ascent_graph` for what goes in and what comes out."""
        tf, _ = load()
        found = self._graph(
            tf.constant(pictures, self.dtype),
            tf.constant(list(which), "int32"),
            tf.constant(steps, "int32"),
            tf.constant(taken, "int32"),
            numbers,
        )
        return tuple(np.asarray(part) for part in found)

    def checked_filters(self, filters: Sequence[int] | None) -> list[int]:
        """The chosen filters, or a ValueError that says which the layer has."""
        chosen = list(range(self.filters)) if filters is None else [int(i) for i in filters]
        wrong = next((i for i in chosen if not 0 <= i < self.filters), None)
        if wrong is not None:
            message = (
                f"the layer {self.layer!r} has filters 0 to {self.filters - 1}. Received: {wrong}"
            )
            raise ValueError(message)
        if not chosen:
            message = "filters must name at least one filter. Received: none"
            raise ValueError(message)
        return chosen

    def checked_size(self, size: tuple[int, int] | None) -> tuple[int, int]:
        """The pictures' height and width, or a ValueError that says what the network takes."""
        height, width = size or self.size or self._usual or (64, 64)
        if self.size is not None and (height, width) != self.size:
            message = (
                f"the layer {self.layer!r} takes pictures of {self.size[1]}×{self.size[0]} pixels "
                f"only. Received: {width}×{height}"
            )
            raise ValueError(message)
        if min(height, width) < 1 or min(self._map_size(height, width), default=1) < 1:
            message = (
                f"pictures of {width}×{height} pixels are too small for the layer {self.layer!r}"
            )
            raise ValueError(message)
        return int(height), int(width)

    def require_room(self, count: int, size: tuple[int, int]) -> None:
        """Raise a ValueError, with numbers, if so many pictures of a size take too much memory."""
        own = math.prod(size) * self.channels * np.dtype(self.dtype).itemsize
        words = f"{size[1]}×{size[0]} pixels"
        if count * own > MAX_BYTES:
            fewer = f"at most {MAX_BYTES // own:,} filters, or " if own <= MAX_BYTES else ""
            message = (
                f"{count:,} picture{'s' if count > 1 else ''} of {words} take "
                f"{_mib(count * own)}, and there is room for {_mib(MAX_BYTES)}: choose {fewer}"
                "smaller pictures"
            )
            raise ValueError(message)
        if self._bytes_of_one(size) > MAX_BYTES_OF_ONE:
            message = (
                f"the layers up to {self.layer!r} take {_mib(self._bytes_of_one(size))} for one "
                f"picture of {words}, and there is room for {_mib(MAX_BYTES_OF_ONE)}: choose "
                "smaller pictures"
            )
            raise ValueError(message)

    def at_once(self, size: tuple[int, ...]) -> int:
        """How many pictures to work on at once: as many as a bounded memory holds."""
        return max(1, min(_MAX_AT_ONCE, _BYTES_AT_ONCE // self._bytes_of_one(size)))

    def _bytes_of_one(self, size: tuple[int, ...]) -> int:
        """Of one picture's feature maps, their gradients, and what is between."""
        pixels = math.prod(size) * self.channels
        return np.dtype(self.dtype).itemsize * 3 * (self._values(size) + 4 * pixels)

    def _values(self, size: tuple[int, ...]) -> int:
        """How many numbers all layers of the copy give out for one picture."""
        if self._copy is None:
            return 0
        if size not in self._values_at:
            keras = load_keras()
            found: list[int] = []

            def follow(layer: Any, *args: Any, **kwargs: Any) -> Any:
                result = layer(*args, **kwargs)
                shapes = [tensor.shape[1:] for tensor in keras.tree.flatten(result)]
                found.extend(math.prod(side or 1 for side in shape) for shape in shapes)
                return result

            keras.models.clone_model(
                self._copy,
                input_tensors=keras.Input((*size, self.channels), dtype=self.dtype),
                clone_function=lambda layer: layer,
                call_function=follow,
            )
            self._values_at[size] = sum(found)
        return self._values_at[size]

    def _map_size(self, height: int, width: int) -> list[int]:
        """The sides of the feature map, 0 where a window does not fit."""
        shape: Any = (1, height, width, self.channels)
        try:
            if self._copy is not None:
                shape = self._copy.compute_output_shape(shape)
            if self._trick:
                shape = self._call.layer.compute_output_shape(shape)
        except ValueError:  # how Keras says that a window does not fit
            return [0]
        return [int(side) for side in shape[1:-1] if side is not None]

    def _objective(self, x: Any, which: Any, before_activation: Any) -> Any:
        """The mean output of each picture's own filter, shape (n,)."""
        tf, _ = load()
        maps = x if self._copy is None else self._copy(x, training=False)
        if not self._trick:
            means = tf.reduce_mean(tf.reshape(maps, (tf.shape(x)[0], -1, self.filters)), 1)
            return tf.cast(tf.gather(means, which, axis=-1, batch_dims=1), self.dtype)
        layer = self._call.layer
        kernels = tf.gather(self._kernel, which)
        bias = tf.gather(self._bias, which)
        maps = tf.cast(maps, kernels.dtype)
        if isinstance(layer, load_keras().layers.Dense):
            rows = tf.reshape(maps, (tf.shape(x)[0], -1, tf.shape(kernels)[-1]))
            own = tf.matmul(rows, kernels[..., None])[..., 0] + bias[:, None]
        else:
            own = own_channel(maps, kernels, bias, ConvPlan(layer))
        if layer.activation is not load_keras().activations.softmax:
            own = tf.cond(before_activation, lambda: own, lambda: layer.activation(own))
        return tf.cast(tf.reduce_mean(tf.reshape(own, (tf.shape(x)[0], -1)), -1), self.dtype)


def _mib(count: float) -> str:
    return f"{count / 2**20:,.0f} MiB"


def no_filters(model: Any, name: str, layers: Sequence[tuple[str, int]]) -> str:
    """What to say of a layer that has no filters to show, or that is not there.

    Args:
        model: A Keras model.
        name: The layer's name.
        layers: What `filter_layers` gave.
    """
    known = [path for path, _ in layers]
    if any(path == name for path, _ in layers_of(model)):
        return f"the layer {name!r} has no filters. The nearest is {nearest(name, known)!r}."
    return no_layer(name, known)


def filter_layers(model: Any) -> list[tuple[str, int]]:
    """The layers whose filters can be shown as pictures, if the model takes pictures.

    Args:
        model: A built Keras model.

    Returns:
        Pairs of path name and number of filters, from input to output: layers with feature maps,
        and dense ones.

    Raises:
        ValueError: The model cannot be followed; the message says why.
    """
    layers = load_keras().layers
    found: dict[str, int] = {}
    for call in tap(model).calls:
        if call.result is None or not isinstance(call.layer, layers.Layer):
            continue
        shape = call.result.shape
        shown = len(shape) == 4 or (len(shape) == 2 and isinstance(call.layer, layers.Dense))
        if shown and shape[-1]:
            found.setdefault(call.name, int(shape[-1]))
    return list(found.items())


def _find(calls: Sequence[Call], name: str) -> Call:
    layers = load_keras().layers
    shown = {
        call.name: call
        for call in reversed(calls)
        if call.result is not None and isinstance(call.layer, layers.Layer)
    }
    paths = list(reversed(shown))
    same = [path for path in paths if path == name] or [
        path for path in paths if path.rpartition("/")[2] == name
    ]
    if len(same) != 1:
        message = (
            no_layer(name, paths)
            if not same
            else (f"several layers have the name {name!r}: {', '.join(map(repr, same))}")
        )
        raise LayerError(message)
    return shown[same[0]]


def _picture_input(tapped: Any, call: Call) -> Any:
    """The one input that the layer's output depends on, if it takes pictures."""
    keras = load_keras()
    inputs = keras.tree.flatten(tapped.inputs)
    leading = []
    for candidate in inputs:
        try:
            keras.Model(candidate, call.result)
        except ValueError:  # it depends on another input, or on several
            continue
        leading.append(candidate)
    if len(leading) != 1:
        message = (
            f"the output of {call.name!r} depends on several inputs, so no single picture raises it"
        )
        raise LayerError(message)
    shape = tuple(leading[0].shape)
    if len(shape) != 4 or shape[-1] is None or "float" not in leading[0].dtype:
        message = (
            "the filters are shown as pictures: the model must take arrays of shape (batch, "
            f"height, width, channels). Received: input shape {shape}, {leading[0].dtype}"
        )
        raise LayerError(message)
    if len(call.result.shape) < 2 or call.result.shape[-1] is None:
        message = f"the output of {call.name!r} has no channels: its shape is {call.result.shape}"
        raise LayerError(message)
    return leading[0]


def _one_channel_is_enough(call: Call) -> bool:
    """Whether one channel of the layer can be computed without the others."""
    keras = load_keras()
    layer = call.layer
    if type(layer) not in (keras.layers.Conv2D, keras.layers.Dense):
        return False
    whole = layer.compute_dtype in ("float32", "float64") and hasattr(layer, "kernel")
    name = getattr(layer.activation, "__name__", "")
    elementwise = name in _ELEMENTWISE and getattr(keras.activations, name, None) is (
        layer.activation
    )
    if isinstance(layer, keras.layers.Dense):
        return whole and (elementwise or layer.activation is keras.activations.softmax)
    return whole and elementwise and layer.groups == 1 and layer.data_format == "channels_last"


def _kernel_and_bias(layer: Any) -> tuple[NDArray[Any], NDArray[Any]]:
    """A convolution's or a dense layer's weights, filters first."""
    kernel = np.moveaxis(np.asarray(layer.kernel), -1, 0)
    bias = np.zeros(len(kernel)) if layer.bias is None else np.asarray(layer.bias)
    return kernel.astype(layer.compute_dtype), bias.astype(layer.compute_dtype)


def _copy(source: Any, picture: Any) -> tuple[Any, tuple[int, int] | None]:
    """A copy for pictures of any size, else of the network's own; and the size that it needs."""
    keras = load_keras()
    own = tuple(picture.shape[1:3])
    fixed = None if None in own else (int(own[0]), int(own[1]))
    if source is None:
        return None, None
    weights = [tuple(w.shape) for w in source.weights]
    for sides, size in (((None, None), None), (own, fixed)):
        try:
            begin = keras.Input((*sides, picture.shape[-1]), dtype=picture.dtype)
            copy = keras.models.clone_model(source, input_tensors=begin)
        except _NOT_COPIED:
            continue
        # A `Flatten` of pictures of any size gives any number of values: no layer takes them.
        alike = copy.output.shape[-1] == source.output.shape[-1]
        if alike and [tuple(w.shape) for w in copy.weights] == weights:
            return copy, size
    return source, fixed
