"""The runs in some folders, found again and again on a thread, also those of other processes."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from dlwidgets._threads import begin
from dlwidgets.recording import RecordedRun, RecordingError, RunFolder, open_run
from dlwidgets.widgets._core.view import log

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from dlwidgets.recording import RunSummary

_INTERVAL = 1.0  # seconds between two looks at the folders
_SHARE = 0.05  # of the time, that looking takes at most, however many runs there are
_STEP = 0.25  # seconds between two looks at the runs that are drawn


class RunShelf:
    """The runs in folders, by ids: the names of their directories.

    Of a run that is in several folders, as one that was kept, the last counts. Where different runs
    have directories of the same name, the id of a later folder's run is its whole path.

    Args:
        folders: The folders. They need not exist yet.
        on_runs: Called on the thread when the runs have changed.
        on_growth: Called on the thread when a run of `open` has grown.
    """

    def __init__(
        self,
        folders: Iterable[str | Path],
        on_runs: Callable[[], None],
        on_growth: Callable[[], None],
    ) -> None:
        self.folders = tuple(RunFolder(folder) for folder in folders)
        self._on_runs, self._on_growth = on_runs, on_growth
        self._lock = threading.RLock()
        self._opened: dict[str, RecordedRun] = {}
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._closed = False
        self._asked = False

    # -- finding -------------------------------------------------------------------------------

    def runs(self) -> dict[str, RunSummary]:
        """Return the runs by id, the newest of each folder first."""
        found: dict[str, RunSummary] = {}
        with self._lock:
            for run in (run for folder in self.folders for run in folder):
                name = run.path.name
                other = name in found and not _is_same(run, found[name])
                found[str(run.path) if other else name] = run
        return found

    def find(self, key: str) -> RunSummary | None:
        """Return a run by its id; `None` if it is gone."""
        return self.runs().get(key)

    def folders_of(self, key: str) -> list[RunFolder]:
        """Return the folders that a run is in: first that of the run that counts."""
        wanted = self.find(key)
        if wanted is None:
            return []
        with self._lock:
            return [
                folder
                for folder in reversed(self.folders)
                if any(
                    run.path.name == wanted.path.name and _is_same(run, wanted) for run in folder
                )
            ]

    def open(self, keys: Sequence[str]) -> dict[str, RecordedRun]:
        """Return opened runs by id; those that are damaged beyond reading are left out.

        Args:
            keys: Ids. Runs that were opened before and aren't among them are let go.
        """
        with self._lock:
            before, self._opened = self._opened, {}
            for key in keys:
                summary = self.find(key)
                found = before.get(key)
                if summary is not None and (found is None or found.path != summary.path):
                    found = _opened(summary)
                if found is not None:
                    self._opened[key] = found
            return dict(self._opened)

    # -- looking again -------------------------------------------------------------------------

    def refresh(self) -> bool:
        """Look for runs at once, and return whether anything has changed."""
        with self._lock:
            changed = [folder.refresh() for folder in self.folders]
        return any(changed)

    def follow(self) -> None:
        """Look again and again from now on, on a thread."""
        with self._lock:
            if self._thread is None and not self._closed:
                self._thread = begin(self._work, "dlwidgets-runs", self.close)

    @property
    def following(self) -> bool:
        """Whether a thread looks again and again."""
        return self._thread is not None

    def wake(self) -> None:
        """Call `on_growth` soon: other runs are drawn."""
        self._asked = True
        self._wake.set()

    def close(self) -> None:
        """End the thread."""
        self._closed = True
        self._wake.set()

    def _work(self) -> None:
        due = 0.0
        while not self._closed:
            began = time.monotonic()
            if began >= due:
                if self.refresh():
                    _call(self._on_runs)
                now = time.monotonic()
                due = now + max(_INTERVAL, (now - began) / _SHARE)
            if self._grow() or self._asked:
                self._asked = False
                _call(self._on_growth)
            self._wake.wait(_STEP)
            self._wake.clear()

    def _grow(self) -> bool:
        with self._lock:
            active = [run for key, run in self._opened.items() if self._may_grow(key, run)]
        grown = [run.refresh() for run in active]
        return any(grown)

    def _may_grow(self, key: str, run: RecordedRun) -> bool:
        """Whether a run is written, or was resumed since it was opened."""
        found = self.find(key)
        return not run.state.ended or (found is not None and not found.state.ended)


def _opened(summary: RunSummary) -> RecordedRun | None:
    try:
        return open_run(summary.path)
    except RecordingError as error:
        log.info("a run can't be opened: %s", error)
        return None


def _call(listener: Callable[[], None]) -> None:
    """Call a listener; what goes wrong there, as with one damaged run, doesn't end the looking."""
    try:
        listener()
    except Exception:  # noqa: BLE001 - a view's failure; the next change is shown
        log.exception("the runs couldn't be shown")


def _is_same(one: RunSummary, other: RunSummary) -> bool:
    """Whether two directories hold the same run, one as a copy."""
    return (one.id, one.info.get("created")) == (other.id, other.info.get("created"))
