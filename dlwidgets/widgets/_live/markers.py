"""What happened to a Run, as markers of charts."""

from __future__ import annotations

import math
import weakref
from typing import TYPE_CHECKING, TypedDict

from dlwidgets._formatting import format_number
from dlwidgets._messages import tr
from dlwidgets.training.verdicts import diverged
from dlwidgets.widgets._live.sources import recorder_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlwidgets.recording.recorded_run import RecordedRun
    from dlwidgets.training.events import Event
    from dlwidgets.training.run import Run

_MAX_MARKERS = 100  # a callback may set the learning rate at each step


class ChartMarker(TypedDict):
    """A marker as `Chart.markers` takes it."""

    id: str
    kind: str
    step: int
    epoch: float
    time: float
    text: str


def markers_of(run: Run | RecordedRun) -> list[ChartMarker]:
    """Return the latest markers of a Run."""
    everything = run.markers
    first = max(0, len(everything) - _MAX_MARKERS)
    return [
        {
            "id": f"m{i}",
            "kind": m.kind,
            "step": m.step,
            "epoch": m.epoch,
            "time": m.time,
            "text": m.text,
        }
        for i, m in enumerate(everything[first:], first)
    ]


class MarkerWatcher:
    """Tells whether a Run has new markers.

    Args:
        run: The Run, which doesn't keep this object alive.
    """

    def __init__(self, run: Run | RecordedRun) -> None:
        self._run, self._new = run, True
        notice = weakref.WeakMethod(self._notice)

        def on_event(event: Event) -> None:
            method = notice()
            if method is not None and event.kind == "marker":
                method()

        self._unsubscribe: Callable[[], None] = run.subscribe(on_event)

    def _notice(self) -> None:
        """Called on the training thread."""
        self._new = True

    def take(self) -> list[ChartMarker] | None:
        """Return the markers if there are new ones since the last call, else None."""
        if not self._new:
            return None
        self._new = False  # first, so that one that arrives meanwhile is for the next call
        return markers_of(self._run)

    def again(self) -> None:
        """Treat all markers as new, because a chart was cleared."""
        self._new = True

    def close(self) -> None:
        """Stop watching."""
        self._unsubscribe()


def best_epoch(run: Run | RecordedRun) -> ChartMarker | None:
    """Return a marker at the epoch with the lowest validation loss, or loss without one.

    None for a run that has diverged, of which no epoch is good.
    """
    table = recorder_of(run).epochs
    name = next((n for n in ("val_loss", "loss") if n in table.names), None)
    if name is None or len(table) < 2 or diverged(recorder_of(run)):
        return None
    points = table.points(name)
    values = points.value.tolist()
    finite = [i for i, v in enumerate(values) if math.isfinite(v)]
    if not finite:
        return None
    best = min(finite, key=values.__getitem__)
    return {
        "id": "best",
        "kind": "best",
        "step": int(points.step[best]),
        "epoch": float(points.epoch[best]),
        "time": float(points.time[best]),
        "text": tr(
            "best epoch {epoch} ({loss})",
            epoch=math.ceil(points.epoch[best]),
            loss=format_number(values[best]),
        ),
    }
