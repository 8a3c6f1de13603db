"""A page for every public widget: what it is, a picture, an example that runs, the reference."""

from __future__ import annotations

import ast
import inspect
import re
from typing import TYPE_CHECKING, Any

import ipywidgets
import pytest

import dlwidgets as dl
from tests.docs.conftest import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGES = REPOSITORY / "docs" / "widgets"
WIDGETS = [name for name in dl.widgets.__all__ if inspect.isclass(getattr(dl.widgets, name))]


def page_of(name: str) -> Path:
    return PAGES / (re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower() + ".md")


@pytest.fixture(autouse=True)
def closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)  # where examples may record runs
    yield
    ipywidgets.Widget.close_all()


def test_every_widget_has_a_page_and_every_page_a_widget() -> None:
    assert {page.name for page in PAGES.glob("*.md")} == {page_of(name).name for name in WIDGETS}


@pytest.mark.parametrize("name", WIDGETS)
def test_the_example_shows_the_widget(name: str) -> None:
    text = page_of(name).read_text()
    assert text.startswith(f"# {name}\n")
    examples = re.findall(r"^```python\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert examples
    scope: dict[str, Any] = {}
    for example in examples:  # one goes on from the other, as cells of a notebook do
        run_example(name, example, scope)


def run_example(name: str, example: str, scope: dict[str, Any]) -> None:
    tree = ast.parse(example)
    last = tree.body.pop()
    assert isinstance(last, ast.Expr), "the last line is what the notebook shows"
    exec(compile(tree, name, "exec"), scope)
    try:
        shown = eval(compile(ast.Expression(last.value), name, "eval"), scope)
        assert type(shown) is getattr(dl.widgets, name)
    finally:
        run = scope.get("run")
        if isinstance(run, dl.Run):
            run.stop()
            run.wait()
