"""The charts of a training panel: the loss, then the metrics, with the curves of earlier runs."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import ipywidgets

from dlwidgets._messages import join_messages, tr
from dlwidgets.training.executor import is_loss
from dlwidgets.widgets._live.markers import best_epoch, markers_of
from dlwidgets.widgets._live.sources import recorder_of
from dlwidgets.widgets.primitives.chart import Chart
from dlwidgets.widgets.training._metric_names import metric_title, series_name
from dlwidgets.widgets.training._panel_texts import empty_text
from dlwidgets.widgets.training._pinned_curves import PinnedCurves

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dlwidgets.recording.recorded_run import RecordedRun
    from dlwidgets.training.recorder import Recorder
    from dlwidgets.training.run import Run
    from dlwidgets.widgets._core.change import Change

_MAX_CHARTS = 4  # the loss and up to three metrics; further metrics share the last chart


class PanelCharts:
    """Charts of a run's metrics. The panel calls all methods under its lock.

    Args:
        text: Shown in charts without data.

    Attributes:
        charts: The charts: first the loss, then the metrics.
        grid: The widget that contains them.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._metrics: dict[str, Chart] = {}  # by the key of the series
        self._metrics_of: dict[Chart, list[str]] = {}  # metrics of the charts after the first
        self._planned: tuple[str, ...] = ()
        self._revision = 0
        self._unarranged = False
        self._pinned = PinnedCurves()
        self._finding: list[dict[str, Any]] = []
        # Widgets are created on this thread only; the number of metrics is known later.
        self.charts = tuple(self._make_chart(first=not i) for i in range(_MAX_CHARTS))
        self.grid = ipywidgets.GridBox(
            self.charts,
            layout={
                "grid_template_columns": "repeat(auto-fit, minmax(min(100%, 360px), 1fr))",
                "grid_gap": "12px",
                "width": "100%",
            },
        )

    def _make_chart(self, *, first: bool) -> Chart:
        chart = Chart(title=tr("Loss") if first else "", empty_text=self._text)
        chart.add_class("dlw-panel-chart")
        chart.layout.min_width = "0"
        if not first:
            chart.layout.display = "none"
        for trait in ("x_axis", "smoothing", "x_range"):
            chart.observe(self._share_setting, trait)
        return chart

    def _share_setting(self, change: Change[object]) -> None:
        """Give all charts of the panel the same axis, part of it, and smoothing."""
        for chart in self.charts:
            setattr(chart, change["name"], change["new"])

    # -- which charts there are ----------------------------------------------------------------

    def plan(self, metrics: Sequence[str]) -> None:
        """Show charts for metrics before they have data.

        Args:
            metrics: Their names.
        """
        self._planned = tuple(metrics)
        self.arrange()

    def arrange(self) -> None:
        """Hide the charts without a metric, but for those that are planned."""
        for chart in self.charts[1:]:
            if not chart.series and not {*self._metrics_of.get(chart, ())} & {*self._planned}:
                chart.title = ""
                self._metrics_of.pop(chart, None)
                chart.layout.display = "none"
        for name in self._planned:
            self._chart_for(name)

    def _chart_for(self, name: str) -> Chart:
        base = name.removeprefix("val_")
        if is_loss(base):
            return self.charts[0]
        for chart in self.charts[1:]:
            if base in self._metrics_of.get(chart, ()):
                return chart
        free = next((c for c in self.charts[1:] if not c.title), self.charts[-1])
        names = self._metrics_of.setdefault(free, [])
        names.append(base)
        free.title = join_messages([metric_title(n) for n in names], ", ")
        free.layout.display = None
        return free

    # -- what they show ------------------------------------------------------------------------

    def show(self, run: Run | RecordedRun) -> None:
        """Begin with another run. Reference curves stay."""
        self._metrics = {}
        self._unarranged = True
        self._revision = recorder_of(run).steps.revision
        for chart in self.charts:
            chart.clear()
        self._pinned.begin(self.charts)

    def clear(self) -> None:
        """Show no run. Reference curves stay."""
        self._metrics = {}
        for chart in self.charts:
            chart.clear()
            chart.empty_text = self._text
        self.arrange()

    def follow(self, run: Run | RecordedRun) -> None:
        """Add series for new metrics. If rows were rewritten, start over."""
        recorder = recorder_of(run)
        if recorder.steps.revision != self._revision:
            self._revision = recorder.steps.revision
            self._metrics = {}
            for chart in self.charts:
                chart.clear()
        for table, where in ((recorder.steps, "step"), (recorder.epochs, "epoch")):
            for name in table.names:
                key = f"{where}/{name}"
                if key in self._metrics or name == "learning_rate":
                    continue
                chart = self._chart_for(name)
                self._metrics[key] = chart
                per_step = where == "step"
                exact = name in recorder.exact or not per_step
                chart.add_series(
                    key,
                    name=series_name(name, per_step=per_step, exact=exact),
                    kind="line" if per_step else "line+markers",
                    smooth=per_step and exact,
                    source=functools.partial(table.points, name),
                )
                self._pinned.draw(chart, key, run)
                if key == "step/loss":
                    self.mark(run)
        if self._unarranged and self._metrics:
            self._unarranged = False
            self.arrange()

    def mark(self, run: Run | RecordedRun) -> None:
        """Show the events of a run, and its best epoch."""
        markers, best = markers_of(run), best_epoch(run)
        for chart in self.charts:
            with_best = best is not None and chart is self.charts[0]
            best_one = [best] if best is not None and with_best else []
            chart.markers = [*self._finding, *markers, *best_one]

    def mark_finding(self, marks: list[dict[str, Any]]) -> None:
        """Mark a part of the curves that a finding is about.

        Args:
            marks: As `Chart.markers`; empty for none.
        """
        before, self._finding = self._finding, marks
        if before == marks:
            return
        for chart in self.charts:
            chart.markers = [*marks, *(one for one in chart.markers if one not in before)]

    def say_why_empty(self, run: Run | RecordedRun) -> None:
        """Show in charts without points why they have none."""
        for chart in self.charts:
            chart.empty_text = empty_text(run, self._text)

    def tick(self) -> None:
        """Send new points."""
        for chart in self.charts:
            chart.tick()

    def finish(self) -> None:
        """Send the remaining points, and the snapshots that a saved notebook keeps."""
        for chart in self.charts:
            chart.finish()

    # -- the curves of earlier runs ------------------------------------------------------------

    def keep_as_reference(self, name: str) -> None:
        """Keep the current curves as pale curves behind those of the next run."""
        for chart in self.charts:
            chart.keep_reference(name)

    def compare_within(self, subject: str) -> None:
        """Draw only the reference curves that were kept for a subject; the others wait."""
        self._pinned.subject = subject
        for chart in self.charts:
            chart.compare_within(subject)
        self.arrange()

    def compare_with(self, name: str, recorder: Recorder) -> None:
        """Draw the curves of another run, pale, behind those of the next one.

        Args:
            name: Its name in the legend.
            recorder: What it has recorded.
        """
        self._pinned.compare_with(name, recorder)

    def clear_references(self) -> None:
        """Remove all reference curves, of all subjects."""
        for chart in self.charts:
            chart.clear_references()
        self.arrange()
