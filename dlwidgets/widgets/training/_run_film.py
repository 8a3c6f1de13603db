"""The film of a view: its images at one snapshot after another, as an animated GIF."""

from __future__ import annotations

import math
import threading
from typing import TYPE_CHECKING, Any

import numpy as np
from plotly.colors import get_colorscale, hex_to_rgb, unlabel_rgb

from dlwidgets._canceled import CanceledError
from dlwidgets._messages import tr
from dlwidgets.vision.film import MAX_FRAMES, encode_animation

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from dlwidgets.widgets._live.moment import Moment
    from dlwidgets.widgets.primitives.image_grid import ImageGrid

_PATIENCE = 30.0  # seconds for a view to show a snapshot
_LONGEST = 480  # pixels of the film's longer side
_MAX_TILES = 64
_GAP = 2  # pixels between images
_SCALES = {"coolwarm": "RdBu_r", "jet": "jet"}


def film_of(
    grid: ImageGrid, moment: Moment, steps: Sequence[int], *, speed: float, stop: Callable[[], bool]
) -> bytes:
    """Return a GIF file of what a grid shows at each of some steps.

    All views of the run show these steps meanwhile, and the one from before afterwards.

    Args:
        grid: The images of a view that follows the moment.
        moment: That of the run.
        steps: Of snapshots, ascending. Of many, some are left out.
        speed: Snapshots per second.
        stop: Asked before each frame; True ends it.

    Raises:
        ValueError: There are fewer than two snapshots with images.
        CanceledError: `stop` returned True.
    """
    before, frames = moment.step, []
    watch = _Watch(moment)
    try:
        for at in np.unique(np.linspace(0, len(steps) - 1, min(len(steps), MAX_FRAMES)).round()):
            if stop():
                raise CanceledError
            watch.go(int(steps[int(at)]))
            if grid.count:
                frames.append(picture_of(grid))
    finally:
        moment.go(before)
    if len(frames) < 2:
        raise ValueError(tr("A film needs at least two snapshots with images."))
    return encode_animation(frames, seconds=1 / speed, longest=_LONGEST, stop=stop)


class _Watch:
    """Goes to a step, and waits until all views show it."""

    def __init__(self, moment: Moment) -> None:
        self._moment, self._shown = moment, threading.Event()
        moment.on_shown(self._all_shown)

    def go(self, step: int) -> None:
        self._shown.clear()
        self._moment.go(step)
        self._shown.wait(_PATIENCE)

    def _all_shown(self) -> None:
        self._shown.set()


def picture_of(grid: ImageGrid) -> NDArray[np.uint8]:
    """Return what a grid shows as one image, uint8, shape (height, width, 3).

    Args:
        grid: A grid with images, of which the first 64 are used.
    """
    atlas = grid.atlas
    shape = [int(atlas[name]) for name in ("count", "height", "width", "channels")]
    tiles = np.frombuffer(atlas["data"], np.uint8).reshape(shape)[:_MAX_TILES]
    colored = _colored(tiles, grid.colormap)
    count, height, width, _ = colored.shape
    columns = min(count, grid.columns or math.ceil(math.sqrt(count * height / width)))
    rows = -(-count // columns)
    larger = max(1, _LONGEST // max(rows * height, columns * width))
    colored = colored.repeat(larger, axis=1).repeat(larger, axis=2)
    height, width = height * larger, width * larger
    whole = np.full((rows * (height + _GAP) - _GAP, columns * (width + _GAP) - _GAP, 3), 255)
    for index, tile in enumerate(colored):
        row, column = divmod(index, columns)
        top, left = row * (height + _GAP), column * (width + _GAP)
        whole[top : top + height, left : left + width] = tile
    return whole.astype(np.uint8)


def _colored(tiles: NDArray[np.uint8], colormap: str) -> NDArray[np.uint8]:
    if tiles.shape[-1] > 1:
        return tiles[..., :3]
    flat = tiles[..., 0]
    if colormap in ("gray", "gray_r"):
        return np.repeat((255 - flat if colormap == "gray_r" else flat)[..., None], 3, axis=-1)
    found: NDArray[np.uint8] = _table(_SCALES.get(colormap, colormap))[flat]
    return found


def _table(name: str) -> NDArray[np.uint8]:
    """Return the 256 colors of a scale."""
    scale: list[Any] = get_colorscale(name)
    places = [float(place) for place, _ in scale]
    colors = np.array([_rgb(color) for _, color in scale], np.float64)
    at = np.linspace(0, 1, 256)
    channels = [np.interp(at, places, colors[:, which]) for which in range(3)]
    return np.stack(channels, axis=-1).round().astype(np.uint8)


def _rgb(color: str) -> tuple[float, ...]:
    found: tuple[float, ...] = hex_to_rgb(color) if color.startswith("#") else unlabel_rgb(color)
    return found
