"""The Look-inside page in a browser: what is chosen in one view is shown in all, in any window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from dlwidgets.widgets._core.text import own_name
from tests.browser.helpers import Panel, overflow
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Page

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


def test_a_visit(page: Page, dashboards: Server) -> None:
    page.goto(dashboards.url + "voila/render/look-inside.ipynb")
    panel = Panel(page, page.locator("body"))
    panel.becomes("running")
    panel.press("pause")
    panel.becomes("paused")
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
