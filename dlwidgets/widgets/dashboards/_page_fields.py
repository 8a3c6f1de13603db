"""Form fields and boxes that several pages share."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import ipywidgets
import traitlets

from dlwidgets._messages import tr
from dlwidgets.widgets._fields.labeled import field

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dlwidgets.data import Availability
    from dlwidgets.models import Choice

ACTS_LATER = tr("Changes take effect at the next start.")


class WholeNumber(ipywidgets.BoundedFloatText):
    """A field for an integer within bounds.

    ipywidgets' own drops the point of a typed number, so that 3.7 becomes 37. Here it becomes 4.

    Attributes:
        value: The integer.

    Example:
        >>> WholeNumber(value=3.7, min=1, max=100).value
        4
    """

    value = traitlets.Union([traitlets.Int(), traitlets.Float()], default_value=0).tag(sync=True)

    @traitlets.validate("value")
    def _validate_value(self, proposal: traitlets.Bunch) -> int:
        number = float(proposal["value"])
        if not math.isfinite(number):
            message = "Expected a finite number."
            raise traitlets.TraitError(message)
        low, high = float(self.min), float(self.max)
        return round(min(max(number, low), high))


_SMALL = 10_000  # training samples; an epoch of fewer takes a second


def data_field(found: Iterable[Availability], value: str | None = None) -> Any:
    """Return a menu of data sets.

    Args:
        found: The data sets, as from `dlwidgets.data.available`.
        value: The name of the data set that is selected at first. `None` for the first one.
    """
    options = [(data_set.option, data_set.name) for data_set in found]
    selected = options[0][1] if value is None else value
    return field(ipywidgets.Dropdown, tr("Data"), options=options, value=selected)


def model_field(choices: Iterable[Choice], value: str) -> Any:
    """Return a menu of models.

    Args:
        choices: The models, as from `dlwidgets.models.choices`.
        value: The name of the model that is selected at first.
    """
    options = [(choice.title, choice.name) for choice in choices]
    return field(ipywidgets.Dropdown, tr("Model"), options=options, value=value)


def batch_size_field(value: int = 32) -> Any:
    """Return a menu of batch sizes."""
    return field(
        ipywidgets.Dropdown,
        tr("Batch size"),
        options=[16, 32, 64, 128, 256],
        value=value,
        tooltip=tr("Number of samples per step."),
    )


def count_field(label: str, value: int, *, low: int = 1, high: int, tooltip: str = "") -> Any:
    """Return a field for an integer.

    Args:
        label: The label.
        value: The value at first.
        low: The smallest value.
        high: The largest value.
        tooltip: What the number means.
    """
    options = {"tooltip": tooltip} if tooltip else {}
    return field(WholeNumber, label, value=value, min=low, max=high, step=1, **options)


def epochs_field(value: int, high: int = 100_000) -> Any:
    """Return a field for the number of epochs."""
    tooltip = tr("Number of passes over the training data.")
    return count_field(tr("Epochs"), value, high=high, tooltip=tooltip)


def seed_field() -> Any:
    """Return a field for the random seed."""
    tooltip = tr("The same seed and settings give the same initial weights.")
    return count_field(tr("Random seed"), 1, low=0, high=2**31 - 1, tooltip=tooltip)


def epochs_for(data_set: Availability, small: int, large: int) -> int:
    """Return a number of epochs for a data set.

    Args:
        data_set: The data set.
        small: The number for a small data set, whose epochs are short.
        large: The number for a large one.
    """
    return small if data_set.train < _SMALL else large


def page_form(fields: Iterable[Any], *messages: Any) -> ipywidgets.VBox:
    """Return the form at the top of a page, with the fields side by side and messages below."""
    grid = ipywidgets.Box(list(fields))
    grid.add_class("dlw-form-grid")
    form = ipywidgets.VBox([grid, *messages])
    form.add_class("dlw-form")
    return form


def two_columns(form: Sequence[Any], main: Sequence[Any]) -> ipywidgets.Box:
    """Return a form in a narrow column and the main widgets beside it."""
    left, right = ipywidgets.VBox(list(form)), ipywidgets.VBox(list(main))
    left.add_class("dlw-dashboard-form")
    right.add_class("dlw-dashboard-main")
    columns = ipywidgets.Box([left, right])
    columns.add_class("dlw-dashboard")
    return columns
