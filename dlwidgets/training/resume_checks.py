"""Whether a recorded run can go on as it is asked to, before its data and model are looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr
from dlwidgets.recording import layout
from dlwidgets.recording.errors import RecordingError
from dlwidgets.recording.lock import read_owner
from dlwidgets.recording.resume_files import read_resume
from dlwidgets.training.events import State

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from dlwidgets.recording.recorded_run import RecordedRun


def check_given(epochs: int | None, others: Collection[str]) -> None:
    """Refuse arguments that `dl.resume` doesn't take.

    Args:
        epochs: The number of epochs that is asked for; None for that of the run.
        others: The names of further arguments.

    Raises:
        TypeError: There are further arguments.
        ValueError: `epochs` isn't a whole number of at least 1.
    """
    if others:
        raise TypeError(
            tr(
                "Expected path, x, y, model, callbacks, validation_data, sample_weight, epochs, "
                "start, or device. Received: {names}. A resumed run takes the other arguments of "
                "`dl.fit` from its recording. To train with others, call `dl.fit` with "
                "`dl.open_run(path).model()`.",
                names=", ".join(sorted(others)),
            )
        )
    if epochs is not None and (not is_whole(epochs) or epochs < 1):
        raise ValueError(
            tr(
                "Expected `epochs` to be a whole number of at least 1. Received: {epochs}",
                epochs=repr(epochs),
            )
        )


def is_whole(value: object) -> bool:
    """Return whether a value is a whole number, of Python or NumPy."""
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def state_of(recorded: RecordedRun) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Return the state from which a run goes on, as `read_resume` does.

    Args:
        recorded: The run, which is read again.

    Raises:
        RecordingError: It is still training, or there is no such state.
    """
    recorded.refresh()
    if not recorded.state.ended:
        raise _still_training(recorded)
    try:
        return read_resume(recorded.path)
    except RecordingError:
        if recorded.state is not State.FAILED:
            raise
        raise RecordingError(
            tr(
                "{run} failed after step {step}, before there was a state to resume from. Fix the "
                "cause, and start a new run with `dl.fit`. The cause: {problem}",
                run=recorded.name,
                step=recorded.step_count,
                problem=recorded.message,
            )
        ) from None


def _still_training(recorded: RecordedRun) -> RecordingError:
    owner = read_owner(recorded.path / layout.LOCK)
    if owner is None:
        return RecordingError(
            tr(
                "{run} is still training. Wait until it ends, stop it, or use `dl.fork`.",
                run=recorded.name,
            )
        )
    return RecordingError(
        tr(
            "{run} is still training (process {pid} on {host}). Wait until it ends, stop it, or "
            "use `dl.fork`.",
            run=recorded.name,
            pid=str(owner.pid),
            host=owner.host,
        )
    )
