"""Base class of the pages of studios, which make an image of a photograph."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, get_args

from dlwidgets._tensorflow import load
from dlwidgets.models.saved import SavedAbout
from dlwidgets.training.run import Run
from dlwidgets.vision.features import Scaling
from dlwidgets.vision.networks import OpenedNetwork, PretrainedNetwork, opened_network
from dlwidgets.widgets._core.ticker import TICKER
from dlwidgets.widgets.dashboards._desk import Shown
from dlwidgets.widgets.dashboards._network_page import NETWORK_KIND, NetworkPage
from dlwidgets.widgets.vision._studio_fields import number

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import ipywidgets

    from dlwidgets._keras_types import KerasModel
    from dlwidgets.vision.networks import Network
    from dlwidgets.widgets.dashboards._recording import Going


class StudioPage(NetworkPage):
    """A page around a studio, which begins by itself as soon as the page is visible.

    A page defines `make_studio` and `names`.
    """

    has_code = True
    can_open = True
    names: ClassVar[tuple[str, ...]]
    """The attributes of the studio that are fields, besides the sliders of layers."""
    studio: Any

    def __init__(self) -> None:
        self._about: SavedAbout | None = None  # of a model that was opened
        self._opened = False  # whether the address has been read, which may name a run
        self._waits = False  # whether a run waits for that
        super().__init__(start=True)
        self.studio.on_network(self.desk.refresh)
        TICKER.add(self)

    @abstractmethod
    def make_studio(self) -> ipywidgets.Widget:
        """Return the studio."""

    @abstractmethod
    def sliders(self) -> tuple[str, Mapping[str, ipywidgets.Widget]]:
        """Return the studio's attribute with the sliders of layers, and the sliders by layer."""

    def views(self) -> Mapping[str, ipywidgets.Widget]:
        """Return the studio."""
        studio: Any = self.make_studio()
        self.opener = studio.compare
        studio.network.begin, studio.network.may_begin = self.begin_network, self.may_begin
        return {"studio": studio}

    def controls(self) -> Mapping[str, ipywidgets.Widget]:
        """Return the fields of the studio."""
        own = {name: getattr(self.studio, name) for name in self.names}
        return {"network": self.studio.network_field, **own}

    # -- the model -----------------------------------------------------------------------------

    def shown_model(self) -> Shown | None:
        """Return the network, once it has been trained for a step."""
        network = self.studio.network
        if network.source is None:
            return None
        if isinstance(network.chosen, OpenedNetwork) and self._about is not None:
            return Shown(network.source, self._about)
        return shown_network(network.chosen, network.source)

    def link_to_model(self) -> str:
        """Return the query that selects a pretrained network."""
        return link_to_network(self.studio.network.chosen)

    def open_model(self, read: Callable[[], tuple[KerasModel, SavedAbout]]) -> None:
        """Select a model in place of the network.

        Args:
            read: Loads the model. Called on a thread of the studio.
        """

        def loaded() -> OpenedNetwork:
            load()
            model, about = read()
            network = opened_network(model, about.title, scaling_of(about))
            self._about = about
            return network

        self.studio.open_network(loaded)

    def restart(self) -> None:
        """Start an image of the form's settings, also where not each change starts one."""
        self.studio.start()

    def tick(self) -> bool:
        """Show the timeline of a network that is trained here. Called by the ticker."""
        self._follow_run(self.run)
        return True

    def say(self, text: str) -> None:
        """Show a message."""
        self.studio.say(text)

    def may_begin(self) -> bool:
        """Return whether a run may begin: not before it is known which one was here."""
        self._waits = True  # before it is asked whether the address has been read
        if not self._opened:
            return False
        self._waits = False
        return super().may_begin()

    def _visible(self, *, start: bool) -> None:
        super()._visible(start=start)
        self._opened = True
        if self._waits:
            self.studio.prepare()

    def resume(self, going: Going) -> None:
        """Go on with the recorded run of a network.

        Args:
            going: The run, and how.
        """
        self._going = going
        self.start()

    def start(self) -> None:
        """Prepare the selected network, and train it if it isn't trained."""
        self.go_on_question.hide()
        self.studio.prepare()

    def close(self) -> None:
        """Close the page and all of its widgets. A run that no other page follows is paused."""
        TICKER.remove(self)
        super().close()

    def code(self) -> str:
        """Return the notebook code of the studio with its settings."""
        attribute, sliders = self.sliders()
        fields = [(f"network_field.value = {self.studio.network_field.value!r}")]
        fields += [f"{name}.value = {_literal(getattr(self.studio, name))}" for name in self.names]
        fields += [f"{attribute}[{name!r}].value = {_literal(s)}" for name, s in sliders.items()]
        lines = [f"studio.{field}" for field in fields]
        kind = type(self.studio).__name__
        head = ["import dlwidgets as dl", "", f"studio = dl.{kind}()"]
        return "\n".join([*head, *lines, "studio", ""])

    @property
    def run(self) -> Run | None:
        """The Run of the network that learns on this page, `None` for a trained one."""
        return self.studio.network.run  # type: ignore[no-any-return]

    @property
    def busy(self) -> bool:
        """Whether an image or the network is in progress."""
        return bool(self.studio.busy)

    @property
    def message(self) -> str:
        """What happens or went wrong."""
        return str(self.studio.message)


def _literal(control: Any) -> str:
    """Return a field's value as Python code, without the last digits, which pages change."""
    value = control.value
    return repr(number(control) if isinstance(value, float) else value)


def scaling_of(about: SavedAbout) -> Scaling:
    """Return the pixel values that a saved model expects: of a classifier, those from 0 to 1."""
    stored = about.settings.get("scaling")
    return next((known for known in get_args(Scaling) if known == stored), "unit")


def shown_network(network: Network, source: KerasModel | Run) -> Shown | None:
    """Return a network with what is stored beside it, `None` before its first step.

    Args:
        network: The network.
        source: Its model, or the Run that trains it.
    """
    run = source if isinstance(source, Run) else None
    if run is not None and not run.step_count:
        return None
    about = SavedAbout(
        kind=NETWORK_KIND,
        title=str(network.title),
        dataset=network.trained_on,
        settings={"scaling": network.scaling},
        step=0 if run is None else run.step_count,
    )
    return Shown(source, about)


def link_to_network(network: Network | None) -> str:
    """Return the query that selects a network by name on another page, "" if none does."""
    by_name = isinstance(network, PretrainedNetwork) and not isinstance(network, OpenedNetwork)
    return f"network={network.name}" if by_name and network is not None else ""
