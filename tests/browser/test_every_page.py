"""What holds on each page: accessible, nothing to complain in the console, no other host asked."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.helpers import REPOSITORY, Panel
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import ConsoleMessage, Locator, Page, Route

    from tests.browser.helpers import Server

    Theme = Literal["light", "dark"]

PAGES = sorted(path.stem for path in (REPOSITORY / "notebooks" / "dashboards").glob("*.ipynb"))
AXE = REPOSITORY / "labextension" / "node_modules" / "axe-core" / "axe.min.js"
BAD = ("moderate", "serious", "critical")

CHECK = """async (selector) => {
  const found = await axe.run(selector, {
    resultTypes: ["violations"],
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

# Presses all that can be pressed: what appears by that too, and of many alike in a list some.
# Not the language, which loads the page again, no network's weights, which Python would fetch, and
# no choice of a file, which a browser allows to people only.
PRESS = """async () => {
  const parts = `button, select, input, summary, a[href], [role=button], [role=tab], [role=option],
    [role=slider], .lm-TabBar-tab, .jupyter-widget-Collapse-header, .dlw-mg-node, .modebar-btn`;
  const apart = ".page-bar, .page-lost, .dlw-weights, .dlw-upload, input[type=file]";
  const pressed = new WeakSet();
  const alike = new Map();
  const names = [];
  const isDue = (part) => {
    if (pressed.has(part) || part.disabled || part.closest(apart)) return false;
    if (!part.matches(".modebar-btn") && part.getClientRects().length === 0) return false;
    pressed.add(part);
    const list = part.closest("[role=listbox], table, svg, .dlw-image-grid");
    const key = `${part.tagName} ${part.className} ${list ? "" : nameOf(part)}`;
    const count = (alike.get(list) ?? alike.set(list, new Map()).get(list));
    count.set(key, (count.get(key) ?? 0) + 1);
    return count.get(key) <= 3;
  };
  const nameOf = (part) =>
    part.getAttribute("aria-label") ?? part.dataset?.title ?? part.textContent.slice(0, 60);
  const press = (part) => {
    names.push(`${part.tagName.toLowerCase()} ${nameOf(part)}`);
    if (part.matches("select")) {
      part.selectedIndex = (part.selectedIndex + 1) % Math.max(1, part.options.length);
    } else if (part.matches("input[type=range]")) {
      part.value = part.max;
    } else if (part.matches("[role=slider]")) {
      part.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
    } else {
      for (const type of ["pointerover", "mouseover", "mousedown", "mouseup", "click"]) {
        part.dispatchEvent(new MouseEvent(type, { bubbles: true, cancelable: true, view: window }));
      }
      return;
    }
    for (const type of ["input", "change"]) part.dispatchEvent(new Event(type, { bubbles: true }));
  };
  for (let round = 0; round < 4; round += 1) {
    const due = [...document.querySelectorAll(parts)].filter(isDue);
    for (const part of due) {
      if (!part.isConnected || part.disabled) continue;
      press(part);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  return names;
}"""


def violations(page: Page, selector: str = "html") -> list[dict[str, Any]]:
    """What axe finds in a part of a page that somebody would stumble over."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text())
    found: list[dict[str, Any]] = page.evaluate(CHECK, selector)
    return [one for one in found if one["impact"] in BAD]


def assert_accessible(
    page: Page, what: str, selector: str = "html", *, themes: Sequence[Theme] = ("light", "dark")
) -> None:
    """Check a page, or a part of it, in the light and in the dark theme."""
    found = {}
    for theme in themes:
        page.emulate_media(color_scheme=theme)
        page.wait_for_timeout(300)  # colors have transitions
        if bad := violations(page, selector):
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


def tabs(page: Page) -> list[Locator]:
    """The tabs of a page that are not shown yet."""
    return page.locator(".lm-TabBar-tab:not(.lm-mod-current):visible").all()


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


def press_everything(page: Page) -> list[str]:
    """Press all that a page has to press, and touch what is drawn. Returns the names."""
    for surface in page.locator(".dlw canvas:visible").all()[:6]:
        if surface.is_visible():
            surface.click(force=True, timeout=5000)
    names: list[str] = page.evaluate(PRESS)
    page.wait_for_timeout(1000)  # in which what was pressed may ask another host
    return names


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_and_keeps_its_data(page: Page, dashboards: Server, name: str) -> None:
    watch = Watch(page, dashboards.url)
    page.goto(f"{dashboards.url}voila/render/{name}.ipynb")
    panel = start(page)
    page.evaluate(UNFOLD)
    page.wait_for_timeout(500)  # parts unfold gradually
    assert_accessible(page, f"{name}, alive")
    rest(page, panel)
    assert_accessible(page, name, themes=["dark"])
    for tab in tabs(page):
        tab.click()
        page.wait_for_timeout(500)  # its views draw
        part = ".jupyter-widget-tab"
        assert_accessible(page, f"{name}, {tab.text_content()}", part)
    assert not watch.complaints
    pressed = press_everything(page)
    assert len(pressed) > 20, pressed
    assert not watch.asked
    assert not watch.complaints


def test_the_gallery_is_accessible(page: Page, dashboards: Server) -> None:
    watch = Watch(page, dashboards.url)
    page.goto(dashboards.url)
    assert_accessible(page, "gallery")
    assert not watch.asked
    assert not watch.complaints
