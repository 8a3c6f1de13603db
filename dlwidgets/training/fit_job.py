"""The Run of one `keras.Model.fit`: what it calls, and what it records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.recording.errors import RecordingError
from dlwidgets.training import model_lock
from dlwidgets.training.callbacks import flatten, need_each_train_batch
from dlwidgets.training.checks import OWN_FIT, check_arguments, notes_on
from dlwidgets.training.devices import device_scope
from dlwidgets.training.errors import (
    NonFiniteLossError,
    explain_failure,
    labels_out_of_range,
    non_finite_inputs,
)
from dlwidgets.training.given import Given
from dlwidgets.training.iterators import DEFAULT_BATCH_SIZE, batched, count_batches
from dlwidgets.training.run import Run
from dlwidgets.training.run_engine import RunEngine, engine_of
from dlwidgets.training.steering import StopTraining
from dlwidgets.training.thread_state import ThreadState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from dlwidgets._keras_types import KerasModel, Module, Nested
    from dlwidgets.recording.writer import RunWriter
    from dlwidgets.training.recorded_fit import RecordedFit
    from dlwidgets.training.resumption import Resumption
    from dlwidgets.training.run_callback import RunCallback


def make_run(
    model: KerasModel,
    data: dict[str, Nested],
    arguments: Mapping[str, Any],
    callbacks: Any,
    *,
    device: str | None = None,
    open_writer: Callable[[Sequence[Any]], RunWriter] | None = None,
    resumption: Callable[[Sequence[Any]], Resumption] | None = None,
) -> Run:
    """Return a Run that is ready to call `fit`.

    Args:
        model: The compiled model.
        data: The arguments of `fit` that hold data: x, y, validation_data, sample_weight.
        arguments: The other ones, but for callbacks, and ``stop_on_nan``.
        callbacks: The user's callbacks.
        device: Where to train; None lets TensorFlow choose.
        open_writer: Opens the recording when the Run is started, for those callbacks; None for no
            recording. A new one that can't be opened is left out.
        resumption: Makes what sets the state of a recorded run, for those callbacks; None for a new
            run.

    Raises:
        ValueError: An argument can't be used.
        RunInProgressError: Another Run trains this model now.
    """
    job = _Job(model, data, arguments, flatten(callbacks), device)
    if resumption is not None:
        job.resumption = resumption(job.callbacks)
    return job.run(open_writer)


class _Job:
    """One call of `fit`, from its arguments to its end."""

    def __init__(
        self,
        model: KerasModel,
        data: dict[str, Nested],
        arguments: Mapping[str, Any],
        callbacks: list[Any],
        device: str | None,
    ) -> None:
        self._keras = load_keras()
        check_arguments(
            model,
            data["x"],
            data["y"],
            batch_size=arguments["batch_size"],
            epochs=arguments["epochs"],
            initial_epoch=arguments["initial_epoch"],
            sample_weight=data["sample_weight"],
            validation_split=arguments["validation_split"],
        )
        device_scope(device)  # an unknown device raises now, not on the training thread
        self._model, self._data, self._device = model, data, device
        self._given = Given.of(data, arguments, callbacks, device)
        # `_plan` may put a data set in its place, and who looks at the run asks for the arrays.
        self._held_out = data["validation_data"]
        self.callbacks = callbacks
        self.resumption: Resumption | None = None
        self._recording: RecordedFit | None = None
        self._state = ThreadState()
        self._options = dict(arguments)
        self._stop_on_nan = self._options.pop("stop_on_nan")
        self._last: int | None = None
        # Keras counts its batches before `on_epoch_end` may change their number.
        self._counted = isinstance(data["validation_data"], self._keras.utils.PyDataset)

    def run(self, open_writer: Callable[[Sequence[Any]], RunWriter] | None) -> Run:
        """Return the Run, which is ready."""
        model, options, x = self._model, self._options, self._data["x"]
        model_lock.check_free(model)
        run = Run(
            model, self._train, epochs=options["epochs"], initial_epoch=options["initial_epoch"]
        )
        engine = engine_of(run).keeping(x, self._data["validation_data"])
        engine.given = self._given
        size = options["batch_size"]
        engine.batch_size = size or (32 if isinstance(x, np.ndarray) else None)
        split = options["validation_split"] or 0.0
        engine.notes += notes_on(model, x, batch_size=engine.batch_size, validation_split=split)
        if open_writer is not None:
            self._prepare_recording(engine, open_writer)
        # With a number of steps, an epoch goes on with the iterator of one that a callback cut
        # short.
        if not split and not need_each_train_batch(self.callbacks):
            self._plan()
        return run

    def _prepare_recording(
        self, engine: RunEngine, open_writer: Callable[[Sequence[Any]], RunWriter]
    ) -> None:
        from dlwidgets.training import callback_states, data_position, own_function
        from dlwidgets.training.data_position import Way, way_of
        from dlwidgets.training.recorded_fit import RecordedFit, warn

        x = self._data["x"]
        own = own_function.limits(self._model)
        way = Way.BEGUN if own else way_of(x)
        engine.notes += own + data_position.limits(x) + callback_states.limits(self.callbacks)

        def begin() -> None:
            self._recording = None
            try:
                writer = open_writer(self.callbacks)
            except RecordingError as error:
                if self.resumption is not None:
                    raise
                engine.records = False
                problem = tr("The run isn't recorded. {problem}", problem=error.args[0])
                engine.note(problem)
                warn(problem)
                return
            self._recording = RecordedFit(engine, self.callbacks, writer, x, way, y=self._data["y"])
            engine.recording = self._recording

        engine.before_start, engine.records = begin, True

    def _plan(self) -> None:
        """Tell Keras of arrays what lets it make fewer iterators, which is all that it changes."""
        data, options, base = self._data, self._options, self._keras.Model
        kind = type(self._model)
        if kind.fit is not base.fit or kind.evaluate is not base.evaluate:
            return
        size, held_out = options["batch_size"], options["validation_batch_size"]
        held_out = held_out or size
        validation_steps = options["validation_steps"]
        if validation_steps is None:
            self._last = count_batches(data["validation_data"], held_out)
            if self._last is not None:
                held_out = held_out or DEFAULT_BATCH_SIZE
                data["validation_data"] = batched(data["validation_data"], held_out)
        if (
            validation_steps is not None
            and held_out is None
            and data["validation_data"] is not None
        ):
            return  # Keras chooses a batch size that makes so many steps of all data
        replicas = self._model.distribute_strategy.num_replicas_in_sync
        if options["steps_per_epoch"] is None and replicas == 1:
            steps = count_batches([data[name] for name in ("x", "y", "sample_weight")], size)
            options["steps_per_epoch"] = steps
            options["batch_size"] = size if steps is None else size or DEFAULT_BATCH_SIZE

    # -- on the training thread ----------------------------------------------------------------

    def _train(self, engine: RunEngine) -> None:
        model, data, keras = self._model, self._data, self._keras
        callback = self._callback(engine)
        with self._state.taken_over(), device_scope(self._device):
            found = non_finite_inputs(data["x"], data["y"], data["sample_weight"])
            if found:
                engine.notes.append(tr("Check the data. {problem}", problem=found))
            if self.resumption is not None:
                self.resumption.before_fit(data["x"])
            if self._recording is not None:
                self._recording.begin()
            self._given.keep_weights(model)
            callback.install(model)
            try:
                _begin_own_fit(engine)
                self._fit(callback)
            except StopTraining:
                # A backup is for going on, and this run may: its end would delete the backup.
                backup = keras.callbacks.BackupAndRestore
                ending = [one for one in self.callbacks if not isinstance(one, backup)]
                _end_training(engine, [*ending, callback])
                raise
            except NonFiniteLossError as error:
                if any(_ends_quietly_on_nan(keras, one) for one in self.callbacks):
                    _end_training(engine, self.callbacks)
                wrong = labels_out_of_range(model, data["x"], data["y"])
                advice = tr("Check the data. {problem}", problem=found) if found else wrong
                if advice:
                    raise error.advising(advice) from None
                raise
            except Exception as error:
                engine.problem = explain_failure(error, self.callbacks)
                raise
            finally:
                callback.remove()
                self.resumption = self._held_out = None
                data.clear()  # an error's traceback keeps this function and what it refers to

    def _callback(self, engine: RunEngine) -> RunCallback:
        from dlwidgets.training.recorded_callback import RecordedCallback
        from dlwidgets.training.run_callback import RunCallback

        options = {
            "stop_on_nan": self._stop_on_nan,
            "validation_steps": self._options["validation_steps"],
            "validation_batches": self._last,
            "each_test_batch": self._counted,
        }
        if self._recording is None and self.resumption is None:
            return RunCallback(engine, self.callbacks, **options)
        return RecordedCallback(
            engine,
            self.callbacks,
            recording=self._recording,
            resumption=self.resumption,
            **options,
        )

    def _fit(self, callback: RunCallback) -> None:
        options = dict(self._options)
        if self.resumption is not None:
            options["initial_epoch"] = self.resumption.epoch
        self._model.fit(**self._data, **options, verbose=0, callbacks=[*self.callbacks, callback])


def _begin_own_fit(engine: RunEngine) -> None:
    """Do for a model's own `fit` what Keras's begins with: an earlier stop counts no longer."""
    if OWN_FIT in engine.notes:
        engine.model.stop_training = False
        if engine.steering.stop_requested:  # between the start and here
            raise StopTraining


def _ends_quietly_on_nan(keras: Module, callback: object) -> bool:
    """Whether a user's callback ends training as usual when the loss isn't finite."""
    kind = keras.callbacks.TerminateOnNaN
    return isinstance(callback, kind) and not getattr(callback, "raise_error", False)


def _end_training(engine: RunEngine, callbacks: list[Any]) -> None:
    """Do what `fit` does last, after a stop in the middle of it."""
    model = engine.model
    logs = {name: values[-1] for name, values in engine.recorder.history.items()}
    if model.optimizer is not None:
        model.optimizer.finalize_variable_values(model.trainable_weights)
    for callback in callbacks:
        callback.on_train_end(logs)
