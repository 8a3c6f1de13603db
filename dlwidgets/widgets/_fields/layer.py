"""A menu of the layers that a heat map can explain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import ipywidgets

from dlwidgets._messages import tr
from dlwidgets.widgets._core.signal_blocker import SignalBlocker
from dlwidgets.widgets._core.text import own_name

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dlwidgets.widgets._core.change import Change

_LAST = (tr("Last convolution"), "")


class HasLayer(Protocol):
    """A view with a trait `layer`."""

    layer: str

    def observe(self, handler: Callable[..., None], names: Any = ...) -> None:
        """Call `handler` when one of the traits changes."""


class LayerField(ipywidgets.Dropdown):
    """A menu of layers, linked to the trait `layer` of the view that it belongs to.

    A name that isn't listed leaves the menu without a selection; the view says why.
    """

    options: Any

    def __init__(self) -> None:
        super().__init__(
            description=tr("Layer"),
            options=[_LAST],
            value="",
            tooltip=tr("The layer whose feature maps Grad-CAM uses."),
            style={"description_width": "initial"},
            layout={"width": "auto"},
        )
        self._quiet = SignalBlocker()
        self._view: HasLayer | None = None

    def join(self, view: HasLayer) -> None:
        """Set `view.layer` when the user selects a layer, and show its value.

        Args:
            view: The view.
        """
        self._view = view
        self.observe(self._chosen, "value")
        view.observe(lambda _: self._show(), "layer")

    def offer(self, layers: Sequence[str], *, used: bool = True) -> None:
        """List layers, besides the last convolution.

        Args:
            layers: Their names.
            used: Whether any selected method uses a layer. If not, the menu is hidden.
        """
        options = [_LAST, *((own_name(name), name) for name in layers)]
        with self._quiet:
            if list(self.options) != options:
                self.options = options
        self._show()
        self.layout.display = None if used and layers else "none"

    def _show(self) -> None:
        if self._view is None:
            return
        with self._quiet:
            wanted = self._view.layer
            self.value = wanted if wanted in {value for _, value in self.options} else None

    def _chosen(self, change: Change[str | None]) -> None:
        if not self._quiet and self._view is not None and change["new"] is not None:
            self._view.layer = change["new"]
