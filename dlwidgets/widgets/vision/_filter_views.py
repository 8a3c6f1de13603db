"""What a filter viewer shows: images of filters, one of them large, and photographs beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets

from dlwidgets._messages import tr
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets.primitives.chart import Chart
from dlwidgets.widgets.primitives.download_button import DownloadButton
from dlwidgets.widgets.primitives.image_grid import ImageGrid
from dlwidgets.widgets.vision._filter_photos import FilterPhotos
from dlwidgets.widgets.vision._studio_layout import action_row

if TYPE_CHECKING:
    from collections.abc import Callable


class FilterViews(ClosesChildren, ipywidgets.VBox):
    """The images of filters with what belongs to them.

    Args:
        file: Returns name and content of a file to save, of "all" or of the "large" image.
        message: The line that describes the progress.
        controls: Hold, and the time budget.

    Attributes:
        bar: The progress of the ascent.
        grid: The images.
        photos: Where photographs excite a filter.
        large: The selected filter's image.
        chart: The mean activation over the steps.
        save: Saves all images.
        save_large: Saves the large image.
    """

    def __init__(
        self,
        file: Callable[[str], tuple[str, bytes]],
        message: ipywidgets.Widget,
        controls: ipywidgets.Widget,
    ) -> None:
        self.bar = ipywidgets.FloatProgress(min=0.0, max=1.0, layout={"width": "100%"})
        self.bar.add_class("dlw-filter-progress")
        self.grid = ImageGrid(
            cell_size=96,
            smooth=True,
            max_height=620,
            tells_hover=True,
            description=tr("Images that maximize the filters"),
            empty_text=tr("The images appear here."),
        )
        self.photos = FilterPhotos()
        self.large = ImageGrid(cell_size=288, max_height=400, description=tr("The selected filter"))
        self.large.layout.display = "none"
        self.chart = Chart(
            height=180,
            title=tr("Mean activation"),
            y_label=tr("activation"),
            empty_text=tr("The mean activation of each step appears here."),
        )
        self.save = DownloadButton(
            lambda: file("all"),
            label=tr("Save all (PNG)"),
            hint=tr("Save all images in one file, with the settings."),
        )
        self.save_large = DownloadButton(
            lambda: file("large"),
            label=tr("Save the large image (PNG)"),
            hint=tr("Save the selected filter's image, with the settings."),
        )
        self.save.disabled = self.save_large.disabled = True
        beside = ipywidgets.VBox([self.photos, self.large])
        beside.add_class("dlw-filter-beside")
        both = ipywidgets.Box([self.grid, beside])
        both.add_class("dlw-filter-views")
        buttons = action_row(self.save, self.save_large)
        super().__init__([self.bar, message, both, buttons, controls, self.chart])
        self.add_class("dlw-dashboard-main")
