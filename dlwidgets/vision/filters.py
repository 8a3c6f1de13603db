"""Images that maximize a layer's filters, computed by gradient ascent in the pixels."""

from __future__ import annotations

import itertools
import math
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr
from dlwidgets.inspect.kernels import oriented_kernel, sees_colors
from dlwidgets.inspect.layers import LayerError, find_layer
from dlwidgets.vision._ascent import ascent_numbers
from dlwidgets.vision.filter_layer import FilterLayer
from dlwidgets.vision.filter_presets import SMOOTH, Regularizers
from dlwidgets.vision.natural_colors import stretch_contrast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel


_FLAT = 127  # middle gray


@dataclass(frozen=True, eq=False)
class FilterProgress:
    """The images of all filters after some steps.

    Attributes:
        filters: Which filters, shape (n,).
        values: The images as the steps have left them, in units of 0…255 that may run beyond, shape
            (n, height, width, channels).
        activations: The filter's mean output before its newest step, shape (n,); NaN before the
            first.
        taken: Steps taken with each, shape (n,).
        steps: Steps intended.
        dead: Which filters have had no gradient in any step so far: nothing in the image changes
            them, shape (n,).
        broken: Which have had an output or a gradient that was not a number, shape (n,).
        done: Whether this is the last.
    """

    filters: NDArray[np.int64]
    values: NDArray[Any] = field(repr=False)
    activations: NDArray[np.float64] = field(repr=False)
    taken: NDArray[np.int64] = field(repr=False)
    steps: int
    dead: NDArray[np.bool_] = field(repr=False)
    broken: NDArray[np.bool_] = field(repr=False)
    done: bool

    @property
    def images(self) -> NDArray[np.uint8]:
        """The images as the book shows them, uint8, shape (n, height, width, channels).

        Those of dead filters are flat gray: what is there is the noise to begin with, and what blur
        has made of it.
        """
        shown = deprocess(self.values)
        shown[self.dead] = _FLAT
        return shown

    @property
    def stretched(self) -> NDArray[np.uint8]:
        """The images with their full contrast, uint8, shape (n, height, width, channels)."""
        shown = stretch_contrast(self.values)
        shown[self.dead] = _FLAT
        return shown

    @property
    def share(self) -> float:
        """The fraction that is done, 0 to 1."""
        return float(self.taken.sum()) / max(1, self.steps * len(self.taken))


def deprocess(images: NDArray[Any]) -> NDArray[np.uint8]:
    """Return images of any range as bytes: middle gray ± 10% of the range per standard deviation.

    Args:
        images: Floats, shape (n, height, width, channels).

    Returns:
        uint8 of the same shape.

    Source:
        Chollet, Deep Learning with Python, listing 5.37.

    Example:
        >>> dl.vision.deprocess(np.zeros((1, 1, 1, 3)))[0, 0, 0].tolist()
        [127, 127, 127]
    """
    shown = np.empty(np.shape(images), np.uint8)
    for i, image in enumerate(images):  # one at a time: many large ones are gigabytes as doubles
        values = np.asarray(image, np.float64)
        off = values - values.mean()
        off = off / (off.std() + 1e-5) * 0.1 + 0.5
        shown[i] = off.clip(0, 1) * 255
    return shown


def filter_grid(images: NDArray[np.uint8], columns: int = 8, margin: int = 5) -> NDArray[np.uint8]:
    """Return images side by side in one, row by row.

    Args:
        images: uint8, shape (n, height, width, channels), n at least 1.
        columns: Images per row.
        margin: Black pixels between images.

    Returns:
        uint8 RGB, shape (rows, columns, 3). 64 images of 64×64 pixels give 547×547.

    Source:
        Chollet, Deep Learning with Python, listing 5.39; there the filters run down the columns.
    """
    count, height, width, channels = images.shape
    columns = max(1, min(columns, count))
    rows = -(-count // columns)
    whole = np.zeros(
        (rows * (height + margin) - margin, columns * (width + margin) - margin, 3), np.uint8
    )
    for i, image in enumerate(images):
        top, left = (i // columns) * (height + margin), (i % columns) * (width + margin)
        whole[top : top + height, left : left + width] = (
            image if channels == 3 else image.mean(-1, keepdims=True).astype(np.uint8)
        )
    return whole


def preview(images: NDArray[np.uint8], most: int) -> NDArray[np.uint8]:
    """Return images small enough to send: averaged in blocks until they fit.

    Args:
        images: uint8, shape (n, height, width, channels).
        most: Bytes that all of them together may take.

    Returns:
        uint8, shape (n, smaller height, smaller width, channels); the very same where they fit.
    """
    count, height, width, channels = images.shape
    block = 1
    while images.nbytes > most * block**2 and block < min(height, width):
        block += 1
    if block == 1:
        return images
    rows, columns = height // block, width // block
    cut = images[:, : rows * block, : columns * block]
    blocks = cut.reshape(count, rows, block, columns, block, channels)
    return np.asarray(blocks.mean((2, 4))).astype(np.uint8)


def kernel_images(model: KerasModel, layer: str) -> NDArray[np.uint8]:
    """Return the kernels of a first layer as images; middle gray is 0.

    All share one scale, on which the weight farthest from 0 is black or white (in its channel).

    Args:
        model: A Keras model.
        layer: The path name of a convolution that sees 1 or 3 channels, or of a depthwise one, each
            of whose kernels sees 1.

    Returns:
        uint8, shape (filters, kernel height, kernel width, 1 or 3).

    Raises:
        LayerError: No such layer; the message names the nearest.

    Example:
        >>> model = dl.models.small_cnn((32, 32, 3), 10)
        >>> dl.vision.kernel_images(model, model.layers[0].name).shape
        (32, 3, 3, 3)
    """
    found = find_layer(model, layer)
    kernel = oriented_kernel(found)
    if kernel is None:
        message = tr(
            "Layer {name} ({type}) isn't a convolution of images.",
            name=repr(layer),
            type=type(found).__name__,
        )
        raise LayerError(message)
    if kernel.shape[2] != 1 and not sees_colors(found):
        groups = int(getattr(found, "groups", 1))
        channels = kernel.shape[2] * groups
        if groups > 1:
            message = tr(
                "The kernels of layer {name} have {channels} input channels in {groups} groups. "
                "Only kernels with 1 (gray) or 3 (color) can be shown as images.",
                name=repr(layer),
                channels=channels,
                groups=groups,
            )
        else:
            message = tr(
                "The kernels of layer {name} have {channels} input channels. Only kernels with 1 "
                "(gray) or 3 (color) can be shown as images.",
                name=repr(layer),
                channels=channels,
            )
        raise LayerError(message)
    clean = np.where(np.isfinite(kernel), kernel, 0.0)
    top = float(np.abs(clean).max(initial=0.0))
    scaled = 127.5 + clean.astype(np.float64) * (127.5 / top if top > 0 else 0.0)
    return np.moveaxis(np.rint(scaled), -1, 0).astype(np.uint8)


def start_images(
    filters: Sequence[int],
    size: tuple[int, int],
    channels: int,
    seed: int,
    dtype: str = "float64",
) -> NDArray[Any]:
    """Return gray images with some noise, from 128 to 148, one per filter.

    Args:
        filters: Indices of filters.
        size: Height and width.
        channels: Of the images.
        seed: Of the noise.
        dtype: Of the images, "float64" or "float32".

    Returns:
        Shape (n, height, width, channels).

    Source:
        Chollet, Deep Learning with Python, listing 5.38.
    """
    shape = (*size, channels)
    drawn = np.empty((len(filters), *shape), dtype)
    for at, i in enumerate(filters):
        drawn[at] = 128 + 20 * np.random.default_rng((seed, int(i))).random(shape)
    return drawn


def maximize_filters(
    model: KerasModel | FilterLayer,
    layer: str = "",
    filters: Sequence[int] | None = None,
    *,
    steps: int = SMOOTH.steps,
    step_size: float = SMOOTH.step_size,
    size: tuple[int, int] | None = SMOOTH.size,
    seed: int = 0,
    regularizers: Regularizers = SMOOTH.regularizers,
    value_range: tuple[float, float] = (0.0, 255.0),
    epsilon: float = 1e-5,
    before_activation: bool = True,
    every: int = 10,
    stop: Callable[[], bool] | None = None,
) -> Iterator[FilterProgress]:
    """Compute, for many filters at once, the image that maximizes each.

    Each step moves an image along the gradient of its filter's mean output, divided by the
    gradient's root mean square. The default settings give smooth textures, also for layers deep in
    a network; the book takes 40 steps of size 1 on 64×64 pixels, without regularization, after the
    activation function.

    All steps between two yields run in one graph, on as many filters at once as memory and cache
    allow; of a convolution only the filter's own channel is computed, and no layer behind the
    chosen one.

    Args:
        model: A built Keras model that takes images, or a `FilterLayer` of one, which saves
            building the graph again.
        layer: The layer's path name; not for a `FilterLayer`. Of a `Dense` layer with softmax the
            scores before the softmax are raised.
        filters: Which filters; None for all.
        steps: Steps for each, at least 1.
        step_size: How far a step goes, in 255ths of the value range; above 0.
        size: Height and width of the images; None for the network's own. A layer behind a
            `Flatten` takes the network's own size only.
        seed: Of the noise to begin with, and of the jitter. A filter's image does not depend on
            which others are made with it.
        regularizers: What keeps the images smooth. `Regularizers()` is plain ascent.
        value_range: The lowest and the highest value of the network's pixels: (0, 255) for the
            networks of `keras.applications` that the book uses, often (0, 1) or (-1, 1).
        epsilon: Added to the gradient's size before the division.
        before_activation: Raise what goes into the layer's activation function, so that a ReLU
            which is 0 everywhere at the beginning stops nothing: of a `Conv2D` or `Dense` with a
            function of its own, or of a layer that is one, such as `ReLU`. False is the book's.
        every: Steps of a filter between two yields, at least 1.
        stop: Asked before each run of the graph; True ends the ascent.

    Yields:
        The state of all filters after some of them have taken `every` steps. Leaving the loop
        cancels; nothing goes on behind it.

    Raises:
        ValueError: A layer that is not there or can't be shown so (`LayerError`, naming the
            nearest), a filter that it has not, an image of a size that the network does not take,
            more or larger images than there is room for, or a number out of its range.

    Source:
        Chollet, Deep Learning with Python, section 5.4.2; Erhan et al., Visualizing Higher-Layer
        Features of a Deep Network, 2009.

    Example:
        >>> model = dl.models.small_cnn((32, 32, 3), 10)
        >>> for now in dl.vision.maximize_filters(model, model.layers[0].name, range(8), steps=2):
        ...     images = now.images
        >>> images.shape
        (8, 128, 128, 3)
    """
    rules = regularizers
    low, high = (float(edge) for edge in value_range)
    strength = step_size * (rules.l2 / 2 + 4 * rules.total_variation)
    for valid, message in (
        (steps >= 1, tr("Expected `steps` of at least 1. Received: {value}", value=repr(steps))),
        (
            0 < step_size < math.inf,
            tr("Expected `step_size` above 0. Received: {value}", value=repr(step_size)),
        ),
        (0 <= seed < 2**31, tr("Expected `seed` from 0 to 2³¹ − 1. Received: {value}", value=seed)),
        (
            -math.inf < low < high < math.inf,
            tr(
                "Expected `value_range` with the lower value first. Received: {value}",
                value=repr(value_range),
            ),
        ),
        (
            0 < epsilon < math.inf,
            tr("Expected `epsilon` above 0. Received: {value}", value=repr(epsilon)),
        ),
        (every >= 1, tr("Expected `every` of at least 1. Received: {value}", value=repr(every))),
        (
            strength < 127.5,
            tr(
                "Expected `step_size` · (`l2` / 2 + 4 · `total_variation`) below 127.5, because "
                "the optimization oscillates with larger penalties. Received: {value}",
                value=f"{strength:g}",
            ),
        ),
    ):
        if not valid:
            raise ValueError(message)
    target = model if isinstance(model, FilterLayer) else FilterLayer(model, layer)
    chosen = target.checked_filters(filters)
    height, width = target.checked_size(size)
    numbers = ascent_numbers(
        target.dtype,
        low=low,
        high=high,
        step_size=step_size,
        epsilon=epsilon,
        seed=seed,
        before_activation=before_activation,
        channels=target.channels,
        size=(height, width),
        **asdict(rules),
    )
    target.require_room(len(chosen), (height, width))
    begin = start_images(chosen, (height, width), target.channels, seed, target.dtype)
    # Arguments are checked here, at the call, not when the first state is asked for.
    plan = _Plan(steps, every, numbers, stop or (lambda: False))
    return _ascend(target, chosen, begin, plan)


@dataclass(frozen=True)
class _Plan:
    steps: int
    every: int
    numbers: dict[str, Any]
    stop: Callable[[], bool]


def _ascend(
    target: FilterLayer, chosen: list[int], images: NDArray[Any], plan: _Plan
) -> Iterator[FilterProgress]:
    steps = plan.steps
    count, at_once = len(chosen), target.at_once(images.shape[1:3])
    parts = -(-count // at_once)
    edges = [round(count * i / parts) for i in range(parts + 1)]
    found = np.full(count, np.nan)
    taken = np.zeros(count, np.int64)
    moved, broken = np.zeros(count, bool), np.zeros(count, bool)
    for before in range(0, steps, plan.every):
        ahead = min(plan.every, steps - before)
        for first, last in itertools.pairwise(edges):
            if plan.stop():
                return
            here = slice(first, last)
            new, values, had_slope, not_sound = target.ascend(
                images[here], chosen[here], ahead, before, plan.numbers
            )
            images[here], found[here] = new, values
            moved[here] |= had_slope
            broken[here] |= not_sound
            taken[here] += ahead
            done = last == count and before + ahead == steps
            yield FilterProgress(
                np.array(chosen),
                images.copy(),
                found.copy(),
                taken.copy(),
                steps,
                ~moved & ~broken & (taken > 0),
                broken.copy(),
                done,
            )
