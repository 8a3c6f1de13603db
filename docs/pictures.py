"""Take the pictures of the widgets' pages: each example runs on a real page in Chromium.

    python docs/pictures.py                       # all of them, in about ten minutes
    python docs/pictures.py chart image-grid      # only these

The example of ``docs/widgets/chart.md`` becomes a notebook, `dlwidgets serve` shows it, and what
its last line shows is stored as ``docs/images/chart.webp``, in at most 60 kB. From the page of a
dashboard comes also the picture of its card in the gallery, ``notebooks/dashboards/pictures``.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageChops
from playwright.sync_api import Error, sync_playwright

from tests.browser.helpers import notebook
from tests.helpers import processes

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

DOCS = Path(__file__).parent
CARDS = DOCS.parent / "notebooks" / "dashboards" / "pictures"
CARD = (480, 270)  # pixels
CARD_SCALE = 1.4  # of the page, to 1 of the card
# Texts of views that have nothing to show yet.
_EMPTY = re.compile(r"appears? (here|as)|Preparing|Loading|Starting|Building|Waiting|Ready to")
_PATIENCE = 90.0  # seconds; a busy machine takes long
MAX_BYTES = 60_000
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ("--no-sandbox", "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
SHARPNESS = 1.5  # pixels of the picture per pixel of the page


@dataclass(frozen=True)
class Shot:
    """How a picture is taken.

    Attributes:
        seconds: From the moment when the widget has something to show until the picture.
        width: Of the page, in pixels.
        height: What is below this many pixels of the widget is cut off.
        scribble: A selector of what is drawn on with the pen.
        ready: A selector of what is there once the widget has something to show.
        before: Code that runs before the example.
        card: A selector of what the page's card in the gallery shows; "" for a widget without one.
    """

    seconds: float = 2.0
    width: int = 900
    height: int = 720
    scribble: str = ""
    ready: str = ""
    before: str = ""
    card: str = ""


_IMAGES = '.dlw-image-grid[data-count]:not([data-count="0"])'
_PAGE = {"width": 1200, "height": 800}
# Runs for the Runs page, beside those that the other pictures have recorded.
_RECORD = """\
import dlwidgets as dl
from dlwidgets.recording import places

digits = dl.data.load("digits").normalized()
for name, rate in (("baseline", 0.001), ("faster", 0.004), ("slow", 0.0003)):
    about = {"page": "train", "kind": "classifier", "title": "MLP", "dataset": "digits"}
    model = dl.models.compiled("mlp", input_shape=(8, 8, 1), classes=10, learning_rate=rate)
    options = dl.record(places.recent_folder(), name=name, tags=["adam"], about=about)
    dl.fit(model, digits.x_train, digits.y_train, epochs=12,
           validation_data=(digits.x_test, digits.y_test), record=options).wait()
"""
SHOTS = {
    "activation-viewer": Shot(6, width=1200, ready=".dlw-channel-map[data-ready]"),
    "concepts-dashboard": Shot(
        5, **_PAGE, ready=".dlw-concept[data-ready]", card=".dlw-convolution-panes"
    ),
    "confusion-matrix": Shot(15, ready="[data-cell]"),
    "doctor": Shot(10, ready='.dlw-doctor[data-tone="found"]'),
    "draw-pad": Shot(12, scribble=".dlw-draw-surface canvas"),
    "dream-dashboard": Shot(40, **_PAGE, ready=".dlw-compare", card=".dlw-compare"),
    "dream-studio": Shot(40, **_PAGE, ready=".dlw-compare"),
    "embedding-view": Shot(25),
    "filter-dashboard": Shot(40, **_PAGE, ready=_IMAGES, card=_IMAGES),
    "filter-viewer": Shot(20, width=1100, ready=_IMAGES),
    "gan-dashboard": Shot(60, **_PAGE, ready=_IMAGES, card='.dlw-image-grid[data-count="36"]'),
    "gan-monitor": Shot(45, width=1100, ready=_IMAGES),
    "histograms": Shot(12, ready=".dlw-histograms[data-ready]"),
    "heatmap-viewer": Shot(12, ready='[data-maps]:not([data-maps="0"])'),
    "latent-dashboard": Shot(40, **_PAGE, card=".dlw-latent-pad"),
    "latent-explorer": Shot(30, width=1100),
    "layer-inspector": Shot(15, width=1100),
    "look-inside-dashboard": Shot(
        25, **_PAGE, ready=".dlw-channel-map[data-ready]", card=".dlw-look-inside-top"
    ),
    "mistakes-dashboard": Shot(25, **_PAGE, ready="[data-cell]", card=".dlw-confusion"),
    "prediction-browser": Shot(10, ready='[data-total]:not([data-total="0"])'),
    "predictions": Shot(8, ready=_IMAGES),
    "runs": Shot(6, width=1100, height=900, ready="tr[data-id]"),
    "runs-dashboard": Shot(
        8, **_PAGE, ready="tr[data-id]", before=_RECORD, card=".dlw-runs-curves"
    ),
    "style-dashboard": Shot(60, **_PAGE, ready=".dlw-compare", card=".dlw-compare"),
    "style-studio": Shot(60, **_PAGE, ready=".dlw-compare"),
    "text-dashboard": Shot(60, **_PAGE, card=".dlw-text-sampler .dlw-dashboard-main"),
    "text-sampler": Shot(30, width=1100),
    "train-dashboard": Shot(15, **_PAGE, card=".dlw-train-views"),
    "training-panel": Shot(6),
    "run-viewer": Shot(6, width=1100, height=900, ready=_IMAGES),
    "run-timeline": Shot(30, ready=".dlw-timeline[data-empty=false]"),
    "where-it-looks-dashboard": Shot(30, **_PAGE, card=".dlw-heat-main"),
}


def example(page: Path) -> str:
    """Return the code that a widget's page shows first."""
    code = re.findall(r"^```python\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL)[0]
    return str(code)


def scribble(page: Page, canvas: Locator) -> None:
    """Draw a 3 with the pen."""
    box = canvas.bounding_box()
    if box is None:
        message = "There is nothing to draw on."
        raise RuntimeError(message)
    points = [(0.3, 0.25), (0.5, 0.15), (0.68, 0.28), (0.6, 0.43), (0.45, 0.48), (0.62, 0.52)]
    points += [(0.72, 0.68), (0.55, 0.84), (0.3, 0.76)]
    for i, (x, y) in enumerate(points):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=8)
        if i == 0:
            page.mouse.down()
    page.mouse.up()


def take(page: Page, url: str, shot: Shot) -> Image.Image:
    """Open a page, wait, and return the picture of its widget."""
    page.set_viewport_size({"width": shot.width, "height": shot.height + 200})
    errors: list[str] = []
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.goto(url, timeout=180_000)
    widget = page.locator(".jp-OutputArea-output.lm-Panel > *").last
    widget.wait_for(timeout=180_000)
    if shot.scribble:
        page.wait_for_timeout(4000)
        scribble(page, page.locator(shot.scribble).first)
    if shot.ready:
        page.locator(shot.ready).first.wait_for(state="attached", timeout=_PATIENCE * 1000)
    empty = widget.get_by_text(_EMPTY).filter(visible=True)
    deadline = time.monotonic() + _PATIENCE
    while empty.count() and time.monotonic() < deadline:
        page.wait_for_timeout(250)
    if empty.count():
        print(f"{url} still says {empty.first.inner_text()!r}", flush=True)
    page.wait_for_timeout(shot.seconds * 1000)
    page.mouse.move(1, 1)
    box = widget.bounding_box()
    broken = page.locator(".jupyter-widgets-error-widget").count()
    if box is None or broken:
        message = f"{url} shows no widget, or errors. The console: {errors}"
        raise RuntimeError(message)
    margin = 8.0
    clip = {
        "x": max(0.0, box["x"] - margin),
        "y": max(0.0, box["y"] - margin),
        "width": min(box["width"] + 2 * margin, shot.width - max(0.0, box["x"] - margin)),
        "height": min(box["height"] + 2 * margin, float(shot.height)),
    }
    return trimmed(Image.open(io.BytesIO(page.screenshot(clip=clip))).convert("RGB"))


def card(page: Page, selector: str) -> Image.Image:
    """Return the picture of a page's card: what is at the place that the selector names."""
    part = page.locator(selector).filter(visible=True).first
    part.evaluate("(element) => element.scrollIntoView({ block: 'start' })")
    page.wait_for_timeout(500)
    box = part.bounding_box()
    if box is None:
        message = f"{selector} isn't on the page."
        raise RuntimeError(message)
    left, top = max(0.0, box["x"] - 8), max(0.0, box["y"] - 8)
    width, height = (CARD_SCALE * side for side in CARD)
    clip = {"x": left, "y": top, "width": width, "height": height}
    return Image.open(io.BytesIO(page.screenshot(clip=clip))).convert("RGB").resize(CARD)


def trimmed(image: Image.Image) -> Image.Image:
    """Cut off what is empty on the right and below, but for a margin."""
    empty = Image.new("RGB", image.size, image.getpixel((0, 0)))
    _, _, right, bottom = ImageChops.difference(image, empty).getbbox() or (0, 0, *image.size)
    margin = round(8 * SHARPNESS)
    return image.crop((0, 0, min(image.width, right + margin), min(image.height, bottom + margin)))


def store(image: Image.Image, path: Path, scales: tuple[float, ...] = (1.0, 0.75, 0.5)) -> int:
    """Store a picture as large and sharp as fits, and return its size in bytes."""
    path.parent.mkdir(exist_ok=True)
    for scale in scales:
        sized = image.resize((round(image.width * scale), round(image.height * scale)))
        for quality in (90, 80, 70, 60, 50, 40):
            buffer = io.BytesIO()
            sized.save(buffer, "webp", quality=quality, method=6)
            if buffer.tell() <= MAX_BYTES:
                path.write_bytes(buffer.getvalue())
                return buffer.tell()
    message = f"{path.name} doesn't fit into {MAX_BYTES:,} bytes."
    raise ValueError(message)


def _stem(name: str) -> str:
    """Return the name of the notebook that a dashboard's page of the documentation is about."""
    stem = name.removesuffix("-dashboard")
    return "filters" if stem == "filter" else stem


def main(names: list[str]) -> None:
    """Take pictures.

    Args:
        names: Of pages, such as "chart"; none for all.
    """
    pages = sorted(path.stem for path in (DOCS / "widgets").glob("*.md"))
    chosen = names or pages
    if unknown := sorted(set(chosen) - set(pages)):
        message = f"Expected names of pages in docs/widgets. Received: {', '.join(unknown)}."
        raise SystemExit(message)
    chromium = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM)), None)
    failed: list[str] = []
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        folder = Path(temporary) / "pages"
        for name in chosen:
            cells = [SHOTS.get(name, Shot()).before, example(DOCS / "widgets" / f"{name}.md")]
            notebook(folder / f"{name}.ipynb", *filter(None, cells))
        command = [sys.executable, "-m", "dlwidgets.cli", "serve", str(folder)]
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        with processes.launched(
            [*command, "--port", "0", "--no-browser", "--no-preheat", "--cull-timeout", "10"],
            announced=r"(http://\S+)",
            log=Path(temporary) / "serve.log",
            env={
                **os.environ,
                "PYTHONPATH": str(DOCS.parent),
                "XDG_CACHE_HOME": str(Path(temporary) / "cache"),
                "DLWIDGETS_RUNS": str(Path(temporary) / "runs"),
            },
            cwd=folder,
        ) as (_, url):
            for name in chosen:
                address = f"{url.partition('?')[0].rstrip('/')}/voila/render/{name}.ipynb"
                with browser.new_context(device_scale_factor=SHARPNESS, locale="en-US") as context:
                    try:
                        page, shot = context.new_page(), SHOTS.get(name, Shot())
                        image = take(page, address, shot)
                        size = store(image, DOCS / "images" / f"{name}.webp")
                        if shot.card:
                            store(card(page, shot.card), CARDS / f"{_stem(name)}.webp", (1.0,))
                    except (Error, RuntimeError, ValueError) as error:
                        failed.append(name)
                        print(f"{name}: {error}", flush=True)
                    else:
                        print(f"{name}: {image.width}×{image.height}, {size:,} bytes", flush=True)
        browser.close()
    if failed:
        message = f"No picture of {', '.join(failed)}."
        raise SystemExit(message)


if __name__ == "__main__":
    main(sys.argv[1:])
