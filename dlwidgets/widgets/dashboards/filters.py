"""The Filters page: what the filters of a network look for, while it learns or once it has."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import ipywidgets
import traitlets

from dlwidgets import data
from dlwidgets._formatting import format_percent
from dlwidgets._tensorflow import is_loaded, load, warm_up
from dlwidgets.training.errors import explain
from dlwidgets.vision.demo_networks import TRAININGS, offered, samples
from dlwidgets.vision.networks import PRETRAINED
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets._core.ticker import TICKER
from dlwidgets.widgets._core.worker import Worker
from dlwidgets.widgets._fields.weights import WeightsField
from dlwidgets.widgets._live.budget import budget_of
from dlwidgets.widgets.vision.activation_viewer import ActivationViewer
from dlwidgets.widgets.vision.filter_viewer import FilterViewer

if TYPE_CHECKING:
    from dlwidgets.training.run import Run
    from dlwidgets.vision.networks import Network
    from dlwidgets.widgets._core.change import Change

_SHARE = 25.0  # percent of the training's time: on this page the pictures are what it is about
_SHOWN = 120  # samples to choose from


class FilterDashboard(ClosesChildren, ipywidgets.VBox):
    """A network, its filters as pictures, and its feature maps for an image.

    Without a download, a small network is trained on photographs, on digits, or on MNIST or
    CIFAR-10 where they are found; networks with ImageNet weights are offered where Keras's cache
    has them, and can be fetched where there is a network.

    Attributes:
        network: The choice of networks.
        filters: The `FilterViewer`.
        activations: The `ActivationViewer`, linked by the layer; not part of this box, so that it
            can be put elsewhere on the page.
        run: The training that is followed, None for a finished network.

    Example:
        >>> page = dl.FilterDashboard()  # doctest: +SKIP
        >>> page.activations  # doctest: +SKIP
    """

    def __init__(self) -> None:
        self.run: Run | None = None
        self._chosen: Network | None = None
        self._closed, self._showing = False, threading.Lock()  # a closed page shows nothing more
        self._worker = Worker("dlwidgets-filters-page", self._failed)
        found = [*offered(), *(network for network in PRETRAINED if network.found)]
        self._networks = {network.name: network for network in found}
        self.network = ipywidgets.Dropdown(
            description="Network",
            options=[(n.title, n.name) for n in found],
            style={"description_width": "96px"},
            layout={"width": "340px", "max_width": "100%"},
        )
        missing = [network for network in PRETRAINED if not network.found]
        self.weights = WeightsField(missing, self._use)
        if not missing:
            self.weights.layout.display = "none"
        self.about = ipywidgets.Label("Starting…")
        self.about.add_class("dlw-message")
        self.filters = FilterViewer(value_range=(-1.0, 1.0))
        self.activations = ActivationViewer()
        self._link = traitlets.link((self.filters, "layer"), (self.activations, "layer"))
        head = ipywidgets.VBox([self.network, self.weights, self.about])
        head.add_class("dlw-form")
        super().__init__([head, self.filters])
        self.add_class("dlw-filters")
        self.add_class("dlw-filter-page")
        self.network.observe(self._network_chosen, "value")
        warm_up()
        self.filters.grid.when_seen(self._begin)

    def close(self) -> None:
        """Take the page's widgets off it; a training that nobody else looks at rests."""
        with self._showing:
            self._closed = True
        TICKER.remove(self)
        self._worker.close()
        self._leave()
        self._link.unlink()
        self.activations.close()
        super().close()

    def tick(self) -> bool:
        """Say how far the training is; called by the pump."""
        run = self.run
        if run is None:
            return False
        accuracy = run.history.get("val_accuracy") or []
        right = format_percent(accuracy[-1]) if accuracy else ""
        share = f", recognises {right} of held-out samples" if accuracy else ""
        epoch = f"epoch {min(run.epoch + 1, run.epochs_to_run)} of {run.epochs_to_run}"
        ended = run.state.ended
        text = (
            f"Its training is {run.state.value} in {epoch}{share}."
            if ended
            else f"It is learning: {epoch}{share}."
        )
        if self.about.value != text:
            self.about.value = text
        return not ended

    def _begin(self) -> None:
        name = self.network.value
        self._worker.submit(lambda: self._take(self._networks[name]))

    def _network_chosen(self, change: Change[str]) -> None:
        if change["new"] in self._networks:
            self._begin()

    def _use(self, network: Network) -> None:
        """A network whose weights have just been fetched."""
        self._networks[network.name] = network
        self.network.options = [(n.title, n.name) for n in self._networks.values()]
        self.network.value = network.name

    def _leave(self) -> None:
        network, self.run, self._chosen = self._chosen, None, None
        if network is not None and network.trained_on:
            TRAININGS.leave(network, self)

    def _take(self, network: Network) -> None:
        """Show another network; on the worker's thread."""
        if network is self._chosen:
            return
        if not is_loaded():
            self.about.value = "Starting TensorFlow, which takes some seconds…"
            load()
        self._leave()
        self.about.value = "Getting the network ready…"
        if network.trained_on:
            pictures = samples(network.trained_on)[1][0][:_SHOWN]
            pixels = (-1.0, 1.0)
            source: Any = TRAININGS.take(network, self)
        else:
            source = network.load()
            pictures = samples("photographs")[1][0][:_SHOWN]
            # The book's networks take pixels of 0 to 255 without their colours' means; it begins
            # with 0 to 255 all the same, and so does this.
            pixels = (0.0, 255.0) if network.scaling == "caffe" else (-1.0, 1.0)
            pictures = pictures if pixels[0] < 0 else (pictures + 1) * 127.5
            self.about.value = f"{network.title}: its weights were found on this machine."
        with self._showing:
            self._chosen = network
            if self._closed:  # while the network was being got ready
                self._leave()
                return
            if network.trained_on:
                self.run = source
                budget_of(source).choose(_SHARE)
            self.filters.layer = ""
            self.filters.show(source, value_range=pixels)
            self.activations.show(source, pictures, value_range=pixels)
            TICKER.add(self)

    def _failed(self, error: Exception) -> None:
        known = isinstance(error, (ValueError, FileNotFoundError, data.DataError))
        text = str(error) if known else explain(error)
        self.about.value = f"{text[:1].upper()}{text[1:]}"[:500]
