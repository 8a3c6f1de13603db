"""The tutorials run from the first cell to the last, their trials and solutions included."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from jupyter_client.manager import KernelManager

from tests.helpers.tutorials import SECONDS, run

if TYPE_CHECKING:
    from collections.abc import Iterator

REPOSITORY = Path(__file__).resolve().parents[1]
FOLDER = REPOSITORY / "notebooks" / "tutorials"
LASTING = FOLDER / "a-run-that-lasts.ipynb"
"""It kills its kernel on purpose."""
TUTORIALS = sorted(
    path for path in FOLDER.glob("*.ipynb") if path != LASTING and path.suffixes == [".ipynb"]
)

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


@pytest.mark.timeout(SECONDS + 60)
@pytest.mark.parametrize("path", TUTORIALS, ids=lambda path: path.stem)
def test_it_runs_from_the_first_cell_to_the_last_solution(path: Path, tmp_path: Path) -> None:
    report = run(path, tmp_path)
    if report.missing:
        pytest.skip(f"needs data that aren't here: {report.missing}")
    assert not report.problem, report.problem


TRIAL = """\
import dlwidgets as dl
import numpy as np

def train(size):
    model = dl.models.compiled("line", input_shape=(1,), classes=0)
    return dl.fit(model, np.zeros((size.samples, COLUMNS)), np.zeros(size.samples), epochs=1)

dl.Trial(train, quick={"samples": 9}, views=VIEWS)
"""


def tutorial(path: Path, *cells: str, solution: str = "", **metadata: Any) -> Path:
    made = nbformat.v4.new_notebook(metadata={"dlwidgets": metadata})
    made.cells = [nbformat.v4.new_code_cell(cell) for cell in cells]
    text = f"**1.** Why?\n\n<details><summary>Solution</summary>\n\n```python\n{solution}\n```\n"
    made.cells.append(nbformat.v4.new_markdown_cell(text + "\n</details>"))
    nbformat.write(made, path)
    return path


@pytest.mark.parametrize(
    ("cells", "solution", "said"),
    [
        (["a = 1", "a.b"], "", "has no attribute 'b'"),
        (["a = 1"], "a / 0", "ZeroDivisionError"),
        ([TRIAL.replace("COLUMNS", "7").replace("VIEWS", "None")], "", "7"),
        (
            [TRIAL.replace("COLUMNS", "1").replace("VIEWS", "lambda run: run.nothing")],
            "",
            "nothing",
        ),
        (["import time", "time.sleep(60)"], "", "longer than 2 s"),
        (["import os", "os._exit(3)"], "", "ended with 3"),
    ],
    ids=["cell", "solution", "run", "view", "endless", "kernel"],
)
def test_a_broken_tutorial_fails(
    cells: list[str], solution: str, said: str, tmp_path: Path
) -> None:
    path = tutorial(tmp_path / "broken.ipynb", *cells, solution=solution)
    seconds = 2.0 if "longer" in said else SECONDS
    assert said in run(path, tmp_path, seconds).problem


def test_one_whose_data_are_missing_is_told_from_a_broken_one(tmp_path: Path) -> None:
    cell = "import dlwidgets as dl\nraise dl.data.DataNotFoundError('no cats')"
    path = tutorial(tmp_path / "cats.ipynb", cell, data=["cats"])
    assert run(path, tmp_path).missing == "cats"
    tutorial(path, cell)
    assert "no cats" in run(path, tmp_path).problem


def test_trials_and_solutions_are_counted(tmp_path: Path) -> None:
    whole = TRIAL.replace("COLUMNS", "1").replace("VIEWS", "lambda run: [dl.TrainingPanel(run)]")
    path = tutorial(tmp_path / "whole.ipynb", whole, solution="train")
    report = run(path, tmp_path)
    assert (report.problem, report.trials, report.solutions) == ("", 1, 1)


def test_a_run_outlives_its_kernel(kernels: KernelManager, tmp_path: Path) -> None:
    shown: list[Any] = []
    for cell in nbformat.read(LASTING, as_version=4).cells:
        if cell.cell_type != "code":
            continue
        code = re.sub(r"\bepochs=200\b", f"epochs={EPOCHS}", cell.source)
        if ENDS_THE_KERNEL in cell.metadata.get("tags", []):
            until_it_is_dead(kernels, code)
            kernels.restart_kernel(now=True)
        else:
            shown += results(kernels, code)
    texts = [data.get("text/plain", "") for data in shown if isinstance(data, dict)]
    assert "True" in texts, "the resumed run's weights are those of an uninterrupted run"
    assert any("interrupted" in text for text in texts)
    assert (tmp_path / "run.html").stat().st_size > 100_000
    assert (tmp_path / "run-csv" / "steps.csv").exists()
