"""What was recorded of chosen samples, as a page of one file shows it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from dlwidgets.vision.activation_view import formed, reduced_maps
from dlwidgets.vision.channels import channel_images, channel_means
from dlwidgets.vision.images import reduced
from dlwidgets.widgets._core.pixels import to_pixels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dlwidgets.recording import Probe
    from dlwidgets.widgets.training._page_parts import Bytes

_MAX_SAMPLES = 64
_MAX_SIDE = 64  # pixels of a sample
_MAX_MAP = 32  # pixels of a feature map
_MAX_CHANNELS = 32  # feature maps of a layer
_MAX_UNITS = 256
_MAX_CLASSES = 10  # the likeliest ones, of which answers are kept
_LOSSLESS = 60_000  # bytes of pixels
# How many samples have activations, and the quality of their images: the first that fits is taken.
_CHOICES = ((32, 80), (16, 75), (8, 70), (8, 45), (4, 40), (2, 30), (1, 20))


def image_file(pixels: NDArray[np.uint8], quality: int = 80) -> tuple[str, bytes]:
    """Return an image as a file that browsers read, and its type.

    Args:
        pixels: Shape (height, width, channels) with 1, 3 or 4 channels, or (height, width).
        quality: Of a larger one, from 0 to 100; small ones lose nothing.
    """
    out = io.BytesIO()
    flat = pixels[..., 0] if pixels.ndim == 3 and pixels.shape[-1] == 1 else pixels
    image = Image.fromarray(np.ascontiguousarray(flat))
    if pixels.size <= _LOSSLESS and quality >= 80:
        image.save(out, "PNG", optimize=True)
        return "image/png", out.getvalue()
    image.save(out, "WEBP", quality=quality, method=4)
    return "image/webp", out.getvalue()


def stacked(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return images below each other as one.

    Args:
        images: Shape (n, height, width, channels).
    """
    return images.reshape(-1, *images.shape[2:])


def probe_of(probes: Sequence[Probe], store: Bytes, budget: int) -> dict[str, Any] | None:
    """Return what was recorded of chosen samples at each moment; `None` if nothing was.

    Args:
        probes: One for each moment.
        store: Takes the bytes.
        budget: Bytes that all activations may take.
    """
    if not probes or not (probes[-1].activations or probes[-1].predictions is not None):
        return None
    last = probes[-1]
    given = [*last.activations.values()]
    if last.predictions is not None:
        given.append(last.predictions)
    count = min([_MAX_SAMPLES, *(len(values) for values in given if values.ndim)])
    images = _inputs(last.inputs, count)
    labels = _labels(last.labels, count)
    answers = [answers_of(probe.predictions, count) for probe in probes]
    complete = all(answer is not None for answer in answers)
    names = list(last.class_names)
    samples, layers = _layers(probes, count, budget, store)
    return {
        "count": count,
        "images": None if images is None else _picture(store, images),
        "texts": [],
        "labels": labels,
        "classes": names,
        "predictions": [_kept(a, store) for a in answers if a is not None] if complete else None,
        "layers": layers,
        "samples": samples,
    }


def _picture(store: Bytes, images: NDArray[np.uint8]) -> dict[str, Any]:
    kind, data = image_file(stacked(images))
    _, height, width, channels = images.shape
    picture = {"type": kind, "data": store.add(data)}
    return {"picture": picture, "height": height, "width": width, "channels": channels}


def _inputs(inputs: NDArray[Any] | None, count: int) -> NDArray[np.uint8] | None:
    """The samples as pixels, if they are images."""
    if inputs is None:
        return None
    array = np.asarray(inputs)[:count]
    if array.ndim == 3:
        array = array[..., np.newaxis]
    if array.ndim != 4 or array.shape[-1] not in (1, 3) or len(array) < count:
        return None
    return reduced(to_pixels(array), _MAX_SIDE)


def _labels(labels: NDArray[Any] | None, count: int) -> list[int]:
    """The classes of the samples; none if they aren't classes."""
    if labels is None:
        return []
    array = np.asarray(labels)
    if array.ndim == 2 and array.shape[1] > 1:  # one-hot
        array = array.argmax(axis=1)
    array = array.reshape(-1)
    numbers = array[:count]
    whole = numbers.dtype.kind in "iubf" and bool((numbers == np.floor(numbers)).all())
    return [int(v) for v in numbers] if whole and len(numbers) == count else []


@dataclass(frozen=True, eq=False)
class Answers:
    """The likeliest classes of samples.

    Attributes:
        classes: The likeliest first, shape (samples, classes).
        values: Their probabilities, of the same shape.
    """

    classes: NDArray[np.uint16]
    values: NDArray[np.float32]


def answers_of(predictions: NDArray[Any] | None, count: int) -> Answers | None:
    """Return the likeliest classes; `None` if a model doesn't tell classes apart.

    Args:
        predictions: Probabilities, or what a softmax makes probabilities of, shape (samples,
            classes). One number each is the probability of the second of two classes.
        count: How many samples.
    """
    if predictions is None or np.ndim(predictions) != 2:
        return None
    values = np.asarray(predictions, np.float64)[:count]
    if not values.size or not np.isfinite(values).all():
        return None
    shares = bool(((values >= 0) & (values <= 1)).all())
    if values.shape[1] == 1:
        if not shares:
            return None
        values = np.concatenate([1 - values, values], axis=1)
    elif not shares or np.abs(values.sum(axis=1) - 1).max() > 1e-2:
        odds = np.exp(values - values.max(axis=1, keepdims=True))
        values = odds / odds.sum(axis=1, keepdims=True)
    top = np.argsort(-values, axis=1, kind="stable")[:, :_MAX_CLASSES]
    kept = np.take_along_axis(values, top, axis=1)
    return Answers(top.astype("<u2"), kept.astype("<f4"))


def _kept(answers: Answers, store: Bytes) -> dict[str, Any]:
    return {
        "top": answers.classes.shape[1],
        "indices": store.add(answers.classes.tobytes()),
        "values": store.add(answers.values.tobytes()),
    }


@dataclass(frozen=True, eq=False)
class _Layer:
    name: str
    shape: tuple[int, ...]
    form: str
    channels: NDArray[np.int64]


def _layers(
    probes: Sequence[Probe], count: int, budget: int, store: Bytes
) -> tuple[int, list[dict[str, Any]]]:
    """The activations of as many samples as fit."""
    chosen = _chosen(probes[-1], count)
    if not chosen:
        return 0, []
    # What the first, a middle and the last moment take tells what all take.
    some = [probes[i] for i in sorted({0, len(probes) // 2, len(probes) - 1})]
    samples, quality = _CHOICES[-1]
    for most, quality in _CHOICES:
        samples = min(most, count)
        moments = (_moment(layer, probe, samples, quality) for layer in chosen for probe in some)
        if sum(len(moment[-1]) for moment in moments) / len(some) * len(probes) <= budget:
            break
    return samples, [
        {
            "name": layer.name,
            "shape": list(layer.shape),
            "form": layer.form,
            "channels": layer.channels.tolist(),
            **_size(layer, probes[-1]),
            "moments": [
                _stored(_moment(layer, probe, samples, quality), store) for probe in probes
            ],
        }
        for layer in chosen
    ]


def _chosen(probe: Probe, count: int) -> list[_Layer]:
    """The layers that show something new, and which of their channels."""
    found: list[_Layer] = []
    before: NDArray[Any] | None = None
    for name, activations in probe.activations.items():
        values = np.asarray(activations)[:count]
        if values.ndim < 2 or len(values) < count:
            continue
        # Flattened, or from a dropout that does nothing here.
        same = before is not None and np.array_equal(values.reshape(-1), before.reshape(-1))
        before = values
        if same:
            continue
        example, form = formed(values[0])
        if form == "maps":
            means = np.mean([channel_means(formed(v)[0]) for v in values], axis=0)
            channels = np.sort(np.argsort(-means, kind="stable")[:_MAX_CHANNELS])
        else:
            channels = np.arange(min(example.shape[-1], _MAX_UNITS))
        found.append(_Layer(name, values.shape[1:], form, channels.astype(np.int64)))
    return found


def _images(layer: _Layer, values: NDArray[Any]) -> NDArray[np.uint8]:
    """The images of one sample, beside each other."""
    shown, form = formed(values)
    if form == "matrix":
        matrix: NDArray[np.uint8]
        matrix = channel_images(reduced_maps(shown[..., np.newaxis], _MAX_UNITS), "book")[0]
        return matrix
    maps = channel_images(reduced_maps(shown[..., layer.channels], _MAX_MAP), "book")
    beside: NDArray[np.uint8] = np.concatenate(list(maps), axis=1)
    return beside


def _size(layer: _Layer, probe: Probe) -> dict[str, int]:
    if layer.form == "units":
        return {"height": 1, "width": 1}
    height, width = _images(layer, np.asarray(probe.activations[layer.name])[0]).shape
    beside = len(layer.channels) if layer.form == "maps" else 1
    return {"height": height, "width": width // beside}


_Moment = tuple[str, float, float, bytes]


def _moment(layer: _Layer, probe: Probe, samples: int, quality: int) -> _Moment:
    """The activations of a layer at one moment: type, lowest and highest value, and bytes."""
    values = np.asarray(probe.activations[layer.name])[:samples]
    if layer.form == "units":
        units = np.nan_to_num(values[:, layer.channels].astype(np.float64), posinf=0, neginf=0)
        low, high = float(units.min(initial=0)), float(units.max(initial=0))
        scaled = (units - low) * (255 / (high - low)) if high > low else np.zeros_like(units)
        return "", low, high, scaled.round().astype(np.uint8).tobytes()
    rows = np.concatenate([_images(layer, value) for value in values], axis=0)
    kind, data = image_file(rows, quality)
    return kind, 0.0, 0.0, data


def _stored(moment: _Moment, store: Bytes) -> dict[str, Any]:
    kind, low, high, data = moment
    kept = store.add(data)
    return {"type": kind, "data": kept} if kind else {"low": low, "high": high, "data": kept}
