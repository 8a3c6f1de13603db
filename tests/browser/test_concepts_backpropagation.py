"""Typing into the weights on the edges of a network, in a page without a kernel."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

import dlwidgets as dl

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import FloatRect, Locator, Page


def _place(number: Locator) -> FloatRect:
    box = number.bounding_box()
    assert box
    return box


def test_a_weight_stays_on_its_edge_while_it_is_typed_and_dragged(
    page: Page, tmp_path: Path
) -> None:
    file = dl.concepts.backpropagation().save_html(tmp_path / "page.html", language="en")
    page.goto(file.as_uri())
    shown = page.locator(".dlw-concept")
    number = page.locator(".dlw-backprop-number:visible").first
    before = _place(number)
    number.click()
    expect(number).to_be_focused()
    assert _place(number) == before
    page.keyboard.type("3")
    expect(number).to_have_attribute("aria-valuenow", "3")
    page.keyboard.press("Enter")
    assert _place(number) == before
    page.keyboard.press("Tab")
    expect(number).not_to_be_focused()
    expect(shown).to_have_attribute("data-state", re.compile("3"))
    page.keyboard.press("Escape")

    x, y = before["x"] + before["width"] / 2, before["y"] + before["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 26)
    page.mouse.up()
    expect(number).not_to_have_attribute("aria-valuenow", "3")
    assert _place(number) == before
