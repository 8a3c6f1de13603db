"""Labeled fields of a form, all of one width, and the messages between them."""

from __future__ import annotations

from typing import Any

from dlwidgets.widgets.primitives.text_line import TextLine


def field(kind: Any, label: str, **options: Any) -> Any:
    """Return a control with its label before it.

    Args:
        kind: A class of ipywidgets.
        label: The label.
        **options: More of the control's own arguments.
    """
    options.setdefault("tooltip", "")  # without one, the page shows "null"
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
