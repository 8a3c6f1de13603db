"""The panel of a Run: controls and live charts of the loss and the metrics."""

from __future__ import annotations

import threading
import time
import weakref
from typing import TYPE_CHECKING

import ipywidgets

from dlwidgets._messages import join_messages, tr
from dlwidgets.recording.recorded_run import RecordedRun
from dlwidgets.training.events import State
from dlwidgets.training.resources import ResourceMeter
from dlwidgets.training.run_engine import engine_of
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets._core.ticker import TICKER
from dlwidgets.widgets._live.cursor import ChartCursors
from dlwidgets.widgets._live.moment import keep_reading
from dlwidgets.widgets._live.sources import facts_of, recorder_of
from dlwidgets.widgets.primitives.run_bar import RunBar
from dlwidgets.widgets.training._panel_charts import PanelCharts
from dlwidgets.widgets.training._panel_texts import rates_text, run_message
from dlwidgets.widgets.training.doctor import Doctor
from dlwidgets.widgets.training.run_timeline import RunTimeline

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dlwidgets.training.events import Event
    from dlwidgets.training.recorder import Recorder
    from dlwidgets.training.run import Run

_RESOURCES_INTERVAL = 1.0  # seconds
_PHASE_SHOWN_AFTER = 0.5  # seconds
# The traits of the bar that belong to a run.
_NUMBERS = (
    *("state", "phase", "epoch", "epochs", "step", "step_in_epoch", "steps_per_epoch"),
    *("total_steps", "steps_per_second", "samples_per_second", "elapsed", "remaining"),
    *("learning_rate", "learning_rates", "learning_rate_locked", "parameters"),
    *("message", "message_kind"),
)
_NUMBERS_INTERVAL = 0.2  # seconds: faster changes can't be read


class TrainingPanel(ClosesChildren, ipywidgets.VBox):
    """Controls of a Run with its state, learning rate, progress, live charts and resources.

    Several panels may show the same Run: none has a state of its own.

    Args:
        source: The Run to show, or a recorded run, also one that another kernel trains. `None` for
            an empty panel until `show`.
        on_start: Called by the Start button if there is no run to start, or the last one has
            ended. Usually it builds a model and passes a new Run to `show`.
        empty_text: Shown in charts without data.
        planned: Names of metrics whose charts are shown before they have data, so that nothing
            moves when it comes.
        load_kept: How to load the weights that are kept when a loss becomes NaN, where that isn't a
            call of `run.restore`; "" where they can't be loaded.

    Attributes:
        bar: The panel's head, a `RunBar`.
        charts: The charts: first the loss, then the metrics.
        doctor: The `Doctor`, a line below the charts that opens.
        timeline: The `RunTimeline` of a run that is recorded; hidden for others.
        message: What the run's end or failure means; "" for nothing.

    Example:
        >>> digits = dl.data.load("digits").normalized()
        >>> model = dl.models.compiled("mlp", input_shape=(8, 8, 1), classes=10)
        >>> run = dl.fit(model, digits.x_train, digits.y_train, start=False)
        >>> dl.TrainingPanel(run)
        <TrainingPanel>
    """

    def __init__(
        self,
        source: Run | RecordedRun | None = None,
        *,
        on_start: Callable[[], None] | None = None,
        empty_text: str = tr("The loss of each step appears here."),
        planned: Sequence[str] = (),
        load_kept: str | None = None,
    ) -> None:
        self._lock = threading.RLock()
        self._on_start = on_start
        self._load_kept = load_kept
        self._unsubscribe: Callable[[], None] | None = None
        self._meter = ResourceMeter()
        self._next_resources = self._next_numbers = self._phase_since = 0.0
        self._new_markers = False
        self._reference = 0
        self._run: Run | RecordedRun | None = None
        self._ended: weakref.ref[Run] | None = None
        self.bar = RunBar(on_start=self._start, can_start=on_start is not None)
        self._curves = PanelCharts(empty_text)
        self.charts = self._curves.charts
        self._cursors = ChartCursors(self.charts)
        self.doctor = Doctor(charts=self._curves)
        self.doctor.clear()
        bar = self.bar
        self.doctor.model_name = lambda: str(bar.model_name)
        self.timeline = RunTimeline()
        self.timeline.lead(self.charts)
        self.timeline.layout.display = "none"
        super().__init__([self.bar, self._curves.grid, self.doctor, self.timeline])
        self.add_class("dlw-training-panel")
        self.plan(planned)
        if source is not None:
            self.show(source)

    def plan(self, metrics: Sequence[str]) -> None:
        """Show charts for metrics before they have data, so that nothing moves when it comes.

        Args:
            metrics: Their names.
        """
        with self._lock:
            self._curves.plan(metrics)

    # -- what it shows -------------------------------------------------------------------------

    @property
    def message(self) -> str:
        """What the run's end or failure means; "" for nothing."""
        text: str = self.bar.message
        return text

    @property
    def run(self) -> Run | RecordedRun | None:
        """The run that is shown; `None` for none, or for one that has ended and is gone.

        Widgets live as long as their notebook. So that the models of all its runs don't, a panel
        refers to a Run only until it has ended. The recorded numbers stay.
        """
        if self._run is not None:
            return self._run
        return self._ended() if self._ended is not None else None

    def show(self, source: Run | RecordedRun) -> None:
        """Show another run. Reference curves stay.

        Args:
            source: A Run or a recorded run.
        """
        run = source
        with self._lock:
            if self._unsubscribe is not None:
                self._unsubscribe()
            self._curves.show(run)
            self._run, self._ended = run, None
            self.bar.run = None if isinstance(run, RecordedRun) else run
            facts = facts_of(run)
            with self.bar.hold_sync():
                self.bar.model_name = facts.model_name
                self.bar.parameters = facts.parameters
                self.bar.blocking = facts.blocking
                self.bar.recorded = isinstance(run, RecordedRun)
                self.bar.say("")
            # By weak references: a Run must not keep a panel alive, nor its subscriber the Run.
            notice, owner = weakref.WeakMethod(self._notice), weakref.ref(run)

            def on_event(event: Event) -> None:
                method = notice()
                if method is not None:
                    method(owner(), event)

            self._unsubscribe = run.subscribe(on_event)
            self._show_state()
            self._show_numbers()
            self.timeline.show(run)
            self._offer_timeline()
            self._cursors.show(run)
            self.doctor.show(run)
        TICKER.add(self)

    def clear(self) -> None:
        """Show no Run, as before the first. Reference curves stay."""
        with self._lock:
            if self._unsubscribe is not None:
                self._unsubscribe()
            TICKER.remove(self)
            self._unsubscribe = self._run = self._ended = self.bar.run = None
            self.timeline.clear()
            self.doctor.clear()
            self._cursors.leave()
            self._curves.clear()
            with self.bar.hold_sync():
                for name in _NUMBERS:
                    setattr(self.bar, name, self.bar.traits()[name].default_value)
                self.bar.can_start, self.bar.can_restart = self._on_start is not None, False
                self.bar.seq += 1

    def keep_as_reference(self, name: str = "", *, what: str = "") -> str:
        """Keep the current curves as pale curves behind those of the next run.

        Args:
            name: Name in the legend. Default: "Run 1", "Run 2", …
            what: What is special about these curves, such as "Adam 0.1"; part of a default name.

        Returns:
            The name.
        """
        with self._lock:
            self._reference += 1
            number = tr("Run {number}", number=str(self._reference))
            kept = name or join_messages([number, what], ", ")
            self._curves.keep_as_reference(kept)
        return kept

    def compare_within(self, subject: str) -> None:
        """Draw only the reference curves that were kept for a subject; the others wait.

        Args:
            subject: What makes runs comparable, such as the name of the data set.
        """
        with self._lock:
            self._curves.compare_within(subject)

    def compare_with(self, name: str, recorder: Recorder) -> None:
        """Draw the curves of another run, pale, behind those of the run that is shown next.

        Args:
            name: Its name in the legend.
            recorder: What it has recorded.
        """
        with self._lock:
            self._curves.compare_with(name, recorder)

    def clear_references(self) -> None:
        """Remove all reference curves, of all subjects."""
        with self._lock:
            self._reference = 0
            self._curves.clear_references()

    def _release(self) -> None:
        TICKER.remove(self)
        self._cursors.leave()
        if self._unsubscribe is not None:
            self._unsubscribe()

    def _owned(self) -> list[ipywidgets.Widget]:
        return [
            self._curves.grid,
            self.doctor,
            self.timeline,
        ]  # a page may have put other children in its place

    # -- keeping up ----------------------------------------------------------------------------

    def tick(self) -> bool:
        """Send what is new; called by the ticker."""
        with self._lock:
            run = self.run
            if run is None:
                return False
            ended = run.state.ended  # before reading, so that nothing is missed
            if isinstance(run, RecordedRun):
                keep_reading(run)
                if ended:
                    run.refresh()
            self._offer_timeline()
            self._curves.follow(run)
            if self._new_markers:
                self._new_markers = False  # first: a marker added now is shown at the next tick
                self._curves.mark(run)
                self._show_message(run)  # one may say what happened to the data
            self._curves.tick()
            now = time.monotonic()
            if now >= self._next_numbers or ended:
                self._next_numbers = now + _NUMBERS_INTERVAL
                self._show_numbers()
            if now >= self._next_resources and not isinstance(run, RecordedRun):
                self._next_resources = now + _RESOURCES_INTERVAL
                self.bar.show_resources(self._meter.read())
            if ended:
                self._show_state()
                self._curves.finish()
                self._let_go(run)
            return not ended

    def _offer_timeline(self) -> None:
        """Show the timeline of a run that is recorded, also before its first snapshot."""
        display = None if self.timeline.records else "none"
        if self.timeline.layout.display != display:
            self.timeline.layout.display = display

    def _let_go(self, run: Run | RecordedRun) -> None:
        """Release the Run, which has ended (see `run`). A recorded run holds no model."""
        if isinstance(run, RecordedRun):
            return
        if self._unsubscribe is not None:
            self._unsubscribe()
        self._unsubscribe = None
        self._ended = weakref.ref(run)
        self.timeline.let_go()
        self._run = self.bar.run = None

    def _notice(self, run: Run | RecordedRun | None, event: Event) -> None:
        """Update at once after a click; called on the training thread."""
        with self._lock:
            if run is not self._run:
                return  # another run is shown since, or none
            if event.kind == "state":
                self._show_state()
            elif event.kind == "phase":
                # A validation of a few milliseconds would only flicker: see `tick`.
                self._phase_since = time.monotonic()
            elif event.kind == "marker":
                self._new_markers = True  # shown at the next tick, as there may be many
            elif event.kind == "learning_rate":
                self._show_numbers()
            elif event.kind == "epoch":
                self._new_markers = True  # the best epoch
                self._next_numbers = 0.0

    def _show_state(self) -> None:
        run, bar = self.run, self.bar
        if run is None:
            return
        state = run.state
        if state.ended or state is State.PAUSED:  # the numbers of this state come before it
            self._next_numbers = 0.0
            self._show_numbers()
        with bar.hold_sync():
            bar.state = state.value
            bar.phase = self._phase(run)
            bar.can_start = state is State.READY and bar.run is not None and not bar.blocking
            bar.can_restart = self._on_start is not None and state.ended
            bar.device = facts_of(run).device
            self._show_message(run)
            bar.seq += 1
        self._curves.say_why_empty(run)

    def _show_message(self, run: Run | RecordedRun) -> None:
        kind = "error" if run.state is State.FAILED else "warning"
        self.bar.say(run_message(run, self._load_kept), kind)

    def _phase(self, run: Run | RecordedRun) -> str:
        """Return the phase, if it lasts long enough to be shown."""
        if isinstance(run, RecordedRun):
            return ""
        if run.pending or run.phase == "starting":
            return run.pending or run.phase
        lasts = time.monotonic() - self._phase_since > _PHASE_SHOWN_AFTER
        return run.phase if run.phase == "validating" and lasts else ""

    def _show_numbers(self) -> None:
        run, bar = self.run, self.bar
        if run is None:
            return
        recorder, facts = recorder_of(run), facts_of(run)
        rate = facts.speed
        per_epoch = recorder.steps_per_epoch or 0
        total = per_epoch * facts.epochs_to_run
        rates = facts.rates
        going = rate.steps > 0 and total and not run.state.ended
        with bar.hold_sync():
            bar.phase = self._phase(run)
            bar.device = facts.device
            bar.epoch = min(recorder.epoch + 1, facts.epochs)
            bar.epochs = facts.epochs
            bar.step = recorder.step
            bar.step_in_epoch = recorder.step_in_epoch
            bar.steps_per_epoch = per_epoch
            bar.total_steps = total
            bar.steps_per_second = rate.steps
            bar.samples_per_second = rate.samples
            bar.elapsed = recorder.clock.seconds
            bar.remaining = (total - recorder.step) / rate.steps if going else -1.0
            bar.learning_rate = rates.get(bar.optimizer, next(iter(rates.values()), -1.0))
            bar.learning_rates = "" if bar.optimizer else rates_text(rates)
            bar.learning_rate_locked = facts.lock
            if not bar.parameters:
                bar.parameters = facts.parameters

    def _start(self) -> None:
        run = self.bar.run
        if run is not None and run.state is State.READY:
            engine_of(run).start(run)  # unless the page has started it meanwhile
            self._show_state()
            TICKER.add(self)
        elif self._on_start is not None:
            self._on_start()
