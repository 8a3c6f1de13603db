"""DeepDream: an image changed so that selected layers of a network are more active."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr
from dlwidgets._tensorflow import compiled, load
from dlwidgets.vision.features import Features, Scaling, to_signed, to_uint8
from dlwidgets.vision.images import from_array
from dlwidgets.vision.natural_colors import color_mixing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel

BORDER = 2
"""Positions at each edge of a feature map that do not count: padding makes them special."""

TILE = 512
"""Pixels; larger images are worked on in tiles, which bounds the memory."""

_MIN_GRADIENT = 1e-7  # as in the book: an image that nothing can be done about is left alone


@dataclass(frozen=True, eq=False)
class DreamProgress:
    """A dream after a step.

    Attributes:
        octave: Which size is worked on, from 1.
        octaves: How many sizes there are.
        step: Steps done at this size.
        steps: Steps intended at this size.
        loss: The loss before the step; it grows. In multiples of the original's, or the weighted
            sum of the mean squares.
        taken: Steps done so far at all sizes. 0 at the end means that the image is the original.
        at_limit: Whether the loss has passed `max_loss`, which ended this size without the step.
        done: Whether this is the last; its image has the original's size.
    """

    octave: int
    octaves: int
    step: int
    steps: int
    loss: float
    taken: int
    at_limit: bool
    done: bool
    _signed: NDArray[Any] = field(repr=False)

    @property
    def image(self) -> NDArray[np.uint8]:
        """The image, uint8, shape (height, width, 3)."""
        return to_uint8(self._signed)


def octave_sizes(height: int, width: int, octaves: int, scale: float) -> list[tuple[int, int]]:
    """Return the sizes of a dream, smallest first; the last is that of the image.

    Args:
        height: Of the image.
        width: Of the image.
        octaves: How many sizes, at least 1.
        scale: From one size to the next, above 1.

    Returns:
        Pairs (height, width): the image's divided by powers of `scale`, rounded down.

    Example:
        >>> dl.vision.octave_sizes(350, 490, 3, 1.4)
        [(178, 250), (250, 350), (350, 490)]
    """
    return [(int(height / scale**i), int(width / scale**i)) for i in reversed(range(octaves))]


def deep_dream(
    model: KerasModel | Features,
    image: NDArray[Any],
    layers: Mapping[str, float] | None = None,
    *,
    steps: int = 20,
    step_size: float = 0.01,
    octaves: int = 3,
    octave_scale: float = 1.4,
    max_loss: float | None = 10.0,
    relative: bool = True,
    jitter: int = 0,
    color: float = 0.0,
    detail: float = 0.0,
    seed: int = 0,
    tile: int = TILE,
    scaling: Scaling = "signed",
    stop: Callable[[], bool] | None = None,
) -> Iterator[DreamProgress]:
    """Compute a DeepDream, and yield its state after each step.

    Five things differ from the book's listing. A layer's loss is divided by its value for the
    original, so that weights and limit mean the same for every layer and network: a layer at the
    end of residual blocks begins a hundred times larger than one before it (`relative=False` leaves
    that out). The image is kept within what can be shown; there it runs far beyond, which the loss
    rewards and nobody sees. The border left out is at most what a feature map has: two positions on
    either side of a map of four left nothing, and a loss of 0. The mean is over the positions that
    count, not over all. Shrinking averages pixels; skipping them, as a linear zoom does, leaves
    patterns that the lost detail then brings into the dream.

    Args:
        model: A built Keras model that takes images, or `Features` of one with `layers` among
            its layers, which saves tracing the graph again.
        image: An image, as `images.from_array` takes them.
        layers: The layers to please, and how much each counts; a negative weight avoids what the
            layer looks for. Needed unless `model` is `Features`, whose layers count 1 each then.
        steps: Gradient ascent steps at each size, at least 1.
        step_size: How far a step goes, in an image from −1 to 1; the gradient's mean size is 1.
        octaves: Sizes, at least 1.
        octave_scale: From one size to the next, above 1.
        max_loss: A size ends when the loss passes this; None for no limit. In multiples of the loss
            of the original, or absolute.
        relative: Whether each layer's loss is divided by its value for the original image at the
            same size, and the sum by that of the weights. False is the book's.
        jitter: Pixels by which the image is shifted at random before each step, at least 0: hides
            the grid that strides leave. 0 is the book's.
        color: From 0 to 1. At 0 each channel follows its own gradient, as in the book; at 1 colors
            change as they vary in photographs.
        detail: Pixels; what is larger than about three times this stays as it is, so that no sky
            becomes white. 0 is the book's.
        seed: Of the shifts. The same settings on the same machine give the same image.
        tile: Pixels; an image with a longer side is worked on in tiles, at shifts of its own for
            each step, so that no seam stays.
        scaling: What the network expects of its pixels.
        stop: Asked between tiles; True ends the dream at once.

    Yields:
        The state after each step. Leaving the loop cancels; nothing goes on behind it.

    Raises:
        ValueError: A layer that is not there (`LayerError`, naming the nearest), an image that
            can't be used (`ImageError`) or is too small, or a number out of its range.
        ArithmeticError: The loss became NaN or infinite.

    Source:
        Chollet, Deep Learning with Python, section 8.2; Mordvintsev, Olah and Tyka, Inceptionism,
        2015; tiles as in TensorFlow's DeepDream tutorial.

    Example:
        >>> model = dl.models.small_cnn((32, 32, 3), 10)
        >>> photo = np.random.default_rng(0).integers(0, 256, (32, 32, 3), "uint8")
        >>> for now in dl.vision.deep_dream(model, photo, {model.layers[2].name: 1.0}, steps=1):
        ...     print(now.octave, now.step)
        1 1
        2 1
        3 1
    """
    for valid, message in (
        (steps >= 1, tr("Expected `steps` of at least 1. Received: {value}", value=repr(steps))),
        (
            0 < step_size < math.inf,
            tr("Expected `step_size` above 0. Received: {value}", value=repr(step_size)),
        ),
        (
            octaves >= 1,
            tr("Expected `octaves` of at least 1. Received: {value}", value=repr(octaves)),
        ),
        (
            1 < octave_scale < math.inf,
            tr("Expected `octave_scale` above 1. Received: {value}", value=repr(octave_scale)),
        ),
        (
            max_loss is None or not math.isnan(max_loss),
            tr("Expected `max_loss` to be a number. Received: {value}", value=repr(max_loss)),
        ),
        (
            0 <= color <= 1,
            tr("Expected `color` from 0 to 1. Received: {value}", value=repr(color)),
        ),
        (
            0 <= detail < math.inf,
            tr("Expected `detail` of at least 0. Received: {value}", value=repr(detail)),
        ),
        (jitter >= 0, tr("Expected `jitter` of at least 0. Received: {value}", value=repr(jitter))),
        (tile >= 64, tr("Expected `tile` of at least 64. Received: {value}", value=repr(tile))),
    ):
        if not valid:
            raise ValueError(message)
    pixels = from_array(image, longest=max(np.shape(image)[:2], default=1)).pixels
    features, weights = _prepare(model, layers, scaling)
    sizes = octave_sizes(pixels.shape[0], pixels.shape[1], octaves, octave_scale)
    which = (
        tr("The smallest of {octaves} octaves", octaves=octaves) if octaves > 1 else tr("The image")
    )
    features.require_size(max(1, sizes[0][0]), max(1, sizes[0][1]), which)
    ascent = _Ascent(
        features, weights, jitter=jitter, tile=tile, seed=seed, stop=stop or (lambda: False)
    )
    limit = math.inf if max_loss is None else max_loss
    plan = _Plan(sizes, steps, step_size, limit, relative, color, detail)
    # Arguments are checked here, at the call, not when the first step is asked for.
    return _dream(ascent, to_signed(pixels, features.dtype), plan)


@dataclass(frozen=True)
class _Plan:
    sizes: list[tuple[int, int]]
    steps: int
    step_size: float
    max_loss: float
    relative: bool
    color: float
    detail: float

    def direction(self, gradient: NDArray[Any]) -> NDArray[Any]:
        """Return where a step goes, with a mean size of 1."""
        if not self.color and not self.detail:
            return gradient
        from scipy.ndimage import gaussian_filter

        mixed: NDArray[Any] = gradient @ color_mixing(gradient.shape[2], self.color).astype(
            gradient.dtype
        )
        if self.detail:
            mixed -= gaussian_filter(mixed, (self.detail, self.detail, 0))
        size = max(float(np.abs(mixed).mean()), _MIN_GRADIENT)
        balanced: NDArray[Any] = mixed / np.asarray(size, mixed.dtype)
        return balanced


def _dream(ascent: _Ascent, original: NDArray[Any], plan: _Plan) -> Iterator[DreamProgress]:
    x, smaller, taken = original, None, 0
    for octave, size in enumerate(plan.sizes, 1):
        at_size = resized(original, size)
        if smaller is None:
            x = at_size
        else:
            # What the smaller size could not hold is put back, as much as was lost of it.
            lost = at_size - resized(smaller, size)
            x = resized(x, size) + lost
        smaller = at_size
        if plan.relative:
            ascent.measure_from(at_size)
        last = octave == len(plan.sizes)
        for step in range(1, plan.steps + 1):
            found = ascent.gradient(x)
            if found is None:
                return
            loss, gradient = found
            if not math.isfinite(loss):
                message = tr(
                    "The loss became {loss} at step {step} of octave {octave}. Try a smaller "
                    "step size or smaller layer weights.",
                    loss=repr(loss),
                    step=step,
                    octave=octave,
                )
                raise ArithmeticError(message)
            over = loss > plan.max_loss
            if not over:
                x = np.clip(x + plan.step_size * plan.direction(gradient), -1, 1)
                taken += 1
            done = last and (over or step == plan.steps)
            yield DreamProgress(
                octave, len(plan.sizes), step - over, plan.steps, loss, taken, over, done, x
            )
            if over:
                break


def resized(x: NDArray[Any], size: tuple[int, int]) -> NDArray[Any]:
    """Return an image of floats at another size: interpolated if larger, averaged if smaller."""
    if x.shape[:2] == size:
        return x
    tf, _ = load()
    small = tf.image.resize(x, size, antialias=True)
    return np.asarray(small).astype(x.dtype)


class _Ascent:
    """The loss of an image and the direction in which it grows, in tiles where it is large."""

    def __init__(
        self,
        features: Features,
        weights: NDArray[Any],
        *,
        jitter: int,
        tile: int,
        seed: int,
        stop: Callable[[], bool],
    ) -> None:
        self._given, self._weights = weights, weights
        self._jitter, self._tile, self._stop = jitter, tile, stop
        self._random = np.random.default_rng(seed)
        for name, make in (("dream", _graph), ("dream_terms", _terms_graph)):
            if name not in features.compiled:
                features.compiled[name] = make(features)
        self._graph, self._terms = (features.compiled[n] for n in ("dream", "dream_terms"))

    def measure_from(self, x: NDArray[Any]) -> None:
        """Measure each layer's loss in multiples of that of an image from now on."""
        height, width = x.shape[:2]
        terms = np.zeros(len(self._given))
        for (top, bottom), (left, end) in self._tiles(height, width):
            share = (bottom - top) * (end - left) / (height * width)
            terms += share * self._terms(x[top:bottom, left:end]).numpy()
        # A layer that gives out nothing for this image has no unit; it counts as it is.
        units = np.where(np.isfinite(terms) & (terms > 0), terms, 1.0)
        self._weights = (self._given / units / np.abs(self._given).sum()).astype(self._given.dtype)

    def _tiles(self, height: int, width: int) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
        rows, columns = (-(-side // self._tile) for side in (height, width))
        return itertools.product(_parts(height, rows), _parts(width, columns))

    def gradient(self, x: NDArray[Any]) -> tuple[float, NDArray[Any]] | None:
        """Return the loss, and its gradient divided by its mean size; `None` if stopped."""
        height, width = x.shape[:2]
        down = right = 0
        if max(height, width) > self._tile:
            down, right = (int(self._random.integers(side)) for side in (height, width))
        elif self._jitter:
            span = self._jitter
            down, right = (int(s) for s in self._random.integers(-span, span + 1, 2))
        shifted = np.roll(x, (down, right), (0, 1)) if down or right else x
        gradient, loss = np.empty_like(x), 0.0
        for (top, bottom), (left, end) in self._tiles(height, width):
            if self._stop():
                return None
            here, slopes = self._graph(shifted[top:bottom, left:end], self._weights)
            share = (bottom - top) * (end - left) / (height * width)
            loss += share * float(here)
            gradient[top:bottom, left:end] = share * slopes.numpy()
        if down or right:
            gradient = np.roll(gradient, (-down, -right), (0, 1))
        mean = max(float(np.abs(gradient).mean()), _MIN_GRADIENT)
        return loss, gradient / np.asarray(mean, gradient.dtype)


def _parts(side: int, count: int) -> list[tuple[int, int]]:
    edges = [round(side * i / count) for i in range(count + 1)]
    return list(itertools.pairwise(edges))


def dream_loss(features: Features, x: Any, weights: Any) -> Any:
    """Return the loss that a dream maximizes: the weighted sum of each layer's mean square.

    Args:
        features: Of the layers.
        x: A tensor of shape (height, width, 3), −1 to 1.
        weights: One number per layer.

    Returns:
        A scalar tensor.
    """
    tf, _ = load()
    return tf.reduce_sum(weights * _layer_losses(features, x))


def _layer_losses(features: Features, x: Any) -> Any:
    """Each layer's mean square."""
    tf, _ = load()
    terms = []
    for maps in features(x):
        size = tf.shape(maps)
        cut_rows, cut_columns = (tf.minimum(BORDER, (size[axis] - 1) // 2) for axis in (0, 1))
        inner = maps[cut_rows : size[0] - cut_rows, cut_columns : size[1] - cut_columns]
        terms.append(tf.cast(tf.reduce_mean(tf.square(inner)), x.dtype))
    return tf.stack(terms)


def _graph(features: Features) -> Any:
    """Loss and gradient, one graph for images of any size and for any weights."""
    tf, _ = load()
    image = tf.TensorSpec((None, None, 3), features.dtype)
    numbers = tf.TensorSpec((len(features.layers),), features.dtype)

    def graph(x: Any, weights: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            loss = dream_loss(features, x, weights)
        return loss, tape.gradient(loss, x)

    return compiled(graph, input_signature=[image, numbers])


def _terms_graph(features: Features) -> Any:
    """Each layer's loss, one graph for images of any size."""
    tf, _ = load()
    image = tf.TensorSpec((None, None, 3), features.dtype)

    def graph(x: Any) -> Any:
        return _layer_losses(features, x)

    return compiled(graph, input_signature=[image])


def _prepare(
    model: KerasModel | Features, layers: Mapping[str, float] | None, scaling: Scaling
) -> tuple[Features, NDArray[Any]]:
    if isinstance(model, Features):
        features = model
        chosen = dict.fromkeys(features.layers, 1.0) if layers is None else dict(layers)
        missing = sorted(set(chosen) - set(features.layers))
        if missing:
            message = tr(
                "The `Features` have the layers {layers}. Received: {name}",
                layers=", ".join(map(repr, features.layers)),
                name=repr(missing[0]),
            )
            raise ValueError(message)
    else:
        chosen = dict(layers or {})
        if not chosen:
            message = tr(
                "Expected at least one layer, with its weight. Received: none",
            )
            raise ValueError(message)
        features = Features(model, list(chosen), scaling=scaling)
    for name, weight in chosen.items():
        if not math.isfinite(weight):
            message = tr(
                "Expected a finite weight for layer {name}. Received: {weight}",
                name=repr(name),
                weight=repr(weight),
            )
            raise ValueError(message)
    if not any(chosen.values()):
        message = tr(
            "Expected at least one layer with a weight other than 0.",
        )
        raise ValueError(message)
    return features, np.array([chosen.get(n, 0.0) for n in features.layers], features.dtype)
