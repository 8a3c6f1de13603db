"""What each unit of a feature map is computed from: its part of the input, and its few terms."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from dlwidgets._tensorflow import compiled_by_shape, load_keras
from dlwidgets.inspect._layer_description import activation_function
from dlwidgets.inspect._receptive import Field, receptive_fields
from dlwidgets.inspect.graph import graph
from dlwidgets.inspect.layers import layers_of
from dlwidgets.inspect.model_cache import cached_per_model
from dlwidgets.inspect.tracing import trace
from dlwidgets.training.weight_calls import variable_reader

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel
    from dlwidgets.vision.activation_view import SampleActivations

_MAX_WEIGHTS = 300_000
"""Weights of a layer that are copied at each update."""

_MAX_SIDE = 7
"""Rows and columns of a window that can be read."""


@dataclass(frozen=True)
class UnitField:
    """Where the receptive fields of a feature map's units are, rows first.

    Attributes:
        size: Pixels of a receptive field.
        step: Pixels between the fields of two neighboring units.
        start: Where the first field begins: 0, or less where it reaches over the border.
        image: Height and width of the input in pixels.
    """

    size: tuple[int, int]
    step: tuple[float, float]
    start: tuple[int, int]
    image: tuple[int, int]


@dataclass(frozen=True, eq=False)
class UnitTerms:
    """The terms of each unit of one feature map.

    Attributes:
        kind: `"sum"` of a convolution, `"max"` or `"mean"` of a pooling layer.
        values: float32, shape (rows, columns, window rows, window columns). Of a convolution,
            weight times input, summed over the input channels; of a pooling layer the values in the
            window, NaN beyond the border.
        channels: Input channels that a term adds up.
        bias: What is added to the sum.
        activation: The function after the sum, such as `"relu"`; "" for none.
    """

    kind: Literal["sum", "max", "mean"]
    values: NDArray[np.float32] = dataclasses.field(repr=False)
    channels: int = 1
    bias: float = 0.0
    activation: str = ""


@dataclass(frozen=True, eq=False)
class UnitSource:
    """What a layer with feature maps has computed them from, for one sample.

    Attributes:
        field: The receptive fields; `None` if they aren't known.
        inputs: What the layer was given, shape (height, width, channels); `None` if its terms can't
            be told.
    """

    field: UnitField | None
    inputs: NDArray[np.float32] | None = dataclasses.field(default=None, repr=False)
    _layer: dict[str, Any] = dataclasses.field(default_factory=dict, repr=False)

    @property
    def count(self) -> int:
        """Terms of all units of one channel, known without computing them; 0 for none."""
        if self.inputs is None:
            return 0
        units = [_units(side, self._layer, axis) for axis, side in enumerate(self.inputs.shape[:2])]
        return math.prod(units) * int(math.prod(self._layer["size"]))

    def terms(self, channel: int, unit: tuple[int, int] | None = None) -> UnitTerms | None:
        """Return the terms of the units of one channel, `None` if they can't be told.

        Args:
            channel: From 0.
            unit: Row and column of the only unit that is asked for. Default: all of them.
        """
        x, layer = self.inputs, self._layer
        if x is None:
            return None
        kernel = layer["kernel"]
        if kernel is None:
            windows = _windows(x[..., channel : channel + 1], layer, unit, outside=np.nan)
            return UnitTerms(layer["kind"], windows[..., 0])
        windows = _windows(x, layer, unit, outside=0.0)
        values = np.einsum("rcijk,ijk->rcij", windows, kernel[..., channel])
        bias = 0.0 if layer["bias"] is None else float(layer["bias"][channel])
        return UnitTerms("sum", values, x.shape[-1], bias, layer["activation"])


def unit_source(model: KerasModel, layer: str, found: SampleActivations) -> UnitSource | None:
    """Return what a layer has computed its feature maps from, `None` for a layer without maps.

    Args:
        model: A built Keras model.
        layer: The path name of one of its layers.
        found: Its activations for one sample.

    Example:
        >>> from dlwidgets.vision.activation_view import sample_activations
        >>> from dlwidgets.vision.unit_terms import unit_source
        >>> model = dl.models.compiled("small_cnn", input_shape=(8, 8, 1), classes=10)
        >>> found = sample_activations(model, np.ones((1, 8, 8, 1), "float32"))
        >>> unit_source(model, "conv2d_1", found).terms(5).values.shape
        (4, 4, 3, 3)
    """
    values = found.layers.get(layer)
    if values is None or values.ndim != 4:
        return None
    where = unit_field(model, layer, found)
    traced = trace(model)
    call = traced.find(layer)
    facts = None if call.merges else _facts(model, call.name)
    before = traced.call_before(call)
    if before is not None:
        given = found.layers.get(before.name)
    else:
        given = found.first[np.newaxis] if len(traced.input_tensors) == 1 else None
    if facts is None or given is None or given.ndim != 4:
        return UnitSource(where)
    facts = facts | _weights_of(model, call.name) if facts["kind"] == "sum" else facts
    return UnitSource(where, np.asarray(given[0], np.float32), facts)


def unit_field(model: KerasModel, layer: str, found: SampleActivations) -> UnitField | None:
    """Return where the receptive fields of a layer's units are, `None` if that isn't known.

    Args:
        model: A built Keras model.
        layer: The path name of one of its layers with feature maps.
        found: Its activations for one sample.
    """
    maps = found.layers[layer].shape[1:3]
    return _field(_fields(model).get(layer), maps, found.first.shape)


@cached_per_model
def _fields(model: KerasModel) -> dict[str, Field]:
    return receptive_fields(graph(model), dict(layers_of(model)))


def _field(
    of_layer: Field | None, maps: tuple[int, ...], sample: tuple[int, ...]
) -> UnitField | None:
    if of_layer is None or of_layer.whole or len(of_layer.size) != 2 or len(sample) != 3:
        return None
    if min(of_layer.step) < 1:
        return None
    # Where layers pad, they pad both sides alike, the second one more.
    start = [
        -(max(0, round((n - 1) * step) + size - pixels) // 2)
        for n, step, size, pixels in zip(maps, of_layer.step, of_layer.size, sample, strict=False)
    ]
    (rows, columns), (down, right) = of_layer.size, of_layer.step
    return UnitField((rows, columns), (down, right), (start[0], start[1]), (sample[0], sample[1]))


@cached_per_model
def _facts(model: KerasModel, name: str) -> dict[str, Any] | None:
    """What is needed of a layer, `None` for one that isn't a plain convolution or pooling."""
    layer = trace(model).find(name).layer
    k = load_keras().layers
    kinds = {k.Conv2D: "sum", k.MaxPooling2D: "max", k.AveragePooling2D: "mean"}
    kind = kinds.get(type(layer))  # a subclass may compute something else
    if kind is None or layer.data_format != "channels_last":
        return None
    facts: dict[str, Any] = {
        "kind": kind,
        "strides": layer.strides,
        "padding": layer.padding,
        "dilation": (1, 1),
        "kernel": None,
    }
    if kind != "sum":
        return facts | {"size": layer.pool_size} if max(layer.pool_size) <= _MAX_SIDE else None
    weights = int(np.prod(layer.kernel.shape))
    if layer.groups != 1 or max(layer.kernel_size) > _MAX_SIDE or weights > _MAX_WEIGHTS:
        return None
    name = activation_function(layer)
    return facts | {
        "size": layer.kernel_size,
        "dilation": layer.dilation_rate,
        "activation": "" if name == "linear" else name,
    }


def _weights_of(model: KerasModel, name: str) -> dict[str, Any]:
    """Kernel and bias of a convolution, as they are now."""
    kernel, *bias = (np.asarray(value, np.float32) for value in _reading(model, name)())
    return {"kernel": kernel, "bias": bias[0] if bias else None}


@cached_per_model
def _reading(model: KerasModel, name: str) -> Callable[[], Sequence[Any]]:
    """What reads them."""
    keras, layer = load_keras(), trace(model).find(name).layer
    plain = [weight for weight in (layer.kernel, layer.bias) if weight is not None]
    if all(isinstance(weight, keras.Variable) for weight in plain):
        return variable_reader([weight.value for weight in plain])

    def read() -> list[Any]:  # a kernel may be computed, as with LoRA
        weights = [layer.kernel] if layer.bias is None else [layer.kernel, layer.bias]
        return [keras.ops.convert_to_tensor(weight) for weight in weights]

    return compiled_by_shape(read, autograph=False)


def _reach(layer: dict[str, Any], axis: int) -> int:
    """Pixels from the first value of a window to the last."""
    return int((layer["size"][axis] - 1) * layer["dilation"][axis] + 1)


def _units(side: int, layer: dict[str, Any], axis: int) -> int:
    """Units along a side of the input."""
    stride = int(layer["strides"][axis])
    if layer["padding"] == "same":
        return -(-side // stride)
    return (side - _reach(layer, axis)) // stride + 1


def _windows(
    x: NDArray[np.float32],
    layer: dict[str, Any],
    unit: tuple[int, int] | None,
    *,
    outside: float,
) -> NDArray[np.float32]:
    """What each unit sees, shape (rows, columns, window rows, window columns, channels)."""
    begins, sides, windows = [0, 0], list(x.shape[:2]), []
    for axis in (0, 1):
        side, stride, reach = x.shape[axis], layer["strides"][axis], _reach(layer, axis)
        count = _units(side, layer, axis)
        if layer["padding"] == "same":
            more = max(0, (count - 1) * stride + reach - side)
            begins[axis], sides[axis] = more // 2, side + more
        first, last = (0, count) if unit is None else (unit[axis], unit[axis] + 1)
        windows.append(slice(first * stride, (last - 1) * stride + 1, stride))
    padded = np.full((*sides, x.shape[2]), outside, np.float32)
    padded[begins[0] : begins[0] + x.shape[0], begins[1] : begins[1] + x.shape[1]] = x
    found = sliding_window_view(padded, (_reach(layer, 0), _reach(layer, 1)), axis=(0, 1))
    down, across = layer["dilation"]
    of_units = found[windows[0], windows[1], :, ::down, ::across]
    seen: NDArray[np.float32] = np.moveaxis(of_units, 2, -1)
    return seen
