"""`dl.fit`: keras.Model.fit on its own thread, as a Run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.training import model_lock
from dlwidgets.training.callbacks import need_each_train_batch
from dlwidgets.training.checks import OWN_FIT, check_arguments, notes_on
from dlwidgets.training.devices import device_scope
from dlwidgets.training.errors import (
    NonFiniteLossError,
    explain_failure,
    labels_out_of_range,
    non_finite_inputs,
)
from dlwidgets.training.iterators import DEFAULT_BATCH_SIZE, batched, count_batches
from dlwidgets.training.run import Run
from dlwidgets.training.run_engine import RunEngine, engine_of
from dlwidgets.training.steering import StopTraining
from dlwidgets.training.thread_state import ThreadState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dlwidgets._keras_types import KerasModel, Module, Nested


def fit(  # noqa: PLR0917 - the positional arguments of keras.Model.fit
    model: KerasModel,
    x: Nested = None,
    y: Nested = None,
    batch_size: int | None = None,
    epochs: int = 1,
    verbose: int | str = "auto",
    callbacks: Any = None,
    validation_split: float = 0.0,
    validation_data: Nested = None,
    shuffle: bool = True,
    class_weight: Mapping[int, float] | None = None,
    sample_weight: Nested = None,
    initial_epoch: int = 0,
    steps_per_epoch: int | None = None,
    validation_steps: int | None = None,
    validation_batch_size: int | None = None,
    validation_freq: int | Sequence[int] = 1,
    *,
    start: bool = True,
    device: str | None = None,
    stop_on_nan: bool = True,
) -> Run:
    """Train a Keras model in the background and return at once a Run that shows and steers it.

    Takes what `keras.Model.fit` takes, with the same meaning, and trains with the same result,
    because it calls `fit` itself. Steps run in executions of k steps each, with k chosen by time,
    which is faster than plain `fit` and records every step's own loss.

    Args:
        model: A compiled Keras model: Sequential, functional or subclassed.
        x: Inputs: arrays, a tf.data.Dataset, a PyDataset or a generator.
        y: Targets, as in Keras.
        batch_size: Samples per step, 32 by default for arrays.
        epochs: The number of epochs, at least 1. As in Keras, they are counted from 0 and training
            begins at `initial_epoch`: initial_epoch=3, epochs=5 trains 2.
        verbose: Accepted for compatibility; nothing is printed, the panel shows the progress.
        callbacks: Keras callbacks. One that acts on each batch makes executions one step long.
        validation_split: Part of the arrays to validate on, 0 to 1.
        validation_data: As in Keras.
        shuffle: As in Keras.
        class_weight: As in Keras.
        sample_weight: As in Keras.
        initial_epoch: As in Keras, the epoch to begin at, from 0.
        steps_per_epoch: As in Keras.
        validation_steps: As in Keras.
        validation_batch_size: As in Keras.
        validation_freq: As in Keras.
        start: False makes a Run that is ready; start it with `run.start()` or in its panel.
        device: Where to train, such as "GPU:1" or "CPU"; None lets TensorFlow choose.
        stop_on_nan: End the run when the loss, or the weights behind it, become NaN or infinite,
            and keep the last finite weights. False goes on, as `keras.Model.fit` does. Callbacks
            see the step either way.

    Returns:
        The Run, already training unless `start` is False.

    Raises:
        ValueError: An argument can't be used, such as an uncompiled model, x and y of different
            lengths, no data, or no epochs.
        RunInProgressError: Another Run trains this model now.

    Example:
        >>> digits = dl.data.load("digits").normalized()
        >>> model = dl.models.compiled("mlp", input_shape=(8, 8, 1), classes=10)
        >>> run = dl.fit(model, digits.x_train, digits.y_train, epochs=5)
        >>> len(run.wait().history["loss"])
        5
    """
    keras = load_keras()
    check_arguments(
        model,
        x,
        y,
        batch_size=batch_size,
        epochs=epochs,
        initial_epoch=initial_epoch,
        sample_weight=sample_weight,
        validation_split=validation_split,
    )
    from dlwidgets.training.callbacks import flatten
    from dlwidgets.training.run_callback import RunCallback

    others = flatten(callbacks)
    device_scope(device)  # an unknown device raises now, not on the training thread
    state = ThreadState()

    data = {
        "x": x,
        "y": y,
        "validation_data": validation_data,
        "sample_weight": sample_weight,
    }
    size, steps, last = batch_size, steps_per_epoch, None
    # With a number of steps, an epoch goes on with the iterator of one that a callback cut short.
    if not validation_split and not need_each_train_batch(others):
        sizes = batch_size, validation_batch_size or batch_size
        size, steps, last = _plan(model, data, sizes, steps_per_epoch, validation_steps)

    # Keras counts its batches before `on_epoch_end` may change their number.
    counted = isinstance(validation_data, keras.utils.PyDataset)

    def train(engine: RunEngine) -> None:
        callback = RunCallback(
            engine,
            others,
            stop_on_nan=stop_on_nan,
            validation_steps=validation_steps,
            validation_batches=last,
            each_test_batch=counted,
        )
        with state.taken_over(), device_scope(device):
            found = non_finite_inputs(data["x"], data["y"], data["sample_weight"])
            if found:
                engine.notes.append(tr("Check the data. {problem}", problem=found))
            callback.install(model)
            try:
                _begin_own_fit(engine)
                model.fit(
                    **data,
                    batch_size=size,
                    epochs=epochs,
                    verbose=0,
                    callbacks=[*others, callback],
                    validation_split=validation_split,
                    shuffle=shuffle,
                    class_weight=class_weight,
                    initial_epoch=initial_epoch,
                    steps_per_epoch=steps,
                    validation_steps=validation_steps,
                    validation_batch_size=validation_batch_size,
                    validation_freq=validation_freq,
                )
            except StopTraining:
                # A backup is for going on, and this run may: its end would delete the backup.
                backup = keras.callbacks.BackupAndRestore
                ending = [one for one in others if not isinstance(one, backup)]
                _end_training(engine, [*ending, callback])
                raise
            except NonFiniteLossError as error:
                if any(_ends_quietly_on_nan(keras, callback) for callback in others):
                    _end_training(engine, others)
                wrong = labels_out_of_range(model, data["x"], data["y"])
                advice = tr("Check the data. {problem}", problem=found) if found else wrong
                if advice:
                    raise error.advising(advice) from None
                raise
            except Exception as error:
                engine.problem = explain_failure(error, others)
                raise
            finally:
                callback.remove()
                data.clear()  # an error's traceback keeps this function and what it refers to

    model_lock.check_free(model)
    run = Run(model, train, epochs=epochs, initial_epoch=initial_epoch)
    engine = engine_of(run).keeping(x, validation_data)
    engine.batch_size = batch_size or (32 if isinstance(x, np.ndarray) else None)
    engine.notes += notes_on(
        model, x, batch_size=engine.batch_size, validation_split=validation_split or 0.0
    )
    return run.start() if start else run


def _plan(
    model: KerasModel,
    data: dict[str, Nested],
    sizes: tuple[int | None, int | None],
    steps: int | None,
    validation_steps: int | None,
) -> tuple[int | None, int | None, int | None]:
    """Tell Keras of arrays what lets it make fewer iterators, which is all that it changes.

    Returns:
        Batch size, steps per epoch, and the batches of the validation data, None if not known.
    """
    size, held_out = sizes
    last: int | None = None
    kind, base = type(model), load_keras().Model
    if kind.fit is not base.fit or kind.evaluate is not base.evaluate:
        return size, steps, last
    if validation_steps is None:
        last = count_batches(data["validation_data"], held_out)
        if last is not None:
            held_out = held_out or DEFAULT_BATCH_SIZE
            data["validation_data"] = batched(data["validation_data"], held_out)
    if validation_steps is not None and held_out is None and data["validation_data"] is not None:
        return size, steps, last  # Keras chooses a batch size that makes so many steps of all data
    if steps is None and model.distribute_strategy.num_replicas_in_sync == 1:
        steps = count_batches([data[name] for name in ("x", "y", "sample_weight")], size)
        size = size if steps is None else size or DEFAULT_BATCH_SIZE
    return size, steps, last


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
