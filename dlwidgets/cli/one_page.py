"""A Jupyter server on a machine that has memory for one page at a time, as Binder's.

`binder/start` runs it: JupyterLab and Voila's pages on one server. Opening a page, or running a
notebook, ends the kernel of the one before, and that page says why.
"""

from __future__ import annotations

import asyncio
import os
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_core.utils import ensure_async
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from jupyter_server.utils import url_path_join
from tornado import web

from dlwidgets.cli.languages import in_all_languages, install, names, prose_in_all_languages
from dlwidgets.cli.notebooks import cards
from dlwidgets.cli.serve import JUPYTER_ROOT
from dlwidgets.cli.server import AliveHandler, is_alive

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp
    from traitlets.config import Config

_MOST_REMEMBERED = 100  # kernels that made way; their pages ask within seconds


class OnePageKernelManager(AsyncMappingKernelManager):
    """Manager that ends a kernel before another one starts.

    A kernel with TensorFlow takes up to 1.6 GB, so a second one doesn't fit into 2 GB: the machine
    would kill either of them without a word.

    Attributes:
        made_way: The kernels that were ended for another one, the latest last.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.made_way: deque[str] = deque(maxlen=_MOST_REMEMBERED)
        self._starting = asyncio.Lock()

    async def start_kernel(self, **kwargs: Any) -> str:  # type: ignore[override]
        """Start a kernel after all others have ended.

        Args:
            **kwargs: As for the base class.

        Returns:
            The kernel's id.
        """
        async with self._starting:
            wanted = kwargs.get("kernel_id")
            for kernel_id in [one for one in self.list_kernel_ids() if one != wanted]:
                self.log.info("Ending kernel %s, because another one starts", kernel_id)
                self.made_way.append(kernel_id)
                await ensure_async(self.shutdown_kernel(kernel_id, now=True))
            started: str = await super().start_kernel(**kwargs)
            return started


class WhyHandler(AliveHandler):
    """Handler that tells a page whether its kernel is running, and if not, whether it made way."""

    @web.authenticated
    async def get(self, kernel_id: str) -> None:
        """Answer ``{"alive": …, "made_way": …}``.

        Args:
            kernel_id: The id of the kernel, from the address.
        """
        self.set_header("Cache-Control", "no-store")
        made_way = kernel_id in getattr(self.kernel_manager, "made_way", ())
        self.finish({"alive": await is_alive(self, kernel_id), "made_way": made_way})


def configure(config: Config) -> None:
    """Set up a Jupyter server: one kernel at a time, and pages that look as `dlwidgets serve`'s.

    Args:
        config: What `get_config()` gives in a `jupyter_server_config.py`.
    """
    # Voila searches these paths for templates, and JupyterLab for settings, so neither needs to be
    # installed there.
    for name in ("JUPYTER_PATH", "JUPYTER_CONFIG_PATH"):
        others = filter(None, [os.environ.get(name)])
        os.environ[name] = os.pathsep.join([str(JUPYTER_ROOT), *others])
    server = config.ServerApp
    server.kernel_manager_class = f"{__name__}.OnePageKernelManager"
    server.kernel_spec_manager_class = "dlwidgets.cli.kernels.ThisPythonKernelSpecManager"
    server.kernel_websocket_connection_class = "dlwidgets.cli.sockets.PromptConnection"
    server.jpserver_extensions = {__name__: True}
    pages = config.VoilaConfiguration
    pages.template, pages.theme, pages.strip_sources = "dlwidgets", "light", True
    # The address of a page is untrusted, so it must not select a template or a theme.
    pages.allow_template_override = pages.allow_theme_override = "NO"
    pages.extension_denylist = ["jupyterlab-plotly"]
    pages.http_keep_alive_timeout = 2
    pages.resources = {
        "dlwidgets": {
            "theme": "auto",
            "gallery": False,
            "language": "",
            "names": names,
            "in_all_languages": in_all_languages,
            "prose_in_all_languages": prose_in_all_languages,
        }
    }
    pages.page_config_hook = _add_title


def _add_title(page_config: dict[str, Any], *, settings: Any, **about: Any) -> dict[str, Any]:
    """Give a page the title of its card. Voila calls this for each page."""
    folder, relative = Path(settings["server_root_dir"]), Path(about["notebook_path"])
    made = cards(folder.expanduser(), [relative])
    page_config["dlwidgetsTitle"] = made[0].title if made else relative.stem
    return page_config


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": __name__}]


def _load_jupyter_server_extension(server_app: ServerApp) -> None:
    """Add what pages ask for. Jupyter Server calls this."""
    application = server_app.web_app
    pattern = url_path_join(application.settings["base_url"], r"/dlwidgets/alive/([\w-]+)")
    application.add_handlers(".*$", [(pattern, WhyHandler)])

    def translate() -> None:
        # Voila makes this when it is loaded, which may be later.
        install(application.settings["voila_jinja2_env"], "")

    server_app.io_loop.add_callback(translate)
