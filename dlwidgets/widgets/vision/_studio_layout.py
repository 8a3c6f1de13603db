"""Where the parts of a studio are: what is set on the left, what comes of it on the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def form_column(
    fields: Sequence[ipywidgets.Widget],
    buttons: Sequence[ipywidgets.Widget],
    below: Sequence[ipywidgets.Widget],
    folded: Mapping[str, Sequence[ipywidgets.Widget]],
) -> ipywidgets.VBox:
    """Return the form, with the buttons where they are seen without scrolling.

    Args:
        fields: Fields above the buttons.
        buttons: Buttons that start and stop an image.
        below: Fields below the buttons.
        folded: Fields that few users need, by the title of the part that is opened to see them.
    """
    form = ipywidgets.VBox([*fields, action_row(*buttons), *below, folded_parts(folded)])
    form.add_class("dlw-form")
    left = ipywidgets.VBox([form])
    left.add_class("dlw-dashboard-form")
    return left


def folded_parts(folded: Mapping[str, Sequence[ipywidgets.Widget]]) -> ipywidgets.Accordion:
    """Return fields that few users need, behind titles that open them.

    Args:
        folded: The fields by title.
    """
    more = ipywidgets.Accordion(
        [ipywidgets.VBox(list(parts)) for parts in folded.values()],
        titles=tuple(folded),
        selected_index=None,
    )
    more.add_class("dlw-folded")
    return more


def image_column(
    image: ipywidgets.Widget, beside: ipywidgets.Widget, below: Sequence[ipywidgets.Widget]
) -> ipywidgets.VBox:
    """Return the image with a gallery beside it, and what belongs to it below.

    Args:
        image: The image.
        beside: The gallery.
        below: Messages, buttons and charts.
    """
    beside.add_class("dlw-studio-gallery")
    image.add_class("dlw-studio-image")
    row = ipywidgets.Box([image, beside])
    row.add_class("dlw-studio-row")
    right = ipywidgets.VBox([row, *below])
    right.add_class("dlw-dashboard-main")
    return right


def action_row(*buttons: ipywidgets.Widget) -> ipywidgets.Box:
    """Return buttons in one row."""
    row = ipywidgets.Box(list(buttons), layout={"flex_flow": "row wrap"})
    row.add_class("dlw-actions")
    return row
