"""A saved notebook shows its widgets to those who open it without its kernel."""

from __future__ import annotations

import base64
import io
import json
from typing import TYPE_CHECKING, Any

import nbconvert
import nbformat
import pytest
from PIL import Image
from playwright.sync_api import expect

from dlwidgets.widgets.concepts._concept import SAVED_TYPE
from tests.browser.lab_helpers import Kernel, Notebook
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Page

WIDGET = "application/vnd.jupyter.widget-view+json"
MAX_BYTES = 50_000
"""Of one widget in a notebook's file."""

CELLS = (
    "run = train(small(), epochs=4000)\nrun",
    "dl.ConfusionMatrix(run, x, y)",
    "dl.ModelGraph(run)",
    "dl.TrainDashboard(start=False)",
    "dl.concepts.convolution('diagonal', 'diagonal')",
)
OUTPUT = (
    "jupyterapp.shell.currentWidget.content.widgets[{cell}].outputArea.model.get(0).toJSON().data"
)


@pytest.fixture
def other_kernel(kernel: Kernel) -> Iterator[Kernel]:
    """A kernel that knows none of the widgets."""
    other = Kernel(kernel.server)
    yield other
    other.shut_down()


def shown_in(page: Page, cell: int) -> dict[str, Any]:
    """What the open notebook has for the output of a cell, by MIME type."""
    data: dict[str, Any] = page.evaluate(OUTPUT.format(cell=cell))
    return data


def image_of(data: dict[str, Any]) -> Image.Image | None:
    """The image that is beside a widget."""
    kind = next((name for name in data if name.startswith("image/")), None)
    if kind is None:
        return None
    return Image.open(io.BytesIO(base64.b64decode(data[kind]))).convert("RGB")


def colors(image: Image.Image) -> int:
    """How many colors there are: few where nothing is drawn."""
    return len(image.getcolors(1 << 24) or [])


def views_of(data: dict[str, Any]) -> Image.Image | None:
    """What the image of a training page has beside its form: graph and curves, in a grid."""
    image = image_of(data)
    return image and image.crop((image.width * 2 // 5, image.height // 3, *image.size))


def assert_shown_without_widgets(file: Path) -> None:
    """Check what shows of a notebook where widgets are unknown, as in GitHub's view of it.

    That takes of each output the first type that it can show, in nbconvert's order, and knows
    neither the view of a widget nor its state.
    """
    read = nbformat.read(file, as_version=4)
    order = nbconvert.MarkdownExporter().default_config.NbConvertBase.display_data_priority
    assert WIDGET not in order
    for cell in read.cells:
        output = cell.outputs[0]
        shown = next(kind for kind in order if kind in output.data)
        assert shown in {"image/png", "image/jpeg"}
        assert output.metadata[shown]["width"] > 300
    text, resources = nbconvert.MarkdownExporter().from_notebook_node(read)
    assert text.count("![") == len(read.cells), "an image and nothing else of each"
    assert "<Run of" not in text
    assert len(resources["outputs"]) == len(read.cells)


def test_a_saved_notebook_shows_its_widgets_without_a_kernel(
    page: Page,
    kernel: Kernel,
    other_kernel: Kernel,
    open_notebook: Callable[..., Notebook],
) -> None:
    book = open_notebook(*CELLS)
    book.run_all()
    panel = book.panel(0)
    panel.grows(100)
    bar = panel.bar.element_handle()
    until(lambda: image_of(shown_in(page, 0)), "an image while it trains", page=page)
    until(lambda: "Running" in shown_in(page, 0)["text/plain"], "its state", page=page)
    panel.press("stop")
    panel.becomes("stopped")
    steps = kernel.value("run.step_count")
    figures = lambda cell: shown_in(page, cell)["text/plain"]  # noqa: E731
    until(lambda: "Stopped" in figures(0), "the last figures of the panel", page=page)
    until(lambda: f"after step {steps:,}" in figures(1), "those of the matrix", page=page)
    until(
        lambda: (views := views_of(shown_in(page, 3))) is not None and colors(views) > 50,
        "the views of the page in its image",
        page=page,
    )
    # A concept is saved with what the user has set.
    page.locator(".dlw-concept").get_by_role("button", name="Stride: more").click()
    until(lambda: "stride=2" in str(shown_in(page, 4).get(SAVED_TYPE)), "its state", page=page)
    book.command("docmanager:save")
    assert bar.evaluate("e => e.isConnected"), "neither an image nor saving changes the view"
    assert not page.evaluate("jupyterapp.shell.currentWidget.context.model.dirty")

    file = kernel.server.folder / book.name
    saved = [cell["outputs"][0]["data"] for cell in json.loads(file.read_text())["cells"]]
    for data in saved:
        assert WIDGET in data
        assert len(json.dumps(data)) <= MAX_BYTES
        image = image_of(data)
        assert image is not None
        assert image.width > 300
        assert colors(image) > 50, "something is drawn"
        assert "children=" not in "".join(data["text/plain"])
    said = "".join(saved[0]["text/plain"])
    assert f"{steps:,} of" in said
    assert "loss per epoch" in said

    html, _ = nbconvert.HTMLExporter().from_notebook_node(nbformat.read(file, as_version=4))
    assert html.count('src="data:image/') == len(CELLS)
    assert_shown_without_widgets(file)

    page.goto("about:blank")
    Notebook(page, other_kernel, copy_of=book.name)
    expect(page.locator(".jp-OutputArea-output img")).to_have_count(len(CELLS) - 1)
    # What computes in the page lives on.
    concept = page.locator(".dlw-concept")
    expect(concept.locator(".dlw-pane-caption").last).to_have_text("Output 2×2")
    concept.get_by_role("button", name="Stride: less").click()
    expect(concept.locator(".dlw-pane-caption").last).to_have_text("Output 3×3")
    expect(page.locator(".jp-Notebook")).not_to_contain_text("Error displaying widget")
    assert not page.evaluate("jupyterapp.shell.currentWidget.context.model.dirty")
