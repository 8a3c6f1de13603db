"""The Look-inside page in a browser: what is chosen in one view is shown in all, in any window."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from dlwidgets.widgets._core.text import own_name
from tests.browser.helpers import Panel, overflow
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.helpers import Server

# Titles of tabs that are longer than the room they have.
CUT_OFF = """() => [...document.querySelectorAll(".lm-TabBar-tabLabel")]
  .filter((title) => title.offsetParent && title.scrollWidth > title.clientWidth)
  .map((title) => title.textContent)"""

# Drop-downs whose arrow is black, as ipywidgets draws it, and controls in a font of their own.
UNLIKE = """() => {
  const font = getComputedStyle(document.querySelector(".dlw-look-inside")).fontFamily;
  return [...document.querySelectorAll(".dlw-look-inside :is(select, input, button)")]
    .filter((control) => {
      if (control.closest(".modebar")) return false;
      const style = getComputedStyle(control);
      const black = control.matches(".widget-dropdown > select")
        && !style.backgroundImage.includes("%23888");
      return black || style.fontFamily !== font;
    })
    .map((control) => control.outerHTML.slice(0, 120));
}"""


# How many pixels of the graph's pictures are drawn, and a sum that tells two drawings apart.
DRAWN = """() => {
  const canvas = document.querySelector(".dlw-mg-pictures");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let drawn = 0, sum = 0;
  for (let i = 0; i < data.length; i += 4) {
    if (data[i + 3] > 0) drawn += 1;
    sum = (sum * 31 + data[i] + data[i + 1]) % 1000003;
  }
  return [drawn, sum];
}"""


def test_a_visit(page: Page, dashboards: Server) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(dashboards.url + "voila/render/look-inside.ipynb")
    panel = Panel(page, page.locator("body"))
    panel.becomes("running")
    cause_and_effect_are_on_one_screen(page, panel)  # and the run is paused
    page.evaluate("() => scrollTo(0, 0)")
    page.set_viewport_size({"width": 1280, "height": 1000})
    graph = page.locator(".dlw-layer-graph")
    expect(graph).to_have_attribute("data-ready", "true")

    # Looking at the weights chooses no layer elsewhere: heat maps stay at the last convolution.
    layer = page.locator(".dlw-heatmap-viewer").get_by_label("Layer", exact=True).first
    for tab in ("Weights", "Where it looks"):
        page.get_by_role("tab", name=tab, exact=True).click()
        if tab == "Weights":
            expect(page.locator(".dlw-inspector-title")).to_have_text("conv2d")
    expect(layer.locator("option:checked")).to_have_text("Last convolution")
    expect(graph).to_have_attribute("data-current", "")

    # A click in the graph does.
    page.locator('.dlw-mg-node[data-path="conv2d"]').click()
    expect(layer.locator("option:checked")).to_have_text(own_name("conv2d"))
    page.get_by_role("tab", name="Feature maps", exact=True).click()
    expect(page.locator(".dlw-activations")).to_contain_text("conv2d: 32 channels of 28×28")

    # In a narrow window, in the dark: nothing is cut off, nothing is black on black.
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 420, "height": 900})
    until(lambda: overflow(page) <= 0, "a page as narrow as its window", page=page)
    assert page.evaluate(CUT_OFF) == []
    assert page.evaluate(UNLIKE) == []
    contents = page.locator(".dlw-look-inside-top .dlw-look-inside-tabs > .widget-tab-contents")
    assert contents.evaluate("e => e.scrollHeight - e.clientHeight") <= 0, "scrolls with the page"

    # The graph is where it was when its tab or notebook comes back.
    drawing = page.locator(".dlw-mg-drawing")
    until(lambda: graph.evaluate("(e) => e.clientWidth") < 420, "the narrow graph", page=page)
    before = drawing.get_attribute("transform")
    for display in ("none", ""):
        graph.evaluate("(e, display) => { e.style.display = display; }", display)
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    assert drawing.get_attribute("transform") == before
    panel.press("stop")
    panel.becomes("stopped")


def cause_and_effect_are_on_one_screen(page: Page, panel: Panel) -> None:
    graph, strip = page.locator(".dlw-layer-graph"), page.locator(".dlw-sample-strip")

    def step(view: Locator) -> int:
        return int(view.get_attribute("data-step") or -1)

    # The maps in the graph's nodes follow training, and the strip shows the same step.
    until(lambda: step(graph) > 0, "pictures in the graph", page=page)
    first, before = step(graph), page.evaluate(DRAWN)
    until(lambda: step(graph) > first, "later pictures", page=page)
    until(lambda: page.evaluate(DRAWN) != before, "another drawing", page=page)
    assert int(graph.get_attribute("data-pictures") or 0) >= 5
    assert before[0] > 5000
    panel.press("pause")
    panel.becomes("paused")
    until(lambda: step(strip) == step(graph) == panel.step, "the newest step", page=page)

    # All is on the first screen, and a tab moves nothing.
    stage = page.locator(".dlw-mg-stage")
    assert stage.bounding_box()["y"] < 480
    card = page.locator(".dlw-card").nth(1)
    assert card.bounding_box()["y"] < 700
    # Of the column of cards those far out of sight aren't drawn.
    drawn = page.locator(".dlw-card-bars").evaluate_all(
        "all => all.map((one) => one.checkVisibility({contentVisibilityAuto: true}))"
    )
    assert drawn[0]
    assert not drawn[-1]
    lower = page.locator(".dlw-look-inside-tabs").nth(1)
    places = []
    for tab in ("Where it looks", "Weights", "Filters", "Feature maps"):
        page.get_by_role("tab", name=tab, exact=True).click()
        page.wait_for_timeout(300)
        places.append(round(lower.bounding_box()["y"]))
    assert len(set(places)) == 1, places

    # A click on an image changes what one sees without scrolling.
    before = page.evaluate(DRAWN)
    card.click()
    index = card.get_attribute("data-index")
    expect(strip).to_contain_text(f"Sample {index}")
    until(lambda: page.evaluate(DRAWN) != before, "the maps of that image", page=page)
    assert page.evaluate("() => scrollY") == 0

    # A unit of a map in the graph tells what its value is computed from.
    node = page.locator('.dlw-mg-node[data-path="conv2d"]')
    box = node.bounding_box()
    page.mouse.move(box["x"] + 0.15 * box["width"], box["y"] + 0.75 * box["height"])
    tip = page.locator(".dlw-mg-unit")
    expect(tip).to_contain_text(re.compile(r"conv2d, channel 0, row \d+, column \d+: "))
    expect(tip).to_contain_text("9 products of input and weight")
    expect(tip).to_contain_text("Receptive field: 3×3 pixels")
    page.mouse.move(5, 5)
    expect(tip).to_be_hidden()

    # The strip stays in sight.
    page.evaluate("() => scrollTo(0, 700)")
    page.wait_for_timeout(200)
    assert abs(strip.bounding_box()["y"]) <= 1
