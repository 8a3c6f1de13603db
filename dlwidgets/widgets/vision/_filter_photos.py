"""Beside the images of filters: where photographs excite the filter that somebody points at."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import ipywidgets

from dlwidgets._formatting import format_number
from dlwidgets._messages import tr
from dlwidgets.vision.excitation import Excitation, excitation
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets.primitives.image_grid import ImageGrid

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel

_COUNT, _COLUMNS, _CELL = 6, 3, 104


class FilterPhotos(ClosesChildren, ipywidgets.VBox):
    """The images that excite a filter most, bright where they do.

    Attributes:
        grid: The images.
        which: The filter that is shown.
    """

    def __init__(self) -> None:
        self.which = 0
        self._given: tuple[NDArray[Any], tuple[float, float]] | None = None
        self._found: Excitation | None = None
        self._lock = threading.Lock()
        self.grid = ImageGrid(
            cell_size=_CELL,
            columns=_COLUMNS,
            smooth=True,
            max_height=400,
            description=tr("Images that excite the filter"),
            empty_text=tr("Photographs appear here, bright where they excite the filter."),
        )
        super().__init__([self.grid])
        self.add_class("dlw-filter-photos")
        self.layout.display = "none"

    def use(self, images: NDArray[Any] | None, value_range: tuple[float, float]) -> None:
        """Look at other images from now on.

        Args:
            images: As the model takes them, shape (n, height, width, channels); `None` for none.
            value_range: Lowest and highest value of their pixels.
        """
        with self._lock:
            self._given = None if images is None else (images, value_range)
            self._found = None
        self.layout.display = "none" if images is None else None
        self.grid.clear()

    def update(self, model: KerasModel, layer: str) -> None:
        """Compute how a layer responds to the images.

        Args:
            model: The model.
            layer: The layer's path name.
        """
        given = self._given
        if given is None:
            return
        found = excitation(model, layer, *given)
        with self._lock:
            if given is not self._given:
                return
            self._found = found
        self.point_at(min(self.which, found.maps.shape[-1] - 1))

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
