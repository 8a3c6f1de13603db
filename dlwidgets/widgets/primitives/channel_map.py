"""Values as colours, over a picture where there is one, with the value under the pointer."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from traitlets import Bool, Dict, Enum, Float, Int, TraitError, Unicode, validate

from dlwidgets.widgets._core.view import View
from dlwidgets.widgets._core.wire import raw_bytes
from dlwidgets.widgets.primitives.image_grid import to_pixels

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAPS = ("viridis", "magma", "inferno", "plasma", "coolwarm", "gray")


class ChannelMap(View):
    """A matrix of values as colours, laid over a picture; pointer and arrow keys read its values.

    Args:
        title: Shown above.
        row_name: What a row is, such as "time".
        column_name: What a column is, such as "unit".
        colormap: One of `MAPS`; can be changed in the page.
        opacity: How much of the picture the values cover, 0 to 1; can be changed in the page.
        stretch: Without a picture, cells fill the room and need not be square.
        max_height: Pixels.

    Example:
        >>> shown = dl.widgets.ChannelMap(title="conv, channel 3")
        >>> shown.show(np.eye(4))
        >>> shown.values["width"]
        4
    """

    _model_name = Unicode("ChannelMapModel").tag(sync=True)
    _view_name = Unicode("ChannelMapView").tag(sync=True)
    _controls: ClassVar[frozenset[str]] = frozenset({"opacity", "colormap"})

    picture = Dict().tag(sync=True)
    values = Dict().tag(sync=True)
    title = Unicode("").tag(sync=True)
    row_name = Unicode("row").tag(sync=True)
    column_name = Unicode("column").tag(sync=True)
    opacity = Float(0.7).tag(sync=True)
    colormap = Enum(list(MAPS), default_value="viridis").tag(sync=True)
    stretch = Bool(False).tag(sync=True)
    description = Unicode("").tag(sync=True)
    empty_text = Unicode("Nothing chosen yet.").tag(sync=True)
    max_height = Int(360, min=60, max=4000).tag(sync=True)

    @validate("opacity")
    def _check_opacity(self, proposal: Any) -> float:
        value = float(proposal["value"])
        if not math.isfinite(value):
            message = f"the opacity is a number from 0 to 1. Received: {value}"
            raise TraitError(message)
        return min(1.0, max(0.0, value))

    def show(self, values: NDArray[Any], picture: NDArray[Any] | None = None) -> None:
        """Show other values.

        Args:
            values: Shape (rows, columns); any numbers, NaN stays clear.
            picture: What lies below, drawn in the same place: shape (height, width) or (height,
                width, 1 or 3), uint8 or floats; None for nothing.

        Raises:
            ValueError: Another shape.
        """
        if np.ndim(values) != 2:
            message = f"values must have the shape (rows, columns). Received: {np.shape(values)}"
            raise ValueError(message)
        height, width = np.shape(values)
        with np.errstate(over="ignore"):  # what no float32 holds becomes infinite
            numbers = np.asarray(values).astype("<f4")
        below: dict[str, Any] = {}
        if picture is not None:
            pixels = to_pixels(np.asarray(picture)[np.newaxis])
            _, rows, columns, channels = pixels.shape
            below = {
                "data": raw_bytes(pixels),
                "count": 1,
                "height": rows,
                "width": columns,
                "channels": channels,
            }
        with self.hold_sync():
            self.picture = below
            self.values = {"data": raw_bytes(numbers), "height": height, "width": width}

    def clear(self) -> None:
        """Show nothing."""
        with self.hold_sync():
            self.picture, self.values = {}, {}
