"""The Where-it-looks page in a browser: maps move by themselves, and a drawing is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from dlwidgets.widgets._core.text import own_name
from tests.browser.helpers import Panel, overflow, still
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.helpers import Server

INK = """(canvas) => [[0.25, 0.25], [0.5, 0.5], [0.75, 0.75], [0.25, 0.75]].map(([x, y]) =>
  canvas.getContext("2d").getImageData(
    Math.round(x * canvas.clientWidth * devicePixelRatio),
    Math.round(y * canvas.clientHeight * devicePixelRatio), 1, 1).data[3] > 0)"""

WATCH = """(root) => {
  window.acknowledged = 0;
  new MutationObserver(() => {
    if (root.getAttribute("aria-busy") === "true") window.acknowledged += 1;
  }).observe(root, { attributeFilter: ["aria-busy"] });
}"""

ABOVE = (".dlw-draw-surface", ".dlw-draw-pad .dlw-heat")

PIXELS = """(canvas) =>
  [...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data].join()"""


def test_a_visit(page: Page, dashboards: Server) -> None:
    page.goto(dashboards.url + "voila/render/where-it-looks.ipynb")
    panel = Panel(page, page.locator("body"))
    panel.becomes("running")
    heat = page.locator(".dlw-heatmap-viewer .dlw-heat")
    the_pad_is_first_and_nothing_jumps_when_a_run_begins_again(page, panel)
    panel.press("pause")
    panel.becomes("paused")
    latest = f"After step {panel.step:,}."
    caption = page.locator(".dlw-heatmap-viewer .dlw-follow")
    until(lambda: latest in (caption.text_content() or ""), "the newest weights", page=page)
    assert overflow(page) <= 0
    each_method_says_what_it_shows_and_pointing_compares(page)

    # That of saliency.
    one_map = heat.locator("canvas").nth(2)

    # Opacity changes in the page alone, and to the full there is nothing of the picture left.
    before = one_map.evaluate(PIXELS)
    slider = heat.locator("input[type=range]")
    slider.focus()
    slider.press("End")
    until(lambda: one_map.evaluate(PIXELS) != before, "another opacity", page=page)
    expect(heat.locator(".dlw-slider-value")).to_have_text("100%")

    # Another class asks the model.
    full = one_map.evaluate(PIXELS)
    about = page.locator(".dlw-heatmap-viewer .dlw-heat-about")
    live = page.locator(".dlw-heatmap-viewer")
    live.evaluate(WATCH)
    # Paused at once, the network may predict anything.
    top = live.locator(".dlw-class-row").first.text_content() or ""
    other = "8" if top.startswith("3") else "3"
    page.get_by_label("Class", exact=True).select_option(label=own_name(other))
    # Acknowledged in the page itself, before the model has answered.
    assert page.evaluate("() => new Promise(requestAnimationFrame).then(() => acknowledged)") == 1
    expect(about).to_have_text(f"Evidence for class “{other}”")
    until(lambda: one_map.evaluate(PIXELS) != full, "another map", page=page)
    expect(live).not_to_have_attribute("aria-busy", "true")
    page.get_by_role("button", name="Integrated gradients").click()
    expect(heat).to_have_attribute("data-maps", "4")

    # A drawing by mouse, then by keys.
    pad = page.locator(".dlw-draw")
    surface = pad.locator(".dlw-draw-surface")
    surface.scroll_into_view_if_needed()
    box = surface.bounding_box()
    assert box is not None
    x, y, side = box["x"], box["y"], box["width"]
    # What was drawn is where it was drawn, from the first look at the page on.
    page.mouse.move(x + 0.2 * side, y + 0.2 * side)
    page.mouse.down()
    page.mouse.move(x + 0.8 * side, y + 0.8 * side, steps=8)
    page.mouse.up()
    canvas = pad.locator(".dlw-draw-canvas")
    until(lambda: canvas.evaluate(INK) == [True, True, True, False], "a diagonal", page=page)
    surface.press("Delete")
    page.mouse.move(x + 0.5 * side, y + 0.2 * side)
    page.mouse.down()
    page.mouse.move(x + 0.5 * side, y + 0.8 * side, steps=8)
    page.mouse.up()
    bars = page.locator(".dlw-draw-pad .dlw-class-bars")
    expect(bars.locator(".dlw-class-row")).to_have_count(10)
    expect(page.locator(".dlw-draw-pad .dlw-heat")).to_have_attribute("data-maps", "1")
    assert "1" in (pad.get_attribute("data-strokes") or "")
    surface.press("Space")
    surface.press("ArrowRight")
    surface.press("ArrowRight")
    expect(pad).to_have_attribute("data-strokes", "2")
    surface.press("u")
    expect(pad).to_have_attribute("data-strokes", "1")
    surface.press("Delete")
    expect(bars.locator(".dlw-class-row")).to_have_count(0)
    assert overflow(page) <= 0
    with still(page, *ABOVE):
        panel.press("stop")
        panel.becomes("stopped")


def each_method_says_what_it_shows_and_pointing_compares(page: Page) -> None:
    heat = page.locator(".dlw-heatmap-viewer .dlw-heat")
    sentences = heat.locator(".dlw-heat-sentence:visible")
    expect(sentences).to_have_text(
        [
            "As Grad-CAM, but by positive gradients only, so it is rarely blank.",
            "How strongly the score reacts to a small change of each pixel.",
            "How much the output falls when a patch is covered (slow).",
        ]
    )
    # Grad-CAM++'s map is smooth: it has more pixels than the image, saliency's has as many.
    widths = heat.locator("canvas").evaluate_all("all => all.map(c => c.width)")
    assert widths[1] > 4 * widths[2] == 4 * 28

    # While the pointer is over saliency, occlusion shows where the two differ.
    saliency, occlusion = heat.locator("canvas").nth(2), heat.locator("canvas").nth(3)
    before = occlusion.evaluate(PIXELS)
    saliency.hover()
    compared = heat.locator(".dlw-heat-compared")
    expect(compared).to_contain_text("Compared with Saliency")
    until(lambda: occlusion.evaluate(PIXELS) != before, "the difference", page=page)
    page.mouse.move(0, 0)
    expect(compared).to_contain_text("Point at a map")
    heat.locator(".dlw-heat-panel").nth(2).focus()
    expect(compared).to_contain_text("Compared with Saliency")
    page.mouse.move(0, 0)


def the_pad_is_first_and_nothing_jumps_when_a_run_begins_again(page: Page, panel: Panel) -> None:
    heat = page.locator(".dlw-heatmap-viewer .dlw-heat")
    expect(heat).to_have_attribute("data-maps", "3")
    pad, maps = (
        page.locator(".dlw-draw-surface"),
        page.locator(".dlw-draw-pad .dlw-heat canvas").first,
    )
    expect(maps).to_be_visible()
    for part in (pad, maps):
        box = part.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] < 800, "on the first screen"
    panel.press("stop")
    panel.becomes("stopped")
    with still(page, *ABOVE):
        panel.press("start")
        panel.becomes("running")
        expect(heat).to_have_attribute("data-maps", "3")
