"""The path of the course: what a reader has done is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.helpers import notebook, overflow

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.browser.helpers import Server

PATH = "import dlwidgets as dl\ndl.CoursePath()"
END = "import dlwidgets as dl\ndl.NextTutorial({number})"


def test_what_is_done_is_kept_from_page_to_page(
    new_page: Callable[..., Page], dashboards: Server
) -> None:
    folder = dashboards.folder / "course"
    notebook(folder / "index.ipynb", PATH, dlwidgets={"title": "All", "order": 900})
    for number, needs in ((1, []), (2, [1])):
        card = {"number": number, "title": f"Title {number}", "needs": needs, "order": 900 + number}
        notebook(folder / f"{number:02}-a.ipynb", END.format(number=number), dlwidgets=card)
    page = new_page(viewport={"width": 360, "height": 800})
    page.goto(f"{dashboards.url}voila/render/course/index.ipynb")
    first, second = (page.locator(f'[data-number="{number}"]') for number in (1, 2))
    expect(page.locator(".dlw-path-onward")).to_have_text("Start with 01 Title 1")
    assert overflow(page) == 0
    first.get_by_role("button").press("Enter")
    expect(first).to_have_attribute("data-standing", "done")
    page.reload()
    expect(first).to_have_attribute("data-standing", "done")
    second.get_by_role("link", name="Title 2").click()
    end = page.locator(".dlw-next")
    expect(end).to_contain_text("This is the last tutorial.")
    end.get_by_role("link", name="All tutorials").click()
    expect(second).to_have_attribute("data-standing", "begun")
    expect(page.locator(".dlw-path-onward")).to_have_text("Continue with 02 Title 2")
    page.goto(dashboards.url)
    steps = page.locator("#course [data-lesson]")
    expect(steps.nth(0)).to_have_attribute("data-standing", "done")
    expect(steps.nth(1)).to_have_attribute("data-standing", "begun")
