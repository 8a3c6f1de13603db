"""What a page is about stays where it is, whatever comes and goes around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.helpers import Panel
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.helpers import Server

# Notes in each frame where the first element of each selector begins, in pixels of the page.
RECORD = """selectors => {
  window.places = Object.fromEntries(selectors.map((s) => [s, []]));
  const look = () => {
    for (const s of selectors) {
      const box = document.querySelector(s)?.getBoundingClientRect();
      if (box?.height > 20) window.places[s].push(Math.round(box.top + window.scrollY));
    }
    requestAnimationFrame(look);
  };
  look();
}"""
MOST = 4  # pixels


@pytest.mark.parametrize(
    ("name", "lowest"),
    [
        ("text", {".dlw-text-stream": 160}),
        ("latent", {".dlw-latent-surface": 200}),
        ("gan", {".dlw-gan-flow": 180, ".dlw-gan-grid": 360}),
    ],
    ids=["text", "latent", "gan"],
)
def test_the_main_views_do_not_jump(
    page: Page, dashboards: Server, name: str, lowest: dict[str, int]
) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{dashboards.url}voila/render/{name}.ipynb")
    for main in lowest:
        page.locator(main).first.wait_for(state="visible")
    page.evaluate("document.fonts.ready.then(() => true)")
    page.evaluate(RECORD, list(lowest))
    panel = Panel(page, page.locator("body"))
    for _ in range(2):  # by itself, and again by the button
        panel.becomes("running")
        until(lambda: panel.step > 20, "steps", 120, page=page)
        panel.press("pause")
        panel.becomes("paused")
        panel.press("stop")
        panel.becomes("stopped")
        page.wait_for_timeout(500)  # frames in which what the end brings may move the view
        panel.press("start")
    panel.becomes("running")
    for main, places in page.evaluate("window.places").items():
        assert max(places) - min(places) <= MOST, f"{main} was at {sorted(set(places))}"
        assert max(places) <= lowest[main], f"{main} is on the first screen"
