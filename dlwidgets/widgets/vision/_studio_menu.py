"""The menu of a studio's networks."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlwidgets.vision.networks import Network
    from dlwidgets.widgets._core.change import Change
    from dlwidgets.widgets._core.worker import Worker
    from dlwidgets.widgets.vision._stage import Stage
    from dlwidgets.widgets.vision._studio_job import Job
    from dlwidgets.widgets.vision._studio_network import StudioNetwork


class NetworkMenu:
    """Mixin of studios: selects the network in `network_field`, which others may be added to."""

    network: StudioNetwork
    job: Job | None
    network_field: Any
    stage: Stage
    _preparing: Worker
    _listeners: list[Callable[[], None]]
    _opening: Callable[[], Network] | None = None

    @abstractmethod
    def _show_network(self) -> None:
        """Show the layers of the selected network in the form."""

    @abstractmethod
    def _offer_layers(self) -> None:
        """List the other layers of the network, which has been prepared."""

    @abstractmethod
    def _new_job(self) -> Job:
        """Ask for an image with the settings of the form."""

    @abstractmethod
    def _start(self) -> None:
        """Start an image."""

    @abstractmethod
    def _prepare(self) -> None:
        """Prepare the selected network."""

    def _network_chosen(self, change: Change[str]) -> None:
        if change["new"] in self.network.choices:
            self._show_network()
            self._start()

    def open_network(self, load: Callable[[], Network]) -> None:
        """Select a network that is still to be loaded.

        Args:
            load: Returns the network. Called on the thread that prepares networks.
        """
        self._opening = load
        self._preparing.submit(self._prepare)

    def _open(self) -> bool:
        """Load the network that is to be selected, if there is one; return whether it is another.

        It waits here, not as a request of the worker, which a later one would replace.
        """
        load, self._opening = self._opening, None
        if load is None:
            return False
        self.stage.begin(tr("Loading the model…"))
        try:
            network = load()
        finally:
            self.stage.end()
        before = self.network_field.value
        self._use(network)
        return bool(self.network_field.value != before)

    def on_network(self, listener: Callable[[], None]) -> None:
        """Call `listener` when a network is ready, and when an image of it is."""
        self._listeners.append(listener)

    def _network_described(self) -> None:
        """Show the layers of your own model, which was in the middle of its training before."""
        self.stage.end()
        self._show_network()
        self._offer_layers()
        self._network_ready()
        if self.job is not None and self.job.wanted:
            self._new_job()  # the form had no layers when that one was asked for

    def _network_ready(self) -> None:
        for listener in self._listeners:
            listener()

    def _network_options(self) -> list[tuple[str, str]]:
        return [(network.title, name) for name, network in self.network.choices.items()]

    def _use(self, network: Network) -> None:
        """Select a network whose weights have been downloaded."""
        if network.name not in self.network.choices:
            self.network.choices[network.name] = network
            present = self.network_field.value
            # New options select the first one.
            self.network_field.unobserve(self._network_chosen, "value")
            self.network_field.options = self._network_options()
            self.network_field.value = present
            self.network_field.observe(self._network_chosen, "value")
            self.network_field.layout.display = None
        self.network_field.value = network.name
