"""The GAN page in a browser, as a visitor uses it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.helpers import Panel, overflow
from tests.browser.jumping import run_twice_without_a_jump
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.helpers import Server


# The widths of a bar in which the button for the figures lies over a message.
COVERED = """(bar) => {
  const message = bar.querySelector(".dlw-run-message");
  const text = message.querySelector("span");
  const before = [message.hidden, message.dataset.kind, text.textContent];
  [message.hidden, message.dataset.kind] = [false, "info"];
  text.textContent = "Waiting for the first step…";
  const brief = bar.querySelector(".dlw-run-brief"); // no speed is known yet
  const speed = brief.textContent;
  brief.textContent = "";
  const covered = [];
  for (let width = 260; width < 480; width += 10) {
    bar.style.width = `${width}px`;
    const parts = [text, bar.querySelector(".dlw-run-toggle")];
    const [a, b] = parts.map((part) => part.getBoundingClientRect());
    const beside = a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
    if (!beside) covered.push(width);
  }
  bar.style.width = "";
  [message.hidden, message.dataset.kind, text.textContent] = before;
  brief.textContent = speed;
  return covered;
}"""


def test_a_visit(page: Page, dashboards: Server) -> None:
    page.goto(dashboards.url + "voila/render/gan.ipynb")
    real = page.locator(".dlw-gan-monitor .dlw-image-grid").nth(3)
    expect(real).to_have_attribute("data-count", "12")
    panel = run_twice_without_a_jump(page, {".dlw-gan-flow": 180, ".dlw-gan-grid": 360})
    panel.charts = page.locator(".dlw-gan-monitor .dlw-chart")
    panel.grows(20)
    images = page.locator(".dlw-gan-monitor .dlw-image-grid").nth(2)
    expect(images).to_have_attribute("data-count", "36")
    title = images.locator(".dlw-title")
    before = title.text_content()
    until(lambda: title.text_content() != before, "newer images", page=page)
    assert overflow(page) <= 0

    panel.press("pause")
    panel.becomes("paused")
    assert not panel.bar.evaluate(COVERED)
    step = panel.step
    panel.press("step")
    until(lambda: panel.step == step + 1, "one step", page=page)

    images.locator(".dlw-cell").nth(7).click()
    expect(real).to_have_attribute("data-count", "7")
    labels = real.locator(".dlw-cell-label")
    expect(labels.first).to_have_text("generated")
    expect(labels.nth(1)).to_have_text(re.compile(r"^differs by \d+%$"))

    until(
        lambda: f"step {step + 1:,} " in (title.text_content() or ""), "the last image", page=page
    )
    slider = page.locator(".dlw-gan-monitor .widget-slider").first
    handle = slider.locator(".noUi-handle")
    handle.focus()
    page.keyboard.press("Home")
    until(
        lambda: re.search(r"step [\d,]{1,3} ", title.text_content() or ""), "the first", page=page
    )
    expect(page.get_by_role("button", name="Held")).to_have_class(re.compile("mod-active"))
    caption = page.locator(".dlw-gan-monitor .dlw-message", has_text="same latent vectors")
    expect(caption).to_contain_text("seed 0")

    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save (PNG)").click()
    assert re.fullmatch(r"gan-step-\d+\.png", waiting.value.suggested_filename)
    panel.press("stop")
    panel.becomes("stopped")


def test_a_toy_whose_whole_distribution_is_seen(page: Page, dashboards: Server) -> None:
    page.goto(dashboards.url + "voila/render/gan.ipynb?dataset=ring")
    panel = Panel(page, page.locator("body"))
    panel.becomes("running")
    plane = page.locator(".dlw-gan-monitor .dlw-vectors")
    expect(plane).to_have_attribute("data-count", "800")
    title = plane.locator(".dlw-title")
    before = title.text_content()
    until(lambda: title.text_content() != before, "newer points", page=page)
    expect(title).to_contain_text("of 8 modes")
    assert overflow(page) <= 0
    box = plane.locator(".dlw-vectors-surface").bounding_box()
    assert box is not None
    assert abs(box["width"] - box["height"]) < 2, "a circle is round"
    panel.press("pause")
    panel.becomes("paused")

    # A generated point shows how it was made and judged; the real ones can be brought out.
    legend = plane.get_by_role("group", name="Classes")
    legend.get_by_role("button", name="real").click()
    expect(legend.get_by_role("button", name="real")).to_have_attribute("aria-pressed", "true")
    surface = plane.locator(".dlw-vectors-surface")
    surface.press("ArrowRight")
    for _ in range(30):
        if plane.get_attribute("data-selected") != "-1":
            break
        surface.press("ArrowDown")
    surface.press("+")
    surface.press("0")
    slider = page.locator(".dlw-gan-monitor .widget-slider .noUi-handle").first
    slider.focus()
    page.keyboard.press("Home")
    until(
        lambda: re.search(r"step [\d,]{1,3} ", title.text_content() or ""), "the first", page=page
    )
    panel.press("stop")
    panel.becomes("stopped")
