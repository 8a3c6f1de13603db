"""Sliders for the weights of a network's layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets

from dlwidgets._messages import tr
from dlwidgets.widgets.vision._studio_fields import rounded, slider

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dlwidgets.widgets._core.change import Change


class LayerSliders(ipywidgets.VBox):
    """A slider for the weight of each layer, from input to output.

    Args:
        weights: Name and initial weight of each layer.
        low: The smallest weight.
        title: Shown above the sliders, "" for none.

    Attributes:
        sliders: The sliders by layer.

    Example:
        >>> from dlwidgets.widgets.vision._layer_sliders import LayerSliders
        >>> LayerSliders({"conv_a": 1.0, "conv_b": 0.0}).weights
        {'conv_a': 1.0}
    """

    def __init__(self, weights: Mapping[str, float], *, low: float = 0.0, title: str = "") -> None:
        self._low = low
        self._listeners: list[Callable[[], None]] = []
        self.sliders: dict[str, Any] = {}
        self._box = ipywidgets.VBox(layout={"width": "100%"})
        super().__init__([self._box], layout={"width": "100%"})
        if title:
            head = ipywidgets.Label(title)
            head.add_class("dlw-group-title")
            self.children = (head, self._box)
        self.offer(weights)

    @property
    def weights(self) -> dict[str, float]:
        """The layers whose weight isn't 0, with their weights."""
        values = {name: rounded(s.value) for name, s in self.sliders.items()}
        return {name: value for name, value in values.items() if value}

    def offer(self, weights: Mapping[str, float]) -> None:
        """Show the layers of another network, without calling the listeners."""
        old = self.sliders
        self.sliders = {
            name: slider(
                name,
                weight,
                self._low,
                5.0,
                0.1,
                tooltip=tr("Weight of layer {layer}.", layer=name),
            )
            for name, weight in weights.items()
        }
        self._box.children = tuple(self.sliders.values())
        for field in self.sliders.values():
            field.observe(self._moved, "value")
        for field in old.values():
            field.close()

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call `listener` when a slider is moved."""
        self._listeners.append(listener)

    def _moved(self, _change: Change[object]) -> None:
        for listener in self._listeners:
            listener()
