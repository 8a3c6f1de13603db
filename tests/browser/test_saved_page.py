"""A recorded run as one file, opened from disk without a network."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.test_every_page import assert_accessible
from tests.helpers.recorded_runs import NOTE, recorded_cnn
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Locator, Page

# The pixels of a grid's images, as text.
PIXELS = "(grid) => [...grid.querySelectorAll('canvas')].map((one) => one.toDataURL()).join()"


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("saved")
    return recorded_cnn(folder, name="A recorded run").save_html(folder / "run.html")


@pytest.fixture
def opened(new_page: Callable[..., Page], saved: Path) -> Callable[..., Page]:
    """Opens the file, without a network."""

    def go(**options: Any) -> Page:
        page = new_page(offline=True, **options)
        asked: list[str] = []
        page.context.on("request", lambda request: asked.append(request.url))
        page.asked = asked  # type: ignore[attr-defined]
        page.goto(saved.as_uri())
        expect(page.locator("body[data-ready=true]")).to_be_attached()
        expect(page.locator(".dlw-chart .main-svg").first).to_be_visible()
        return page

    return go


def track(page: Page) -> Locator:
    return page.get_by_role("slider", name="Step shown")


def activations(page: Page) -> Locator:
    return page.locator(".dlw-file-layers .dlw-image-grid")


def left(part: Locator) -> float:
    """Where a part begins, in pixels."""
    box = part.first.bounding_box()
    return box["x"] if box else float("inf")


def is_quiet(page: Page) -> None:
    """Nothing was asked for but the file, and nothing was complained of."""
    assert page.said == []  # type: ignore[attr-defined]
    others = [url for url in page.asked if not url.startswith(("file:", "blob:", "data:"))]  # type: ignore[attr-defined]
    assert others == []


def test_it_opens_from_disk_and_shows_the_run(opened: Callable[..., Page]) -> None:
    page = opened()
    expect(page.get_by_role("heading", level=1)).to_have_text("A recorded run")
    expect(page.locator(".dlw-chip")).to_have_text("Finished")
    expect(page.locator(".dlw-chart")).to_have_count(2)
    until(
        lambda: page.locator(".dlw-chart .scatterlayer path.js-line").count() >= 4,
        "curves",
        page=page,
    )
    expect(page.get_by_role("option", name="predicted")).to_have_count(32)
    expect(activations(page).get_by_role("option")).not_to_have_count(0)
    expect(page.get_by_text(NOTE).first).to_be_visible()
    is_quiet(page)


def test_the_timeline_drives_all_views(opened: Callable[..., Page]) -> None:
    page = opened()
    grid = activations(page)
    right = page.get_by_role("status").filter(has_text="correct at this step")
    expect(right).to_be_visible()
    until(lambda: grid.evaluate(PIXELS) != "", "activations", page=page)
    page.wait_for_timeout(300)
    last = (grid.evaluate(PIXELS), right.inner_text(), track(page).get_attribute("aria-valuetext"))
    box = track(page).bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] - 4, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, y, steps=4)
    page.mouse.move(box["x"] + 2, y, steps=4)
    page.mouse.up()
    until(lambda: grid.evaluate(PIXELS) != last[0], "other activations", page=page)
    assert right.inner_text() != last[1]
    expect(track(page)).to_have_attribute("aria-valuetext", re.compile(r"snapshot [1-5] of"))
    cursor = page.locator(".dlw-chart-cursor").first
    until(lambda: left(cursor) < left(page.locator(".dlw-chart")) + 90, "the cursor", page=page)
    # By the keyboard, and by the last event.
    page.keyboard.press("End")
    until(lambda: grid.evaluate(PIXELS) == last[0], "the last activations", page=page)
    assert right.inner_text() == last[1]
    track(page).press("Home")
    page.get_by_role("button", name="Play the snapshots as a film").click()
    until(
        lambda: track(page).get_attribute("aria-valuetext") == last[2], "the film's end", page=page
    )
    is_quiet(page)


def test_another_sample_and_another_layer(opened: Callable[..., Page]) -> None:
    page = opened()
    grid = activations(page)
    until(lambda: grid.evaluate(PIXELS) != "", "activations", page=page)
    before = grid.evaluate(PIXELS)
    page.get_by_role("option", name="predicted").nth(3).click()
    until(lambda: grid.evaluate(PIXELS) != before, "another sample's activations", page=page)
    expect(page.get_by_text("Sample 4, true class")).to_be_visible()
    layer = page.get_by_label("Layer", exact=True)
    layer.select_option(index=layer.locator("option").count() - 1)
    expect(grid).to_be_hidden()
    expect(page.get_by_text("10 units, from")).to_be_visible()
    is_quiet(page)


def test_a_step_of_the_distributions_is_gone_to(opened: Callable[..., Page]) -> None:
    page = opened()
    menu = page.get_by_label("Type of distribution")
    expect(menu.locator("option")).to_have_text(["Weights", "Gradients", "Activations"])
    menu.select_option(label="Gradients")
    plots = page.locator(".dlw-histograms").filter(visible=True)
    expect(plots).to_have_count(1)
    plots.locator(".dlw-histogram-grid").click(position={"x": 60, "y": 60})
    large = plots.locator(".dlw-histogram-large")
    expect(large).to_be_visible()
    last = track(page).get_attribute("aria-valuetext")
    # The first step lies behind the others.
    large.press("Home")
    large.press("Enter")
    until(lambda: track(page).get_attribute("aria-valuetext") != last, "a step", page=page)
    is_quiet(page)


def test_it_is_shown_in_chinese_and_switches(opened: Callable[..., Page]) -> None:
    page = opened(locale="zh-CN")
    language = page.locator(".dlw-file-language")
    expect(language).to_have_value("zh")
    expect(page.locator(".dlw-chip")).to_have_text("已完成")
    language.select_option("en")
    expect(page.locator(".dlw-chip")).to_have_text("Finished")
    expect(page.locator(".dlw-chart-title").first).to_have_text("Loss")
    is_quiet(page)


def test_it_is_light_and_dark(opened: Callable[..., Page]) -> None:
    page = opened(color_scheme="dark")
    shade = "() => getComputedStyle(document.querySelector('.dlw-file-head')).backgroundColor"
    dark = page.evaluate(shade)
    page.get_by_role("button", name="Dark colors").click()
    light = page.evaluate(shade)
    assert dark != light == "rgb(255, 255, 255)"
    is_quiet(page)


def test_it_is_accessible(opened: Callable[..., Page]) -> None:
    assert_accessible(opened(), "a saved run")


def test_it_fits_a_phone(opened: Callable[..., Page]) -> None:
    page = opened(viewport={"width": 420, "height": 800})
    expect(activations(page).get_by_role("option").first).to_be_attached()
    wide = page.evaluate("() => document.documentElement.scrollWidth")
    assert wide <= 420
    expect(track(page)).to_be_in_viewport()
    is_quiet(page)
