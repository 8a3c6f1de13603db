"""LayerInspector and ModelGraph on a page: one layer chosen in both, nested models, keys, zoom."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.helpers import notebook, overflow
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.helpers import Server

# A name that would run a script if it were ever taken for HTML.
EVIL = "<img src=x onerror=window.hacked=1>"

MODEL = f"""
import keras, traitlets
import dlwidgets as dl

L = keras.layers
base = keras.Sequential(
    [keras.Input((8, 8, 1)), L.Conv2D(4, 3, name="conv"), L.Flatten(name="flat")],
    name="base",
)
left, right = keras.Input((8, 8, 1), name="left"), keras.Input((8, 8, 1), name="right")
both = L.Concatenate(name="both")([base(left), base(right)])
model = keras.Model([left, right], L.Dense(1, name={EVIL!r})(both), name="towers")
"""

VIEWS = """
inspector, graph = dl.LayerInspector(model), dl.ModelGraph(model)
link = traitlets.link((inspector, "layer"), (graph, "layer"))
import ipywidgets
ipywidgets.VBox([graph, inspector])
"""


def node(page: Page, path: str) -> Locator:
    return page.locator(f'.dlw-mg-node[data-path="{path}"]')


def test_a_layer_is_chosen_in_both_views(page: Page, dashboards: Server) -> None:
    notebook(dashboards.folder / "layers.ipynb", MODEL, VIEWS)
    page.goto(f"{dashboards.url}voila/render/layers.ipynb")
    title = page.locator(".dlw-inspector-title")
    expect(node(page, "both")).to_be_visible()
    node(page, "both").click()
    expect(title).to_have_text("both")
    row = page.locator(".dlw-ct-table tr", has_text=re.compile("^conv"))
    row.click()  # inside the nested model, which opens
    expect(title).to_have_text("base/conv")
    expect(node(page, "base/conv")).to_have_attribute("aria-selected", "true")
    facts = page.locator(".dlw-inspector-facts")
    expect(facts).to_contain_text("(3×3×1+1)×4 = 40")
    expect(facts).to_contain_text("4 filters of 3×3")

    stage = page.locator(".dlw-mg-stage")
    stage.focus()
    page.keyboard.press("ArrowDown")
    expect(title).to_have_text("base/flat")
    page.keyboard.press("End")
    expect(title).to_have_text(EVIL)
    assert page.evaluate("window.hacked") is None
    graph = page.locator(".dlw-layer-graph")
    before = float(graph.get_attribute("data-scale") or 0)
    page.keyboard.press("+")
    until(
        lambda: float(graph.get_attribute("data-scale") or 0) > before, "a larger graph", page=page
    )
    page.keyboard.press("0")
    page.locator('.dlw-mg-opener[data-opens="base"]').click()
    expect(node(page, "base/conv")).to_have_count(0)
    expect(node(page, "base")).to_be_visible()
    page.set_viewport_size({"width": 420, "height": 800})
    until(lambda: overflow(page) <= 0, "no horizontal scrolling", page=page)
