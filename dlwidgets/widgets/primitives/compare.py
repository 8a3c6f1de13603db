"""Two images in one place, before and after, with a divider to drag."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

from traitlets import Dict, Float, Int, TraitError, Unicode, validate

from dlwidgets._messages import tr
from dlwidgets.widgets._core.pixels import image_atlas
from dlwidgets.widgets._core.text import Text
from dlwidgets.widgets._core.view import View

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Compare(View):
    """An image before (left of a divider) and after (right of it).

    The divider follows the pointer, and the arrow keys when it has the focus. All methods may be
    called from any thread.

    Args:
        before_label: Caption of the left image.
        after_label: Caption of the right image.
        description: What the images show, for screen readers.
        empty_text: Shown while there is no image.
        max_height: Pixels.

    Attributes:
        position: Position of the divider, from 0 (only after) to 1 (only before).

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
    film = Dict().tag(sync=True)
    before_label = Text(tr("Before"))
    after_label = Text(tr("After"))
    position = Float(0.5).tag(sync=True)
    description = Text()
    empty_text = Text(tr("No image yet."))
    max_height = Int(560, min=80, max=4000).tag(sync=True)

    @validate("position")
    def _check_position(self, proposal: Any) -> float:
        position = float(proposal["value"])
        if not math.isfinite(position):
            message = f"`position` must be a number from 0 to 1. Received: {position}"
            raise TraitError(message)
        return min(1.0, max(0.0, position))

    def show(self, before: NDArray[Any] | None = None, after: NDArray[Any] | None = None) -> None:
        """Show images. An image that isn't given stays.

        Args:
            before: uint8, shape (height, width) or (height, width, channels) with 1, 3 or 4
                channels.
            after: Likewise. It is drawn at the size of `before`.

        Raises:
            ValueError: An image has another shape.
        """
        with self.hold_sync():
            if before is not None:
                self.before = image_atlas(before)
            if after is not None:
                self.after = image_atlas(after)

    def play(self, gif: bytes | None) -> None:
        """Play an animation in place of the image after.

        Args:
            gif: A GIF file; None to show the image again.
        """
        self.film = {} if gif is None else {"data": gif}

    def clear_after(self) -> None:
        """Show only the image before."""
        self.after = {}
