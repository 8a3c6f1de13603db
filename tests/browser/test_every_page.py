"""What holds on each page: translated, accessible, no errors whatever is touched, no other host."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.helpers import REPOSITORY, Panel
from tests.browser.touching import LISTEN, change_everything, press_everything, still_works
from tests.browser.translated import assert_translated
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import ConsoleMessage, ElementHandle, Page, Route

    from tests.browser.helpers import Server

    Theme = Literal["light", "dark"]

PAGES = sorted(path.stem for path in (REPOSITORY / "notebooks" / "dashboards").glob("*.ipynb"))
# They train nothing, and have tests of their own.
PAGES = [name for name in PAGES if name not in ("concepts", "runs")]
AXE = REPOSITORY / "labextension" / "node_modules" / "axe-core" / "axe.min.js"
BAD = ("moderate", "serious", "critical")

# What the colors of a theme may break; all else is the same in both.
COLORS = ["color-contrast", "link-in-text-block"]

CHECK = """async ([selector, only]) => {
  const found = await axe.run(selector, {
    resultTypes: ["violations"],
    ...(only && { runOnly: only }),
    preload: false,
    rules: { "label-content-name-mismatch": { enabled: true } },
  });
  return found.violations.map(({ id, impact, nodes }) => ({
    id, impact, nodes: nodes.map(({ html, any, all }) =>
      html.slice(0, 200) + " :: " + [...any, ...all].map((check) => check.message).join("; ")),
  }));
}"""

UNFOLD = """() => {
  const folded = ".jupyter-widget-Collapse:not(.jupyter-widget-Collapse-open)";
  for (const part of document.querySelectorAll(folded)) {
    part.querySelector(".jupyter-widget-Collapse-header").click();
  }
  for (const part of document.querySelectorAll('.dlw [aria-expanded="false"]')) {
    if (part.offsetParent) part.click();
  }
}"""


# Of several rows of tabs on a page, that of the tab which has just been chosen.
MARK = """(tab) => {
  for (const one of document.querySelectorAll("[data-chosen]")) delete one.dataset.chosen;
  tab.closest(".jupyter-widget-tab").dataset.chosen = "true";
}"""


def violations(
    page: Page, selector: str = "html", only: Sequence[str] | None = None
) -> list[dict[str, Any]]:
    """What axe finds in a part of a page that somebody would stumble over, by some rules or all."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text())
    found: list[dict[str, Any]] = page.evaluate(CHECK, [selector, only])
    return [one for one in found if one["impact"] in BAD]


def assert_accessible(
    page: Page, what: str, selector: str = "html", *, themes: Sequence[Theme] = ("light", "dark")
) -> None:
    """Check a page, or a part of it, in one theme; in further ones only what depends on colors."""
    found = {}
    for theme in themes:
        page.emulate_media(color_scheme=theme)
        page.wait_for_timeout(300)  # colors have transitions
        only = None if theme == themes[0] else COLORS
        if bad := violations(page, selector, only):
            found[theme] = bad
    page.emulate_media(color_scheme="light")
    assert not found, f"{what}: {json.dumps(found, indent=1, ensure_ascii=False)}"


def start(page: Page) -> Panel | None:
    """Let a page show something: a run of some epochs, or an image. Returns what trains."""
    expect(page.locator(".dlw").first).to_be_attached(timeout=120_000)
    if not page.locator(".dlw-run-bar").count():
        made = '.dlw-compare[data-pictures="2"], .dlw-filters .dlw-image-grid [role="option"]'
        expect(page.locator(made).first).to_be_visible(timeout=120_000)
        return None
    panel = Panel(page, page.locator("body"))
    panel.becomes("running", "finished", seconds=120)
    until(lambda: panel.epoch >= 2 or panel.step >= 200, "some epochs", 120, page=page)
    return panel


def rest(page: Page, panel: Panel | None) -> None:
    """Let a page come to rest."""
    if panel is not None and panel.state == "running":
        panel.press("pause")
        panel.becomes("paused", "finished")
    page.wait_for_timeout(1000)  # a run at rest still sends its last figures and images


def tabs(page: Page) -> list[ElementHandle]:
    """The tabs of a page that are not shown yet."""
    return page.locator(".lm-TabBar-tab:not(.lm-mod-current):visible").element_handles()


class Watch:
    """Whom a page asks, and what it complains of; another host gets no answer."""

    def __init__(self, page: Page, url: str) -> None:
        own = urlsplit(url).netloc
        self.asked: list[str] = []
        self.complaints: list[str] = []
        context = page.context
        context.on("page", lambda other: other.close())
        context.route(re.compile(rf"^(?!data:|blob:|https?://{re.escape(own)}/)"), self._refuse)
        page.on("websocket", lambda socket: self._note_socket(socket.url, own))
        page.add_init_script(LISTEN)
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _refuse(self, route: Route) -> None:
        self.asked.append(route.request.url)
        route.abort()

    def _note_socket(self, url: str, own: str) -> None:
        if urlsplit(url).netloc != own:
            self.asked.append(url)

    def _note(self, message: ConsoleMessage) -> None:
        url = message.location["url"]
        # Extensions of ipywidgets and Voila say that they expect another JupyterLab.
        if message.type in ("error", "warning") and "/labextensions/@" not in url:
            self.complaints.append(f"{message.type}: {message.text} ({url})")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_translated_accessible_and_keeps_its_data(
    page: Page, dashboards: Server, name: str
) -> None:
    watch = Watch(page, dashboards.url)
    page.goto(f"{dashboards.url}voila/render/{name}.ipynb?lang=xx")
    panel = start(page)
    assert_translated(page)
    page.evaluate(UNFOLD)
    page.wait_for_timeout(500)  # parts unfold gradually
    assert_accessible(page, f"{name}, alive", themes=["light"])
    rest(page, panel)
    assert_accessible(page, name, themes=["dark"])
    for tab in tabs(page):
        tab.click()
        page.wait_for_timeout(500)  # its views draw
        tab.evaluate(MARK)
        assert_accessible(page, f"{name}, {tab.text_content()}", "[data-chosen]")
    assert not watch.complaints
    changed = change_everything(page)
    assert len(changed) > 10, changed
    pressed = press_everything(page)
    assert len(pressed) > 20, pressed
    change_everything(page)  # what has appeared
    still_works(page, panel)
    assert not watch.asked
    assert not watch.complaints
    assert not page.evaluate("() => window.kernelErrors")


def test_the_gallery_is_accessible(page: Page, dashboards: Server) -> None:
    watch = Watch(page, dashboards.url)
    page.goto(dashboards.url)
    assert_accessible(page, "gallery")
    assert not watch.asked
    assert not watch.complaints
