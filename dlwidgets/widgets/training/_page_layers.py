"""The activations of a probe, as a page of one file shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.vision.activation_view import formed, reduced_maps
from dlwidgets.vision.channels import channel_images, channel_means
from dlwidgets.widgets.training._page_images import image_file

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from dlwidgets.widgets.training._page_parts import Bytes

_MAX_LAYERS = 24
_MAX_SIDE = 32  # pixels of a feature map
_MAX_CHANNELS = 32  # feature maps of a layer
_MAX_UNITS = 256
_MAX_ROWS = 500  # of all samples of a layer with times: browsers show no image without end
# How many samples have activations, and the quality of their images: the first that fits is taken.
_CHOICES = ((32, 80), (16, 75), (8, 70), (8, 45), (4, 40), (2, 30), (1, 20))


@dataclass(frozen=True, eq=False)
class Layer:
    """A layer whose activations are shown.

    Attributes:
        name: Its path.
        shape: Of its output, without the batch.
        form: "maps", "matrix" or "units", as `formed` has them.
        channels: Which of its channels are shown.
        size: Height and width of an image.
    """

    name: str
    shape: tuple[int, ...]
    form: str
    channels: NDArray[np.int64]
    size: tuple[int, int] = (1, 1)


@dataclass(frozen=True, eq=False)
class Plan:
    """What of the activations is shown.

    Attributes:
        layers: Which layers.
        samples: The activations of how many samples, the first ones.
        quality: Of their images.
    """

    layers: tuple[Layer, ...]
    samples: int
    quality: int

    def moment(self, activations: Mapping[str, NDArray[Any]], store: Bytes) -> list[Any]:
        """Return what each layer shows at one moment; `None` for a layer that wasn't recorded.

        Args:
            activations: Of that moment.
            store: Takes the bytes.
        """
        found: list[Any] = []
        for layer in self.layers:
            values = activations.get(layer.name)
            if values is None or np.shape(values)[1:] != layer.shape:
                found.append(None)
                continue
            kind, low, high, data = _drawn(layer, values[: self.samples], self.quality)
            kept = store.add(data)
            moment = {"type": kind, "data": kept}
            found.append(moment if kind else {"low": low, "high": high, "data": kept})
        return found


def plan_of(
    examples: Sequence[Mapping[str, NDArray[Any]]], moments: int, count: int, budget: int
) -> Plan:
    """Choose layers, a number of samples and a quality that fit.

    Args:
        examples: The activations of some moments, the last moment last.
        moments: How many there are in all.
        count: How many samples were recorded.
        budget: Bytes that all activations may take.
    """
    layers = _evenly(_layers(examples[-1], count), _MAX_LAYERS)
    while layers:
        for most, quality in _CHOICES:
            samples = min(most, count)
            sizes = [
                len(_drawn(layer, example[layer.name][:samples], quality)[-1])
                for layer in layers
                for example in examples
                if np.shape(example.get(layer.name, ()))[1:] == layer.shape
            ]
            if sum(sizes) / len(examples) * moments <= budget:
                return Plan(tuple(layers), samples, quality)
        layers = _evenly(layers, len(layers) // 2)
    return Plan((), 0, 0)


def _evenly(layers: list[Layer], most: int) -> list[Layer]:
    """At most so many of the layers, with the first and the last."""
    if len(layers) <= most:
        return layers
    places = np.linspace(0, len(layers) - 1, most).round().astype(int)
    return [layers[i] for i in dict.fromkeys(places.tolist())]


def _layers(activations: Mapping[str, NDArray[Any]], count: int) -> list[Layer]:
    """The layers that show something new, and which of their channels."""
    found: list[Layer] = []
    before: NDArray[Any] | None = None
    for name, values in activations.items():
        if values.ndim < 2 or len(values) < count or not values.size:
            continue
        # Flattened, or from a dropout that does nothing here.
        same = before is not None and np.array_equal(values.reshape(-1), before.reshape(-1))
        before = values
        if not same:
            found.append(_layer(name, values[:count]))
    return found


def _layer(name: str, values: NDArray[Any]) -> Layer:
    example, form = formed(values[0])
    if form == "maps":
        means = np.mean([channel_means(formed(v)[0]) for v in values], axis=0)
        channels = np.sort(np.argsort(-means, kind="stable")[:_MAX_CHANNELS])
    else:
        channels = np.arange(min(example.shape[-1], _MAX_UNITS))
    layer = Layer(name, values.shape[1:], form, channels.astype(np.int64))
    if form == "units":
        return layer
    height, width = _images(layer, values[0]).shape
    beside = len(channels) if form == "maps" else 1
    return Layer(name, layer.shape, form, layer.channels, (height, width // beside))


def _images(layer: Layer, values: NDArray[Any]) -> NDArray[np.uint8]:
    """The images of one sample, beside each other."""
    shown, form = formed(values)
    if form == "matrix":
        few = reduced_maps(shown[..., np.newaxis], _MAX_UNITS)[:_MAX_ROWS]
        matrix: NDArray[np.uint8] = channel_images(few, "book")[0]
        return matrix
    maps = channel_images(reduced_maps(shown[..., layer.channels], _MAX_SIDE), "book")
    beside: NDArray[np.uint8] = np.concatenate(list(maps), axis=1)
    return beside


def _drawn(layer: Layer, values: NDArray[Any], quality: int) -> tuple[str, float, float, bytes]:
    """The activations of a layer: type of the image, lowest and highest value of units, bytes."""
    if layer.form == "units":
        units = np.nan_to_num(values[:, layer.channels].astype(np.float64), posinf=0, neginf=0)
        low, high = float(units.min(initial=0)), float(units.max(initial=0))
        scaled = (units - low) * (255 / (high - low)) if high > low else np.zeros_like(units)
        return "", low, high, scaled.round().astype(np.uint8).tobytes()
    rows = np.concatenate([_images(layer, value) for value in values], axis=0)
    kind, data = image_file(rows, quality)
    return kind, 0.0, 0.0, data
