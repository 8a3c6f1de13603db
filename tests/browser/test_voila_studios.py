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


EMPTY = """() => {
  const right = (selector) => document.querySelector(selector).getBoundingClientRect().right;
  return right(".dlw-dashboard") - right(".dlw-dashboard-form .dlw-folded");
}"""


def test_a_dream_follows_a_slider_is_compared_and_saved(
    page: Page, dashboards: Server, tmp_path: Path
) -> None:
    notebook(dashboards.folder / "studio.ipynb", STUDIO)
    page.goto(f"{dashboards.url}voila/render/studio.ipynb")
    compare = page.locator(".dlw-compare")
    expect(compare).to_have_attribute("data-pictures", "2")
    status = page.locator(".dlw-studio .dlw-message").first
    expect(status).to_contain_text("steps per second")
    save = page.locator(".dlw-download button", has_text="Save as PNG")
    expect(save).to_be_enabled()
    after = compare.locator("canvas.dlw-compare-after")
    size = "c => [c.width, c.height].join()"
    until(lambda: after.evaluate(size) == "320,214", "the whole picture", page=page)
    before_change = after.evaluate(PIXEL)

    # What starts an image is seen without scrolling, and what few need is folded away.
    start = page.locator(".dlw-studio .dlw-form button", has_text="Start").first
    box = start.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 800
    steps = page.locator(".widget-slider", has_text="Steps").locator(".widget-readout")
    expect(steps).to_be_hidden()
    page.locator(".dlw-folded .jupyter-widget-Collapse-header", has_text="Size and steps").click()
    steps.fill("3")
    steps.press("Enter")
    expect(status).to_contain_text("step 3 of 3")
    until(lambda: after.evaluate(PIXEL) != before_change, "another picture", page=page)

    # A preset sets the form, and is marked until something differs from it.
    presets = page.locator(".dlw-studio-gallery")
    expect(presets.locator('[aria-selected="true"]')).to_have_count(0)
    presets.locator(".dlw-cell", has_text="Gentle").click()
    expect(presets.locator('[aria-selected="true"]')).to_contain_text("Gentle")
    expect(steps).to_have_text("10")
    expect(status).to_contain_text("step 10 of 10")
    steps.fill("3")
    steps.press("Enter")
    expect(presets.locator('[aria-selected="true"]')).to_have_count(0)
    expect(status).to_contain_text("step 3 of 3")

    divider = compare.locator('[role="slider"]')
    divider.focus()
    divider.press("End")
    expect(divider).to_have_attribute("aria-valuenow", "100")
    box = compare.locator(".dlw-compare-stage").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 4, box["y"] + 20)
    expect(divider).to_have_attribute("aria-valuenow", "25")

    # The steps are played in the image's place, and downloaded.
    play = page.get_by_role("button", name="Play the steps")
    play.click()
    film = compare.locator("img")
    expect(film).to_be_visible()
    until(lambda: film.evaluate("i => i.naturalWidth") == 320, "the animation", page=page)
    place, stage = film.bounding_box(), compare.locator(".dlw-compare-stage").bounding_box()
    assert place == stage
    with page.expect_download() as waiting:
        page.locator(".dlw-download button", has_text="Save as GIF").click()
    assert waiting.value.suggested_filename == "dream-china.gif"
    assert Path(waiting.value.path()).read_bytes()[:6] == b"GIF89a"
    page.get_by_role("button", name="Stop playing").click()
    expect(film).to_be_hidden()

    # Where the keyboard is can be seen, on the handle of a slider too.
    handle = page.locator(".widget-slider", has_text="Steps").locator(".noUi-handle")
    handle.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    expect(handle).to_be_focused()
    expect(handle).to_have_css("outline-style", "solid")

    with page.expect_download() as waiting:
        save.click()
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


STYLES = STUDIO.replace("DreamStudio", "StyleStudio").replace(
    "\nstudio\n", "\nstudio.steps.value = 4\nstudio\n"
)


def test_the_style_is_in_view_beside_the_result(page: Page, dashboards: Server) -> None:
    notebook(dashboards.folder / "styles.ipynb", STYLES)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{dashboards.url}voila/render/styles.ipynb")
    compare = page.locator(".dlw-compare")
    expect(compare).to_have_attribute("data-pictures", "2")
    styles = page.locator(".dlw-studio-gallery")
    expect(styles.locator(".dlw-cell")).to_have_count(6)
    chosen = styles.locator('[aria-selected="true"]')
    expect(chosen).to_contain_text("Flower")
    image, beside = compare.bounding_box(), styles.bounding_box()
    assert image is not None
    assert beside is not None
    assert beside["x"] >= image["x"] + image["width"], "beside the result"
    assert beside["y"] + beside["height"] < 900, "with little scrolling"
    after = compare.locator("canvas.dlw-compare-after")
    before_change = after.evaluate(PIXEL)
    styles.locator(".dlw-cell", has_text="Mosaic").click()
    expect(chosen).to_contain_text("Mosaic")
    until(lambda: after.evaluate(PIXEL) != before_change, "another image", page=page)

    # One slider from content to style, by keyboard; three images are kept, and seen again.
    handle = page.locator(".widget-slider", has_text="More content").locator(".noUi-handle")
    expect(handle).to_have_attribute("aria-valuetext", "50%")
    keep = page.get_by_role("button", name="Keep")
    kept = page.locator(".dlw-kept-images")
    place = kept.bounding_box()
    assert place is not None
    settings = page.locator(".dlw-message", has_text="Settings of this image")
    for key, weight in (
        ("Home", 10),
        ("ArrowRight", 5.623),
        ("End", 0.001),
        ("ArrowLeft", 0.001413),
    ):
        handle.press(key)
        expect(settings).to_contain_text(f"content {weight:g}, style 1,")
        keep.click()
    labels = kept.locator(".dlw-cell:visible .dlw-cell-label")
    expect(labels).to_have_text(["5% style\nMosaic", "100% style\nMosaic", "95% style\nMosaic"])
    filled = kept.bounding_box()
    assert filled is not None
    assert filled["y"] == place["y"]
    assert abs(filled["height"] - place["height"]) <= 8, "its room was there"
    assert place["y"] + place["height"] <= 800, "on the first screen"
    newest = after.evaluate(PIXEL)
    kept.get_by_role("listbox").press("Home")
    until(lambda: after.evaluate(PIXEL) != newest, "the first of the kept", page=page)
    name = compare.locator('.dlw-compare-name[data-side="after"]')
    expect(name).to_contain_text("5% style")
    kept.locator(".dlw-cell").first.click()
    until(lambda: after.evaluate(PIXEL) == newest, "the newest again", page=page)

    page.set_viewport_size({"width": 420, "height": 800})
    expect(styles).to_be_visible()
    assert overflow(page) <= 0
    # The form below the image fills its row.
    page.set_viewport_size({"width": 800, "height": 800})
    until(lambda: page.evaluate(EMPTY) < 40, "the folded fields beside the others", page=page)
    assert overflow(page) <= 0
