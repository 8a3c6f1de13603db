"""The latent explorer's map: decoded images, and on them the latent vectors of real ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np

from dlwidgets._messages import tr, trn
from dlwidgets.generate import latent
from dlwidgets.widgets._live.view import MessageLine
from dlwidgets.widgets.primitives.download_button import DownloadButton
from dlwidgets.widgets.primitives.latent_pad import LatentPad

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from dlwidgets.widgets.generate._latent_state import LatentState, Square

MAX_SLIDERS = 16
"""Latent dimensions that get a slider."""


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


class LatentMap(ipywidgets.VBox):
    """A plane with the latent vectors of images, over a map of decoded images.

    Args:
        n: Tiles per side of the map, 2 to 25.
        file: Returns the name and the content of the saved map.
        foot: What is shown below.

    Attributes:
        pad: The plane, a `LatentPad`.
        plane: The `PlaneControls`.
        grid_size: The slider of the tiles per side.
        save: The `DownloadButton` of the map.
    """

    def __init__(
        self, n: int, file: Callable[[], tuple[str, bytes]], foot: ipywidgets.Widget
    ) -> None:
        self.pad = LatentPad(title=tr("The latent plane"))
        self.plane = PlaneControls()
        self.grid_size = ipywidgets.IntSlider(
            n,
            2,
            25,
            description=tr("Images per side"),
            continuous_update=False,
            tooltip=tr("Number of images in each row and column of the map."),
            style={"description_width": "initial"},
            layout={"width": "270px"},
        )
        self.save = DownloadButton(
            file, label=tr("Map (PNG)"), hint=tr("The map, with its settings in the file")
        )
        self._caption = MessageLine()
        actions = ipywidgets.Box([self.grid_size, self.save])
        actions.add_class("dlw-row")
        actions.add_class("dlw-actions")
        super().__init__([self.pad, self.plane, self._caption, actions, foot])
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
            self.pad.arrow, self.pad.path, self.pad.region = [], [], []
            self.pad.tiles, self.pad.ghost = {}, {}
            self.name_axes()

    def name_axes(self) -> None:
        """Label the plane with its dimensions, and say what it leaves out."""
        x, y = self.plane.axes
        self.pad.x_label, self.pad.y_label = f"z{x + 1}", f"z{y + 1}"
        more = self.plane.layout.display != "none"
        self._caption.say(
            tr(
                "The map is the plane of z{x} and z{y} through the ring: it takes the other "
                "coordinates from the ring. A dot is drawn at its z{x} and z{y}, wherever its "
                "others are.",
                x=x + 1,
                y=y + 1,
            )
            if more
            else ""
        )

    def show_handle(self, state: LatentState) -> None:
        """Move the handle and the sliders to the latent vector of a state."""
        for slider, coordinate in zip(self.plane.sliders, state.code, strict=False):
            slider.value = float(coordinate)
        x, y = state.axes
        self.pad.point = [float(state.code[x]), float(state.code[y])]

    def show_path(self, state: LatentState) -> None:
        """Show the two ends of a state's path."""
        axes = list(state.axes)
        self.pad.path = [[float(v) for v in code[axes]] for code in state.ends]

    def square(self, codes: NDArray[Any], axes: tuple[int, int]) -> Square:
        """Return what the plane shows of latent vectors, or what the user zoomed to.

        Args:
            codes: Shape (n, latent_dim); may be empty.
            axes: The two dimensions of the plane.
        """
        if len(self.pad.region) == 3:
            x, y, radius = self.pad.region
            return x, y, radius
        return 0.0, 0.0, latent.plane_radius(codes, axes)

    def show(self, state: LatentState, images: NDArray[Any], square: Square) -> None:
        """Show a map, and the latent vectors of a state's images on it.

        Args:
            state: The state.
            images: The decoded tiles, shape (n·n, height, width[, channels]).
            square: What they divide.
        """
        pad, codes, axes = self.pad, state.codes, state.axes
        with pad.hold_sync():
            pad.show_tiles(images, square, *state.value_range)
            pad.radius = latent.plane_radius(codes, axes)
            if not len(codes):
                return
            centers = latent.group_centers(codes, state.labels, range(len(state.names)))
            pad.show_codes(
                codes[:, axes],
                state.labels,
                state.names,
                centers[:, axes] if state.grouped else None,
            )
