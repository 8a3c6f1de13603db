"""Keeping a view of a model up to date while the model trains, at a bounded cost."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from dlwidgets._messages import tr
from dlwidgets.training.events import State
from dlwidgets.training.model_source import ModelSource
from dlwidgets.training.run_engine import engine_of
from dlwidgets.widgets._core.ticker import TICKER
from dlwidgets.widgets._core.worker import Worker
from dlwidgets.widgets._live.begun import check_begun
from dlwidgets.widgets._live.budget import INTERVAL, Budget, budget_of, next_time
from dlwidgets.widgets._live.controls import FollowerControls
from dlwidgets.widgets._live.moment import Moment, keep_reading, moment_of
from dlwidgets.widgets._live.pace import Pace

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from dlwidgets.recording.recorded_run import RecordedRun
    from dlwidgets.training.run import Run
    from dlwidgets.widgets._core.change import Change
    from dlwidgets.widgets._live.film import Film

R = TypeVar("R")

_NOT_DRAWN = -2
_NOTHING_SEEN: tuple[Hashable, State | None] = (None, None)

SHARED = -1
"""Where a view follows the moment that all views of its run share."""


class Follower(Generic[R]):
    """Updates a view of a model whenever a Run's weights, or the user's choices, change.

    Args:
        compute: Receives the model, returns what `draw` needs. Called on the follower's thread, or,
            for a model that can't be cloned, on the training thread. All views of the Run wait for
            it: work that takes seconds clones the model with `OwnClone` and is left to `draw`.
        draw: Receives what `compute` returned, and sets traits; called on the follower's thread.
        on_error: Receives what either raised.
        name: Of the thread.
        parts: Parts of the model that `compute` receives in its place, such as `"decoder"`; see
            `ModelSource.use`.
        news: What has to change for an update: the step count by default.
        update_held: Whether updates go on while the view is held, for one that keeps a history.
        on_hold: Called with each new value of `hold`.
        on_travel: Called when another moment is to be shown, before the update for it.

    Attributes:
        controls: The `FollowerControls`; hidden unless a Run is followed.

    Example:
        >>> follower = Follower(predict, view.draw, view.failed, name="example")  # doctest: +SKIP
        >>> follower.show(run)  # doctest: +SKIP
    """

    def __init__(
        self,
        compute: Callable[..., R],
        draw: Callable[[R], None],
        on_error: Callable[[Exception], None],
        *,
        name: str,
        parts: tuple[str, ...] = (),
        news: Callable[[Run], Hashable] | None = None,
        update_held: bool = False,
        on_hold: Callable[[bool], None] | None = None,
        on_travel: Callable[[], None] | None = None,
    ) -> None:
        self._compute, self._draw, self._tell = compute, draw, on_error
        self._parts, self._news = parts, news or _step_count
        self._update_held, self._on_hold, self._on_travel = update_held, on_hold, on_travel
        self._worker = Worker(f"dlwidgets-{name}", self._failed)
        self.source: ModelSource | None = None
        """The model that is shown; None before `show`."""
        self._budget: Budget | None = None
        self._seen = _NOTHING_SEEN
        self._next, self._shown_step = 0.0, -1
        self._pace = Pace()
        self._moment: Moment | None = None
        self._own_at: int | None = SHARED
        self._number = 0  # of the move that is being shown
        self._awake, self._eager, self._missed = True, True, False
        self.filmed: list[Film] = []
        """The films of recorded steps that can be made of the view."""
        self.drawn_step = _NOT_DRAWN
        """Steps that the weights were trained for of which something was drawn last."""
        self._visits: int | None = None  # the recorded step that is shown for a film
        self.controls = FollowerControls()
        self.controls.hold.observe(self._hold_changed, "value")
        self.controls.share.observe(self._share_changed, "value")

    @property
    def hold(self) -> bool:
        """Whether the view is frozen while its Run continues."""
        return bool(self.controls.hold.value)

    @hold.setter
    def hold(self, value: bool) -> None:
        self.controls.hold.value = value

    @property
    def awake(self) -> bool:
        """Whether it follows its Run; a view that is out of sight needs not."""
        return self._awake

    @awake.setter
    def awake(self, value: bool) -> None:
        woken, self._awake = value and not self._awake, value
        if woken and self._budget is not None:
            self._eager = True  # a view that is opened waits for no budget
            TICKER.add(self)  # the run may have ended meanwhile
        if woken and self._missed:
            self.ask()

    @property
    def step(self) -> int:
        """Steps that the weights shown were trained for; -1 for a finished model."""
        return -1 if self.source is None else self.source.step

    @property
    def at(self) -> int | None:
        """The recorded step that is to be shown; None for the present."""
        if self._visits is not None:
            return self._visits
        if self._own_at != SHARED:
            return self._own_at
        return None if self._moment is None else self._moment.step

    def go(self, step: int | None = SHARED) -> None:
        """Show a moment of its own.

        Args:
            step: The recorded step; None for the present. Without it, the view shows again what all
                views of the run show.
        """
        if step is not None and step != SHARED and step < 0:
            message = tr("Expected a step from 0 on. Received: {step}", step=step)
            raise ValueError(message)
        self._own_at = step
        self._travel()

    def moved(self, _step: int | None) -> bool:
        """Show another moment, which all views of the run show; called by it."""
        return self._own_at == SHARED and self._visits is None and self._travel()

    def visit(self, step: int) -> None:
        """Show a recorded step for a film, whatever is to be shown, and also out of sight.

        Args:
            step: The step of a snapshot. `busy` until it is drawn, and then `drawn_step`.
        """
        self._visits, self.drawn_step = step, _NOT_DRAWN
        self._travel()

    def end_visit(self) -> None:
        """Show again what is to be shown, after a film."""
        self._visits = None
        self._travel()

    @property
    def visiting(self) -> bool:
        """Whether a recorded step is shown for a film."""
        return self._visits is not None

    def tell_shown(self) -> None:
        """Let the timeline go on, before a `draw` that takes seconds has ended."""
        if self._moment is not None:
            self._moment.shown(self, self._number)

    def _travel(self) -> bool:
        """Show the moment that is to be shown, and return whether that is drawn soon."""
        source = self.source
        if self._on_travel is not None:
            self._on_travel()
        if source is None or (source.recording is None and self.at is not None):
            return False
        if source.run is not None and self.at is None:  # what came meanwhile
            self._seen, self._next, self._eager = _NOTHING_SEEN, 0.0, True
            TICKER.add(self)
        self._missed = not self._awake and self._visits is None
        if self._missed:
            return False
        refresh = source.run is not None and self.at is None
        self._worker.submit(lambda: self._update(source, refresh=refresh))
        return True

    @property
    def in_past(self) -> bool:
        """Whether a recorded step is shown: what follows the training has nothing to add."""
        return self.source is not None and self.source.at is not None

    @property
    def run(self) -> Run | None:
        """The Run that is followed, None for a finished model."""
        return None if self.source is None else self.source.run

    @property
    def busy(self) -> bool:
        """Whether an update is in progress or waits for the thread."""
        return self._worker.busy

    @property
    def prepared(self) -> bool:
        """Whether it needs nothing more before a Run starts: its first update is over."""
        source = self.source
        first = source is not None and source.run is not None and source.ready and self._awake
        return not first or (self._seen is not _NOTHING_SEEN and not self._worker.busy)

    def show(self, source: Any) -> None:
        """Show another model or Run from now on.

        Args:
            source: A built Keras model, a Run, a recorded run, or a `ModelSource` of one of them.
        """
        self._leave()
        self.source = fresh = source if isinstance(source, ModelSource) else ModelSource(source)
        self._seen, self._next, self._shown_step, self._eager = _NOTHING_SEEN, 0.0, -1, True
        self._pace = Pace()
        self._own_at, self._visits = SHARED, None
        self.controls.clear()
        travels = fresh.run or fresh.recorded
        self.controls.layout.display = "none" if travels is None else None
        self.controls.offer(follows=fresh.run is not None)
        if travels is not None:
            self._moment = moment_of(travels)
            self._moment.join(self)
        if fresh.run is None:
            self._worker.submit(lambda: self._update(fresh, refresh=True))
            if fresh.recorded is not None:
                TICKER.add(self)
            return
        self._budget = budget_of(fresh.run)
        if not self._budget.chosen:  # a further run goes on with what the user chose before
            self._budget.choose(self.controls.share.value)
        self._budget.join(self)
        self.show_share(self._budget.share)
        TICKER.add(self)

    def leave(self) -> None:
        """Draw nothing more of what is shown now, while the view is prepared for something else.

        An update in progress is dropped with its result or error; `show` comes next.
        """
        self._leave()
        self.source = None

    def ask(self) -> None:
        """Update at once, with the weights at hand: the user changed something."""
        source = self.source
        if source is None or (source.run is not None and source.step < 0):
            return  # the first update comes by itself
        self._missed = not self._awake
        if self._missed:  # what is out of sight costs nothing
            return
        self._worker.submit(lambda: self._update(source, refresh=False))

    def delay(self, seconds: float) -> None:
        """Update for new weights no sooner than this, while the user is busy with the view.

        Args:
            seconds: From now on.
        """
        self._next = max(self._next, time.monotonic() + seconds)

    def tick(self) -> bool:
        """Update when there is reason to; called by the ticker."""
        source, budget = self.source, self._budget
        if source is not None and source.recorded is not None:
            return self._tick_recorded(source, source.recorded)
        if source is None or source.run is None or budget is None:
            return False
        run = source.run
        if self.at is not None:
            return not run.state.ended
        news, ended = self._seen != self._state_of(run), run.state.ended
        if not source.ready and not ended:
            return True  # its weights come with the first step
        wanted = news and self._awake and (self._update_held or not self.hold)
        if wanted and not self._worker.busy:
            # A run that is paused loses nothing by an update, and single steps are to be seen.
            rests, now = run.state is not State.RUNNING, time.monotonic()
            interval = budget.interval(engine_of(run).recorder.rate().steps)
            due = self._eager or (
                now >= self._next and budget.turn(self, self._pace.cost, interval)
            )
            if rests or due:
                self._eager = False
                self._next = next_time(self._next, now, interval)
                self._worker.submit(lambda: self._update(source, refresh=True))
        return not run.state.ended or wanted or self._worker.busy

    def _tick_recorded(self, source: ModelSource, recorded: RecordedRun) -> bool:
        """Show the newest snapshot of a run that another kernel trains."""
        ended = recorded.state.ended
        if not ended:
            keep_reading(recorded)
        snapshots = recorded.snapshots
        newest = snapshots[-1].step if snapshots else -1
        news = self.at is None and newest not in (-1, source.step) and not self.hold
        if news and self._awake and not self._worker.busy:
            self._worker.submit(lambda: self._update(source, refresh=True))
        return not ended or (news and self._awake)

    def show_share(self, share: float) -> None:
        """Show the budget that was chosen in another view of the same Run."""
        self._next = 0.0  # how long it waits was computed from the share before
        if self.controls.share.value != share:
            self.controls.share.value = share

    def close(self) -> None:
        """Stop following."""
        self.leave()
        self._worker.close()
        self.controls.close()

    def _state_of(self, run: Run) -> tuple[Hashable, State | None]:
        return self._news(run), run.state if run.state.ended else None

    def _leave(self) -> None:
        TICKER.remove(self)
        if self._budget is not None:
            self._budget.leave(self)
        if self._moment is not None:
            self._moment.leave(self)
        self._budget = self._moment = None

    def _update(self, source: ModelSource, *, refresh: bool) -> None:
        if source is not self.source:
            return
        moment = self._moment
        number = 0 if moment is None else moment.number  # before the step that is read with it
        self._number = number
        try:
            self._update_at(source, self.at, refresh=refresh)
        finally:
            if moment is not None:
                moment.shown(self, number)

    def _update_at(self, source: ModelSource, at: int | None, *, refresh: bool) -> None:
        run = source.run
        try:
            if source.recorded is not None or at is not None:
                source.refresh(at=at)
            elif run is not None and (refresh or source.at is not None):
                latest = run.step_count
                self._seen = self._state_of(run)
                check_begun(source, run)
                source.refresh(self._shown_step)
                if self._news is _step_count and source.step < latest:
                    # Those that another view has loaded: the run may pause before there are newer.
                    self._seen = _NOTHING_SEEN
            self._use(source, refresh=refresh)
        except Exception:
            if source is self.source:  # else it is no news of what is shown now
                raise

    def _use(self, source: ModelSource, *, refresh: bool) -> None:
        run, step, elsewhere = source.run, source.step, 0.0
        started = time.thread_time()

        def compute(*model: Any) -> R:
            nonlocal step, elsewhere
            step = source.step  # other views of the Run may refresh as soon as this returns
            begun, own = time.perf_counter(), time.thread_time()
            try:
                return self._compute(*model)
            finally:
                # TensorFlow computes on threads of its own, or on the GPU, while this one waits. A
                # model that isn't cloned is evaluated on the training thread altogether.
                own = 0.0 if source.cloned is False else time.thread_time() - own
                elsewhere = max(0.0, time.perf_counter() - begun - own)

        try:
            result = source.use(compute, *self._parts)
            if source is self.source:  # no other model was shown meanwhile
                self._draw(result)
                self.drawn_step = step
        finally:
            own = time.thread_time() - started
            if run is None and source.at is not None:
                self.controls.show_recorded(step)
            if run is not None and source is self.source:
                self._account(source, run, (own, elsewhere), step, refresh=refresh)

    def _account(
        self,
        source: ModelSource,
        run: Run,
        seconds: tuple[float, float],
        step: int,
        *,
        refresh: bool,
    ) -> None:
        if source.at is not None:
            self.controls.show_recorded(step)
            return
        pauses = source.cloned is False and not run.state.ended
        self._shown_step, running = step, run.state is State.RUNNING
        budget = self._budget
        if refresh and running and budget is not None:
            cost = self._pace.note(seconds[0] + source.seconds, seconds[1], time.monotonic())
            if cost is not None:
                budget.spend(cost)
                wait = cost / budget.share * 100
                self._next = max(self._next, time.monotonic() + wait - INTERVAL)
        if not running:
            self._pace.rest()
        self.controls.show_update(step, self._pace.cost, self._pace.interval, pauses=pauses)

    def _failed(self, error: Exception) -> None:
        if self.source is not None:
            self._tell(error)

    def _hold_changed(self, change: Change[bool]) -> None:
        held = change["new"]
        if not held and self._budget is not None and not self._update_held:
            self._seen, self._eager = _NOTHING_SEEN, True
            TICKER.add(self)  # it may have ended while it was held
        if self._on_hold is not None:
            self._on_hold(held)

    def _share_changed(self, change: Change[float]) -> None:
        if self._budget is not None and change["new"] != self._budget.share:
            self._budget.choose(float(change["new"]))


def _step_count(run: Run) -> int:
    return run.step_count
