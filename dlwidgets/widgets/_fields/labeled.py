"""Labeled fields of a form, all of one width, and the messages between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets

from dlwidgets import data, models
from dlwidgets._messages import tr
from dlwidgets.widgets.primitives.text_line import TextLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dlwidgets.data.search import Availability

ACTS_LATER = tr("Changes here take effect at the next start.")


def field(kind: Any, label: str, **options: Any) -> Any:
    """Return a control with its label before it.

    Args:
        kind: A class of ipywidgets.
        label: The label.
        **options: More of the control's own arguments.
    """
    return kind(
        description=label,
        style={"description_width": "96px"},
        layout={"width": "100%"},
        **options,
    )


def remark(text: str = "") -> TextLine:
    """Return a line of text below a field, as long as it needs to be.

    Args:
        text: The text at first.
    """
    line = TextLine(text, layout={"width": "100%"})
    line.add_class("dlw-field-message")
    return line


def data_option(found: Availability) -> str:
    """Return the menu text for a data set.

    Args:
        found: A value of `dlwidgets.data.available`.
    """
    if found.where == "download":
        return tr("{data_set} (download)", data_set=found.title)
    return found.title


def data_field(names: Sequence[str], more: Sequence[tuple[str, str]] = ()) -> Any:
    """Return a menu of data sets.

    Args:
        names: Names of `dlwidgets.data`.
        more: More options, each a text and a value.
    """
    found = data.available()
    options = [*((data_option(found[name]), name) for name in names), *more]
    return field(ipywidgets.Dropdown, tr("Data"), options=options)


def model_field(names: Sequence[str]) -> Any:
    """Return a menu of models.

    Args:
        names: Names of `models.catalog`.
    """
    catalog = models.catalog()
    options = [(catalog[name].title, name) for name in names]
    return field(ipywidgets.Dropdown, tr("Model"), options=options)


def batch_size_field(value: int = 32) -> Any:
    """Return a menu of batch sizes.

    Args:
        value: The batch size at first.
    """
    return field(ipywidgets.Dropdown, tr("Batch size"), options=[16, 32, 64, 128, 256], value=value)


def epochs_field(value: int) -> Any:
    """Return a field for the number of epochs.

    Args:
        value: The number at first.
    """
    return field(ipywidgets.BoundedIntText, tr("Epochs"), value=value, min=1, max=100_000)


def seed_field() -> Any:
    """Return a field for the random seed."""
    return field(
        ipywidgets.BoundedIntText,
        tr("Random seed"),
        value=1,
        min=0,
        max=2**31 - 1,
        tooltip=tr("The same seed and settings give the same initial weights."),
    )


def page_form(fields: Sequence[Any], *messages: Any) -> ipywidgets.VBox:
    """Return the form at the head of a page: fields side by side, messages below them.

    Args:
        fields: The fields.
        *messages: Widgets below them.
    """
    choices = ipywidgets.Box(list(fields))
    choices.add_class("dlw-form-grid")
    form = ipywidgets.VBox([choices, *messages])
    form.add_class("dlw-form")
    return form
