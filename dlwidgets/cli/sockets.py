"""The page's channel to its kernel, without the wait that TCP adds by default."""

from __future__ import annotations

from typing import Any

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection


class PromptConnection(ZMQChannelsWebsocketConnection):
    """Sends every message of a kernel at once.

    A kernel's answer comes as several small messages. TCP holds the second back until the browser
    acknowledges the first, for which browsers take up to 40 ms (Nagle's algorithm and delayed
    acknowledgments): every click and every movement of a slider would wait that long.
    """

    def connect(self) -> Any:
        """Connect the page to its kernel."""
        self.websocket_handler.set_nodelay(True)
        return super().connect()
