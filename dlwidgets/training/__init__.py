"""Training engines: a Run, its recorder, and `fit`. Nothing here imports a widget.

TensorFlow is imported when `fit` or `Live` is first used, not before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlwidgets.training.errors import NonFiniteLossError, RunInProgressError, explain
from dlwidgets.training.events import Event, Marker, State
from dlwidgets.training.run import Run
from dlwidgets.training.snapshot import Snapshot
from dlwidgets.training.table import Points, Series, Table

if TYPE_CHECKING:
    from dlwidgets.training.fitting import fit
    from dlwidgets.training.live import Live

__all__ = [
    "Event",
    "Live",
    "Marker",
    "NonFiniteLossError",
    "Points",
    "Run",
    "RunInProgressError",
    "Series",
    "Snapshot",
    "State",
    "Table",
    "explain",
    "fit",
]


def __getattr__(name: str) -> Any:
    if name == "fit":
        from dlwidgets.training.fitting import fit

        return fit
    if name == "Live":
        from dlwidgets.training.live import Live

        return Live
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
