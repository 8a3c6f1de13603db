"""The Filters page: what the filters of a network respond to, during and after training."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np

from dlwidgets import data
from dlwidgets._formatting import format_percent
from dlwidgets._messages import error_message, tr
from dlwidgets._tensorflow import is_loaded, load
from dlwidgets.training.errors import explain
from dlwidgets.vision.demo_networks import TRAININGS, offered, samples
from dlwidgets.vision.features import from_signed, value_range
from dlwidgets.vision.fit_images import photograph_tiles, square_photographs
from dlwidgets.vision.networks import PretrainedNetwork
from dlwidgets.vision.registry import (
    CIFAR10_CNN,
    FileNetwork,
    downloadable_networks,
    pretrained_networks,
)
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets._core.ticker import TICKER
from dlwidgets.widgets._core.worker import Worker
from dlwidgets.widgets._fields.labeled import remark
from dlwidgets.widgets._fields.weights import WeightsField
from dlwidgets.widgets.dashboards._desk import Shown
from dlwidgets.widgets.dashboards._network_page import NETWORK_KIND, NetworkPage
from dlwidgets.widgets.dashboards._studio_page import link_to_network, scaling_of, shown_network
from dlwidgets.widgets.dashboards._tries_of_vision import FILTERS
from dlwidgets.widgets.vision.activation_viewer import ActivationViewer
from dlwidgets.widgets.vision.filter_viewer import FilterViewer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel
    from dlwidgets.models.saved import SavedAbout
    from dlwidgets.training.run import Run
    from dlwidgets.vision.features import Scaling
    from dlwidgets.vision.networks import Network
    from dlwidgets.widgets._core.change import Change
    from dlwidgets.widgets.dashboards._recording import Going

_SHOWN = 120  # samples to choose from
_NONE = ""
_FIRST = "block3_conv"  # of the network of CIFAR-10: its filters have the clearest textures


class FilterDashboard(NetworkPage):
    """Dashboard of a network's filters, as images, and of its feature maps for an image.

    It begins with a small network whose weights come with the package. Others are trained while you
    watch, on photos or on digits, and on MNIST or CIFAR-10 if they are on this machine. Networks
    with ImageNet weights are offered if Keras's cache contains the weights, and can be downloaded
    otherwise.

    Args:
        start: Whether to show the first network, and train it, as soon as the page is visible.

    Attributes:
        network: The menu of networks.
        filters: The `FilterViewer`.
        activations: The `ActivationViewer`, which shows the same layer.
        maps: The `activations` with a timeline of their own. It isn't a child of this box, so that
            you can display it in another place.
        message_line: The line that describes the state of the network.
        run: The Run that is followed, `None` for a trained network.

    Example:
        >>> page = dl.FilterDashboard()  # doctest: +SKIP
        >>> page.maps  # doctest: +SKIP
    """

    css_class = "dlw-filter-page"
    tools_in_form = True
    page_name = "filters"
    tries = FILTERS
    can_open = True
    has_code = True
    timelines = 2
    network: ipywidgets.Dropdown
    weights: WeightsField
    message_line: Any
    filters: FilterViewer
    activations: ActivationViewer

    def __init__(self, *, start: bool = True) -> None:
        self._run: Run | None = None
        self._source: KerasModel | Run | None = None
        self._selected: Network | None = None
        self._shown: Shown | None = None  # a model that was opened
        self._closed, self._showing = False, threading.Lock()  # a closed page shows nothing more
        self._worker = Worker("dlwidgets-filters-page", self._failed)
        self._begins = start
        super().__init__(start=start)

    @property
    def run(self) -> Run | None:
        """The Run that is followed, `None` for a trained network."""
        return self._run

    @property
    def busy(self) -> bool:
        """Whether a network is being prepared."""
        return self._worker.busy

    @property
    def message(self) -> str:
        """The state of the network, or why it can't be shown."""
        return str(self.message_line.value)

    def fields(self) -> Mapping[str, ipywidgets.Widget]:
        """Return the menu of networks, and the buttons that download weights."""
        others = [n for n in pretrained_networks() if n.found and n is not CIFAR10_CNN]
        found: list[Network] = [CIFAR10_CNN, *offered(), *others]
        missing = downloadable_networks()
        self._networks = {network.name: network for network in found}
        network = ipywidgets.Dropdown(
            description=tr("Network"),
            tooltip=tr("The network whose filters are shown."),
            options=self._options(),
            style={"description_width": "96px"},
            layout={"width": "340px", "max_width": "100%"},
        )
        weights = WeightsField(missing, self._use)
        if not missing:
            weights.layout.display = "none"
        return {"network": network, "weights": weights}

    def _options(self) -> list[tuple[str, str]]:
        shown = self._shown
        first = [] if self._begins else [(tr("Select a network…"), _NONE)]
        if shown is not None:
            first = [(tr("Opened: {title}", title=shown.about.title), _NONE)]
        return [*first, *((n.title, name) for name, n in self._networks.items())]

    def _select(self, name: str) -> None:
        """Offer the networks that there are, and select one; new options alone select the first."""
        self.network.unobserve(self._on_network, "value")
        try:
            self.network.options = self._options()
            self.network.value = name
        finally:
            self.network.observe(self._on_network, "value")

    def views(self) -> Mapping[str, ipywidgets.Widget]:
        """Return the message, the filters and the feature maps."""
        filters = FilterViewer(value_range=(-1.0, 1.0))
        filters.form.preset.value = "quick"
        self.opener = filters.grid
        filters.chart.empty_text = tr("The mean activation of each step appears here.")
        message = tr("Starting…") if self._begins else tr("Select a network to see its filters.")
        return {
            "message_line": remark(message),
            "filters": filters,
            "activations": ActivationViewer(),
        }

    def arrange(self) -> Sequence[ipywidgets.Widget]:
        """Return the fields and the filters."""
        row = ipywidgets.Box([self.network, self.weights])
        row.add_class("dlw-row")
        head = ipywidgets.VBox([row, self.message_line, self.tools])
        head.add_class("dlw-form")
        return [head, self.filters]

    def connect(self) -> None:
        """Link the layer of both views, and observe the menu."""
        self.add_class("dlw-filters")
        self.message_line.add_class("dlw-message")
        self.link((self.filters, "layer"), (self.activations, "layer"))
        self.maps = _Maps([self.activations, self._timelines[1]])
        self._own.append(self.maps)
        self.network.observe(self._on_network, "value")

    def controls(self) -> Mapping[str, ipywidgets.Widget]:
        """Return the menu of networks and the settings of the ascent."""
        form = self.filters.form
        names = ("steps", "step_size", "jitter", "blur", "l2", "variation", "before")
        own = {name: getattr(form, name) for name in names}
        return {"network": self.network, **own, "kernels": self.filters.kernels}

    def code(self) -> str:
        """Return the notebook code of the page with its settings."""
        places = {"network": "page.network", "kernels": "page.filters.kernels"}
        lines = [
            f"{places.get(name, f'page.filters.form.{name}')}.value = {control.value!r}"
            for name, control in self.controls().items()
            if control is not self.network or control.value != _NONE
        ]
        head = ["import dlwidgets as dl", "", "page = dl.FilterDashboard()"]
        return "\n".join([*head, *lines, "page", ""])

    def open_model(self, read: Callable[[], tuple[KerasModel, SavedAbout]]) -> None:
        """Show a model in place of the network.

        Args:
            read: Loads the model. Called on the thread of the page.
        """

        def work() -> None:
            self._start_tensorflow()
            model, about = read()
            part, images, pixels = _opened(model, about)
            with self._showing:
                if self._closed:
                    return
                self._leave()
                self._shown = Shown(model, about)
                self._show(part, images, pixels)
                TICKER.add(self)  # which takes the timeline of a run away
            self._select(_NONE)
            self.desk.refresh()
            self.message_line.value = tr(
                "{title} after {step} steps on {dataset} is shown.",
                title=about.title,
                step=about.step,
                dataset=about.dataset,
            )

        self._worker.submit(work)

    def shown_model(self) -> Shown | None:
        """Return the model that was opened, or the network once it has been trained for a step."""
        if self._shown is not None or self._selected is None or self._source is None:
            return self._shown
        return shown_network(self._selected, self._source)

    def link_to_model(self) -> str:
        """Return the query that selects a pretrained network."""
        return link_to_network(self._selected)

    def _show(self, source: Any, images: Any, pixels: tuple[float, float], layer: str = "") -> None:
        self.filters.layer = layer
        self.filters.show(source, value_range=pixels, images=images)
        self.activations.show(source, images, value_range=pixels)

    def _start_tensorflow(self) -> None:
        if not is_loaded():
            self.message_line.value = tr("Starting TensorFlow, which takes a few seconds…")
            load()

    def close(self) -> None:
        """Close the page and all of its widgets. A run that no other page follows is paused."""
        with self._showing:
            self._closed = True
        TICKER.remove(self)
        self._worker.close()
        self._leave()
        super().close()

    def tick(self) -> bool:
        """Show the progress of training. Called by the ticker."""
        run = self._run
        self._follow_run(run)
        if run is None:
            return False
        if run.step_count and not self.tools.can_save:
            self.desk.refresh()
        epoch, epochs = min(run.epoch + 1, run.epochs_to_run), run.epochs_to_run
        accuracy = run.history.get("val_accuracy")
        if accuracy:
            text = tr(
                "{state}: epoch {epoch} of {epochs}. Validation accuracy: {accuracy}.",
                state=_state(run),
                epoch=epoch,
                epochs=epochs,
                accuracy=format_percent(accuracy[-1]),
            )
        else:
            text = tr(
                "{state}: epoch {epoch} of {epochs}.", state=_state(run), epoch=epoch, epochs=epochs
            )
        if self.message_line.value != text:
            self.message_line.value = text
        return not run.state.ended

    def say(self, text: str) -> None:
        """Show a message."""
        self.message_line.value = text

    def resume(self, going: Going) -> None:
        """Go on with the recorded run of a network.

        Args:
            going: The run, and how.
        """
        self._going = going
        with self._showing:
            self._leave()
        self.start()

    def start(self) -> None:
        """Show the selected network, and train it if it isn't trained."""
        self.go_on_question.hide()
        network = self._networks.get(self.network.value)
        if network is not None:
            self._worker.submit(lambda: self._take(network))

    def _on_network(self, change: Change[str]) -> None:
        if change["new"] in self._networks and not self._settling:
            self.start()

    def _use(self, network: Network) -> None:
        """Select a network whose weights have been downloaded."""
        self._networks[network.name] = network
        self._select(network.name)
        self.start()

    def _leave(self) -> None:
        network, self._run, self._selected = self._selected, None, None
        self._source, self._shown = None, None
        if network is not None and network.trained_on:
            TRAININGS.leave(network, self)

    def _take(self, network: Network) -> None:
        """Show another network. On the thread of the worker."""
        if network is self._selected:
            return
        self._start_tensorflow()
        self._leave()
        self.message_line.value = tr("Preparing the network…")
        source: Any
        pixels = (-1.0, 1.0)
        if not isinstance(network, PretrainedNetwork):
            images = samples(network.trained_on)[1][0][:_SHOWN]
            source = TRAININGS.take(network, self, self.begin_network, anew=self._going is not None)
        else:
            source = network.load()
            # The networks of the book take pixels from 0 to 255 minus the mean of each channel.
            # The book itself starts with 0 to 255, and so does this page.
            scaling: Scaling = "pixels" if network.scaling == "caffe" else network.scaling
            pixels = value_range(scaling)
            if isinstance(network, FileNetwork):  # it may take one size only
                pictures = [square_photographs(network.side), photograph_tiles(network.side)]
                images = network.preprocess(np.concatenate(pictures))
            else:
                images = from_signed(samples("photographs")[1][0][:_SHOWN], scaling)
            self.message_line.value = tr(
                "{network} is already trained. Its weights are on this machine.",
                network=network.title,
            )
        with self._showing:
            self._selected = network
            if self._closed:  # while the network was prepared
                self._leave()
                return
            if network.trained_on:
                self._run = source
            self._source = source
            self._show(source, images, pixels, _FIRST if network is CIFAR10_CNN else "")
            TICKER.add(self)
        if self.network.value == network.name:
            self._select(network.name)  # without a model that was opened before
        self.desk.refresh()

    def _failed(self, error: Exception) -> None:
        known = isinstance(error, (ValueError, FileNotFoundError, data.DataError))
        self.message_line.value = error_message(error) if known else explain(error)


class _Maps(ClosesChildren, ipywidgets.VBox):
    """The feature maps with a timeline."""


def _opened(model: Any, about: SavedAbout) -> tuple[KerasModel, NDArray[Any], tuple[float, float]]:
    """Return what is shown of a saved model, images for it, and the range of their pixels."""
    if about.kind == NETWORK_KIND:
        images = samples(about.dataset)[1][0][:_SHOWN]
        return model, images, value_range(scaling_of(about))
    images = data.load(about.dataset).normalized().x_test[:_SHOWN]
    if about.kind == "gan":
        from dlwidgets.models.gan import to_range

        return model.discriminator, to_range(images, model.data_range), model.data_range
    return (model.encoder if about.kind == "vae" else model), images, (0.0, 1.0)


def _state(run: Run) -> str:
    return {
        "ready": tr("Ready"),
        "running": tr("Training"),
        "paused": tr("Paused"),
        "finished": tr("Finished"),
        "stopped": tr("Stopped"),
        "failed": tr("Failed"),
    }[run.state.value]
