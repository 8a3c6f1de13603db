"""What a page is about stays where it is, whatever comes and goes around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser.helpers import Panel
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Page

# Notes in each frame where the first element of each selector begins, in pixels of the page.
RECORD = """selectors => {
  const places = (window.places = Object.fromEntries(selectors.map((s) => [s, []])));
  const look = () => {
    for (const s of selectors) {
      const box = document.querySelector(s)?.getBoundingClientRect();
      if (box?.height > 20) places[s].push(Math.round(box.top + window.scrollY));
    }
    if (window.places === places) requestAnimationFrame(look);
  };
  look();
}"""
TAKE = "() => { const all = window.places; window.places = null; return all; }"
MOST = 4  # pixels


def run_twice_without_a_jump(page: Page, lowest: dict[str, int]) -> Panel:
    """Let a page that has just been opened train, stop, and train again, in a low window.

    Args:
        page: The page.
        lowest: How far from the top each of its main views may begin, in pixels.

    Returns:
        Its panel, with the second run going on.
    """
    size = page.viewport_size
    assert size is not None
    page.set_viewport_size({"width": 1280, "height": 800})
    for main in lowest:
        page.locator(main).first.wait_for(state="visible")
    page.evaluate("document.fonts.ready.then(() => true)")
    page.evaluate(RECORD, list(lowest))
    panel = Panel(page, page.locator("body"))
    panel.becomes("running")  # by itself
    until(lambda: panel.step > 20, "steps", 120, page=page)
    panel.press("pause")
    panel.becomes("paused")
    panel.press("stop")
    panel.becomes("stopped")
    page.wait_for_timeout(500)  # frames in which what the end brings may move the view
    panel.press("start")
    panel.becomes("running")
    until(lambda: panel.step > 20, "steps", 120, page=page)
    for main, places in page.evaluate(TAKE).items():
        assert max(places) - min(places) <= MOST, f"{main} was at {sorted(set(places))}"
        assert max(places) <= lowest[main], f"{main} is on the first screen"
    page.set_viewport_size(size)
    return panel
