"""One process trains and records, another reads; the writer is killed, and taken over."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.recording import RecordingError, RunWriter
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]

CODE = """
import sys, time
sys.path.insert(0, {root!r})
import numpy as np
import dlwidgets as dl
from tests.recording.small_run import recorder, train, weights

writer = dl.recording.RunWriter.create(dl.record({folder!r}, name="other"), {{"epochs": 10**6}})
made = recorder()
writer.follow(made)
print(writer.path, flush=True)
for epoch in range(10**6):
    train(made, 20, epoch=epoch)
    place = (made.step, made.epoch_fraction, made.clock.seconds)
    writer.offer_snapshot(*place, weights(made.step))
    writer.resume_state({{"w": np.full(1000, made.step)}}, {{"step": made.step}})
    writer.event("note", "an epoch")
    time.sleep(0.01)
"""


@pytest.fixture
def other(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """Another process that records, as fast as it can, and where."""
    code = CODE.format(root=str(ROOT), folder=str(tmp_path))
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    yield process, Path(process.stdout.readline().strip())
    process.kill()
    process.wait()


def is_right(read: dl.RecordedRun) -> None:
    """Whether all that was read is what the process wrote, without a gap."""
    rows = read.recorder.steps.rows()
    np.testing.assert_array_equal(rows.step, np.arange(1, len(rows) + 1))
    np.testing.assert_array_equal(rows.values["loss"], (1 / rows.step).astype("f4"))
    epochs = read.recorder.epochs.rows()
    np.testing.assert_array_equal(epochs.step, 20 * np.arange(1, len(epochs) + 1))


def test_a_run_is_read_while_another_process_writes_it(
    other: tuple[subprocess.Popen[str], Path],
) -> None:
    process, path = other
    read = dl.open_run(path)
    seen, until_then = set(), time.monotonic() + 5
    while len(seen) < 12 and time.monotonic() < until_then:
        if read.refresh() and read.step_count:
            seen.add(read.step_count)
            is_right(read)
            assert read.state == "running"
            assert read.damage == ()
            if read.snapshots:
                found = read.weights(read.step_count // 2)["dense/bias"]
                assert found[0] % 20 == 0
        time.sleep(0.02)
    assert len(seen) >= 5
    with pytest.raises(RecordingError, match=rf"\(process {process.pid} on \S+\)"):
        RunWriter.reopen(path, step=20)
    assert process.poll() is None


@pytest.mark.parametrize("wait", [0.05, 0.4, 1.0])
def test_a_killed_writer_leaves_a_run_that_goes_on(
    other: tuple[subprocess.Popen[str], Path], wait: float
) -> None:
    process, path = other
    read = dl.open_run(path)
    until(lambda: read.refresh() and read.step_count > 0)
    until((path / "resume").exists)
    time.sleep(wait)
    process.send_signal(signal.SIGKILL)
    process.wait()
    read.refresh()
    assert read.state == "interrupted"
    assert read.state.ended
    is_right(read)
    tensors, state = until(lambda: dl.recording.read_resume(path))
    step = state["step"]
    assert tensors["w"][0] == step
    assert read.step_count >= step  # no row before a resume state is missing

    writer = RunWriter.reopen(path, step=step)
    assert read.refresh()
    assert (read.state, read.step_count) == ("running", step)
    is_right(read)
    assert all(info.step <= step for info in read.snapshots)
    assert read.damage == ()
    made = dl.open_run(path).recorder
    writer.follow(made)
    made.begin_epoch(made.epoch)
    n = len(made.steps)
    made.steps.extend(step=[n + 1], epoch=[9.0], time=[9.0], values={"loss": [1 / (n + 1)]})
    writer.close("stopped")
    read.refresh()
    assert (read.state, read.step_count) == ("stopped", step + 1)
    assert not list(path.rglob("*.tmp"))
    assert read.check() == ()


def test_a_script_that_ends_leaves_everything_on_the_disk(tmp_path: Path) -> None:
    code = CODE.format(root=str(ROOT), folder=str(tmp_path)).replace("10**6", "3")
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stderr == ""
    path = Path(done.stdout.strip())
    read = dl.open_run(path)
    assert (read.step_count, read.state) == (60, "interrupted")  # nobody said how it ended
    assert not (path / "lock").exists()
    assert dl.recording.read_resume(path)[1] == {"step": 60}
    assert read.check() == ()
