"""Dense, local and convolutional connections: lines and weights, and own Keras layers.

A local layer has the windows of the convolution, and weights of its own in each of them. Keras 3
has none; it tells sparse connections and shared weights apart.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from dlwidgets._tensorflow import load_keras
from dlwidgets.concepts._convolution import _zeros, output_size
from dlwidgets.concepts._fields import Choice, Field, Flag, Number, Numbers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

KINDS = ("dense", "local", "conv")
POINTS = ("tour", "output", "input", "line")
MOST_SIDE = 1024
MOST_STEPS = 1_000_000
MOST_CHANNELS = 4096
MOST_UNITS = 1_000_000

FIELDS: dict[str, Field] = {
    "shape": Numbers((8, 1), 1, MOST_STEPS, digits=0, least=2, most=3),
    "kernel": Numbers((3,), 1, 99, digits=0, least=1, most=2),
    "stride": Numbers((1,), 1, 99, digits=0, least=1, most=2),
    "padding": Choice("valid", ("valid", "same")),
    "filters": Number(1, 1, MOST_CHANNELS),
    "units": Number(0, 0, MOST_UNITS),
    "bias": Flag(True),
    "point": Choice("tour", POINTS),
    "at": Numbers((), 0, 9999, digits=0, least=0, most=2),
}
"""The state. `shape` ends with the channels; `units` 0 stands for as many as the convolution has
outputs; `at` is what is pointed at in the drawing: an output, an input, or both ends of a line."""


class Setting(NamedTuple):
    """What the three layers have in common.

    Attributes:
        shape: Of the input, the channels last.
        kernel: Numbers of the kernel along each axis.
        stride: Steps from one window to the next, along each axis.
        padding: `"valid"` or `"same"`.
        filters: Of the local and the convolutional layer.
        units: Of the dense layer; 0 for as many as the convolution has outputs.
        bias: Whether the layers have biases.
    """

    shape: tuple[int, ...]
    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    padding: Any = "valid"
    filters: int = 1
    units: int = 0
    bias: bool = True


class Counts(NamedTuple):
    """How many numbers a layer has.

    Attributes:
        outputs: Its outputs.
        lines: Pairs of an input and an output that are connected.
        weights: Different weights on these lines.
        biases: Different biases.
    """

    outputs: int
    lines: int
    weights: int
    biases: int

    @property
    def parameters(self) -> int:
        """Weights and biases, as Keras counts them."""
        return self.weights + self.biases


def setting_of(values: Mapping[str, Any]) -> Setting:
    """Return the setting of a state; a single number counts for both axes."""
    axes = len(values["shape"]) - 1

    def each(name: str) -> tuple[int, ...]:
        given = tuple(int(value) for value in values[name])
        return given if len(given) == axes else given[:1] * axes

    shape = tuple(int(value) for value in values["shape"])
    rest = (values[name] for name in ("padding", "filters", "units", "bias"))
    return Setting(shape, each("kernel"), each("stride"), *rest)


def places_of(setting: Setting) -> tuple[int, ...]:
    """Return how many windows there are along each axis; 0 where the kernel doesn't fit."""
    axes = zip(setting.shape, setting.kernel, setting.stride, strict=False)
    return tuple(output_size(*axis, setting.padding, 1) for axis in axes)


def counts(setting: Setting, kind: str) -> Counts:
    """Return how many lines, weights and biases a layer has.

    Args:
        setting: Shape, kernel and so on.
        kind: One of `KINDS`.

    Example:
        >>> from dlwidgets.concepts._connections import Setting, counts
        >>> setting = Setting((28, 28, 1), (3, 3), (1, 1), filters=32, units=512)
        >>> counts(setting, "dense").parameters, counts(setting, "conv").parameters
        (401920, 320)
    """
    places = math.prod(places_of(setting))
    outputs = places * setting.filters
    if kind == "dense":
        units = setting.units or outputs
        lines = math.prod(setting.shape) * units
        return Counts(units, lines, lines, units * setting.bias)
    channels = setting.shape[-1]
    # Where a window reaches over the edge, its weights meet no input.
    met = math.prod(_met(setting, axis) for axis in range(len(setting.kernel)))
    lines = met * channels * setting.filters
    if kind == "local":
        return Counts(outputs, lines, lines, outputs * setting.bias)
    weights = math.prod(setting.kernel) * channels * setting.filters
    return Counts(outputs, lines, weights, setting.filters * setting.bias)


def weights_of(setting: Setting, kind: str) -> NDArray[np.int64]:
    """Return which weight is between each input and each output.

    Args:
        setting: Shape, kernel and so on.
        kind: One of `KINDS`.

    Returns:
        An array of shape (inputs, outputs), both in the order of Keras's `Flatten`: the number of
        a weight from 1, in the order of Keras's kernel for dense and convolution; 0 for no line.
    """
    outputs = counts(setting, kind).outputs
    inputs = math.prod(setting.shape)
    if kind == "dense":
        return np.arange(1, inputs * outputs + 1).reshape(inputs, outputs)
    found = np.zeros((inputs, outputs), np.int64)
    places, taps = places_of(setting), _taps(setting)
    channels, filters = setting.shape[-1], setting.filters
    shape = (*setting.kernel, channels, filters)
    number = 0
    for index, place in enumerate(np.ndindex(*places)):
        for one in range(filters):
            for window in _product([taps[axis][at] for axis, at in enumerate(place)]):
                for channel in range(channels):
                    into = [met for met, _ in window]
                    source = np.ravel_multi_index((*into, channel), setting.shape)
                    number += 1
                    shared = np.ravel_multi_index(
                        (*(tap for _, tap in window), channel, one), shape
                    )
                    weight = number if kind == "local" else int(shared) + 1
                    found[source, index * filters + one] = weight
    return found


def _met(setting: Setting, axis: int) -> int:
    """Return how many inputs all windows along an axis meet together."""
    size, kernel, stride = setting.shape[axis], setting.kernel[axis], setting.stride[axis]
    before, _ = _zeros(size, kernel, stride, setting.padding, 1)
    first = np.arange(places_of(setting)[axis]) * stride - before
    return int((np.minimum(first + kernel, size) - np.maximum(first, 0)).sum())


def _taps(setting: Setting) -> list[list[list[tuple[int, int]]]]:
    """Return by axis and window the inputs that it meets, each with its number of the kernel."""
    found = []
    for axis, count in enumerate(places_of(setting)):
        size, kernel, stride = setting.shape[axis], setting.kernel[axis], setting.stride[axis]
        before, _ = _zeros(size, kernel, stride, setting.padding, 1)
        windows = []
        for window in range(count):
            first = window * stride - before
            inside = [(first + tap, tap) for tap in range(kernel) if 0 <= first + tap < size]
            windows.append(inside)
        found.append(windows)
    return found


def _product(parts: Sequence[Sequence[tuple[int, int]]]) -> list[tuple[tuple[int, int], ...]]:
    found: list[tuple[tuple[int, int], ...]] = [()]
    for part in parts:
        found = [(*before, one) for before in found for one in part]
    return found


def as_numbers(name: str, given: Any) -> Any:
    """Return an argument as a sequence: a single whole number, also NumPy's, counts as one.

    Args:
        name: Of the argument.
        given: A number, a sequence or an array; `None` for none.

    Raises:
        ValueError: It is a text, or yes or no.
    """
    if isinstance(given, np.ndarray):
        given = given.tolist()
    if isinstance(given, str | bool):
        message = f"Expected `{name}` to be whole numbers, such as 3 or (3, 3). "
        raise ValueError(message + f"Received: {given!r}.")
    return (int(given),) if isinstance(given, int | np.integer) else given


def checked_shape(shape: Any) -> tuple[int, ...]:
    """Return the shape of an input, the channels last.

    Args:
        shape: A number of values; steps and channels; or rows, columns and channels.

    Raises:
        ValueError: It is something else.
    """
    if isinstance(shape, np.ndarray):
        shape = shape.tolist()
    parts = shape if isinstance(shape, tuple | list) else (shape,)
    whole = all(isinstance(part, int | np.integer) and not isinstance(part, bool) for part in parts)
    if whole and 1 <= len(parts) <= 3:
        found = tuple(map(int, parts)) if len(parts) > 1 else (int(parts[0]), 1)
        if min(found) >= 1 and fits(found):
            return found
    message = "Expected `shape` to be the shape of one input: a number such as 8, steps and "
    message += "channels such as (500, 128), or rows, columns and channels such as (28, 28, 1). "
    message += f"Received: {shape!r}. There may be {MOST_STEPS:,} steps, {MOST_SIDE} rows and "
    raise ValueError(message + f"columns, and {MOST_CHANNELS} channels.")


def fits(shape: Sequence[int]) -> bool:
    """Return whether a shape isn't too large."""
    most = MOST_SIDE if len(shape) == 3 else MOST_STEPS
    return max(shape[:-1]) <= most and shape[-1] <= MOST_CHANNELS


@dataclass(frozen=True)
class Own:
    """What a Keras layer gives.

    Attributes:
        kind: `"dense"` or `"conv"`.
        name: Its name.
        parameters: What Keras counts.
        values: Of the state.
    """

    kind: str
    name: str
    parameters: int
    values: dict[str, Any]


def layer_of(layer: Any) -> Own:
    """Return what a Dense, Conv1D or Conv2D layer of Keras says about its connections.

    Args:
        layer: A layer that is part of a model, so that its input is known.

    Raises:
        TypeError: It isn't such a layer.
        ValueError: Its input isn't known, or it can't be shown.
    """
    layers = load_keras().layers
    known = (layers.Dense, layers.Conv1D, layers.Conv2D)
    if not isinstance(layer, known):
        message = "Expected `layer` to be a Dense, Conv1D or Conv2D layer of Keras. "
        raise TypeError(message + f"Received: {type(layer).__name__}.")
    try:
        shape = tuple(layer.input.shape[1:])
    except (AttributeError, ValueError) as error:
        message = f"Expected layer {layer.name!r} to be part of a model. "
        raise ValueError(message + "Received: a layer without an input.") from error
    values: dict[str, Any] = {"bias": bool(layer.use_bias)}
    if isinstance(layer, layers.Dense):
        if len(shape) != 1:
            message = f"Expected layer {layer.name!r} to take vectors. Received: inputs of shape "
            raise ValueError(f"{message}{shape}. Put a Flatten layer before it.")
        values |= {"units": layer.units}
        kind = "dense"
    else:
        if layer.data_format == "channels_first":
            shape = (*shape[1:], shape[0])
        unusual = layer.groups != 1 or any(n != 1 for n in layer.dilation_rate)
        if unusual or layer.padding not in ("valid", "same"):
            message = "Expected a convolution without groups and dilation, with padding 'valid' or "
            raise ValueError(f"{message}'same'. Received: layer {layer.name!r}.")
        values |= {
            "kernel": _short(layer.kernel_size),
            "stride": _short(layer.strides),
            "padding": layer.padding,
            "filters": layer.filters,
        }
        kind = "conv"
    if None in shape:
        message = f"Expected layer {layer.name!r} to have an input of known size. "
        raise ValueError(f"{message}Received: {shape}. Give `shape` and `filters` instead.")
    values["shape"] = checked_shape(shape)
    return Own(kind, layer.name, layer.count_params(), values)


def _short(numbers: Sequence[int]) -> tuple[int, ...]:
    return tuple(numbers) if len(set(numbers)) > 1 else (numbers[0],)
