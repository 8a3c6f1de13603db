"""Heat maps as they are returned, and what the functions that compute them share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from dlwidgets._canceled import CanceledError
from dlwidgets._messages import tr, trn
from dlwidgets._tensorflow import load
from dlwidgets.data.samples import is_stream, take
from dlwidgets.inspect.model_outputs import choose_output
from dlwidgets.vision.explainer import Explainer, explainer_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel, Nested
    from dlwidgets.vision._samples import Batch
    from dlwidgets.vision._score_target import ScoreKind
    from dlwidgets.vision.explainer import Explanation

_MAX_STREAMED = 64  # samples of a data set; each takes an evaluation with a gradient, or many


@dataclass(frozen=True, eq=False)
class HeatMaps:
    """Heat maps of a batch.

    Attributes:
        method: How they were computed, a name in `METHODS`.
        maps: One value per place of the input, in the units of the method; shape
            (n, height, width), for a series or a text (n, length), for a volume or film
            (n, depth or frames, height, width).
        class_index: The class that each explains, shape (n,).
        scores: The score of that class, shape (n,).
        score: What the score is: "logit", "log-probability" or "output".
        outputs: The model's output, shape (n, units).
        signed: Whether a map also has negative values, which are evidence against the class.
        layer: The layer whose feature maps were used, "" for none.
        coarse: For Grad-CAM the maps in the layer's own size.
        attributions: For the methods by gradients one signed value per input value, shape of the
            input: the gradient, or what `integrated_gradients` attributes.
        baseline_scores: For integrated gradients the score of the baseline, shape (n,).
        spacing: Pixels between two places where the map was measured, along each of its sides: for
            occlusion the strides. Empty if it was measured everywhere.
        notes: What you should know about these maps, as sentences.
    """

    method: str
    maps: NDArray[np.float32]
    class_index: NDArray[np.int64]
    scores: NDArray[Any]
    score: ScoreKind
    outputs: NDArray[Any]
    signed: bool = False
    layer: str = ""
    coarse: NDArray[Any] | None = None
    attributions: NDArray[Any] | None = None
    baseline_scores: NDArray[Any] | None = None
    spacing: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def blank(self) -> NDArray[np.bool_]:
        """Which maps are 0 everywhere, shape (n,)."""
        return np.asarray(~self.maps.any(axis=tuple(range(1, self.maps.ndim))))

    def normalized(self) -> NDArray[np.float32]:
        """Return the maps as they are drawn, with values that all maps have in common.

        Each map is divided by its largest absolute value. A large one with a gradient for each
        pixel is divided by the 99th percentile instead, and what is larger is cut off: a few of
        thousands of pixels are several times as strong as the rest, which would be invisible beside
        them. One that was measured at some places is interpolated between them.

        Returns:
            Values from 0 to 1, for signed maps from −1 to 1; shape of `maps`. Zeros stay zeros.
        """
        maps = self._between() if self.spacing else self.maps
        places = tuple(range(1, maps.ndim))
        strength = np.abs(maps)
        largest = strength.max(axis=places, keepdims=True, initial=0.0)
        if self.attributions is not None and maps.size >= _MANY * len(maps) > 0:
            usual = np.percentile(strength, _USUAL, axis=places, keepdims=True)
            largest = np.where(usual > 0, usual, largest)
        scaled = np.zeros_like(maps)
        np.divide(maps, largest, out=scaled, where=largest > 0)
        return np.clip(scaled, -1, 1)

    def _between(self) -> NDArray[np.float32]:
        """The maps, linear between the places where they were measured."""
        from scipy.ndimage import uniform_filter

        # They are constant from place to place, and the mean of steps over one step is a line.
        smooth: NDArray[np.float32] = uniform_filter(self.maps, (1, *self.spacing), mode="nearest")
        return smooth


_MANY = 1000  # pixels of a large map
_USUAL = 99  # percent of a map's pixels that are at most as strong as what is drawn strongest


def prepared(
    model: KerasModel | Explainer,
    x: Nested,
    class_index: Any,
    input_index: int | None,
    output: str | int | None,
) -> tuple[Explainer, Batch]:
    """Return the explainer of a model, and checked samples; arguments as for `grad_cam`."""
    if isinstance(model, Explainer):
        explainer = model
    else:
        chosen = choose_output(model, output)
        ending = chosen.ending()
        if ending.kind == "regression" and not chosen.loss and _asks_for_class_1(class_index):
            ending = chosen.ending(classes=2)  # who asks for class 1 has a classifier
        explainer = explainer_of(model, input_index=input_index, output=chosen.index, ending=ending)
    if not is_stream(x):
        return explainer, explainer.batch(x, class_index)
    taken = take(x, limit=_MAX_STREAMED, model=None if explainer is model else model)
    batch = explainer.batch(taken.x, class_index)
    return explainer, replace(batch, notes=tuple(filter(None, (taken.note, *batch.notes))))


def _asks_for_class_1(class_index: Any) -> bool:
    return class_index is not None and bool(np.any(np.equal(class_index, 1)))


def heat_maps(
    method: str,
    explainer: Explainer,
    batch: Batch,
    found: Explanation,
    maps: NDArray[Any],
    *,
    score: ScoreKind | None = None,
    notes: tuple[str, ...] = (),
    **more: Any,
) -> HeatMaps:
    """Return the result of a method; maps that aren't finite are left blank.

    Args:
        method: The method's name.
        explainer: What explained.
        batch: The samples.
        found: Classes, scores and outputs.
        maps: One map per sample.
        score: What the score is; `None` for what the explainer says.
        notes: What you should know about these maps, as sentences.
        **more: Further attributes of `HeatMaps`.
    """
    said = [*batch.notes, *notes]
    broken = ~np.isfinite(maps).all(axis=tuple(range(1, maps.ndim)))
    if broken.any():
        said.append(
            trn(
                "{n} of {total} maps is blank, because the model's numbers there are NaN or "
                "infinite.",
                "{n} of {total} maps are blank, because the model's numbers there are NaN or "
                "infinite.",
                int(broken.sum()),
                total=len(maps),
            )
        )
        maps = np.where(broken.reshape(-1, *([1] * (maps.ndim - 1))), 0, maps)
    kind = score or explainer.score_kind(batch)
    if kind == "log-probability":
        said.append(
            tr(
                "The value before the softmax isn't available, so the logarithm of the probability "
                "is explained. It also depends on the other classes' scores."
            )
        )
    if explainer.target.classes == 1 and explainer.target.activation == "softmax":
        said.append(tr("There is only one class, so its probability is always 1."))
    return HeatMaps(
        method,
        maps.astype(np.float32),
        found.classes,
        found.scores,
        kind,
        found.outputs,
        notes=tuple(said),
        **more,
    )


def over_channels(values: NDArray[Any], how: Literal["sum", "largest"]) -> NDArray[Any]:
    """Return one value per place, out of one per channel; of a table the values as they are."""
    if values.ndim < 3:
        return np.abs(values) if how == "largest" else values
    return np.asarray(values.sum(-1) if how == "sum" else np.abs(values).max(-1))


def enlarged(maps: NDArray[Any], sides: tuple[int, ...]) -> NDArray[Any]:
    """Return maps in another size, interpolated.

    Args:
        maps: Shape (n, height, width), (n, length) or (n, depth, height, width).
        sides: The new sides of a map.
    """
    tf, _ = load()
    if maps.shape[1:] == sides:
        return maps
    if len(sides) == 3:  # its planes first, then along the depth
        n, depth = maps.shape[:2]
        planes = enlarged(maps.reshape(n * depth, *maps.shape[2:]), sides[1:])
        flat = enlarged(planes.reshape(n, depth, -1), (sides[0], sides[1] * sides[2]))
        return flat.reshape(n, *sides)
    flat = maps if maps.ndim == 3 else maps[..., np.newaxis]
    wanted = sides if len(sides) == 2 else (*sides, 1)
    grown = tf.image.resize(flat[..., np.newaxis], wanted).numpy()
    return np.asarray(grown.reshape(len(maps), *sides))


def repeated(
    explainer: Explainer,
    n: int,
    times: int,
    progress: Callable[[float], None] | None,
    canceled: Callable[[], bool] | None,
) -> Iterator[NDArray[np.int64]]:
    """Yield batches of sample numbers, in which each of n samples appears `times` times in all.

    Args:
        explainer: Says how many samples are computed at once.
        n: Number of samples.
        times: How often each appears.
        progress: Called with the part that is done, from 0 to 1.
        canceled: Called before each batch.

    Raises:
        CanceledError: `canceled` returned `True`.
    """
    every = np.repeat(np.arange(n), times)
    size = explainer.chunk
    for begin in range(0, len(every), size):
        if canceled is not None and canceled():
            message = tr(
                "Canceled after {done} of {total} evaluations.", done=begin, total=len(every)
            )
            raise CanceledError(message)
        yield every[begin : begin + size]
        if progress is not None:
            progress(min(1.0, (begin + size) / len(every)))


def counted(of: NDArray[np.int64], done: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how often each sample of a batch appeared before, and add the batch to the counts.

    Args:
        of: Sample numbers of the batch, ascending.
        done: How often each sample appeared so far; changed.
    """
    numbers = np.empty(len(of), np.int64)
    for sample, count in zip(*np.unique(of, return_counts=True), strict=True):
        numbers[of == sample] = done[sample] + np.arange(count)
        done[sample] += count
    return numbers
