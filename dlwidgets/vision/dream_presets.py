"""Settings of DeepDream that go together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dlwidgets._messages import tr

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class DreamPreset:
    """Layers by their depth, and arguments of `deep_dream`.

    Attributes:
        label: What it is called on a page.
        about: What the image looks like, a sentence.
        depths: Depth of each layer with a weight, from 0 (the first) to 1 (the last), and the
            weight.
        octaves: Number of sizes.
        octave_scale: Ratio of the sides of one octave to those of the octave before.
        steps: Steps per octave.
        step_size: Mean change of a pixel in each step, on a scale from −1 to 1.
        max_loss: The loss at which an octave ends, in multiples of the original image's.
        jitter: Random shift before each step, in pixels.
        color: How far colors change as they vary in photographs, from 0 to 1.
        detail: Pixels; larger changes are left out.
    """

    label: str
    about: str
    depths: tuple[tuple[float, float], ...]
    octaves: int = 3
    octave_scale: float = 1.4
    steps: int = 20
    step_size: float = 0.01
    max_loss: float = 100.0
    jitter: int = 4
    color: float = 1.0
    detail: float = 8.0

    def weights(self, layers: Sequence[str]) -> dict[str, float]:
        """Return the weight of each layer of a network.

        Args:
            layers: Names of layers, from input to output.

        Example:
            >>> from dlwidgets.vision.dream_presets import DREAM_PRESETS
            >>> DREAM_PRESETS["edges"].weights(["conv_a", "conv_b", "conv_c"])
            {'conv_a': 1.0, 'conv_b': 0.0, 'conv_c': 0.0}
        """
        found = dict.fromkeys(layers, 0.0)
        for depth, weight in self.depths if found else ():
            found[layers[round(depth * (len(layers) - 1))]] += weight
        return found


DREAM_PRESETS: dict[str, DreamPreset] = {
    "textures": DreamPreset(
        label=tr("Textures"),
        about=tr("Layers in the middle of the network: stripes and tiles."),
        depths=((0.4, 0.2), (0.7, 1.0)),
        step_size=10**-2.1,
    ),
    "edges": DreamPreset(
        label=tr("Edges"),
        about=tr("The first layer: fine lines and color fringes."),
        depths=((0.0, 1.0),),
        octaves=2,
        step_size=0.01,
        jitter=2,
        color=0.2,
        detail=4.0,
    ),
    "shapes": DreamPreset(
        label=tr("Shapes"),
        about=tr("The last layer: the largest forms that the network detects."),
        depths=((1.0, 1.0),),
        octaves=4,
        octave_scale=1.5,
        steps=30,
    ),
    "watercolor": DreamPreset(
        label=tr("Watercolor"),
        about=tr("More of an early layer and less of a later one: soft areas of color."),
        depths=((0.3, 1.0), (0.7, -0.5)),
        octaves=5,
        octave_scale=1.4,
        jitter=8,
        color=0.4,
        detail=10.0,
    ),
    "gentle": DreamPreset(
        label=tr("Gentle"),
        about=tr("A few small steps: the photograph stays in sight."),
        depths=((0.7, 1.0),),
        octaves=3,
        steps=10,
        step_size=10**-2.4,
    ),
}
"""All presets by name, in the order in which pages show them."""
