"""The callback that turns one `keras.Model.fit` into a Run."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.training.callbacks import need_each_test_batch, need_each_train_batch
from dlwidgets.training.comparing import first_samples
from dlwidgets.training.errors import NonFiniteLossError, RunInProgressError
from dlwidgets.training.execution_size import ExecutionSize
from dlwidgets.training.executor import MAX_STEPS, Executor
from dlwidgets.training.iterators import LastIterators
from dlwidgets.training.learning_rate import current_learning_rate, learning_rate_lock
from dlwidgets.training.model_lock import in_progress
from dlwidgets.training.steering import StopTraining

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from dlwidgets._keras_types import KerasModel, Nested
    from dlwidgets.training.executor import Execution
    from dlwidgets.training.run_engine import RunEngine

_MARKED_CHANGES = 3

Callback: Any = load_keras().callbacks.Callback


class RunCallback(Callback):
    """Makes one `fit` a Run: replaces the model's train and test functions, and records.

    `fit` calls its train function once per step. This callback's function runs k steps at the first
    of k calls, and lets the k − 1 calls that follow return at once: `fit` counts, shuffles, ends
    epochs and calls callbacks just as ever, while TensorFlow is entered only every k steps. k is 1
    where a user's callback wants to see the model after each batch, and while single-stepping.

    Args:
        engine: The engine of the Run to keep up to date.
        others: The other callbacks of this `fit`.
        blocking: The fit is the user's own call (see `Live`): on a loss that is not finite it
            returns, as with `keras.callbacks.TerminateOnNaN`, rather than raise.
        each_step: Run one step per execution whatever the other callbacks are.
        validation_steps: Steps of one validation, None if its data ends by itself.
    """

    def __init__(
        self,
        engine: RunEngine,
        others: Sequence[Any],
        *,
        blocking: bool = False,
        each_step: bool = False,
        validation_steps: int | None = None,
    ) -> None:
        super().__init__()
        self._engine, self._blocking = engine, blocking
        self._recorder, self._steering = engine.recorder, engine.steering
        self._each_step = each_step or need_each_train_batch(others)
        self._train_size = ExecutionSize(MAX_STEPS)
        self._test_size = ExecutionSize(1 if need_each_test_batch(others) else MAX_STEPS)
        self._validation_steps = _capped(validation_steps)
        self._validation_left: int | None = None
        self._validating = False
        self._per_call = 1  # the steps that fit counts for one call of its functions
        self._ahead = 0
        self._test_ahead = 0
        self._logs: dict[str, Any] = {}
        self._test_logs: dict[str, Any] = {}
        self._iterator: Any = None
        self._train_iterators, self._test_iterators = LastIterators(), LastIterators()
        self._fresh_epoch = False
        self._cut_short = False
        self._installed = False
        self._before: tuple[Any, Any, int] = (None, None, 1)
        self._learning_rate: float | None = None
        self._changes = 0  # boundaries in a row at which the learning rate had changed

    # -- in and out of the model ---------------------------------------------------------------

    def install(self, model: KerasModel) -> None:
        """Put this callback's functions into `model`; `remove` puts the model's own back."""
        self._before = (model.train_function, model.test_function, model.steps_per_execution)
        self._train = Executor(model, model.train_step, on_first=self._keep_samples)
        self._test = Executor(model, model.test_step, record=False)
        model.train_function = self._train_function
        model.test_function = self._test_function
        if self._blocking:
            # The user's fit counts in these already: its iterator was made before this callback.
            self._per_call = model.steps_per_execution
        else:
            # fit makes one call per step; how many of them one execution serves is decided here.
            model.steps_per_execution = 1
        self._target, self._installed = model, True

    def remove(self) -> None:
        """Give the model back its own functions."""
        if not self._installed:
            return
        self._installed = False
        self._iterator = None
        self._train_iterators.close()
        self._test_iterators.close()
        model = self._target
        train, test, steps = self._before
        # A model that was compiled again since has dropped both functions.
        if model.train_function == self._train_function:
            model.train_function = train
        if model.test_function == self._test_function:
            model.test_function = test
        if not self._blocking:
            model.steps_per_execution = steps

    # -- what fit calls ------------------------------------------------------------------------

    def on_train_begin(self, logs: Mapping[str, Any] | None = None) -> None:
        """Note the number of steps per epoch, where it is known."""
        self._recorder.steps_per_epoch = self.params.get("steps")
        self._engine.set_phase("starting")
        self._engine.keeper.begin(self._target)
        self._recorder.clock.start()

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Drop what is left of an execution that a callback cut short."""
        if not self._recorder.step:
            self._engine.initial_epoch = epoch  # a callback that resumes a training moves it
        self._recorder.begin_epoch(epoch)
        self._ahead, self._fresh_epoch, self._cut_short = 0, True, False

    def on_train_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Notice an epoch that is cut short; `fit` leaves it when it looks next.

        With this hook present Keras calls hooks in order, not on a thread pool.
        """
        self._cut_short = bool(self._target.stop_training)

    def on_test_begin(self, logs: Mapping[str, Any] | None = None) -> None:
        """Note that a validation begins."""
        self._test_ahead = 0
        self._validating, self._validation_left = True, self._validation_steps
        self._engine.set_phase("validating")

    def on_test_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Do nothing; with this hook present Keras calls hooks in order, not on a thread pool."""

    def on_test_end(self, logs: Mapping[str, Any] | None = None) -> None:
        """Note that the validation is over."""
        self._validating = False
        self._engine.set_phase("training")

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Record the epoch, with what other callbacks added to its logs."""
        self._recorder.end_epoch(logs or {}, whole=not self._cut_short)
        self._notice_learning_rate()

    def on_train_end(self, logs: Mapping[str, Any] | None = None) -> None:
        """Keep the final weights."""
        if not self._engine.state.ended and self._recorder.step:
            self._keep_snapshot()

    # -- training ------------------------------------------------------------------------------

    def _train_function(self, iterator: Iterator[Nested]) -> dict[str, Any]:
        if self._is_foreign(iterator):
            return self._hand_back()(iterator)  # type: ignore[no-any-return]
        self._refuse_other_threads()
        self._train_iterators.use(iterator)
        if self._ahead <= 0:
            try:
                self._execute_call(iterator)
            except (StopIteration, NonFiniteLossError):
                raise
            except BaseException as error:
                if not self._blocking:
                    raise
                if isinstance(error, StopTraining):
                    self._target.stop_training = True
                    self._engine.interrupted(error)
                    return self._logs
                self._left(error)
                raise
        self._ahead -= self._per_call
        return self._logs

    def _left(self, error: BaseException) -> None:
        """End a blocking fit that an exception leaves, which Keras doesn't report to callbacks."""
        self.remove()
        self._engine.interrupted(error)

    def _refuse_other_threads(self) -> None:
        if not self._blocking and not self._steering.on_training_thread():
            raise RunInProgressError(in_progress(self._target))

    def _is_foreign(self, iterator: Iterator[Nested]) -> bool:
        """Whether another fit calls, after a blocking one that ended without saying so.

        Within an epoch fit uses one iterator, and each epoch is announced by `on_epoch_begin`.
        """
        if not self._blocking:
            return False
        own = self._fresh_epoch or iterator is self._iterator
        self._iterator, self._fresh_epoch = iterator, False
        return not own

    def _hand_back(self) -> Callable[[Any], Any]:
        self._engine.abandon()
        self._target.make_train_function(force=True)
        return self._target.train_function  # type: ignore[no-any-return]

    def _execute_call(self, iterator: Iterator[Nested]) -> None:
        """Run the steps of at least one call; fewer only where the data or the run end."""
        self._ahead = 0
        while self._ahead < self._per_call:
            try:
                self._execute(iterator)
            except StopIteration:
                if not self._ahead:
                    raise
                return  # the call has done the last steps there are; the next one finds none
            if self._target.stop_training and self._engine.state.ended:
                return

    def _execute(self, iterator: Iterator[Nested]) -> None:
        self._boundary(step=True)
        self._notice_learning_rate()
        began = self._recorder.clock.seconds
        execution = self._train.run(iterator, self._steps_to_run())
        if execution.steps:
            self._recorder.exact = self._train.exact
            self._recorder.record(execution, began)
            self._train_size.record(execution.steps, execution.seconds)
            self._logs = execution.running
            self._ahead += execution.steps
            if self._engine.phase == "starting":
                self._engine.set_phase("training")
        if execution.error is not None:
            raise execution.error
        if execution.diverged:
            kept = self._engine.keeper.latest
            self._diverged(NonFiniteLossError.at_step(execution.diverged, self._recorder, kept))
        elif not execution.steps:
            self._end_of_data()
        elif not self._engine.keeper.knows(self._target):  # its weights were made by this step
            r = self._recorder
            self._engine.keeper.begin_late(
                self._target, step=r.step, epoch=r.epoch_fraction, seconds=r.clock.seconds
            )
            self._keep_snapshot()
        elif self._engine.keeper.due():
            self._keep_snapshot()

    def _keep_samples(self, batch: Nested) -> None:
        """Keep a few inputs, on which a clone of the model is compared with it."""
        self._engine.samples = first_samples(batch)

    def _end_of_data(self) -> None:
        if self._recorder.step == 0 and not self._blocking:
            raise ValueError(
                tr(
                    "Expected data. Received: `x` without a single batch. Check for an empty data "
                    "set, or for a batch size larger than the data."
                )
            )
        raise StopIteration

    def _steps_to_run(self) -> int:
        if self._steering.stepping:
            return 1
        k = self._per_call
        wanted, steps = k - self._ahead, self._train_size.steps
        if steps < wanted or self._each_step:
            return min(steps, wanted)
        total = self._recorder.steps_per_epoch
        # fit makes whole calls: the last of an epoch may ask for more steps than are left.
        left = -(-total // k) * k - self._recorder.step_in_epoch if total else MAX_STEPS
        return max(wanted, min(steps, left) - (min(steps, left) - wanted) % k)

    def _keep_snapshot(self) -> None:
        if self._engine.keeper.ruined(self._engine.keep_snapshot()):
            kept = self._engine.keeper.latest
            self._diverged(NonFiniteLossError.in_weights(self._recorder, kept))

    def _diverged(self, error: NonFiniteLossError) -> None:
        if not self._blocking:
            raise error
        self._target.stop_training = True
        self._engine.interrupted(error)

    def _boundary(self, *, step: bool) -> None:
        state = self._steering.state
        if state.ended:
            return
        self._steering.boundary(step=step)

    def _notice_learning_rate(self) -> None:
        """Mark a learning rate that was set since the last boundary."""
        now = current_learning_rate(self._target)
        before, self._learning_rate = self._learning_rate, now
        if now is None or before is None or math.isclose(now, before, rel_tol=1e-6):
            self._changes = 0
            return
        self._changes += 1
        # A rate that always moves, by a schedule or a callback's warm-up, isn't an event.
        if self._changes <= _MARKED_CHANGES and not learning_rate_lock(self._target):
            text = tr(
                "Learning rate {before} → {after}", before=f"{before:.3g}", after=f"{now:.3g}"
            )
            self._recorder.mark("learning_rate", text)

    # -- validation ----------------------------------------------------------------------------

    def _test_function(self, iterator: Iterator[Nested]) -> dict[str, Any]:
        self._refuse_other_threads()
        if not self._validating or self._steering.calling:  # the user's own model.evaluate
            return self._test_call(iterator)
        self._test_iterators.use(iterator)
        if self._blocking:
            try:
                return self._validate_blocking(iterator)
            except StopIteration:
                raise
            except BaseException as error:
                self._left(error)
                raise
        if self._test_ahead == 0:
            self._boundary(step=False)
            left = self._validation_left
            steps = self._test_size.steps if left is None else min(self._test_size.steps, left)
            execution = self._test_on(iterator, max(1, steps))
            self._test_size.record(execution.steps, execution.seconds)
            self._validation_left = None if left is None else left - execution.steps
            self._test_logs, self._test_ahead = execution.running, execution.steps
        self._test_ahead -= 1
        return self._test_logs

    def _validate_blocking(self, iterator: Iterator[Nested]) -> dict[str, Any]:
        try:
            self._boundary(step=False)
        except StopTraining:
            self._target.stop_training = True
        return self._test_call(iterator)

    def _test_call(self, iterator: Iterator[Nested]) -> dict[str, Any]:
        """The steps of one call; fewer only where the data end."""
        logs: dict[str, Any] = {}
        done = 0
        while done < self._per_call:
            try:
                execution = self._test_on(iterator, min(MAX_STEPS, self._per_call - done))
            except StopIteration:
                if not done:
                    raise
                break
            logs = execution.running
            done += execution.steps
        return logs

    def _test_on(self, iterator: Iterator[Nested], steps: int) -> Execution:
        execution = self._test.run(iterator, steps)
        if execution.error is not None:
            raise execution.error
        if not execution.steps:
            raise StopIteration
        return execution


def _capped(steps: int | None) -> int | None:
    """A number of validation steps, as Keras's debugging limit leaves it."""
    most = load_keras().config.max_steps_per_epoch()
    return steps if most is None else min(most, steps or most)
