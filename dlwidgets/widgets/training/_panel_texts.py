"""What a training panel says of charts without points, and of several learning rates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlwidgets._messages import join_messages, tr
from dlwidgets.recording.recorded_run import RecordedRun
from dlwidgets.training.errors import NonFiniteLossError
from dlwidgets.training.events import State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dlwidgets.training.run import Run


def empty_text(run: Run | RecordedRun, ready: str) -> str:
    """Return the text of a chart without points.

    It may be planned for the next run, while this one has ended and recorded other metrics.
    """
    state = run.state
    if state is State.READY or (state.ended and run.step_count):
        return ready
    if state.ended:
        return tr("Nothing was recorded, because the run ended before its first step.")
    return tr("Waiting for the first step…")


def run_message(run: Run | RecordedRun, load_kept: str | None) -> str:
    """Return what the end or the failure of a run means.

    Args:
        run: The run.
        load_kept: How to load the weights that were kept before a loss became NaN, where that
            isn't a call of `run.restore`.
    """
    if isinstance(run, RecordedRun):
        return join_messages([_interruption(run), run.message])
    if load_kept is not None and isinstance(run.error, NonFiniteLossError):
        return run.error.said(load_kept)
    return run.message


def _interruption(run: RecordedRun) -> str:
    if run.state is not State.INTERRUPTED:
        return ""
    return tr(
        "This run's process ended before the run did. Resume the run from its last state: "
        "`dl.resume({path}, x, y)`.",
        path=repr(str(run.path)),
    )


def rates_text(rates: Mapping[str, float]) -> str:
    """Return which optimizers the learning rate belongs to, if there are several."""
    if len(rates) < 2:
        return ""
    each = ", ".join(f"{name} {rate:.3g}" for name, rate in rates.items())
    return tr("{rates}. A rate set here applies to all.", rates=each)
