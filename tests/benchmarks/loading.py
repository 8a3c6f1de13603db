"""What a page weighs, and how long it takes until its first widget is there."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.benchmarks.kernels import REPOSITORY
from tests.benchmarks.page_scripts import WATCH_FIRST_WIDGET
from tests.benchmarks.report import Budget, Result, median, single
from tests.benchmarks.servers import Server, chromium, new_page, notebook, open_in_voila, voila
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.benchmarks.settings import Settings

GROUP = "loading"

_BYTES = Budget("at most", 2.0)  # MB
_SECONDS = Budget("at most", 3.0)


def measure(settings: Settings) -> list[Result]:
    """Open pages as a visitor who has nothing cached."""
    folder = settings.scratch / "dashboards"
    shutil.copytree(REPOSITORY / "notebooks" / "dashboards", folder)
    six = "from tests.benchmarks import workloads\nworkloads.six_charts()"
    found: list[Result] = []
    with chromium() as browser:
        with voila(folder, settings.scratch, own=True) as server:
            warm = []
            for _ in range(settings.choose(5, 3)):
                until(lambda: 'class="warm"' in server.get(), "a warm kernel")
                warm.append(_open(browser, server, "train.ipynb", settings))
        notebook(folder / "six.ipynb", six)
        with voila(folder, settings.scratch, "--no-preheat", own=True) as server:
            for name, title, charts in (("six", "six charts", 6), ("train", "Train", 1)):
                server.settle()
                found += _weigh(
                    browser,
                    server,
                    name,
                    f"page with {title}",
                    charts,
                    settings,
                    _BYTES if name == "six" else None,
                )
            cold = [
                _open(browser, server, "train.ipynb", settings)
                for _ in range(settings.choose(3, 2))
            ]
        with voila(folder, settings.scratch, "--no-preheat") as server:
            server.settle()
            title = "page with six charts of a folder given as PATH"
            found += _weigh(browser, server, "six", title, 6, settings, None)
    return [*found, *_times("kernel preheated", warm, _SECONDS), *_times("no preheat", cold, None)]


# -- bytes -------------------------------------------------------------------------------------


@dataclass
class _Traffic:
    """What a page received, as the browser's network layer counts it."""

    urls: dict[str, str] = field(default_factory=dict)
    sent: Counter[str] = field(default_factory=Counter)  # by request, compressed
    decoded: Counter[str] = field(default_factory=Counter)
    socket: int = 0

    def watch(self, page: Page) -> None:
        """Begin to count."""
        client = page.context.new_cdp_session(page)
        client.send("Network.enable")
        client.send("Network.setCacheDisabled", {"cacheDisabled": False})
        client.on("Network.requestWillBeSent", self._ask)
        client.on("Network.dataReceived", self._receive)
        client.on("Network.loadingFinished", self._finish)
        client.on("Network.webSocketFrameReceived", self._frame)

    def _ask(self, event: dict[str, Any]) -> None:
        self.urls[event["requestId"]] = event["request"]["url"]

    def _receive(self, event: dict[str, Any]) -> None:
        self.decoded[event["requestId"]] += event["dataLength"]

    def _finish(self, event: dict[str, Any]) -> None:
        self.sent[event["requestId"]] += int(event["encodedDataLength"])

    def _frame(self, event: dict[str, Any]) -> None:
        response = event["response"]
        # Binary frames come as base64.
        share = 0.75 if response["opcode"] == 2 else 1
        self.socket += int(len(response["payloadData"]) * share)

    def origins(self, count: int = 5) -> str:
        """What the bytes belong to, by folder, the largest first."""
        found: Counter[str] = Counter()
        for request, size in self.sent.items():
            path = urlsplit(self.urls.get(request, "")).path
            extension = re.search(r"/labextensions/((?:@[^/]+/)?[^/]+)", path)
            part = re.search(r"/(static|templates|render|api)\b", path)
            found[extension[1] if extension else f"Voila's {part[1] if part else 'others'}"] += size
        return ", ".join(f"{name} {size / 1e3:.0f} kB" for name, size in found.most_common(count))


def _weigh(
    browser: Browser,
    server: Server,
    name: str,
    title: str,
    charts: int,
    settings: Settings,
    budget: Budget | None,
) -> list[Result]:
    with new_page(browser) as page:
        traffic = _Traffic()
        traffic.watch(page)
        open_in_voila(page, server, f"{name}.ipynb")
        ready = page.locator('.dlw-chart[data-ready="true"]')
        until(lambda: ready.count() >= charts, f"{charts} charts", page=page)
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(500)
    http = sum(traffic.sent.values()) / 1e6
    socket = traffic.socket / 1e6
    settings.say(f"{title}: {http + socket:.2f} MB")
    return [
        single(
            GROUP,
            f"{title}: sent for the first paint",
            http + socket,
            "MB",
            budget,
            f"{title}: {len(traffic.sent)} files and {socket:.2f} MB on the kernel's socket, "
            f"nothing cached; {traffic.origins()}",
        ),
        single(GROUP, f"{title}: the same, unpacked", sum(traffic.decoded.values()) / 1e6, "MB"),
    ]


# -- time --------------------------------------------------------------------------------------


def _open(browser: Browser, server: Server, name: str, settings: Settings) -> dict[str, float]:
    """Seconds from the navigation to the first frame with each kind of widget."""
    server.settle()
    with new_page(browser) as page:
        page.add_init_script(WATCH_FIRST_WIDGET)
        open_in_voila(page, server, name)
        page.wait_for_function("() => 'chart' in window.benchFirst")
        found = {key: ms / 1e3 for key, ms in page.evaluate("window.benchFirst").items()}
    settings.say(", ".join(f"{key} {seconds:.2f} s" for key, seconds in found.items()))
    return found


def _times(how: str, found: list[dict[str, float]], budget: Budget | None) -> list[Result]:
    names = {"widget": "first widget visible", "bar": "run bar visible", "chart": "chart drawn"}
    note = "Train page in Voila, from the navigation on, nothing cached, server at rest before"
    return [
        median(
            GROUP,
            f"{title}, {how}",
            [times[key] for times in found],
            "s",
            budget if key == "widget" else None,
            note,
        )
        for key, title in names.items()
    ]
