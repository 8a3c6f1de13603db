"""How a GAN works, with one live image: noise, generator, image, discriminator, verdict."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import ipywidgets
import numpy as np

from dlwidgets._messages import tr
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets.primitives.class_bars import ClassBars
from dlwidgets.widgets.primitives.image_grid import ImageGrid
from dlwidgets.widgets.primitives.text_line import TextLine

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets.generate.gan_frames import Frame

_SIDE = 96  # pixels of the noise and of the image
_SPREAD = 2.5  # standard deviations of the latent values shown as the darkest and the brightest


class GanFlow(ClosesChildren, ipywidgets.Box):
    """A latent vector, the image that the generator makes of it, and the discriminator's verdict.

    Attributes:
        noise: The latent vector as an `ImageGrid` of one image.
        image: The image, an `ImageGrid` of one image.
        verdict: The `ClassBars`, empty for a model without a discriminator.
    """

    def __init__(self) -> None:
        self.noise = ImageGrid(
            title=tr("Noise"),
            description=tr("A latent vector, one square per number"),
            empty_text="",
            cell_size=_SIDE,
        )
        self.image = ImageGrid(
            title=tr("Generated image"),
            description=tr("The image that the generator makes of the noise"),
            empty_text="",
            cell_size=_SIDE,
        )
        self.verdict = ClassBars(title=tr("Verdict"), empty_text="")
        self._judge = _arrow(tr("Discriminator"))
        parts = [self.noise, _arrow(tr("Generator")), self.image, self._judge, self.verdict]
        super().__init__(parts)
        self.add_class("dlw-gan-flow")

    def show(
        self, frame: Frame, latent: NDArray[np.float32], index: int, extent: float = 1.0
    ) -> None:
        """Show how one image or point of a frame was made and judged.

        Args:
            frame: The frame.
            latent: The latent vectors of its images, shape (n, latent size).
            index: Index of the image or point.
            extent: How far the plane of points reaches from the origin.
        """
        self.noise.show(_squares(latent[index])[np.newaxis], low=-_SPREAD, high=_SPREAD)
        if frame.points is None:
            self.image.title = tr("Generated image")
            self.image.show(frame.pixels[index : index + 1])
        else:
            self.image.title = tr("Generated point")
            self.image.show(_dot(frame.points[index], extent)[np.newaxis], low=0.0, high=1.0)
        shown = frame.scores is not None
        for part in (self._judge, self.verdict):
            part.layout.display = None if shown else "none"
        if frame.scores is not None:
            real = float(frame.scores[index])
            self.verdict.show(np.array([real, 1 - real]), [tr("real"), tr("generated")])

    def clear(self) -> None:
        """Show nothing."""
        for part in (self.noise, self.image, self.verdict):
            part.clear()


def _arrow(text: str) -> TextLine:
    line = TextLine(text)
    line.add_class("dlw-gan-arrow")
    return line


def _dot(place: NDArray[np.float32], extent: float) -> NDArray[np.float32]:
    """A plane with a bright dot at a place, and the axes."""
    offsets = extent * ((2 * np.arange(_SIDE) + 1) / _SIDE - 1)
    across, up = np.meshgrid(offsets, offsets[::-1])
    plane = np.where(np.minimum(abs(across), abs(up)) < extent / _SIDE, 0.35, 0.1)
    apart = np.hypot(across - place[0], up - place[1])
    dotted: NDArray[np.float32] = np.where(apart < 0.07 * extent, 1.0, plane).astype(np.float32)
    return dotted


def _squares(latent: NDArray[np.float32]) -> NDArray[np.float32]:
    """A latent vector in rows, as square as can be; what is left over is zero."""
    columns = math.ceil(math.sqrt(len(latent)))
    rows = math.ceil(len(latent) / columns)
    padded = np.zeros(rows * columns, np.float32)
    padded[: len(latent)] = latent
    return padded.reshape(rows, columns)
