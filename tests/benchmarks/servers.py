"""Real servers and a real browser: `dlwidgets serve`, JupyterLab, and Chromium."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import nbformat
import psutil
from playwright.sync_api import sync_playwright

from tests.benchmarks.kernels import environment
from tests.helpers import processes
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

PATIENCE = 120.0
"""Seconds after which something that was waited for counts as failed."""

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
)


def find_chromium() -> str | None:
    """Chromium's path: $CHROMIUM, or the first of its usual names."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)


def notebook(path: Path, *cells: str) -> Path:
    """Write a notebook of code cells."""
    kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    new: Any = nbformat.v4
    made = new.new_notebook(
        cells=[new.new_code_cell(cell) for cell in cells], metadata={"kernelspec": kernelspec}
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(new.writes_json(made))
    return path


@dataclass
class Server:
    """A running server.

    Attributes:
        process: The server itself.
        url: Its address, with a slash at the end.
    """

    process: psutil.Process
    url: str

    def get(self, path: str = "") -> str:
        """The text of a page."""
        with urllib.request.urlopen(self.url + path, timeout=PATIENCE) as answer:
            return str(answer.read().decode())

    def kernels(self) -> list[psutil.Process]:
        """The kernels that it runs, oldest first."""
        found = []
        for child in self.process.children(recursive=True):
            with contextlib.suppress(psutil.Error):
                if any("ipykernel" in word for word in child.cmdline()):
                    found.append(child)
        return sorted(found, key=lambda child: child.create_time())

    def settle(self, seconds: float = 1.5, busy: float = 0.15) -> None:
        """Wait until server and kernels have nothing to do: less than `busy` of one core."""

        def used() -> float:
            total = 0.0
            for process in (self.process, *self.process.children(recursive=True)):
                with contextlib.suppress(psutil.Error):
                    times = process.cpu_times()
                    total += times.user + times.system
            return total

        def calm() -> bool:
            before = used()
            time.sleep(seconds)
            return used() - before < busy * seconds

        until(calm, "server and kernels at rest")


@contextlib.contextmanager
def _running(
    command: list[str], folder: Path, scratch: Path, announced: str, name: str
) -> Iterator[Server]:
    own = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "IPYTHONDIR": "ipython",
    }
    env = environment()
    # Nobody's settings and extensions but those of this environment.
    env.update({key: str(scratch / name / value) for key, value in own.items()})
    log = scratch / f"{name}.log"
    with processes.launched(command, announced=announced, log=log, env=env, cwd=folder) as (
        process,
        url,
    ):
        yield Server(psutil.Process(process.pid), url)


# `dlwidgets serve` without a PATH, with another folder in place of the notebooks it comes with.
_SERVE_OWN = """
import sys
from pathlib import Path
from dlwidgets import cli
from dlwidgets.cli import notebooks
folder = Path(sys.argv[1])
notebooks.notebooks_root = lambda: folder.parent
sys.exit(cli.main(["serve", *sys.argv[2:]]))
"""


@contextlib.contextmanager
def voila(folder: Path, scratch: Path, *options: str, own: bool = False) -> Iterator[Server]:
    """`dlwidgets serve` on a folder until the block is left.

    Args:
        folder: The notebooks; with `own` it must be named "dashboards".
        scratch: Where the server keeps its files.
        *options: More of the command's options.
        own: Treat them as the dashboards that dlwidgets comes with, as without a PATH.
    """
    start = ["-c", _SERVE_OWN] if own else ["-m", "dlwidgets.cli", "serve"]
    command = [sys.executable, *start, str(folder), "--port", "0"]
    command += ["--no-browser", "--cull-timeout", "10", *options]
    with _running(command, folder, scratch, r"^  at (http\S+)$", "serve") as server:
        yield server


@contextlib.contextmanager
def lab(folder: Path, scratch: Path) -> Iterator[Server]:
    """JupyterLab on a folder until the block is left; its pages show `window.jupyterapp`."""
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        "--no-browser",
        "--allow-root",
        "--ServerApp.port=0",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.root_dir={folder}",
        "--IdentityProvider.token=",
        "--LabApp.expose_app_in_browser=True",
        "--LabApp.news_url=",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--ServerApp.kernel_spec_manager_class=dlwidgets.cli.kernels.ThisPythonKernelSpecManager",
    ]
    with _running(
        command, folder, scratch, r"^\S.*(http://127\.0\.0\.1:\d+/)lab\b", "lab"
    ) as server:
        yield server


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium.

    Raises:
        RuntimeError: There is none.
    """
    path = find_chromium()
    if path is None:
        message = f"no Chromium: none of {', '.join(_NAMES)} is on the PATH; $CHROMIUM names one"
        raise RuntimeError(message)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*_FLAGS])
        try:
            yield browser
        finally:
            browser.close()


@contextlib.contextmanager
def new_page(browser: Browser) -> Iterator[Page]:
    """A page of a visitor who has never been here: nothing is cached."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000})
    context.set_default_timeout(PATIENCE * 1000)
    page = context.new_page()
    try:
        yield page
    finally:
        # As a visitor who leaves: the server ends the page's kernel.
        with contextlib.suppress(Exception):
            page.goto("about:blank")
        context.close()


def open_in_voila(page: Page, server: Server, name: str) -> None:
    """Open a notebook's page and wait until it is there."""
    page.goto(f"{server.url}voila/render/{name}")


def run_in_lab(page: Page, server: Server, name: str) -> None:
    """Open a notebook in JupyterLab and run all its cells."""
    page.goto(f"{server.url}lab/tree/{name}")
    page.wait_for_function("() => window.jupyterapp?.shell?.currentWidget?.sessionContext")
    page.evaluate(
        """async () => {
            const {shell, commands} = window.jupyterapp;
            await window.jupyterapp.restored;
            const context = shell.currentWidget.sessionContext;
            await context.ready;
            await context.session?.kernel?.info;
            await commands.execute("notebook:run-all-cells");
        }"""
    )
