"""The Text page in a browser: it trains, writes and reshapes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.helpers import overflow, saved
from tests.browser.jumping import run_twice_without_a_jump
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.helpers import Server


def test_a_network_learns_and_writes(page: Page, dashboards: Server) -> None:
    page.goto(dashboards.url + "voila/render/text.ipynb")
    sampler = page.locator(".dlw-text-sampler")
    # Something can be moved before TensorFlow is there: how often each character occurs.
    title = sampler.locator(".dlw-text-caption-label")
    expect(title).to_contain_text("Frequencies of the characters")
    expect(title).to_contain_text("Entropy 4.")
    run_twice_without_a_jump(page, {".dlw-text-stream": 160})

    history = sampler.locator(".dlw-text-stream").first
    until(lambda: int(history.get_attribute("data-count") or 0) >= 200, "a sample", 180, page=page)
    expect(history.locator(".dlw-text-heading").first).to_contain_text("temperature 0.5")

    sampler.locator("textarea").fill("")
    sampler.get_by_role("button", name="Generate").click()
    expect(sampler).to_contain_text("The seed text is empty")
    sampler.get_by_role("button", name="Another excerpt").click()
    length = sampler.get_by_label("Length")
    length.fill("60")
    length.press("Enter")
    sampler.get_by_role("button", name="Generate").click()
    stream = sampler.locator(".dlw-text-stream").nth(1)
    until(lambda: stream.get_attribute("data-count") == "60", "sixty characters", page=page)
    expect(stream).to_have_attribute("data-streaming", "false")

    stream.locator(".dlw-char").nth(20).hover()
    details = stream.locator(".dlw-text-details")
    expect(details).to_be_visible()
    expect(details.locator(".dlw-text-row")).to_have_count(5)
    expect(details).to_contain_text(re.compile(r"Probability of .*\d%"))
    page.mouse.move(1, 1)
    expect(details).to_be_hidden()
    stream.locator(".dlw-text-body").focus()
    page.keyboard.press("ArrowRight")
    expect(details).to_be_visible()
    page.keyboard.press("Escape")
    expect(details).to_be_hidden()

    expect(title).to_contain_text("Next character.")
    own = (title.text_content() or "").split("with these settings")[0]
    slider = sampler.locator(".noUi-handle").first  # of the temperature
    slider.focus()
    page.keyboard.press("Home")
    expect(title).to_contain_text("settings 0.00 bits")
    assert (title.text_content() or "").startswith(own)

    name, content = saved(page, lambda: sampler.get_by_text("Save as text").click())
    assert name == "samples.txt"
    assert "# temperature: 0.5" in content
    assert overflow(page) <= 0

    # The bars follow the caret, and a click on one takes its character.
    box = sampler.locator("textarea")
    box.fill("the list")
    box.press("ArrowLeft")
    expect(title).to_contain_text("at the caret")
    bars = sampler.locator(".dlw-figure .nsewdrag").first.bounding_box()
    assert bars is not None
    page.mouse.move(bars["x"] + bars["width"] / 28, bars["y"] + bars["height"] - 6)
    page.mouse.click(bars["x"] + bars["width"] / 28, bars["y"] + bars["height"] - 6)
    expect(box).to_have_value(re.compile(r"^the lis.t$", re.DOTALL))
    expect(sampler.locator(".dlw-caret-text")).to_have_attribute("data-caret", "8")
