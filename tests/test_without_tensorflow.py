"""Recorded runs are read in a process that can't import TensorFlow or Keras."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import dlwidgets as dl
from dlwidgets.widgets.training._page_parts import front_end
from tests.helpers.models import small_cnn

if TYPE_CHECKING:
    from dlwidgets.data import Dataset

CHECK = Path(__file__).with_name("check_reading.py")
BLOCKED = f"""
import runpy, sys
sys.modules["tensorflow"] = sys.modules["keras"] = None
sys.argv = sys.argv[1:]
runpy.run_path({str(CHECK)!r}, run_name="__main__")
"""


def test_a_recorded_run_is_replayed_in_little_memory(tmp_path: Path, digits: Dataset) -> None:
    run = dl.fit(
        small_cnn(),
        digits.x_train[:640],
        digits.y_train[:640],
        epochs=4,
        record=dl.record(tmp_path, probe=(digits.x_test[:32], digits.y_test[:32])),
    )
    run.wait()
    done = subprocess.run(
        [sys.executable, "-c", BLOCKED, str(CHECK), str(tmp_path), *_front_end()],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "without TensorFlow" in done.stdout


def _front_end() -> list[str]:
    """What tells the check that the front end isn't built."""
    try:
        front_end()
    except FileNotFoundError:
        return ["no-page"]
    return []
