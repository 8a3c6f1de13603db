"""Resident memory of kernel, server and page; bytes that widgets add to a saved notebook."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from tests.benchmarks.kernels import REPOSITORY, Kernel
from tests.benchmarks.report import Budget, Result, median, single
from tests.benchmarks.servers import Server, chromium, new_page, open_in_voila, voila
from tests.helpers.waiting import until

if TYPE_CHECKING:
    import psutil
    from playwright.sync_api import Browser, Page

    from tests.benchmarks.settings import Settings

GROUP = "memory"

_STATE = Budget("at most", 50.0)  # kB
_OWN = (
    "Chart",
    "RunBar",
    "ImageGrid",
    "Figure",
    "TrainingPanel",
    "TrainDashboard",
    "TrainForm",
    "DownloadButton",
)


def measure(settings: Settings) -> list[Result]:
    """Open the Train page, train on it, open more pages; then weigh the state of its widgets."""
    folder = settings.scratch / "dashboards"
    shutil.copytree(REPOSITORY / "notebooks" / "dashboards", folder)
    found: list[Result] = []
    with chromium() as browser, voila(folder, settings.scratch, "--no-preheat", own=True) as server:
        server.settle()
        idle = _megabytes(server.process)
        found.append(single(GROUP, "Voila server, no page open", idle, "MB"))
        with new_page(browser) as page:
            found += _one_page(page, server, settings)
        found += _more_pages(browser, server, settings)
    return [*found, *_state(settings)]


def _megabytes(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / 1e6


def _one_page(page: Page, server: Server, settings: Settings) -> list[Result]:
    open_in_voila(page, server, "train.ipynb")
    page.wait_for_selector('.dlw-chart[data-ready="true"]')
    server.settle()
    kernel = server.kernels()[-1]
    kernel_sizes, heaps = [_megabytes(kernel)], [_heap(page)]
    settings.say(f"kernel {kernel_sizes[0]:.0f} MB")
    bar = page.locator(".dlw-run-bar")
    for _ in range(settings.choose(4, 2)):
        bar.locator('[data-action="start"]:not([disabled])').click()
        until(lambda: bar.get_attribute("data-state") == "running", "a start", page=page)
        until(lambda: bar.get_attribute("data-state") == "finished", "the end", page=page)
        server.settle()
        kernel_sizes.append(_megabytes(kernel))
        heaps.append(_heap(page))
        settings.say(f"kernel {kernel_sizes[-1]:.0f} MB, page's heap {heaps[-1]:.0f} MB")
    later = (kernel_sizes[-1] - kernel_sizes[1]) / max(1, len(kernel_sizes) - 2)
    note = "Train page: digits, MLP 200-150, 20 epochs; TensorFlow is loaded when the page opens"
    return [
        single(
            GROUP, "kernel of the Train page, before training", kernel_sizes[0], "MB", note=note
        ),
        single(GROUP, "kernel of the Train page, after one training", kernel_sizes[1], "MB"),
        single(
            GROUP,
            "kernel: each further training adds",
            later,
            "MB",
            note=f"after each training: {', '.join(f'{s:.0f}' for s in kernel_sizes[1:])} MB",
        ),
        single(GROUP, "page: JavaScript heap, before training", heaps[0], "MB"),
        single(GROUP, "page: JavaScript heap, after the last training", heaps[-1], "MB"),
    ]


def _heap(page: Page) -> float:
    client = page.context.new_cdp_session(page)
    client.send("HeapProfiler.collectGarbage")
    client.send("Performance.enable")
    metrics = client.send("Performance.getMetrics")["metrics"]
    client.detach()
    return float(next(m["value"] for m in metrics if m["name"] == "JSHeapUsedSize")) / 1e6


def _more_pages(browser: Browser, server: Server, settings: Settings) -> list[Result]:
    until(lambda: not server.kernels(), "the kernel of the closed page to end")
    base = _megabytes(server.process)
    grown, kernels = [], []
    pages = [new_page(browser) for _ in range(settings.choose(3, 2))]
    opened = []
    try:
        for manager in pages:
            page = manager.__enter__()
            opened.append(manager)
            open_in_voila(page, server, "train.ipynb")
            page.wait_for_selector('.dlw-chart[data-ready="true"]')
            server.settle()
            size = _megabytes(server.process)
            grown.append(size - base)
            base = size
            kernels.append(_megabytes(server.kernels()[-1]))
    finally:
        for manager in opened:
            manager.__exit__(None, None, None)
    note = "growth of the server's process with each further page that is opened"
    return [
        median(GROUP, "Voila server, each open page adds", grown, "MB", note=note),
        median(GROUP, "kernel of each open page, idle", kernels, "MB"),
    ]


def _state(settings: Settings) -> list[Result]:
    with Kernel() as kernel:
        points = settings.choose(200_000, 50_000)
        sizes = kernel.run(f"got = await workloads.state_sizes({points})", result="got")
    largest = max(sizes, key=sizes.__getitem__)
    note = (
        f"as JSON with base64 buffers; a chart of six series of {points:,} points, and the widgets "
        "of the Train page after a training"
    )
    found = [
        single(
            GROUP,
            f"saved state, largest of all ({largest})",
            sizes[largest] / 1e3,
            "kB",
            _STATE,
            note,
        )
    ]
    return found + [
        single(GROUP, f"saved state of a {kind}", sizes[kind] / 1e3, "kB")
        for kind in _OWN
        if kind in sizes
    ]
