"""Sliders for the weights of a network's layers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets

from dlwidgets._messages import tr
from dlwidgets.widgets._core.signal_blocker import SignalBlocker
from dlwidgets.widgets._core.text import own_name
from dlwidgets.widgets.vision._studio_fields import rounded, slider

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from dlwidgets.widgets._core.change import Change


_LONG = 12  # characters of a name that fit before a slider
_NONE = ""


class LayerSliders(ipywidgets.VBox):
    """A slider for the weight of each layer, from input to output, and a menu to add others.

    Args:
        weights: Name and initial weight of each layer.
        low: The smallest weight.
        title: Shown above the sliders, "" for none.

    Attributes:
        sliders: The sliders by layer.
        more: The menu of the other layers; hidden while none is known.

    Example:
        >>> from dlwidgets.widgets.vision._layer_sliders import LayerSliders
        >>> LayerSliders({"conv_a": 1.0, "conv_b": 0.0}).weights
        {'conv_a': 1.0}
    """

    def __init__(self, weights: Mapping[str, float], *, low: float = 0.0, title: str = "") -> None:
        self._low = low
        self._listeners: list[Callable[[], None]] = []
        self.sliders: dict[str, Any] = {}
        self._all: tuple[str, ...] = ()
        self._quiet = SignalBlocker()
        self._box = ipywidgets.VBox(layout={"width": "100%"})
        self.more = ipywidgets.Dropdown(
            options=[(tr("Add a layer…"), _NONE)],
            tooltip=tr("Add a slider for another layer of the network."),
            layout={"width": "100%", "display": "none"},
        )
        self.more.observe(self._add, "value")
        parts = [self._box, self.more]
        if title:
            head = ipywidgets.Label(title)
            head.add_class("dlw-group-title")
            parts.insert(0, head)
        super().__init__(parts, layout={"width": "100%"})
        self.offer(weights)

    @property
    def weights(self) -> dict[str, float]:
        """The layers whose weight isn't 0, with their weights."""
        values = {name: rounded(s.value) for name, s in self.sliders.items()}
        return {name: value for name, value in values.items() if value}

    def offer(self, weights: Mapping[str, float], others: Sequence[str] = ()) -> None:
        """Show the layers of another network, without calling the listeners.

        Args:
            weights: Name and weight of each layer.
            others: All layers of the network, from input to output, if they are known.
        """
        old = self.sliders
        self.sliders = {name: self._slider(name, weight) for name, weight in weights.items()}
        self.offer_more(others)
        for field in old.values():
            field.close()

    def offer_more(self, names: Sequence[str]) -> None:
        """List other layers that can be added.

        Args:
            names: All layers of the network, from input to output; those with a slider aren't
                listed.
        """
        self._all = tuple(names)
        self._arrange()

    def _slider(self, name: str, weight: float) -> Any:
        made = slider(
            name,
            weight,
            self._low,
            5.0,
            0.1,
            tooltip=tr("Weight of layer {layer}.", layer=name),
        )
        if len(name) > _LONG:  # above the slider, where it has room
            made.style.description_width = "100%"
            made.add_class("dlw-label-above")
        made.observe(self._moved, "value")
        return made

    def _arrange(self) -> None:
        """Put sliders in the order of the layers, and the other layers into the menu."""
        place = {name: i for i, name in enumerate(self._all)}
        order = sorted(self.sliders, key=lambda name: place.get(name, -1))
        self.sliders = {name: self.sliders[name] for name in order}
        self._box.children = tuple(self.sliders.values())
        others = [name for name in self._all if name not in self.sliders]
        with self._quiet:
            self.more.options = [
                (tr("Add a layer…"), _NONE),
                *((own_name(name), name) for name in others),
            ]
            self.more.value = _NONE
        self.more.layout.display = None if others else "none"

    def _add(self, change: Change[str | None]) -> None:
        name = change["new"]
        if self._quiet or not name:
            return
        self.sliders[name] = self._slider(name, 1.0)
        self._arrange()
        for listener in self._listeners:
            listener()

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call `listener` when a slider is moved."""
        self._listeners.append(listener)

    def _moved(self, _change: Change[object]) -> None:
        for listener in self._listeners:
            listener()
