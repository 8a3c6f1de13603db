"""Where a network looks: how much each place of the input speaks for a class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.vision._heat import (
    LAYERED,
    METHODS,
    SLOW,
    HeatMaps,
    Method,
    StoppedError,
    chunks,
    counted,
    enlarged,
    joined,
    made,
    over_channels,
    repeated,
)
from dlwidgets.vision.asking import check_layer, class_outputs, heat_layers, input_shape
from dlwidgets.vision.explaining import Batch, Explainer, Found, explainer_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

__all__ = [
    "LAYERED",
    "MAKERS",
    "METHODS",
    "SLOW",
    "HeatMaps",
    "Method",
    "StoppedError",
    "check_layer",
    "class_outputs",
    "grad_cam",
    "grad_cam_plus_plus",
    "heat_layers",
    "input_shape",
    "integrated_gradients",
    "occlusion",
    "saliency",
    "smooth_grad",
]


def grad_cam(
    model: Any,
    x: Any,
    class_index: Any = None,
    layer: str | None = None,
    *,
    input_index: int | None = None,
    output_index: int = 0,
) -> HeatMaps:
    """Which places of a layer's feature maps speak for a class.

    Each channel is weighed by the mean of the gradient of the class's score; what remains above 0
    of the sum over the channels is enlarged to the input's size.

    Args:
        model: A built Keras model: Sequential, functional (with nested models), or subclassed
            where its `call` can be followed.
        x: Samples as the model takes them, shape (n, height, width, channels), or one without the
            batch axis; of a model with several inputs a list or tuple of arrays in their order, or
            a dict by their names.
        class_index: The class to explain, 0 to classes − 1: one for all or one per sample; None for
            the class with the highest score. A model with one sigmoid has the classes 0 and 1.
        layer: The layer's name, "block/layer" in nested models; None for the last convolution.
        input_index: Which of several inputs the map is laid over; None for the first picture.
        output_index: Which of several outputs.

    Returns:
        Maps from 0 upwards. The score is the logit, before a softmax or sigmoid, where the model
        has one; `HeatMaps.score` tells.

    Raises:
        LayerError: No such layer, no output with height and width, or no convolution.
        ValueError: Another shape, NaN, or a class that is not there.
        TypeError: No Keras model, or an array that holds no numbers.

    Source:
        Selvaraju et al., Grad-CAM: Visual Explanations from Deep Networks via Gradient-based
        Localization, 2016, equations 1 and 2.

    Example:
        >>> grad_cam(model, images[:4]).maps.shape  # doctest: +SKIP
        (4, 28, 28)
    """
    explainer, batch = _begin(model, x, class_index, input_index, output_index)
    return _cam("grad_cam", explainer, batch, layer)


def grad_cam_plus_plus(
    model: Any,
    x: Any,
    class_index: Any = None,
    layer: str | None = None,
    *,
    input_index: int | None = None,
    output_index: int = 0,
) -> HeatMaps:
    """As `grad_cam`, weighing each place: finds several things of one class better.

    Args:
        model: As for `grad_cam`.
        x: As for `grad_cam`.
        class_index: As for `grad_cam`.
        layer: As for `grad_cam`.
        input_index: As for `grad_cam`.
        output_index: As for `grad_cam`.

    Returns:
        Maps from 0 upwards, in another unit than those of `grad_cam`: compare them normalized.

    Raises:
        LayerError: As for `grad_cam`.
        ValueError: As for `grad_cam`.
        TypeError: As for `grad_cam`.

    Source:
        Chattopadhyay et al., Grad-CAM++, 2018, equations 5 and 19; the alphas of a channel are
        divided by their sum, as in the authors' code.

    Example:
        >>> grad_cam_plus_plus(model, images[:4]).coarse.shape  # doctest: +SKIP
        (4, 7, 7)
    """
    explainer, batch = _begin(model, x, class_index, input_index, output_index)
    return _cam("grad_cam_plus_plus", explainer, batch, layer)


def saliency(
    model: Any,
    x: Any,
    class_index: Any = None,
    *,
    input_index: int | None = None,
    output_index: int = 0,
) -> HeatMaps:
    """How strongly a class's score reacts to a small change of each pixel.

    Args:
        model: A built Keras model of any kind; one that cannot be followed is taken as a whole.
        x: As for `grad_cam`.
        class_index: As for `grad_cam`.
        input_index: As for `grad_cam`.
        output_index: As for `grad_cam`.

    Returns:
        The largest absolute gradient of a pixel's channels; `attributions` is the gradient.

    Raises:
        ValueError: As for `grad_cam`.
        TypeError: As for `grad_cam`.

    Source:
        Simonyan et al., Deep Inside Convolutional Networks, 2013, section 3.

    Example:
        >>> saliency(model, images[:4]).attributions.shape  # doctest: +SKIP
        (4, 28, 28, 1)
    """
    explainer, batch = _begin(model, x, class_index, input_index, output_index)
    parts = [explainer.run("gradient", "", batch, part) for part in chunks(explainer, batch)]
    found = joined(parts)
    maps = over_channels(found.maps, "largest")
    return made("saliency", explainer, batch, found, maps, attributions=found.maps)


def smooth_grad(
    model: Any,
    x: Any,
    class_index: Any = None,
    *,
    samples: int = 25,
    noise: float = 0.15,
    seed: int = 0,
    input_index: int | None = None,
    output_index: int = 0,
    progress: Callable[[float], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> HeatMaps:
    """Saliency, averaged over noisy copies of the input: what one pixel's chance adds averages out.

    Args:
        model: As for `saliency`.
        x: As for `grad_cam`.
        class_index: As for `grad_cam`; None takes the class of the input without noise.
        samples: Noisy copies of each input, at least 1.
        noise: Standard deviation of the noise as a part of the range of the input's values, 0 or
            more.
        seed: Of the noise: the same seed gives the same map.
        input_index: As for `grad_cam`; the noise is added to this input.
        output_index: As for `grad_cam`.
        progress: Called with the part that is done, 0 to 1.
        stop: Asked between batches; True ends the work.

    Returns:
        The mean of the absolute gradients, the largest of a pixel's channels; `attributions` is the
        mean of the gradients themselves.

    Raises:
        StoppedError: `stop` has said so.
        ValueError: As for `grad_cam`, or samples or noise out of range.
        TypeError: As for `grad_cam`.

    Source:
        Smilkov et al., SmoothGrad: removing noise by adding noise, 2017, section 2.

    Example:
        >>> smooth_grad(model, images[:4], samples=10).maps.shape  # doctest: +SKIP
        (4, 28, 28)
    """
    if samples < 1 or not 0 <= noise < np.inf:
        message = f"samples must be 1 or more, noise 0 or more. Received: {samples}, {noise}"
        raise ValueError(message)
    explainer, batch = _begin(model, x, class_index, input_index, output_index)
    plain, batch = _decided(explainer, batch)
    which = explainer.target.input
    clean = batch.arrays[which]
    axes = tuple(range(1, clean.ndim))
    deviation = noise * (clean.max(axes, keepdims=True) - clean.min(axes, keepdims=True))
    generator = np.random.default_rng(seed)
    total, size = np.zeros(clean.shape), np.zeros(clean.shape)
    for of in repeated(explainer, len(batch), samples, progress, stop):
        shaken = generator.standard_normal((len(of), *clean.shape[1:])) * deviation[of] + clean[of]
        gradient = explainer.run("gradient", "", _replaced(batch, which, of, shaken)).maps
        np.add.at(total, of, gradient)
        np.add.at(size, of, np.abs(gradient))
    maps = over_channels(size / samples, "largest")
    return made("smooth_grad", explainer, batch, plain, maps, attributions=total / samples)


def integrated_gradients(
    model: Any,
    x: Any,
    class_index: Any = None,
    *,
    baseline: Any = 0.0,
    steps: int = 32,
    input_index: int | None = None,
    output_index: int = 0,
    progress: Callable[[float], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> HeatMaps:
    """How much each pixel adds to a class's score on the way from a baseline to the input.

    The attributions of an input add up to its score minus the score of the baseline.

    Args:
        model: As for `saliency`.
        x: As for `grad_cam`.
        class_index: As for `grad_cam`.
        baseline: What stands for "nothing there": a number, or an array of one sample's shape.
        steps: Places on the way at which the gradient is taken (Gauss-Legendre), 1 to 1000.
        input_index: As for `grad_cam`; the other inputs stay as they are.
        output_index: As for `grad_cam`.
        progress: Called with the part that is done, 0 to 1.
        stop: Asked between batches; True ends the work.

    Returns:
        Signed maps, the sum over a pixel's channels; `attributions` has one value per input value.
        A note tells where they miss the sum by more than 5 %.

    Raises:
        StoppedError: `stop` has said so.
        ValueError: As for `grad_cam`, or a baseline of another shape, or steps out of range.
        TypeError: As for `grad_cam`.

    Source:
        Sundararajan et al., Axiomatic Attribution for Deep Networks, 2017, equation 1 and
        proposition 1.

    Example:
        >>> found = integrated_gradients(model, images[:4])  # doctest: +SKIP
        >>> found.maps.sum((1, 2)) - (found.scores - found.baseline_scores)  # doctest: +SKIP
        array([ 0.0001, -0.0002,  0.    ,  0.0001])
    """
    if not 1 <= steps <= 1000:
        message = f"steps must be 1 to 1000. Received: {steps}"
        raise ValueError(message)
    explainer, batch = _begin(model, x, class_index, input_index, output_index)
    plain, batch = _decided(explainer, batch)
    which = explainer.target.input
    end = batch.arrays[which]
    start = _baseline(baseline, end)
    places, weights = np.polynomial.legendre.leggauss(steps)
    places, weights = (places + 1) / 2, weights / 2
    mean = np.zeros(end.shape)
    done = np.zeros(len(batch), np.int64)
    for of in repeated(explainer, len(batch), steps, progress, stop):
        step = counted(of, done)
        along = places[step].reshape(-1, *([1] * (end.ndim - 1)))
        points = start[of] + along * (end[of] - start[of])
        gradient = explainer.run("gradient", "", _replaced(batch, which, of, points)).maps
        np.add.at(mean, of, gradient * weights[step].reshape(along.shape))
    attributions = (end - start) * mean
    zero = _replaced(batch, which, np.arange(len(batch)), start)
    base = joined([explainer.run("gradient", "", zero, p) for p in chunks(explainer, batch)])
    change = plain.scores - base.scores
    missed = np.abs(attributions.reshape(len(batch), -1).sum(-1) - change)
    notes: tuple[str, ...] = ()
    if (missed > 0.05 * np.abs(change) + 1e-3).any():
        much = f"{missed.max():.2g}: more steps are more exact."
        notes = (
            f"With {steps} steps the attributions miss the change of the score by up to {much}",
        )
    return made(
        "integrated_gradients", explainer, batch, plain, over_channels(attributions, "sum"),
        attributions=attributions, baseline_scores=base.scores, notes=notes,
    )  # fmt: skip


def occlusion(
    model: Any,
    x: Any,
    class_index: Any = None,
    *,
    patch: int | None = None,
    stride: int | None = None,
    fill: float = 0.0,
    input_index: int | None = None,
    output_index: int = 0,
    progress: Callable[[float], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> HeatMaps:
    """How much a class's output falls when a patch of the input is covered.

    Args:
        model: As for `saliency`; it needs no gradient.
        x: As for `grad_cam`.
        class_index: As for `grad_cam`.
        patch: Side of the patch in pixels; None for a quarter of the shorter side.
        stride: Pixels between two patches; None for half a patch.
        fill: What the patch is filled with.
        input_index: As for `grad_cam`.
        output_index: As for `grad_cam`.
        progress: Called with the part that is done, 0 to 1.
        stop: Asked between batches; True ends the work.

    Returns:
        Signed maps: for each pixel the mean, over the patches that cover it, of the class's output
        (its probability) minus that of the input with the patch. Negative where covering helps.

    Raises:
        StoppedError: `stop` has said so.
        ValueError: As for `grad_cam`; an input that is no picture or series; patch or stride out of
            range.
        TypeError: As for `grad_cam`.

    Source:
        Zeiler and Fergus, Visualizing and Understanding Convolutional Networks, 2013, section 4.2.

    Example:
        >>> occlusion(model, images[:1], patch=4, stride=2).maps.shape  # doctest: +SKIP
        (1, 28, 28)
    """
    explainer, batch = _begin(model, x, class_index, input_index, output_index)
    which = explainer.target.input
    clean = batch.arrays[which]
    sides = clean.shape[1:-1]
    if len(sides) not in (1, 2):
        message = f"occlusion needs a picture or a series. Received: samples of {clean.shape[1:]}"
        raise ValueError(message)
    size = max(1, min(sides) // 4) if patch is None else patch
    step = max(1, size // 2) if stride is None else stride
    if not 1 <= size <= min(sides) or not 1 <= step <= size:
        message = (
            f"patch must be 1 to {min(sides)} and stride 1 to patch, so that no pixel is left out. "
            f"Received: patch {size}, stride {step}"
        )
        raise ValueError(message)
    plain, batch = _decided(explainer, batch, "outputs")
    before = _of_class(plain, explainer, plain.classes)
    boxes = list(_boxes(sides, size, step))
    total, times = np.zeros(clean.shape[:-1]), np.zeros(sides)
    for box in boxes:
        times[box] += 1
    done = np.zeros(len(batch), np.int64)
    for of in repeated(explainer, len(batch), len(boxes), progress, stop):
        places = counted(of, done)
        covered = clean[of]
        for sample, place in zip(covered, places, strict=True):
            sample[boxes[place]] = fill
        found = explainer.run("outputs", "", _replaced(batch, which, of, covered))
        fall = before[of] - _of_class(found, explainer, plain.classes[of])
        for which_one, place, much in zip(of, places, fall, strict=True):
            total[(which_one, *boxes[place])] += much
    measured = Found(total, plain.classes, before, plain.outputs)
    # The output is what was measured here, whatever score the other methods explain.
    return made("occlusion", explainer, batch, measured, total / times, score="output")


MAKERS: dict[Method, Callable[..., HeatMaps]] = {
    "grad_cam": grad_cam,
    "grad_cam_plus_plus": grad_cam_plus_plus,
    "saliency": saliency,
    "smooth_grad": smooth_grad,
    "integrated_gradients": integrated_gradients,
    "occlusion": occlusion,
}
"""The function of each method."""


def _begin(
    model: Any,
    x: Any,
    class_index: Any,
    input_index: int | None,
    output_index: int,
) -> tuple[Explainer, Batch]:
    explainer = explainer_of(model, input_index=input_index, output_index=output_index)
    return explainer, explainer.batch(x, class_index)


def _cam(method: Method, explainer: Explainer, batch: Batch, layer: str | None) -> HeatMaps:
    name = explainer.layer(layer)
    parts = [explainer.run(method, name, batch, part) for part in chunks(explainer, batch)]
    found = joined(parts)
    sides = batch.arrays[explainer.target.input].shape[1:-1]
    maps = enlarged(found.maps, sides)
    return made(method, explainer, batch, found, maps, layer=name, coarse=found.maps)


def _decided(explainer: Explainer, batch: Batch, method: str = "gradient") -> tuple[Found, Batch]:
    """The scores of the inputs as they are, and the batch with the classes that these decide."""
    found = joined([explainer.run(method, "", batch, p) for p in chunks(explainer, batch)])
    return found, Batch(batch.arrays, found.classes.astype(np.int32), batch.notes)


def _replaced(batch: Batch, which: int, of: NDArray[Any], values: NDArray[Any]) -> Batch:
    arrays = [a[of] for a in batch.arrays]
    arrays[which] = values.astype(arrays[which].dtype)
    return Batch(arrays, batch.classes[of])


def _baseline(baseline: Any, like: NDArray[Any]) -> NDArray[Any]:
    given = np.asarray(baseline, np.float64)
    if given.ndim and given.shape != like.shape[1:] and given.shape != like.shape:
        message = (
            f"the baseline must be a number or have the shape {like.shape[1:]}. "
            f"Received: shape {given.shape}"
        )
        raise ValueError(message)
    if not np.isfinite(given).all():
        message = "the baseline must be finite. Received: NaN or infinity"
        raise ValueError(message)
    return np.broadcast_to(given, like.shape)


def _boxes(sides: tuple[int, ...], size: int, step: int) -> Iterator[tuple[slice, ...]]:
    starts = [sorted({*range(0, side - size + 1, step), side - size}) for side in sides]
    for corner in np.stack(np.meshgrid(*starts, indexing="ij"), -1).reshape(-1, len(sides)):
        yield tuple(slice(int(c), int(c) + size) for c in corner)


def _of_class(found: Found, explainer: Explainer, classes: NDArray[Any]) -> NDArray[Any]:
    """The output of the classes, shape (n,)."""
    outputs = found.outputs
    if explainer.target.classes > outputs.shape[-1]:  # one sigmoid
        outputs = np.concatenate([1 - outputs, outputs], -1)
    return np.take_along_axis(outputs, classes[:, np.newaxis], -1)[:, 0]
