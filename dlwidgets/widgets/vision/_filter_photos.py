"""Beside the images of filters: where photographs excite the filter that somebody points at."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np

from dlwidgets._formatting import format_number
from dlwidgets._messages import tr
from dlwidgets.vision.excitation import Excitation, excitation
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets._live.view import no_update
from dlwidgets.widgets.primitives.image_grid import ImageGrid
from dlwidgets.widgets.primitives.text_line import TextLine

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from dlwidgets._keras_types import KerasModel

_COUNT, _COLUMNS, _CELL = 6, 3, 104


def check_images(images: ArrayLike) -> NDArray[Any]:
    """Return images as an array.

    Args:
        images: As a model takes them.

    Raises:
        ValueError: They don't have the shape (n, height, width, channels), or there are none.
    """
    array = np.asarray(images)
    if array.ndim != 4 or 0 in array.shape:
        message = tr(
            "Expected images of shape (n, height, width, channels). Received: shape {shape}",
            shape=array.shape,
        )
        raise ValueError(message)
    return array


class FilterPhotos(ClosesChildren, ipywidgets.VBox):
    """The images that excite a filter most, bright where they do.

    Attributes:
        grid: The images.
        message_line: Why there are none.
        which: The filter that is shown.
    """

    def __init__(self) -> None:
        self.which = 0
        self._given: tuple[NDArray[Any], tuple[float, float]] | None = None
        self._found: Excitation | None = None
        self._reason = ""  # why nothing was found
        self._lock = threading.RLock()
        self.grid = ImageGrid(
            cell_size=_CELL,
            columns=_COLUMNS,
            smooth=True,
            max_height=400,
            description=tr("Images that excite the filter"),
            empty_text=tr("Photographs appear here, bright where they excite the filter."),
        )
        self.message_line = TextLine(layout={"display": "none"})
        self.message_line.add_class("dlw-message")
        super().__init__([self.grid, self.message_line])
        self.add_class("dlw-filter-photos")
        self.layout.display = "none"

    def use(self, images: NDArray[Any] | None, value_range: tuple[float, float]) -> None:
        """Look at other images from now on.

        Args:
            images: As the model takes them, shape (n, height, width, channels); `None` for none.
            value_range: Lowest and highest value of their pixels.

        Raises:
            ValueError: As for `check_images`.
        """
        given = None if images is None else (check_images(images), value_range)
        with self._lock:
            self._given = given
            self._found, self._reason = None, ""
            self.message_line.say("")
        self.layout.display = "none" if images is None else None
        self.grid.clear()

    def update(self, model: KerasModel, layer: str) -> None:
        """Compute how a layer responds to the images, or why it can't be told, for `draw`.

        Args:
            model: The model.
            layer: The layer's path name.
        """
        given = self._given
        if given is None:
            return
        found, reason = None, ""
        try:
            found = excitation(model, layer, *given)
        except Exception as error:  # noqa: BLE001 - shown in place of the images
            reason = no_update(error)
        with self._lock:
            if given is self._given:
                self._found, self._reason = found, reason

    def draw(self) -> None:
        """Show what `update` has found, for the same filter as before."""
        with self._lock:
            self.message_line.say(self._reason, bad=bool(self._reason))
            if self._found is not None:
                self.point_at(min(self.which, self._found.maps.shape[-1] - 1))
            elif self._reason:
                self.grid.title = ""
                self.grid.clear()

    def point_at(self, which: int) -> None:
        """Show the images for a filter.

        Args:
            which: The filter; one that the layer doesn't have changes nothing.
        """
        with self._lock:
            found = self._found
            if found is None or not 0 <= which < found.maps.shape[-1]:
                return
            self.which = which
            chosen = found.strongest(which, _COUNT)
            peaks = found.peaks(which)[chosen]
            self.grid.title = tr(
                "Filter {number} of {layer} in photographs",
                number=which,
                layer=found.layer,
            )
            self.grid.show(
                found.highlighted(which, chosen),
                labels=[format_number(float(peak)) for peak in peaks],
                tooltips=[
                    tr("Largest activation: {value}", value=format_number(float(peak), 4))
                    for peak in peaks
                ],
            )
