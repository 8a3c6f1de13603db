"""Heat maps that evaluate a model many times for one sample."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr
from dlwidgets.vision._heatmap_parts import (
    HeatMaps,
    counted,
    heat_maps,
    over_channels,
    prepared,
    repeated,
)
from dlwidgets.vision.explainer import Explainer, Explanation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel, Nested


def smooth_grad(
    model: KerasModel | Explainer,
    x: Nested,
    class_index: Any = None,
    *,
    samples: int = 25,
    noise: float = 0.15,
    seed: int = 0,
    input_index: int | None = None,
    output: str | int | None = None,
    progress: Callable[[float], None] | None = None,
    canceled: Callable[[], bool] | None = None,
) -> HeatMaps:
    """Return saliency maps, averaged over noisy copies of each sample, so that they are less noisy.

    Args:
        model: As for `saliency`.
        x: As for `grad_cam`.
        class_index: As for `grad_cam`; `None` for the class of the sample without noise.
        samples: Number of noisy copies of each sample, at least 1.
        noise: Standard deviation of the noise, as a fraction of the range of the sample's values;
            at least 0.
        seed: The seed of the noise: the same seed gives the same map.
        input_index: As for `grad_cam`; the noise is added to this input.
        output: As for `grad_cam`.
        progress: Called with the part that is done, from 0 to 1.
        canceled: Called between batches; `True` cancels.

    Returns:
        The mean of the absolute gradients, the largest of a pixel's channels; `attributions` is the
        mean of the gradients themselves.

    Raises:
        CanceledError: `canceled` returned `True`.
        LayerError: As for `saliency`.
        ValueError: As for `grad_cam`, or samples or noise out of range.
        TypeError: As for `grad_cam`.

    Source:
        Smilkov et al., SmoothGrad: removing noise by adding noise, 2017, section 2.

    Example:
        >>> model = dl.models.small_cnn((28, 28, 1), 10)
        >>> images = np.random.default_rng(0).random((4, 28, 28, 1), "float32")
        >>> dl.vision.smooth_grad(model, images, samples=10).maps.shape
        (4, 28, 28)
    """
    if samples < 1 or not 0 <= noise < np.inf:
        message = tr(
            "Expected `samples` of at least 1 and `noise` of at least 0. Received: {samples} and "
            "{noise}",
            samples=samples,
            noise=repr(noise),
        )
        raise ValueError(message)
    explainer, batch = prepared(model, x, class_index, input_index, output)
    plain = explainer.gradients(batch)
    batch = batch.with_classes(plain.classes)
    which = explainer.target.input
    clean = batch.arrays[which]
    axes = tuple(range(1, clean.ndim))
    deviation = noise * (clean.max(axes, keepdims=True) - clean.min(axes, keepdims=True))
    generator = np.random.default_rng(seed)
    total, size = np.zeros(clean.shape), np.zeros(clean.shape)
    for of in repeated(explainer, len(batch), samples, progress, canceled):
        shaken = generator.standard_normal((len(of), *clean.shape[1:])) * deviation[of] + clean[of]
        gradient = explainer.gradients(batch.replaced(which, of, shaken)).maps
        np.add.at(total, of, gradient)
        np.add.at(size, of, np.abs(gradient))
    maps = over_channels(size / samples, "largest")
    return heat_maps("smooth_grad", explainer, batch, plain, maps, attributions=total / samples)


def integrated_gradients(
    model: KerasModel | Explainer,
    x: Nested,
    class_index: Any = None,
    *,
    baseline: Any = None,
    steps: int = 32,
    input_index: int | None = None,
    output: str | int | None = None,
    progress: Callable[[float], None] | None = None,
    canceled: Callable[[], bool] | None = None,
) -> HeatMaps:
    """Return how much each pixel adds to a class's score on the way from a baseline to the sample.

    The attributions of a sample add up to its score minus the score of the baseline.

    Args:
        model: As for `saliency`.
        x: As for `grad_cam`.
        class_index: As for `grad_cam`.
        baseline: What stands for "nothing there": a number, or an array of one sample's shape.
            `None` for the median of each channel in images and series, which is the same color
            however pixels are scaled, and for 0 in tables.
        steps: Number of places on the way where the gradient is taken (Gauss-Legendre quadrature),
            from 1 to 1000.
        input_index: As for `grad_cam`; the other inputs stay as they are.
        output: As for `grad_cam`.
        progress: Called with the part that is done, from 0 to 1.
        canceled: Called between batches; `True` cancels.

    Returns:
        Signed maps, the sum over a pixel's channels; `attributions` has one value per input value.
        A note says if they miss the sum by more than 5%.

    Raises:
        CanceledError: `canceled` returned `True`.
        LayerError: As for `saliency`.
        ValueError: As for `grad_cam`, or a baseline of another shape, or steps out of range.
        TypeError: As for `grad_cam`.

    Source:
        Sundararajan et al., Axiomatic Attribution for Deep Networks, 2017, equation 1 and
        proposition 1.

    Example:
        >>> model = dl.models.small_cnn((28, 28, 1), 10)
        >>> images = np.random.default_rng(0).random((4, 28, 28, 1), "float32")
        >>> found = dl.vision.integrated_gradients(model, images)
        >>> explained = found.maps.sum((1, 2))
        >>> np.allclose(explained, found.scores - found.baseline_scores, atol=0.01)
        True
    """
    if not 1 <= steps <= 1000:
        message = tr("Expected `steps` from 1 to 1,000. Received: {steps}", steps=steps)
        raise ValueError(message)
    explainer, batch = prepared(model, x, class_index, input_index, output)
    plain = explainer.gradients(batch)
    batch = batch.with_classes(plain.classes)
    which = explainer.target.input
    end = batch.arrays[which]
    start = np.broadcast_to(_neutral(explainer, end), end.shape)
    if baseline is not None:
        start = _baseline(baseline, end)
    places, weights = np.polynomial.legendre.leggauss(steps)
    places, weights = (places + 1) / 2, weights / 2
    mean = np.zeros(end.shape)
    done = np.zeros(len(batch), np.int64)
    for of in repeated(explainer, len(batch), steps, progress, canceled):
        step = counted(of, done)
        along = places[step].reshape(-1, *([1] * (end.ndim - 1)))
        points = start[of] + along * (end[of] - start[of])
        gradient = explainer.gradients(batch.replaced(which, of, points)).maps
        np.add.at(mean, of, gradient * weights[step].reshape(along.shape))
    attributions = (end - start) * mean
    base = explainer.gradients(batch.replaced(which, np.arange(len(batch)), start))
    change = plain.scores - base.scores
    missed = np.abs(attributions.reshape(len(batch), -1).sum(-1) - change)
    notes: tuple[str, ...] = ()
    if (missed > 0.05 * np.abs(change) + 1e-3).any():
        notes = (
            tr(
                "With {steps} steps the attributions miss the change of the score by up to "
                "{missed}. More steps are more accurate.",
                steps=steps,
                missed=f"{missed.max():.2g}",
            ),
        )
    return heat_maps(
        "integrated_gradients",
        explainer,
        batch,
        plain,
        over_channels(attributions, "sum"),
        signed=True,
        attributions=attributions,
        baseline_scores=base.scores,
        notes=notes,
    )


def occlusion(
    model: KerasModel | Explainer,
    x: Nested,
    class_index: Any = None,
    *,
    patch: int | None = None,
    stride: int | None = None,
    fill: float | None = None,
    input_index: int | None = None,
    output: str | int | None = None,
    progress: Callable[[float], None] | None = None,
    canceled: Callable[[], bool] | None = None,
) -> HeatMaps:
    """Return how much a class's output falls when a patch of the sample is covered.

    Args:
        model: As for `saliency`; it needs no gradient.
        x: As for `grad_cam`.
        class_index: As for `grad_cam`.
        patch: Side of the patch in pixels; `None` for a quarter of the shorter side, for a
            volume or film of each side. For a text the number of words; `None` for one.
        stride: Pixels between two patches; `None` for half a patch.
        fill: What the patch is filled with; for a text a word number, 0 for no word. `None` for the
            median of each channel, which is the same color however pixels are scaled, and for 0 in
            texts.
        input_index: As for `grad_cam`.
        output: As for `grad_cam`.
        progress: Called with the part that is done, from 0 to 1.
        canceled: Called between batches; `True` cancels.

    Returns:
        Signed maps: for each pixel the mean, over the patches that cover it, of the class's output
        (its probability) minus that of the input with the patch. Negative where covering helps.

    Raises:
        CanceledError: `canceled` returned `True`.
        ValueError: As for `grad_cam`; an input that isn't an image, series or text; patch or stride
            out of range.
        TypeError: As for `grad_cam`.

    Source:
        Zeiler and Fergus, Visualizing and Understanding Convolutional Networks, 2013, section 4.2.

    Example:
        >>> model = dl.models.small_cnn((28, 28, 1), 10)
        >>> images = np.random.default_rng(0).random((4, 28, 28, 1), "float32")
        >>> dl.vision.occlusion(model, images[:1], patch=4, stride=2).maps.shape
        (1, 28, 28)
    """
    explainer, batch = prepared(model, x, class_index, input_index, output)
    which = explainer.target.input
    clean = batch.arrays[which]
    sides = explainer.sides(clean)
    if len(sides) not in (1, 2, 3):
        message = tr(
            "Occlusion needs images, volumes, series, or the word numbers of texts. Received: "
            "samples of shape {shape}",
            shape=clean.shape[1:],
        )
        raise ValueError(message)
    sizes, steps = _patches(sides, patch, stride, words=explainer.tokens)
    plain = explainer.outputs(batch)
    batch = batch.with_classes(plain.classes)
    before = _of_class(plain, explainer, plain.classes)
    boxes = list(_boxes(sides, sizes, steps))
    total, times = np.zeros((len(clean), *sides)), np.zeros(sides)
    for box in boxes:
        times[box] += 1
    done = np.zeros(len(batch), np.int64)
    fills = np.broadcast_to(_neutral(explainer, clean) if fill is None else fill, clean.shape)
    for of in repeated(explainer, len(batch), len(boxes), progress, canceled):
        places = counted(of, done)
        covered = clean[of]
        for sample, place, patches in zip(covered, places, fills[of], strict=True):
            sample[boxes[place]] = patches[boxes[place]]
        found = explainer.outputs(batch.replaced(which, of, covered))
        fall = before[of] - _of_class(found, explainer, plain.classes[of])
        for which_one, place, much in zip(of, places, fall, strict=True):
            total[(which_one, *boxes[place])] += much
    measured = Explanation(total, plain.classes, before, plain.outputs)
    # The output is what was measured here, whatever score the other methods explain.
    return heat_maps(
        "occlusion",
        explainer,
        batch,
        measured,
        total / times,
        score="output",
        signed=True,
        spacing=tuple(steps),
    )


def _neutral(explainer: Explainer, samples: NDArray[Any]) -> NDArray[Any]:
    """What stands for nothing in each sample, to be broadcast to its shape."""
    if explainer.kind not in {"image", "series", "volume"}:
        return np.zeros((1,) * samples.ndim, samples.dtype)
    axes = tuple(range(1, samples.ndim - 1))
    return np.asarray(np.median(samples, axes, keepdims=True)).astype(samples.dtype)


def _baseline(baseline: Any, like: NDArray[Any]) -> NDArray[Any]:
    given = np.asarray(baseline, np.float64)
    if given.ndim and given.shape != like.shape[1:] and given.shape != like.shape:
        message = tr(
            "Expected a number as `baseline`, or an array of shape {expected}. Received: shape "
            "{shape}",
            expected=like.shape[1:],
            shape=given.shape,
        )
        raise ValueError(message)
    if not np.isfinite(given).all():
        message = tr("Expected a finite `baseline`. Received: NaN or infinity")
        raise ValueError(message)
    return np.broadcast_to(given, like.shape)


def _patches(
    sides: tuple[int, ...], patch: int | None, stride: int | None, *, words: bool
) -> tuple[list[int], list[int]]:
    """The sides of a patch, and how far it is moved along each side of the sample."""
    size = (1 if words else max(1, min(sides) // 4)) if patch is None else patch
    step = max(1, size // 2) if stride is None else stride
    if not 1 <= size <= min(sides) or not 1 <= step <= size:
        message = tr(
            "Expected `patch` from 1 to {side}, and `stride` from 1 to `patch`, to cover every "
            "pixel. Received: patch={patch}, stride={stride}",
            side=min(sides),
            patch=size,
            stride=step,
        )
        raise ValueError(message)
    if patch is not None or len(sides) < 3:
        return [size] * len(sides), [step] * len(sides)
    # A film may have few frames, or a scan few slices, but large ones.
    sizes = [max(1, side // 4) for side in sides]
    return sizes, [max(1, n // 2) if stride is None else stride for n in sizes]


def _boxes(
    sides: tuple[int, ...], sizes: list[int], steps: list[int]
) -> Iterator[tuple[slice, ...]]:
    starts = [
        sorted({*range(0, side - size + 1, step), side - size})
        for side, size, step in zip(sides, sizes, steps, strict=True)
    ]
    for corner in np.stack(np.meshgrid(*starts, indexing="ij"), -1).reshape(-1, len(sides)):
        yield tuple(slice(int(c), int(c) + n) for c, n in zip(corner, sizes, strict=True))


def _of_class(found: Explanation, explainer: Explainer, classes: NDArray[Any]) -> NDArray[Any]:
    """The output for one class per sample, shape (n,)."""
    outputs = explainer.target.per_class(found.outputs)
    return np.take_along_axis(outputs, classes[:, np.newaxis], -1)[:, 0]
