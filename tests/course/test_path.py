"""The tutorials as a path, as their notebooks describe it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from dlwidgets.course.path import (
    is_translation,
    lesson_of,
    lessons,
    translation_of,
    tutorials_folder,
)
from tests.helpers.servers import notebook

if TYPE_CHECKING:
    from pathlib import Path


def tutorial(folder: Path, number: int, **about: object) -> Path:
    card = {"number": number, "title": f"Title {number}", "group": "Course: a", **about}
    return notebook(folder / f"{number:02}-a-b.ipynb", "# Heading", dlwidgets=card)


def test_lessons_are_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    second = tutorial(tmp_path, 2, needs=[1], minutes=15, description="Two  lines\nin one.")
    tutorial(tmp_path, 11, needs=[2, 1, 2, 11, "3"], minutes=True, host="jupyterlab")
    tutorial(tmp_path, 1)
    notebook(tmp_path / "index.ipynb", "# All", dlwidgets={"title": "All"})
    notebook(translation_of(second, "zh"), "# 标题", dlwidgets={"number": 2, "title": "标题"})
    notebook(tmp_path / "03-no-card.ipynb", "# No card")
    found = lessons(tmp_path)
    assert [one.number for one in found] == [1, 2, 11]
    assert found[1].description == "Two lines in one."
    assert (found[1].file, found[1].part, found[1].minutes) == ("02-a-b.ipynb", "Course: a", 15)
    assert found[1].translated == ("zh",)
    assert (found[2].needs, found[2].minutes, found[2].host) == ((1, 2), 0, "jupyterlab")


def test_a_changed_notebook_is_read_again(tmp_path: Path) -> None:
    tutorial(tmp_path, 1)
    assert lessons(tmp_path)[0].title == "Title 1"
    tutorial(tmp_path, 1, title="Another title")
    assert lessons(tmp_path)[0].title == "Another title"


def test_a_damaged_notebook_is_named_and_left_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tutorial(tmp_path, 2)
    (tmp_path / "01-damaged.ipynb").write_text("{not json")
    (tmp_path / "03-odd.ipynb").write_text('{"metadata": []}')
    with caplog.at_level(logging.WARNING, "dlwidgets"):
        assert [one.number for one in lessons(tmp_path)] == [2]
    assert "01-damaged.ipynb" in caplog.text
    assert "03-odd.ipynb" in caplog.text


@pytest.mark.parametrize("number", [None, 0, 100, True, "2", 2.0])
def test_only_a_number_puts_a_notebook_on_the_path(number: object) -> None:
    assert lesson_of({"number": number, "title": "A"}, "a.ipynb") is None


def test_a_translation_lies_beside_its_source(tmp_path: Path) -> None:
    source = tutorial(tmp_path, 1)
    copy = translation_of(source, "zh")
    assert copy.name == "01-a-b.zh.ipynb"
    assert is_translation(copy)
    assert not is_translation(source)
    assert not is_translation(tmp_path / "other.zh.ipynb")


def test_the_tutorials_are_those_of_the_open_notebook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert tutorials_folder() != tmp_path
    tutorial(tmp_path / "tutorials", 1)
    (tmp_path / "dashboards").mkdir()
    for here in ("", "dashboards", "tutorials"):
        monkeypatch.chdir(tmp_path / here)
        assert tutorials_folder() == tmp_path / "tutorials"
