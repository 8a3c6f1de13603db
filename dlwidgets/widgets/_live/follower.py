"""Keeping a view of a model up to date while the model trains, at a bounded cost."""

from __future__ import annotations

import threading
import time
import weakref
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import ipywidgets

from dlwidgets.training.events import State
from dlwidgets.training.model_source import ModelSource
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets._core.ticker import TICKER
from dlwidgets.widgets._core.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlwidgets.training.run import Run
    from dlwidgets.widgets._core.change import Change

R = TypeVar("R")

INTERVAL = 0.5
"""Seconds between two looks of a view at least."""

SHARES = (0.5, 1.0, 2.0, 5.0, 10.0, 25.0)
"""The time budgets to choose from, in percent of the time."""

DEFAULT_SHARE = 1.0

_SAVED_UP = 0.05  # seconds of looking that may be saved up while nobody looks
_MOST_OWED = 0.5  # seconds of looking; a view that cost more waits for the rest alone
_LONGEST_WAIT = 10.0  # seconds, for the others after a slow look: of a small share less is owed
_STALE = 1.0  # seconds after which a view that no longer asks loses its turn
_NOT_CLONED = (
    "This model cannot be copied, so it is asked between two steps: each look holds the training up"
)


class Budget:
    """The time that all views of a Run together may take from it.

    Looking costs what the clock says; the budget fills up at the chosen share of the time, and
    whoever has waited longest looks next.

    Attributes:
        share: Percent of the time.
    """

    def __init__(self, share: float = DEFAULT_SHARE) -> None:
        self._lock = threading.Lock()
        self._members: weakref.WeakSet[Follower[Any]] = weakref.WeakSet()
        self._queue: dict[int, float] = {}  # who waits, in their order, and when each last asked
        self._balance = _SAVED_UP
        self._at = time.monotonic()
        self.share = share

    def join(self, member: Follower[Any]) -> None:
        """Tell `member` from now on when the share changes."""
        with self._lock:
            self._members.add(member)

    def leave(self, member: Follower[Any]) -> None:
        """Tell `member` no more, and forget that it waits."""
        with self._lock:
            self._members.discard(member)
            self._queue.pop(id(member), None)

    def choose(self, share: float) -> None:
        """Set the share, for all views of the Run."""
        with self._lock:
            self.share = share
            self._balance = max(self._balance, 0.0)  # a greater share acts at once
            members = list(self._members)
        for member in members:
            member.show_share(share)

    def turn(self, member: Follower[Any]) -> bool:
        """Whether `member` may look now; it asks again until it may."""
        now = time.monotonic()
        with self._lock:
            earned = (now - self._at) * self.share / 100
            self._balance, self._at = min(self._balance + earned, _SAVED_UP), now
            self._queue[id(member)] = now
            for key, asked in list(self._queue.items()):
                if now - asked > _STALE:
                    del self._queue[key]
            if self._balance <= 0 or next(iter(self._queue)) != id(member):
                return False
            del self._queue[id(member)]
            return True

    def spend(self, seconds: float) -> None:
        """Take the cost of a look off; the others wait for a slow one ten seconds at most."""
        with self._lock:
            most = min(_MOST_OWED, _LONGEST_WAIT * self.share / 100)
            self._balance = max(self._balance - seconds, -most)


_budgets: weakref.WeakKeyDictionary[Run, Budget] = weakref.WeakKeyDictionary()
_budgets_lock = threading.Lock()


def budget_of(run: Run) -> Budget:
    """The one budget that all views of this Run share."""
    with _budgets_lock:
        return _budgets.setdefault(run, Budget())


class _Controls(ClosesChildren, ipywidgets.HBox):
    """The row of a follower's controls."""


class Follower(Generic[R]):
    """Draws a view of a model again whenever a Run's weights, or the visitor's wishes, change.

    Args:
        compute: Takes the model, returns what is to be drawn; called on the worker's thread, or,
            for a model that cannot be copied, on the training thread.
        draw: Takes that and sets traits; called on the worker's thread.
        on_error: Takes what either raised.
        name: Of the worker's thread.

    Attributes:
        controls: Hold button, time budget and what the last look cost; hidden unless a Run is
            followed.

    Example:
        >>> follower = Follower(predict, view.draw, view.failed, name="example")  # doctest: +SKIP
        >>> follower.show(run)  # doctest: +SKIP
    """

    def __init__(
        self,
        compute: Callable[[Any], R],
        draw: Callable[[R], None],
        on_error: Callable[[Exception], None],
        *,
        name: str,
    ) -> None:
        self._compute, self._draw, self._tell = compute, draw, on_error
        self._worker = Worker(f"dlwidgets-{name}", self._failed)
        self.source: ModelSource | None = None
        """What is looked at; None before `show`."""
        self._budget: Budget | None = None
        self._seen: tuple[int, State | None] = (-1, None)
        self._next, self._first, self._shown_share = 0.0, True, DEFAULT_SHARE
        self._awake, self._eager, self._missed = True, True, False
        self._hold = ipywidgets.ToggleButton(
            description="Hold", tooltip="Freeze this view while the training goes on"
        )
        self._share = ipywidgets.Dropdown(
            options=[(f"{share:g} %", share) for share in SHARES],
            value=DEFAULT_SHARE,
            description="Time budget",
            tooltip="The share of the training's time that all views of this run may take together",
            style={"description_width": "initial"},
            layout={"width": "auto"},
        )
        self._caption = ipywidgets.Label()
        self._caption.add_class("dlw-message")
        self.controls = _Controls([self._hold, self._share, self._caption])
        self.controls.add_class("dlw-follow")
        self.controls.layout.display = "none"
        self._hold.observe(self._hold_changed, "value")
        self._share.observe(self._share_changed, "value")

    @property
    def hold(self) -> bool:
        """Whether the view is frozen while its Run goes on."""
        return bool(self._hold.value)

    @hold.setter
    def hold(self, value: bool) -> None:
        self._hold.value = value

    @property
    def awake(self) -> bool:
        """Whether it follows its Run; a view that is out of sight needs not."""
        return self._awake

    @awake.setter
    def awake(self, value: bool) -> None:
        woken, self._awake = value and not self._awake, value
        if woken and self._budget is not None:
            self._eager = True  # whoever opens a view waits for no budget
            TICKER.add(self)  # the run may have ended meanwhile
        if woken and self._missed:
            self.ask()

    @property
    def step(self) -> int:
        """Steps done by the weights last looked at; -1 for a model, and before the first look."""
        return -1 if self.source is None else self.source.step

    @property
    def busy(self) -> bool:
        """Whether a look is under way or waits for the worker."""
        return self._worker.busy

    def show(self, source: Any) -> None:
        """Look at another model or Run from now on.

        Args:
            source: A built Keras model, or a Run.
        """
        self._leave()
        self.source = fresh = ModelSource(source)
        self._seen, self._next, self._first, self._eager = (-1, None), 0.0, True, True
        self._caption.value = ""
        self.controls.layout.display = "none" if fresh.run is None else None
        if fresh.run is None:
            self._worker.submit(lambda: self._look(fresh, refresh=True))
            return
        self._budget = budget_of(fresh.run)
        self._budget.join(self)
        self.show_share(self._budget.share)
        TICKER.add(self)

    def leave(self) -> None:
        """Draw nothing more of what is shown now: its view is made ready for something else.

        A look that is under way is dropped with whatever it finds, or fails at; `show` comes next.
        """
        self._leave()
        self.source = None

    def ask(self) -> None:
        """Draw again at once, with the weights at hand: the visitor changed something."""
        source = self.source
        if source is None or (source.run is not None and source.step < 0):
            return  # the first look comes by itself
        self._missed = not self._awake
        if self._missed:  # nobody sees it: what is out of sight costs nothing
            return
        self._worker.submit(lambda: self._look(source, refresh=False))

    def tick(self) -> bool:
        """Look at a Run again when there is reason to; called by the pump."""
        source, budget = self.source, self._budget
        if source is None or source.run is None or budget is None:
            return False
        run = source.run
        news = self._seen != (run.step_count, run.state if run.state.ended else None)
        if not source.ready:
            return not run.state.ended  # its weights come with the first step
        wanted = news and self._awake and not self.hold
        if wanted and not self._worker.busy:
            # A run that rests is not held up by a look at it, and single steps are to be seen.
            rests = run.state is not State.RUNNING
            due = self._eager or (time.monotonic() >= self._next and budget.turn(self))
            if rests or due:
                self._eager = False
                self._worker.submit(lambda: self._look(source, refresh=True))
        return not run.state.ended or wanted or self._worker.busy

    def show_share(self, share: float) -> None:
        """Show the budget that was chosen in another view of the same Run."""
        self._shown_share = share
        self._next = 0.0  # how long it waits was reckoned from the share before
        if self._share.value != share:
            self._share.value = share

    def close(self) -> None:
        """Follow no longer."""
        self.leave()
        self._worker.close()
        self.controls.close()

    def _leave(self) -> None:
        TICKER.remove(self)
        if self._budget is not None:
            self._budget.leave(self)
        self._budget = None

    def _look(self, source: ModelSource, *, refresh: bool) -> None:
        if source is not self.source:
            return
        run = source.run
        try:
            if run is not None and refresh:
                self._seen = (run.step_count, run.state if run.state.ended else None)
                self._next = time.monotonic() + INTERVAL
                source.refresh()
            self._use(source, refresh=refresh)
        except Exception:
            if source is self.source:  # else it is no news of what is shown now
                raise

    def _use(self, source: ModelSource, *, refresh: bool) -> None:
        started, run, step = time.perf_counter(), source.run, source.step

        def compute(model: Any) -> R:
            nonlocal step
            step = source.step  # other views of the Run may refresh as soon as this returns
            return self._compute(model)

        try:
            result = source.use(compute)
            if source is self.source:  # no other model was shown meanwhile
                self._draw(result)
        finally:
            cost = time.perf_counter() - started + (source.seconds if refresh else 0.0)
            if run is not None and refresh and source is self.source:
                self._account(source, run, cost, step)

    def _account(self, source: ModelSource, run: Run, cost: float, step: int) -> None:
        running = run.state is State.RUNNING
        # The first look builds the graphs that all later ones use: its time says nothing of theirs.
        first, self._first = self._first, False
        text = f"after step {step:,}"
        if running and not first:
            if self._budget is not None:
                self._budget.spend(cost)
            wait = max(INTERVAL, cost / self._shown_share * 100)
            self._next = time.monotonic() + wait
            text += f" · takes {1000 * cost:,.0f} ms · every {wait:,.1f} s or more"
        if source.cloned is False and not run.state.ended:
            text += f" · {_NOT_CLONED}"
        self._caption.value = text

    def _failed(self, error: Exception) -> None:
        if self.source is not None:
            self._tell(error)

    def _hold_changed(self, change: Change[bool]) -> None:
        self._hold.description = "Held" if change["new"] else "Hold"
        if not change["new"] and self._budget is not None:
            self._seen, self._eager = (-1, None), True
            TICKER.add(self)  # it may have ended while it was held

    def _share_changed(self, change: Change[float]) -> None:
        if self._budget is not None and change["new"] != self._budget.share:
            self._budget.choose(float(change["new"]))
