"""What happened to a Run, as markers of charts."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlwidgets.training.events import Event
    from dlwidgets.training.run import Run

_MOST = 100  # the latest: a callback may set the learning rate at each step


def markers_of(run: Run) -> list[dict[str, Any]]:
    """The latest markers of a Run, as `Chart.markers` takes them."""
    everything = run.markers
    first = max(0, len(everything) - _MOST)
    return [
        {"id": f"m{i}", **{k: getattr(m, k) for k in ("kind", "step", "epoch", "time", "text")}}
        for i, m in enumerate(everything[first:], first)
    ]


class MarkerWatcher:
    """Notices that a Run has new markers.

    Args:
        run: The Run, which does not keep this object alive.
    """

    def __init__(self, run: Run) -> None:
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

    def take(self) -> list[dict[str, Any]] | None:
        """The markers, where there are new ones since they were taken last; else None."""
        if not self._new:
            return None
        self._new = False  # first: one that comes meanwhile is for the next time
        return markers_of(self._run)

    def again(self) -> None:
        """Let all of them be new: a chart has forgotten them."""
        self._new = True

    def close(self) -> None:
        """Notice nothing any more."""
        self._unsubscribe()
