"""The choice of the layer that a heat map looks at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets

from dlwidgets.widgets._core.signal_blocker import SignalBlocker

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dlwidgets.widgets._core.change import Change

_LAST = ("Last convolution", "")


class LayerField(ipywidgets.Dropdown):
    """The layers to choose from; joined with the trait `layer` of the view that it is a part of.

    A name that is not among them leaves the field without a choice: the view says why.
    """

    options: Any

    def __init__(self) -> None:
        super().__init__(
            description="Layer",
            options=[_LAST],
            value="",
            tooltip="Whose feature maps Grad-CAM weighs",
            style={"description_width": "initial"},
            layout={"width": "auto"},
        )
        self._quiet = SignalBlocker()
        self._view: Any = None

    def join(self, view: Any) -> None:
        """Set `view.layer` when another is chosen, and show what it is set to."""
        self._view = view
        self.observe(self._chosen, "value")
        view.observe(lambda _: self._show(), "layer")

    def offer(self, layers: Sequence[str], *, used: bool = True) -> None:
        """Offer these layers besides the last convolution.

        Args:
            layers: Their names.
            used: Whether any method looks at a layer; the field is hidden where none does.
        """
        options = [_LAST, *((name, name) for name in layers)]
        with self._quiet:
            if list(self.options) != options:
                self.options = options
        self._show()
        self.layout.display = None if used and layers else "none"

    def _show(self) -> None:
        with self._quiet:
            wanted = self._view.layer
            self.value = wanted if wanted in {value for _, value in self.options} else None

    def _chosen(self, change: Change[str | None]) -> None:
        if not self._quiet and change["new"] is not None:
            self._view.layer = change["new"]
