"""The tutorials as a path, as the page gets it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import dlwidgets as dl
from dlwidgets.widgets.course.path import link_to
from tests.course.test_path import tutorial

if TYPE_CHECKING:
    from pathlib import Path


def test_the_path_has_the_tutorials_beside_the_notebook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tutorial(tmp_path, 2, needs=[1], minutes=15)
    tutorial(tmp_path, 1)
    monkeypatch.chdir(tmp_path)
    path = dl.CoursePath()
    assert [lesson["file"] for lesson in path.lessons] == ["01-a-b.ipynb", "02-a-b.ipynb"]
    assert (path.folder, path.linked) == ("", True)
    sent = path.get_state()["lessons"][1]
    assert sent["title"] == {"id": "Title 2", "args": {}, "text": "Title 2"}, "the page translates"
    assert (sent["needs"], sent["minutes"], sent["number"]) == ([1], 15, 2)


@pytest.mark.parametrize(
    ("folder", "here", "link"),
    [
        ("a/tutorials", "a/tutorials", ""),
        ("a/tutorials", "a/dashboards", "../tutorials/"),
        ("a/tutorials", "a", "tutorials/"),
        ("a/tutorials", "b/c", None),
    ],
)
def test_only_folders_beside_the_notebook_are_linked(
    tmp_path: Path, folder: str, here: str, link: str | None
) -> None:
    assert link_to(tmp_path / folder, tmp_path / here) == link


def test_tutorials_elsewhere_are_listed_without_links_and_paths(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tutorial(tmp_path / "far" / "away", 1)
    (tmp_path / "here" / "deep").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "here" / "deep")
    path = dl.CoursePath(tmp_path / "far" / "away")
    assert len(path.lessons) == 1
    assert (path.folder, path.linked) == ("", False)
    assert str(tmp_path) not in str(path.get_state())


def test_wrong_arguments_are_named() -> None:
    with pytest.raises(FileNotFoundError, match="Expected `folder` to be a folder"):
        dl.CoursePath("no/such/folder")
    for number in (0, 100, "2", True):
        with pytest.raises(ValueError, match="from 1 to 99"):
            dl.NextTutorial(number)  # type: ignore[arg-type]


def test_a_page_sets_nothing() -> None:
    following = dl.NextTutorial(2)
    following.set_state({"number": 3, "lessons": []})
    assert following.number == 2
