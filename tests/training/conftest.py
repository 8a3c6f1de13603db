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
    before = set(threading.enumerate())  # of views in tests of another folder
    yield
    for run in list(started):
        run.stop()
    deadline = time.monotonic() + 60
    while any(not run.state.ended for run in list(started)) and time.monotonic() < deadline:
        time.sleep(0.005)
    while (left := _begun_since(before)) and time.monotonic() < deadline:
        time.sleep(0.005)
    assert not left, f"training threads are still alive: {left}"


def _begun_since(before: set[threading.Thread]) -> list[str]:
    now = set(threading.enumerate()) - before
    return [thread.name for thread in now if thread.name.startswith("dlwidgets-")]
