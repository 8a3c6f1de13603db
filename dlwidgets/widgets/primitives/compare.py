"""Two pictures in one place, before and after, with a divider to drag."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

from traitlets import Dict, Float, Int, TraitError, Unicode, validate

from dlwidgets.widgets._core.view import View
from dlwidgets.widgets._core.wire import raw_bytes
from dlwidgets.widgets.primitives.image_grid import to_pixels

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Compare(View):
    """Shows a picture before, on the left of a divider, and after, on its right.

    The divider follows the pointer, and the arrow keys when it has the focus. All methods may be
    called from any thread.

    Args:
        before_label: What the left picture is.
        after_label: What the right picture is.
        description: What the two show, for screen readers.
        max_height: Pixels.

    Attributes:
        position: Where the divider stands, from 0 (all after) to 1 (all before).

    Example:
        >>> compare = dl.Compare()
        >>> compare.show(before=np.zeros((20, 30, 3), "uint8"))
        >>> compare.before["width"]
        30
    """

    _model_name = Unicode("CompareModel").tag(sync=True)
    _view_name = Unicode("CompareView").tag(sync=True)
    _controls: ClassVar[frozenset[str]] = frozenset({"position"})

    before = Dict().tag(sync=True)
    after = Dict().tag(sync=True)
    before_label = Unicode("Before").tag(sync=True)
    after_label = Unicode("After").tag(sync=True)
    position = Float(0.5).tag(sync=True)
    description = Unicode("").tag(sync=True)
    empty_text = Unicode("No picture yet.").tag(sync=True)
    max_height = Int(560, min=80, max=4000).tag(sync=True)

    @validate("position")
    def _check_position(self, proposal: Any) -> float:
        position = float(proposal["value"])
        if not math.isfinite(position):
            message = f"the divider stands at a number from 0 to 1. Received: {position}"
            raise TraitError(message)
        return min(1.0, max(0.0, position))

    def show(self, before: NDArray[Any] | None = None, after: NDArray[Any] | None = None) -> None:
        """Show other pictures; one that is not given stays.

        Args:
            before: uint8, shape (height, width), or with a last axis of 1, 3 or 4 channels.
            after: The same. It is drawn in the size of `before`, of which it shows the same scene.

        Raises:
            ValueError: Another shape.
        """
        with self.hold_sync():
            for name, picture in (("before", before), ("after", after)):
                if picture is not None:
                    setattr(self, name, _packed(picture))

    def clear_after(self) -> None:
        """Show only the picture before."""
        self.after = {}


def _packed(picture: NDArray[Any]) -> dict[str, Any]:
    pixels = to_pixels(picture[None])
    _, height, width, channels = pixels.shape
    return {
        "data": raw_bytes(pixels),
        "count": 1,
        "height": height,
        "width": width,
        "channels": channels,
    }
