"""The server on Binder: one kernel at a time, and the pages that `dlwidgets serve` shows."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from traitlets.config import Config

from dlwidgets.cli import one_page
from tests.helpers.servers import notebook

if TYPE_CHECKING:
    from pathlib import Path


@dataclass
class Kernels:
    """Stand for processes: the ids of those that run, and how many ran at most."""

    running: list[str] = field(default_factory=list)
    started: int = 0
    most: int = 0


@pytest.fixture
def kernels(monkeypatch: pytest.MonkeyPatch) -> Kernels:
    made = Kernels()

    async def start(self: Any, *, kernel_id: str | None = None, **_: Any) -> str:
        await asyncio.sleep(0)
        made.started += 1
        chosen = kernel_id or f"kernel-{made.started}"
        made.running = [*dict.fromkeys([*made.running, chosen])]
        made.most = max(made.most, len(made.running))
        return chosen

    async def shutdown(self: Any, kernel_id: str, now: bool = False, **_: Any) -> None:
        await asyncio.sleep(0)
        made.running.remove(kernel_id)

    monkeypatch.setattr(AsyncMappingKernelManager, "start_kernel", start)
    monkeypatch.setattr(AsyncMappingKernelManager, "shutdown_kernel", shutdown)
    monkeypatch.setattr(AsyncMappingKernelManager, "list_kernel_ids", lambda _: [*made.running])
    return made


def test_a_kernel_ends_before_the_next_one_starts(kernels: Kernels) -> None:
    async def visit() -> tuple[list[str], list[str]]:
        manager = one_page.OnePageKernelManager()
        first = await manager.start_kernel()
        # Two pages that are opened at the same moment don't run beside each other either.
        others = await asyncio.gather(manager.start_kernel(), manager.start_kernel())
        return [first, *others], list(manager.made_way)

    opened, made_way = asyncio.run(visit())
    assert kernels.most == 1
    assert kernels.running == opened[-1:]
    assert made_way == opened[:-1]


def test_a_kernel_that_a_page_asks_for_again_stays(kernels: Kernels) -> None:
    async def visit() -> list[str]:
        manager = one_page.OnePageKernelManager()
        first = await manager.start_kernel()
        await manager.start_kernel(kernel_id=first)
        return list(manager.made_way)

    assert asyncio.run(visit()) == []
    assert kernels.running == ["kernel-1"]


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> Config:
    for name in ("JUPYTER_PATH", "JUPYTER_CONFIG_PATH"):
        monkeypatch.setenv(name, "/elsewhere")
    config = Config()
    one_page.configure(config)
    return config


def test_the_pages_are_those_of_serve(settings: Config) -> None:
    pages = settings.VoilaConfiguration
    assert (pages.template, pages.strip_sources) == ("dlwidgets", True)
    assert (pages.allow_template_override, pages.allow_theme_override) == ("NO", "NO")
    for name in ("JUPYTER_PATH", "JUPYTER_CONFIG_PATH"):
        assert os.environ[name] == f"{one_page.JUPYTER_ROOT}{os.pathsep}/elsewhere"
    assert (one_page.JUPYTER_ROOT / "voila/templates/dlwidgets").is_dir()
    assert (one_page.JUPYTER_ROOT / "labconfig").is_dir()
    assert settings.ServerApp.kernel_manager_class == "dlwidgets.cli.one_page.OnePageKernelManager"
    assert settings.ServerApp.jpserver_extensions == {"dlwidgets.cli.one_page": True}


def test_a_page_has_the_title_of_its_card(settings: Config, tmp_path: Path) -> None:
    notebook(tmp_path / "deep" / "page.ipynb", "# A heading", dlwidgets={"title": "A title"})
    hook = settings.VoilaConfiguration.page_config_hook
    around = {"server_root_dir": str(tmp_path)}
    assert hook({}, settings=around, notebook_path="deep/page.ipynb")["dlwidgetsTitle"] == "A title"
    assert hook({}, settings=around, notebook_path="gone.ipynb")["dlwidgetsTitle"] == "gone"
