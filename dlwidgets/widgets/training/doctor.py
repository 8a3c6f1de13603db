"""What is wrong with a run, why, and a button that tries a change beside it."""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np

from dlwidgets._messages import error_message, join_messages, tr
from dlwidgets.inspect.diagnosis import Diagnosis
from dlwidgets.inspect.diagnosis.observing import first_rate
from dlwidgets.recording.recorded_run import RecordedRun
from dlwidgets.training.verdicts import outcome
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets._core.ticker import TICKER
from dlwidgets.widgets._live.sources import recorder_of
from dlwidgets.widgets.primitives.doctor_notes import DoctorNotes
from dlwidgets.widgets.primitives.text_line import TextLine
from dlwidgets.widgets.training._doctor_records import headline_of, marks_of, records_of
from dlwidgets.widgets.training._doctor_watch import Watch
from dlwidgets.widgets.training._panel_charts import PanelCharts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dlwidgets._keras_types import Nested
    from dlwidgets.inspect.diagnosis import Finding, Remedy
    from dlwidgets.training.events import Event
    from dlwidgets.training.recorder import Recorder
    from dlwidgets.training.run import Run

_MOST_TRIALS = 3


class Doctor(ClosesChildren, ipywidgets.VBox):
    """What is wrong with a run, in words: what is seen, why, and what to try.

    Reads the curves of a run while it trains, its data, and, where the curves leave a question, the
    gradients and activations of its model. It recognizes a run that doesn't learn, a learning rate
    that is too high or too low, overfitting, dead units, inputs that aren't scaled, samples in
    order that aren't shuffled, labels that don't belong to the inputs, imbalanced classes, and a
    loss that is or becomes NaN. A button trains a second run with the suggested change, from the
    same first weights, and draws its curves over those of the first.

    Each panel of a Run has one, as a single line that opens.

    Args:
        source: A Run or a recorded run; `None` for an empty view until `show`.
        x: Its inputs, as `dl.fit` takes them. Default: those that the Run was given, as long as you
            keep them.
        y: Its targets.
        validation_data: As for `dl.fit`.
        charts: The charts of a panel, in which findings are marked. Default: a chart of its own.

    Attributes:
        notes: The line with its details.
        trials: The runs that were tried, each with its panel.
        model_name: Returns what a page calls the model; "" for the model's own name.
        diagnosis: The findings, as `dl.inspect.diagnosis.Diagnosis`.

    Example:
        >>> digits = dl.data.load("digits").normalized()
        >>> model = dl.models.compiled("mlp", input_shape=(8, 8, 1), classes=10)
        >>> run = dl.fit(model, digits.x_train, digits.y_train, start=False)
        >>> dl.Doctor(run)
        <Doctor>
    """

    def __init__(
        self,
        source: Run | RecordedRun | None = None,
        x: Nested = None,
        y: Nested = None,
        *,
        validation_data: Nested = None,
        charts: PanelCharts | None = None,
    ) -> None:
        self._lock = threading.RLock()
        self._recorder: Recorder | None = None
        self._named: list[str] = []  # the findings that are shown
        self.notes = DoctorNotes(self._try)
        self.watch = Watch(self._take)
        self._own: PanelCharts | None = None
        if charts is None:
            self._own = PanelCharts(tr("The loss of each step appears here."))
            charts = self._own
            self.notes.expanded = True
        self._charts = charts
        self.model_name: Callable[[], str] = str
        self.trials = ipywidgets.VBox([])
        self.trials.add_class("dlw-doctor-trials")
        super().__init__(
            [self.notes, *(() if self._own is None else charts.charts[:1]), self.trials]
        )
        self.add_class("dlw-doctor-view")
        self.notes.observe(self._opened, "expanded")
        self.notes.observe(lambda _: self._mark(), "selected")
        if source is not None:
            self.show(source, x, y, validation_data=validation_data)

    @property
    def diagnosis(self) -> Diagnosis:
        """The findings; as of the last time that the run was looked at."""
        return self.watch.diagnosis

    @property
    def run(self) -> Run | RecordedRun | None:
        """The run; `None` for none, or for one that has ended and is gone."""
        return self.watch.run

    def show(
        self,
        source: Run | RecordedRun,
        x: Nested = None,
        y: Nested = None,
        *,
        validation_data: Nested = None,
    ) -> None:
        """Show another run. The trials of the one before go.

        Args:
            source: As for the class.
            x: As for the class.
            y: As for the class.
            validation_data: As for the class.
        """
        given = None
        if x is not None:
            given = {"x": x, "y": y, "validation_data": validation_data, "sample_weight": None}
        self._forget()
        with self._lock:
            self._recorder = recorder_of(source)
            if self._own is not None:
                self._own.show(source)
            self._show(Diagnosis(early=True), begun=bool(self._recorder.step), ended=False)
        self.watch.read(self.notes.expanded)
        self.watch.show(source, given)
        if self._own is not None:
            TICKER.add(self)

    def clear(self) -> None:
        """Show no run."""
        self._forget()
        self.notes.headline, self.notes.tone = tr("Doctor: no run yet"), "waiting"

    def _forget(self) -> None:
        self.watch.leave()
        with self._lock:
            self._recorder = None
            with self.notes.hold_sync():
                self.notes.findings, self.notes.selected, self.notes.note = [], "", ""
            before, self.trials.children = self.trials.children, ()
        for trial in before:
            trial.close()

    def _release(self) -> None:
        TICKER.remove(self)
        self.watch.close()

    def _owned(self) -> Sequence[ipywidgets.Widget]:
        return [] if self._own is None else [self._own.grid]

    def tick(self) -> bool:
        """Draw what is new in its own chart; called by the ticker."""
        own, run = self._own, self.run
        if own is None or run is None:
            return False
        with self._lock:
            ended = run.state.ended
            own.follow(run)
            own.mark(run)
            own.tick()
            if ended:
                own.finish()
        return not ended

    # -- what it says ----------------------------------------------------------------------------

    def _take(self, diagnosis: Diagnosis) -> None:
        """Show a diagnosis; called on the watch's thread."""
        recorder, run = self._recorder, self.run
        if recorder is None:
            return
        ended = run is None or run.state.ended
        with self._lock:
            self._show(diagnosis, begun=bool(recorder.step), ended=ended)

    def _show(self, diagnosis: Diagnosis, *, begun: bool, ended: bool) -> None:
        recorder, notes = self._recorder, self.notes
        assert recorder is not None, "a run is shown"
        headline, tone = headline_of(
            diagnosis, begun=begun, ended=ended, unchecked=self.watch.unchecked
        )
        records = records_of(diagnosis, recorder, self._problem_of(begun=begun))
        names = [record["id"] for record in records]
        with notes.hold_sync():
            notes.headline, notes.tone, notes.findings = headline, tone, records
            notes.note = self.watch.problem if begun else ""
            before, none = notes.selected, not self._named
            if before not in names:
                notes.selected = ""
        # Without a choice of the user's own, who may want no mark.
        if notes.expanded and names and (none or (before and before not in names)):
            self._select_first()
        self._named = names
        self._mark()

    def _problem_of(self, *, begun: bool) -> Any:
        """Return the function that says why a remedy can't be tried."""
        from dlwidgets.training.trying import NO_DATA, why_not

        run = self.run if begun else None
        data = self.watch.data_of() if run is not None else None

        def problem(remedy: Remedy) -> str:
            if run is None or data is None:
                return NO_DATA
            if isinstance(run, RecordedRun):
                return ""  # its model is read when the button is pressed
            return why_not(remedy, run.model, data)

        return problem

    def _opened(self, change: Any) -> None:
        self.watch.read(bool(change["new"]))
        if change["new"]:
            self._select_first()
        else:
            self.notes.selected = ""

    def _select_first(self) -> None:
        placed = [one["id"] for one in self.notes.findings if one["where"]]
        self.notes.selected = placed[0] if placed else ""

    def _mark(self) -> None:
        """Mark the selected finding in the charts."""
        recorder = self._recorder
        chosen: Finding | None = None
        if self.notes.expanded and self.notes.selected:
            found = self.diagnosis.findings
            chosen = next((one for one in found if one.kind == self.notes.selected), None)
        marks = [] if recorder is None else marks_of(chosen, recorder)
        self._charts.mark_finding(marks)

    # -- trying a change --------------------------------------------------------------------------

    def _try(self, kind: str, index: int) -> None:
        """Train beside the run with a change; called when its button is pressed."""
        found = next((one for one in self.diagnosis.findings if one.kind == kind), None)
        if found is None or index >= len(found.remedies):
            return
        self.notes.busy = True
        try:
            self.try_change(found.remedies[index])
        except (ValueError, TypeError, RuntimeError, OSError) as error:
            self.notes.note = tr("This can't be tried. {problem}", problem=error_message(error))
        finally:
            self.notes.busy = False

    def try_change(self, remedy: Remedy) -> Run:
        """Train a second run with a change, from the same first weights, and show it below.

        It is stopped when its panel goes: with the view, another run, or the third trial after it.

        Args:
            remedy: One of the `remedies` of a finding.

        Returns:
            The second run, which trains.

        Raises:
            CannotTryError: The run or its data are gone, or the change can't be made.
        """
        from dlwidgets.training.trying import NO_DATA, CannotTryError, begin_changed
        from dlwidgets.widgets.training._doctor_sources import given_of, model_of

        run, data, recorder = self.run, self.watch.data_of(), self._recorder
        if run is None or data is None or recorder is None:
            raise CannotTryError(NO_DATA)
        facts = self.watch.data
        second = begin_changed(
            remedy,
            model_of(run),
            given_of(run),
            data,
            rate=first_rate(recorder),
            counts=() if facts is None else facts.counts,
        )
        self._show_trial(second, remedy, recorder)
        second.start()
        return second

    def _show_trial(self, second: Run, remedy: Remedy, recorder: Recorder) -> None:
        from dlwidgets.widgets.training.panel import TrainingPanel

        about = TextLine(remedy.label)
        about.add_class("dlw-doctor-trial-title")
        about.add_class("dlw-wrapped")
        panel = TrainingPanel()
        panel.compare_with(tr("Before"), recorder)
        panel.show(second)
        panel.bar.model_name = self.model_name() or panel.bar.model_name
        trial = _Trial([about, panel], second)
        trial.add_class("dlw-doctor-trial")
        kept = (*self.trials.children, trial)
        self.trials.children = kept[-_MOST_TRIALS:]
        for one in kept[:-_MOST_TRIALS]:
            one.close()
        line = weakref.ref(about)

        def on_event(event: Event) -> None:
            shown = line()
            if event.kind == "state" and second.state.ended and shown is not None:
                shown.value = join_messages([remedy.label, _result(second, recorder)], ": ")

        second.subscribe(on_event)


class _Trial(ClosesChildren, ipywidgets.VBox):
    """A run that was tried, and what was changed. Where it isn't shown any more, it ends."""

    def __init__(self, children: Sequence[ipywidgets.Widget], run: Run) -> None:
        self._tried = weakref.ref(run)
        super().__init__(children)

    def _release(self) -> None:
        run = self._tried()
        if run is not None and not run.state.ended:
            run.stop()


def _result(second: Run, before: Recorder) -> str:
    """What a trial has given, and what there was before."""
    if second.error is not None:
        return second.message
    name = "val_loss" if "val_loss" in before.epochs.names else "loss"
    history = second.history
    if not history.get(name) or name not in before.epochs.names:
        return outcome(second)
    old = before.epochs.points(name).value
    finite = old[np.isfinite(old)]
    if not len(finite):
        return outcome(second)
    return join_messages(
        [outcome(second), tr("Best loss before: {loss}.", loss=f"{float(finite.min()):.4g}")], " "
    )
