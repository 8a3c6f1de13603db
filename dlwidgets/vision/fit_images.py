"""Pictures of any size in the shape that a model takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dlwidgets._tensorflow import load

if TYPE_CHECKING:
    from typing import Any

    from numpy.typing import NDArray

_GREY = np.array([[0.299], [0.587], [0.114]], np.float32)  # how bright the eye finds each colour


def fit_images(
    images: NDArray[Any], shape: tuple[int | None, ...]
) -> tuple[NDArray[np.float32], tuple[str, ...]]:
    """Pictures of any size as a model takes them.

    Args:
        images: Shape (n, height, width, channels) with 1 or 3 channels; values stay as they are.
        shape: What the model takes, (height, width, channels); None for a free side.

    Returns:
        float32 of shape (n, *shape), and what was changed, as sentences.

    Raises:
        ValueError: The model takes no pictures with 1 or 3 channels, or these are none.
    """
    array = np.asarray(images, np.float32)
    if len(shape) != 3 or shape[-1] not in (1, 3):
        message = f"the model takes no pictures, but samples of shape {shape}"
        raise ValueError(message)
    if array.ndim != 4 or array.shape[-1] not in (1, 3) or 0 in array.shape[1:]:
        message = (
            "pictures have the shape (n, height, width, 1) or (n, height, width, 3). "
            f"Received: {array.shape}"
        )
        raise ValueError(message)
    notes = []
    if array.shape[-1] != shape[-1]:
        grey = shape[-1] == 1
        array = array @ _GREY if grey else array.repeat(3, -1)
        notes.append("Colours became grey." if grey else "Grey became three equal channels.")
    height, width = (w or n for n, w in zip(array.shape[1:3], shape, strict=False))
    if array.shape[1:3] != (height, width):
        notes.append(f"Resized from {array.shape[2]}×{array.shape[1]} to {width}×{height} pixels.")
        tf, _ = load()
        array = tf.image.resize(array, (height, width), antialias=True).numpy()
    return np.ascontiguousarray(array, np.float32), tuple(notes)
