"""`dl.resume`: go on with a recorded run."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlwidgets._messages import error_message, join_messages, tr, trn
from dlwidgets._tensorflow import load
from dlwidgets.recording import layout
from dlwidgets.recording.errors import RecordingError
from dlwidgets.recording.recorded_run import RecordedRun, open_run
from dlwidgets.training.compilation import configuration, configuration_in, write_with
from dlwidgets.training.fingerprint import differences, fingerprint
from dlwidgets.training.resume_checks import check_given, state_of
from dlwidgets.training.resume_state import check
from dlwidgets.training.run_engine import engine_of

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    from dlwidgets._keras_types import KerasModel, Nested
    from dlwidgets.recording.writer import RunWriter
    from dlwidgets.training.recorder import Recorder
    from dlwidgets.training.resumption import Resumption
    from dlwidgets.training.run import Run

_MAX_TOLD = 3  # differences in one message


def resume(
    path: str | os.PathLike[str] | RecordedRun,
    x: Nested = None,
    y: Nested = None,
    *,
    model: KerasModel | None = None,
    callbacks: Any = None,
    validation_data: Nested = None,
    sample_weight: Nested = None,
    epochs: int | None = None,
    start: bool = True,
    device: str | None = None,
    **others: Any,
) -> Run:
    """Go on with a recorded run where it was, as if nothing had happened.

    Weights, optimizer, metrics, random numbers, the position in the data and the callbacks' states
    are those of the last state that reached the disk: the run ends with the same weights, to the
    bit on a CPU, as if it had never been interrupted. It goes on in its own directory.

    Args:
        path: The run's directory, or the run that `dl.open_run` returned.
        x: The training data, as they were given to `dl.fit`; so are `y`, `validation_data` and
            `sample_weight`.
        y: Targets.
        model: The compiled model, where it has classes of your own that Keras can't load. By
            default it is loaded from the recording.
        callbacks: The callbacks, made as for `dl.fit`. They get their states back.
        validation_data: As in `dl.fit`.
        sample_weight: As in `dl.fit`.
        epochs: The number of epochs, including those before; None for that of the run. A run that
            has finished goes on with more.
        start: As in `dl.fit`.
        device: As in `dl.fit`.
        **others: None. The other arguments of `dl.fit` are those of the recording.

    Returns:
        The Run, with all that it recorded before.

    Raises:
        TypeError: Another argument is given.
        ValueError: `epochs` isn't a whole number of at least 1.
        RecordingError: There is nothing to go on from, another process writes the run, or data or
            model aren't those that were recorded. The message says what differs.

    Example:
        >>> import tempfile
        >>> digits = dl.data.load("digits").normalized()
        >>> model = dl.models.compiled("mlp", input_shape=(8, 8, 1), classes=10)
        >>> folder = tempfile.mkdtemp()
        >>> run = dl.fit(model, digits.x_train, digits.y_train, epochs=2, record=folder).wait()
        >>> path = run.recording.path
        >>> run = dl.resume(path, digits.x_train, digits.y_train, epochs=3).wait()
        >>> len(run.history["loss"])
        3
    """
    load()
    from dlwidgets.training.callbacks import flatten
    from dlwidgets.training.fit_job import make_run
    from dlwidgets.training.resumption import Resumption

    check_given(epochs, others)
    recorded = open_run(path)
    tensors, state = state_of(recorded)
    arguments = recorded_arguments(recorded, epochs)
    data = _checked_data(recorded, x, y, validation_data, sample_weight)
    if state["epoch"] >= arguments["epochs"]:
        raise RecordingError(
            trn(
                "{run} has already trained for {n} epoch. `epochs` is the total, so pass more "
                "than {n}, for example `dl.resume(path, x, y, epochs={more})`.",
                "{run} has already trained for {n} epochs. `epochs` is the total, so pass more "
                "than {n}, for example `dl.resume(path, x, y, epochs={more})`.",
                int(state["epoch"]),
                run=recorded.name,
                more=str(int(state["epoch"]) + 10),  # code: no separators
            )
        )
    trained = recorded_model(recorded, model, state.get("model"))
    check(trained, tensors, state["names"])  # before rows and the files of callbacks are cut
    used = flatten(callbacks)
    step = int(state["step"])

    def open_writer(_: Sequence[Any]) -> RunWriter:
        from dlwidgets.recording.writer import RunWriter

        writer = RunWriter.reopen(recorded.path, step=step, newest=step)
        epochs = arguments["epochs"]
        writer.describe(epochs=epochs, fit={**recorded.info["fit"], "epochs": epochs})
        return writer

    def resumption(given: Sequence[Any]) -> Resumption:
        counted = arguments["steps_per_epoch"] is not None
        return Resumption(tensors, state, given, counted=counted)

    run = make_run(
        trained,
        data,
        arguments,
        used,
        device=device,
        open_writer=open_writer,
        resumption=resumption,
    )
    engine = engine_of(run)
    engine.notes += _notes(recorded, state, used, x)
    if model is not None and "model" in state:
        engine.notes.append(
            tr(
                "In the recorded run a callback compiled the model again. The run resumes exactly "
                "only if the model that you pass is compiled in the same way."
            )
        )
    take_over(engine.recorder, recorded.recorder, state)
    return run.start() if start else run


# -- what is given, against what was recorded --------------------------------------------------


def recorded_arguments(recorded: RecordedRun, epochs: int | None) -> dict[str, Any]:
    """Return the arguments of `fit` that were recorded.

    Args:
        recorded: The run.
        epochs: Another number of epochs; None for that of the run.

    Raises:
        RecordingError: The recording doesn't say them.
    """
    kept = recorded.info.get("fit")
    if not isinstance(kept, dict) or not isinstance(kept.get("epochs"), int):
        raise RecordingError(
            tr(
                "The recording of {run} doesn't contain how it was trained, so it can't be "
                "resumed. Load its weights with `dl.open_run(…).model()`.",
                run=recorded.name,
            )
        )
    found = {name: kept.get(name, default) for name, default in _DEFAULTS.items()}
    weights = found["class_weight"]
    if isinstance(weights, dict):  # JSON has texts as keys
        found["class_weight"] = {int(key): weight for key, weight in weights.items()}
    total = recorded.info.get("epochs")
    planned = total if isinstance(total, int) else kept["epochs"]
    found["epochs"] = planned if epochs is None else epochs
    return found


_DEFAULTS: dict[str, Any] = {
    "batch_size": None,
    "epochs": 1,
    "validation_split": 0.0,
    "shuffle": True,
    "class_weight": None,
    "initial_epoch": 0,
    "steps_per_epoch": None,
    "validation_steps": None,
    "validation_batch_size": None,
    "validation_freq": 1,
    "stop_on_nan": True,
}


def _checked_data(
    recorded: RecordedRun, x: Nested, y: Nested, validation_data: Nested, sample_weight: Nested
) -> dict[str, Nested]:
    data = {"x": x, "y": y, "validation_data": validation_data, "sample_weight": sample_weight}
    kept = recorded.info.get("data")
    if isinstance(kept, dict):
        found = differences(kept, fingerprint(data))
        if found:
            advice = tr(
                "Pass the data of the recorded run, or start a new run with other data: "
                "`dl.fork(path, x, y)`."
            )
            raise RecordingError(join_messages([*found[:_MAX_TOLD], advice], "\n"))
    return data


def recorded_model(
    recorded: RecordedRun, given: KerasModel | None, config: Mapping[str, Any] | None = None
) -> KerasModel:
    """Return the model that goes on: the one that is given, or the recorded one.

    Args:
        recorded: The run.
        given: The model that the user passes; None for none.
        config: The recorded model's configuration, where a callback has compiled it since it was
            saved.

    Raises:
        RecordingError: It is another one than the recorded one, or that can't be loaded.
    """
    file = recorded.path / layout.MODEL
    if given is not None:
        before, now = (
            one and one["config"] for one in (configuration_in(file), configuration(given))
        )
        difference = _difference(before, now, "model")
        if difference:
            raise RecordingError(
                tr(
                    "Expected the model that was recorded. Received: another one. {difference}",
                    difference=difference,
                )
            )
        return given
    if not file.is_file():
        raise RecordingError(
            tr(
                "The model of {run} wasn't recorded. Build and compile it as before, and pass it: "
                "`dl.resume(path, x, y, model=model)`.",
                run=recorded.name,
            )
        )
    _, keras = load()
    try:
        with warnings.catch_warnings():  # of an optimizer without a state, which comes later
            warnings.simplefilter("ignore")
            if config is not None and not config:
                reason = tr("A callback compiled it again in a way that wasn't recorded.")
                raise RecordingError(reason)
            if config is None:
                found: KerasModel = keras.saving.load_model(file)
            else:
                with tempfile.TemporaryDirectory() as folder:
                    copy = Path(folder) / layout.MODEL
                    write_with(config, file, copy)
                    found = keras.saving.load_model(copy)
    except Exception as error:  # Keras raises what the layers' own code raises
        raise RecordingError(
            tr(
                "The model of {run} can't be loaded: {reason} Build and compile it as before, and "
                "pass it: `dl.resume(path, x, y, model=model)`.",
                run=recorded.name,
                reason=error_message(error),
            )
        ) from error
    return found


_NAMES = ("name", "registered_name", "build_config", "compile_config", "module", "keras_history")


def _difference(recorded: Any, given: Any, place: str) -> str:
    """The first difference of two configurations, but for names; "" if there is none."""
    if recorded is None or given is None:
        return ""
    if isinstance(recorded, dict) and isinstance(given, dict):
        if "keras_history" in recorded:  # which names layers
            return ""
        keys = [k for k in recorded if k in given and k not in _NAMES]
        pairs = [(recorded[k], given[k], f"{place}.{k}") for k in keys]
    elif isinstance(recorded, list) and isinstance(given, list) and len(recorded) == len(given):
        pairs = [
            (a, b, f"{place}[{i}]") for i, (a, b) in enumerate(zip(recorded, given, strict=True))
        ]
    elif recorded == given or (isinstance(recorded, str) and "name" in place):
        return ""
    else:
        if isinstance(recorded, list) and isinstance(given, list):
            recorded, given = len(recorded), len(given)
        return tr(
            "{place}: {given} instead of {recorded}.",
            place=place,
            given=str(given)[:80],
            recorded=str(recorded)[:80],
        )
    return next((text for a, b, at in pairs if (text := _difference(a, b, at))), "")


def _notes(
    recorded: RecordedRun, state: Mapping[str, Any], callbacks: Sequence[Any], x: Nested
) -> list[str]:
    """What isn't as it was, and may make a difference."""
    from dlwidgets.training.callback_states import missing
    from dlwidgets.training.random_states import global_seed
    from dlwidgets.training.run_description import versions

    found: list[str] = []
    step = int(state["step"])
    if recorded.step_count > step:
        found.append(
            trn(
                "Resumes after step {step}. {n} step that wasn't saved is repeated.",
                "Resumes after step {step}. {n} steps that weren't saved are repeated.",
                recorded.step_count - step,
                step=step,
            )
        )
    before, now = recorded.info.get("versions"), versions()
    for name in ("tensorflow", "keras", "numpy"):
        old = before.get(name) if isinstance(before, dict) else None
        if old is not None and old != now[name]:
            found.append(
                tr(
                    "Recorded with {name} {old} and resumed with {new}, so the last bits may "
                    "differ.",
                    name=name,
                    old=str(old),
                    new=now[name],
                )
            )
    seed = state["seed"]
    if isinstance(x, load()[0].data.Dataset) and seed is not None and global_seed() != seed:
        found.append(
            tr(
                "A data set that shuffles resumes exactly only if TensorFlow's seed was {seed} "
                "when it was built, as in the recorded run. Call "
                "`keras.utils.set_random_seed({seed})` first.",
                seed=seed,
            )
        )
    lacking = missing(callbacks, state["callbacks"])
    if lacking:
        found.append(
            tr(
                "The recorded run had the callbacks {names}, which are missing now. Make them as "
                "before, and pass them as `callbacks`.",
                names=", ".join(lacking),
            )
        )
    return found


def take_over(recorder: Recorder, before: Recorder, state: Mapping[str, Any]) -> None:
    """Give a recorder what was recorded up to a state.

    Args:
        recorder: That of the run that goes on, without rows.
        before: What was recorded.
        state: The state.
    """
    step, epochs = int(state["step"]), int(state["epochs_done"])
    for table, old, rows in (
        (recorder.steps, before.steps.rows(), step),
        (recorder.epochs, before.epochs.rows(), epochs),
    ):
        table.extend(
            step=old.step[:rows],
            epoch=old.epoch[:rows],
            time=old.time[:rows],
            values={name: values[:rows] for name, values in old.values.items()},
        )
    for part in before.learning_rates.until(step):
        recorder.learning_rates.note(part)
    if len(recorder.steps) != step or len(recorder.epochs) != epochs:
        raise RecordingError(
            tr(
                "The recording has lost some of the steps before its last state, so it can't be "
                "resumed. Load its weights with `dl.open_run(…).model()`."
            )
        )
    recorder.steps_per_epoch = state["steps_per_epoch"]
    recorder.exact = frozenset(state["exact"])
    recorder.take_over(
        epoch=int(state["epoch"]),
        first_row=step - int(state["batches"]),
        seconds=float(state["time"]),
        history=state["history"],
        markers=[marker for marker in before.markers if marker.step <= step],
    )
