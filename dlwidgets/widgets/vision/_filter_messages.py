"""What a `FilterViewer` says about its filters, and the files that it hands out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets

from dlwidgets.vision.filters import filter_grid
from dlwidgets.vision.images import encode_png

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dlwidgets.vision.filters import FilterProgress

_ENLARGED = 8  # pixels of the file per weight of a kernel


def picture_file(images: NDArray[np.uint8], settings: dict[str, Any]) -> tuple[str, bytes]:
    """Pictures as one PNG with the settings that they were made with.

    Args:
        images: uint8, shape (n, height, width, channels).
        settings: As JSON can hold them, with "layer", "method" and "filters".

    Returns:
        The file's name and content.
    """
    layer, filters = settings["layer"].replace("/", "-"), settings["filters"]
    kernels = settings["method"] == "kernels"
    kind = "kernels" if kernels else "filters"
    name = f"filter-{layer}-{filters[0]}.png" if len(filters) == 1 else f"{kind}-{layer}.png"
    if kernels:  # a few pixels each: enlarged, or nobody sees them
        images = images.repeat(_ENLARGED, axis=1).repeat(_ENLARGED, axis=2)
    return name, encode_png(filter_grid(images), settings)


def row(*children: Any) -> Any:
    """Widgets side by side, below each other where it is narrow."""
    row = ipywidgets.Box(list(children), layout={"flex_flow": "row wrap"})
    row.add_class("dlw-actions")
    return row


def progress_in_words(state: FilterProgress) -> str:
    """How far an ascent is, and what is wrong with some of its filters."""
    text = f"Step {int(state.taken.min())} of {state.steps}, {len(state.filters)} filters."
    dead, broken = int(state.dead.sum()), int(state.broken.sum())
    if dead:
        text += f" {dead} dead: no pixel of the gray they begin with changes their output."
    if broken:
        text += f" {broken} with an output that is not a number."
    return text


def labels_of(state: FilterProgress) -> list[str]:
    """Below each picture: the filter's number, and its mean activation or why it has none."""
    marks = [
        "dead" if dead else "not a number" if broken else _in_digits(value) if taken else "…"
        for dead, broken, value, taken in zip(
            state.dead, state.broken, state.activations, state.taken, strict=True
        )
    ]
    return [f"{i}\n{mark}" for i, mark in zip(state.filters, marks, strict=True)]


def tooltips_of(state: FilterProgress) -> list[str]:
    """What has become of each filter, as a sentence."""
    found = zip(state.filters, state.dead, state.broken, state.activations, strict=True)
    return [f"Filter {i}: {_in_words(dead, broken, value)}" for i, dead, broken, value in found]


def _in_words(dead: bool, broken: bool, value: float) -> str:
    if broken:
        return "its output or its gradient is not a number"
    if dead:
        return "dead, no pixel of the gray it begins with changes its output"
    return f"mean activation {value:.4g}"


def _in_digits(value: float) -> str:
    """A number in three digits, with a minus sign as long as a plus."""
    return f"{value:.3g}".replace("-", "−")
