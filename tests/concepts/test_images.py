from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dlwidgets.concepts import _images


@pytest.mark.parametrize(
    ("image", "shape", "factor"),
    [
        (np.zeros((28, 28), np.uint8), (28, 28, 1), 1),
        (np.zeros((300, 400, 3), np.uint8), (75, 100, 3), 4),
        (np.zeros((90, 90)), (90, 90, 1), 1),
        (np.zeros((1, 50_000)), (1, 16_667, 1), 3),
    ],
)
def test_large_images_are_shrunk(image: np.ndarray, shape: tuple[int, ...], factor: int) -> None:
    array, by = _images.checked_image(image)
    assert (array.shape, by) == (shape, factor)
    assert array.nbytes <= 2 * _images.MOST_BYTES


@pytest.mark.parametrize("image", [np.zeros(5), np.zeros((2, 2, 2)), [[np.nan]], [["a"]]])
def test_what_is_no_image_is_said(image: Any) -> None:
    with pytest.raises(ValueError, match="Expected `image`"):
        _images.checked_image(image)
