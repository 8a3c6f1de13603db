"""Receptive fields of stacked layers: the reference for what the page computes, and own models."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from dlwidgets._tensorflow import load_keras
from dlwidgets.concepts._convolution import _zeros, output_size
from dlwidgets.concepts._fields import Field, Number, Numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MOST_LAYERS = 40
MOST_SIZE = 512
_ENDLESS = 10**9
_MOST = {"kernel": 31, "stride": 31, "dilation": 32}
_LAYER = re.compile(r"([cp])([0-9]{1,2})(?:\.([0-9]{1,2}))?(?:\.([0-9]{1,2}))?(s?)")


class Layer(NamedTuple):
    """A layer that looks at windows.

    Attributes:
        kind: `"conv"` or `"pool"`.
        kernel: Pixels of the window along an axis.
        stride: Pixels from one window to the next.
        dilation: Pixels from one number of the kernel to the next.
        padding: `"valid"` or `"same"`.
    """

    kind: str
    kernel: int
    stride: int
    dilation: int = 1
    padding: str = "valid"


BOOK = (
    Layer("conv", 3, 1),
    Layer("pool", 2, 2),
    Layer("conv", 3, 1),
    Layer("pool", 2, 2),
    Layer("conv", 3, 1),
)
"""The layers of the book's convnet."""


@dataclass(frozen=True)
class Layers(Field):
    """Layers, written as `c3,p2,c3.2.1s`: kind, kernel, stride, dilation, and s for same padding.

    Attributes:
        value: The default.
    """

    value: tuple[Layer, ...]

    def read(self, text: str) -> tuple[Layer, ...] | None:
        """Return the layers."""
        found = [_read(part) for part in text.split(",")]
        layers = tuple(layer for layer in found if layer is not None)
        return layers if len(layers) == len(found) <= MOST_LAYERS else None

    def write(self, value: Any) -> str:
        """Return the layers with commas."""
        return ",".join(_write(Layer(*layer)) for layer in value)

    @property
    def expected(self) -> str:
        """What the value must be."""
        most = ", ".join(f"a {name} from 1 to {n}" for name, n in _MOST.items())
        return f"from 1 to {MOST_LAYERS} layers such as 'c3' or 'p2', each with {most}"


def _read(text: str) -> Layer | None:
    match = _LAYER.fullmatch(text)
    if match is None:
        return None
    letter, kernel, stride, dilation, same = match.groups()
    usual = kernel if letter == "p" else "1"
    size, step, spread = int(kernel), int(stride or usual), int(dilation or 1)
    if not all(
        1 <= n <= most for n, most in zip((size, step, spread), _MOST.values(), strict=True)
    ):
        return None
    kind = "conv" if letter == "c" else "pool"
    return Layer(kind, size, step, spread, "same" if same else "valid")


def _write(layer: Layer) -> str:
    kind, kernel, stride, dilation, padding = layer
    usual = kernel if kind == "pool" else 1
    text = f"{kind[:1]}{kernel}"
    if (stride, dilation) != (usual, 1):
        text += f".{stride}"
    if dilation != 1:
        text += f".{dilation}"
    return text + ("s" if padding == "same" else "")


FIELDS: dict[str, Field] = {
    "layers": Layers(BOOK),
    "size": Number(28, 1, MOST_SIZE),
    "at": Numbers((), 0, MOST_SIZE, digits=0, least=0, most=3),
}
"""The state of the widget. `at` is a layer (0 for the input), a row and a column."""


@dataclass(frozen=True)
class Level:
    """What follows from a layer, along one axis; level 0 is the input.

    Attributes:
        size: Units of the feature map; 0 where nothing is left.
        sees: Pixels that the layers alone would reach.
        step: Pixels between the fields of neighboring units.
        first: The middle of the field of the first unit, in pixels of the input.
    """

    size: int
    sees: int
    step: int
    first: float


def levels(layers: Sequence[Layer], size: int) -> list[Level]:
    """Return the input and the feature maps of all layers, as far as they fit.

    Args:
        layers: From the input on.
        size: Pixels of the input.
    """
    found = [Level(size, 1, 1, 0.0)]
    for _, kernel, stride, dilation, padding in layers:
        last = found[-1]
        mode: Any = padding
        units = output_size(last.size, kernel, stride, mode, dilation)
        before, _ = _zeros(last.size, kernel, stride, mode, dilation)
        reach = dilation * (kernel - 1)
        first = last.first + (reach / 2 - before) * last.step
        found.append(Level(units, last.sees + reach * last.step, last.step * stride, first))
        if units == 0:
            break
    return found


def windows(layers: Sequence[Layer], size: int, level: int, unit: int) -> list[int]:
    """Return the units of the level below that a unit takes.

    Args:
        layers: From the input on.
        size: Pixels of the input.
        level: At least 1.
        unit: Of that level.
    """
    _, kernel, stride, dilation, padding = layers[level - 1]
    below = levels(layers, size)[level - 1].size
    mode: Any = padding
    before, _ = _zeros(below, kernel, stride, mode, dilation)
    places = [unit * stride - before + i * dilation for i in range(kernel)]
    return [place for place in places if 0 <= place < below]


def paths(layers: Sequence[Layer], size: int, level: int, unit: int) -> NDArray[np.float64]:
    """Return on how many ways each pixel reaches a unit.

    Args:
        layers: From the input on.
        size: Pixels of the input.
        level: Of the unit; 0 for the input.
        unit: Along the axis.
    """
    sizes = [one.size for one in levels(layers, size)]
    counts = np.zeros(sizes[level])
    counts[unit] = 1
    for now in range(level, 0, -1):
        below = np.zeros(sizes[now - 1])
        for each in np.flatnonzero(counts):
            below[windows(layers, size, now, int(each))] += counts[each]
        counts = below
    return counts


def seen_by(layers: Sequence[Layer], size: int, level: int, pixel: int) -> list[int]:
    """Return the units of a level that see a pixel.

    Args:
        layers: From the input on.
        size: Pixels of the input.
        level: At least 1.
        pixel: Along the axis.
    """
    units = levels(layers, size)[level].size
    return [unit for unit in range(units) if paths(layers, size, level, unit)[pixel] > 0]


def checked_layers(layers: Sequence[Any]) -> tuple[Layer, ...]:
    """Return layers that were given as tuples.

    Args:
        layers: Such as `("conv", 3)` or `("pool", 2, 2)`: kind, kernel, and if they differ from the
            defaults of Keras stride, dilation and padding.

    Raises:
        ValueError: They can't be used.
    """
    found = []
    for given in layers:
        parts = tuple(given) if isinstance(given, tuple | list) else ()
        usual = (
            "conv",
            0,
            parts[1] if parts[:1] == ("pool",) and len(parts) > 1 else 1,
            1,
            "valid",
        )
        layer = Layer(*parts, *usual[len(parts) :]) if len(parts) <= len(usual) else None
        fits = layer and layer.kind in ("conv", "pool") and layer.padding in ("valid", "same")
        if layer is None or not fits or FIELDS["layers"].check([layer]) is None:
            message = "Expected a layer such as ('conv', 3), ('pool', 2) or "
            message += "('conv', 3, stride, dilation, 'same'). "
            raise ValueError(message + f"Received: {given!r}.")
        found.append(layer)
    return tuple(found)


@dataclass(frozen=True)
class Own:
    """What a Keras model gives.

    Attributes:
        layers: Those that look at windows, as far as there is a feature map.
        names: Their names.
        size: Pixels of the input; `None` if any size is taken.
    """

    layers: tuple[Layer, ...]
    names: tuple[str, ...]
    size: int | None


def layers_of(model: Any) -> Own:
    """Return the layers of a Keras model that look at windows, along the last axis of the image.

    Args:
        model: A model whose layers form a single chain, up to the first layer without a feature
            map; or a list of connected layers of such a model.

    Raises:
        ValueError: The model has no such layers, branches, or has layers that can't be shown.
    """
    from dlwidgets.inspect import layers_of as all_layers
    from dlwidgets.inspect import summarize

    keras = load_keras()
    if not isinstance(model, keras.Model):
        model = keras.Model(model[0].input, model[-1].output)
    by_path = dict(all_layers(model))
    found: list[Layer] = []
    names: list[str] = []
    for row in summarize(model).layers:
        field, layer = row.receptive_field, by_path[row.path]
        if field is None or field.whole or row.is_model:
            continue
        kernel = getattr(layer, "kernel_size", None) or getattr(layer, "pool_size", None)
        if kernel is not None:
            kind = "conv" if hasattr(layer, "kernel_size") else "pool"
            dilation = _last(getattr(layer, "dilation_rate", 1))
            numbers = (_last(kernel), _last(layer.strides), dilation)
            found.append(Layer(kind, *numbers, padding=layer.padding))
            names.append(row.name)
        last = levels(found, _ENDLESS)[-1]
        moves = row.type.startswith(("ZeroPadding", "Cropping"))
        if moves or (field.size[-1], field.step[-1]) != (last.sees, last.step):
            message = "Expected a single chain of convolutions and pooling layers. Layer "
            message += f"{row.name!r} ({row.type}) can't be shown. "
            raise ValueError(message + "Give the layers before it as a list.")
    if not found or len(found) > MOST_LAYERS:
        message = f"Expected a model with 1 to {MOST_LAYERS} convolutions and pooling layers. "
        raise ValueError(message + f"Received: {len(found)}. Give some of its layers as a list.")
    side = model.input_shape[-2]
    return Own(tuple(found), tuple(names), side)


def _last(value: Any) -> int:
    return int(value if isinstance(value, int) else value[-1])
