"""The playground as one file: it learns by itself, and follows mouse and keys."""

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


def test_it_learns_by_itself_and_follows_the_hand(page: Page, tmp_path: Path) -> None:
    widget = dl.concepts.playground(data="drawn", layers=[3], state="first=-40,-40")
    file = widget.save_html(tmp_path / "page.html", language="en")
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(file.as_uri())
    shown = page.locator(".dlw-concept")
    expect(page.locator(".dlw-play-epoch")).to_have_text(re.compile(r"Epoch [1-9]"))
    # A line is pressed: its number has the focus, and is set.
    network = page.locator(".dlw-play-diagram")
    network.click(position={"x": 5, "y": 5})
    network.press("ArrowLeft")
    network.press("Enter")
    page.keyboard.type("2.5")
    expect(shown).to_have_attribute("data-state", re.compile(r"unit=1,0;.*weights=2\.5,"))
    # Points along a stroke of the pen.
    surface = page.locator('[data-part="map"] .dlw-play-surface')
    surface.hover(position={"x": 40, "y": 60})
    page.mouse.down()
    surface.hover(position={"x": 300, "y": 60})
    page.mouse.up()
    expect(shown).to_have_attribute("data-state", re.compile(r"first=-40,-40,-\d+,\d+,\d+,\d+"))
    page.set_viewport_size({"width": 360, "height": 740})
    until(lambda: overflow(page) <= 0, "a page that is as narrow as the phone", page=page)
    assert not complaints
