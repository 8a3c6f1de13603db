"""What a generator makes, beside real samples: images in a grid, or points in a plane."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np

from dlwidgets._formatting import format_percent
from dlwidgets._messages import join_messages, tr
from dlwidgets.generate.gan import spread
from dlwidgets.generate.gan_points import PointTracker, is_points
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets._live.view import MessageLine
from dlwidgets.widgets.generate._gan_messages import (
    neighbor_texts,
    title_of,
    verdict_colors,
    verdict_texts,
)
from dlwidgets.widgets.primitives.image_grid import ImageGrid
from dlwidgets.widgets.primitives.vector_plane import VectorPlane

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from dlwidgets.generate.gan_frames import Frame
    from dlwidgets.generate.gan_tracking import GanTracker, NearestReal
    from dlwidgets.widgets.primitives.chart import Chart

_MAX_REAL = 12
_MAX_REAL_POINTS = 400
_KEY = tr(
    "The background is blue where the discriminator says real, and red where it says generated."
)
_FRAMES = tr(
    "The frame of an image is blue where the discriminator says real, and red where it says "
    "generated."
)
_GENERATED = tr("Generated images")
_REAL = tr("Real images (select a generated image to see those nearest to it)")


class GanSamples(ClosesChildren, ipywidgets.Box):
    """The generator's images or points, and real ones.

    Args:
        chart: What is shown beside them.
        on_select: Called when another sample is selected.
        below: What is shown below the generated samples.

    Attributes:
        grid: The `ImageGrid` of generated images.
        neighbors: The `ImageGrid` of real images.
        plane: The `VectorPlane` of real and generated points, over the discriminator's surface.
        caption: The line that says from which latent vectors the shown frame is generated.
    """

    def __init__(
        self,
        chart: Chart,
        on_select: Callable[[], None],
        below: Sequence[ipywidgets.Widget] = (),
    ) -> None:
        self._on_select = on_select
        self._shown: tuple[Frame, PointTracker] | None = None
        self._real = np.zeros((0, 2), np.float32)
        self.caption = MessageLine()
        self.grid = ImageGrid(
            title=_GENERATED,
            description=tr("Images that the generator makes of the same latent vectors"),
            empty_text=tr("Images that the generator makes appear here."),
            cell_size=54,
        )
        self.grid.add_class("dlw-gan-grid")
        self.neighbors = ImageGrid(
            description=tr("Real images; those nearest to the selected generated image"),
            empty_text=tr("Real images appear here."),
            cell_size=54,
        )
        self.plane = VectorPlane()
        self.grid.observe(lambda _: on_select(), "selected")
        self.plane.on_pick(self._picked)
        self.plane.on_hover(self._hovered)
        self._made = ipywidgets.VBox(
            [self.grid, self.plane, self.caption, *below], layout={"min_width": "0"}
        )
        self.neighbors.layout.flex, chart.layout.flex = "3 1 400px", "2 1 300px"
        super().__init__(
            [self._made, self.neighbors, chart],
            layout={"flex_flow": "row wrap", "grid_gap": "16px", "overflow": "visible"},
        )
        self._arrange(points=False)

    @property
    def selected(self) -> int:
        """Index of the selected image or point; -1 for none."""
        if self.plane.layout.display == "none":
            return int(self.grid.selected)
        return max(-1, int(self.plane.selected) - len(self._real))

    def show_real(self, real: NDArray[Any]) -> None:
        """Show some real samples while there are no others, or none is selected.

        Args:
            real: Images, shape (n, height, width, channels), or points, shape (n, 2).
        """
        points = is_points(real)
        self._arrange(points=points)
        if not points:
            self.neighbors.title = _REAL
            self.neighbors.show(spread(real, _MAX_REAL))
        elif self._shown is None:
            self._real = np.asarray(spread(real, _MAX_REAL_POINTS), np.float32)
            self._show_points(np.zeros((0, 2), np.float32))

    def begin(self, tracker: GanTracker) -> None:
        """Show nothing of an earlier tracker, and the real samples of this one."""
        self._shown = None
        self.grid.clear()
        self.grid.title = _GENERATED
        with self.plane.hold_sync():
            self.plane.title, self.plane.selected, self.plane.surface = "", -1, {}
            self.plane.extent = tracker.extent if isinstance(tracker, PointTracker) else 0.0
        self.show_real(tracker.real)
        self.caption.say("")

    def show(self, frame: Frame, tracker: GanTracker) -> None:
        """Show a frame.

        Args:
            frame: The frame.
            tracker: What made it.
        """
        title = title_of(frame, tracker)
        if isinstance(tracker, PointTracker) and frame.points is not None:
            self._shown = frame, tracker
            with self.plane.hold_sync():
                self.plane.title = title
                self.plane.show_surface(frame.surface)
                self._show_points(frame.points)
        else:
            labels, tooltips = verdict_texts(frame.scores)
            self.grid.show(
                frame.pixels,
                labels=labels,
                tooltips=tooltips,
                border_colors=verdict_colors(frame.scores),
            )
            self.grid.title = title
        made_from = tr(
            "Each update uses the same latent vectors (latent seed {seed}). A saved file contains "
            "all settings.",
            seed=str(tracker.seed),
        )
        key: str = ""
        if frame.surface is not None:
            key = _KEY
        elif frame.scores is not None and frame.points is None:
            key = _FRAMES
        self.caption.say(join_messages([key, made_from]))

    def show_nearest(self, nearest: NearestReal) -> None:
        """Show a generated image and the real images nearest to it."""
        labels, tooltips = neighbor_texts(nearest)
        self.neighbors.title = tr("Nearest real images")
        self.neighbors.show(
            nearest.pixels,
            labels=labels,
            tooltips=tooltips,
            border_colors=["good", *[""] * (len(labels) - 1)],
        )

    def _arrange(self, *, points: bool) -> None:
        # Images take the whole width, so that all are seen at once; points are a square.
        self._made.layout.flex = "3 1 400px" if points else "1 1 100%"
        self.plane.layout.display = None if points else "none"
        for grid in (self.grid, self.neighbors):
            grid.layout.display = "none" if points else None

    def _show_points(self, made: NDArray[np.float32]) -> None:
        places = np.concatenate([self._real, made])
        n = len(self._real)
        self.plane.show_points(
            places,
            np.arange(len(places)),
            (np.arange(len(places)) >= n).astype(int),
            np.zeros(len(places)),
            [tr("real"), tr("generated")],
        )

    def _picked(self, row: int) -> None:
        made = row >= len(self._real)
        self.plane.selected = row if made else -1
        self._on_select()

    def _hovered(self, row: int, asked: int) -> None:
        if self._shown is None or row < len(self._real):
            text: str = tr("real point")
        else:
            frame, index = self._shown[0], row - len(self._real)
            if frame.scores is None or index >= len(frame.scores):
                text = tr("generated point")
            else:
                text = tr(
                    "generated point; the discriminator takes it for real with a probability of "
                    "{share}",
                    share=format_percent(frame.scores[index]),
                )
        self.plane.hovered = {"asked": asked, "row": row, "text": text, "image": {}}
