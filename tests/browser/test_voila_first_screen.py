"""The Train and Look-inside pages: alive on the first screen, and nothing jumps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.helpers import Panel, at_rest, overflow
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.helpers import Server

STILL = 3  # pixels that what is looked at may move

# Where the parts of a page are that one looks at, by name.
MAIN = {
    "train": {
        "graph": ".dlw-mg-stage",
        "loss": ".dlw-chart >> nth=0",
        "accuracy": ".dlw-chart >> nth=1",
        "images": ".dlw-predictions",
    },
    "look-inside": {
        "graph": ".dlw-mg-stage",
        "tabs": ".dlw-look-inside-tabs >> nth=0",
        "lower": ".dlw-look-inside-tabs >> nth=1",
    },
}


def step(view: Locator) -> int:
    return int(view.get_attribute("data-step") or -1)


def tops(page: Page, name: str) -> dict[str, float]:
    """Where each part begins in the page, wherever that is scrolled to."""
    found = {}
    for part, selector in MAIN[name].items():
        script = "e => e.getBoundingClientRect().top + scrollY"
        found[part] = float(page.locator(selector).first.evaluate(script))
    return found


def test_train_lives_on_the_first_screen_and_nothing_moves(page: Page, dashboards: Server) -> None:
    panel = nothing_moves_from_the_opening_to_a_second_run(page, dashboards, "train")
    lives_on_the_first_screen(page, panel)
    stops_without_a_jump(page, panel, "train")
    in_a_narrow_window_begins_with_what_moves(page)


def test_look_inside_explains_a_value_and_nothing_moves(page: Page, dashboards: Server) -> None:
    panel = nothing_moves_from_the_opening_to_a_second_run(page, dashboards, "look-inside")
    a_feature_map_tells_what_a_value_is_computed_from(page, panel)
    stops_without_a_jump(page, panel, "look-inside")


def nothing_moves_from_the_opening_to_a_second_run(
    page: Page, dashboards: Server, name: str
) -> Panel:
    """Open a page, and return its panel with the second run going on."""
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{dashboards.url}voila/render/{name}.ipynb?epochs=4000")
    panel = Panel(page, page.locator("body"))
    graph = page.locator(".dlw-layer-graph")
    expect(panel.chip).to_be_visible()
    for selector in MAIN[name].values():
        expect(page.locator(selector).first).to_be_attached()
    page.evaluate("document.fonts.ready.then(() => true)")
    seen = [at_rest(page, lambda: tops(page, name))]
    panel.becomes("running")
    seen.append(tops(page, name))
    until(lambda: step(graph) > 0 and panel.step > 10, "pictures and curves", page=page)
    seen.append(tops(page, name))
    panel.press("pause")
    panel.becomes("paused")
    seen.append(tops(page, name))

    # Another run in its place, begun by a thing to try or by the button of the form.
    if name == "train":
        page.get_by_role("button", name="Start with these settings").click()
    else:
        page.get_by_role("button", name="Try it").first.click()

    def begun() -> bool:
        seen.append(tops(page, name))
        return panel.state == "running" and panel.step > 0 and step(graph) > 0

    until(begun, "another run", page=page)
    stay(seen)
    return panel


def stay(seen: list[dict[str, float]]) -> None:
    """Check that each part began at the same place whenever that was noted."""
    moved = {part: (min(at[part] for at in seen), max(at[part] for at in seen)) for part in seen[0]}
    assert all(high - low <= STILL for low, high in moved.values()), moved


def stops_without_a_jump(page: Page, panel: Panel, name: str) -> None:
    seen = [tops(page, name)]
    panel.press("stop")
    panel.becomes("stopped")
    stay([*seen, tops(page, name)])


def lives_on_the_first_screen(page: Page, panel: Panel) -> None:
    graph = page.locator(".dlw-layer-graph")
    until(lambda: step(graph) > 0, "pictures in the graph", page=page)
    before = step(graph)
    until(lambda: step(graph) > before, "later pictures", page=page)
    # Input, layers and bars, the curve, and the first held-out images: without scrolling.
    assert int(graph.get_attribute("data-pictures") or 0) == 5
    nodes = page.locator(".dlw-mg-node")
    boxes = [nodes.nth(i).bounding_box() for i in range(nodes.count())]
    stage = page.locator(".dlw-mg-stage").bounding_box()
    assert all(
        stage["y"] <= box["y"] and box["y"] + box["height"] <= stage["y"] + stage["height"]
        for box in boxes
    ), boxes
    assert stage["y"] + stage["height"] < 700
    for chart in (0, 1):
        assert panel.charts.nth(chart).bounding_box()["y"] < 560
    cell = page.locator('.dlw-predictions .dlw-cell[aria-posinset="4"]')
    assert cell.bounding_box()["y"] < 800

    # A click lets another image go through the model.
    canvas = page.locator(".dlw-mg-pictures")
    panel.press("pause")
    panel.becomes("paused")
    until(lambda: step(graph) == panel.step, "the newest step", page=page)
    picture = at_rest(page, lambda: canvas.evaluate("e => e.toDataURL()"))
    cell.click()
    until(lambda: canvas.evaluate("e => e.toDataURL()") != picture, "its picture", page=page)
    expect(cell).to_have_attribute("aria-selected", "true")


def in_a_narrow_window_begins_with_what_moves(page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 420, "height": 900})
    until(lambda: overflow(page) <= 0, "a page as narrow as its window", page=page)
    stage = page.locator(".dlw-mg-stage")
    until(lambda: stage.bounding_box()["y"] < 500, "the graph first", page=page)
    page.set_viewport_size({"width": 800, "height": 900})
    until(lambda: stage.bounding_box()["y"] < 400, "the graph further up", page=page)
    until(lambda: overflow(page) <= 0, "a page as narrow as its window", page=page)


def a_feature_map_tells_what_a_value_is_computed_from(page: Page, panel: Panel) -> None:
    maps = page.locator(".dlw-activations")  # the graph tells of a unit too
    stage = maps.locator(".dlw-channel-stage")
    expect(stage).to_be_visible()
    expect(maps.locator(".dlw-terms-term")).to_have_count(9)
    panel.press("pause")
    panel.becomes("paused")
    assert maps.locator(".dlw-terms-grid").bounding_box()["y"] < 800
    field = page.locator(".dlw-channel-field")
    rows = maps.locator(".dlw-terms-rows")
    before, said = at_rest(page, lambda: (field.bounding_box(), rows.text_content()))
    box = stage.bounding_box()
    page.mouse.move(box["x"] + 0.8 * box["width"], box["y"] + 0.5 * box["height"])
    until(lambda: field.bounding_box() != before, "its receptive field", page=page)
    assert field.bounding_box()["width"] == pytest.approx(box["width"] * 3 / 28, abs=1)
    until(lambda: rows.text_content() != said, "its sum", page=page)
    # A deeper layer sees more of the input.
    page.locator('.dlw-mg-node[data-path^="conv2d"]').nth(1).click()
    expect(maps.locator(".dlw-terms-field")).to_contain_text("8×8")
    expect(maps.locator(".dlw-terms-about")).to_contain_text("32 channels")
