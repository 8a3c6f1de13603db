"""Base class of the pages of studios, which make an image of a photograph."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

from dlwidgets.widgets.dashboards._page import Page

if TYPE_CHECKING:
    from collections.abc import Mapping

    import ipywidgets

    from dlwidgets.training.run import Run


class StudioPage(Page):
    """A page around a studio, which begins by itself as soon as the page is visible.

    A page defines `make_studio` and `names`.
    """

    has_code = True
    names: ClassVar[tuple[str, ...]]
    """The attributes of the studio that are fields, besides the sliders of layers."""
    studio: Any

    def __init__(self) -> None:
        super().__init__(start=True)

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
        return {"studio": studio}

    def controls(self) -> Mapping[str, ipywidgets.Widget]:
        """Return the fields of the studio."""
        own = {name: getattr(self.studio, name) for name in self.names}
        return {"network": self.studio.network_field, **own}

    def code(self) -> str:
        """Return the notebook code of the studio with its settings."""
        attribute, sliders = self.sliders()
        fields = [(f"network_field.value = {self.studio.network_field.value!r}")]
        fields += [f"{name}.value = {getattr(self.studio, name).value!r}" for name in self.names]
        fields += [f"{attribute}[{name!r}].value = {s.value!r}" for name, s in sliders.items()]
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
