"""Texts about the filters of a `FilterViewer`, and the files to download."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlwidgets._formatting import format_number
from dlwidgets._messages import join_messages, tr, trn
from dlwidgets.vision.filters import filter_grid
from dlwidgets.vision.images import encode_png

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dlwidgets.vision.filters import FilterProgress

_ENLARGED = 8  # pixels of the file per weight of a kernel


def image_file(images: NDArray[np.uint8], settings: dict[str, Any]) -> tuple[str, bytes]:
    """Return name and content of a PNG file with images and their settings.

    Args:
        images: uint8, shape (n, height, width, channels).
        settings: JSON values, with "layer", "method" and "filters".
    """
    layer, filters = settings["layer"].replace("/", "-"), settings["filters"]
    kernels = settings["method"] == "kernels"
    kind = "kernels" if kernels else "filters"
    name = f"filter-{layer}-{filters[0]}.png" if len(filters) == 1 else f"{kind}-{layer}.png"
    if kernels:  # they have only a few pixels
        images = images.repeat(_ENLARGED, axis=1).repeat(_ENLARGED, axis=2)
    return name, encode_png(filter_grid(images), settings)


def progress_text(state: FilterProgress) -> str:
    """Return how far a gradient ascent is, and what is wrong with some of its filters.

    Args:
        state: The state of the ascent.
    """
    dead, broken = int(state.dead.sum()), int(state.broken.sum())
    step = trn(
        "Step {step} of {steps}, {n} filter.",
        "Step {step} of {steps}, {n} filters.",
        len(state.filters),
        step=int(state.taken.min()),
        steps=state.steps,
    )
    no_change = trn(
        "{n} filter is dead: no pixel of the initial gray image changes its output.",
        "{n} filters are dead: no pixel of the initial gray image changes their output.",
        dead,
    )
    nan = trn("{n} filter has a NaN output.", "{n} filters have a NaN output.", broken)
    return join_messages([step, no_change if dead else "", nan if broken else ""])


def labels_of(state: FilterProgress) -> list[str]:
    """Return the label of each image: the filter's number and its mean activation.

    Args:
        state: The state of the ascent.
    """
    found = zip(
        state.filters, state.dead, state.broken, state.activations, state.taken, strict=True
    )
    return [
        join_messages([str(number), _mark(bool(dead), bool(broken), value, bool(taken))], " · ")
        for number, dead, broken, value, taken in found
    ]


def _mark(dead: bool, broken: bool, value: float, taken: bool) -> str:
    if dead:
        return tr("dead")
    if broken:
        return "NaN"
    return format_number(value) if taken else "…"


def tooltips_of(state: FilterProgress) -> list[str]:
    """Return the tooltip of each image.

    Args:
        state: The state of the ascent.
    """
    found = zip(state.filters, state.dead, state.broken, state.activations, strict=True)
    return [_tooltip(int(i), bool(dead), bool(broken), value) for i, dead, broken, value in found]


def _tooltip(number: int, dead: bool, broken: bool, value: float) -> str:
    if broken:
        return tr("Filter {number}: its output or its gradient is NaN.", number=number)
    if dead:
        return tr(
            "Filter {number} is dead: no pixel of the initial gray image changes its output.",
            number=number,
        )
    return tr(
        "Filter {number}: mean activation {value}.", number=number, value=format_number(value, 4)
    )
