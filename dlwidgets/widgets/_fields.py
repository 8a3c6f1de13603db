"""Labelled fields of a form, all of one width, and the remarks between them."""

from __future__ import annotations

from typing import Any

import ipywidgets


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
    label.add_class("dlw-remark")
    return label


def data_option(found: Any) -> str:
    """How a choice names a data set of `dlwidgets.data.available`."""
    return f"{found.title} (download)" if found.where == "download" else str(found.title)
