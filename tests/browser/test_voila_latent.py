"""The Latent space page in a browser: it trains by itself, and the image follows the pointer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.helpers import Panel, overflow, stays
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.helpers import Server

PIXELS = """(selector) => {
  const canvas = document.querySelector(selector);
  return [...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data].join();
}"""
IMAGE = ".dlw-latent-image"


def test_a_visit(page: Page, dashboards: Server) -> None:
    page.goto(dashboards.url + "voila/render/latent.ipynb")
    panel = Panel(page, page.locator("body"))
    panel.becomes("running")
    pad = page.locator(".dlw-latent-pad")
    grid = page.locator('.dlw-image-grid[data-count="225"]')
    expect(grid).to_have_count(1)
    expect(pad).to_have_attribute("data-codes", "359")
    until(lambda: panel.step > 100, "a hundred steps", page=page)
    panel.press("pause")
    panel.becomes("paused")
    assert overflow(page) <= 0
    latest = f"After step {panel.step:,}."
    note = page.locator(".dlw-message").filter(has_text="After step").first
    until(lambda: latest in (note.text_content() or ""), "the newest weights", page=page)

    surface = page.locator(".dlw-latent-surface")
    surface.scroll_into_view_if_needed()
    box = surface.bounding_box()
    assert box is not None
    before = stays(page, lambda: page.evaluate(PIXELS, IMAGE), 1.0)
    # The middle of the plane lies under the codes: the handle itself is what is dragged.
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + box["height"] * 0.4, steps=12)
    page.mouse.up()
    until(lambda: page.evaluate(PIXELS, IMAGE) != before, "another image", page=page)
    x, y = map(float, (pad.get_attribute("data-point") or "").split())
    assert x > 0 < y

    surface.press("Home")
    expect(surface).to_have_attribute("aria-valuetext", "z1 0.00, z2 0.00")
    until(lambda: page.evaluate(PIXELS, IMAGE) == before, "the image of the middle", page=page)
    surface.press("Enter")
    expect(pad.locator("figure").nth(1)).to_contain_text("Image ")
    panel.press("stop")
    panel.becomes("stopped")
