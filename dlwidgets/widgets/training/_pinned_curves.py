"""The curves of another run in a panel, pale, behind those of the run that it shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlwidgets.recording import RecordedRun
from dlwidgets.widgets._live.pinned import PINNED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dlwidgets.training.recorder import Recorder
    from dlwidgets.training.run import Run
    from dlwidgets.widgets.primitives.chart import Chart


class PinnedCurves:
    """Draws the reference that was pinned on the Runs page or in `dl.Runs`, or another run.

    Attributes:
        subject: The name of the data that the panel is about, "" if it isn't known. A reference
            that is known to be about other data isn't drawn: its losses can't be compared.
    """

    def __init__(self) -> None:
        self.subject = ""
        self._run: RecordedRun | None = None
        self._before: tuple[str, Recorder] | None = None
        self._drawn: set[str] = set()

    def compare_with(self, name: str, recorder: Recorder) -> None:
        """Draw the curves of another run in place of the pinned one's.

        Args:
            name: Its name in the legend.
            recorder: What it has recorded. Its curves are drawn as they are when the shown run
                begins with the same.
        """
        self._before = name, recorder

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
        if key in self._drawn:
            return
        if self._before is not None:
            called, recorder = self._before
        elif pinned is not None and self._compares(pinned, run):
            called, recorder = pinned.name, pinned.recorder
        else:
            return
        where, _, name = key.partition("/")
        table = recorder.steps if where == "step" else recorder.epochs
        if name in table.names:
            self._drawn.add(key)
            chart.pin_reference(called, key, table.points(name))

    def _compares(self, pinned: RecordedRun, run: Run | RecordedRun) -> bool:
        recorded = run if isinstance(run, RecordedRun) else run.recording
        if recorded is not None and recorded.path == pinned.path:
            return False
        about = pinned.info.get("about")
        data: Any = about.get("dataset") if isinstance(about, dict) else None
        return not (self.subject and data and data != self.subject)
