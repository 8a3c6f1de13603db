"""From click to state, and from Python's flush to the picture, while training at full speed."""

from __future__ import annotations

import contextlib
import random
import time
from typing import TYPE_CHECKING

from playwright.sync_api import TimeoutError as PageTimeoutError

from tests.benchmarks.kernels import Kernel
from tests.benchmarks.page_scripts import (
    WATCH_ARRIVALS,
    WATCH_CLICKS,
    WATCH_ECHO,
    WATCH_PAINTS,
)
from tests.benchmarks.report import Budget, Result, percentile, single
from tests.benchmarks.servers import (
    chromium,
    lab,
    new_page,
    notebook,
    open_in_voila,
    run_in_lab,
    voila,
)
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.benchmarks.settings import Settings

GROUP = "latency"

_CELL = """import ipywidgets
from tests.benchmarks import workloads
run, echo = workloads.endless("mnist_dense"), ipywidgets.Label()
echo.add_class("bench-echo")
workloads.tell_time(echo)
display(echo)
run"""
_CLICK_BUDGET = Budget("at most", 100.0)
_PAINT_BUDGET = Budget("at most", 1.5)  # times a bare ipywidget's echo


def measure(settings: Settings) -> list[Result]:
    """Train MNIST Dense 128 without end on a page of each kind, and press its buttons."""
    folder = settings.scratch / "notebooks"
    notebook(folder / "endless.ipynb", _CELL)
    found = _in_kernel(settings)
    with chromium() as browser:
        for name, opened in (("Voila", _voila_page), ("JupyterLab", _lab_page)):
            with opened(browser, settings) as page:
                settings.say(f"{name}: the page is open")
                found += _on_page(page, name, settings)
    return found


def _in_kernel(settings: Settings) -> list[Result]:
    with Kernel() as kernel:
        code = f"got = await workloads.pauses('mnist_dense', {settings.choose(40, 20)})"
        found = kernel.run(code, result="got")
    note = "run.pause(): the part of a click that waits for the training's next boundary"
    return [
        percentile(
            GROUP, f"run.pause() to paused in the kernel, p{share}", found, share, "ms", note=note
        )
        for share in (50, 95)
    ]


@contextlib.contextmanager
def _voila_page(browser: Browser, settings: Settings) -> Iterator[Page]:
    folder = settings.scratch / "notebooks"
    with voila(folder, settings.scratch, "--no-preheat") as server, new_page(browser) as page:
        page.add_init_script(WATCH_ARRIVALS)
        open_in_voila(page, server, "endless.ipynb")
        yield page


@contextlib.contextmanager
def _lab_page(browser: Browser, settings: Settings) -> Iterator[Page]:
    folder = settings.scratch / "notebooks"
    with lab(folder, settings.scratch) as server, new_page(browser) as page:
        page.add_init_script(WATCH_ARRIVALS)
        run_in_lab(page, server, "endless.ipynb")
        yield page


def _on_page(page: Page, name: str, settings: Settings) -> list[Result]:
    bar = page.locator(".dlw-run-bar").first
    try:
        bar.locator('[data-action="start"]').click()
    except PageTimeoutError as error:
        message = f"no Start button in {name}; the page says: {page.inner_text('body')[-1500:]}"
        raise RuntimeError(message) from error
    until(lambda: _step(page) > 500, "the training to be under way", page=page)
    page.evaluate(WATCH_CLICKS)
    page.evaluate(WATCH_PAINTS)
    page.evaluate(WATCH_ECHO)
    page.wait_for_timeout(2000)
    page.evaluate("benchPaints.length = benchArrivals.length = benchEchoes.length = 0")
    before, begun = _step(page), time.monotonic()
    page.wait_for_timeout(1000 * settings.choose(15, 6))
    paints, arrivals, echoes = page.evaluate("[benchPaints, benchArrivals, benchEchoes]")
    rate = (_step(page) - before) / (time.monotonic() - begun)
    settings.say(f"{name}: {len(paints)} pictures, {rate:.0f} steps/s")
    clicks = _click(page, settings.choose(40, 30))
    page.locator('.dlw-run-bar [data-action="stop"]').click()
    paused = [ms for ms, state in clicks if state == "paused"]
    settings.say(f"{name}: {len(clicks)} clicks")
    note = (
        "clicks on Pause and Resume in turn; from the input's time stamp to the change of "
        "data-state, on the page's clock"
    )
    both = [ms for ms, _ in clicks]
    results = [
        percentile(
            GROUP,
            f"click to state in {name}, p{share}",
            both,
            share,
            "ms",
            _CLICK_BUDGET if share == 95 else None,
            note,
        )
        for share in (50, 95)
    ]
    results.append(
        percentile(GROUP, f"click to state in {name}, Pause only, p95", paused, 95, "ms")
    )
    results += [
        percentile(
            GROUP,
            f"flush to paint in {name}, p{share}",
            paints,
            share,
            "ms",
            None,
            "from the kernel's clock when it sends to the page's after painting, same machine; "
            "two charts, MNIST Dense 128 at full speed",
        )
        for share in (50, 95)
    ]
    echo = percentile(
        GROUP,
        f"echo of a bare ipywidget in {name}, p95",
        echoes,
        95,
        "ms",
        note="a Label that the kernel sets ten times a second meanwhile, painted",
    )
    paint = next(r for r in results if r.name == f"flush to paint in {name}, p95")
    ratio = paint.value / echo.value
    results += [
        echo,
        single(GROUP, f"flush to paint over echo in {name}, p95", ratio, "×", _PAINT_BUDGET),
    ]
    results.append(
        percentile(
            GROUP,
            f"flush to the page's socket in {name}, p95",
            arrivals,
            95,
            "ms",
            note="flush to the page's socket: the part in kernel and server",
        )
    )
    results.append(
        single(
            GROUP,
            f"training with the page open in {name}",
            rate,
            "steps/s",
            note="headless Chromium draws on the same processor",
        )
    )
    return results


def _click(page: Page, count: int) -> list[tuple[float, str]]:
    chooser = random.Random(1)
    for done in range(count):
        action = "pause" if done % 2 == 0 else "resume"
        # Real input: it waits in the browser's queue behind whatever the page does.
        page.locator(f'.dlw-run-bar [data-action="{action}"]:not([disabled])').first.click()
        page.wait_for_function(f"() => window.benchClicks.length > {done}")
        # At any phase of the ten messages a second, and back at full speed.
        page.wait_for_timeout(chooser.uniform(250, 550))
    return [(float(ms), str(state)) for ms, state in page.evaluate("window.benchClicks")]


def _step(page: Page) -> int:
    return int(page.locator(".dlw-run-bar").first.get_attribute("data-step") or 0)
