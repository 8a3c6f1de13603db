"""A Run: the training of one model, shown and steered from any thread."""

from __future__ import annotations

import asyncio
import math
import time
from typing import TYPE_CHECKING, Any, TypeVar

from dlwidgets._display import display_bundle
from dlwidgets._messages import join_messages, tr
from dlwidgets.training import model_lock, waiting
from dlwidgets.training.errors import RunInProgressError
from dlwidgets.training.events import Event
from dlwidgets.training.learning_rate import parse_learning_rate
from dlwidgets.training.run_engine import RunEngine
from dlwidgets.training.snapshot import mend_optimizer
from dlwidgets.training.steering import answer
from dlwidgets.training.thread_state import settle

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from dlwidgets._keras_types import KerasModel
    from dlwidgets.recording.recorded_run import RecordedRun
    from dlwidgets.training import table
    from dlwidgets.training.events import Marker, State
    from dlwidgets.training.history import History
    from dlwidgets.training.snapshot import Snapshot

T = TypeVar("T")


class Run:
    """The training of one model. Made by `dl.fit` or by `dl.Live`.

    All methods may be called from any thread, at any time. What they ask for takes effect at the
    next *boundary*, between two executions, which is at most about 50 ms away unless a single step
    takes longer.

    Args:
        model: The compiled Keras model.
        train: Trains on the calling thread, and returns when training is over. None where the user
            called `fit` (see `Live`).
        epochs: The number of epochs, including those before `initial_epoch`, as in `fit`.
        initial_epoch: The index of the first epoch, as in `fit`.

    Example:
        >>> digits = dl.data.load("digits").normalized()
        >>> model = dl.models.compiled("mlp", input_shape=(8, 8, 1), classes=10)
        >>> run = dl.fit(model, digits.x_train, digits.y_train, epochs=3)
        >>> run.pause(); run.step(5); run.resume()
        >>> len(run.wait().history["loss"])
        3
    """

    def __init__(
        self,
        model: KerasModel,
        train: Callable[[RunEngine], None] | None,
        *,
        epochs: int = 1,
        initial_epoch: int = 0,
    ) -> None:
        self._engine = RunEngine(model, train, epochs=epochs, initial_epoch=initial_epoch)

    # -- what it is doing ----------------------------------------------------------------------

    @property
    def model(self) -> Any:
        """The Keras model that is trained. Use it between two steps only: see `at_boundary`."""
        return self._engine.model

    @property
    def state(self) -> State:
        """ready, running, paused, finished, stopped or failed."""
        return self._engine.state

    @property
    def phase(self) -> str:
        """While it runs: "starting" (graphs are built), "training" or "validating"; else ""."""
        return self._engine.phase

    @property
    def pending(self) -> str:
        """A request that waits for the next boundary: "pausing", "stopping" or ""."""
        return self._engine.steering.pending

    @property
    def blocking(self) -> bool:
        """True where training runs inside the user's own `model.fit` call."""
        return self._engine.blocking

    @property
    def device(self) -> str:
        """Where the model's weights are, such as "CPU" or "GPU:0"; "" before it is known."""
        return self._engine.device

    @property
    def batch_size(self) -> int | None:
        """Samples per step as requested; None if the data decides."""
        return self._engine.batch_size

    @property
    def step_count(self) -> int:
        """Training steps done so far."""
        return self._engine.recorder.step

    @property
    def epoch(self) -> int:
        """The current epoch, counted from 0 as in Keras."""
        return self._engine.recorder.epoch

    @property
    def epochs(self) -> int:
        """The number of epochs, including those before `initial_epoch`, as in `fit`."""
        return self._engine.epochs

    @property
    def initial_epoch(self) -> int:
        """The first epoch, counted from 0. Where Keras resumes training, known as it begins."""
        return self._engine.initial_epoch

    @property
    def epochs_to_run(self) -> int:
        """How many epochs the run does when nothing ends it earlier."""
        return max(0, self.epochs - self.initial_epoch)

    @property
    def history(self) -> History:
        """For each logged name one value per finished epoch: ``run.history["loss"]``.

        A `History` with the attributes of Keras's: ``history.history``, ``history.epoch`` and
        ``history.params``.
        """
        return self._engine.history()

    @property
    def metrics(self) -> dict[str, table.Series]:
        """For each metric its ``Series`` of step values: ``run.metrics["loss"].value``."""
        return self._engine.recorder.metrics

    @property
    def markers(self) -> tuple[Marker, ...]:
        """Changes of the learning rate, pauses and errors, oldest first."""
        return self._engine.recorder.markers

    @property
    def error(self) -> BaseException | None:
        """What the training raised; None unless it failed."""
        return self._engine.error

    @property
    def recording(self) -> RecordedRun | None:
        """What is recorded of this run (`dl.open_run`); None if it isn't, or before its start."""
        recording = self._engine.recording
        return None if recording is None else recording.opened()

    @property
    def notes(self) -> list[str]:
        """Messages for the user, such as a batch size larger than the data."""
        return self._engine.notes

    @property
    def message(self) -> str:
        """The error in words, or the notes; "" if there are none."""
        return self._engine.problem or join_messages(self.notes)

    # -- steering ------------------------------------------------------------------------------

    def start(self) -> Run:
        """Start training on a thread of its own.

        Raises:
            RuntimeError: It was started before.
            RunInProgressError: Another run trains the model.
        """
        if not self._engine.start(self):
            raise RuntimeError(
                tr("This run was started before. Its state is {state}.", state=self.state.text)
            )
        return self

    def pause(self) -> None:
        """Pause at the next boundary.

        Raises:
            RuntimeError: The run has ended.
        """
        self._engine.steering.pause()

    def step(self, n: int = 1) -> None:
        """Run exactly n training steps, then pause.

        Args:
            n: The number of steps, at least 1.

        Raises:
            ValueError: `n` isn't a whole number of at least 1.
            RuntimeError: The run has ended.
        """
        self._engine.steering.step(n)

    def resume(self) -> None:
        """Go on after a pause.

        Raises:
            RuntimeError: The run has ended.
        """
        self._engine.steering.resume()

    def stop(self) -> None:
        """Stop at the next boundary and keep the weights; does nothing once the run has ended.

        Only whole epochs are in `history`; every step is in `metrics`.
        """
        self._engine.stop()

    @property
    def learning_rate(self) -> float:
        """The optimizer's learning rate; set it to change it at the next boundary.

        A rate that was set is returned at once, also while it waits for its boundary. A model with
        several optimizers returns the first of `learning_rates`; setting it sets all of them.

        Raises:
            ValueError: Not a positive, finite number.
            RuntimeError: The learning rate follows a schedule, or the run has ended.
        """
        return next(iter(self.learning_rates.values()), math.nan)

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        self.set_learning_rate(value)

    @property
    def learning_rates(self) -> dict[str, float]:
        """The learning rate of each optimizer in use, by the name of the model's attribute.

        ``{"optimizer": 0.001}`` for most models. A GAN that holds two optimizers as attributes has
        ``{"d_optimizer": …, "g_optimizer": …}``.
        """
        return self._engine.rates.values()

    def set_learning_rate(self, value: float | str, optimizer: str | None = None) -> Future[None]:
        """Set the learning rate at the next boundary.

        Args:
            value: A positive, finite number, or its text as a user typed it.
            optimizer: The name of an optimizer in `learning_rates`; None for all.

        Returns:
            A Future that is done when the rate has taken effect.

        Raises:
            ValueError: Not such a number.
            KeyError: The model has no optimizer of that name.
            RuntimeError: The learning rate follows a schedule, or the run has ended.
        """
        rate = parse_learning_rate(value)
        engine = self._engine
        rates = dict.fromkeys(engine.rates.settable(optimizer), rate)
        if self.state.ended:
            raise RuntimeError(
                tr(
                    "The learning rate can't be set, because this run is {state}.",
                    state=self.state.text,
                )
            )
        engine.rates.requested.update(rates)

        def apply() -> None:
            engine.rates.apply(rates, training=engine.steering.at_work)
            engine.events.emit(Event("learning_rate"))

        future = model_lock.at_boundary(self.model, apply)
        future.add_done_callback(lambda _: engine.rates.drop(rates))  # it may have been canceled
        return future

    def at_boundary(self, function: Callable[[], T]) -> Future[T]:
        """Run `function` on the training thread between two executions.

        The only way to touch the model while it trains. Keep it short: training waits for it.

        Args:
            function: Called without arguments. When nothing trains the model it is called at once,
                on the calling thread, and a run that begins meanwhile waits for it; when another
                run trains the model, it is called at that run's next boundary.

        Returns:
            A Future of its result.
        """
        return model_lock.at_boundary(self.model, function)

    # -- weights -------------------------------------------------------------------------------

    @property
    def last_snapshot(self) -> Snapshot | None:
        """The newest snapshot that was kept, without waiting for a boundary.

        Only good weights are kept: finite ones, from which the loss is finite and at most ten
        times that of the first step. What `snapshot` copies of a run that has diverged is returned,
        but doesn't replace the last good weights.
        """
        return self._engine.keeper.latest

    def snapshot(self, timeout: float | None = None) -> Snapshot:
        """Copy the weights at the next boundary.

        Args:
            timeout: Seconds to wait at most; None waits as long as it takes.

        Raises:
            TimeoutError: No boundary came in that time; nothing is copied later.
            RunInProgressError: This run doesn't train, another one trains its model, and this
                run's own weights weren't kept.
        """
        engine = self._engine
        while True:
            with model_lock.at_rest(self.model) as trainer:
                if trainer is None:  # also where this run waits for the caller, to begin
                    return engine.keep_snapshot()
            if trainer is not engine:
                kept = self.last_snapshot
                if kept is not None and kept.step == self.step_count:
                    return kept
                raise RunInProgressError(model_lock.in_progress(self.model))
            future = engine.steering.enqueue(engine.keep_snapshot)
            if future is not None:  # otherwise this run has ended in the meantime
                return answer(future, timeout)

    def restore(self, snapshot: Snapshot | None = None) -> None:
        """Load a snapshot into the model, by default the last good one: `last_snapshot`.

        The states of its seed generators are loaded too, so that training which goes on from here
        drops the units that it would have dropped then. The optimizer's state is reset to 0 where
        it is NaN or infinite, so that the model can be trained further.

        Raises:
            RuntimeError: There is none.
            TimeoutError: No boundary came within a minute; nothing is loaded later.
        """
        chosen = snapshot or self.last_snapshot
        if chosen is None:
            raise RuntimeError(tr("No snapshot was kept, because the run ended before its first."))

        def load() -> None:
            chosen.load_into(self.model)
            chosen.give_back_seeds(self.model)
            mend_optimizer(self.model)

        answer(model_lock.at_boundary(self.model, load), 60)

    # -- waiting and listening -----------------------------------------------------------------

    def subscribe(self, subscriber: Callable[[Event], None]) -> Callable[[], None]:
        """Call `subscriber` with each `Event`, on the thread where it happens.

        Returns:
            A function that ends the subscription.
        """
        return self._engine.events.subscribe(subscriber)

    def wait(self, timeout: float | None = None) -> Run:
        """Block until the run has ended. Ctrl-C stops training; `wait` then returns normally.

        Args:
            timeout: Seconds to wait at most.

        Returns:
            The run itself.

        Raises:
            TimeoutError: The run hadn't ended by then.
            RuntimeError: It would never end: called by the training itself, such as from a
                callback, or by what the training waits for.
            BaseException: What the training raised, if it failed.
        """
        engine = self._engine
        self._refuse_itself()
        deadline = None if timeout is None else time.monotonic() + timeout
        try:
            engine.wait_until(deadline)
        except KeyboardInterrupt:
            self.stop()
            engine.wait_until(None)  # a second Ctrl-C leaves this wait as usual
        settle()
        if self.error is not None:
            raise self.error
        return self

    def _refuse_itself(self) -> None:
        engine = self._engine
        if engine.steering.on_training_thread() and not engine.over.done():
            raise RuntimeError(
                tr(
                    "Training can't wait for itself. Call `run.wait()` outside of its callbacks "
                    "and of functions given to `at_boundary`."
                )
            )

    async def wait_async(self) -> Run:
        """Wait for the end and leave the kernel free; otherwise as `wait`."""
        self._refuse_itself()
        waiting.check_ends(self._engine.threads())
        await asyncio.shield(asyncio.wrap_future(self._engine.over))
        return self.wait()

    def __repr__(self) -> str:
        done = f"step {self.step_count:,}, epoch {self.epoch + 1} of {self.epochs}"
        problem = f", {self.message}" if self.error is not None else ""
        return f"<Run of {self.model.name!r}: {self.state}, {done}{problem}>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return display_bundle(self)
