"""`dlwidgets serve`: check the options, then run the dashboard server."""

from __future__ import annotations

import importlib.util
import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlwidgets._tensorflow import INSTALL_HINT
from dlwidgets.cli.errors import CommandError
from dlwidgets.cli.languages import in_all_languages, names, prose_in_all_languages
from dlwidgets.cli.network import choose_token, claim_port, is_loopback
from dlwidgets.cli.notebooks import Card, cards, resolve

if TYPE_CHECKING:
    import argparse

    from traitlets.config import Config

JUPYTER_ROOT = Path(__file__).resolve().parent / "jupyter"

# A kernel with TensorFlow and a small model takes 0.6 to 1.2 GB. The kernels of open pages and
# other programs need memory as well.
_BYTES_PER_WARM_KERNEL = 2e9
_MAX_WARM_KERNELS = 3


def require(*modules: str) -> None:
    """Check that the packages that a command needs are installed.

    Args:
        *modules: Names of the modules.

    Raises:
        CommandError: A module is missing. The message says how to install it.
    """
    for module in modules:
        if importlib.util.find_spec(module) is None:
            message = (
                f"{module} is not installed. Run  {sys.executable} -m pip install {module}  "
                "and try again."
            )
            raise CommandError(message)


def warm_count(available_bytes: float) -> int:
    """Return how many notebooks get a kernel before they are opened.

    Args:
        available_bytes: Free memory of this machine in bytes.

    Returns:
        A number from 0 to 3.
    """
    return max(0, min(_MAX_WARM_KERNELS, int(available_bytes / _BYTES_PER_WARM_KERNEL)))


def build_config(arguments: argparse.Namespace, path: Path, port: int, token: str) -> Config:
    """Return Voila's settings for the options of the command.

    Args:
        arguments: The parsed options.
        path: The notebook or folder to serve, absolute.
        port: The port to listen on.
        token: The access token. `""` for none.

    Returns:
        The configuration of a `DashboardServer`.
    """
    from traitlets.config import Config

    config = Config()
    _configure_server(config.Voila, arguments, path)
    config.Voila.port, config.Voila.token = port, token
    config.Voila.tornado_settings = _web_settings(arguments, token)
    _configure_pages(config.VoilaConfiguration, arguments, path)
    config.VoilaExecutor.cell_error_instruction = (
        "The log of the server has details. dlwidgets serve --debug shows them here."
    )
    _configure_kernels(config, arguments, path)
    return config


def _configure_server(server: Any, arguments: argparse.Namespace, path: Path) -> None:
    base_url = "/" + "/".join(part for part in arguments.base_url.split("/") if part) + "/"
    server.ip, server.port_retries = arguments.ip, 0
    server.open_browser = not arguments.no_browser
    server.root_dir = str(path if path.is_dir() else path.parent)
    server.base_url = base_url.replace("//", "/")
    server.kernel_websocket_connection_class = "dlwidgets.cli.sockets.PromptConnection"
    # Settings of another Voila on this machine or in the current folder don't apply here.
    server.config_file_paths = []
    server.log_level = logging.INFO if arguments.debug else logging.WARNING
    if path.is_file():
        server.notebook_path = str(path)


def _web_settings(arguments: argparse.Namespace, token: str) -> dict[str, Any]:
    return {
        "headers": {
            "Content-Security-Policy": (
                "frame-ancestors 'self'; object-src 'none'; base-uri 'self'; form-action 'self'"
            ),
            # The address may contain a token.
            "Referrer-Policy": "same-origin",
        },
        # Without a token, a foreign page whose name resolves to this machine must have no access.
        "allow_remote_access": bool(token) or not is_loopback(arguments.ip),
        "local_hostnames": ["localhost", *arguments.allow_host],
    }


def _configure_pages(pages: Any, arguments: argparse.Namespace, path: Path) -> None:
    pages.template = "dlwidgets"
    pages.theme = "dark" if arguments.theme == "dark" else "light"
    pages.strip_sources = True
    pages.show_tracebacks = arguments.debug
    # The address of a page is untrusted, so it must not select a template or a theme.
    pages.allow_template_override = "NO"
    pages.allow_theme_override = "NO"
    if arguments.path is None:
        # 1.5 MB that each page would load, but these dashboards don't need it.
        pages.extension_denylist = ["jupyterlab-plotly"]
    pages.http_keep_alive_timeout = 2
    pages.multi_kernel_manager_class = "dlwidgets.cli.kernels.PageKernelManager"
    pages.kernel_spec_manager_class = "dlwidgets.cli.kernels.OnlyThisPythonKernelSpecManager"
    pages.resources = {
        "dlwidgets": {
            "theme": arguments.theme,
            "gallery": path.is_dir(),
            "language": arguments.language,
            "names": names,
            "in_all_languages": in_all_languages,
            "prose_in_all_languages": prose_in_all_languages,
        }
    }
    pages.page_config_hook = _add_title


def _configure_kernels(config: Config, arguments: argparse.Namespace, path: Path) -> None:
    import psutil

    kernels = config.PageKernelManager
    kernels.cull_idle_timeout = arguments.cull_timeout
    kernels.cull_interval = max(1, min(5, arguments.cull_timeout // 4))
    # A kernel that died has lost the widgets of its page, so restarting it doesn't help.
    config.KernelManager.autorestart = False
    if sys.platform != "win32":
        # Other users of this machine can neither access nor intercept these kernels.
        config.KernelManager.transport = "ipc"

    warm = 0 if arguments.no_preheat else warm_count(psutil.virtual_memory().available)
    config.VoilaConfiguration.preheat_kernel = warm > 0
    pools = {"default": {"pool_size": 0}}
    served = [Card(path.name, "", "", 0.0)] if path.is_file() else cards(path)
    for card in [card for card in served if not (card.problem or card.host)][:warm]:
        pools[card.path] = {"pool_size": 1}
    config.VoilaKernelManager.kernel_pools_config = pools


def _add_title(page_config: dict[str, Any], *, settings: Any, **about: Any) -> dict[str, Any]:
    """Give a page its card's title, and whether it is a tutorial. Voila calls this for each."""
    folder, relative = Path(settings["voila"].root_dir), Path(about["notebook_path"])
    made = cards(folder, [relative])
    page_config["dlwidgetsTitle"] = made[0].title if made else relative.stem
    page_config["dlwidgetsLesson"] = bool(made and made[0].lesson)
    return page_config


def serve(arguments: argparse.Namespace) -> int:
    """Serve dashboards until interrupted.

    Args:
        arguments: The parsed options of the command line.

    Returns:
        The exit code.

    Raises:
        CommandError: A requirement is missing, or the port can't be used.
    """
    require("voila", "ipykernel", "psutil")
    if arguments.path is None and importlib.util.find_spec("tensorflow") is None:
        raise CommandError(INSTALL_HINT)
    path = resolve(arguments.path, "")
    token = choose_token(arguments.ip, arguments.token, arguments.no_token)
    port = claim_port(arguments.ip, arguments.port)
    # Pages translate what kernels send them, each for its own reader, so kernels send English.
    os.environ["DLWIDGETS_LANG"] = arguments.language or "en"
    # Voila searches Jupyter's paths for templates, so they needn't be installed there.
    others = os.environ.get("JUPYTER_PATH", "")
    os.environ["JUPYTER_PATH"] = os.pathsep.join([str(JUPYTER_ROOT), *filter(None, [others])])

    from dlwidgets.cli.server import DashboardServer

    server = DashboardServer(config=build_config(arguments, path, port, token))
    server.initialize([])
    server.start()
    return 0
