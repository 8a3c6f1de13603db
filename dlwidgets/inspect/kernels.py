"""The weights of a layer as images."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._tensorflow import load_keras

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from dlwidgets.inspect.graph import Graph

MAX_IMAGES = 64
MAX_SIDE = 256
"""Rows and columns of an image at most; of a larger matrix the first ones are shown."""


@dataclass(frozen=True, eq=False)
class KernelImages:
    """Weights as images of one size.

    Attributes:
        images: float32, shape (n, height, width) of weights; or (n, height, width, 3) of colours
            from 0 to 1, for filters that look at colours: middle gray is 0.
        limit: The largest absolute weight; weights go from −limit to limit.
        labels: One per image.
        caption: What an image shows, in words.
        channels: How many input channels a filter has, of which `channel` is shown; 1 where there
            is nothing to choose.
        channel: The one that is shown.
    """

    images: NDArray[np.float32]
    limit: float
    labels: tuple[str, ...]
    caption: str
    channels: int = 1
    channel: int = 0

    @property
    def colored(self) -> bool:
        """Whether the images are colours."""
        return self.images.ndim == 4


def kernel_images(
    layer: Any, channel: int = 0, image: tuple[int, int, int] | None = None
) -> KernelImages | None:
    """The main weights of a layer as images: a convolution's filters, or a matrix.

    Args:
        layer: A built Keras layer.
        channel: Which input channel of a convolution's filters, where there are others than 1 or 3;
            one that is too large counts as the last.
        image: Height, width and channels of the image whose pixels are the inputs of a Dense layer
            (see `image_before`); its units are then shown as images of that size.

    Returns:
        At most 64 images of at most 256×256 weights; None for a layer that has neither filters
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
            return _filters(kernel.reshape(*image, -1), channel, "units")
    rule = next((rule for types, rule in _rules() if isinstance(layer, types)), None)
    if rule is not None:
        return rule(layer, channel)
    main = max(layer.weights, key=lambda w: (len(w.shape) > 1, math.prod(w.shape)))
    return _plain(_array(main))


def oriented_kernel(layer: Any) -> NDArray[np.float32] | None:
    """The kernel of a layer that convolves images, its axes the same way round for every kind.

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


def sees_colors(layer: Any) -> bool:
    """Whether each filter of a layer sees all three of three channels, such as red, green and blue.

    Of a convolution in groups it sees those of its own group.
    """
    kernel = oriented_kernel(layer)
    return kernel is not None and kernel.shape[2] == 3 and getattr(layer, "groups", 1) == 1


def image_before(graph: Graph, path: str) -> tuple[int, int, int] | None:
    """The image whose pixels a layer takes one by one.

    Args:
        graph: Of the model.
        path: The layer's path name.

    Returns:
        Height, width and channels where the layer follows a Flatten of an image of at least 4×4
        pixels, with nothing between them but Dropout; else None.
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


def _rules() -> list[tuple[tuple[type, ...], Callable[[Any, int], KernelImages | None]]]:
    k = load_keras().layers
    return [
        ((k.SimpleRNN, k.LSTM, k.GRU), _recurrent),
        ((k.Conv2D, k.Conv2DTranspose, k.DepthwiseConv2D, k.SeparableConv2D), _conv),
        ((k.Conv1D,), lambda layer, _: _series(_array(layer.kernel))),
        (
            (k.Embedding,),
            lambda layer, _: _matrix(
                _array(layer.embeddings), "rows: entries; columns: dimensions of their vectors"
            ),
        ),
    ]


def _plain(array: NDArray[np.float32]) -> KernelImages | None:
    matrix = np.squeeze(array)
    return _matrix(matrix, "rows: inputs; columns: units") if matrix.ndim == 2 else None


def _conv(layer: Any, channel: int) -> KernelImages | None:
    kernel = oriented_kernel(layer)
    assert kernel is not None, "only convolutions of images come here"
    if kernel.shape[:2] == (1, 1):
        return _plain(kernel)
    channels, groups = kernel.shape[2], int(getattr(layer, "groups", 1))
    found = _filters(kernel, channel, colors=sees_colors(layer))
    if groups == 1 or channels == 1:
        return found
    return replace(found, caption=f"{found.caption} of each one's own group, of {groups}")


def _recurrent(layer: Any, _channel: int) -> KernelImages:
    kernel, recurrent = _array(layer.cell.kernel), _array(layer.cell.recurrent_kernel)
    words = f"the first {len(kernel):,} rows from the inputs, the rest from the state before"
    return _matrix(
        np.concatenate([kernel, recurrent]), f"rows: {words}; columns: units of each gate"
    )


def _limit(array: NDArray[np.float32]) -> float:
    finite = np.abs(array[np.isfinite(array)])
    return float(finite.max()) or 1.0 if finite.size else 1.0


def _first(n: int, what: str) -> str:
    return f"the first {MAX_IMAGES} of {n:,} {what}" if n > MAX_IMAGES else f"{n:,} {what}"


def _filters(
    array: NDArray[np.float32], channel: int, what: str = "filters", *, colors: bool = True
) -> KernelImages:
    """Filters out of a kernel of shape (height, width, input channels, filters)."""
    channels, n = array.shape[2:]
    shown = np.moveaxis(array[..., :MAX_IMAGES], -1, 0)
    limit = _limit(shown)
    labels = tuple(str(i) for i in range(len(shown)))
    if channels == 3 and colors:
        seen = np.nan_to_num(shown / (2 * limit) + 0.5, nan=0.5, posinf=1.0, neginf=0.0)
        caption = f"{_first(n, what)}, in the colours that they look for"
        return KernelImages(seen, limit, labels, caption)
    channel = min(max(0, channel), channels - 1)
    caption = _first(n, what)
    if channels > 1:
        caption += f", their weights for input channel {channel} of {channels:,}"
    images = np.ascontiguousarray(shown[..., channel])
    return KernelImages(images, limit, labels, caption, channels, channel)


def _series(array: NDArray[np.float32]) -> KernelImages:
    """Filters out of a kernel of shape (steps, input channels, filters): channels by steps."""
    n = array.shape[-1]
    shown = np.ascontiguousarray(array[:MAX_SIDE, :MAX_SIDE, :MAX_IMAGES].transpose(2, 1, 0))
    caption = f"{_first(n, 'filters')}; rows: input channels; columns: steps of the window"
    return KernelImages(shown, _limit(shown), tuple(str(i) for i in range(len(shown))), caption)


def _matrix(array: NDArray[np.float32], words: str) -> KernelImages:
    rows, columns = array.shape
    shown = array[np.newaxis, :MAX_SIDE, :MAX_SIDE]
    if rows > MAX_SIDE or columns > MAX_SIDE:
        words += f"; the first {shown.shape[1]}×{shown.shape[2]} of {rows:,}×{columns:,}"
    return KernelImages(np.ascontiguousarray(shown), _limit(shown), ("",), words)
