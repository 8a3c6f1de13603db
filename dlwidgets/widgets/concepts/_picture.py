"""Images of users as traits of a concept widget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr
from dlwidgets.concepts._images import checked_image
from dlwidgets.widgets._core.wire import raw_bytes

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def picture_traits(image: ArrayLike) -> dict[str, Any]:
    """Return `picture` and `picture_note`: an image as the page gets it, and a remark.

    Args:
        image: Numbers of shape (height, width), (height, width, 1) or (height, width, 3).

    Raises:
        ValueError: The array isn't an image, or has values that aren't finite.
    """
    array, factor = checked_image(image)
    height, width, channels = array.shape
    picture = {
        "height": height,
        "width": width,
        "channels": channels,
        "kind": "uint8" if array.dtype == "uint8" else "float32",
        "data": raw_bytes(array),
    }
    note = ""
    if factor > 1:
        note = tr(
            "The array is too large for a page. Each pixel here is the mean of {n}×{n} pixels.",
            n=factor,
        )
    return {"picture": picture, "picture_note": note}
