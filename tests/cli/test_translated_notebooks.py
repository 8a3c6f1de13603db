"""The tutorials in another language, made from the English ones and the catalog."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import nbformat
import pytest

from dlwidgets.cli import lab, translated_notebooks
from dlwidgets.cli.translated_notebooks import main, write_translations
from dlwidgets.course.path import lessons
from tests.course.test_path import tutorial
from tests.helpers.servers import notebook

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of tutorials, in a language that has all texts in capitals."""
    monkeypatch.setattr(translated_notebooks, "translate", lambda text, _language: text.upper())
    links = (
        "# First\n\nSee [two](02-a-b.ipynb#part), [train](../dashboards/train.ipynb), [x](x.ipynb)."
    )
    code = (
        "import dlwidgets as dl\nprint('not this')\ndl.Question('Why?', ['so', '5'], 0, 'because')"
    )
    card = {"number": 1, "title": "One", "group": "Course: a", "minutes": 5}
    notebook(tmp_path / "01-a-b.ipynb", links, code, dlwidgets=card)
    tutorial(tmp_path, 2)
    return tmp_path


def content(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def test_a_copy_has_translated_prose_questions_and_card(folder: Path) -> None:
    written = write_translations(folder, "zh")
    assert [path.name for path in written] == ["01-a-b.zh.ipynb", "02-a-b.zh.ipynb"]
    book = nbformat.read(written[0], as_version=4)
    nbformat.validate(book)
    prose, code = (cell.source for cell in book.cells)
    assert prose.startswith("# FIRST\n\nSEE [TWO](")
    assert "print('not this')" in code
    assert 'dl.Question("WHY?", ["SO", \'5\'], 0, "BECAUSE")' in code
    about = book.metadata.dlwidgets
    assert (about.title, about.group, about.number) == ("ONE", "COURSE: A", 1)


def test_links_lead_to_the_copies_that_there_are(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(translated_notebooks, "translate", lambda text, _language: f"译{text}")
    prose = "".join(content(write_translations(folder, "zh")[0])["cells"][0]["source"])
    assert "[two](02-a-b.zh.ipynb#part)" in prose
    assert "[train](../dashboards/train.ipynb)" in prose
    assert "[x](x.ipynb)" in prose


def test_a_copy_that_is_up_to_date_keeps_what_was_run_in_it(folder: Path) -> None:
    first = write_translations(folder, "zh")[0]
    changed = content(first)
    changed["cells"][1]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["7"]}]
    first.write_text(json.dumps(changed))
    assert write_translations(folder, "zh") == []
    tutorial(folder, 1, title="Another")
    assert write_translations(folder, "zh") == [first]
    assert content(first)["metadata"]["dlwidgets"]["title"] == "ANOTHER"


def test_a_notebook_of_the_reader_with_such_a_name_stays(folder: Path) -> None:
    own = notebook(folder / "01-a-b.zh.ipynb", "# Mine")
    before = own.read_text()
    assert [path.name for path in write_translations(folder, "zh")] == ["02-a-b.zh.ipynb"]
    assert own.read_text() == before


def test_copies_are_no_tutorials_of_their_own(folder: Path) -> None:
    write_translations(folder, "zh")
    assert [(one.number, one.translated) for one in lessons(folder)] == [(1, ("zh",)), (2, ("zh",))]
    assert write_translations(folder, "zh") == []


def test_the_command_writes_them(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["zh", str(folder)]) == 0
    assert f"2 notebooks written to {folder}" in capsys.readouterr().out


def test_lab_writes_them_for_readers_of_another_language(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tutorial(tmp_path / "tutorials", 1)
    lab.offer_translations(tmp_path, "en")
    assert not (tmp_path / "tutorials" / "01-a-b.zh.ipynb").exists()
    lab.offer_translations(tmp_path, "zh")
    assert (tmp_path / "tutorials" / "01-a-b.zh.ipynb").exists()
    (tmp_path / "tutorials" / "02-a-b.ipynb").mkdir()  # stands for what can't be read
    lab.offer_translations(tmp_path, "zh")
    assert "can't be written beside the English ones" in capsys.readouterr().err
