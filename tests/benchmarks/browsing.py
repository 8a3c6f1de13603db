"""Paging through 10,000 predictions in Voila; what counting and sorting 10,000 answers costs."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.benchmarks.kernels import Kernel
from tests.benchmarks.report import Budget, Result, median, percentile
from tests.benchmarks.servers import chromium, new_page, notebook, open_in_voila, voila
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.benchmarks.settings import Settings

GROUP = "browsing"

_PAGE_BUDGET = Budget("at most", 100.0)
_SAMPLES = 10_000

# Outputs as good as a network's: the page costs the same whoever made them.
_PAGE = """import keras, numpy as np, dlwidgets as dl
rng = np.random.default_rng(0)
x = rng.integers(0, 256, (10_000, {side}, {side}, {channels})).astype("uint8")
y = rng.integers(0, 10, 10_000)
logits = rng.normal(size=(10_000, 10)).astype("float32") + 3 * np.eye(10, dtype="float32")[y]
model = keras.Sequential([keras.Input((10,)), keras.layers.Softmax()])
dl.PredictionBrowser(model, logits, y, images=x)"""
_PAGES = {"28×28 gray": (28, 1), "32×32 color": (32, 3)}

_WATCH = """
window.benchPages = [];
document.addEventListener("dlw:page", (event) => window.benchPages.push(event.detail.ms));
"""


def measure(settings: Settings) -> list[Result]:
    """Count and sort 10,000 answers; click through their pages."""
    found = _counting(settings)
    folder = settings.scratch / "notebooks"
    for i, (side, channels) in enumerate(_PAGES.values()):
        notebook(folder / f"browse{i}.ipynb", _PAGE.format(side=side, channels=channels))
    note = (
        "from the click to after the paint of the new page of 24 cards, on the page's clock; "
        "10,000 images, jumps all over"
    )
    for i, name in enumerate(_PAGES):
        times = _turn(folder, f"browse{i}.ipynb", settings)
        settings.say(f"{name}: {len(times)} pages")
        found += [
            percentile(
                GROUP,
                f"click to new page, {name}, p{share}",
                times,
                share,
                "ms",
                _PAGE_BUDGET if share == 95 else None,
                note,
            )
            for share in (50, 95)
        ]
    return found


def _counting(settings: Settings) -> list[Result]:
    times = settings.choose(30, 8)
    results = []
    with Kernel() as kernel:
        kernel.run("from tests.benchmarks import browsing as bench")
        for classes in (10, 200):
            for what in ("outcomes", "confusion", "scores", "sort by loss"):
                spent = kernel.run("", result=f"bench.seconds({what!r}, {classes}, {times})")
                name = f"{what} of 10,000 answers, {classes} classes"
                results.append(median(GROUP, name, [1000 * s for s in spent], "ms"))
        spent = kernel.run("", result=f"bench.seconds('threshold curve', 2, {times})")
        results.append(median(GROUP, "threshold curve of 10,000", [1000 * s for s in spent], "ms"))
    return results


# -- in the kernel -----------------------------------------------------------------------------


def seconds(what: str, classes: int, times: int) -> list[float]:
    """Seconds of each call, after a first that imports what it needs."""
    from dlwidgets.inspect.browsing import browse
    from dlwidgets.inspect.outcomes import outcomes
    from dlwidgets.inspect.scoring import confusion_of, scores_of, threshold_curve_of

    rng = np.random.default_rng(0)
    y = rng.integers(0, classes, _SAMPLES)
    p = rng.random((_SAMPLES, classes)).astype("float32") + 2 * np.eye(classes, dtype="float32")[y]
    p /= p.sum(axis=1, keepdims=True)
    judged = outcomes(y, p)
    calls: dict[str, Any] = {
        "outcomes": lambda: outcomes(y, p),
        "confusion": lambda: confusion_of(judged),
        "scores": lambda: scores_of(judged),
        "sort by loss": lambda: browse(judged),
        "threshold curve": lambda: threshold_curve_of(judged),
    }
    calls[what]()
    spent = []
    for _ in range(times):
        begun = time.perf_counter()
        calls[what]()
        spent.append(time.perf_counter() - begun)
    return spent


# -- on the page -------------------------------------------------------------------------------


def _turn(folder: Path, name: str, settings: Settings) -> list[float]:
    with (
        chromium() as browser,
        voila(folder, settings.scratch, "--no-preheat") as server,
        new_page(browser) as page,
    ):
        page.add_init_script(_WATCH)
        open_in_voila(page, server, name)
        cards = page.locator('.dlw-prediction-cards[data-count="24"]')
        until(lambda: cards.count() > 0, "the first page", page=page)
        server.settle()
        _click_through(page, 5)
        page.evaluate("window.benchPages.length = 0")
        _click_through(page, settings.choose(300, 60))
        return [float(ms) for ms in page.evaluate("window.benchPages")]


def _click_through(page: Page, clicks: int) -> None:
    """To the end, back, to the beginning, and forwards, waiting for each page."""
    buttons = ("last", "previous", "previous", "first", "next")
    for i in range(clicks):
        asked = int(page.evaluate("document.querySelector('.dlw-prediction-cards').dataset.asked"))
        page.evaluate(
            "(role) => document.querySelector(`.dlw-prediction-cards [data-role=${role}]`).click()",
            buttons[i % len(buttons)],
        )
        page.wait_for_function(
            "(asked) => +document.querySelector('.dlw-prediction-cards').dataset.asked > asked",
            arg=asked,
        )
        page.wait_for_timeout(20)
