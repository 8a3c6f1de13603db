"""Check that recorded runs are read without TensorFlow: run by a Python that hasn't got it.

``make wheel`` does so in an environment of its own, and the tests in a process that can't import
it. The first argument is a folder of recorded runs, of which one has a probe; "no-page" leaves out
what needs a built front end.
"""

from __future__ import annotations

import gc
import importlib.util
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

# What a kernel has loaded before the first cell.
import ipykernel.ipkernel
import ipykernel.zmqshell
import psutil

import dlwidgets as dl

if TYPE_CHECKING:
    from collections.abc import Callable

MOST = 200_000_000
"""Bytes of memory of a kernel that replays a run."""


def main(folder: Path, *, page: bool) -> None:
    """Raise an error for the first thing that doesn't work.

    Args:
        folder: Of the runs.
        page: Whether the front end is built, which a run as one HTML file needs.
    """
    assert ipykernel.ipkernel
    assert ipykernel.zmqshell
    missing = ("tensorflow", "keras")
    assert not any(map(_is_there, missing)), "TensorFlow can be imported"
    summaries = dl.recording.RunFolder(folder)
    assert len(summaries)
    rec = next(r for r in (dl.open_run(s.path) for s in summaries) if r.probe().activations)

    # Every view that needs no model, at every recorded step.
    viewer, histograms = dl.RunViewer(rec), dl.Histograms(rec)
    runs = dl.Runs(folder) if hasattr(dl, "Runs") else None
    _until(lambda: histograms.plot.names, "histograms")
    for kind in ("gradients", "activations", "predictions"):
        histograms.kind = kind
        assert histograms.plot.names, f"no {kind}: {histograms.message}"
    for snapshot in rec.snapshots:
        viewer.timeline.moment.go(snapshot.step)
        assert rec.weights(snapshot.step)
        _until(lambda at=snapshot.step: histograms.plot.moment == at, "the step")
    viewer.timeline.moment.go(None)
    assert rec.damage == ()

    # What needs the model says what to install.
    problem = ""
    try:
        rec.model()
    except ImportError as error:
        problem = str(error)
    assert "dlwidgets[cpu]" in problem
    activations = dl.ActivationViewer(rec)
    _until(lambda: "dlwidgets[cpu]" in str(activations.message), "a message")

    with tempfile.TemporaryDirectory() as temporary:
        rec.export("csv", Path(temporary) / "csv")
        if page:
            rec.save_html(Path(temporary) / "run.html")
            assert (Path(temporary) / "run.html").stat().st_size > 100_000

    gc.collect()
    memory = psutil.Process().memory_info().rss
    assert memory <= MOST, f"{memory / 1e6:.0f} MB"
    assert not any(name.partition(".")[0] in missing for name, m in sys.modules.items() if m)
    for view in (viewer, histograms, activations, runs):
        if view is not None:
            view.close()
    print(f"recorded runs are read without TensorFlow, in {memory / 1e6:.0f} MB")


def _is_there(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def _until(reached: Callable[[], Any], what: str, seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < end, f"waited for {what}"
        time.sleep(0.05)


if __name__ == "__main__":
    main(Path(sys.argv[1]), page="no-page" not in sys.argv)
