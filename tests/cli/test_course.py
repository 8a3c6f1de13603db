"""The course in the gallery, its pages, and the addresses of dashboards from before it."""

from __future__ import annotations

import re
import urllib.request
from typing import TYPE_CHECKING

import pytest

from dlwidgets.cli.notebooks import cards, moved, resolve
from tests.course.test_path import tutorial
from tests.helpers.servers import Served, notebook, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    root = tmp_path_factory.mktemp("root") / "notebooks"
    card = {"order": 1, "group": "Start here"}
    notebook(root / "dashboards" / "train.ipynb", "# Train", "print('tra' 'ined')", dlwidgets=card)
    course = root / "tutorials"
    tutorial(course, 1, minutes=10, description='Say "hi"')
    tutorial(course, 2, needs=[1, 77], group="Course: b")
    tutorial(course, 3, host="jupyterlab", group="Course: b")
    notebook(course / "01-a-b.zh.ipynb", "# 标题")
    notebook(course / "index.ipynb", "# The course", dlwidgets={"order": 200, "group": "Course"})
    alone = {"title": "Kills its kernel", "host": "jupyterlab", "group": "Runs"}
    notebook(course / "lasting.ipynb", "# Lasting", dlwidgets=alone)
    with serving(root, "--no-preheat") as server:
        yield server


def test_the_gallery_has_the_course_below_the_dashboards(served: Served) -> None:
    _, html = served.get()
    dashboards, _, course = html.partition('id="course"')
    assert 'href="/voila/render/dashboards/train.ipynb"' in dashboards
    assert "Title 1" not in dashboards
    assert re.findall(r"<h3>(.*?)</h3>", course) == ["A", "B", "In JupyterLab"]
    assert re.findall(r'data-lesson="(\d+)"', course) == ["1", "2", "3"]
    assert 'href="/voila/render/tutorials/01-a-b.ipynb" title="Say &#34;hi&#34;"' in course
    assert "10 min" in course
    assert "Builds on 01<" in re.sub(r"\s+", " ", course), "77 isn't there"
    assert 'href="/voila/render/tutorials/index.ipynb"' in course
    assert "03-a-b.ipynb" not in course, "it is no page"
    assert "lasting.ipynb" not in html
    assert "Kills its kernel" in course
    assert "标题" not in html
    assert 'class="folder"' not in html


def test_an_old_address_of_a_dashboard_leads_to_it(served: Served) -> None:
    with urllib.request.urlopen(f"{served.url}voila/render/train.ipynb?a=1") as answer:
        assert answer.url == f"{served.url}voila/render/dashboards/train.ipynb?a=1"
        assert "trained" in answer.read().decode()
    assert served.get("voila/render/other.ipynb")[0] == 404
    assert served.get("voila/render/../train.ipynb")[0] == 404


def test_a_tutorial_leads_back_to_the_course(served: Served) -> None:
    assert 'href="/#course"' in served.page("tutorials/01-a-b.ipynb")[0]
    assert 'href="/#course"' not in served.page("dashboards/train.ipynb")[0]


@pytest.mark.parametrize("name", ["lasting", "03-a-b"])
def test_what_is_no_page_says_where_it_runs(served: Served, name: str) -> None:
    status, html = served.get(f"voila/render/tutorials/{name}.ipynb")
    assert status == 409
    assert "This tutorial runs in JupyterLab" in html
    assert 'href="/"' in html


def test_only_notebooks_without_a_page_of_their_own_have_moved(tmp_path: Path) -> None:
    for path in ("dashboards/a.ipynb", "dashboards/b.ipynb", "b.ipynb"):
        notebook(tmp_path / path, "# A")
    found = cards(tmp_path)
    assert moved("a.ipynb", found) == "dashboards/a.ipynb"
    assert [moved(path, found) for path in ("b.ipynb", "c.ipynb", "../a.ipynb")] == ["", "", ""]


def test_the_own_notebooks_have_unique_numbers_and_pictures_of_dashboards() -> None:
    found = cards(resolve(None, ""))
    numbers = [card.lesson.number for card in found if card.lesson]
    assert len(set(numbers)) == len(numbers) > 0
    assert numbers == sorted(numbers), "the order of cards is that of numbers"
    dashboards = [card for card in found if card.folder == "dashboards"]
    assert all(card.picture for card in dashboards)
    assert {card.path for card in found if card.host} == {"tutorials/a-run-that-lasts.ipynb"}
