"""The pages of DeepDream and style transfer: a picture develops, follows a slider, is compared."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from dlwidgets.vision import from_bytes, read_settings
from tests.browser.helpers import notebook, overflow
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.helpers import Server

STUDIO = """
import keras
import dlwidgets as dl

keras.utils.set_random_seed(1)
model = keras.Sequential([
    keras.Input((None, None, 3)),
    keras.layers.Conv2D(8, 3, padding="same", activation="relu", name="conv_a"),
    keras.layers.AveragePooling2D(2),
    keras.layers.Conv2D(8, 3, padding="same", activation="relu", name="conv_b"),
])
studio = dl.DreamStudio(model)
studio
"""

PIXEL = "c => Array.from(c.getContext('2d').getImageData(40, 40, 1, 1).data).join()"


def test_a_dream_follows_a_slider_is_compared_and_saved(
    page: Page, dashboards: Server, tmp_path: Path
) -> None:
    notebook(dashboards.folder / "studio.ipynb", STUDIO)
    page.goto(f"{dashboards.url}voila/render/studio.ipynb")
    compare = page.locator(".dlw-compare")
    expect(compare).to_have_attribute("data-pictures", "2")
    status = page.locator(".dlw-studio .dlw-message").first
    expect(status).to_contain_text("steps per second")
    expect(page.locator(".dlw-studio .dlw-download button")).to_be_enabled()
    after = compare.locator("canvas.dlw-compare-after")
    size = "c => [c.width, c.height].join()"
    until(lambda: after.evaluate(size) == "320,214", "the whole picture", page=page)
    before_change = after.evaluate(PIXEL)

    steps = page.locator(".widget-slider", has_text="Steps").locator(".widget-readout")
    steps.fill("3")
    steps.press("Enter")
    expect(status).to_contain_text("step 3 of 3")
    until(lambda: after.evaluate(PIXEL) != before_change, "another picture", page=page)

    divider = compare.locator('[role="slider"]')
    divider.focus()
    divider.press("End")
    expect(divider).to_have_attribute("aria-valuenow", "100")
    box = compare.locator(".dlw-compare-stage").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 4, box["y"] + 20)
    expect(divider).to_have_attribute("aria-valuenow", "25")

    # Where the keyboard is can be seen, on the handle of a slider too.
    handle = page.locator(".widget-slider", has_text="Steps").locator(".noUi-handle")
    handle.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    expect(handle).to_be_focused()
    expect(handle).to_have_css("outline-style", "solid")

    with page.expect_download() as waiting:
        page.locator(".dlw-studio .dlw-download button").click()
    png = Path(waiting.value.path()).read_bytes()
    assert read_settings(png)["steps"] == 3
    assert from_bytes(png).size == (214, 320)

    with page.expect_file_chooser() as choosing:
        page.locator(".dlw-upload button").click()
    name = "<img src=x onerror=window.hacked=1>.png"
    choosing.value.set_files({"name": name, "mimeType": "image/png", "buffer": b"no picture"})
    expect(page.locator(".dlw-error")).to_contain_text("Expected one of PNG, JPEG")
    assert page.evaluate("window.hacked") is None
    # More than the server takes in a message: the page says so, and the connection lives on.
    huge = tmp_path / "huge.png"
    huge.write_bytes(bytes(60_000_000))
    with page.expect_file_chooser() as choosing:
        page.locator(".dlw-upload button").click()
    choosing.value.set_files(huge)
    expect(page.locator(".dlw-error")).to_contain_text("'huge.png' is too large (60\u00a0MB)")
    with page.expect_file_chooser() as choosing:
        page.locator(".dlw-upload button").click()
    choosing.value.set_files({"name": "mine.png", "mimeType": "image/png", "buffer": png})
    expect(page.locator(".dlw-field-message").first).to_contain_text("320×214 pixels.")
    assert overflow(page) <= 0
