"""What TensorFlow's C++ code writes at its start stays out of a notebook, whatever imports it."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from dlwidgets._quiet import quiet_stderr
from dlwidgets.cli.kernels import ThisPythonKernelSpecManager

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

NOISE = r"""
import os
os.write(2, b"WARNING: All log messages before absl::InitializeLog()\n")
os.write(2, b"I0000 00:00:1795990758.669193   10964 port.cc:153] oneDNN operations are on.\n")
os.write(2, b"my own line\n")
"""
CELL = "from dlwidgets import _quiet; _quiet.load_ipython_extension(None); import keras"


def test_a_cell_that_imports_keras_first_shows_no_messages_of_tensorflow(tmp_path: Path) -> None:
    (tmp_path / "keras.py").write_text(NOISE)
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {CELL}"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stderr == "my own line\n"


def test_the_kernels_of_dlwidgets_are_quiet() -> None:
    command = ThisPythonKernelSpecManager().get_kernel_spec("python3").argv
    assert "--InteractiveShellApp.extra_extensions=dlwidgets._quiet" in command


def test_imports_of_two_threads_give_the_stderr_back(capfd: pytest.CaptureFixture[str]) -> None:
    first, second = quiet_stderr(), quiet_stderr()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    second.__exit__(None, None, None)
    os.write(2, b"heard")
    assert capfd.readouterr().err == "heard"
