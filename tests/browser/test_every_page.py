"""What holds on each page: no accessibility violation, and no request to another host."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.helpers import REPOSITORY, Panel
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.helpers import Server

PAGES = sorted(path.stem for path in (REPOSITORY / "notebooks" / "dashboards").glob("*.ipynb"))
AXE = REPOSITORY / "labextension" / "node_modules" / "axe-core" / "axe.min.js"
BAD = ("moderate", "serious", "critical")

CHECK = """async () => {
  const found = await axe.run(document, {
    resultTypes: ["violations"],
    rules: { "label-content-name-mismatch": { enabled: true } },
  });
  return found.violations.map(({ id, impact, nodes }) => ({
    id, impact, nodes: nodes.map(({ html, any, all }) =>
      html.slice(0, 200) + " :: " + [...any, ...all].map((check) => check.message).join("; ")),
  }));
}"""


def violations(page: Page) -> list[dict[str, Any]]:
    """What axe finds that somebody would stumble over."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text())
    found: list[dict[str, Any]] = page.evaluate(CHECK)
    return [one for one in found if one["impact"] in BAD]


def assert_accessible(page: Page, url: str) -> None:
    """Check the page in the light and in the dark theme."""
    found = {}
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        page.wait_for_timeout(500)  # colors have transitions
        if bad := violations(page):
            found[theme] = bad
    assert not found, f"{url}: {json.dumps(found, indent=1, ensure_ascii=False)}"


def start(page: Page) -> None:
    """Let a page show something: a run of some epochs, or an image."""
    widget = page.locator(".dlw").first
    expect(widget).to_be_attached(timeout=120_000)
    bar = page.locator(".dlw-run-bar").first
    if not bar.count():
        page.wait_for_timeout(8000)
        return
    panel = Panel(page, page.locator("body"))
    panel.becomes("running", "finished", seconds=120)
    until(lambda: panel.epoch >= 2 or panel.step >= 200, "some epochs", 120, page=page)
    if panel.state == "running":
        panel.press("pause")
        panel.becomes("paused", "finished")
    page.wait_for_timeout(1500)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_and_keeps_its_data(page: Page, dashboards: Server, name: str) -> None:
    hosts = set()
    page.context.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.context.on("page", lambda other: other.close())
    page.goto(f"{dashboards.url}voila/render/{name}.ipynb")
    start(page)
    assert_accessible(page, name)

    # Whatever a plot's own buttons do, they do it here.
    for figure in page.locator(".dlw-figure:visible").all():
        figure.scroll_into_view_if_needed()
        figure.hover()
        buttons = figure.locator(".modebar-btn")
        for i in range(buttons.count()):
            assert "hare" not in (buttons.nth(i).get_attribute("data-title") or "")
            buttons.nth(i).dispatch_event("click")
            page.wait_for_timeout(100)
    for button in page.locator(".dlw-chart .dlw-tool:visible:enabled").all():
        button.click()
    page.wait_for_timeout(500)
    own = urlsplit(dashboards.url).netloc
    assert {host for host in hosts if host} == {own}


def test_the_gallery_is_accessible(page: Page, dashboards: Server) -> None:
    page.goto(dashboards.url)
    assert_accessible(page, "gallery")
