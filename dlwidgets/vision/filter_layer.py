"""A layer whose filters are shown as images, in a clone of the model up to it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr, trn
from dlwidgets._tensorflow import load, load_keras
from dlwidgets.inspect.layers import SEPARATOR, LayerError, find_path, layers_of, nearest
from dlwidgets.inspect.tracing import trace
from dlwidgets.training.cloning import set_weights
from dlwidgets.vision._any_size import clone_for_any_size
from dlwidgets.vision._ascent import ConvPlan, ascent_graph, own_channel
from dlwidgets.vision._block_ends import complete_calls, is_activation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dlwidgets._keras_types import AnyLayer, KerasModel, SymbolicTensor
    from dlwidgets.inspect.traced_model import LayerCall, TracedModel

BYTES_AT_ONCE = 96_000_000  # of feature maps and their gradients: more is not faster
_MAX_AT_ONCE = 64
MAX_BYTES = 512 * 2**20
"""Bytes of all images together: each state that is handed out is a copy of them."""
MAX_BYTES_OF_ONE = 4 * 2**30
"""Bytes of one image's feature maps and their gradients: an image can't be divided."""
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
"""Activations of one channel that don't depend on the others."""


class FilterLayer:
    """The filters of one layer, for images of any size if the model takes them.

    Holds a clone of the part of the model that leads to the layer, so that the model itself may be
    trained at the same time; `update` copies its weights again.

    Args:
        model: A built Keras model with an input that takes images: Sequential, functional,
            nested, or subclassed if its `call` can be traced.
        layer: The layer's path name.

    Attributes:
        layer: The path name.
        filters: Number of filters.
        channels: Number of channels of the images that the model takes.
        size: Height and width that the images must have; `None` for any.
        activation: Whether the layer's activation function can be left out.

    Raises:
        LayerError: A layer that doesn't exist, or whose filters no image can be found for.
        ValueError: A model that can't be traced, or doesn't take images.

    Example:
        >>> model = dl.models.small_cnn((32, 32, 3), 10)
        >>> dl.vision.FilterLayer(model, model.layers[0].name).filters
        32
    """

    def __init__(self, model: KerasModel, layer: str) -> None:
        traced = trace(model)
        call = traced.layers[find_path(layer, traced.layers, traced.closed)]
        self.layer = call.name
        self.filters = int(call.output.shape[-1] or 0)
        image, trick = _image_input(traced, call), _one_channel_is_enough(call)
        self.channels = int(image.shape[-1] or 0)
        self.dtype = "float64" if image.dtype == "float64" else "float32"
        self._call, self._trick = call, trick
        self._skips = is_activation(call) and call.input is not image
        name = getattr(getattr(call.layer, "activation", None), "__name__", "linear")
        self.activation = self._skips or (trick and name not in ("linear", "softmax"))
        self._usual = _fixed_size(image)
        ends = [call.input] if trick else [call.output]
        if self._skips:
            ends.append(call.input)
        self._source: Any = None if ends[0] is image else load_keras().Model(image, ends)
        self._clone: Any = None
        self.size: tuple[int, int] | None = None
        if self._source is not None:
            self._clone, self.size = clone_for_any_size(self._source, image)
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
        """Copy the model's current weights."""
        if self._clone is not None and self._clone is not self._source:
            set_weights(self._clone, self._source.get_weights())
        if self._trick:
            kernel, bias = _kernel_and_bias(self._call.layer)
            self._kernel.assign(kernel)
            self._bias.assign(bias)

    def ascend(
        self, values: NDArray[Any], which: Sequence[int], steps: int, taken: int, numbers: Any
    ) -> tuple[NDArray[Any], ...]:
        """Take some steps; see `_ascent.ascent_graph` for arguments and results."""
        tf, _ = load()
        found = self._graph(
            tf.constant(values, self.dtype),
            tf.constant(list(which), "int32"),
            tf.constant(steps, "int32"),
            tf.constant(taken, "int32"),
            numbers,
        )
        return tuple(np.asarray(part) for part in found)

    def checked_filters(self, filters: Sequence[int] | None) -> list[int]:
        """Return the filters to use; a ValueError says which the layer has."""
        chosen = list(range(self.filters)) if filters is None else [int(i) for i in filters]
        wrong = next((i for i in chosen if not 0 <= i < self.filters), None)
        if wrong is not None:
            message = tr(
                "Layer {name} has the filters 0 to {last}. Received: {index}",
                name=repr(self.layer),
                last=self.filters - 1,
                index=wrong,
            )
            raise ValueError(message)
        if not chosen:
            message = tr("Expected at least one filter. Received: none")
            raise ValueError(message)
        return chosen

    def checked_size(self, size: tuple[int, int] | None) -> tuple[int, int]:
        """Return the images' height and width; a ValueError says what the model takes."""
        height, width = size or self.size or self._usual or (64, 64)
        if self.size is not None and (height, width) != self.size:
            message = tr(
                "Layer {name} needs images of {expected} pixels. Received: {size}",
                name=repr(self.layer),
                expected=f"{self.size[1]}×{self.size[0]}",
                size=f"{width}×{height}",
            )
            raise ValueError(message)
        if min(height, width) < 1 or min(self._map_size(height, width), default=1) < 1:
            message = tr(
                "Images of {size} pixels are too small for layer {name}.",
                size=f"{width}×{height}",
                name=repr(self.layer),
            )
            raise ValueError(message)
        return int(height), int(width)

    def require_room(self, count: int, size: tuple[int, int]) -> None:
        """Raise a ValueError, with numbers, if these images take too much memory.

        Args:
            count: Number of images.
            size: Their height and width.
        """
        own = math.prod(size) * self.channels * np.dtype(self.dtype).itemsize
        pixels = f"{size[1]}×{size[0]}"
        if own > MAX_BYTES:
            message = tr(
                "An image of {size} pixels takes {needed}; at most {most} can be used. Choose "
                "smaller images.",
                size=pixels,
                needed=_megabytes(own),
                most=_megabytes(MAX_BYTES),
            )
            raise ValueError(message)
        if count * own > MAX_BYTES:
            message = trn(
                "{n} image of {size} pixels takes {needed}; at most {most} can be used. Choose at "
                "most {fewer} filters, or smaller images.",
                "{n} images of {size} pixels take {needed}; at most {most} can be used. Choose at "
                "most {fewer} filters, or smaller images.",
                count,
                size=pixels,
                needed=_megabytes(count * own),
                most=_megabytes(MAX_BYTES),
                fewer=MAX_BYTES // own,
            )
            raise ValueError(message)
        if self._bytes_of_one(size) > MAX_BYTES_OF_ONE:
            message = tr(
                "The layers up to {name} take {needed} for one image of {size} pixels; at most "
                "{most} can be used. Choose smaller images.",
                name=repr(self.layer),
                needed=_megabytes(self._bytes_of_one(size)),
                size=pixels,
                most=_megabytes(MAX_BYTES_OF_ONE),
            )
            raise ValueError(message)

    def at_once(self, size: tuple[int, ...]) -> int:
        """Return how many images to compute at once: as many as a bounded memory holds."""
        return max(1, min(_MAX_AT_ONCE, BYTES_AT_ONCE // self._bytes_of_one(size)))

    def _bytes_of_one(self, size: tuple[int, ...]) -> int:
        """Bytes of one image's feature maps, their gradients, and intermediate results."""
        pixels = math.prod(size) * self.channels
        return np.dtype(self.dtype).itemsize * 3 * (self._values(size) + 4 * pixels)

    def _values(self, size: tuple[int, ...]) -> int:
        """How many numbers all layers of the clone give out for one image."""
        if self._clone is None:
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
                self._clone,
                input_tensors=keras.Input((*size, self.channels), dtype=self.dtype),
                clone_function=lambda layer: layer,
                call_function=follow,
            )
            self._values_at[size] = sum(found)
        return self._values_at[size]

    def _map_size(self, height: int, width: int) -> list[int]:
        """The sides of the feature map; 0 if a window doesn't fit."""
        shape: Any = (1, height, width, self.channels)
        try:
            if self._clone is not None:
                shape = self._clone.compute_output_shape(shape)
                shape = shape[0] if isinstance(shape, list) else shape
            if self._trick:
                shape = self._call.layer.compute_output_shape(shape)
        except ValueError:  # how Keras says that a window doesn't fit
            return [0]
        return [int(side) for side in shape[1:-1] if side is not None]

    def _objective(self, x: Any, which: Any, before_activation: Any) -> Any:
        """The mean output of each image's filter, shape (n,)."""
        tf, _ = load()
        found = x if self._clone is None else self._clone(x, training=False)
        maps, *before = found if isinstance(found, (list, tuple)) else [found]
        if not self._trick:
            if before:
                maps = tf.cond(before_activation, lambda: before[0], lambda: maps)
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


def filter_layers(model: KerasModel) -> list[tuple[str, int]]:
    """Return the layers whose filters can be shown as images, if the model takes images.

    Args:
        model: A built Keras model.

    Returns:
        Pairs of path name and number of filters, from input to output: layers with feature maps,
        and dense ones.

    Raises:
        ValueError: The model can't be traced; the message says why.
    """
    dense = load_keras().layers.Dense
    found = []
    for name, call in trace(model).layers.items():
        shape = call.output.shape
        shown = len(shape) == 4 or (len(shape) == 2 and isinstance(call.layer, dense))
        if shown and shape[-1]:
            found.append((name, int(shape[-1])))
    return found


def find_filter_layer(model: KerasModel, name: str = "") -> str:
    """Return the path name of a layer in `filter_layers`.

    Args:
        model: A built Keras model.
        name: A path name, a layer's own name, or that of a nested model, which stands for its last
            layer; "" for the second convolution, after its normalization and activation, or what
            comes closest to it.

    Raises:
        LayerError: There is no such layer, or it has no filters to show; the message names the
            nearest.
    """
    known = [path for path, _ in filter_layers(model)]
    if not known:
        message = tr(
            "The model {name} has no layers whose filters can be shown.", name=repr(model.name)
        )
        raise LayerError(message)
    if not name:
        complete = [call.name for call in complete_calls(trace(model)) if call.name in known]
        return (complete[1:] or complete or known)[0]
    closed = trace(model).closed
    inside = any(path.startswith(f"{name}{SEPARATOR}") for path in known)
    listed = name not in {*known, *closed} and any(path == name for path, _ in layers_of(model))
    if listed and not inside:
        message = tr(
            "Layer {name} has no filters. The nearest is {nearest}.",
            name=repr(name),
            nearest=repr(nearest(name, known)),
        )
        raise LayerError(message)
    return find_path(name, known, closed)


def _megabytes(count: float) -> str:
    return f"{count / 1e6:,.0f}\N{NO-BREAK SPACE}MB"


def _image_input(traced: TracedModel, call: LayerCall) -> SymbolicTensor:
    """The one input that the layer's output depends on, if it takes images."""
    needed = traced.inputs_of(call)
    if len(needed) != 1:
        message = tr(
            "The output of layer {name} depends on several inputs, so no single image maximizes "
            "it.",
            name=repr(call.name),
        )
        raise LayerError(message)
    image: SymbolicTensor = traced.input_tensors[min(needed)]
    shape = tuple(image.shape)
    if len(shape) != 4 or shape[-1] is None or "float" not in image.dtype:
        message = tr(
            "Expected an image model, with inputs of shape (batch, height, width, channels). "
            "Received: a model with input shape {shape} and dtype {dtype}",
            shape=shape,
            dtype=image.dtype,
        )
        raise LayerError(message)
    if len(call.output.shape) < 2 or call.output.shape[-1] is None:
        message = tr(
            "The output of layer {name} has no channels. Its shape is {shape}.",
            name=repr(call.name),
            shape=tuple(call.output.shape),
        )
        raise LayerError(message)
    return image


def _fixed_size(image: SymbolicTensor) -> tuple[int, int] | None:
    height, width = image.shape[1:3]
    return None if height is None or width is None else (height, width)


def _one_channel_is_enough(call: LayerCall) -> bool:
    """Return whether one channel of the layer can be computed without the others."""
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


def _kernel_and_bias(layer: AnyLayer) -> tuple[NDArray[Any], NDArray[Any]]:
    """A convolution's or a dense layer's weights, filters first."""
    kernel = np.moveaxis(np.asarray(layer.kernel), -1, 0)
    bias = np.zeros(len(kernel)) if layer.bias is None else np.asarray(layer.bias)
    return kernel.astype(layer.compute_dtype), bias.astype(layer.compute_dtype)
