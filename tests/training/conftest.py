"""Every test leaves no training behind, so that one test's failure stays one test's."""

from __future__ import annotations

import threading
import time
import weakref
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dlwidgets.training import Run


@pytest.fixture(autouse=True)
def no_run_left_behind(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    from dlwidgets.training.run import Run as RealRun

    started: weakref.WeakSet[Run] = weakref.WeakSet()  # a test may want to see a run freed
    plain = RealRun.start

    def start(run: Run) -> Run:
        started.add(run)
        return plain(run)

    monkeypatch.setattr(RealRun, "start", start)
    yield
    for run in list(started):
        run.stop()
    deadline = time.monotonic() + 60
    while any(not run.state.ended for run in list(started)) and time.monotonic() < deadline:
        time.sleep(0.005)
    left = [t.name for t in threading.enumerate() if t.name.startswith("dlwidgets-")]
    while left and time.monotonic() < deadline:
        time.sleep(0.005)
        left = [t.name for t in threading.enumerate() if t.name.startswith("dlwidgets-")]
    assert not left, f"training threads are still alive: {left}"
