"""Time travel in a browser: the timeline of a run that trains on, and of a recorded one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.helpers import Panel, notebook, overflow
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.helpers import Server

CELLS = (
    """
import tempfile
import dlwidgets as dl

digits = dl.data.load("digits").normalized()
model = dl.models.compiled("small_cnn", input_shape=(8, 8, 1), classes=10)
run = dl.fit(model, digits.x_train, digits.y_train, epochs=100_000,
             record=dl.record(tempfile.mkdtemp(), probe=digits.x_test[:8]))
""",
    "dl.ActivationViewer(run, digits.x_test)",
    "dl.TrainingPanel(run)",
)


def drag(page: Page, track: Locator, start: float, end: float) -> None:
    track.scroll_into_view_if_needed()
    box = track.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + start * box["width"], middle)
    page.mouse.down()
    page.mouse.move(box["x"] + end * box["width"], middle, steps=8)
    page.mouse.up()


def test_a_run_is_looked_back_at_while_it_trains(page: Page, dashboards: Server) -> None:
    notebook(dashboards.folder / "timeline.ipynb", *CELLS)
    page.goto(dashboards.url + "voila/render/timeline.ipynb")
    timeline = page.locator(".dlw-timeline")
    track, label = timeline.locator(".dlw-timeline-track"), timeline.locator(".dlw-timeline-label")
    maps = page.locator(".dlw-activations .dlw-follow")
    panel = Panel(page, page.locator(".dlw-training-panel"))
    until(lambda: int(timeline.get_attribute("data-count") or 0) >= 3, "three snapshots", page=page)
    expect(timeline.locator(".dlw-timeline-live")).to_have_attribute("aria-pressed", "true")

    # To the first snapshot, with the pointer: the views go there, and the training goes on.
    drag(page, track, 0.9, 0.0)
    expect(label).to_contain_text("Step 0 · epoch 0 · snapshot 1 of")
    expect(maps).to_contain_text("Step 0 (recorded).")
    expect(page.locator(".dlw-chart-cursor").first).to_be_visible()
    before = panel.step
    until(lambda: panel.step > before + 20, "a training that goes on", page=page)
    expect(maps).to_contain_text("Step 0 (recorded).")

    # With the keyboard: to the next snapshot, to the last, and back to the present.
    track.focus()
    page.keyboard.press("ArrowRight")
    expect(label).to_contain_text("snapshot 2 of")
    page.keyboard.press("Home")
    expect(track).to_have_attribute("aria-valuenow", "0")
    page.keyboard.press("Escape")
    expect(label).to_contain_text("Live · step")
    expect(maps).not_to_contain_text("recorded")
    expect(page.locator(".dlw-chart-cursor").first).to_be_hidden()
    until(lambda: "After step" in (maps.text_content() or ""), "the present", page=page)

    # As a film, which ends in the present.
    page.keyboard.press("Home")
    timeline.locator("select").select_option("20")
    track.focus()
    page.keyboard.press(" ")
    expect(label).to_contain_text("Live · step")

    # And back with the button.
    page.keyboard.press("Home")
    expect(maps).to_contain_text("Step 0 (recorded).")
    timeline.locator(".dlw-timeline-live").click()
    expect(maps).not_to_contain_text("recorded")

    page.set_viewport_size({"width": 420, "height": 900})
    expect(timeline).to_have_attribute("data-size", "phone")
    assert overflow(page) <= 0
    panel.press("stop")
    panel.becomes("stopped")
    expect(timeline.locator(".dlw-timeline-live")).to_have_text("Newest")
