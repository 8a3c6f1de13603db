"""Buttons to download pretrained weights."""

from __future__ import annotations

import functools
import time
from typing import TYPE_CHECKING, Any

import ipywidgets

from dlwidgets._formatting import format_bytes
from dlwidgets._messages import join_messages, tr
from dlwidgets.training.errors import explain
from dlwidgets.vision.weights import download_weights
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets._core.worker import Worker
from dlwidgets.widgets._fields.labeled import remark

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dlwidgets.vision.networks import KerasNetwork

_INTERVAL = 0.2  # seconds between two progress updates


class WeightsField(ClosesChildren, ipywidgets.VBox):
    """One button per network that first downloads its weights, and then selects it.

    Args:
        networks: The networks whose weights aren't on this machine.
        use: Called on the click's thread when the user selects a downloaded network.

    Attributes:
        buttons: The buttons by the network's name.
        cancel: The button that cancels a download.
        bar: The progress of a download.
        message: The result of the last download.
    """

    def __init__(
        self, networks: Sequence[KerasNetwork], use: Callable[[KerasNetwork], None]
    ) -> None:
        self._use = use
        self._stopped = False
        self._worker = Worker("dlwidgets-weights", self._failed)
        self.buttons: dict[str, Any] = {}
        for network in networks:
            button = ipywidgets.Button(
                description=tr(
                    "Download {network} ({size})",
                    network=_short_title(network),
                    size=format_bytes(network.nbytes),
                ),
                tooltip=tr("Download the weights from {url}.", url=network.url),
                layout={"width": "auto"},
            )
            button.on_click(functools.partial(self._press, network))
            self.buttons[network.name] = button
        self.bar = ipywidgets.FloatProgress(min=0.0, max=1.0, layout={"flex": "1 1 120px"})
        self.cancel = ipywidgets.Button(
            description=tr("Cancel"),
            tooltip=tr("Cancel the download and discard what has arrived."),
            layout={"width": "auto"},
        )
        self.cancel.on_click(lambda _: self._press_cancel())
        self._going = ipywidgets.Box(
            [self.bar, self.cancel], layout={"display": "none", "align_items": "center"}
        )
        self.message = remark(
            tr("These networks were trained on a million photos and give richer images.")
        )
        row = ipywidgets.Box(list(self.buttons.values()), layout={"flex_flow": "row wrap"})
        row.add_class("dlw-actions")
        super().__init__([row, self._going, self.message])
        self.add_class("dlw-weights")
        if not networks:
            self.layout.display = "none"
        problems = [network.problem for network in networks if network.problem]
        if problems:
            self.message.say(join_messages(problems), bad=True)

    @property
    def busy(self) -> bool:
        """Whether a download is in progress."""
        return self._worker.busy

    def _release(self) -> None:
        self._stop()
        self._worker.close()

    def _press(self, network: KerasNetwork, _button: Any) -> None:
        if network.found:
            self._offer(network)
            self._use(network)
            return
        if self.busy:
            return
        self._stopped = False
        self._set_going(True)
        self.message.say(tr("Connecting to download {network}…", network=_short_title(network)))
        self._worker.submit(lambda: self._download(network))

    def _press_cancel(self) -> None:
        self.message.say(tr("Canceling…"))
        self._stop()

    def _stop(self) -> None:
        self._stopped = True

    def _download(self, network: KerasNetwork) -> None:
        """Download the weights, on the worker's thread."""
        told = 0.0

        def progress(done: int, total: int) -> None:
            nonlocal told
            now = time.monotonic()
            if now >= told + _INTERVAL:
                told = now
                self.bar.value = min(1.0, done / total)
                self.message.say(
                    tr(
                        "{received} of {total} received.",
                        received=format_bytes(done),
                        total=format_bytes(total),
                    )
                )

        found = download_weights(network, progress, lambda: self._stopped)
        self._set_going(False)
        if found:
            self._offer(network)
        else:
            self.message.say(tr("The download was canceled. Nothing was saved."))

    def _offer(self, network: KerasNetwork) -> None:
        button = self.buttons[network.name]
        button.description = tr("Use {network}", network=_short_title(network))
        button.button_style = "primary"
        button.tooltip = tr("Select it as this page's network.")
        self.message.say(tr("{network} is on this machine.", network=_short_title(network)))

    def _failed(self, error: Exception) -> None:
        self._set_going(False)
        self.message.say(explain(error), bad=True)

    def _set_going(self, going: bool) -> None:
        self.bar.value = 0.0
        self._going.layout.display = None if going else "none"
        for button in self.buttons.values():
            button.disabled = going


def _short_title(network: KerasNetwork) -> str:
    return network.title.partition(" (")[0]
