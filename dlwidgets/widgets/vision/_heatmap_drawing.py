"""How a result of a heat map viewer is drawn, and said in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets

from dlwidgets._formatting import format_number
from dlwidgets._messages import tr
from dlwidgets.widgets._core.signal_blocker import SignalBlocker
from dlwidgets.widgets.vision._heatmap_form import PREDICTED
from dlwidgets.widgets.vision._heatmap_pictures import along_time, series_picture, slices

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dlwidgets.widgets.primitives.heat_overlay import HeatOverlay
    from dlwidgets.widgets.vision._heatmap_request import Result
    from dlwidgets.widgets.vision._heatmap_samples import SampleProvider


class SliceField(ipywidgets.IntSlider):
    """A slider of the slices of a volume, or the frames of a film; hidden for other samples."""

    max: Any
    value: Any

    def __init__(self) -> None:
        super().__init__(
            description=tr("Slice"),
            tooltip=tr("Which slice of a volume, or frame of a film, is shown."),
            min=0,
            max=0,
            layout={"display": "none"},
        )
        self._quiet = SignalBlocker()

    def on_choice(self, chosen: Callable[[], None]) -> None:
        """Call a function when the user moves the slider.

        Args:
            chosen: The function.
        """
        self.observe(lambda _: None if self._quiet else chosen(), "value")

    def offer(self, count: int) -> int:
        """Set the number of slices, and return which is shown: at first the middle one.

        Args:
            count: How many there are; 0 for samples without slices.
        """
        self.layout.display = None if count else "none"
        if count and self.max != count - 1:
            with self._quiet:
                self.max = count - 1
                self.value = count // 2
        return int(self.value)


def show_maps(
    overlay: HeatOverlay, field: SliceField, images: SampleProvider, result: Result
) -> None:
    """Draw the maps of a result: of a volume those of one slice, of a series along its lines.

    Args:
        overlay: Where they are drawn.
        field: The slider of the slices.
        images: Provided the sample.
        result: The result.
    """
    image, maps = result.sample.image, result.maps
    low, high = images.low, images.high
    volume = image.ndim > 3
    at = field.offer(len(image) if volume else 0)
    if volume:
        image, maps = slices(image)[at], maps[:, at]
    elif images.series:
        image, low, high = series_picture(image), 0.0, 1.0
        maps = along_time(maps, len(image))
    overlay.show(
        image,
        maps,
        [row.method.label for row in result.rows],
        abouts=[row.method.description for row in result.rows],
        captions=[row.caption for row in result.rows],
        signed=[row.signed for row in result.rows],
        smooth=[row.method.needs_layer for row in result.rows],
        low=low,
        high=high,
    )


def truth_text(truth: list[int] | float | None, names: Sequence[str]) -> str:
    """Return what is known of a sample, as a caption.

    Args:
        truth: Its classes, or its value; `None` if nothing is known.
        names: One name per class.
    """
    if truth is None:
        return ""
    if isinstance(truth, float):
        return tr("True value: {value}", value=format_number(truth, 4))
    known = [names[i] for i in truth if 0 <= i < len(names)]
    if len(truth) != 1:
        return tr("True classes: {names}", names=", ".join(known) or tr("none"))
    return tr("True class: {name}", name=known[0]) if known else ""


def explained_text(result: Result, name: str) -> str:
    """Return what the maps of a result explain, as a caption.

    Args:
        result: The result.
        name: The name of the class.
    """
    if result.choice.ending.kind == "regression":
        value = format_number(float(result.outputs[result.class_index]), 4)
        return tr("Evidence for the output “{name}”, which is {value}", name=name, value=value)
    if not result.request.methods:
        return tr("Select a method to see the evidence for class “{name}”", name=name)
    if result.request.class_index == PREDICTED:
        return tr("Evidence for the predicted class “{name}”", name=name)
    return tr("Evidence for class “{name}”", name=name)
