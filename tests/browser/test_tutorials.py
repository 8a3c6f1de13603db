"""Each tutorial as a page, once: alive, with its widgets, on a phone, dark, and in Chinese.

What a tutorial trains is tried without a browser, in `tests/test_tutorials.py`.
"""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING, Any

import nbformat
import pytest
from playwright.sync_api import expect

from dlwidgets import data
from tests.browser.helpers import Server, notebook, overflow, running
from tests.browser.test_every_page import Watch
from tests.helpers.waiting import until
from tests.test_tutorials import FOLDER, TUTORIALS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

# What a call in a notebook shows on the page.
SHOWN = {
    r"\bdl\.Question\(": ".dlw-question",
    r"\bdl\.Trial\(": ".dlw-trial",
    r"\bdl\.ResultsTable\(": ".dlw-results",
    r"\bdl\.NextTutorial\(": ".dlw-next",
    r"\bdl\.concepts\.[a-z]\w*\(": ".dlw-concept",
}
DEAD = ".jupyter-widgets-disconnected, [data-mime-type='application/vnd.jupyter.error']"
STDERR = "[data-mime-type='application/vnd.jupyter.stderr']"
FOUND = "(selectors) => selectors.map((one) => document.querySelectorAll(one).length)"
BRIGHTNESS = """() => {
  const color = getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number);
  return (color[0] + color[1] + color[2]) / 3;
}"""


@pytest.fixture(scope="module")
def tutorials(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server of all tutorials."""
    base = tmp_path_factory.mktemp("course")
    folder = base / "notebooks"
    shutil.copytree(FOLDER, folder)
    address = r"^  at (http\S+)$"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DLWIDGETS_FAST", "1")
        with running(
            "serve", folder, base / "home", address, "--no-preheat", "--cull-timeout", "5"
        ) as server:
            yield server


def expected(book: Any) -> dict[str, int]:
    """How many of each widget a notebook's code makes."""
    code = "\n".join(cell.source for cell in book.cells if cell.cell_type == "code")
    code = re.sub(r"(?m)^def .*\n(?:(?:[ \t].*)?\n)*", "", code)  # made once a trial has started
    return {css: len(re.findall(call, code)) for call, css in SHOWN.items()}


def looked_through(page: Page, server: Server, path: Path) -> None:
    """Open a tutorial and look at it in every way."""
    watch = Watch(page, server.url)
    page.goto(f"{server.url}voila/render/{path.name}")
    wanted = expected(nbformat.read(path, as_version=4))
    shown = page.locator("#rendered_cells")
    expect(page.locator("#loading")).to_be_hidden(timeout=120_000)
    # Voila says there that a cell failed; warnings don't belong on a page either.
    assert page.locator(STDERR).all_text_contents() == []

    def complete() -> bool:
        found = page.evaluate(FOUND, list(wanted))
        return all(have >= want for have, want in zip(found, wanted.values(), strict=True))

    until(complete, f"widgets {wanted}", 120, page=page)
    assert page.locator(DEAD).count() == 0
    expect(shown).not_to_contain_text("Error displaying widget")
    until(lambda: overflow(page) <= 0, "a page as wide as its window", page=page)
    page.set_viewport_size({"width": 390, "height": 844})
    until(lambda: overflow(page) <= 0, "a page as narrow as the phone", 20, page=page)
    page.emulate_media(color_scheme="dark")
    until(lambda: page.evaluate(BRIGHTNESS) < 90, "a dark page", 20, page=page)
    page.get_by_role("button", name="简体中文").click()
    expect(page.locator("html")).to_have_attribute("lang", re.compile("^zh"))
    if wanted[".dlw-question"]:
        expect(page.locator(".dlw-question-label").first).not_to_have_text("Predict")
    until(lambda: overflow(page) <= 0, "a Chinese page as narrow as the phone", 20, page=page)
    assert page.locator(DEAD).count() == 0
    assert not watch.asked
    assert not watch.complaints
    assert not page.evaluate("() => window.kernelErrors")


def needs(path: Path) -> list[str]:
    """The data sets of a tutorial, if none of them is here."""
    named = nbformat.read(path, as_version=4).metadata.get("dlwidgets", {}).get("data", [])
    found = data.available()
    missing = [name for name in named if name not in found or not found[name].local]
    return missing if missing and len(missing) == len(named) else []


# One of each kind in CI: numbers, images, a graph; all of them with `make slow`.
IN_CI = ("01-", "12-", "24-")


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, marks=() if path.name.startswith(IN_CI) else pytest.mark.slow)
        for path in TUTORIALS
    ],
    ids=lambda path: path.stem,
)
def test_a_tutorial_is_alive_on_every_screen(page: Page, tutorials: Server, path: Path) -> None:
    if missing := needs(path):
        pytest.skip(f"needs data that aren't here: {', '.join(missing)}")
    looked_through(page, tutorials, path)


def test_a_broken_page_is_found(page: Page, tutorials: Server) -> None:
    path = notebook(tutorials.folder / "broken.ipynb", "import dlwidgets as dl", "dl.no_such_name")
    with pytest.raises(AssertionError, match="error when executing cell"):
        looked_through(page, tutorials, path)
