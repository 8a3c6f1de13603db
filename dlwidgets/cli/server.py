"""The dashboard server: Voila with a gallery, preheated kernels and progress messages."""

from __future__ import annotations

import math
import os
import sys
import threading
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import jinja2
from jupyter_core.utils import ensure_async
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from tornado import web
from tornado.ioloop import IOLoop
from tornado.log import gen_log
from voila.app import Voila
from voila.handler import BaseVoilaHandler
from voila.tornado.contentshandler import VoilaContentsHandler
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.treehandler import TornadoVoilaTreeHandler

from dlwidgets.cli.kernels import started_for_request
from dlwidgets.cli.languages import install, remember
from dlwidgets.cli.network import is_loopback
from dlwidgets.cli.notebooks import cards, grouped, moved

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from dlwidgets.cli.notebooks import Card

_TEMPLATES = Path(__file__).resolve().parent / "jupyter" / "voila" / "templates" / "dlwidgets"
_HEARTBEAT = "voila_heartbeat"
IN_JUPYTERLAB_ONLY = 409
"""The status of the page of a notebook that is no page: its words say where it runs."""
_KERNEL_DIED = "<script>dlwProgress.failed()</script>\n"


async def is_alive(handler: JupyterHandler, kernel_id: str) -> bool:
    """Return whether a kernel is running.

    Args:
        handler: A handler of the server.
        kernel_id: The id of the kernel. It may be unknown.
    """
    manager = handler.kernel_manager
    return kernel_id in manager and bool(await ensure_async(manager.is_alive(kernel_id)))


class AliveHandler(JupyterHandler):
    """Handler that tells a page whether its kernel is running."""

    @web.authenticated
    async def get(self, kernel_id: str) -> None:
        """Answer ``{"alive": true}`` or ``{"alive": false}``.

        Args:
            kernel_id: The id of the kernel, from the address.
        """
        self.set_header("Cache-Control", "no-store")
        self.finish({"alive": await is_alive(self, kernel_id)})


class GalleryHandler(BaseVoilaHandler):
    """Handler of the page that lists the notebooks as cards."""

    @web.authenticated
    async def get(self, _path: str = "") -> None:
        """Answer with the gallery, also for links to old folders."""
        server: DashboardServer = self.settings["voila"]
        folder = Path(server.root_dir)
        loop = IOLoop.current()
        found = await loop.run_in_executor(None, cards, folder)
        steps = [card for card in found if card.lesson]
        index = _index_of(steps, found)
        # Tutorials beside the path that are no pages are named with it.
        beside = [card for card in found if card.host and not card.lesson and steps]
        others = [c for c in found if not c.lesson and c is not index and c not in beside]
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-cache")
        self.set_header("Vary", "Accept-Language, Cookie")
        remember(self, self.base_url)
        self.finish(
            self.render_template(
                "gallery.html",
                groups=self._items(others),
                parts=self._items(steps),
                numbers={card.lesson.number for card in steps if card.lesson},
                index=self._item(index) if index else None,
                beside=beside,
                chosen_theme=server.chosen_theme,
                minutes=math.ceil(server.kernel_manager.cull_idle_timeout / 60),
            )
        )

    def _items(self, found: list[Card]) -> list[tuple[str, list[dict[str, Any]]]]:
        return [
            (group, [self._item(card) for card in members]) for group, members in grouped(found)
        ]

    def _item(self, card: Card) -> dict[str, Any]:
        """Return what the gallery shows of a card."""
        picture = url_path_join(self.base_url, "dlwidgets/picture", quote(card.path))
        return {
            "card": card,
            "url": "" if card.host else page_address(self.base_url, card.path),
            "picture": picture if card.picture else "",
        }


def page_address(base_url: str, path: str) -> str:
    """Return the address of a notebook's page.

    Args:
        base_url: The path that all pages of the server lie under.
        path: The notebook, relative to the folder served.

    Example:
        >>> from dlwidgets.cli.server import page_address
        >>> page_address("/", "tutorials/02-a-first-network.ipynb")
        '/voila/render/tutorials/02-a-first-network.ipynb'
    """
    return str(url_path_join(base_url, "voila/render", quote(path)))


def _index_of(steps: list[Card], found: list[Card]) -> Card | None:
    """Return the card of the notebook that shows all tutorials, which lies beside them."""
    folders = {card.folder for card in steps}
    return next(
        (card for card in found if card.folder in folders and card.path.endswith("index.ipynb")),
        None,
    )


class PictureHandler(JupyterHandler):
    """Handler of the pictures in the gallery."""

    @web.authenticated
    async def get(self, path: str) -> None:
        """Answer with the picture of a notebook.

        Args:
            path: The path of the notebook, from the address.

        Raises:
            HTTPError: No card has this path, or it has no picture.
        """
        server: DashboardServer = self.settings["voila"]
        folder = Path(server.root_dir)
        loop = IOLoop.current()
        found = await loop.run_in_executor(None, cards, folder)
        # The address is compared with the cards, and never becomes a path itself.
        picture = next((card.picture for card in found if card.path == path), "")
        if not picture:
            raise web.HTTPError(404)
        self.set_header("Content-Type", "image/webp")
        self.set_header("Cache-Control", "max-age=3600")
        self.finish((folder / picture).read_bytes())


class PageHandler(TornadoVoilaHandler):
    """Handler of a notebook's page. It reports a dead kernel, and shuts down abandoned ones."""

    @web.authenticated
    async def get(self, path: str | None = None) -> None:
        """Answer with the page.

        Args:
            path: The notebook, relative to the folder served.

        Raises:
            HTTPError: The notebook runs in JupyterLab only.
        """
        if path and not self.notebook_path:
            server: DashboardServer = self.settings["voila"]
            loop = IOLoop.current()
            found = await loop.run_in_executor(None, cards, Path(server.root_dir))
            if today := moved(path, found):
                query = f"?{self.request.query}" if self.request.query else ""
                self.redirect(page_address(self.base_url, today) + query)
                return
            if any(card.host for card in found if card.path == path):
                raise web.HTTPError(IN_JUPYTERLAB_ONLY)
        await super().get(path=path)

    async def get_generator(self, path: str | None = None) -> AsyncIterator[str]:
        """Yield the page in pieces while its cells run.

        Args:
            path: The notebook, relative to the folder served.

        Yields:
            Pieces of HTML.
        """
        # Reading it sets its cookie, which the page needs to shut down its kernel when it closes.
        _ = self.xsrf_token
        kernels: list[str] = []
        started_for_request.set(kernels)
        self.kernels_of_page = kernels
        async for piece in super().get_generator(path=path):
            yield piece
            if _HEARTBEAT in piece and kernels and not await is_alive(self, kernels[-1]):
                self.log.error("The kernel of %s died before its page was ready", path)
                yield _KERNEL_DIED
                return

    def on_connection_close(self) -> None:
        """Shut down the kernel of a page that was closed before it was complete."""
        super().on_connection_close()
        for kernel_id in getattr(self, "kernels_of_page", []):
            if kernel_id in self.kernel_manager:
                IOLoop.current().add_callback(self.kernel_manager.shutdown_kernel, kernel_id)


class DashboardServer(Voila):
    """Voila with the gallery instead of its file list.

    Example:
        >>> server = DashboardServer(config=config)  # doctest: +SKIP
        >>> server.initialize([]); server.start()  # doctest: +SKIP
    """

    name = "voila"  # the name by which Voila's handlers find the server

    @property
    def chosen_theme(self) -> str:
        """The theme from the command line: ``"auto"``, ``"light"`` or ``"dark"``."""
        return str(self.voila_configuration.resources["dlwidgets"]["theme"])

    @property
    def address(self) -> str:
        """The address to open in a browser, with the token if there is one."""
        host = "127.0.0.1" if self.ip in ("", "0.0.0.0", "::") else self.ip  # noqa: S104
        host = f"[{host}]" if ":" in host else host
        query = f"?token={quote(self.token)}" if self.token else ""
        return f"http://{host}:{self.port}{self.base_url}{query}"

    def initialize(self, argv: list[str] | None = None) -> None:
        """Set the server up.

        Args:
            argv: Options in Voila's own notation.
        """
        super().initialize(argv)
        # Of any notebook that was not signed by running it in JupyterLab. Nothing here depends on
        # it: a page's outputs are made by running the notebook.
        self.log.addFilter(lambda record: "is not trusted" not in str(record.msg))
        # Tornado's, about each page: it caps the 90 s that Jupyter Server waits for the answer to
        # a ping, and does no harm. With 30 s, the time between two pings, Jupyter Server would take
        # the first ping for unanswered and drop the page's connection.
        gen_log.addFilter(lambda record: "websocket_ping_timeout" not in str(record.msg))

    def init_settings(self) -> dict[str, Any]:
        """Return the settings of the web application."""
        settings: dict[str, Any] = super().init_settings()
        # Handlers that are not Voila's own show errors and the login form with these templates.
        others = settings["jinja2_env"]
        others.loader = jinja2.ChoiceLoader([jinja2.FileSystemLoader(_TEMPLATES), others.loader])
        language = self.voila_configuration.resources["dlwidgets"]["language"]
        for environment in (others, settings["voila_jinja2_env"]):
            install(environment, language)
        # A page loads 10 MB of scripts, 3 MB when compressed.
        return {**settings, "compress_response": True}

    def init_handlers(self) -> list[Any]:
        """Return Voila's pages, with the gallery in and the listing of files out."""
        replaced = {TornadoVoilaTreeHandler: GalleryHandler, TornadoVoilaHandler: PageHandler}
        alive = url_path_join(self.server_url, r"/dlwidgets/alive/([\w-]+)")
        picture = url_path_join(self.server_url, r"/dlwidgets/picture/(.+)")
        handlers: list[Any] = [(alive, AliveHandler), (picture, PictureHandler)]
        for pattern, handler, *settings in super().init_handlers():
            if handler is not VoilaContentsHandler:
                handlers.append((pattern, replaced.get(handler, handler), *settings))
        return handlers

    def listen(self) -> None:
        """Listen, and print the address."""
        IOLoop.current().add_callback(self._announce)
        super().listen()

    def _announce(self) -> None:
        served = self.notebook_path or self.root_dir
        print(f"Serving {served}\n  at {self.address}", flush=True)
        if not is_loopback(self.ip):
            print(
                "  Other machines can open it with the name or address of this machine."
                + ("" if self.token else "  Without a token, anyone can run these notebooks."),
                flush=True,
            )
        print("Press Ctrl+C to stop.", flush=True)

    def launch_browser(self) -> None:
        """Open the gallery in a browser if the machine has a screen."""
        has_screen = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
        if sys.platform == "linux" and not has_screen:
            return
        threading.Thread(target=webbrowser.open, args=(self.address,), daemon=True).start()
