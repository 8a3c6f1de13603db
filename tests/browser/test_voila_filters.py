"""Filters and activations on a real page: they appear, follow clicks and keys, and are saved."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from dlwidgets.vision import read_settings
from tests.browser.helpers import notebook, overflow, still
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.helpers import Server

VIEWERS = (
    """
import keras
import numpy as np
import dlwidgets as dl

keras.utils.set_random_seed(1)
layers = keras.layers
model = keras.Sequential([
    keras.Input((8, 8, 1)),
    layers.Conv2D(6, 3, activation="relu", name="conv"),
    layers.Flatten(name="flat"),
    layers.Dense(10, activation="softmax", name="digit"),
])
digits = dl.data.load("digits").normalized()
viewer = dl.ActivationViewer(model, digits.x_test, class_names=["<b>0</b>", *"123456789"])
viewer
""",
    """
filters = dl.FilterViewer(model, value_range=(0, 1))
filters.form.steps.value = 8
filters
""",
)

# Mean difference between the largest and the smallest of red, green and blue, 0 to 1.
SATURATION = """(c) => {
  const d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
  let sum = 0;
  for (let i = 0; i < d.length; i += 4) {
    sum += Math.max(d[i], d[i + 1], d[i + 2]) - Math.min(d[i], d[i + 1], d[i + 2]);
  }
  return sum / (d.length / 4) / 255;
}"""

PIXELS = "c => Array.from(c.getContext('2d').getImageData(0, 0, c.width, c.height).data).join()"


def test_viewers_follow_clicks_and_keys_and_save(page: Page, dashboards: Server) -> None:
    notebook(dashboards.folder / "viewers.ipynb", *VIEWERS)
    page.goto(f"{dashboards.url}voila/render/viewers.ipynb")
    feature_maps_follow_clicks_and_keys(page)
    filters_ascend_one_becomes_large_and_all_are_saved(page)
    assert overflow(page) <= 0


def feature_maps_follow_clicks_and_keys(page: Page) -> None:
    viewer = page.locator(".dlw-activations")
    maps = viewer.locator(".dlw-activation-views .dlw-image-grid")
    expect(maps).to_have_attribute("data-count", "6")
    large = viewer.locator(".dlw-channel-map")
    expect(large).to_have_attribute("data-cells", "36")
    over = large.locator("canvas.dlw-channel-over")
    before = over.evaluate(PIXELS)
    maps.locator(".dlw-cell").nth(2).click()
    until(lambda: over.evaluate(PIXELS) != before, "another channel, large", page=page)
    stage = large.locator(".dlw-channel-stage")
    stage.focus()
    readout = large.locator(".dlw-channel-readout")
    stage.press("ArrowDown")
    expect(readout).to_contain_text(re.compile(r"row \d+, column [1-9]"))
    (row,) = re.findall(r"row (\d+)", readout.text_content() or "")
    stage.press("Home")
    expect(readout).to_contain_text(f"row {row}, column 0: ")
    stage.press("ArrowUp")
    expect(readout).to_contain_text(f"row {int(row) - 1}, column 0: ")
    stage.hover(position={"x": 2, "y": 2})
    expect(readout).to_contain_text("row 0, column 0: ")

    under = large.locator("canvas.dlw-channel-under")
    six = under.evaluate(PIXELS)
    viewer.locator(".dlw-sample-field .dlw-cell").nth(4).click()
    until(lambda: under.evaluate(PIXELS) != six, "another image", page=page)
    viewer.locator("select").first.select_option(label="digit · 10")
    bars = viewer.locator(".dlw-activation-views .dlw-figure")
    expect(bars.locator(".bars path")).to_have_count(10)
    expect(bars.locator("b")).to_have_count(0)


def filters_ascend_one_becomes_large_and_all_are_saved(page: Page) -> None:
    viewer = page.locator(".dlw-filters")
    grid = viewer.locator(".dlw-image-grid").first
    expect(grid).to_have_attribute("data-count", "6")
    expect(viewer.locator(".dlw-message").first).to_contain_text("Step 8 of 8, 6 filters.")
    grid.locator(".dlw-cell").nth(1).click()
    large = viewer.locator(".dlw-image-grid").filter(has_text="192×192 pixels")
    expect(large).to_have_count(1)
    viewer.get_by_text("Show the kernels").click()
    expect(grid).to_contain_text("3×3 weights each")
    with page.expect_download() as waiting:
        viewer.get_by_role("button", name="Save all (PNG)").click()
    assert waiting.value.suggested_filename == "kernels-conv.png"
    settings = read_settings(Path(waiting.value.path()).read_bytes())
    assert settings["filters"] == list(range(6))


def test_textures_come_soon_and_photographs_show_where(page: Page, dashboards: Server) -> None:
    page.goto(f"{dashboards.url}voila/render/filters.ipynb")
    grid = page.locator(".dlw-filter-views > .dlw-image-grid")
    photos = page.locator(".dlw-filter-photos .dlw-image-grid")
    expect(grid).to_have_attribute("data-count", "16")
    expect(photos).to_have_attribute("data-count", "6")
    assert grid.locator("canvas").first.evaluate(SATURATION) > 0.02, "textures have colors"
    for part in (grid, photos):
        box = part.bounding_box()
        assert box is not None
        assert box["y"] < 420, "on the first screen"
    before = photos.locator("canvas").first.evaluate(PIXELS)
    grid.locator(".dlw-cell").nth(5).hover()
    expect(photos.locator(".dlw-title")).to_contain_text("Filter 5 of block3_conv")
    until(
        lambda: photos.locator("canvas").first.evaluate(PIXELS) != before,
        "the photographs of another filter",
        page=page,
    )
    assert overflow(page) <= 0

    # Another layer, and a network that is trained here: the images stay in their place.
    with still(page, ".dlw-filter-views > .dlw-image-grid", ".dlw-filter-photos"):
        layer = page.get_by_label("Layer", exact=True).first
        layer.select_option(index=0)
        expect(grid.locator(".dlw-title")).to_contain_text("block1_conv")
        page.get_by_label("Network", exact=True).select_option(label="Trained here: photographs")
        expect(grid.locator(".dlw-title")).to_contain_text("block2_conv")
    expect(page.locator(".dlw-filter-page > .dlw-form")).to_contain_text("epoch")
