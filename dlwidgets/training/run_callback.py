"""The callback that turns one `keras.Model.fit` into a Run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.training.callbacks import ends_on_nan, need_each_test_batch, need_each_train_batch
from dlwidgets.training.caller import Caller
from dlwidgets.training.checks import OWN_FIT
from dlwidgets.training.comparing import first_samples
from dlwidgets.training.errors import NonFiniteLossError, RunInProgressError
from dlwidgets.training.execution_size import ExecutionSize
from dlwidgets.training.executor import MAX_STEPS, Executor
from dlwidgets.training.iterators import LastIterators
from dlwidgets.training.model_lock import in_progress
from dlwidgets.training.own_function import OwnFunction, makes_own_function, reported
from dlwidgets.training.rate_changes import RateChanges
from dlwidgets.training.steering import StopTraining
from dlwidgets.training.stepless import SteplessFit
from dlwidgets.training.validation import Validation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from dlwidgets._keras_types import KerasModel, Nested
    from dlwidgets.training.executor import Execution
    from dlwidgets.training.run_engine import RunEngine
    from dlwidgets.training.snapshot import Snapshot

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
        stop_on_nan: End the run when the loss, or the weights behind it, aren't finite.
        validation_steps: Steps of one validation, None if its data ends by itself.
        validation_batches: Batches of validation data that ends by itself, None if not known.
        each_test_batch: Run one validation step per execution whatever the other callbacks are.
    """

    def __init__(
        self,
        engine: RunEngine,
        others: Sequence[Any],
        *,
        blocking: bool = False,
        each_step: bool = False,
        stop_on_nan: bool = True,
        validation_steps: int | None = None,
        validation_batches: int | None = None,
        each_test_batch: bool = False,
    ) -> None:
        super().__init__()
        self._engine, self._blocking, self._stop_on_nan = engine, blocking, stop_on_nan
        self._watches_nan = stop_on_nan or ends_on_nan(others)
        self._recorder, self._steering = engine.recorder, engine.steering
        self._each_step = each_step or need_each_train_batch(others)
        self._train_size = ExecutionSize(MAX_STEPS)
        self._validation = Validation(
            engine,
            check=self._refuse_other_threads,
            steered=self._steered,
            each_batch=each_test_batch or need_each_test_batch(others),
            steps=validation_steps,
            batches=validation_batches,
        )
        self._per_call = 1  # the steps that fit counts for one call of its functions
        self._ahead = 0
        self._logs: Mapping[str, Any] = {}
        self._failure: NonFiniteLossError | None = None
        self._caller = Caller()
        self._iterators = LastIterators()
        self._cut_short = self._ran_out = False
        self._installed = False
        self._own_function = False
        self._reported_at = 0.0  # the clock's seconds at the last step of a loop of one's own
        self._called = False  # the train function, for the batch that comes to its end next
        self._before: tuple[Any, int] = (None, 1)
        self._stepless: SteplessFit | None = None
        self._rate_changes = engine.rate_changes = RateChanges(engine.rates, engine.recorder)

    # -- in and out of the model ---------------------------------------------------------------

    def install(self, model: KerasModel) -> None:
        """Put this callback's functions into `model`; `remove` puts the model's own back."""
        self._target, self._own_function = model, makes_own_function(model)
        self._before = (model.train_function, model.steps_per_execution)
        if self._blocking or self._own_function:
            # The user's fit counts in these already: its iterator was made before this callback.
            # And a function of the model's own may do so, too.
            self._per_call = model.steps_per_execution
        else:
            # fit makes one call per step; how many of them one execution serves is decided here.
            model.steps_per_execution = 1
        if not self._own_function:
            self._take_over()
        self._validation.install(model, self._per_call, looped=self._before[1] > 1)
        self._installed = True

    def _take_over(self) -> None:
        model = self._target
        if self._own_function:
            self._train: Executor | OwnFunction = OwnFunction(model.train_function)
        else:
            self._train = Executor(
                model,
                model.train_step,
                on_first=self._keep_samples,
                stop_on_nan=self._watches_nan,
                looped=self._before[1] > 1,
            )
        model.train_function = self._train_function

    def _stay_installed(self) -> None:
        """Take over again after a callback has compiled the model, or made its function anew."""
        model = self._target
        if model.train_function == self._train_function or not self._installed:
            return
        if self._own_function and model.train_function is None:
            model.make_train_function()
        steps = model.steps_per_execution
        if self._blocking or self._own_function:
            steps = self._before[1]
        else:
            model.steps_per_execution = 1
        self._before = (model.train_function, steps)
        self._take_over()

    def remove(self) -> None:
        """Give the model back its own functions."""
        if not self._installed:
            return
        self._installed = False
        self._caller.forget()
        self._iterators.close()
        self._validation.remove()
        if self._stepless is not None:
            self._stepless.undo()
        model = self._target
        train, steps = self._before
        # A model that was compiled again since has dropped the function.
        if model.train_function == self._train_function:
            model.train_function = train
        if not self._blocking:
            model.steps_per_execution = steps

    # -- what fit calls ------------------------------------------------------------------------

    def on_train_begin(self, logs: Mapping[str, Any] | None = None) -> None:
        """Note the number of steps per epoch, where it is known."""
        self._stay_installed()
        self._recorder.steps_per_epoch = (self.params or {}).get("steps")
        self._engine.set_phase("starting")
        self._engine.keeper.begin(self._target)
        self._recorder.clock.start()
        self._reported_at = self._recorder.clock.seconds

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Drop what is left of an execution that a callback cut short."""
        if not self._recorder.step:
            self._engine.initial_epoch = epoch  # a callback that resumes a training moves it
        self._recorder.begin_epoch(epoch)
        self._caller.epoch_begins()
        self._ahead, self._cut_short = 0, False

    def on_train_batch_begin(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Stay in the place of the model's train function."""
        self._caller.batch_begins()
        self._stay_installed()

    def on_train_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Notice an epoch that is cut short, and end a run whose loss isn't finite.

        `fit` leaves the epoch when it looks next. The other callbacks have seen the step by now.
        With this hook present Keras calls hooks in order, not on a thread pool.
        """
        called, self._called = self._called, False
        if not called:
            self._record_own_step(logs or {})
        self._cut_short = bool(self._target.stop_training)
        self._raise_failure()
        if not called:  # a pause keeps the loop waiting here
            self._steered(self._boundary)

    def on_test_begin(self, logs: Mapping[str, Any] | None = None) -> None:
        """Note that a validation begins."""
        if self._stepless is not None:
            self._stepless.evaluate()
        self._validation.begin()
        self._engine.set_phase("validating")

    def on_test_batch_end(self, batch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Let a validation end with its last batch.

        With this hook present Keras calls hooks in order, not on a thread pool.
        """
        self._validation.end_batch(batch)

    def on_test_end(self, logs: Mapping[str, Any] | None = None) -> None:
        """Note that the validation is over."""
        self._validation.end()
        self._engine.set_phase("training")

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Record the epoch, with what other callbacks added to its logs."""
        self._note_short_epoch()
        self._recorder.end_epoch(logs or {}, whole=not self._cut_short)
        self._rate_changes.notice()

    def on_train_end(self, logs: Mapping[str, Any] | None = None) -> None:
        """Keep the final weights."""
        self._rate_changes.flush()
        if not self._engine.state.ended and self._recorder.step:
            self._keep_snapshot()
            self._raise_failure()

    # -- training ------------------------------------------------------------------------------

    def _train_function(self, iterator: Iterator[Nested]) -> Mapping[str, Any]:
        if self._blocking and not self._caller.is_own(iterator):
            return self._hand_back()(iterator)  # type: ignore[no-any-return]
        self._refuse_other_threads()
        self._note_steered()
        self._called = True
        self._use(iterator)
        if self._ahead <= 0:
            self._steered(self._execute_call, iterator)
        self._ahead -= self._per_call
        return self._logs

    def _use(self, iterator: Iterator[Nested]) -> None:
        """Note where the next batches come from."""
        self._iterators.use(iterator)

    def _steered(self, act: Callable[..., None], *arguments: Iterator[Nested]) -> None:
        """Do what a stop or an error may end, of which a blocking fit hears by `stop_training`.

        No closure takes the place of `arguments`: an error's traceback would keep it, and the data.
        """
        try:
            act(*arguments)
        except StopIteration:
            raise
        except BaseException as error:
            if not self._blocking:
                raise
            if isinstance(error, StopTraining):
                self._target.stop_training = True
                if not self._recorder.step:
                    self._stepless = SteplessFit(self._target)
                self._engine.interrupted(error)
                return
            self._left(error)
            raise

    def _note_steered(self) -> None:
        """Take back that the model's own `fit` can't be steered."""
        if OWN_FIT in self._engine.notes:
            self._engine.notes.remove(OWN_FIT)

    def _record_own_step(self, logs: Mapping[str, Any]) -> None:
        """Record a step of a loop of the model's own, which reports it to callbacks."""
        self._note_steered()
        self._rate_changes.notice(ahead=1)
        began, self._reported_at = self._reported_at, self._recorder.clock.seconds
        self._recorder.exact = frozenset()
        self._after(reported(logs, 1, self._reported_at - began), began)

    def _left(self, error: BaseException) -> None:
        """End a blocking fit that an exception leaves, which Keras doesn't report to callbacks."""
        self.remove()
        self._engine.interrupted(error)

    def _refuse_other_threads(self) -> None:
        if not self._blocking and not self._steering.on_training_thread():
            raise RunInProgressError(in_progress(self._target))

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
            if self._failure is not None or self._own_function:
                return

    def _execute(self, iterator: Iterator[Nested]) -> None:
        self._boundary_before(iterator)
        self._stay_installed()  # what was called at the boundary may have compiled the model
        self._rate_changes.notice()
        began = self._recorder.clock.seconds
        execution = self._train.run(iterator, self._steps_to_run())
        if execution.steps:
            self._recorder.exact = self._train.exact
            self._train_size.record(execution.steps, execution.seconds)
            self._logs = execution.running
            self._ahead += execution.steps
        self._after(execution, began)

    def _after(self, execution: Execution, began: float) -> None:
        """Record what ran, keep a snapshot if it is time, and end a run that can't go on."""
        self._recorder.record(execution, began)
        if execution.steps:
            first = self._recorder.step - execution.steps + 1
            self._engine.keeper.followed(sane=self._recorder.sane(first))
            if self._engine.phase == "starting":
                self._engine.set_phase("training")
        if execution.error is not None:
            raise execution.error
        if execution.diverged and self._stop_on_nan:
            kept, name = self._engine.keeper.latest, execution.diverged
            self._diverged(NonFiniteLossError.at_step(self._recorder, kept, name))
        elif not execution.steps:
            self._steering.no_step_followed()
            self._end_of_data()
        elif not self._engine.keeper.knows(self._target):  # its weights were made by this step
            r = self._recorder
            self._engine.keeper.begin_late(
                self._target, step=r.step, epoch=r.epoch_fraction, seconds=r.clock.seconds
            )
            self._keep_snapshot()
        elif self._engine.keeper.due() or self._wants_weights():
            self._keep_snapshot()

    def _wants_weights(self) -> bool:
        """Whether somebody else wants a snapshot now."""
        return False

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

    def _note_short_epoch(self) -> None:
        """Say that the data ended early, once, though it may happen in each epoch."""
        done = self._recorder.step_in_epoch
        # Without a number from the user, epochs may differ in length, but none is empty.
        expected = (self.params or {}).get("steps") or (
            0 if done else self._recorder.steps_per_epoch
        )
        if not expected or done >= expected or self._cut_short or self._ran_out:
            return
        self._ran_out = True
        text = tr(
            "The data ended after {done} of {expected} steps in epoch {epoch}. Let the data "
            "repeat, or set `steps_per_epoch` to the number of its batches.",
            done=done,
            expected=expected,
            epoch=self._recorder.epoch + 1,
        )
        self._engine.note(text)

    def _steps_to_run(self) -> int:
        k = self._per_call
        if self._own_function:
            total = self._recorder.steps_per_epoch
            return min(k, total - self._recorder.step_in_epoch) if total else k
        if self._steering.stepping:
            return 1
        wanted, steps = k - self._ahead, self._train_size.steps
        # A stop that comes before the step, as in `on_epoch_begin`, ends fit after this one call.
        if steps < wanted or self._each_step or self._target.stop_training:
            return min(steps, wanted)
        total = self._recorder.steps_per_epoch
        # fit makes whole calls: the last of an epoch may ask for more steps than are left.
        left = -(-total // k) * k - self._recorder.step_in_epoch if total else MAX_STEPS
        return max(wanted, min(steps, left) - (min(steps, left) - wanted) % k)

    def _keep_snapshot(self) -> Snapshot:
        snapshot = self._engine.keep_snapshot()
        if self._engine.keeper.ruined(snapshot) and self._stop_on_nan:
            kept = self._engine.keeper.latest
            self._diverged(NonFiniteLossError.in_weights(self._recorder, kept))
        return snapshot

    def _diverged(self, error: NonFiniteLossError) -> None:
        """End the run, once the callbacks have seen the step."""
        self._failure = error
        if self._blocking:
            self._target.stop_training = True
            self._engine.interrupted(error)

    def _raise_failure(self) -> None:
        error, self._failure = self._failure, None
        if error is not None and not self._blocking:
            raise error

    def _boundary_before(self, _iterator: Iterator[Nested]) -> None:
        self._boundary()

    def _boundary(self) -> None:
        if not self._steering.state.ended:
            self._steering.boundary(step=True)
