"""The tutorials run from the first cell to the last, kernels that they kill included."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from jupyter_client.manager import KernelManager

if TYPE_CHECKING:
    from collections.abc import Iterator

REPOSITORY = Path(__file__).resolve().parents[1]
TUTORIALS = sorted((REPOSITORY / "notebooks" / "tutorials").glob("*.ipynb"))

ENDS_THE_KERNEL = "ends-the-kernel"
"""The tag of cells behind which JupyterLab starts a new kernel."""

EPOCHS = 12
"""Instead of those with which a reader has time to look."""


@pytest.fixture
def kernels(tmp_path: Path) -> Iterator[KernelManager]:
    manager = KernelManager(kernel_name="python3")
    path = os.pathsep.join(filter(None, [str(REPOSITORY), os.environ.get("PYTHONPATH")]))
    manager.start_kernel(cwd=str(tmp_path), env={**os.environ, "PYTHONPATH": path})
    yield manager
    manager.shutdown_kernel(now=True)


def results(manager: KernelManager, code: str) -> list[Any]:
    """Run a cell; returns what it displays, as text or as the names of MIME types."""
    found: list[Any] = []

    def hear(message: dict[str, Any]) -> None:
        content = message["content"]
        if message["msg_type"] == "error":
            raise AssertionError("\n".join(content["traceback"]))
        if message["msg_type"] in ("execute_result", "display_data"):
            found.append(content["data"])
        if message["msg_type"] == "stream":
            found.append(content["text"])

    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        client.execute_interactive(code, timeout=120, output_hook=hear)
    finally:
        client.stop_channels()
    return found


def until_it_is_dead(manager: KernelManager, code: str) -> None:
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        client.execute(code)
        deadline = time.monotonic() + 60
        while manager.is_alive():
            assert time.monotonic() < deadline, "the kernel lives"
            time.sleep(0.1)
    finally:
        client.stop_channels()


@pytest.mark.parametrize("path", TUTORIALS, ids=lambda path: path.stem)
def test_it_runs_from_the_first_cell_to_the_last(
    path: Path, kernels: KernelManager, tmp_path: Path
) -> None:
    shown: list[Any] = []
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type != "code":
            continue
        code = re.sub(r"\bepochs=200\b", f"epochs={EPOCHS}", cell.source)
        if ENDS_THE_KERNEL in cell.metadata.get("tags", []):
            until_it_is_dead(kernels, code)
            kernels.restart_kernel(now=True)
        else:
            shown += results(kernels, code)
    if path.stem == "a-run-that-lasts":
        texts = [data.get("text/plain", "") for data in shown if isinstance(data, dict)]
        assert "True" in texts, "the resumed run's weights are those of an uninterrupted run"
        assert any("interrupted" in text for text in texts)
        assert (tmp_path / "run.html").stat().st_size > 100_000
        assert (tmp_path / "run-csv" / "steps.csv").exists()
