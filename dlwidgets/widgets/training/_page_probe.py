"""What was recorded of chosen samples, as a page of one file shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from dlwidgets.vision.images import reduced
from dlwidgets.widgets._core.pixels import to_pixels
from dlwidgets.widgets.training._page_images import picture_of
from dlwidgets.widgets.training._page_layers import plan_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from dlwidgets.recording import Probe
    from dlwidgets.widgets.training._page_parts import Bytes

Kind = Literal["classes", "number", "images", ""]

_MAX_SAMPLES = 64
_MAX_SIDE = 64  # pixels of a sample
_MAX_CLASSES = 10  # the likeliest ones, of which answers are kept


def probe_of(
    load: Callable[[int], Probe | None], moments: int, store: Bytes, budget: int
) -> dict[str, Any] | None:
    """Return what was recorded of chosen samples at each moment; `None` if nothing was.

    Args:
        load: Returns the probe of a moment, which is read when it is needed: together they may
            take more than there is memory.
        moments: How many there are.
        store: Takes the bytes.
        budget: Bytes that all activations may take.
    """
    last = load(moments - 1) if moments else None
    if last is None or not (last.activations or last.predictions is not None):
        return None
    # Activations may be recorded of fewer samples than predictions are.
    active = min([_MAX_SAMPLES, *(len(v) for v in last.activations.values() if v.ndim)])
    count = active if last.predictions is None else min(_MAX_SAMPLES, len(last.predictions))
    images = _as_images(last.inputs, count)
    labels = _labels(last.labels, count)
    kind = kind_of(last.predictions, whole=bool(labels) or last.labels is None)
    some = [load(i) for i in sorted({0, moments // 2})]
    examples = [probe.activations for probe in (*some, last) if probe is not None]
    plan = plan_of(examples, moments, min(active, count), budget)
    answers: list[Any] = []
    drawn: list[list[Any]] = [[] for _ in plan.layers]
    for i in range(moments):
        probe = load(i)
        answers.append(probe and _answer(kind, probe.predictions, count, store))
        shown = plan.moment(probe.activations if probe else {}, store)
        for layer, moment in zip(drawn, shown, strict=True):
            layer.append(moment)
    return {
        "count": count,
        "images": None if images is None else picture_of(images, store),
        "labels": labels,
        "targets": _targets(last.labels, count) if kind == "number" else [],
        "classes": list(last.class_names),
        "kind": kind,
        "answers": answers,
        "layers": [
            {
                "name": layer.name,
                "shape": list(layer.shape),
                "form": layer.form,
                "channels": layer.channels.tolist(),
                "height": layer.size[0],
                "width": layer.size[1],
                "moments": each,
            }
            for layer, each in zip(plan.layers, drawn, strict=True)
        ],
        "samples": plan.samples,
    }


def _as_images(values: NDArray[Any] | None, count: int) -> NDArray[np.uint8] | None:
    """Samples as pixels, if they are images."""
    if values is None:
        return None
    array = np.asarray(values)[:count]
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
    numbers = array.reshape(-1)[:count]
    if array.size != len(array) or len(numbers) < count or numbers.dtype.kind not in "iubf":
        return []
    whole = bool((numbers == np.floor(numbers)).all())
    return [int(v) for v in numbers] if whole else []


def _targets(labels: NDArray[Any] | None, count: int) -> list[float]:
    """What a number should have been."""
    if labels is None:
        return []
    numbers = np.asarray(labels).reshape(-1)[:count]
    sound = numbers.dtype.kind in "iubf" and len(numbers) == count and np.isfinite(numbers).all()
    return [float(v) for v in numbers] if sound else []


def kind_of(predictions: NDArray[Any] | None, *, whole: bool) -> Kind:
    """Return what a model's answers are; "" for what isn't shown.

    Args:
        predictions: For all samples.
        whole: Whether the labels may be classes.
    """
    if predictions is None:
        return ""
    array = np.asarray(predictions)
    if array.ndim == 4 and array.shape[-1] in (1, 3):
        return "images"
    if array.ndim == 2 and array.shape[1] > 1:
        return "classes"
    if array.ndim not in (1, 2):
        return ""
    return "classes" if whole and bool(((array >= 0) & (array <= 1)).all()) else "number"


def _answer(
    kind: Kind, predictions: NDArray[Any] | None, count: int, store: Bytes
) -> dict[str, Any] | None:
    """What the model answered at one moment."""
    if predictions is None or kind == "":
        return None
    if kind == "images":
        images = _as_images(predictions, count)
        return None if images is None else picture_of(images, store, quality=75)
    if kind == "number":
        return {"values": store.add(np.asarray(predictions, "<f4").reshape(-1)[:count].tobytes())}
    answers = answers_of(predictions, count)
    if answers is None:
        return None
    return {
        "top": answers.classes.shape[1],
        "indices": store.add(answers.classes.tobytes()),
        "values": store.add(answers.values.tobytes()),
    }


@dataclass(frozen=True, eq=False)
class Answers:
    """The likeliest classes of samples.

    Attributes:
        classes: The likeliest first, shape (samples, classes).
        values: Their probabilities, of the same shape.
    """

    classes: NDArray[np.uint16]
    values: NDArray[np.float32]


def answers_of(predictions: NDArray[Any], count: int) -> Answers | None:
    """Return the likeliest classes; `None` where a number isn't finite.

    Args:
        predictions: Probabilities, or what a softmax makes probabilities of, shape (samples,
            classes). One number each is the probability of the second of two classes.
        count: How many samples.
    """
    values = np.asarray(predictions, np.float64)[:count]
    values = values.reshape(len(values), -1)
    if not values.size or not np.isfinite(values).all():
        return None
    if values.shape[1] == 1:
        values = np.concatenate([1 - values, values], axis=1)
    shares = bool(((values >= 0) & (values <= 1)).all())
    if not shares or np.abs(values.sum(axis=1) - 1).max() > 1e-2:
        odds = np.exp(values - values.max(axis=1, keepdims=True))
        values = odds / odds.sum(axis=1, keepdims=True)
    top = np.argsort(-values, axis=1, kind="stable")[:, :_MAX_CLASSES]
    kept = np.take_along_axis(values, top, axis=1)
    return Answers(top.astype("<u2"), kept.astype("<f4"))
