"""The settings of a gradient ascent: layer, filters, steps, and regularization."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import ipywidgets

from dlwidgets._formatting import format_number
from dlwidgets._messages import tr, trn
from dlwidgets.vision.filter_presets import PRESETS, SMOOTH
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets._core.signal_blocker import SignalBlocker
from dlwidgets.widgets.vision._studio_layout import action_row, folded_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dlwidgets.vision.filter_presets import FilterPreset
    from dlwidgets.widgets._core.change import Change

_RANGES = ((0.0, 255.0), (0.0, 1.0), (-1.0, 1.0))
_WIDE = {"width": "100%"}
_LABEL = {"description_width": "96px"}
_MAX_FILTERS = 512  # at once
_BEFORE = tr(
    "Maximize the pre-activation value, so that filters whose ReLU output is 0 can still be "
    "optimized."
)
_NO_ACTIVATION = tr("This layer has no activation function that can be left out.")
_OTHER = ""  # settings that are no preset


class FilterForm(ClosesChildren, ipywidgets.VBox):
    """The form of a `FilterViewer`.

    Args:
        changed: Called when the user changes a setting of the ascent.
        selected: Called with the path of a layer that the user selects.

    Attributes:
        advanced: The fields that few users need, which aren't among its children.
    """

    def __init__(self, changed: Callable[[], None], selected: Callable[[str], None]) -> None:
        self._changed, self._selected, self._quiet = changed, selected, SignalBlocker()
        self._wanted_count = 16  # if the layer has as many filters
        rules = SMOOTH.regularizers
        self.layer = ipywidgets.Dropdown(
            description=tr("Layer"),
            tooltip=tr("The layer whose filters are shown."),
            options=[],
            style=_LABEL,
            layout=_WIDE,
        )
        self.first = ipywidgets.BoundedIntText(
            description=tr("First filter"),
            tooltip=tr("The first filter to show, counted from 0."),
            value=0,
            min=0,
            max=0,
            style=_LABEL,
            layout=_WIDE,
        )
        self.count = _slider(
            tr("Filters"),
            self._wanted_count,
            1,
            64,
            1,
            tooltip=tr("Number of filters to compute images for."),
        )
        self.preset = ipywidgets.Dropdown(
            description=tr("Preset"),
            options=self._presets(),
            style=_LABEL,
            layout=_WIDE,
            tooltip=tr("Set size, steps and all that keeps the images smooth."),
        )
        self.size = _slider(
            tr("Size"), SMOOTH.size[0], 16, 192, 8, tooltip=tr("Side of an image in pixels.")
        )
        self.steps = _slider(
            tr("Steps"),
            SMOOTH.steps,
            1,
            200,
            1,
            tooltip=tr("Number of steps of gradient ascent."),
        )
        self.step_size = ipywidgets.FloatLogSlider(
            description=tr("Step size"),
            value=SMOOTH.step_size,
            min=-1,
            max=1.3,
            step=0.05,
            readout_format=".3g",
            tooltip=tr("In 1/255 of the range of the pixels."),
            style=_LABEL,
            layout=_WIDE,
        )
        self.jitter = _slider(
            tr("Jitter"),
            rules.jitter,
            0,
            16,
            1,
            tooltip=tr("Random shift before each step, in pixels."),
        )
        self.blur = _slider(
            tr("Blur"),
            rules.blur,
            0.0,
            3.0,
            0.1,
            tooltip=tr("Standard deviation in pixels, after every fourth step."),
        )
        self.l2 = _slider(
            "L2", rules.l2, 0.0, 2.0, 0.05, tooltip=tr("Pulls pixels toward middle gray.")
        )
        self.variation = _slider(
            tr("Total variation"),
            rules.total_variation,
            0.0,
            1.0,
            0.02,
            tooltip=tr("Pulls neighboring pixels toward each other."),
        )
        self.color = _slider(
            tr("Natural color"),
            rules.color,
            0.0,
            1.0,
            0.1,
            tooltip=tr("At 1, colors change together, as they do in photographs."),
        )
        self.stretch = ipywidgets.Checkbox(
            value=SMOOTH.stretch,
            description=tr("Full contrast"),
            indent=False,
            tooltip=tr("Show each image from black to white."),
        )
        self.seed = ipywidgets.BoundedIntText(
            description=tr("Random seed"),
            tooltip=tr("The same seed and settings give the same images."),
            value=0,
            min=0,
            max=2**31 - 1,
            style=_LABEL,
            layout=_WIDE,
        )
        self.range = ipywidgets.Dropdown(
            description=tr("Pixel range"),
            options=[(_range_text(pair), pair) for pair in _RANGES],
            style=_LABEL,
            layout=_WIDE,
            tooltip=tr("The range of pixel values that the network takes."),
        )
        self.before = ipywidgets.Checkbox(
            value=True,
            description=tr("Before the activation function"),
            indent=False,
            tooltip=_BEFORE,
        )
        self._fields = [
            self.count,
            self.first,
            self.size,
            self.steps,
            self.step_size,
            self.jitter,
            self.blur,
            self.l2,
            self.variation,
            self.color,
            self.seed,
            self.range,
            self.stretch,
            self.before,
        ]
        self.advanced = self._fields[1:]
        self._frozen = self._fixed_size = self._no_activation = False
        super().__init__([self.layer, self.preset, self.count])
        self.preset.observe(self._on_preset, "value")
        self.count.observe(self._on_count, "value")
        for field in self._fields:
            field.observe(self._on_change, "value")
        self.layer.observe(self._on_layer, "value")

    def set_range(self, value_range: tuple[float, float]) -> None:
        """Set the range of the network's pixels.

        Args:
            value_range: Lowest and highest value.
        """
        low, high = (float(edge) for edge in value_range)
        pairs = dict.fromkeys([*_RANGES, (low, high)])
        with self._quiet:
            self.range.options = [(_range_text(pair), pair) for pair in pairs]
            self.range.value = (low, high)

    def offer(
        self,
        layers: Sequence[tuple[str, int]],
        selected: str,
        size: tuple[int, int] | None,
        activation: bool,
    ) -> None:
        """List layers, and adapt the fields to the selected one.

        Args:
            layers: Path and number of filters of each layer.
            selected: Path of the selected layer.
            size: Height and width that its images must have; `None` for any.
            activation: Whether it has an activation function that can be skipped.
        """
        options = [
            (
                trn("{layer} · {n} filter", "{layer} · {n} filters", count, layer=name),
                name,
            )
            for name, count in layers
        ]
        filters = dict(layers)[selected]
        with self._quiet:
            if tuple(options) != tuple(self.layer.options):
                self.layer.options = options
            self.layer.value = selected
            self.first.max = filters - 1
            self.count.max = min(filters, _MAX_FILTERS)
            self.count.value = min(self._wanted_count, self.count.max)
            self._fixed_size, self._no_activation = size is not None, not activation
            self._enable()
            self.before.tooltip = _BEFORE if activation else _NO_ACTIVATION
            self.size.description = (
                tr("Size")
                if size is None
                else tr("Size ({width}×{height})", width=str(size[1]), height=str(size[0]))
            )

    def freeze(self, frozen: bool) -> None:
        """Disable the settings of the ascent, because kernels are shown, or enable them again.

        Args:
            frozen: Whether to disable them.
        """
        self._frozen = frozen
        self._enable()

    def _enable(self) -> None:
        for field in (self.preset, *self._fields):
            field.disabled = self._frozen
        self.size.disabled = self._frozen or self._fixed_size
        self.before.disabled = self._frozen or self._no_activation

    def settings(self) -> dict[str, Any]:
        """Return the settings as JSON values."""
        side = int(self.size.value)
        return {
            "first": int(self.first.value),
            "count": self._wanted_count,
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
                "color": float(self.color.value),
            },
            "stretch": bool(self.stretch.value),
        }

    @staticmethod
    def _presets(*, other: bool = False) -> list[tuple[str, str]]:
        named = [(preset.label, name) for name, preset in PRESETS.items()]
        return [*named, (tr("Own settings"), _OTHER)] if other else named

    def _show_preset(self) -> None:
        """Select the preset that the fields agree with."""
        settings = self.settings()
        name = next((name for name, preset in PRESETS.items() if _agrees(preset, settings)), _OTHER)
        with self._quiet:
            options = self._presets(other=name == _OTHER)
            if list(self.preset.options) != options:
                self.preset.options = options
            self.preset.value = name

    def _on_preset(self, change: Change[str]) -> None:
        preset = PRESETS.get(change["new"])
        if self._quiet or preset is None:
            return
        rules = preset.regularizers
        with self._quiet:
            self.size.value, self.steps.value = preset.size[0], preset.steps
            self.step_size.value = preset.step_size
            self.jitter.value, self.blur.value = rules.jitter, rules.blur
            self.l2.value, self.variation.value = rules.l2, rules.total_variation
            self.color.value, self.stretch.value = rules.color, preset.stretch
        self._show_preset()
        self._changed()

    def _on_count(self, change: Change[int]) -> None:
        if not self._quiet:
            self._wanted_count = int(change["new"])

    def _on_change(self, _change: Change[object]) -> None:
        if not self._quiet:
            self._show_preset()
            self._changed()

    def _on_layer(self, change: Change[str | None]) -> None:
        if not self._quiet and change["new"]:
            self._selected(change["new"])


class FilterControls(ClosesChildren, ipywidgets.VBox):
    """The form with the buttons below it.

    Args:
        changed: As for `FilterForm`.
        selected: As for `FilterForm`.

    Attributes:
        form: The `FilterForm`.
        kernels: Whether to show the kernels themselves.
        follow: Whether a changed setting starts the ascent again.
        start: The Start button.
        cancel: The Stop button.
        more: The fields that few users need, folded.
    """

    def __init__(self, changed: Callable[[], None], selected: Callable[[str], None]) -> None:
        self.form = FilterForm(changed, selected)
        self.kernels = ipywidgets.Checkbox(
            value=False,
            description=tr("Show the kernels"),
            indent=False,
            layout={"display": "none"},
        )
        self.follow = ipywidgets.Checkbox(
            value=True, description=tr("Restart at each change"), indent=False
        )
        self.start = ipywidgets.Button(
            description=tr("Start"),
            button_style="primary",
            tooltip=tr("Compute the images again."),
        )
        self.cancel = ipywidgets.Button(
            description=tr("Stop"),
            tooltip=tr("Stop at once and keep the images as they are."),
            disabled=True,
        )
        buttons = action_row(self.start, self.cancel)
        self.more = folded_parts({tr("More"): [*self.form.advanced, self.follow]})
        form = ipywidgets.VBox([self.form, buttons, self.kernels, self.more])
        form.add_class("dlw-form")
        super().__init__([form])
        self.add_class("dlw-dashboard-form")


def _agrees(preset: FilterPreset, settings: dict[str, Any]) -> bool:
    """Whether settings are those of a preset, but for digits that a page computes differently."""
    own = asdict(preset.regularizers) | {"steps": preset.steps, "step_size": preset.step_size}
    given = settings["regularizers"] | {name: settings[name] for name in ("steps", "step_size")}
    same = all(math.isclose(own[name], given[name], abs_tol=1e-6, rel_tol=5e-3) for name in own)
    same = same and preset.stretch is settings["stretch"]
    return same and list(preset.size) == settings["size"]


def _range_text(pair: tuple[float, float]) -> str:
    low, high = (format_number(edge) for edge in pair)
    return tr("from {low} to {high}", low=low, high=high)


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
