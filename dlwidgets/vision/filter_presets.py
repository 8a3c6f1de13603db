"""Settings of the gradient ascent that makes images of filters."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

from dlwidgets._messages import tr


@dataclass(frozen=True)
class Regularizers:
    """Regularization that keeps images smooth; all zero is the book's plain ascent.

    The weights are relative to a gradient of mean size 1, so that they mean the same for every
    layer. Penalties are on z, the image scaled to -1…1.

    Attributes:
        jitter: Pixels by which the images are shifted at random before each step, at least 0.
        blur: Standard deviation in pixels of the Gaussian blur after every fourth step, at least 0.
        l2: Weight of z²/2 per pixel: draws the image towards middle gray.
        total_variation: Weight of half the squared differences of neighbors: draws them together.
        color: Share from 0 to 1 to which colors change together, as they vary in photographs.

    Source:
        Jitter: Mordvintsev, Olah and Tyka, Inceptionism, 2015. Blur and L2: Yosinski et al.,
        Understanding Neural Networks Through Deep Visualization, 2015. Total variation: Mahendran
        and Vedaldi, Understanding Deep Image Representations by Inverting Them, 2015.

    Example:
        >>> dl.vision.Regularizers(jitter=4, total_variation=0.1).blur
        0.0
    """

    jitter: int = 0
    blur: float = 0.0
    l2: float = 0.0
    total_variation: float = 0.0
    color: float = 0.0

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            if not 0 <= value < math.inf:
                message = tr(
                    "Expected `{name}` of at least 0. Received: {value}",
                    name=name,
                    value=repr(value),
                )
                raise ValueError(message)
        if self.color > 1:
            message = tr("Expected `color` from 0 to 1. Received: {value}", value=repr(self.color))
            raise ValueError(message)


@dataclass(frozen=True)
class FilterPreset:
    """Settings that go together; arguments of `maximize_filters`.

    Attributes:
        label: What it is called on a page.
        size: Height and width of the images.
        steps: Steps for each.
        step_size: How far a step goes, in 255ths of the value range.
        regularizers: What keeps the images smooth.
        stretch: Whether each image is shown with its full contrast.
    """

    label: str
    size: tuple[int, int]
    steps: int
    step_size: float
    regularizers: Regularizers
    stretch: bool = True


SMOOTH = FilterPreset(
    label=tr("Smooth textures"),
    size=(128, 128),
    steps=100,
    step_size=2.0,
    regularizers=Regularizers(jitter=8, blur=0.5, l2=0.1, total_variation=0.1, color=0.8),
)
"""Textures of all layers; noise, which the plain ascent finds in deep layers, is suppressed."""

QUICK = FilterPreset(
    label=tr("Quick textures"),
    size=(64, 64),
    steps=60,
    step_size=3.16,
    regularizers=Regularizers(jitter=4, blur=0.5, l2=0.1, total_variation=0.1, color=0.8),
)
"""Smaller textures, of which the first can be seen after seconds."""

BOOK = FilterPreset(
    label=tr("The book's"),
    size=(64, 64),
    steps=40,
    step_size=1.0,
    regularizers=Regularizers(),
    stretch=False,
)
"""The settings of Chollet, Deep Learning with Python, section 5.4.2: plain ascent."""

PRESETS: dict[str, FilterPreset] = {"smooth": SMOOTH, "quick": QUICK, "book": BOOK}
"""All presets by name, in the order in which pages show them."""
