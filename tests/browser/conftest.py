"""One browser and one server of each kind for all tests; what went wrong is kept in pictures."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser.helpers import REPOSITORY, Server, notebook, running
from tests.browser.lab_helpers import LEAVE, SETUP, Kernel, Notebook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
)
TOKEN = "of-the-tests"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")

expect.set_options(timeout=60_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chosen = os.environ.get("CHROMIUM")
    chromium = chosen or next(filter(None, map(shutil.which, NAMES)), None)
    if chromium is None:
        message = f"no Chromium: none of {', '.join(NAMES)} is on the PATH, and CHROMIUM is not set"
        if os.environ.get("CI", "").lower() in ("1", "true"):
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=[*FLAGS])
        yield started
        started.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    report = yield
    setattr(item, f"report_{report.when}", report)
    return report


@pytest.fixture
def new_page(
    browser: Browser, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Callable[..., Page]]:
    """Makes pages, each with a context of its own: different visitors, as it were."""
    contexts: list[BrowserContext] = []

    def make(**options: Any) -> Page:
        settings = {"viewport": {"width": 1280, "height": 1000}, "accept_downloads": True}
        context = browser.new_context(**{**settings, **options})
        context.set_default_timeout(60_000)
        contexts.append(context)
        page = context.new_page()
        page.said = []  # type: ignore[attr-defined]
        page.on("console", lambda message: page.said.append(message.text))  # type: ignore[attr-defined]
        page.on("pageerror", lambda error: page.said.append(str(error)))  # type: ignore[attr-defined]
        return page

    yield make
    report = getattr(request.node, "report_call", None)
    if report is not None and report.failed:
        _keep_evidence(contexts, request, tmp_path)
    for context in contexts:
        for page in context.pages:
            # As a visitor who leaves: the server ends the page's kernel at once.
            page.goto("about:blank")
        context.close()


def _keep_evidence(
    contexts: list[BrowserContext], request: pytest.FixtureRequest, folder: Path
) -> None:
    """Pictures and consoles of all pages, and the servers' logs, where they outlive the test."""
    for i, page in enumerate(page for context in contexts for page in context.pages):
        page.screenshot(path=folder / f"page-{i}.png", full_page=True, timeout=20_000)
        said = getattr(page, "said", [])
        (folder / f"page-{i}.console.txt").write_text("\n".join(said))
    for name in ("dashboards", "lab"):
        server = request.node.funcargs.get(name)
        if isinstance(server, Server):
            shutil.copy(server.log, folder)
    print(f"pictures, consoles and logs: {folder}")


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    return new_page()


@pytest.fixture(scope="session")
def dashboards(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`dlwidgets serve` on the repository's dashboards; tests add notebooks of their own."""
    base = tmp_path_factory.mktemp("served")
    folder = base / "notebooks"
    shutil.copytree(REPOSITORY / "notebooks" / "dashboards", folder)
    with running(
        "serve", folder, base / "home", r"^  at (http\S+)$", "--no-preheat", "--cull-timeout", "30"
    ) as server:
        yield server


@pytest.fixture(scope="session")
def lab(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """`dlwidgets lab` on a folder that tests put notebooks into."""
    base = tmp_path_factory.mktemp("lab")
    folder, home = base / "notebooks", base / "home"
    notebook(folder / "first.ipynb", "1 + 1")
    config = home / "config"
    config.mkdir(parents=True)
    # The page's own commands are how the tests run cells.
    (config / "jupyter_lab_config.json").write_text(
        json.dumps({"LabApp": {"expose_app_in_browser": True}})
    )
    with running(
        "lab", folder, home, r"^\S.*(http://127\.0\.0\.1:\d+/)lab\b", "--token", TOKEN
    ) as server:
        server.token = TOKEN
        yield server


@pytest.fixture(scope="session")
def kernel(lab: Server) -> Iterator[Kernel]:
    """One kernel for all notebooks: TensorFlow takes seconds to start."""
    kernel = Kernel(lab)
    kernel.run(SETUP)
    yield kernel
    kernel.close()


@pytest.fixture
def open_notebook(page: Page, kernel: Kernel) -> Iterator[Callable[..., Notebook]]:
    """Opens a notebook of these cells in JupyterLab; what it trains ends with the test."""
    yield lambda *cells: Notebook(page, kernel, *cells)
    kernel.run(LEAVE)


def pytest_report_header() -> str:
    text = (REPOSITORY / "pyproject.toml").read_text()
    version = re.search(r'^version = "(.+)"', text, re.MULTILINE)
    return f"dlwidgets {version[1] if version else '?'} in {REPOSITORY}"
