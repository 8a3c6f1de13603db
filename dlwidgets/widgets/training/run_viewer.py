"""A recorded run: its curves, its timeline and what it made, also while it is still written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets

from dlwidgets._messages import join_messages, tr
from dlwidgets.recording import RecordedRun, open_run
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets.primitives.text_line import TextLine
from dlwidgets.widgets.training._recorded_probe import RecordedProbe
from dlwidgets.widgets.training._recorded_samples import RecordedSamples
from dlwidgets.widgets.training.histograms import Histograms
from dlwidgets.widgets.training.panel import TrainingPanel

if TYPE_CHECKING:
    import os

    from dlwidgets.widgets.training.run_timeline import RunTimeline


class RunViewer(ClosesChildren, ipywidgets.VBox):
    """A recorded run: state, curves, a timeline, and what was recorded at each of its steps.

    Needs neither TensorFlow nor the model. While another kernel trains the run, it grows. All views
    of the same `RecordedRun` show the step that the timeline is at.

    Args:
        recorded: A recorded run, or its directory. `None` for an empty view until `show`.

    Attributes:
        panel: The `TrainingPanel` with the curves.
        timeline: The `RunTimeline`.
        probe: The samples that were recorded with each snapshot, with their predictions and
            activations; `None` before `show`.
        samples: Images and texts that the run made on its way; `None` before `show`.
        histograms: The `Histograms`; `None` before `show`.
        message: What is damaged; "" for nothing.

    Raises:
        RecordingError: The directory isn't that of a recorded run.

    Example:
        >>> rec = dl.open_run("runs/2026-11-28T22-31-05-mlp")  # doctest: +SKIP
        >>> dl.RunViewer(rec)  # doctest: +SKIP
    """

    def __init__(self, recorded: RecordedRun | str | os.PathLike[str] | None = None) -> None:
        self.recorded: RecordedRun | None = None
        self.panel = TrainingPanel(empty_text=tr("The values of the recorded steps appear here."))
        self.probe: RecordedProbe | None = None
        self.samples: RecordedSamples | None = None
        self.histograms: Histograms | None = None
        self._damage = TextLine()
        self._damage.add_class("dlw-message")
        super().__init__([self.panel, self._damage])
        self.add_class("dlw-run-viewer")
        if recorded is not None:
            self.show(recorded)

    @property
    def timeline(self) -> RunTimeline:
        """The `RunTimeline`."""
        return self.panel.timeline

    @property
    def message(self) -> str:
        """What is damaged; "" for nothing."""
        text: str = self._damage.value
        return text

    def show(self, recorded: RecordedRun | str | os.PathLike[str]) -> None:
        """Show another recorded run.

        Args:
            recorded: As for the class.

        Raises:
            RecordingError: As for the class; the view stays as it was.
        """
        run = open_run(recorded)
        parts = (self.probe, self.samples, self.histograms)
        before = [part for part in parts if part is not None]
        self.recorded = run
        self.panel.show(run)
        self.probe, self.samples = RecordedProbe(run), RecordedSamples(run)
        self.histograms = Histograms(run)
        self.children = [self.panel, self._damage, self.samples, self.probe, self.histograms]
        self._damage.say(join_messages(list(run.damage)), bad=True)
        for part in before:
            part.close()
