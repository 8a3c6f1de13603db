"""Images of any size in the shape that a model takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load
from dlwidgets.vision.images import photographs

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

    from dlwidgets._keras_types import Shape

_LUMINANCE = np.array([[0.299], [0.587], [0.114]], np.float32)  # of red, green and blue (BT.601)


def fit_images(images: NDArray[Any], shape: Shape) -> tuple[NDArray[np.float32], tuple[str, ...]]:
    """Return images in the size and with the channels that a model takes.

    Args:
        images: Shape (n, height, width, channels) with 1 or 3 channels; values stay as they are.
        shape: What the model takes, (height, width, channels); `None` for a free side.

    Returns:
        float32 of shape (n, *shape), and what was changed, as sentences.

    Raises:
        ValueError: The model doesn't take images with 1 or 3 channels, or these aren't images.

    Example:
        >>> from dlwidgets.vision.fit_images import fit_images
        >>> fitted, notes = fit_images(np.ones((1, 20, 20, 3)), (8, 8, 1))
        >>> fitted.shape, len(notes)
        ((1, 8, 8, 1), 2)
    """
    array = np.asarray(images, np.float32)
    if len(shape) != 3 or shape[-1] not in (1, 3):
        message = tr(
            "Expected an image model. Received: a model with input shape {shape}", shape=shape
        )
        raise ValueError(message)
    if array.ndim != 4 or array.shape[-1] not in (1, 3) or 0 in array.shape[1:]:
        message = tr(
            "Expected images of shape (n, height, width, 1) or (n, height, width, 3). "
            "Received: shape {shape}",
            shape=array.shape,
        )
        raise ValueError(message)
    notes: list[str] = []
    if array.shape[-1] != shape[-1]:
        if shape[-1] == 1:
            array = array @ _LUMINANCE
            notes.append(tr("The image was converted to gray."))
        else:
            array = array.repeat(3, -1)
            notes.append(tr("The gray image was copied into three channels."))
    height, width = (w or n for n, w in zip(array.shape[1:3], shape, strict=False))
    if array.shape[1:3] != (height, width):
        notes.append(
            tr(
                "Resized from {before} to {after} pixels.",
                before=f"{array.shape[2]}×{array.shape[1]}",
                after=f"{width}×{height}",
            )
        )
        tf, _ = load()
        array = tf.image.resize(array, (height, width), antialias=True).numpy()
    return np.ascontiguousarray(array, np.float32), tuple(notes)


def square_photographs(side: int) -> NDArray[np.float32]:
    """Return the central squares of scikit-learn's photographs.

    Args:
        side: Height and width in pixels.

    Returns:
        float32 from 0 to 255, shape (n, side, side, 3).

    Example:
        >>> from dlwidgets.vision.fit_images import square_photographs
        >>> square_photographs(32).shape
        (2, 32, 32, 3)
    """
    return _cut_photographs(side, 1, 1)


def photograph_tiles(side: int) -> NDArray[np.float32]:
    """Return parts of scikit-learn's photographs, which show more of their textures.

    Args:
        side: Height and width in pixels.

    Returns:
        float32 from 0 to 255, shape (n, side, side, 3): each photograph cut into squares.

    Example:
        >>> from dlwidgets.vision.fit_images import photograph_tiles
        >>> photograph_tiles(32).shape
        (12, 32, 32, 3)
    """
    return _cut_photographs(side, 2, 3)


def _cut_photographs(side: int, rows: int, columns: int) -> NDArray[np.float32]:
    """Each photograph cut into the largest squares of which so many fit, in one size."""
    tiles = []
    for image in photographs().values():
        height, width = image.pixels.shape[:2]
        size = min(height // rows, width // columns)
        tiles += [
            image.pixels[top : top + size, left : left + size]
            for top in _places(height - size, rows)
            for left in _places(width - size, columns)
        ]
    return np.concatenate(
        [fit_images(tile[np.newaxis].astype(np.float32), (side, side, 3))[0] for tile in tiles]
    )


def _places(room: int, n: int) -> list[int]:
    """Where n squares begin along a side that is longer than one by `room`."""
    return [room // 2] if n == 1 else [i * room // (n - 1) for i in range(n)]
