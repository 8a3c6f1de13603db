"""Whether a run has something to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlwidgets._messages import tr
from dlwidgets.inspect.calling import NotBuiltError
from dlwidgets.training.events import State

if TYPE_CHECKING:
    from dlwidgets.training.model_source import ModelSource
    from dlwidgets.training.run import Run


def check_begun(source: ModelSource, run: Run) -> None:
    """Raise an error where a run has ended before its model had weights.

    Args:
        source: The model of the run.
        run: The Run.

    Raises:
        NotBuiltError: It has, so that there is nothing to show.
    """
    if source.ready or run.step_count:
        return
    if run.state is State.FAILED:
        raise NotBuiltError(
            tr("The run failed before there was anything to show. {reason}", reason=run.message)
        )
    if run.state is State.STOPPED:
        raise NotBuiltError(
            tr("The run was stopped before its first step, so there is nothing to show.")
        )
