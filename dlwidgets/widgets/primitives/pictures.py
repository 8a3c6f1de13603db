"""What views show, as one image each, for the frames of a film."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.vision.film_frames import blended, matrix, tiled, with_points
from dlwidgets.vision.images import resize
from dlwidgets.widgets.primitives.heat_overlay import ZERO

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets.widgets.primitives.confusion_plot import ConfusionPlot
    from dlwidgets.widgets.primitives.heat_overlay import HeatOverlay
    from dlwidgets.widgets.primitives.image_grid import ImageGrid
    from dlwidgets.widgets.primitives.latent_pad import LatentPad

_MAX_TILES = 64
_SCALES = {"coolwarm": "RdBu_r", "jet": "jet"}
_SIGNED = "coolwarm"  # of heat maps with two signs
_NAMED = {"good": "#1f6fd6", "bad": "#c62f2f", "none": ""}
_SIDE = 480  # pixels of a plane
_SMALLEST_MAP = 150  # pixels of an image under a heat map


def picture_of_grid(grid: ImageGrid) -> NDArray[np.uint8]:
    """Return what a grid shows as one image, uint8, shape (height, width, 3).

    Args:
        grid: A grid with images, of which the first 64 are used.
    """
    tiles = _images(grid.atlas)[:_MAX_TILES]
    borders = [_NAMED.get(color, color) for color in grid.border_colors[:_MAX_TILES]]
    labels = list(grid.labels[:_MAX_TILES])
    return tiled(_colored(tiles, grid.colormap), grid.columns, labels=labels, borders=borders)


def picture_of_overlay(overlay: HeatOverlay) -> NDArray[np.uint8]:
    """Return an image beside its heat maps as one image, uint8, shape (height, width, 3).

    Args:
        overlay: An overlay with an image.
    """
    image = _colored(_images(overlay.image), "gray")[0]
    larger = max(1, -(-_SMALLEST_MAP // max(image.shape[:2])))
    shown, titles = ([image], [overlay.image_title]) if overlay.image_title else ([], [])
    heat = _images(overlay.maps)[..., 0] if overlay.count else ()
    for values, title, signed in zip(heat, overlay.titles, overlay.signed, strict=True):
        table = color_table(_SIGNED if signed else overlay.colormap)
        zero = ZERO if signed else 0
        shown.append(blended(image, values, table, opacity=overlay.opacity, zero=zero))
        titles.append(title)
    tiles = np.stack(shown).repeat(larger, axis=1).repeat(larger, axis=2)
    return tiled(tiles, labels=titles)


def picture_of_pad(pad: LatentPad) -> NDArray[np.uint8]:
    """Return a latent plane with its points as one image, uint8, shape (height, width, 3).

    Args:
        pad: A plane with a map.
    """
    tiles = _colored(_images(pad.tiles), pad.colormap)
    columns = int(pad.tiles["columns"])
    height, width = tiles.shape[1:3]
    whole = tiles.reshape(-1, columns, height, width, 3).swapaxes(1, 2)
    whole = whole.reshape(-1, columns * width, 3)
    larger = max(1, -(-_SIDE // max(whole.shape[:2])))
    whole = resize(whole.repeat(larger, axis=0).repeat(larger, axis=1), _SIDE)
    count = pad.codes.get("count", 0)
    if not count:
        return whole
    places = np.frombuffer(pad.codes["places"], "<f4").reshape(count, 2)
    groups = np.frombuffer(pad.codes["groups"], np.uint8)
    return with_points(whole, places, groups, pad.tiles["region"])


def picture_of_confusion(plot: ConfusionPlot) -> NDArray[np.uint8]:
    """Return a confusion matrix as an image, uint8, shape (height, width, 3).

    Args:
        plot: A plot with a matrix.
    """
    k = int(plot.matrix["k"])
    counts = np.frombuffer(plot.matrix["counts"], "<i4").reshape(k, k)
    return matrix(counts, list(plot.class_names))


def _images(atlas: dict[str, Any]) -> NDArray[np.uint8]:
    shape = [int(atlas[name]) for name in ("count", "height", "width", "channels")]
    return np.frombuffer(atlas["data"], np.uint8).reshape(shape)


def _colored(tiles: NDArray[np.uint8], colormap: str) -> NDArray[np.uint8]:
    if tiles.shape[-1] > 1:
        return tiles[..., :3]
    flat = tiles[..., 0]
    if colormap == "gray":
        return np.repeat(flat[..., np.newaxis], 3, axis=-1)
    found: NDArray[np.uint8] = color_table(colormap)[flat]
    return found


@cache
def color_table(name: str) -> NDArray[np.uint8]:
    """Return the 256 colors of a scale, uint8, shape (256, 3).

    Args:
        name: One of `COLORMAPS`.
    """
    from plotly.colors import get_colorscale, hex_to_rgb, unlabel_rgb  # takes a while

    def rgb(color: str) -> Any:
        return hex_to_rgb(color) if color.startswith("#") else unlabel_rgb(color)

    if name in ("gray", "gray_r"):
        gray = np.repeat(np.arange(256, dtype=np.uint8)[:, np.newaxis], 3, axis=1)
        return gray if name == "gray" else gray[::-1]
    scale: list[Any] = get_colorscale(_SCALES.get(name, name))
    places = [float(place) for place, _ in scale]
    colors = np.array([rgb(color) for _, color in scale], np.float64)
    at = np.linspace(0, 1, 256)
    channels = [np.interp(at, places, colors[:, which]) for which in range(3)]
    return np.stack(channels, axis=-1).round().astype(np.uint8)
