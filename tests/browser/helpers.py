"""Real servers, notebooks made on the fly, and the parts of a page that the tests look at."""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat

from tests.helpers import processes
from tests.helpers.waiting import NotInTimeError, until

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator, Mapping

    from playwright.sync_api import Locator, Page

REPOSITORY = Path(__file__).resolve().parents[2]

PATIENCE = 60.0
"""Seconds that anything may take on a busy machine; what is normal takes a small part of it."""


def stays(page: Page, value: Callable[[], Any], seconds: float = 0.6) -> Any:
    """Watch `value` for a while: it must not change. Returns it."""
    first = value()
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        page.wait_for_timeout(50)
        now = value()
        assert now == first, f"was to stay {first!r}, became {now!r}"
    return first


def at_rest(page: Page, value: Callable[[], Any], seconds: float = 0.8) -> Any:
    """Wait until `value` hasn't changed for a while, as what is drawn late does. Returns it."""
    last, since = value(), time.monotonic()

    def rested() -> bool:
        nonlocal last, since
        now = value()
        if now != last:
            last, since = now, time.monotonic()
        return time.monotonic() - since > seconds

    until(rested, "rest", page=page)
    return last


# -- notebooks and servers ---------------------------------------------------------------------


def notebook(path: Path, *cells: str, **metadata: Any) -> Path:
    """Write a notebook of code cells."""
    made = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell) for cell in cells],
        metadata={
            "kernelspec": {
                "name": "python3",
                "display_name": "Python 3 (ipykernel)",
                "language": "python",
            },
            **metadata,
        },
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(made, path)
    return path


def environment(home: Path) -> dict[str, str]:
    """The variables of a server that shares no settings with whoever runs the tests."""
    home.mkdir(parents=True, exist_ok=True)
    # Where a front end that is under test may be.
    path = {k: v for k, v in os.environ.items() if k == "JUPYTER_PATH"}
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "IPYTHON"))} | path
    folders = {
        "HOME": home,
        "JUPYTER_CONFIG_DIR": home / "config",
        "JUPYTER_DATA_DIR": home / "data",
        "JUPYTER_RUNTIME_DIR": home / "runtime",
        "IPYTHONDIR": home / "ipython",
    }
    return {
        **kept,
        **{name: str(folder) for name, folder in folders.items()},
        "PYTHONPATH": str(REPOSITORY),
        "PYTHONUNBUFFERED": "1",
        # Several kernels share few cores: one that spins for work takes them from all others.
        "OMP_NUM_THREADS": "1",
        "TF_NUM_INTRAOP_THREADS": "1",
        "TF_NUM_INTEROP_THREADS": "1",
    }


@dataclass
class Server:
    """A running server of pages: of dashboards, or JupyterLab."""

    process: subprocess.Popen[str]
    url: str
    folder: Path
    home: Path
    log: Path
    token: str = ""

    def ask(self, path: str, content: Any = None, method: str | None = None) -> Any:
        """Return the JSON that the server answers with."""
        data = None if content is None else json.dumps(content).encode()
        request = urllib.request.Request(self.url + path, data=data, method=method)
        if self.token:
            request.add_header("Authorization", f"token {self.token}")
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            return json.loads(answer.read() or b"null")


@contextlib.contextmanager
def running(
    command: str, folder: Path, home: Path, announced: str, *options: str
) -> Iterator[Server]:
    """Run ``dlwidgets serve`` or ``dlwidgets lab`` on a free port until the block is left.

    Args:
        command: "serve" or "lab".
        folder: The notebooks.
        home: Where the server and its kernels keep their own files.
        announced: What the log says once the address is known; its first group is the address.
        *options: More of the command's options.
    """
    env = environment(home)
    log = home / f"{command}.log"
    arguments = [sys.executable, "-m", "dlwidgets.cli", command, str(folder)]
    with processes.launched(
        [*arguments, "--port", "0", "--no-browser", *options],
        announced=announced,
        log=log,
        env=env,
        cwd=folder,
    ) as (process, url):
        yield Server(process, url, folder, home, log)


# -- what is on a page -------------------------------------------------------------------------


class Panel:
    """A training panel on a page.

    Args:
        page: The page.
        root: The panel's element, or a part of the page that holds one panel only.
    """

    def __init__(self, page: Page, root: Locator) -> None:
        self.page, self.root = page, root
        self.bar = root.locator(".dlw-run-bar")
        self.chip = self.bar.locator(".dlw-chip")
        self.message = self.bar.locator(".dlw-run-message")
        self.rate = self.bar.locator('input[data-role="learning-rate"]')
        self.rate_error = self.bar.locator('[data-role="learning-rate-error"]')
        self.charts = root.locator(".dlw-chart")

    def button(self, action: str) -> Locator:
        return self.bar.locator(f'.dlw-buttons button[data-action="{action}"]')

    def press(self, action: str) -> None:
        self.button(action).click()

    @property
    def state(self) -> str:
        return self.bar.get_attribute("data-state") or ""

    @property
    def step(self) -> int:
        return int(self.bar.get_attribute("data-step") or 0)

    @property
    def epoch(self) -> int:
        return int(self.bar.get_attribute("data-epoch") or 0)

    def points(self, chart: int = 0) -> int:
        return int(self.charts.nth(chart).get_attribute("data-points") or 0)

    def becomes(self, *states: str, seconds: float = PATIENCE) -> str:
        """Wait for one of these states; tells what the panel says if it does not come."""
        try:
            until(lambda: self.state in states, f"state {states}", seconds, page=self.page)
        except NotInTimeError as error:
            said = self.message.text_content() if self.message.count() else ""
            message = f"{error}; the panel is {self.state!r} and says {said!r}"
            raise NotInTimeError(message) from None
        return self.state

    def grows(self, by: int = 5, chart: int = 0) -> int:
        """Wait until a chart holds more points than now."""
        before = self.points(chart)
        until(
            lambda: self.points(chart) >= before + by, f"more than {before} points", page=self.page
        )
        return self.points(chart)

    def caught_up(self, per_epoch: int = 2) -> int:
        """Wait until the first chart holds each step and `per_epoch` points for each whole epoch.

        Only while the run is at rest. Returns the number of steps.
        """

        def complete() -> bool:
            extra = self.points() - self.step
            return self.step > 0 and extra >= 0 and extra % max(per_epoch, 1) == 0

        until(complete, "a point for each step", page=self.page)
        return self.step

    def set_rate(self, text: str) -> None:
        self.rate.fill(text)
        self.rate.press("Enter")

    def markers(self, chart: int = 0) -> list[str]:
        """The texts beside the vertical lines of a chart."""
        return self.charts.nth(chart).locator(".annotation-text").all_text_contents()

    def legend(self, chart: int = 0) -> list[str]:
        return self.charts.nth(chart).locator(".dlw-legend-name").all_text_contents()


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    width = page.evaluate(
        "() => [document.documentElement, document.body]"
        ".map(e => e.scrollWidth - document.documentElement.clientWidth)"
    )
    return int(max(width))


def top_of(locator: Locator) -> float:
    """Where an element begins, in pixels from the top of the page, however far it is scrolled."""
    return float(locator.evaluate("e => e.getBoundingClientRect().top + scrollY"))


_WATCH_TOPS = """(selectors) => {
  // Nothing for what isn't there in a frame, as while it is replaced.
  const top = (s) => {
    const box = document.querySelector(s)?.getBoundingClientRect();
    return box?.height ? box.top + scrollY : null;
  };
  const first = Object.fromEntries(selectors.map((s) => [s, top(s)]));
  const moved = (window.movedBy = Object.fromEntries(selectors.map((s) => [s, 0])));
  const look = () => {
    for (const s of selectors) {
      const now = top(s);
      if (now !== null) moved[s] = Math.max(moved[s], Math.abs(now - first[s]));
    }
    if (window.movedBy === moved) requestAnimationFrame(look);
  };
  look();
}"""


@contextlib.contextmanager
def still(page: Page, *selectors: str, by: float = 4) -> Iterator[None]:
    """Assert that parts of a page stay where they are while the block runs, in every frame.

    Args:
        page: The page.
        *selectors: The parts.
        by: Pixels that they may move up or down.
    """
    page.evaluate(_WATCH_TOPS, list(selectors))
    yield
    moved = page.evaluate("() => { const m = window.movedBy; window.movedBy = null; return m; }")
    assert max(moved.values()) <= by, moved


def saved(page: Page, press: Callable[[], None]) -> tuple[str, str]:
    """The name and the text of the file that the browser saves after `press`."""
    with page.expect_download() as waiting:
        press()
    download = waiting.value
    return download.suggested_filename, Path(download.path()).read_text()


def columns(text: str) -> dict[str, list[str]]:
    """A CSV file's columns by name."""
    rows = [line.split(",") for line in text.splitlines()]
    return dict(zip(rows[0], map(list, zip(*rows[1:], strict=True)), strict=True))


def merged(*parts: Mapping[str, Any]) -> dict[str, Any]:
    """One dict of several."""
    return {key: value for part in parts for key, value in part.items()}
