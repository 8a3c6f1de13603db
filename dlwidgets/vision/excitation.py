"""Where in some images each filter of a layer responds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr
from dlwidgets.inspect.activations import activations
from dlwidgets.vision._heatmap_parts import enlarged
from dlwidgets.vision.activation_view import reduced_maps

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel

MOST_IMAGES = 32
"""Images that are looked at, at most."""

_LONGEST = 48  # values along a side of a map that is kept
_DIM = 0.22  # brightness where a filter doesn't respond


@dataclass(frozen=True, eq=False)
class Excitation:
    """How strongly the filters of a layer respond at each place of some images.

    Attributes:
        layer: The layer's path name.
        images: uint8, shape (n, height, width, 3).
        maps: Activations, float32, shape (n, rows, columns, filters). One place per image for a
            layer without places.
    """

    layer: str
    images: NDArray[np.uint8] = field(repr=False)
    maps: NDArray[np.float32] = field(repr=False)

    def peaks(self, which: int) -> NDArray[np.float32]:
        """Return a filter's largest activation in each image, shape (n,); NaN counts as 0."""
        return np.asarray(np.nan_to_num(self.maps[..., which]).max(axis=(1, 2)), np.float32)

    def strongest(self, which: int, count: int) -> NDArray[np.int64]:
        """Return the images that excite a filter most, the strongest first.

        Args:
            which: The filter.
            count: How many images at most.

        Returns:
            Indices, int64; equal ones keep their order.
        """
        order = np.argsort(-self.peaks(which), kind="stable")
        return np.asarray(order[:count], np.int64)

    def highlighted(self, which: int, chosen: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Return images that are bright where a filter responds, and dim elsewhere.

        Args:
            which: The filter. Full brightness is its largest activation in all images.
            chosen: Indices of images.

        Returns:
            uint8, shape (len(chosen), height, width, 3).
        """
        pixels = self.images[chosen]
        maps = np.nan_to_num(self.maps[chosen][..., which])
        most = float(self.peaks(which).max(initial=0.0))
        share = (maps / most if most > 0 else np.zeros_like(maps)).clip(0, 1)
        brightness = _DIM + (1 - _DIM) * enlarged(share, pixels.shape[1:3])
        return np.asarray(np.rint(pixels * brightness[..., np.newaxis]), np.uint8)


def excitation(
    model: KerasModel, layer: str, images: NDArray[Any], value_range: tuple[float, float]
) -> Excitation:
    """Return how strongly the filters of a layer respond at each place of some images.

    Args:
        model: A built Keras model that takes one image.
        layer: A layer's path name.
        images: Images as the model takes them, shape (n, height, width, channels), of which the
            first 32 are used.
        value_range: Lowest and highest value of the pixels.

    Raises:
        LayerError: A layer that doesn't exist.
        ValueError: Images of another shape, or a range whose lower value isn't first.

    Example:
        >>> from dlwidgets.vision.excitation import excitation
        >>> model = dl.models.small_cnn((32, 32, 3), 10)
        >>> noise = np.random.default_rng(0).random((5, 32, 32, 3))
        >>> found = excitation(model, model.layers[0].name, noise, (0, 1))
        >>> found.highlighted(3, found.strongest(3, 2)).shape
        (2, 32, 32, 3)
    """
    low, high = value_range
    if not low < high:
        message = tr(
            "Expected `value_range` with the lower value first. Received: {value}",
            value=repr(value_range),
        )
        raise ValueError(message)
    given = np.asarray(images[:MOST_IMAGES])
    values = activations(model, given, [layer])[layer].astype(np.float32)
    if values.ndim < 4:
        values = values.reshape(len(values), 1, 1, -1)
    maps = np.stack([reduced_maps(one, _LONGEST) for one in values]).astype(np.float32)
    pixels = np.clip((given.astype(np.float32) - low) * (255 / (high - low)), 0, 255)
    if pixels.shape[-1] != 3:
        pixels = pixels[..., :1].repeat(3, -1)
    return Excitation(layer, pixels.astype(np.uint8), maps)
