"""The form of a heat map viewer: methods, class and layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets

from dlwidgets._messages import tr
from dlwidgets.vision.heatmaps import METHODS
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets._core.signal_blocker import SignalBlocker
from dlwidgets.widgets._core.text import own_name
from dlwidgets.widgets._fields.layer import LayerField
from dlwidgets.widgets._fields.output import OutputField

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dlwidgets.widgets._core.change import Change

PREDICTED = -1
"""The class that the model predicts."""


class HeatmapForm(ClosesChildren, ipywidgets.VBox):
    """Buttons for the methods, and menus for class and layer.

    Args:
        methods: Names of the methods that are selected at first.
        changed: Called when the user changes methods or class.
        choose: Receives the name of the output that the user selects.

    Attributes:
        buttons: One toggle button per method, by its name.
        class_field: The menu of classes.
        output_field: The menu of outputs, for a model with several.
        layer_field: The menu of layers.

    Raises:
        ValueError: A method is unknown, or there is none.
    """

    def __init__(
        self,
        methods: Sequence[str],
        changed: Callable[[], None],
        choose: Callable[[str], None],
    ) -> None:
        _check_methods(methods)
        self._changed = changed
        self._quiet = SignalBlocker()
        self.buttons: dict[str, Any] = {
            name: ipywidgets.ToggleButton(
                description=method.label,
                value=name in methods,
                layout={"width": "auto"},
                tooltip=method.description,
            )
            for name, method in METHODS.items()
        }
        self.class_field = ipywidgets.Dropdown(
            description=tr("Class"),
            tooltip=tr("The class that the heat maps explain."),
            options=[(tr("Predicted class"), PREDICTED)],
            value=PREDICTED,
            style={"description_width": "initial"},
            layout={"width": "auto"},
        )
        self.layer_field = LayerField()
        row = ipywidgets.Box(list(self.buttons.values()))
        row.add_class("dlw-heat-methods")
        self.output_field = OutputField(choose)
        fields = ipywidgets.Box([self.output_field, self.class_field, self.layer_field])
        for box in (row, fields):
            box.add_class("dlw-row")
        super().__init__([row, fields])
        for field in (self.class_field, *self.buttons.values()):
            field.observe(self._value_changed, "value")

    @property
    def methods(self) -> list[str]:
        """Names of the selected methods; settable."""
        return [name for name, button in self.buttons.items() if button.value]

    @methods.setter
    def methods(self, names: Sequence[str]) -> None:
        if names:
            _check_methods(names)
        with self._quiet:
            for name, button in self.buttons.items():
                button.value = name in names
        self._changed()

    @property
    def class_index(self) -> int:
        """The selected class; `PREDICTED` for the predicted one."""
        return int(self.class_field.value)

    def offer(self, class_names: Sequence[str], layers: Sequence[str]) -> None:
        """List classes and layers.

        Args:
            class_names: One name per class.
            layers: Names of the layers that a method can use.
        """
        with self._quiet:
            options: list[tuple[str, int]] = [(tr("Predicted class"), PREDICTED)]
            options += [(own_name(name), i) for i, name in enumerate(class_names)]
            if list(self.class_field.options) != options:
                selected = self.class_field.value
                known = selected in range(len(class_names))
                self.class_field.options = options
                self.class_field.value = selected if known else PREDICTED
        used = any(METHODS[name].needs_layer for name in self.methods)
        self.layer_field.offer(layers, used=used)

    def _value_changed(self, _change: Change[object]) -> None:
        if not self._quiet:
            self._changed()


def _check_methods(names: Sequence[str]) -> None:
    unknown = [name for name in names if name not in METHODS]
    if unknown or not names:
        received = repr(unknown[0]) if unknown else "none"
        message = f"Expected `methods` from {', '.join(METHODS)}. Received: {received}"
        raise ValueError(message)
