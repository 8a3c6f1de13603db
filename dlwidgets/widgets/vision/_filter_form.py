"""The settings of a gradient ascent: which layer and filters, how far, and how smooth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets

from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets._core.signal_blocker import SignalBlocker

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dlwidgets.widgets._core.change import Change

_RANGES = {"0 to 255": (0.0, 255.0), "0 to 1": (0.0, 1.0), "−1 to 1": (-1.0, 1.0)}
_WIDE = {"width": "100%"}
_LABEL = {"description_width": "96px"}
_MOST = 512  # filters at once


class FilterForm(ClosesChildren, ipywidgets.VBox):
    """The form of a `FilterViewer`.

    Args:
        changed: Called when a setting of the ascent has changed.
        chosen: Called with the path name of a layer that the visitor has chosen.
    """

    def __init__(self, changed: Callable[[], None], chosen: Callable[[str], None]) -> None:
        self._changed, self._chosen, self._quiet = changed, chosen, SignalBlocker()
        self._wished = 32  # how many, where the layer has as many
        self.layer = ipywidgets.Dropdown(
            description="Layer", options=[], style=_LABEL, layout=_WIDE
        )
        self.first = ipywidgets.BoundedIntText(
            description="From filter", value=0, min=0, max=0, style=_LABEL, layout=_WIDE
        )
        self.count = _slider("How many", self._wished, 1, 64, 1)
        self.size = _slider("Size", 64, 16, 192, 8, tooltip="Pixels of a picture's side")
        self.steps = _slider("Steps", 40, 1, 200, 1)
        self.step_size = ipywidgets.FloatLogSlider(
            description="Step size",
            value=1.0,
            min=-1,
            max=1.3,
            step=0.05,
            readout_format=".3g",
            tooltip="In 255ths of the pixels' range",
            style=_LABEL,
            layout=_WIDE,
        )
        self.jitter = _slider("Jitter", 0, 0, 16, 1, tooltip="Random shift before each step")
        self.blur = _slider(
            "Blur", 0.0, 0.0, 3.0, 0.1, tooltip="Deviation in pixels, after every fourth step"
        )
        self.l2 = _slider("L2", 0.0, 0.0, 2.0, 0.05, tooltip="Draws pixels towards middle gray")
        self.variation = _slider(
            "Variation", 0.0, 0.0, 1.0, 0.02, tooltip="Total variation: draws neighbours together"
        )
        self.seed = ipywidgets.BoundedIntText(
            description="Seed", value=0, min=0, max=2**31 - 1, style=_LABEL, layout=_WIDE
        )
        self.range = ipywidgets.Dropdown(
            description="Pixels from",
            options=list(_RANGES.items()),
            style=_LABEL,
            layout=_WIDE,
            tooltip="The values that the network's pixels have",
        )
        self.before = ipywidgets.Checkbox(
            value=True,
            description="Before the activation function",
            indent=False,
            tooltip="What goes into the layer's ReLU, which is then no filter's end",
        )
        self._fields = [
            self.first,
            self.count,
            self.size,
            self.steps,
            self.step_size,
            self.jitter,
            self.blur,
            self.l2,
            self.variation,
            self.seed,
            self.range,
            self.before,
        ]
        super().__init__([self.layer, *self._fields])
        self.count.observe(self._on_count, "value")
        for field in self._fields:
            field.observe(self._on_change, "value")
        self.layer.observe(self._on_layer, "value")

    def set_range(self, value_range: tuple[float, float]) -> None:
        """Say what the network's pixels range over."""
        low, high = (float(edge) for edge in value_range)
        known = {pair: name for name, pair in _RANGES.items()}
        self._quietly(
            lambda: (
                setattr(self.range, "options", list(_RANGES.items()))
                if (low, high) in known
                else setattr(
                    self.range, "options", [*_RANGES.items(), (f"{low:g} to {high:g}", (low, high))]
                )
            )
        )
        self._quietly(lambda: setattr(self.range, "value", (low, high)))

    def offer(
        self, layers: Sequence[tuple[str, int]], chosen: str, size: Any, activation: bool
    ) -> None:
        """Offer these layers, show which one is chosen, and what it allows.

        Args:
            layers: Path names and numbers of filters.
            chosen: One of the path names.
            size: Height and width that its pictures must have, None for any.
            activation: Whether it has an activation function that can be left out.
        """
        options = [(f"{name} · {count:,} filters", name) for name, count in layers]
        filters = dict(layers)[chosen]

        def show() -> None:
            if tuple(options) != tuple(self.layer.options):
                self.layer.options = options
            self.layer.value = chosen
            self.first.max = filters - 1
            self.count.max = min(filters, _MOST)
            self.count.value = min(self._wished, self.count.max)
            self.size.disabled = size is not None
            self.before.disabled = not activation
            self.size.description = "Size" if size is None else f"Size ({size[1]}×{size[0]})"

        self._quietly(show)

    def settings(self) -> dict[str, Any]:
        """What the form says, as JSON can hold it."""
        side = int(self.size.value)
        return {
            "first": int(self.first.value),
            "count": self._wished,
            "size": [side, side],
            "steps": int(self.steps.value),
            "step_size": float(self.step_size.value),
            "seed": int(self.seed.value),
            "value_range": list(self.range.value),
            "before_activation": bool(self.before.value),
            "regularizers": {
                "jitter": int(self.jitter.value),
                "blur": float(self.blur.value),
                "l2": float(self.l2.value),
                "total_variation": float(self.variation.value),
            },
        }

    def _quietly(self, action: Callable[[], Any]) -> None:
        with self._quiet:
            action()

    def _on_count(self, change: Change[int]) -> None:
        if not self._quiet:
            self._wished = int(change["new"])

    def _on_change(self, _change: Change[object]) -> None:
        if not self._quiet:
            self._changed()

    def _on_layer(self, change: Change[str | None]) -> None:
        if not self._quiet and change["new"]:
            self._chosen(change["new"])


def _slider(label: str, value: float, low: float, high: float, step: float, **options: Any) -> Any:
    kind = ipywidgets.IntSlider if isinstance(step, int) else ipywidgets.FloatSlider
    return kind(
        description=label,
        value=value,
        min=low,
        max=high,
        step=step,
        continuous_update=False,
        style=_LABEL,
        layout=_WIDE,
        **options,
    )
