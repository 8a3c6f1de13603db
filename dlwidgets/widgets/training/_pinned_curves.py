"""The curves of the pinned run in a panel, pale, behind those of the run that it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlwidgets.recording import RecordedRun
from dlwidgets.widgets._live.pinned import PINNED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dlwidgets.training.run import Run
    from dlwidgets.widgets.primitives.chart import Chart


class PinnedCurves:
    """Draws the reference that was pinned on the Runs page or in `dl.Runs`.

    Attributes:
        subject: The name of the data that the panel is about, "" if it isn't known. A reference
            that is known to be about other data isn't drawn: its losses can't be compared.
    """

    def __init__(self) -> None:
        self.subject = ""
        self._run: RecordedRun | None = None
        self._drawn: set[str] = set()

    def begin(self, charts: Iterable[Chart]) -> None:
        """Take the reference that is pinned now, for a run that is shown from now on.

        Args:
            charts: The charts of the panel.
        """
        pinned = PINNED.run
        if pinned is not self._run:
            for chart in charts:
                chart.unpin_reference()
            self._run, self._drawn = pinned, set()

    def draw(self, chart: Chart, key: str, run: Run | RecordedRun) -> None:
        """Draw the reference's curve behind a new series, if there is one.

        Args:
            chart: The chart with the series.
            key: The key of the series, as `step/…` or `epoch/…`.
            run: The run that the panel shows.
        """
        pinned = self._run
        if pinned is None or key in self._drawn or not self._compares(pinned, run):
            return
        where, _, name = key.partition("/")
        table = pinned.recorder.steps if where == "step" else pinned.recorder.epochs
        if name in table.names:
            self._drawn.add(key)
            chart.pin_reference(pinned.name, key, table.points(name))

    def _compares(self, pinned: RecordedRun, run: Run | RecordedRun) -> bool:
        recorded = run if isinstance(run, RecordedRun) else run.recording
        if recorded is not None and recorded.path == pinned.path:
            return False
        about = pinned.info.get("about")
        data: Any = about.get("dataset") if isinstance(about, dict) else None
        return not (self.subject and data and data != self.subject)
