"""What a second run is made from: the model and the arguments of a Run, or of a recorded run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlwidgets._messages import tr
from dlwidgets.recording.recorded_run import RecordedRun
from dlwidgets.training.given import Given
from dlwidgets.training.resuming import recorded_arguments, recorded_model
from dlwidgets.training.run_engine import engine_of
from dlwidgets.training.trying import CannotTryError

if TYPE_CHECKING:
    from dlwidgets._keras_types import KerasModel
    from dlwidgets.training.run import Run


def model_of(run: Run | RecordedRun) -> KerasModel:
    """Return the model of a run, of which only the architecture is used.

    Args:
        run: The run.

    Raises:
        RecordingError: The model wasn't recorded, or can't be loaded.
    """
    if isinstance(run, RecordedRun):
        return recorded_model(run, None)
    model: KerasModel = run.model
    return model


def given_of(run: Run | RecordedRun) -> Given:
    """Return what a run was given.

    Args:
        run: The run.

    Raises:
        RecordingError: The recording doesn't say it.
        CannotTryError: It isn't known, because the user called `fit`.
    """
    if isinstance(run, RecordedRun):
        arguments = {**recorded_arguments(run, None), "initial_epoch": 0}
        first = run.snapshots[0] if run.snapshots else None
        initial = None
        if first is not None and first.step == 0:
            initial = list(run.weights(0).values())
        return Given(arguments, (), None, initial)
    given = engine_of(run).given
    if given is None:
        raise CannotTryError(
            tr("This run was begun by your own `model.fit`. Call `dl.fit` to try changes here.")
        )
    return given
