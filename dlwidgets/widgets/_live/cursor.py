"""The line in charts at the moment that the views of a run show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dlwidgets.widgets._live.moment import moment_of
from dlwidgets.widgets._live.sources import recorder_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dlwidgets.recording.recorded_run import RecordedRun
    from dlwidgets.training.recorder import Recorder
    from dlwidgets.training.run import Run
    from dlwidgets.widgets._live.moment import Moment
    from dlwidgets.widgets.primitives.chart import Chart


class ChartCursors:
    """Keeps the cursors of charts at the moment of a run.

    Args:
        charts: The charts.
    """

    def __init__(self, charts: Sequence[Chart]) -> None:
        self._charts = charts
        self._moment: Moment | None = None
        self._recorder: Recorder | None = None

    def show(self, source: Run | RecordedRun | None) -> None:
        """Follow the moment of another run.

        Args:
            source: A Run or a recorded run; None for none.
        """
        self.leave()
        if source is None:
            return
        self._recorder, self._moment = recorder_of(source), moment_of(source)
        self._moment.join(self)
        self.moved(self._moment.step)

    def leave(self) -> None:
        """Follow no moment."""
        if self._moment is not None:
            self._moment.leave(self)
        self._moment = self._recorder = None
        self._place({})

    def moved(self, step: int | None) -> bool:
        """Put the lines at another moment; called by it."""
        recorder = self._recorder
        self._place({} if step is None or recorder is None else _place_of(recorder, step))
        return False

    def _place(self, cursor: dict[str, float]) -> None:
        for chart in self._charts:
            if chart.cursor != cursor:
                chart.cursor = cursor


def _place_of(recorder: Recorder, step: int) -> dict[str, float]:
    """Return a step on each of the axes."""
    rows = recorder.steps.rows()
    at = int(np.searchsorted(rows.step, step, "right")) - 1
    if at < 0:
        return {"step": float(step), "epoch": 0.0, "time": 0.0}
    return {"step": float(step), "epoch": float(rows.epoch[at]), "time": float(rows.time[at])}
