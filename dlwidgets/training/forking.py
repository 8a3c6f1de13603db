"""`dl.fork`: begin a new run from the weights of a recorded one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr
from dlwidgets.recording.errors import RecordingError
from dlwidgets.recording.recorded_run import RecordedRun, open_run
from dlwidgets.recording.resume_files import read_resume
from dlwidgets.training.resume_checks import is_whole
from dlwidgets.training.resuming import recorded_arguments, recorded_model
from dlwidgets.training.run_engine import engine_of

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

    from dlwidgets._keras_types import KerasModel, Nested
    from dlwidgets.recording.options import RecordOptions
    from dlwidgets.training.run import Run


def fork(
    path: str | os.PathLike[str] | RecordedRun,
    x: Nested = None,
    y: Nested = None,
    *,
    step: int | None = None,
    model: KerasModel | None = None,
    callbacks: Any = None,
    validation_data: Nested = None,
    sample_weight: Nested = None,
    epochs: int | None = None,
    record: bool | str | os.PathLike[str] | RecordOptions | None = None,
    start: bool = True,
    device: str | None = None,
) -> Run:
    """Begin a new run from weights of a recorded one, with its arguments.

    The epochs begin anew. So does the optimizer, unless a complete state of exactly this step was
    recorded, as at a pause and at the run's end: then the optimizer goes on from there.

    Args:
        path: The run's directory, or the run that `dl.open_run` returned.
        x: The training data, which may be others than those of the recorded run.
        y: Targets.
        step: The weights are those of the snapshot nearest to this step; None for the newest.
        model: The compiled model to load them into, which may be compiled in another way. It keeps
            its learning rate. By default it is loaded from the recording.
        callbacks: As in `dl.fit`.
        validation_data: As in `dl.fit`.
        sample_weight: As in `dl.fit`.
        epochs: As in `dl.fit`; None for the number of the recorded run.
        record: As in `dl.fit`; None for the folder of the recorded run.
        start: As in `dl.fit`.
        device: As in `dl.fit`.

    Returns:
        The new Run. A note says from which step it began, and whether with its optimizer.

    Raises:
        RecordingError: No weights were recorded, or they don't fit the model.
        ValueError: `step` is no step.

    Example:
        >>> import tempfile
        >>> digits = dl.data.load("digits").normalized()
        >>> model = dl.models.compiled("mlp", input_shape=(8, 8, 1), classes=10)
        >>> folder = tempfile.mkdtemp()
        >>> run = dl.fit(model, digits.x_train, digits.y_train, epochs=2, record=folder).wait()
        >>> other = dl.fork(run.recording.path, digits.x_train, digits.y_train, epochs=1).wait()
        >>> len(other.history["loss"])
        1
    """
    from dlwidgets.recording.rebuilding import set_weights
    from dlwidgets.training.fitting import fit, options_from

    if step is not None and (not is_whole(step) or step < 0):
        raise ValueError(
            tr(
                "Expected `step` to be a whole number of at least 0. Received: {step}",
                step=repr(step),
            )
        )
    recorded = open_run(path)
    info = recorded.nearest(recorded.step_count if step is None else step)
    tensors, state = _state_at(recorded, info.step)
    forked = recorded_model(recorded, model, state.get("model"))
    set_weights(forked, recorded.weights(info.step))
    goes_on = bool(state) and _set_optimizer(
        forked, tensors, state["names"], keep_rate=model is not None
    )
    arguments = {**recorded_arguments(recorded, epochs), "initial_epoch": 0}
    run = fit(
        forked,
        x,
        y,
        **arguments,
        callbacks=callbacks,
        validation_data=validation_data,
        sample_weight=sample_weight,
        record=recorded.path.parent if record is None else options_from(record) or False,
        device=device,
        start=False,
    )
    engine = engine_of(run)
    begin = engine.before_start

    def begin_forked() -> None:
        if begin is not None:
            begin()
        if engine.recording is not None:
            parent = {"run": recorded.id, "step": info.step}
            engine.recording.writer.describe(parent=parent)

    engine.before_start = begin_forked
    place = {"run": recorded.name, "step": info.step}
    engine.notes.append(
        tr("Forked from {run} after step {step}, with its weights and its optimizer.", **place)
        if goes_on
        else tr(
            "Forked from {run} after step {step}, with its weights. The optimizer starts from "
            "scratch.",
            **place,
        )
    )
    return run.start() if start else run


def _state_at(recorded: RecordedRun, step: int) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The tensors and the description of the state behind a step; empty if there is none."""
    try:
        return read_resume(recorded.path, step)
    except RecordingError:
        return {}, {}


def _set_optimizer(
    model: KerasModel,
    tensors: Mapping[str, Any],
    recorded: Mapping[str, list[str]],
    *,
    keep_rate: bool,
) -> bool:
    """Set the optimizers as they were behind a step; False if they can't be.

    Args:
        model: The model that begins.
        tensors: Those of the state behind that step.
        recorded: The names of its variables, by group.
        keep_rate: Whether the model keeps its learning rate.
    """
    from dlwidgets.training.learning_rate import held_optimizers
    from dlwidgets.training.resume_state import build_optimizer, groups, key

    build_optimizer(model)
    present = groups(model)
    names = [f"optimizer {name}" for name in held_optimizers(model)]
    kept = {g: p for g, p in recorded.items() if g in names}
    pairs = []
    for group in names:
        variables, paths = present[group], kept.get(group, [])
        values = [tensors[key(group, i)] for i in range(len(paths))]
        recorded_as = [
            (_role(path), value.shape) for path, value in zip(paths, values, strict=True)
        ]
        if recorded_as != [(_role(path), tuple(one.shape)) for path, one in variables]:
            return False  # another optimizer
        pairs += [
            (one, value)
            for (path, one), value in zip(variables, values, strict=True)
            if not (keep_rate and path.endswith("learning_rate"))
        ]
    for one, value in pairs:
        one.assign(value)
    return bool(pairs)


def _role(path: str) -> tuple[str, str]:
    """The optimizer of a variable, and what it is there; in between are names of the model."""
    optimizer, _, name = path.partition("/")
    return optimizer.rstrip("_0123456789"), name.rpartition("_")[2]
