"""What a filter viewer shows: images of filters, one of them large, and photographs beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets

from dlwidgets._messages import tr
from dlwidgets.vision.filters import preview
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets.primitives.chart import Chart
from dlwidgets.widgets.primitives.download_button import DownloadButton
from dlwidgets.widgets.primitives.image_grid import ImageGrid
from dlwidgets.widgets.vision._filter_photos import FilterPhotos
from dlwidgets.widgets.vision._studio_layout import action_row

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from dlwidgets.widgets.vision._filter_memory import Ascent


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

    def show_images(self, ascent: Ascent, most: int, *, waits_for: int | None = None) -> None:
        """Show the images of filters.

        Args:
            ascent: The images.
            most: Bytes that are sent.
            waits_for: The step whose images are being computed, where these are of another one.
        """
        layer = ascent.settings["layer"]
        self.grid.smooth = True
        self.grid.title = (
            tr("Images that maximize the filters of {layer}", layer=layer)
            if waits_for is None
            else tr(
                "Images that maximized the filters of {layer} at step {step}. Those of step "
                "{other} are being computed…",
                layer=layer,
                step=ascent.step,
                other=waits_for,
            )
        )
        self.grid.show(
            preview(ascent.images, most),
            labels=ascent.labels,
            tooltips=ascent.tooltips,
            border_colors=ascent.borders,
        )

    def show_kernels(self, kernels: NDArray[np.uint8], layer: str) -> None:
        """Show the kernels of a layer.

        Args:
            kernels: uint8, shape (n, rows, columns, channels).
            layer: The layer's path.
        """
        rows, columns = kernels.shape[1:3]
        self.grid.smooth = False  # each of a few weights is to be seen
        self.grid.title = tr(
            "Kernels of {layer}, {rows}×{columns} weights each",
            layer=layer,
            rows=str(rows),
            columns=str(columns),
        )
        self.grid.show(kernels, labels=[str(i) for i in range(len(kernels))])

    def begin_chart(self) -> None:
        """Show no progress."""
        self.bar.value = 0.0
        self.chart.clear()
        self.chart.add_series("mean", name=tr("mean activation"))

    def add_points(self, points: Sequence[tuple[int, float, float]]) -> None:
        """Add points to the chart.

        Args:
            points: Step, seconds and mean activation of each.
        """
        self.chart.append(
            "mean",
            step=[step for step, _, _ in points],
            epoch=[0.0] * len(points),
            time=[seconds for _, seconds, _ in points],
            value=[value for _, _, value in points],
        )
