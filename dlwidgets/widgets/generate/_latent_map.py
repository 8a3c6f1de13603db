"""The latent explorer's map: the plane with latent vectors, and the grid of decoded images."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np

from dlwidgets._messages import tr, trn
from dlwidgets.generate import latent
from dlwidgets.widgets._live.view import MessageLine
from dlwidgets.widgets.generate._latent_state import HIGH, LOW
from dlwidgets.widgets.generate._latent_strips import cell_size
from dlwidgets.widgets.primitives.download_button import DownloadButton
from dlwidgets.widgets.primitives.image_grid import ImageGrid
from dlwidgets.widgets.primitives.latent_pad import LatentPad

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from dlwidgets.widgets.generate._latent_state import LatentState

MAX_SLIDERS = 16
"""Latent dimensions that get a slider."""

_CELL = 26  # pixels of an image in the grid


class PlaneControls(ipywidgets.VBox):
    """The axes of the plane, and sliders for the dimensions that it doesn't show.

    Attributes:
        x: The menu of the dimension that grows to the right.
        y: The menu of the dimension that grows upwards.
        sliders: One slider per dimension.
    """

    def __init__(self) -> None:
        self.x = ipywidgets.Dropdown(
            description=tr("Across"),
            tooltip=tr("Latent dimension along the horizontal axis."),
            layout={"width": "150px"},
        )
        self.y = ipywidgets.Dropdown(
            description=tr("Up"),
            tooltip=tr("Latent dimension along the vertical axis."),
            layout={"width": "150px"},
        )
        for choice in (self.x, self.y):
            choice.style.description_width = "52px"
        # Made here, all of them: a thread that shows another model must not make widgets.
        self.sliders = tuple(
            ipywidgets.FloatSlider(
                value=0.0,
                min=-4.0,
                max=4.0,
                step=0.05,
                description=f"z{i + 1}",
                readout_format=".2f",
                tooltip=tr("Latent dimension {number}, in standard deviations.", number=i + 1),
                layout={"width": "260px", "display": "none"},
            )
            for i in range(MAX_SLIDERS)
        )
        for slider in self.sliders:
            slider.style.description_width = "28px"
        self._rest = MessageLine()
        rows = [ipywidgets.Box([self.x, self.y]), ipywidgets.Box(self.sliders)]
        for row in rows:
            row.add_class("dlw-row")
        super().__init__([*rows, self._rest], layout={"display": "none"})

    @property
    def axes(self) -> tuple[int, int]:
        """The dimensions that the plane shows across and up."""
        x, y = self.x.value, self.y.value
        return (0 if x is None else x), (1 if y is None else y)

    def show(self, dims: int) -> None:
        """Offer this many dimensions, the first two of them as the plane."""
        options = [(f"z{i + 1}", i) for i in range(dims)]
        for choice, value in ((self.x, 0), (self.y, 1)):
            choice.options = options
            choice.value = value
        for slider in self.sliders:
            slider.value = 0.0
        self.layout.display = None if dims > 2 else "none"
        rest = dims - MAX_SLIDERS
        self._rest.say(
            trn(
                "The last dimension has no slider and stays at 0.",
                "The last {n} dimensions have no slider and stay at 0.",
                rest,
            )
            if rest > 0
            else ""
        )
        self.arrange(dims)

    def arrange(self, dims: int) -> None:
        """Show the sliders of the dimensions that the plane doesn't show."""
        for i, slider in enumerate(self.sliders):
            slider.layout.display = None if i < dims and i not in self.axes else "none"


class LatentMap(ipywidgets.Box):
    """A plane with the latent vectors of images, beside a grid of decoded images.

    Args:
        n: Images per side of the grid, 2 to 25.
        file: Returns the name and the content of the saved grid.
        foot: What is shown below the grid.

    Attributes:
        pad: The plane, a `LatentPad`.
        plane: The `PlaneControls`.
        grid: The `ImageGrid`.
        grid_size: The slider of the images per side.
        save: The `DownloadButton` of the grid.
    """

    def __init__(
        self, n: int, file: Callable[[], tuple[str, bytes]], foot: ipywidgets.Widget
    ) -> None:
        self.pad = LatentPad(title=tr("The latent plane"))
        self.plane = PlaneControls()
        self.grid = ImageGrid(
            title=tr("Decoded images of a grid of latent vectors"),
            description=tr("Decoded images of a grid of latent vectors"),
            empty_text=tr("Decoded images appear here."),
            max_height=2000,
            tight=True,
        )
        self.grid_size = ipywidgets.IntSlider(
            n,
            2,
            25,
            description=tr("Images per side"),
            continuous_update=False,
            tooltip=tr("Number of images in each row and column."),
            style={"description_width": "initial"},
            layout={"width": "270px"},
        )
        self.save = DownloadButton(
            file, label=tr("Grid (PNG)"), hint=tr("The grid, with its settings in the file")
        )
        self._caption = MessageLine()
        actions = ipywidgets.Box([self.grid_size, self.save])
        actions.add_class("dlw-row")
        actions.add_class("dlw-actions")
        left = ipywidgets.VBox([self.pad, self.plane])
        right = ipywidgets.VBox([self.grid, self._caption, actions, foot])
        super().__init__([left, right])
        self.add_class("dlw-latent-top")

    def clear(self, state: LatentState) -> None:
        """Show nothing but a plane for another latent space.

        Args:
            state: The state at its beginning.
        """
        self.plane.show(state.source.latent_dim)
        with self.pad.hold_sync():
            self.pad.point, self.pad.selected = [0.0, 0.0], -1
            self.pad.show_original(None, "", *state.value_range)
            self.pad.show_codes(np.zeros((0, 2)), [], state.names)
            self.pad.arrow = []
            self.name_axes()
        self.grid.clear()

    def name_axes(self) -> None:
        """Label the plane with its dimensions."""
        x, y = self.plane.axes
        self.pad.x_label, self.pad.y_label = f"z{x + 1}", f"z{y + 1}"

    def show_handle(self, state: LatentState) -> None:
        """Move the handle and the sliders to the latent vector of a state."""
        for slider, coordinate in zip(self.plane.sliders, state.code, strict=False):
            slider.value = float(coordinate)
        x, y = state.axes
        self.pad.point = [float(state.code[x]), float(state.code[y])]

    def show_codes(self, state: LatentState) -> None:
        """Show the latent vectors of a state's images."""
        pad, codes, axes = self.pad, state.codes, state.axes
        reach = float(latent.normal_quantiles(2, LOW, HIGH)[1])
        if not len(codes):
            pad.grid_reach = reach
            return
        centers = latent.group_centers(codes, state.labels, range(len(state.names)))
        with pad.hold_sync():
            pad.radius = latent.plane_radius(codes, axes)
            pad.grid_reach = reach
            pad.show_codes(
                codes[:, axes],
                state.labels,
                state.names,
                centers[:, axes] if state.grouped else None,
            )

    def show_grid(self, state: LatentState, images: NDArray[Any], n: int) -> None:
        """Show decoded images.

        Args:
            state: What they were decoded from.
            images: Shape (n·n, height, width[, channels]).
            n: Images per side.
        """
        low, high = state.value_range
        with self.grid.hold_sync():
            self.grid.columns = n
            self.grid.cell_size = cell_size(images.shape[1:3], _CELL)
            self.grid.show(images, low=low, high=high)
        self._caption.say(
            tr("{n}×{n} images at normal quantiles from {low} to {high}.", n=n, low=LOW, high=HIGH)
        )
