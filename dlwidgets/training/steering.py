"""Steering: requests from any thread, carried out by the training thread."""

from __future__ import annotations

import threading
import weakref
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar

from dlwidgets._messages import tr
from dlwidgets.training.events import Event, Events, State
from dlwidgets.training.waiting import BoundaryFuture

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlwidgets.training.recorder import Clock

T = TypeVar("T")


class StopTraining(BaseException):
    """Raised on the training thread to leave `fit` at a boundary.

    A BaseException, like KeyboardInterrupt, so that no user callback swallows it by accident.
    """


def answer(future: Future[T], timeout: float | None = None) -> T:
    """Wait for what was asked for at a boundary; whoever no longer waits has asked for nothing.

    Args:
        future: What `Steering.call` returned.
        timeout: Seconds to wait at most; None waits as long as it takes.

    Raises:
        TimeoutError: No boundary came in that time. The function isn't called anymore.
    """
    try:
        return future.result(timeout)
    except BaseException:
        future.cancel()
        raise


class Steering:
    """Requests from any thread, carried out on the training thread at its next boundary.

    Args:
        events: Where changes of state are emitted.
        clock: Stands still while training waits.
    """

    def __init__(self, events: Events, clock: Clock) -> None:
        self._events = events
        self._clock = clock
        self._condition = threading.Condition()
        self._calls: list[tuple[Callable[[], Any], Future[Any]]] = []
        self._pause = False
        self._stop = False
        self._steps_allowed = 0
        self._step_taken = False  # whether the last boundary has used up one of them
        self._thread: int | None = None
        self._calling = False
        self._state = State.READY

    @property
    def state(self) -> State:
        """What the run is doing now."""
        return self._state

    @property
    def at_work(self) -> bool:
        """Whether the run trains, or waits in the middle of its training."""
        return self._state in (State.RUNNING, State.PAUSED)

    @property
    def pending(self) -> str:
        """A request that waits for its boundary: "", "pausing" or "stopping"."""
        with self._condition:
            if self._state.ended:
                return ""
            if self._stop:
                return "stopping"
            return "pausing" if self._pause and self._state is State.RUNNING else ""

    @property
    def stop_requested(self) -> bool:
        """Whether a stop was asked for, also of a run that has ended."""
        return self._stop

    @property
    def stepping(self) -> bool:
        """Whether single steps were asked for, so that executions hold one step."""
        return self._pause

    def enter(self, state: State) -> None:
        """Change the state and emit an event."""
        with self._condition:
            if state is self._state:
                return
            if self._state.ended:
                message = f"a run that has {self._state} cannot become {state}"
                raise RuntimeError(message)
            self._state = state
            self._condition.notify_all()
        self._events.emit(Event("state"))

    def leave_ready(self, state: State) -> bool:
        """Go from ready to `state`; False if another thread was first."""
        with self._condition:
            if self._state is not State.READY:
                return False
            self._state = state
            self._condition.notify_all()
        self._events.emit(Event("state"))
        return True

    def begin(self) -> None:
        """Note that the calling thread is the one that trains."""
        self._thread = threading.get_ident()

    @property
    def thread(self) -> int | None:
        """The thread that trains, None before it has begun."""
        return self._thread

    def on_training_thread(self) -> bool:
        """Whether the caller is the training thread itself."""
        return threading.get_ident() == self._thread

    @property
    def calling(self) -> bool:
        """Whether the training thread runs a function of `call` at this moment."""
        return self._calling

    def pause(self) -> None:
        """Ask for a pause at the next boundary."""
        with self._condition:
            self._require_alive()
            self._pause, self._steps_allowed, self._step_taken = True, 0, False
            self._condition.notify_all()

    def resume(self) -> None:
        """Let the training go on."""
        with self._condition:
            self._require_alive()
            self._pause, self._steps_allowed, self._step_taken = False, 0, False
            self._condition.notify_all()

    def step(self, n: int) -> None:
        """Allow n single steps, and pause after them."""
        if isinstance(n, bool) or not isinstance(n, int) or n < 1:
            raise ValueError(
                tr("`n` must be a whole number of at least 1. Received: {n}", n=repr(n))
            )
        with self._condition:
            self._require_alive()
            self._pause = True
            self._steps_allowed += n
            self._condition.notify_all()

    def stop(self) -> None:
        """Ask for the end at the next boundary; does nothing once the run has ended."""
        with self._condition:
            self._stop = True
            self._condition.notify_all()

    def call(self, function: Callable[[], T]) -> Future[T]:
        """Run `function` on the training thread at its next boundary, or at once if none will come.

        Args:
            function: Called without arguments.
        """
        future = self.enqueue(function)
        if future is None:
            future = Future()
            self._complete(function, future)
        return future

    def enqueue(self, function: Callable[[], T]) -> Future[T] | None:
        """Run `function` on the training thread at its next boundary; None if none will come.

        Args:
            function: Called without arguments; at once if the caller is the training thread.
        """
        me = weakref.ref(self)
        future: Future[T] = BoundaryFuture(lambda: steering.thread if (steering := me()) else None)
        with self._condition:
            if self._state.ended or self._state is State.READY:
                return None
            if not self.on_training_thread():
                self._calls.append((function, future))
                self._condition.notify_all()
                return future
        self._complete(function, future)
        return future

    def boundary(self, *, step: bool) -> None:
        """Carry out requests; while paused, wait. Called on the training thread only.

        Args:
            step: A training step follows: it uses up one of the single steps that are allowed.
                False between two batches of a validation.

        Raises:
            StopTraining: A stop was asked for.
        """
        if self._calling:  # a function that evaluates the model: it must not wait for a resume
            return
        while True:
            self._make_calls()
            with self._condition:
                if self._stop:
                    raise StopTraining
                if self._calls:
                    continue
                waits = self._pause and not self._steps_allowed
                if waits and self._state is State.PAUSED:
                    self._clock.hold()
                    self._condition.wait()
                    self._clock.go_on()
                    continue
                if step and not waits:
                    self._step_taken = self._steps_allowed > 0
                    self._steps_allowed -= self._step_taken
            if waits:
                self.enter(State.PAUSED)
                continue
            if not self._pause:
                self.enter(State.RUNNING)
            return

    def no_step_followed(self) -> None:
        """Allow another single step, since the last one that was allowed found no data."""
        with self._condition:
            self._steps_allowed += self._step_taken
            self._step_taken = False

    def end(self, state: State) -> None:
        """Enter a final state; functions that still wait for a boundary run now.

        The model doesn't change from here on, so they can read it.
        """
        self.enter(state)
        self._make_calls()

    def _make_calls(self) -> None:
        with self._condition:
            calls, self._calls = self._calls, []
        for function, future in calls:
            self._complete(function, future)

    def _complete(self, function: Callable[[], Any], future: Future[Any]) -> None:
        if not future.set_running_or_notify_cancel():
            return
        outer = self._calling
        if self.on_training_thread():
            self._calling = True
        try:
            future.set_result(function())
        except BaseException as error:  # noqa: BLE001 - it is raised where the Future is waited for
            future.set_exception(error)
        finally:
            if self.on_training_thread():
                self._calling = outer

    def _require_alive(self) -> None:
        if self._state.ended:
            raise RuntimeError(
                tr(
                    "This run is {state}. Start another one with `dl.fit`.",
                    state=self._state.text,
                )
            )
