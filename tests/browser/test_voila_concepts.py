"""The Concepts page: a link opens it, hand and keys move it, and it lives on without a kernel."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import expect

import dlwidgets as dl
from dlwidgets.widgets.concepts._page import traits
from tests.browser.helpers import overflow
from tests.browser.test_every_page import Watch, assert_accessible
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Locator, Page

    from tests.browser.helpers import Server


def formula(page: Page) -> Locator:
    return page.locator(".dlw-concept-formula")


def state(page: Page) -> str:
    return parse_qs(urlsplit(page.url).query).get("state", [""])[0]


def test_a_link_opens_a_concept_which_hand_and_keys_change(page: Page, dashboards: Server) -> None:
    watch = Watch(page, dashboards.url)
    link = "concept=convolution&state=image=diagonal;kernel=1,0,0/0,1,0/0,0,1"
    page.goto(f"{dashboards.url}voila/render/concepts.ipynb?{link}")
    widget = page.locator('.dlw-concept[data-state^="image=diagonal"]')
    widget.wait_for()
    # Something moves by itself.
    before = formula(page).inner_text()
    until(lambda: formula(page).inner_text() != before, "movement", 5, page=page)
    assert_accessible(page, "concepts")

    # By hand: the output that is clicked is written out, and the address keeps the place.
    surface = page.locator(".dlw-pane-surface").last
    surface.click(position={"x": 5, "y": 5})
    expect(formula(page)).to_contain_text(re.compile(r"^output\[0, 0\] = .* = 3"))
    until(lambda: state(page).endswith("at=0,0"), "the state in the address", page=page)
    surface.press("ArrowDown")
    expect(formula(page)).to_contain_text("output[1, 0] =")

    # By keys: a number of the kernel, and the next one.
    page.get_by_label("Kernel, row 1, column 1", exact=True).focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowRight")
    page.keyboard.type("-0.5")
    expect(widget).to_have_attribute("data-state", re.compile("kernel=2,-0.5,0/"))
    page.get_by_role("button", name="Stride: more").press("Enter")
    expect(page.locator(".dlw-pane-caption").last).to_have_text("Output 2×2")
    page.get_by_role("button", name="Reset").click()
    expect(widget).to_have_attribute("data-state", f"{link.partition('state=')[2]}")

    page.set_viewport_size({"width": 360, "height": 740})
    until(lambda: overflow(page) <= 0, "a page that is as narrow as the phone", page=page)
    assert not watch.complaints
    assert not watch.asked


def test_a_saved_page_lives_without_a_kernel(page: Page, tmp_path: Path) -> None:
    widget = dl.concepts.convolution([[1, 2], [3, 4]], [[1, -1]], state="at=1,0", lesson=["stride"])
    assert "$bytes" in str(traits(widget)["picture"])
    file = widget.save_html(tmp_path / "page.html", language="zh")
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    page.goto(file.as_uri())
    expect(formula(page)).to_contain_text("3·1 + 4·(−1) = −1")
    assert page.locator(".dlw-concept-done").count() == 0
    page.locator('[data-part="stride"] button').last.click()
    expect(page.locator(".dlw-concept-done")).to_have_count(1)
    assert not complaints


def test_gradient_descent_follows_the_hand(page: Page, tmp_path: Path) -> None:
    widget = dl.concepts.gradient_descent(points=([0, 1, 2], [1, 3, 5]), learning_rate=0.05, at=3)
    file = widget.save_html(tmp_path / "page.html", language="en")
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    page.goto(file.as_uri())
    expect(formula(page)).to_contain_text("Momentum after 3 of 150 steps")
    shown = page.locator(".dlw-concept")
    plot = page.locator(".dlw-descent-surface")
    plot.hover(position={"x": 300, "y": 60})
    page.mouse.down()
    before = formula(page).inner_text()
    plot.hover(position={"x": 60, "y": 60})
    expect(formula(page)).not_to_have_text(before)
    page.mouse.up()
    expect(shown).to_have_attribute("data-state", re.compile(r"start=-?[\d.]+,[\d.]+"))
    # A step that is pointed at in the chart is the one that is written out.
    page.locator(".dlw-descent-chart-surface").press("End")
    expect(formula(page)).to_contain_text("its last step, 150")
    page.get_by_label("Batch size").select_option("1")
    expect(page.locator(".dlw-descent-notes")).to_contain_text("sees 1 of 3 points")
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": 360, "height": 740})
    until(lambda: overflow(page) <= 0, "a page that is as narrow as the phone", page=page)
    assert not complaints
