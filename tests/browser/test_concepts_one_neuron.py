"""One neuron under the hand: the line, the ball and points, in a page without a kernel."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

import dlwidgets as dl
from tests.browser.helpers import overflow
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page


def test_line_ball_and_points_follow_the_hand(page: Page, tmp_path: Path) -> None:
    file = dl.concepts.one_neuron(at=0).save_html(tmp_path / "page.html", language="en")
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    page.goto(file.as_uri())
    shown = page.locator(".dlw-concept")
    plane, surface = (page.locator(".dlw-neuron-canvas").nth(i) for i in range(2))

    # A click where nothing is adds a point, a double click on it removes it.
    plane.click(position={"x": 300, "y": 30})
    expect(page.get_by_label(re.compile("^y of point"))).to_have_count(7)
    plane.dblclick(position={"x": 300, "y": 30})
    expect(page.get_by_label(re.compile("^y of point"))).to_have_count(6)

    # The handle of b is on the line at x = 0, where w doesn't change.
    box = plane.bounding_box()
    assert box
    handle = (box["width"] * 0.273, box["height"] * 0.5)
    plane.hover(position={"x": handle[0], "y": handle[1]})
    page.mouse.down()
    plane.hover(position={"x": handle[0], "y": handle[1] + 60})
    page.mouse.up()
    expect(shown).to_have_attribute("data-state", re.compile(r"^b=-?[\d.]+$"))
    surface.click(position={"x": 200, "y": 200})
    expect(shown).to_have_attribute("data-state", re.compile(r"^w=-?[\d.]+;b=-?[\d.]+$"))
    page.set_viewport_size({"width": 360, "height": 740})
    until(lambda: overflow(page) <= 0, "a page that is as narrow as the phone", page=page)
    assert not complaints
