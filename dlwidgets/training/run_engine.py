"""The inside of a Run: its state, its thread, and what the training reports to it."""

from __future__ import annotations

import logging
import threading
import time
from concurrent.futures import Future
from typing import TYPE_CHECKING, Protocol

from dlwidgets._messages import tr
from dlwidgets._threads import begin
from dlwidgets.data import _streams
from dlwidgets.training import model_lock, waiting
from dlwidgets.training.caller import Place
from dlwidgets.training.checks import OWN_FIT
from dlwidgets.training.devices import device_of
from dlwidgets.training.errors import NonFiniteLossError, explain, forget_locals
from dlwidgets.training.events import Event, Events, State
from dlwidgets.training.history import History
from dlwidgets.training.learning_rate import LearningRates
from dlwidgets.training.recorder import Recorder
from dlwidgets.training.snapshot import Keeper, Snapshot
from dlwidgets.training.steering import Steering, StopTraining

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from dlwidgets._keras_types import KerasModel, Nested
    from dlwidgets.training.given import Given
    from dlwidgets.training.rate_changes import RateChanges
    from dlwidgets.training.recorded_fit import RecordedFit

_log = logging.getLogger("dlwidgets")


class RunEngine:
    """What the engines and views of dlwidgets need of a `Run`, and its users don't.

    Args:
        model: The compiled Keras model.
        train: Trains on the calling thread, and returns when training is over. None where the user
            called `fit` (see `Live`).
        epochs: The number of epochs, including those before `initial_epoch`, as in `fit`.
        initial_epoch: The index of the first epoch, as in `fit`.
    """

    def __init__(
        self,
        model: KerasModel,
        train: Callable[[RunEngine], None] | None,
        *,
        epochs: int,
        initial_epoch: int,
    ) -> None:
        self.model = model
        self.epochs, self.initial_epoch = epochs, initial_epoch
        self.blocking = train is None
        """True where training runs inside the user's own `model.fit` call."""
        self.error: BaseException | None = None
        self.problem: str = ""
        """The error in words; "" for none."""
        self.notes: list[str] = []
        self.batch_size: int | None = None
        self.samples: Nested = None
        """A few inputs of the training data, as the model is called with them; None before they are
        known."""
        self.given: Given | None = None
        """What `fit` was given; None where the user called it (see `Live`)."""
        self.events = Events()
        self.recorder = Recorder(self.events)
        self.steering = Steering(self.events, self.recorder.clock)
        self.keeper = Keeper()
        self.rates = LearningRates(model)
        self.rate_changes: RateChanges | None = None
        """What notes the learning rate of each step; None before the training begins."""
        self.device = ""
        self.over: Future[None] = Future()
        self.at_end: list[Callable[[], None]] = []
        """Called on the training thread at the end, while nobody else uses the model."""
        self.recording: RecordedFit | None = None
        """What records the run, from its start on; None if nothing does."""
        self.records = False
        """Whether the run is recorded, or will be once it is started."""
        self.before_start: Callable[[], None] | None = None
        """Called once when the run is started; what it raises leaves the run as it was."""
        self._train = train
        self._phase = ""
        self._starting = threading.Lock()
        self._give_up: Callable[[], None] | None = None
        self._place: Place | None = None
        self.events.subscribe(self._mark_pause)

    # -- what it is doing ----------------------------------------------------------------------

    @property
    def state(self) -> State:
        """What the run is doing."""
        return self.steering.state

    @property
    def phase(self) -> str:
        """While it runs: "starting", "training" or "validating"; otherwise ""."""
        return self._phase if self.steering.at_work else ""

    def set_phase(self, phase: str) -> None:
        """Note what the training is doing; called by `RunCallback`."""
        if phase == self._phase:
            return
        self._phase = phase
        if phase == "training" and not self.device:
            self.device = device_of(self.model)
        self.events.emit(Event("phase"))

    def _mark_pause(self, event: Event) -> None:
        if event.kind == "state" and self.state is State.PAUSED:
            step = self.recorder.step
            self.recorder.mark("pause", tr("Paused after step {step}", step=step))

    def note(self, text: str) -> None:
        """Add a message for the user, which views show at once."""
        self.notes.append(text)
        self.recorder.mark("note", text)

    def note_learning_rates(self) -> None:
        """Note the learning rates of all steps so far, which otherwise come once a second."""
        if self.rate_changes is not None:
            self.rate_changes.flush()

    def history(self) -> History:
        """Return what Keras logged at the ends of epochs."""
        r = self.recorder
        params = {"epochs": self.epochs, "steps": r.steps_per_epoch, "verbose": 0}
        return History(r.history, first=self.initial_epoch, epochs=len(r.epochs), params=params)

    def keeping(self, *data: Nested) -> RunEngine:
        """Let no view read the iterators and generators among its data, until the run's end."""
        _streams.keep_for(self, *data)
        return self

    # -- boundaries and weights ----------------------------------------------------------------

    def boundaries(self) -> Steering:
        """Return the steering of whatever trains the model: this run, or one before or after it."""
        if self.steering.at_work:
            return self.steering
        other = model_lock.holder(self.model)
        return self.steering if other is None else other.steering

    def keep_snapshot(self) -> Snapshot:
        """Copy the weights now; on the training thread, or while nothing trains."""
        r = self.recorder
        return self.keeper.keep(
            self.model,
            step=r.step,
            epoch=r.epoch_fraction,
            seconds=r.clock.seconds,
            sane=r.sane(r.step),
        )

    # -- beginning -----------------------------------------------------------------------------

    def start(self, owner: object) -> bool:
        """Start training on a thread of its own; False if it was started or ended before.

        Args:
            owner: The Run. The thread refers to it, so that it lives as long as it trains.

        Raises:
            RunInProgressError: Another run trains the model.
            RecordingError: A recorded run can't be resumed now.
        """
        # Preparing takes a while: a second start in the meantime would train unrecorded.
        if self.blocking or not self._starting.acquire(blocking=False):
            return False
        try:
            return self._start(owner)
        finally:
            self._starting.release()

    def _start(self, owner: object) -> bool:
        if self.state is not State.READY:
            return False
        model_lock.check_free(self.model)
        self._phase = "starting"
        prepare, self.before_start = self.before_start, None
        if prepare is not None:
            try:
                prepare()
            except BaseException:
                self.before_start = prepare
                raise
        try:
            model_lock.claim(self.model, self)
        except BaseException:
            self._end_recording(State.STOPPED)
            self.recording, self.before_start = None, prepare
            raise
        if not self.steering.leave_ready(State.RUNNING):  # it was stopped in the meantime
            self._end_recording(State.STOPPED)
            return False
        # A kernel that shuts down stops the training, and doesn't wait for its end.
        starter = threading.get_ident()
        name = f"dlwidgets-{self.model.name}"
        begin(lambda: self._work(owner, starter), name, self.steering.stop)
        return True

    def begin_blocking(self, give_up: Callable[[], None]) -> None:
        """Begin as part of the caller's own `fit`; called by `Live`.

        Args:
            give_up: Gives the model its own functions back.

        Raises:
            RunInProgressError: Another run trains the model.
        """
        self.steering.begin()
        model_lock.claim(self.model, self)
        self._give_up, self._place = give_up, Place()
        self.steering.leave_ready(State.RUNNING)
        self._wait_for_users(threading.get_ident())  # after a stop, the first boundary ends the fit

    def _work(self, _owner: object, starter: int) -> None:
        self.steering.begin()
        try:
            if not self._wait_for_users(starter):
                raise StopTraining
            self._call_train()
        except BaseException as error:  # noqa: BLE001 - kept in run.error, raised by wait()
            forget_locals(error)
            self.end_with(error)
        else:
            self.end_with(None)

    def _wait_for_users(self, starter: int) -> bool:
        """Wait until nobody else uses the model; False if a stop comes before that."""
        alone = model_lock.wait_for_users(self.model, self, starter)
        if not alone:
            self.at_end.clear()  # which use the model themselves
        return alone

    def _call_train(self) -> None:
        train = self._train  # a local variable: nothing refers to it once the training is over
        assert train is not None
        train(self)
        if OWN_FIT in self.notes and self.steering.stop_requested:
            raise StopTraining  # the model's own `fit` has returned because of it

    # -- ending --------------------------------------------------------------------------------

    def stop(self) -> None:
        """Stop at the next boundary; a run that wasn't started ends at once."""
        if self.steering.leave_ready(State.STOPPED):
            self._finish()
        self.steering.stop()
        if OWN_FIT in self.notes and not self.state.ended:  # no boundary may come
            self.model.stop_training = True

    def interrupted(self, error: BaseException) -> None:
        """Note what is about to end a blocking `fit`, which doesn't report it."""
        if self.blocking and not self.state.ended:
            self.end_with(error)

    def abandon(self, error: BaseException | None = None) -> None:
        """End a blocking run whose `fit` was left by an exception that wasn't reported.

        For code that knows that the user's `fit` is over, such as a hook at the end of its cell.
        Does nothing to a run that has ended, or that trains on a thread of its own.

        Args:
            error: The exception, where it is known. Otherwise the run counts as stopped.
        """
        if self._give_up is not None:
            self._give_up()
        self.interrupted(error or KeyboardInterrupt("training was left before its end"))

    @property
    def left(self) -> bool:
        """Whether it is the run of a `fit` that this thread has left."""
        place = self._place
        return place is not None and self.steering.on_training_thread() and not place.on_stack()

    def end_with(self, error: BaseException | None) -> None:
        """Enter the final state that follows from how `fit` was left."""
        if error is None:
            self._end(State.FINISHED)
        elif isinstance(error, (StopTraining, KeyboardInterrupt)):
            self._end(State.STOPPED)
        else:
            self.problem = self.problem or explain(error)
            self.error = error
            brief = error.fact if isinstance(error, NonFiniteLossError) else self.problem
            self.recorder.mark("error", tr("Failed: {problem}", problem=brief))
            self._end(State.FAILED)

    def _end(self, state: State) -> None:
        self.recorder.clock.hold()
        for act in self.at_end:
            try:
                act()
            except Exception:  # noqa: BLE001 - the run's own end must not fail for the sake of a view
                _log.exception("what was to be done at the end of a run failed")
        self.at_end.clear()
        with model_lock.released(self.model, self):
            self.steering.end(state)  # which calls what still waits for a boundary
        self._end_recording(state)
        self._finish()

    def _end_recording(self, state: State) -> None:
        if self.recording is not None:
            self.recording.end(state, self.problem)

    def _finish(self) -> None:
        self._train = self._give_up = self.before_start = None  # they hold the data
        _streams.let_go(self)
        if not self.over.done():
            self.over.set_result(None)

    # -- waiting -------------------------------------------------------------------------------

    def wait_until(self, deadline: float | None) -> None:
        """Block until the run has ended.

        Args:
            deadline: When to give up, by `time.monotonic`; None for never.

        Raises:
            TimeoutError: The run hadn't ended by then.
            RuntimeError: It never will, because it waits for the caller.
        """
        if deadline is not None:
            self._wait(deadline)
            return
        with waiting.noted(self.threads):
            self._wait(None)

    def threads(self) -> Collection[int]:
        """Return the threads that whoever waits for the run's end waits for."""
        thread = None if self.over.done() else self.steering.thread
        return () if thread is None else (thread,)

    def _wait(self, deadline: float | None) -> None:
        while not self.over.done():
            if deadline is None:  # again and again: what it waits for may begin to wait for it
                waiting.check_ends(self.threads())
            left = None if deadline is None else deadline - time.monotonic()
            if left is not None and left <= 0:
                raise TimeoutError(
                    tr(
                        "The run is still {state} at step {step}.",
                        state=self.state.text,
                        step=self.recorder.step,
                    )
                )
            # In short waits, since a lock's wait doesn't see Ctrl-C on every platform.
            threading.Event().wait(0.02 if left is None else min(0.02, left))


class HasEngine(Protocol):
    """A `Run`, as far as this module knows it."""

    _engine: RunEngine


def engine_of(run: HasEngine) -> RunEngine:
    """Return the engine behind a Run."""
    return run._engine
