"""A Run: one training, seen and steered from any thread."""

from __future__ import annotations

import asyncio
import math
import threading
import time
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from dlwidgets._threads import begin
from dlwidgets.training import model_lock
from dlwidgets.training.devices import device_of
from dlwidgets.training.errors import RunInProgressError, explain, forget_locals
from dlwidgets.training.events import Event, Events, State
from dlwidgets.training.learning_rate import (
    current_learning_rate,
    learning_rate_lock,
    parse_learning_rate,
)
from dlwidgets.training.recorder import Recorder
from dlwidgets.training.snapshot import Keeper, Snapshot, mend_optimizer
from dlwidgets.training.steering import Steering, StopTraining
from dlwidgets.training.step_metrics import undisturbed_metrics

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlwidgets.training.events import Marker
    from dlwidgets.training.table import Series

T = TypeVar("T")


class Run:
    """One training of one model. Made by `dl.fit`, or by `dl.Live`.

    All methods may be called from any thread, at any time. What they ask for takes effect at the
    next *boundary*, between two executions, which is at most about 50 ms away unless a single step
    takes longer.

    Args:
        model: The compiled Keras model.
        train: Does the training on the calling thread, and returns when it is over. None where
            `fit` was called by the user (see `Live`).
        epochs: How many epochs, those before `initial_epoch` included, as in `fit`.
        initial_epoch: The index of the first epoch, as in `fit`.

    Example:
        >>> digits = dl.data.load("digits").normalized()
        >>> model = dl.models.compiled("mlp", input_shape=(8, 8, 1), classes=10)
        >>> run = dl.fit(model, digits.x_train, digits.y_train, epochs=3)
        >>> run.pause(); run.step(5); run.resume()
        >>> len(run.wait().history["loss"])
        3
    """

    display: ClassVar[Callable[[Run], dict[str, Any]] | None] = None
    """Makes the MIME bundle that a notebook shows for a Run; set by the views."""

    def __init__(
        self,
        model: Any,
        train: Callable[[Run], None] | None,
        *,
        epochs: int = 1,
        initial_epoch: int = 0,
    ) -> None:
        self.model = model
        self.epochs = epochs
        self.initial_epoch = initial_epoch
        """The first epoch, counted from 0; where Keras resumes a training, known as it begins."""
        self.error: BaseException | None = None
        self.blocking = train is None
        """True where the training runs inside the user's own `model.fit` call."""
        self.notes: list[str] = []
        """Remarks for whoever watches, such as a batch size larger than the data."""
        self.batch_size: int | None = None
        """Samples per step as asked for, None if the data decides."""
        self._train = train
        self._events = Events()
        self.recorder = Recorder(self._events)
        self.steering = Steering(self._events, self.recorder.clock)
        self.keeper = Keeper()
        self._asked_rate: float | None = None
        self._phase = ""
        self._device = ""
        self._over: Future[None] = Future()
        self._give_up: Callable[[], None] | None = None
        self._events.subscribe(self._mark_pause)

    # -- what it is doing ----------------------------------------------------------------------

    @property
    def state(self) -> State:
        """ready, running, paused, finished, stopped or failed."""
        return self.steering.state

    @property
    def phase(self) -> str:
        """While it runs: "starting" (graphs are built), "training" or "validating"; else ""."""
        return self._phase if self.state in (State.RUNNING, State.PAUSED) else ""

    @property
    def pending(self) -> str:
        """A request on its way to the next boundary: "pausing", "stopping" or ""."""
        return self.steering.pending

    @property
    def device(self) -> str:
        """Where the model's weights are, such as "CPU" or "GPU:0"; "" before it is known."""
        return self._device

    @property
    def step_count(self) -> int:
        """Training steps done so far."""
        return self.recorder.step

    @property
    def epoch(self) -> int:
        """The present epoch, counted from 0 as in Keras."""
        return self.recorder.epoch

    @property
    def epochs_to_run(self) -> int:
        """How many epochs the run does when nothing ends it earlier."""
        return max(0, self.epochs - self.initial_epoch)

    @property
    def history(self) -> dict[str, list[float]]:
        """For each logged name one value per finished epoch, as in ``History.history``."""
        return self.recorder.history

    @property
    def metrics(self) -> dict[str, Series]:
        """For each metric its `Series` of step values: ``run.metrics["loss"].value``."""
        return self.recorder.metrics

    @property
    def markers(self) -> tuple[Marker, ...]:
        """Changes of the learning rate, pauses and errors, oldest first."""
        return self.recorder.markers

    @property
    def message(self) -> str:
        """What there is to say about the state, in words; "" if nothing."""
        if self.error is not None:
            return explain(self.error)
        return " ".join(self.notes)

    # -- steering ------------------------------------------------------------------------------

    def start(self) -> Run:
        """Start the training on its own thread.

        Raises:
            RuntimeError: It was started before.
            RunInProgressError: Another run trains the model.
        """
        if not self.blocking and self.state is State.READY:
            model_lock.claim(self.model, self)
            self._phase = "starting"
            if self.steering.leave_ready(State.RUNNING):
                # A kernel that shuts down stops the training, and does not wait for its end.
                begin(self._work, f"dlwidgets-{self.model.name}", self.steering.stop)
                return self
        message = f"this run was started before and is {self.state} now"
        raise RuntimeError(message)

    def pause(self) -> None:
        """Pause at the next boundary.

        Raises:
            RuntimeError: The run has ended.
        """
        self.steering.pause()

    def step(self, n: int = 1) -> None:
        """Run exactly n training steps, then pause.

        Args:
            n: How many, at least 1.

        Raises:
            ValueError: n is not a whole number of at least 1.
            RuntimeError: The run has ended.
        """
        self.steering.step(n)

    def resume(self) -> None:
        """Go on after a pause.

        Raises:
            RuntimeError: The run has ended.
        """
        self.steering.resume()

    def stop(self) -> None:
        """Stop at the next boundary and keep the weights; does nothing once it has ended.

        Only whole epochs are in `history`; every step is in `metrics`.
        """
        if self.steering.leave_ready(State.STOPPED):
            self._finish()
        self.steering.stop()

    @property
    def learning_rate(self) -> float:
        """The optimizer's learning rate; set it to change it at the next boundary.

        What was set is told back at once, also while it waits for its boundary.

        Raises:
            ValueError: Not a positive, finite number.
            RuntimeError: It follows a schedule, or the run has ended.
        """
        if self._asked_rate is not None:
            return self._asked_rate
        rate = current_learning_rate(self.model)
        return math.nan if rate is None else rate

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        self.set_learning_rate(value)

    def set_learning_rate(self, value: float | str) -> Future[None]:
        """Set the learning rate at the next boundary.

        Args:
            value: A positive, finite number, or its text as somebody typed it.

        Returns:
            A Future that is done when it has taken effect.

        Raises:
            ValueError: Not such a number.
            RuntimeError: It follows a schedule, or the run has ended.
        """
        rate = parse_learning_rate(value)
        lock = learning_rate_lock(self.model)
        if lock or self.state.ended:
            message = lock or f"this run has {self.state}: its learning rate has no effect"
            raise RuntimeError(message)

        self._asked_rate = rate

        def apply() -> None:
            self.model.optimizer.learning_rate = rate
            if self._asked_rate == rate:
                self._asked_rate = None
            self._events.emit(Event("learning_rate"))

        return self._boundaries().call(apply)

    def at_boundary(self, function: Callable[[], T]) -> Future[T]:
        """Run `function` on the training thread between two executions.

        The only way to touch the model while it trains. Keep it short: the training waits for it.

        Args:
            function: Called without arguments. When nobody trains the model it is called at once,
                on the calling thread; when another run does, at that run's next boundary.

        Returns:
            A Future of its result.
        """

        def look() -> T:
            # An evaluation resets the metrics, which hold what the present epoch has seen so far.
            with undisturbed_metrics(self.model):
                return function()

        return self._boundaries().call(look)

    def _boundaries(self) -> Steering:
        """Whoever trains the model: this run, or another before or after it."""
        if self.state in (State.RUNNING, State.PAUSED):
            return self.steering
        other = model_lock.holder(self.model)
        return self.steering if other is None else other.steering

    # -- weights -------------------------------------------------------------------------------

    @property
    def last_snapshot(self) -> Snapshot | None:
        """The newest snapshot that was kept, without waiting for a boundary."""
        return self.keeper.latest

    def snapshot(self, timeout: float | None = None) -> Snapshot:
        """Copy the weights at the next boundary.

        Args:
            timeout: Seconds to wait for it at most; None waits as long as it takes.

        Raises:
            TimeoutError: No boundary came in that time.
            RunInProgressError: This run does not train, another one trains its model, and this
                one's own weights were not kept.
        """
        if self._boundaries() is not self.steering:
            kept = self.last_snapshot
            if kept is not None and kept.step == self.step_count:
                return kept
            raise RunInProgressError(model_lock.busy(self.model))
        return self.steering.call(self.keep_snapshot).result(timeout)

    def keep_snapshot(self) -> Snapshot:
        """Copy the weights now; on the training thread, or while nothing trains."""
        r = self.recorder
        return self.keeper.keep(
            self.model, step=r.step, epoch=r.epoch_fraction, seconds=r.clock.seconds
        )

    def restore(self, snapshot: Snapshot | None = None) -> None:
        """Load a snapshot into the model, by default the newest that was kept.

        What its optimizer remembers begins anew where it became NaN or infinite, so that the model
        can be trained on.

        Raises:
            RuntimeError: There is none, or no boundary came within a minute.
        """
        chosen = snapshot or self.last_snapshot
        if chosen is None:
            message = "no snapshot was kept: the run ended before its first"
            raise RuntimeError(message)

        def load() -> None:
            chosen.load_into(self.model)
            mend_optimizer(self.model)

        self._boundaries().call(load).result(timeout=60)

    # -- waiting and listening -----------------------------------------------------------------

    def subscribe(self, subscriber: Callable[[Event], None]) -> Callable[[], None]:
        """Call `subscriber` with each `Event`, on the thread where it happens.

        Returns:
            A function that ends the subscription.
        """
        return self._events.subscribe(subscriber)

    def wait(self, timeout: float | None = None) -> Run:
        """Block until the run has ended. Ctrl-C stops the training; wait then returns normally.

        Args:
            timeout: Seconds to wait at most.

        Returns:
            The run itself.

        Raises:
            TimeoutError: It had not ended by then.
            RuntimeError: Called by the training itself, such as from a callback.
            BaseException: What the training raised, if it failed.
        """
        if self.steering.on_training_thread() and not self._over.done():
            message = "the training cannot wait for itself: call wait() outside of its callbacks"
            raise RuntimeError(message)
        deadline = None if timeout is None else time.monotonic() + timeout
        try:
            self._wait_until(deadline)
        except KeyboardInterrupt:
            self.stop()
            self._wait_until(None)  # a second Ctrl-C leaves this wait as usual
        if self.error is not None:
            raise self.error
        return self

    def _wait_until(self, deadline: float | None) -> None:
        while not self._over.done():
            left = None if deadline is None else deadline - time.monotonic()
            if left is not None and left <= 0:
                message = f"the run is still {self.state} at step {self.step_count:,}"
                raise TimeoutError(message)
            # In short waits, since a lock's wait does not see Ctrl-C on every platform.
            threading.Event().wait(0.02 if left is None else min(0.02, left))

    async def wait_async(self) -> Run:
        """Wait for the end and leave the kernel free; otherwise as `wait`."""
        await asyncio.shield(asyncio.wrap_future(self._over))
        return self.wait()

    # -- inside --------------------------------------------------------------------------------

    def _mark_pause(self, event: Event) -> None:
        if event.kind == "state" and self.state is State.PAUSED:
            self.recorder.mark("pause", f"paused after step {self.step_count:,}")

    def set_phase(self, phase: str) -> None:
        """Tell what the training is doing; called by the conductor."""
        if phase != self._phase:
            self._phase = phase
            if phase == "training" and not self._device:
                self._device = device_of(self.model)
            self._events.emit(Event("phase"))

    def interrupted(self, error: BaseException) -> None:
        """Note what is about to end the training, where nobody else can (blocking fit)."""
        if self.blocking and not self.state.ended:
            self.end_with(error)

    def begin_blocking(self, give_up: Callable[[], None]) -> None:
        """Begin as part of the caller's own `fit`; called by `Live`.

        Args:
            give_up: Gives the model back its own functions.

        Raises:
            RunInProgressError: Another run trains the model.
        """
        self.steering.begin()
        model_lock.claim(self.model, self)
        self._give_up = give_up
        self.steering.leave_ready(State.RUNNING)

    def abandon(self, error: BaseException | None = None) -> None:
        """End a blocking run whose `fit` was left by an exception that told nobody.

        For whoever knows that the user's `fit` is over, such as a hook at the end of its cell. Does
        nothing to a run that has ended, or that trains on a thread of its own.

        Args:
            error: The exception, where it is known; otherwise the run counts as stopped.
        """
        if self._give_up is not None:
            self._give_up()
        self.interrupted(error or KeyboardInterrupt("the training was left before its end"))

    def end_with(self, error: BaseException | None) -> None:
        """Enter the final state that follows from how `fit` was left."""
        if error is None:
            self._end(State.FINISHED)
        elif isinstance(error, (StopTraining, KeyboardInterrupt)):
            self._end(State.STOPPED)
        else:
            self.error = error
            self.recorder.mark("error", f"failed: {explain(error)}")
            self._end(State.FAILED)

    def _end(self, state: State) -> None:
        self.recorder.clock.hold()
        model_lock.release(self.model, self)
        self.steering.end(state)
        self._finish()

    def _finish(self) -> None:
        self._train = self._give_up = None  # they hold the data
        if not self._over.done():
            self._over.set_result(None)

    def _work(self) -> None:
        self.steering.begin()
        try:
            self._call_train()
        except BaseException as error:  # noqa: BLE001 - kept in run.error, raised by wait()
            forget_locals(error)
            self.end_with(error)
        else:
            self.end_with(None)

    def _call_train(self) -> None:
        train = self._train  # a variable of this frame, which is left and forgotten by the end
        assert train is not None
        train(self)

    def __repr__(self) -> str:
        done = f"step {self.step_count:,}, epoch {self.epoch + 1} of {self.epochs}"
        problem = f", {explain(self.error)}" if self.error is not None else ""
        return f"<Run of {self.model.name!r}: {self.state}, {done}{problem}>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        if Run.display is None:
            return {"text/plain": repr(self)}
        return Run.display(self)
