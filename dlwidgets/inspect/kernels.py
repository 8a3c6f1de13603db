"""Weights of a layer as images."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import join_messages, tr, trn
from dlwidgets._tensorflow import load_keras

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from dlwidgets._keras_types import AnyLayer
    from dlwidgets.inspect.graph import Graph

MAX_IMAGES = 64
"""Most images of one layer; of more filters the first ones are shown."""

MAX_SIDE = 256
"""Most rows and columns of an image; of a larger matrix the first ones are shown."""


@dataclass(frozen=True, eq=False)
class KernelImages:
    """Weights as images of one size.

    Attributes:
        images: float32, shape (n, height, width) of weights; or (n, height, width, 3) of colors
            from 0 to 1, for filters of color images, where middle gray is 0.
        limit: The largest absolute weight; weights go from −limit to limit.
        labels: One per image.
        caption: What the images show.
        channels: How many input channels a filter has, of which `channel` is shown; 1 if there
            is nothing to choose.
        channel: The input channel that is shown.
    """

    images: NDArray[np.float32]
    limit: float
    labels: tuple[str, ...]
    caption: str
    channels: int = 1
    channel: int = 0

    @property
    def colored(self) -> bool:
        """Whether the images are in color."""
        return self.images.ndim == 4


def kernel_images(
    layer: AnyLayer, channel: int = 0, image: tuple[int, int, int] | None = None
) -> KernelImages | None:
    """Return the main weights of a layer as images: a convolution's filters, or a matrix.

    Args:
        layer: A built Keras layer.
        channel: Which input channel of a convolution's filters, if there aren't 1 or 3; one that
            is too large means the last.
        image: Height, width and channels of the image whose pixels are the inputs of a Dense layer
            (see `image_before`); its units are then shown as images of that size.

    Returns:
        At most 64 images of at most 256×256 weights; `None` for a layer that has neither filters
        nor a matrix.

    Example:
        >>> import keras
        >>> layer = keras.layers.Conv2D(10, 4)
        >>> layer.build((None, 32, 32, 3))
        >>> dl.inspect.kernel_images(layer).images.shape
        (10, 4, 4, 3)
    """
    if isinstance(layer, load_keras().Model) or not layer.weights:
        return None
    if image is not None and isinstance(layer, load_keras().layers.Dense):
        kernel = _array(layer.kernel)
        if kernel.shape[0] == math.prod(image):
            return _filters(kernel.reshape(*image, -1), channel, units=True)
    rule = next((rule for types, rule in _rules() if isinstance(layer, types)), None)
    if rule is not None:
        return rule(layer, channel)
    main = max(layer.weights, key=lambda w: (len(w.shape) > 1, math.prod(w.shape)))
    return _plain(_array(main))


def oriented_kernel(layer: AnyLayer) -> NDArray[np.float32] | None:
    """Return the kernel of a layer that convolves images, with axes in the same order for all.

    Args:
        layer: A built Keras layer.

    Returns:
        float32, shape (height, width, input channels, filters). A depthwise kernel looks at one
        channel at a time: 1 and channels × multiplier. None for other layers.

    Example:
        >>> import keras
        >>> layer = keras.layers.Conv2DTranspose(5, 3)
        >>> layer.build((None, 8, 8, 4))
        >>> oriented_kernel(layer).shape
        (3, 3, 4, 5)
    """
    k = load_keras().layers
    if isinstance(layer, (k.DepthwiseConv2D, k.SeparableConv2D)):
        deep = isinstance(layer, k.DepthwiseConv2D)
        kernel = _array(layer.kernel if deep else layer.depthwise_kernel)
        return kernel.reshape(*kernel.shape[:2], 1, -1)
    if isinstance(layer, k.Conv2DTranspose):
        return _array(layer.kernel).swapaxes(-1, -2)
    return _array(layer.kernel) if isinstance(layer, k.Conv2D) else None


def sees_colors(layer: AnyLayer) -> bool:
    """Return whether each filter of a layer has three input channels, such as red, green and blue.

    A filter of a grouped convolution only has those of its own group.
    """
    kernel = oriented_kernel(layer)
    return kernel is not None and kernel.shape[2] == 3 and getattr(layer, "groups", 1) == 1


def image_before(graph: Graph, path: str) -> tuple[int, int, int] | None:
    """Return the shape of the image whose pixels are the inputs of a layer.

    Args:
        graph: The graph of the model.
        path: The layer's path name.

    Returns:
        Height, width and channels if the layer follows a Flatten of an image of at least 4×4
        pixels, with nothing but Dropout between them; else `None`.
    """
    nodes = {node.path: node for node in graph.nodes}
    sources = {edge.target: edge.source for edge in graph.edges if edge.call == 0}
    at = nodes.get(sources.get(path, ""))
    while at is not None and at.type == "Dropout":
        at = nodes.get(sources.get(at.path, ""))
    if at is None or at.type != "Flatten" or not at.input_shapes:
        return None
    sizes: list[Any] = [*at.input_shapes[0][1:], 1][:3]
    if len(at.input_shapes[0]) not in (3, 4) or None in sizes or min(sizes[:2]) < 4:
        return None
    height, width, channels = sizes
    return height, width, channels


def _array(weight: Any) -> NDArray[np.float32]:
    return np.asarray(weight, np.float32)


def _rules() -> list[tuple[tuple[type, ...], Callable[[AnyLayer, int], KernelImages | None]]]:
    k = load_keras().layers
    return [
        ((k.SimpleRNN, k.LSTM, k.GRU), _recurrent),
        ((k.Conv2D, k.Conv2DTranspose, k.DepthwiseConv2D, k.SeparableConv2D), _conv),
        ((k.Conv1D,), lambda layer, _: _series(_array(layer.kernel))),
        (
            (k.Embedding,),
            lambda layer, _: _matrix(
                _array(layer.embeddings), tr("Rows: entries. Columns: dimensions of their vectors.")
            ),
        ),
    ]


def _plain(array: NDArray[np.float32]) -> KernelImages | None:
    matrix = np.squeeze(array)
    return _matrix(matrix, tr("Rows: inputs. Columns: units.")) if matrix.ndim == 2 else None


def _conv(layer: AnyLayer, channel: int) -> KernelImages | None:
    kernel = oriented_kernel(layer)
    assert kernel is not None, "only convolutions of images come here"
    if kernel.shape[:2] == (1, 1):
        return _plain(kernel)
    channels, groups = kernel.shape[2], int(getattr(layer, "groups", 1))
    found = _filters(kernel, channel, colors=sees_colors(layer))
    if groups == 1 or channels == 1:
        return found
    of_group = tr("Each filter belongs to one of {groups} groups of channels.", groups=groups)
    return replace(found, caption=join_messages([found.caption, of_group]))


def _recurrent(layer: AnyLayer, _channel: int) -> KernelImages:
    kernel, recurrent = _array(layer.cell.kernel), _array(layer.cell.recurrent_kernel)
    caption = tr(
        "Rows: {inputs} inputs, then the units of the previous step. Columns: units of each gate.",
        inputs=len(kernel),
    )
    return _matrix(np.concatenate([kernel, recurrent]), caption)


def _limit(array: NDArray[np.float32]) -> float:
    finite = np.abs(array[np.isfinite(array)])
    return float(finite.max()) or 1.0 if finite.size else 1.0


def _first_units(n: int) -> str:
    if n > MAX_IMAGES:
        return tr("The first {shown} of {n} units.", shown=MAX_IMAGES, n=n)
    return trn("{n} unit.", "{n} units.", n)


def _first_filters(n: int) -> str:
    if n > MAX_IMAGES:
        return tr("The first {shown} of {n} filters.", shown=MAX_IMAGES, n=n)
    return trn("{n} filter.", "{n} filters.", n)


def _filters(
    array: NDArray[np.float32], channel: int, *, units: bool = False, colors: bool = True
) -> KernelImages:
    """Filters out of a kernel of shape (height, width, input channels, filters)."""
    channels, n = array.shape[2:]
    shown = np.moveaxis(array[..., :MAX_IMAGES], -1, 0)
    limit = _limit(shown)
    labels = tuple(str(i) for i in range(len(shown)))
    count = _first_units(n) if units else _first_filters(n)
    if channels == 3 and colors:
        seen = np.nan_to_num(shown / (2 * limit) + 0.5, nan=0.5, posinf=1.0, neginf=0.0)
        caption = join_messages([count, tr("The colors are those that increase the output.")])
        return KernelImages(seen, limit, labels, caption)
    channel = min(max(0, channel), channels - 1)
    of_channel = tr("Weights for input channel {channel} of {n}.", channel=str(channel), n=channels)
    caption = join_messages([count, of_channel if channels > 1 else ""])
    images = np.ascontiguousarray(shown[..., channel])
    return KernelImages(images, limit, labels, caption, channels, channel)


def _series(array: NDArray[np.float32]) -> KernelImages:
    """Filters out of a kernel of shape (steps, input channels, filters): channels by steps."""
    n = array.shape[-1]
    shown = np.ascontiguousarray(array[:MAX_SIDE, :MAX_SIDE, :MAX_IMAGES].transpose(2, 1, 0))
    axes = tr("Rows: input channels. Columns: steps of the window.")
    caption = join_messages([_first_filters(n), axes])
    return KernelImages(shown, _limit(shown), tuple(str(i) for i in range(len(shown))), caption)


def _matrix(array: NDArray[np.float32], caption: str) -> KernelImages:
    rows, columns = array.shape
    shown = array[np.newaxis, :MAX_SIDE, :MAX_SIDE]
    if rows > MAX_SIDE or columns > MAX_SIDE:
        first = tr(
            "The first {shown} of {all} weights.",
            shown=f"{shown.shape[1]}×{shown.shape[2]}",
            all=f"{rows:,}×{columns:,}",
        )
        caption = join_messages([caption, first])
    return KernelImages(np.ascontiguousarray(shown), _limit(shown), ("",), caption)
