"""Buttons that fetch the weights of networks that make richer pictures."""

from __future__ import annotations

import functools
import time
from typing import TYPE_CHECKING, Any

import ipywidgets

from dlwidgets._formatting import format_bytes
from dlwidgets.training.errors import explain
from dlwidgets.vision.weights import download_weights
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets._core.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dlwidgets.vision.networks import Network

_INTERVAL = 0.2  # seconds between two reports of progress


class WeightsField(ClosesChildren, ipywidgets.VBox):
    """For each network a button: first it fetches the weights, then it takes the network into use.

    Args:
        networks: Those whose weights are not on this machine.
        use: Called when somebody wants to use one that is; on the thread of the click.

    Attributes:
        buttons: By the network's name.
        cancel: The button that ends a download.
        remark: What has come of it.
    """

    def __init__(self, networks: Sequence[Network], use: Callable[[Network], None]) -> None:
        self._use = use
        self._stopped = False
        self._worker = Worker("dlwidgets-weights", self._failed)
        self.buttons: dict[str, Any] = {}
        for network in networks:
            button = ipywidgets.Button(
                description=f"Get {_short(network)} ({format_bytes(network.nbytes)})",
                tooltip=f"Download its weights from {network.url}",
                layout={"width": "auto"},
            )
            button.on_click(functools.partial(self._press, network))
            self.buttons[network.name] = button
        self.bar = ipywidgets.FloatProgress(min=0.0, max=1.0, layout={"flex": "1 1 120px"})
        self.cancel = ipywidgets.Button(
            description="Cancel",
            tooltip="Stop the download and keep nothing of it",
            layout={"width": "auto"},
        )
        self.cancel.on_click(lambda _: self._press_cancel())
        self._going = ipywidgets.Box(
            [self.bar, self.cancel], layout={"display": "none", "align_items": "center"}
        )
        self.remark = ipywidgets.Label(
            "These have learned from a million photographs and make richer pictures.",
            layout={"width": "100%"},
        )
        self.remark.add_class("dlw-field-message")
        row = ipywidgets.Box(list(self.buttons.values()), layout={"flex_flow": "row wrap"})
        row.add_class("dlw-actions")
        super().__init__([row, self._going, self.remark])
        self.add_class("dlw-weights")
        if not networks:
            self.layout.display = "none"
        problems = [network.problem for network in networks if network.problem]
        if problems:
            self._say(f"{'. '.join(problems)}.", bad=True)

    def close(self) -> None:
        """Take the field off the page; a download ends."""
        self._stop()
        self._worker.close()
        super().close()

    def _press(self, network: Network, _button: Any) -> None:
        if network.found:
            self._offer(network)
            self._use(network)
            return
        if self._worker.busy:
            return
        self._stopped = False
        self._set_going(True)
        self._say(f"Looking for {_short(network)}…")
        self._worker.submit(lambda: self._download(network))

    def _press_cancel(self) -> None:
        self._say("Cancelling…")
        self._stop()

    def _stop(self) -> None:
        self._stopped = True

    def _download(self, network: Network) -> None:
        """Fetch the weights; on the worker's thread."""
        told = 0.0

        def progress(done: int, total: int) -> None:
            nonlocal told
            now = time.monotonic()
            if now >= told + _INTERVAL:
                told = now
                self.bar.value = min(1.0, done / total)
                self._say(f"{format_bytes(done)} of {format_bytes(total)}")

        found = download_weights(network, progress, lambda: self._stopped)
        self._set_going(False)
        if found:
            self._offer(network)
        else:
            self._say("The download was cancelled; nothing of it is kept.")

    def _offer(self, network: Network) -> None:
        button = self.buttons[network.name]
        button.description, button.button_style = f"Use {_short(network)}", "primary"
        button.tooltip = "Take it as this page's network"
        self._say(f"{_short(network)} is on this machine.")

    def _failed(self, error: Exception) -> None:
        self._set_going(False)
        text = str(error) if isinstance(error, FileNotFoundError) else explain(error)
        self._say(text, bad=True)

    def _set_going(self, going: bool) -> None:
        self.bar.value = 0.0
        self._going.layout.display = None if going else "none"
        for button in self.buttons.values():
            button.disabled = going

    def _say(self, text: str, *, bad: bool = False) -> None:
        self.remark.value = text
        (self.remark.add_class if bad else self.remark.remove_class)("dlw-error")


def _short(network: Network) -> str:
    return network.title.partition(" (")[0]
