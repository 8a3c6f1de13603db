"""The charts of a GAN: losses, accuracies, and the number of distinct images."""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING

import ipywidgets

from dlwidgets._messages import tr
from dlwidgets.recording.recorded_run import RecordedRun
from dlwidgets.widgets._live.cursor import ChartCursors
from dlwidgets.widgets._live.markers import MarkerWatcher
from dlwidgets.widgets._live.sources import recorder_of
from dlwidgets.widgets.primitives.chart import Chart

if TYPE_CHECKING:
    from dlwidgets.generate.gan_frames import Frame
    from dlwidgets.generate.gan_tracking import Verdict
    from dlwidgets.training.run import Run

_SERIES = (
    ("d_loss", tr("discriminator"), 0),
    ("g_loss", tr("generator"), 0),
    ("real_accuracy", tr("on real images"), 1),
    ("fake_accuracy", tr("on generated images"), 1),
)
_DIVERSITY = (("generated", tr("generated")), ("real images", tr("real images")))
_EMPTY = tr("Each step's value appears here.")
_NO_IMAGES = tr("Starts with the first images.")
_NO_POINTS = tr("Starts with the first points.")
# What a series is called where the generator makes points.
_NAMES: dict[bool, dict[str, str]] = {
    False: {},
    True: {
        "real_accuracy": tr("on real points"),
        "fake_accuracy": tr("on generated points"),
        "real images": tr("real points"),
    },
}


class GanCharts:
    """Charts of losses, accuracies and diversity, with the markers of the Run.

    Attributes:
        all: The three `Chart` widgets, in this order.
        above: The first two side by side.
    """

    def __init__(self) -> None:
        self.all = (
            Chart(title=tr("Loss"), smoothing=0.9, height=240, empty_text=_EMPTY),
            Chart(title=tr("Accuracy"), smoothing=0.9, height=240, empty_text=_EMPTY),
            Chart(title=tr("Distinct images"), height=220, empty_text=_NO_IMAGES),
        )
        for chart in self.all:
            chart.add_class("dlw-panel-chart")
            chart.layout.min_width = "0"
        self.above = ipywidgets.GridBox(
            self.all[:2],
            layout={
                "grid_template_columns": "repeat(auto-fit, minmax(min(100%, 320px), 1fr))",
                "grid_gap": "12px",
                "width": "100%",
            },
        )
        self._cursors = ChartCursors(self.all)
        self._drawn: set[str] = set()
        self._names = _NAMES[False]
        self._revision = 0
        self._run: Run | RecordedRun | None = None
        self._markers: MarkerWatcher | None = None

    def begin(self, run: Run | RecordedRun | None, *, points: bool = False) -> None:
        """Show another run from now on, or nothing.

        Args:
            run: A Run; a recorded run, without the images' diversity; None for none.
            points: Whether the generator makes points rather than images.
        """
        self._names = _NAMES[points]
        self.all[2].title = tr("Modes reached") if points else tr("Distinct images")
        self.all[2].empty_text = _NO_POINTS if points else _NO_IMAGES
        self._let_go()
        for chart in self.all:
            chart.clear()
        self._drawn.clear()
        self._run = run
        self._cursors.show(run)
        if run is not None:
            self._revision = recorder_of(run).steps.revision
            self._markers = MarkerWatcher(run)
        self.above.layout.display = None if run is not None else "none"
        followed = run is not None and not isinstance(run, RecordedRun)
        self.all[2].layout.display = None if followed else "none"

    def tick(self) -> None:
        """Send what is new."""
        if self._run is not None:
            self._follow_metrics(self._run)
        markers = self._markers.take() if self._markers is not None else None
        for chart in self.all:
            if markers is not None:
                chart.markers = markers
            chart.tick()

    def finish(self) -> None:
        """Send what is left, and the image that a saved notebook keeps."""
        for chart in self.all:
            chart.finish()

    def close(self) -> None:
        """Take the charts off the page."""
        self._let_go()
        for chart in self.all:
            chart.close()

    def add_diversity(self, frame: Frame, verdict: Verdict) -> None:
        """Add the number of distinct images of a frame."""
        if self._run is None or not math.isfinite(frame.diversity):
            return
        chart = self.all[2]
        values = (frame.diversity, verdict.real_diversity)
        for (key, name), value in zip(_DIVERSITY, values, strict=True):
            if key not in self._drawn:
                self._drawn.add(key)
                chart.add_series(key, name=self._names.get(key, name))
            chart.append(
                key, step=[frame.step], value=[value], epoch=[frame.epoch], time=[frame.time]
            )

    def _follow_metrics(self, run: Run | RecordedRun) -> None:
        steps = recorder_of(run).steps
        if steps.revision != self._revision:  # rows that were sent have been changed
            self._revision = steps.revision
            for chart in self.all[:2]:
                chart.clear()
            self._drawn -= {key for key, _, _ in _SERIES}
            if self._markers is not None:
                self._markers.again()
        for key, name, place in _SERIES:
            if key in steps.names and key not in self._drawn:
                self._drawn.add(key)
                self.all[place].add_series(
                    key,
                    name=self._names.get(key, name),
                    smooth=True,
                    source=functools.partial(steps.points, key),
                )

    def _let_go(self) -> None:
        self._cursors.leave()
        if self._markers is not None:
            self._markers.close()
        self._markers = None
