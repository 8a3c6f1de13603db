"""The Latent space page in a browser: it trains by itself, and the image follows the pointer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.helpers import at_rest, overflow
from tests.browser.jumping import run_twice_without_a_jump
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.helpers import Server

PIXELS = """(selector) => {
  const canvas = document.querySelector(selector);
  return [...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data].join();
}"""
IMAGE = ".dlw-latent-image"
DIGEST = """(selector) => {
  const canvas = document.querySelector(selector);
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.reduce((sum, value) => (sum * 31 + value) % 1000000007, 7);
}"""


def test_a_visit(page: Page, dashboards: Server) -> None:
    page.goto(dashboards.url + "voila/render/latent.ipynb")
    panel = run_twice_without_a_jump(page, {".dlw-latent-surface": 200})
    pad = page.locator(".dlw-latent-pad")
    expect(pad).to_have_attribute("data-tiles", "225")
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
    before = at_rest(page, lambda: page.evaluate(PIXELS, IMAGE))
    # The middle of the plane lies under the codes: the handle itself is what is dragged.
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + box["height"] * 0.4, steps=12)
    page.mouse.up()
    dragged = at_rest(page, lambda: page.evaluate(PIXELS, IMAGE))
    assert dragged != before
    x, y = map(float, (pad.get_attribute("data-point") or "").split())
    assert x > 0 < y

    surface.press("Home")
    expect(surface).to_have_attribute("aria-valuetext", "z1 0.00, z2 0.00")
    until(lambda: page.evaluate(PIXELS, IMAGE) != dragged, "the image of the middle", page=page)
    middle = at_rest(page, lambda: page.evaluate(PIXELS, IMAGE))
    surface.press("ArrowRight")
    until(lambda: page.evaluate(PIXELS, IMAGE) != middle, "the image beside it", page=page)
    surface.press("Home")
    until(lambda: page.evaluate(PIXELS, IMAGE) == middle, "the image of the middle", page=page)
    surface.press("Enter")
    expect(pad.locator("figure").nth(1)).to_contain_text("Image ")

    # The map is that of the zoomed part as soon as it is decoded.
    whole = pad.get_attribute("data-map")

    def reach() -> float:
        return float((pad.get_attribute("data-map") or "").split()[2])

    for _ in range(3):
        surface.press("+")
    radius = float((whole or "").split()[2])
    part = radius / 1.5**3
    until(lambda: abs(reach() - part) < 0.01, "the map of the zoomed part", page=page)
    surface.press("0")
    until(lambda: pad.get_attribute("data-map") == whole, "the whole map", page=page)

    # Two fingers zoom, and leave the ring where it is.
    box = surface.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touch, ring = page.context.new_cdp_session(page), pad.get_attribute("data-point")
    for kind, apart in (
        ("touchStart", [40]),
        ("touchStart", [40, -40]),
        ("touchMove", [60, -60]),
        ("touchMove", [80, -80]),
        ("touchEnd", []),
    ):
        points = [{"x": x + dx, "y": y + 60, "id": i} for i, dx in enumerate(apart)]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    until(lambda: abs(reach() - radius / 2) < 0.1, "the map between the fingers", page=page)
    assert pad.get_attribute("data-point") == ring
    surface.press("0")
    until(lambda: pad.get_attribute("data-map") == whole, "the whole map", page=page)

    # What lies on the plane is shown or hidden in the page.
    def digest() -> int:
        found: int = page.evaluate(DIGEST, ".dlw-latent-canvas")
        return found

    shown = at_rest(page, digest)
    for name in ("Decoded images", "Points"):
        pad.get_by_label(name, exact=True).uncheck()
        until(lambda: digest() != shown, f"a plane without {name}", page=page)
        pad.get_by_label(name, exact=True).check()
        until(lambda: digest() == shown, "as before", page=page)

    # A is dragged, and the ring travels from there to B.
    box = surface.bounding_box()
    assert box is not None
    side, scale = box["width"], (box["width"] / 2 - 10) / radius
    page.mouse.move(box["x"] + side / 2 - 1.5 * scale, box["y"] + side / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + side / 2 - scale, box["y"] + side / 2 - 2 * scale, steps=5)
    page.mouse.up()
    pad.get_by_role("button", name="Play").click()

    def at() -> tuple[float, float]:
        x, y = map(float, (pad.get_attribute("data-point") or "0 0").split())
        return x, y

    until(lambda: 0.5 < at()[1] < 1.5, "the ring half way", page=page)
    until(lambda: at() == (1.5, 0.0), "the ring on B", page=page)
    middle = page.evaluate(PIXELS, IMAGE)
    pad.get_by_label("Share of the path from A to B").fill("0")
    assert abs(at()[0] + 1) < 0.05 > abs(at()[1] - 2)
    until(lambda: page.evaluate(PIXELS, IMAGE) != middle, "the image of A", page=page)
    assert overflow(page) <= 0
    panel.press("stop")
    panel.becomes("stopped")
