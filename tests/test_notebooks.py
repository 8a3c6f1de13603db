"""The notebooks of the repository: stored clean, and described for the gallery."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import nbformat
import pytest

from dlwidgets.course.path import is_translation

REPOSITORY = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted(
    path
    for path in (REPOSITORY / "notebooks").rglob("*.ipynb")
    if ".ipynb_checkpoints" not in path.parts and not is_translation(path)
)

pytestmark = pytest.mark.parametrize(
    "path", NOTEBOOKS, ids=lambda path: str(path.relative_to(REPOSITORY))
)


def test_there_are_no_outputs_and_no_traces_of_a_run(path: Path) -> None:
    book = nbformat.read(path, as_version=4)
    nbformat.validate(book)
    ids = [cell["id"] for cell in json.loads(path.read_text())["cells"]]
    assert len(set(ids)) == len(ids), "reading would give some cells new ids each time"
    for cell in book.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None
    assert "widgets" not in book.metadata, "the state of widgets belongs to a run"
    assert "kernelspec" in book.metadata
    assert book.metadata.kernelspec.name == "python3", "the name that every machine has"
    assert path.stat().st_size < 100_000


def test_it_is_a_lesson_with_a_heading(path: Path) -> None:
    book = nbformat.read(path, as_version=4)
    first = book.cells[0]
    assert first.cell_type == "markdown"
    assert re.match(r"# \S", first.source)
    words = sum(len(c.source.split()) for c in book.cells if c.cell_type == "markdown")
    assert words >= 50
    about = book.metadata.get("dlwidgets")
    assert about, "the gallery's card needs metadata"
    assert about["title"]
    assert about["description"]
    assert isinstance(about.get("order", 0), (int, float))


def test_its_code_can_be_read_and_names_no_place_of_one_machine(path: Path) -> None:
    book = nbformat.read(path, as_version=4)
    for cell in book.cells:
        if cell.cell_type == "code":
            ast.parse(cell.source)
        assert not re.search(r"/(home|root|tmp|work|Users)/", cell.source)
