"""A matrix of values as colors over an image, with the value under the pointer."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from traitlets import Bool, Dict, Enum, Float, Int, TraitError, Unicode, validate

from dlwidgets._messages import tr
from dlwidgets.widgets._core.pixels import image_atlas
from dlwidgets.widgets._core.text import Text
from dlwidgets.widgets._core.view import View
from dlwidgets.widgets._core.wire import raw_bytes

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAPS = ("viridis", "magma", "inferno", "plasma", "coolwarm", "gray")


class ChannelMap(View):
    """A matrix of values as colors over an image. Pointer and arrow keys read the values.

    Of a feature map they can also show what a value is computed from: its receptive field in the
    image, and the terms of its sum.

    Args:
        title: Shown above.
        row_name: The meaning of a row, such as "time".
        column_name: The meaning of a column, such as "unit".
        colormap: One of `MAPS`. The user can change it.
        opacity: Opacity of the values over the image, from 0 to 1. The user can change it.
        stretch: Whether cells without an image fill the space instead of staying square.
        description: What the view shows, for screen readers.
        empty_text: Shown while there are no values.
        max_height: Pixels.

    Attributes:
        values: The values as sent to the page.
        units: What each value is computed from, as sent to the page; an empty dict for nothing.

    Example:
        >>> shown = dl.widgets.ChannelMap(title="conv, channel 3")
        >>> shown.show(np.eye(4))
        >>> shown.values["width"]
        4
    """

    _model_name = Unicode("ChannelMapModel").tag(sync=True)
    _view_name = Unicode("ChannelMapView").tag(sync=True)
    _controls: ClassVar[frozenset[str]] = frozenset({"opacity", "colormap"})

    image = Dict().tag(sync=True)
    values = Dict().tag(sync=True)
    units = Dict().tag(sync=True)
    title = Text()
    row_name = Text(tr("row"))
    column_name = Text(tr("column"))
    opacity = Float(0.7).tag(sync=True)
    colormap = Enum(list(MAPS), default_value="viridis").tag(sync=True)
    stretch = Bool(False).tag(sync=True)
    description = Text()
    empty_text = Text(tr("Nothing is selected yet."))
    max_height = Int(360, min=60, max=4000).tag(sync=True)

    _below: NDArray[Any] | None = None
    """The image that was given last."""

    @validate("opacity")
    def _check_opacity(self, proposal: Any) -> float:
        value = float(proposal["value"])
        if not math.isfinite(value):
            message = f"`opacity` must be a number from 0 to 1. Received: {value}"
            raise TraitError(message)
        return min(1.0, max(0.0, value))

    def show(
        self,
        values: NDArray[Any],
        image: NDArray[Any] | None = None,
        units: dict[str, Any] | None = None,
    ) -> None:
        """Show values.

        Args:
            values: Shape (rows, columns). NaN is transparent.
            image: Drawn below the values in the same place; shape (height, width) or (height,
                width, channels) with 1, 3 or 4 channels. `None` for none.
            units: What each value is computed from. `None` for nothing.

        Raises:
            ValueError: The values or the image have another shape.
        """
        if np.ndim(values) != 2:
            message = tr(
                "Expected `values` of shape (rows, columns). Received: shape {shape}",
                shape=np.shape(values),
            )
            raise ValueError(message)
        height, width = np.shape(values)
        with np.errstate(over="ignore"):  # a value beyond float32 becomes infinite
            numbers = np.asarray(values).astype("<f4")
        below = {} if image is None else self._packed(image)
        with self.hold_sync():
            self.image = below
            self.values = {"data": raw_bytes(numbers), "height": height, "width": width}
            self.units = units or {}

    def _packed(self, image: NDArray[Any]) -> dict[str, Any]:
        """Pack an image for the page, unless it is the one that is shown already."""
        before, given = self._below, np.array(image)
        self._below = given
        same = before is not None and before.dtype == given.dtype and np.array_equal(before, given)
        return dict(self.image or image_atlas(given)) if same else dict(image_atlas(given))

    def clear(self) -> None:
        """Show nothing."""
        with self.hold_sync():
            self.image, self.values, self.units = {}, {}, {}
