"""Heat maps as they come out, and the batches that they are made in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from dlwidgets._canceled import CanceledError
from dlwidgets._tensorflow import load
from dlwidgets.vision.explaining import Batch, Explainer, Found, explainer_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from dlwidgets.vision._scores import ScoreKind

Method = Literal[
    "grad_cam",
    "grad_cam_plus_plus",
    "saliency",
    "smooth_grad",
    "integrated_gradients",
    "occlusion",
]

METHODS: dict[Method, str] = {
    "grad_cam": "Grad-CAM",
    "grad_cam_plus_plus": "Grad-CAM++",
    "saliency": "Saliency",
    "smooth_grad": "SmoothGrad",
    "integrated_gradients": "Integrated gradients",
    "occlusion": "Occlusion",
}
"""The methods and what to call them."""

LAYERED = ("grad_cam", "grad_cam_plus_plus")
"""The methods that look at the output of a layer."""

SLOW = ("smooth_grad", "integrated_gradients", "occlusion")
"""The methods that ask the model many times for one image."""


@dataclass(frozen=True, eq=False)
class HeatMaps:
    """Heat maps of a batch.

    Attributes:
        method: How they were made, one of `METHODS`.
        maps: One value per place of the input, in the units of the method; shape
            (n, height, width), of a series or a text (n, length).
        class_index: The class that each explains, shape (n,).
        scores: The score of that class, shape (n,).
        score: What the score is: "logit", "log-probability" or "output".
        outputs: The model's output, shape (n, units).
        layer: The layer that was looked at, "" for none.
        coarse: Of Grad-CAM the maps in the layer's own size.
        attributions: Of the methods by gradients one signed value per input value, shape of the
            input: the gradient, or what `integrated_gradients` attributes.
        baseline_scores: Of integrated gradients the score of the baseline, shape (n,).
        notes: What a reader should know, as sentences.
    """

    method: Method
    maps: NDArray[np.float32]
    class_index: NDArray[np.int64]
    scores: NDArray[Any]
    score: ScoreKind
    outputs: NDArray[Any]
    layer: str = ""
    coarse: NDArray[Any] | None = None
    attributions: NDArray[Any] | None = None
    baseline_scores: NDArray[Any] | None = None
    notes: tuple[str, ...] = ()

    @property
    def signed(self) -> bool:
        """Whether a map also has values that speak against the class."""
        return self.method in ("integrated_gradients", "occlusion")

    @property
    def blank(self) -> NDArray[np.bool_]:
        """Which maps are 0 everywhere, shape (n,)."""
        return np.asarray(~self.maps.any(axis=tuple(range(1, self.maps.ndim))))

    def normalized(self) -> NDArray[np.float32]:
        """The maps, each divided by its largest absolute value; a map of zeros stays as it is.

        Returns:
            Values from 0 to 1, of signed maps from −1 to 1; shape of `maps`.
        """
        places = tuple(range(1, self.maps.ndim))
        largest = np.abs(self.maps).max(axis=places, keepdims=True, initial=0.0)
        scaled = np.zeros_like(self.maps)
        np.divide(self.maps, largest, out=scaled, where=largest > 0)
        return scaled


def made(
    method: Method,
    explainer: Explainer,
    batch: Batch,
    found: Found,
    maps: NDArray[Any],
    **more: Any,
) -> HeatMaps:
    """The result of a method, with what is not finite left blank.

    Args:
        method: The method.
        explainer: What explained.
        batch: The inputs.
        found: Classes, scores and outputs.
        maps: One map per sample.
        **more: Further attributes of `HeatMaps`.
    """
    notes = [*batch.notes, *more.pop("notes", ())]
    broken = ~np.isfinite(maps).all(axis=tuple(range(1, maps.ndim)))
    if broken.any():
        notes.append(
            f"{int(broken.sum())} of {len(maps)} maps are left blank: the model's numbers there "
            "are NaN or infinite."
        )
        maps = np.where(broken.reshape(-1, *([1] * (maps.ndim - 1))), 0, maps)
    kind = more.pop("score", None) or explainer.score_kind(batch)
    if kind == "log-probability":
        notes.append(
            "The value before the softmax cannot be had, so the logarithm of the probability is "
            "explained: other classes' scores count against this one."
        )
    if explainer.target.classes == 1 and explainer.target.ending == "softmax":
        notes.append("There is one class only: its probability is always 1.")
    return HeatMaps(
        method,
        maps.astype(np.float32),
        found.classes,
        found.scores,
        kind,
        found.outputs,
        notes=tuple(notes),
        **more,
    )


def over_channels(values: NDArray[Any], how: Literal["sum", "largest"]) -> NDArray[Any]:
    """One value per place, out of one per channel; of a plain vector the values as they are."""
    if values.ndim < 3:
        return np.abs(values) if how == "largest" else values
    return np.asarray(values.sum(-1) if how == "sum" else np.abs(values).max(-1))


def asked(
    model: Any, x: Any, class_index: Any, input_index: int | None, output_index: int
) -> tuple[Explainer, Batch]:
    """What explains a model, and the checked inputs; the arguments are those of `grad_cam`."""
    explainer = explainer_of(model, input_index=input_index, output_index=output_index)
    return explainer, explainer.batch(x, class_index)


def found_by(explainer: Explainer, batch: Batch, method: str, layer: str = "") -> Found:
    """What a method of `Explainer.run` finds for a whole batch, computed in parts."""
    return joined([explainer.run(method, layer, batch, p) for p in chunks(explainer, batch)])


def decided(explainer: Explainer, batch: Batch, method: str) -> tuple[Found, Batch]:
    """The scores of the inputs as they are, and the batch with the classes that these decide."""
    found = found_by(explainer, batch, method)
    return found, Batch(batch.arrays, found.classes.astype(np.int32), batch.notes)


def replaced(batch: Batch, which: int, of: NDArray[Any], values: NDArray[Any]) -> Batch:
    """Some samples of a batch, with other values for one input."""
    arrays = [a[of] for a in batch.arrays]
    arrays[which] = values.astype(arrays[which].dtype)
    return Batch(arrays, batch.classes[of])


def per_class(explainer: Explainer, outputs: NDArray[Any]) -> NDArray[Any]:
    """Outputs with a column per class: one sigmoid tells two apart."""
    if explainer.target.classes > outputs.shape[-1]:
        return np.concatenate([1 - outputs, outputs], -1)
    return outputs


def joined(parts: list[Found]) -> Found:
    """Batches one after the other."""
    if len(parts) == 1:
        return parts[0]
    columns = zip(*((p.maps, p.classes, p.scores, p.outputs) for p in parts), strict=True)
    return Found(*(np.concatenate(column) for column in columns))


def enlarged(maps: NDArray[Any], sides: tuple[int, ...]) -> NDArray[Any]:
    """Maps in another size, with values between those of their pixels.

    Args:
        maps: Shape (n, height, width) or (n, length).
        sides: The new height and width, or length.
    """
    tf, _ = load()
    if maps.shape[1:] == sides:
        return maps
    flat = maps if maps.ndim == 3 else maps[..., np.newaxis]
    wanted = sides if len(sides) == 2 else (*sides, 1)
    grown = tf.image.resize(flat[..., np.newaxis], wanted).numpy()
    return np.asarray(grown.reshape(len(maps), *sides))


def chunks(explainer: Explainer, batch: Batch) -> Iterator[slice]:
    """Parts of a batch that are computed at once; one empty part of an empty batch."""
    size = explainer.chunk()
    for begin in range(0, max(1, len(batch)), size):
        yield slice(begin, begin + size)


def repeated(
    explainer: Explainer,
    n: int,
    times: int,
    progress: Callable[[float], None] | None,
    stop: Callable[[], bool] | None,
) -> Iterator[NDArray[np.int64]]:
    """Batches of sample numbers, in which each of n samples is there `times` times in all."""
    every = np.repeat(np.arange(n), times)
    size = explainer.chunk()
    for begin in range(0, len(every), size):
        if stop is not None and stop():
            message = f"canceled after {begin} of {len(every)} evaluations"
            raise CanceledError(message)
        yield every[begin : begin + size]
        if progress is not None:
            progress(min(1.0, (begin + size) / len(every)))


def counted(of: NDArray[np.int64], done: NDArray[np.int64]) -> NDArray[np.int64]:
    """How often each sample of a batch was there before; `of` is in ascending order."""
    numbers = np.empty(len(of), np.int64)
    for sample, count in zip(*np.unique(of, return_counts=True), strict=True):
        numbers[of == sample] = done[sample] + np.arange(count)
        done[sample] += count
    return numbers
