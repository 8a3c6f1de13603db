"""What pages have in common: they begin when a user looks, and offer each data set that fits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.data import registry
from dlwidgets.data.spec import Spec
from dlwidgets.widgets.dashboards._page import Page
from dlwidgets.widgets.dashboards._training_page import TrainingPage
from tests.helpers.page import from_page, seen
from tests.helpers.slow import slow
from tests.helpers.waiting import until

FOLDER = Path(__file__).parents[3] / "notebooks" / "dashboards"


def code_of(path: Path) -> str:
    cells = nbformat.read(path, as_version=4).cells
    return "\n".join(cell.source for cell in cells if cell.cell_type == "code")


PAGES = [
    path
    for path in sorted(FOLDER.glob("*.ipynb"))
    if "Dashboard(" in code_of(path) and path.stem != "concepts"  # it has nothing that runs
]
KINDS = [
    kind
    for name in dl.widgets.__all__
    if issubclass(kind := getattr(dl.widgets, name), TrainingPage)
]


@pytest.mark.parametrize(
    "path",
    # The browser tests start these, too.
    [slow(path) if path.stem in {"dream", "gan", "latent", "style"} else path for path in PAGES],
    ids=lambda path: path.stem,
)
def test_the_page_of_each_notebook_starts(path: Path) -> None:
    names: dict[str, Any] = {}
    exec(code_of(path), names)
    (page,) = {value for value in names.values() if isinstance(value, Page)}
    waits = "start=False" in code_of(path)
    try:
        assert page.run is None
        assert not page.busy, "a kernel that is kept ready trains though nobody looks"
        seen(page.opener)
        if waits:
            assert not page.busy
            from_page(page.panel.bar, {"type": "start"})
        if isinstance(page, dl.FilterDashboard):  # its network comes trained
            until(lambda: page.filters.grid.count, "images", 120)
        elif isinstance(page, dl.RunsDashboard):  # it trains nothing
            until(lambda: page.runs.shelf.following, "the table", 120)
        elif isinstance(page, dl.DreamDashboard):  # so does this one's
            until(lambda: page.studio.result is not None, "an image", 120)
        else:
            until(lambda: page.run is not None and page.run.step_count > 0, "a step", 120)
    finally:
        page.close()
    if isinstance(page, TrainingPage):
        until(lambda: page.run.state.ended, "the end of the run", 60)


@pytest.mark.parametrize("kind", [*KINDS, dl.FilterDashboard])
def test_a_page_can_wait(kind: type[Page]) -> None:
    page = kind(start=False)
    try:
        seen(page.opener)
        assert not page.busy
        assert page.run is None
    finally:
        page.close()


@pytest.mark.parametrize("kind", [*KINDS, dl.FilterDashboard])
def test_a_page_shows_its_tools_and_its_things_to_try(kind: type[Page]) -> None:
    page = kind(start=False)
    try:
        below, waiting = set(), list(page.children)
        while waiting:
            part = waiting.pop()
            below.add(part)
            waiting += getattr(part, "children", ())
        assert {page.tools, page.try_list} <= below
    finally:
        page.close()


@pytest.fixture
def shapes(monkeypatch: pytest.MonkeyPatch) -> str:
    """One more data set: grayscale images of 12×12 in two classes."""

    def make() -> dict[str, Any]:
        x, y = np.zeros((20, 12, 12), np.uint8), np.arange(20) % 2
        return {"x_train": x, "y_train": y, "x_test": x, "y_test": y}

    spec = Spec(
        name="shapes",
        title="Shapes",
        task="classification",
        kind="image",
        class_names=("square", "circle"),
        sample_shape=(12, 12),
        train=20,
        test=20,
        make=make,
        comes_with="this test",
    )
    monkeypatch.setitem(registry.SPECS, spec.name, spec)
    return spec.name


def test_a_data_set_is_added_by_its_description_alone(shapes: str) -> None:
    offering = set()
    for kind in KINDS:
        page: Any = kind(start=False)
        menu = getattr(getattr(page, "form", page), "dataset", None)
        if menu is not None and shapes in [name for _, name in menu.options]:
            menu.value = shapes
            offering.add(kind.__name__)
        page.close()
    assert offering == {kind.__name__ for kind in KINDS} - {"TextDashboard"}
