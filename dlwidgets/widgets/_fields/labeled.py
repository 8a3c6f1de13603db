"""Labelled fields of a form, all of one width, and the remarks between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets

from dlwidgets import data, models

if TYPE_CHECKING:
    from collections.abc import Sequence


def field(kind: Any, label: str, **options: Any) -> Any:
    """A control with its label before it.

    Args:
        kind: A class of ipywidgets.
        label: What is set with it.
        **options: More of the control's own arguments.
    """
    return kind(
        description=label,
        style={"description_width": "96px"},
        layout={"width": "100%"},
        **options,
    )


def remark(text: str = "") -> ipywidgets.Label:
    """A remark below a field, as long as it needs to be."""
    label = ipywidgets.Label(text, layout={"width": "100%"})
    label.add_class("dlw-field-message")
    return label


def data_option(found: Any) -> str:
    """How a choice names a data set of `dlwidgets.data.available`."""
    return f"{found.title} (download)" if found.where == "download" else str(found.title)


def data_field(names: Sequence[str], more: Sequence[tuple[str, str]] = ()) -> Any:
    """Which data set a page trains on.

    Args:
        names: Names of `dlwidgets.data`.
        more: Further options, title and value of each.
    """
    found = data.available()
    options = [*((data_option(found[name]), name) for name in names), *more]
    return field(ipywidgets.Dropdown, "Data", options=options)


def model_field(names: Sequence[str]) -> Any:
    """Which network of `models.catalog` a page trains."""
    catalog = models.catalog()
    options = [(catalog[name].title, name) for name in names]
    return field(ipywidgets.Dropdown, "Model", options=options)


def batch_size_field(value: int = 32) -> Any:
    """How many samples make a step."""
    return field(ipywidgets.Dropdown, "Batch size", options=[16, 32, 64, 128, 256], value=value)


def epochs_field(value: int) -> Any:
    """How often a page goes through its data."""
    return field(ipywidgets.BoundedIntText, "Epochs", value=value, min=1, max=100_000)


def seed_field() -> Any:
    """What the random numbers of a training begin with."""
    return field(
        ipywidgets.BoundedIntText,
        "Random seed",
        value=1,
        min=0,
        max=2**31 - 1,
        tooltip="Same seed and settings, same weights at the start",
    )


def page_form(fields: Sequence[Any], *remarks: Any) -> ipywidgets.VBox:
    """The form at the head of a page: its fields side by side, remarks below them."""
    choices = ipywidgets.Box(list(fields))
    choices.add_class("dlw-form-grid")
    form = ipywidgets.VBox([choices, *remarks])
    form.add_class("dlw-form")
    return form


ACTS_LATER = "What is chosen here acts at the next Start."
