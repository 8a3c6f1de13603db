"""`dl.fit`: keras.Model.fit on its own thread, as a Run."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load
from dlwidgets.recording.options import RecordOptions
from dlwidgets.recording.options import record as record_in
from dlwidgets.recording.problems import check_folder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dlwidgets._keras_types import KerasModel, Nested
    from dlwidgets.recording.writer import RunWriter
    from dlwidgets.training.run import Run


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
    record: bool | str | os.PathLike[str] | RecordOptions = False,
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
        record: Record the run, so that it can be resumed after a crash (`dl.resume`) and looked at
            later (`dl.open_run`). A folder in which it gets a directory of its own, True for
            ``"runs"``, or what `dl.record` returns.

    Returns:
        The Run, already training unless `start` is False.

    Raises:
        TypeError: `record` is something else.
        ValueError: An argument can't be used, such as an uncompiled model, x and y of different
            lengths, no data, or no epochs.
        RecordingError: The run can't be recorded there. Nothing was trained. A disk that fails
            later ends the recording with a warning, and training goes on.
        RunInProgressError: Another Run trains this model now.

    Example:
        >>> digits = dl.data.load("digits").normalized()
        >>> model = dl.models.compiled("mlp", input_shape=(8, 8, 1), classes=10)
        >>> run = dl.fit(model, digits.x_train, digits.y_train, epochs=5)
        >>> len(run.wait().history["loss"])
        5
    """
    load()
    from dlwidgets.training.fit_job import make_run
    from dlwidgets.training.run_description import describe

    arguments = {
        "batch_size": batch_size,
        "epochs": epochs,
        "validation_split": validation_split,
        "shuffle": shuffle,
        "class_weight": class_weight,
        "initial_epoch": initial_epoch,
        "steps_per_epoch": steps_per_epoch,
        "validation_steps": validation_steps,
        "validation_batch_size": validation_batch_size,
        "validation_freq": validation_freq,
        "stop_on_nan": stop_on_nan,
    }
    data = {
        "x": x,
        "y": y,
        "validation_data": validation_data,
        "sample_weight": sample_weight,
    }
    options, given = options_from(record), dict(data)
    if options is not None:
        check_folder(options.folder)
        check_probe(options.probe)

    def open_writer(others: Sequence[Any]) -> RunWriter:
        from dlwidgets.recording.writer import RunWriter

        assert options is not None
        return RunWriter.create(options, describe(model, arguments, given, others))

    run = make_run(
        model,
        data,
        arguments,
        callbacks,
        device=device,
        open_writer=None if options is None else open_writer,
    )
    return run.start() if start else run


def options_from(record: bool | str | os.PathLike[str] | RecordOptions) -> RecordOptions | None:
    """Return how a run is recorded; None if it isn't.

    Args:
        record: The argument of `fit`.

    Raises:
        TypeError: It is something else.
    """
    if record is False or record is None:
        return None
    if record is True:
        return record_in()
    if isinstance(record, RecordOptions):
        return record
    if isinstance(record, (str, os.PathLike)):
        return record_in(record)
    raise TypeError(
        tr(
            "Expected `record` to be True, a folder, or the result of `dl.record`. Received: "
            "{record}",
            record=repr(record),
        )
    )


def check_probe(probe: Any) -> None:
    """Refuse what is no probe, whatever the model takes.

    Args:
        probe: The samples that the run is asked about; None for none.

    Raises:
        ValueError: It is a text, a single number that isn't a count, or the like.
    """
    wrong = isinstance(probe, (str, bytes, float, complex, set, frozenset))
    if isinstance(probe, (int, np.integer)):
        wrong = probe is True or bool(probe < 0)
    if wrong:
        raise ValueError(
            tr(
                "Expected `probe` to be `(x, y)`, `x`, or a number of training samples. Received: "
                "{probe}",
                probe=repr(probe)[:80],
            )
        )
