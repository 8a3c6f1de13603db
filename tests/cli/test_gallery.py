"""The gallery and the pages in a real browser: what a visitor sees, does and is told."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import psutil
import pytest
from playwright.sync_api import expect, sync_playwright

from tests.helpers.servers import Served, notebook, serving
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync")


expect.set_options(timeout=30_000)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        pytest.skip("needs Chromium: install it, or name it in CHROMIUM")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=[*FLAGS])
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1100, "height": 700})
    context.set_default_timeout(30_000)
    made = context.new_page()
    made.foreign = []  # type: ignore[attr-defined]

    def note(url: str) -> None:
        if not url.startswith(("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:")):
            made.foreign.append(url)  # type: ignore[attr-defined]

    made.on("request", lambda request: note(request.url))
    yield made
    context.close()


def kernel_of(page: Page) -> str:
    text = page.locator("#jupyter-config-data").text_content()
    return str(page.evaluate("text => JSON.parse(text).kernelId", text))


def test_keyboard_opens_a_page_and_leads_back(page: Page, served: Served) -> None:
    page.goto(served.url)
    page.keyboard.press("Tab")
    first = page.get_by_role("link", name="Train & <b>watch</b>")
    expect(first).to_be_focused()
    page.keyboard.press("Enter")
    button = page.get_by_role("button", name="Press me")
    button.click()
    expect(page.get_by_text("pressed 1")).to_be_visible()
    assert page.title() == "Train & <b>watch</b>"
    kernel = kernel_of(page)
    page.get_by_role("link", name="All dashboards").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Watch a network learn")
    until(lambda: not served.alive(kernel), "end of the kernel whose page was left", 10)
    assert page.foreign == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("width", [320, 360, 1600])
def test_gallery_fits_the_window(page: Page, served: Served, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    page.goto(served.url)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.title() == "dlwidgets: dashboards"


def test_page_says_what_it_does_while_the_kernel_starts(page: Page, served: Served) -> None:
    page.add_init_script(
        """
        window.said = [];
        new MutationObserver(() => {
          const text = document.getElementById("loading_text")?.textContent;
          if (text && window.said.at(-1) !== text) window.said.push(text);
        }).observe(document, {childList: true, subtree: true, characterData: true});
        """
    )
    page.goto(served.url + "voila/render/slow.ipynb", wait_until="commit")
    expect(page.get_by_text("at the end")).to_be_visible()
    assert page.evaluate("window.said") == [
        "Starting a Python kernel…",
        "Running cell 1 of 2…",
        "Running cell 2 of 2…",
        "Loading the widgets…",
    ]
    expect(page.locator("#loading")).to_have_count(0)


@pytest.mark.parametrize("width", [320, 1400])
def test_long_page_scrolls_as_a_whole(page: Page, tmp_path: Path, width: int) -> None:
    cells = [f"# Part {i}\n\n{'Some text. ' * 80}" for i in range(30)]
    path = notebook(tmp_path / "long.ipynb", *cells, "import ipywidgets; ipywidgets.Text('last')")
    with serving(path, "--no-preheat") as server:
        page.set_viewport_size({"width": width, "height": 600})
        page.goto(server.url)
        last = page.get_by_role("textbox")
        expect(last).to_be_visible()
        page.mouse.move(width / 2, 300)
        page.mouse.wheel(0, 100_000)
        expect(last).to_be_in_viewport()
        assert page.evaluate("document.scrollingElement.scrollTop") > 1000
        assert page.evaluate("document.scrollingElement.scrollWidth") <= width


def test_page_that_never_comes_says_what_to_do(page: Page, served: Served) -> None:
    page.clock.install()
    page.route("**/voila/static/voila.js", lambda route: route.abort())
    page.goto(served.url + "voila/render/zebra.ipynb", wait_until="commit")
    expect(page.locator("#loading_text")).to_have_text("Loading the widgets…")
    hint = page.locator("#page-hint")
    expect(hint).to_be_hidden()
    page.clock.fast_forward("00:20")
    expect(hint).to_contain_text("still running")
    expect(page.get_by_role("button", name="Reload the page")).to_be_hidden()
    page.clock.fast_forward("01:00")
    expect(hint).to_contain_text("dlwidgets doctor")
    expect(page.get_by_role("button", name="Reload the page")).to_be_visible()


def test_kernel_that_dies_while_starting_is_told(page: Page, served: Served) -> None:
    page.goto(served.url + "voila/render/dies.ipynb", wait_until="commit")
    expect(
        page.get_by_text("Python process of this page has ended").or_(
            page.get_by_text("Python kernel stopped before the page was ready")
        )
    ).to_be_visible()
    expect(page.get_by_role("button", name="Reload the page")).to_be_visible()


def test_kernel_and_server_that_end_later_are_told(page: Page, tmp_path: Path) -> None:
    folder = notebook(tmp_path / "nb" / "a.ipynb", "# A", "print('is ' 'shown')").parent
    with serving(folder, "--no-preheat") as server:
        page.goto(server.url + "voila/render/a.ipynb")
        expect(page.get_by_text("is shown")).to_be_visible()
        expect(page.locator("#page-lost")).to_be_hidden()
        for kernel in psutil.Process(server.process.pid).children():
            kernel.kill()
        expect(page.locator("#page-lost")).to_contain_text("Python process of this page has ended")
        page.get_by_role("button", name="Reload the page").click()
        expect(page.get_by_text("is shown")).to_be_visible()
        expect(page.locator("#page-lost")).to_be_hidden()
        server.process.terminate()
        expect(page.locator("#page-lost")).to_contain_text("server doesn't respond")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_follow_the_system(browser: Browser, served: Served, scheme: str) -> None:
    context = browser.new_context(color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(served.url + "voila/render/zebra.ipynb")
    heading = page.get_by_role("heading", name="Zebra").last
    expect(heading).to_be_visible()
    light = scheme == "light"
    assert page.evaluate("document.body.dataset.jpThemeLight") == str(light).lower()

    def brightness(script: str) -> float:
        numbers = page.evaluate(f"({script}).match(/[\\d.]+/g).map(Number)")
        return float(sum(numbers[:3]))

    text = brightness("getComputedStyle(document.querySelector('#rendered_cells h1')).color")
    back = brightness("getComputedStyle(document.body).backgroundColor")
    assert (text < back) == light
    page.emulate_media(color_scheme="dark" if light else "light")
    until(lambda: page.evaluate("document.body.dataset.jpThemeLight") == str(not light).lower())
    context.close()


def test_login_form_lets_in(page: Page, tmp_path: Path) -> None:
    folder = notebook(tmp_path / "nb" / "a.ipynb", "# A", "print('is ' 'shown')").parent
    with serving(folder, "--token", "secret-word", "--no-preheat") as server:
        page.goto(server.url + "voila/render/a.ipynb")
        page.get_by_label("Token").fill("wrong")
        page.get_by_role("button", name="Open").click()
        expect(page.get_by_role("alert")).to_have_text("Wrong token.")
        page.get_by_label("Token").fill("secret-word")
        page.get_by_role("button", name="Open").click()
        expect(page.get_by_text("is shown")).to_be_visible()
