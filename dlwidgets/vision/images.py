"""Reading and writing images: any common form becomes uint8 RGB, and a PNG keeps its settings."""

from __future__ import annotations

import functools
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, ImageOps, PngImagePlugin, UnidentifiedImageError

from dlwidgets._messages import tr

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF")
"""The file formats that `from_bytes` reads."""

MAX_FILE_BYTES = 20_000_000
"""Largest size of a file, in bytes."""

MAX_SIDE = 2048
"""Most pixels of the longer side; larger images are scaled down."""

MIN_SIDE = 16
"""Least pixels of the shorter side; a network finds nothing in smaller images."""

_MAX_PIXELS = 100_000_000  # 300 MB once unpacked; checked before anything is unpacked
_KEY = "dlwidgets"


class ImageError(ValueError):
    """An image that can't be used; the message says why and what is expected."""


@dataclass(frozen=True, eq=False)
class LoadedImage:
    """An image that has been read.

    Attributes:
        pixels: uint8, shape (height, width, 3), RGB.
        name: What it is called.
        notes: What was changed while it was read, as sentences.
    """

    pixels: NDArray[np.uint8]
    name: str = "Image"
    notes: tuple[str, ...] = ()

    @property
    def size(self) -> tuple[int, int]:
        """Height and width in pixels."""
        return self.pixels.shape[0], self.pixels.shape[1]

    def scaled(self, longest: int) -> LoadedImage:
        """Return the same image with a longer side of at most `longest` pixels."""
        pixels = resize(self.pixels, longest)
        return self if pixels is self.pixels else LoadedImage(pixels, self.name, self.notes)


def from_array(array: Any, *, name: str = "Image", longest: int = MAX_SIDE) -> LoadedImage:
    """Return an array as an image, checked.

    Args:
        array: Shape (height, width) or (height, width, channels) with 1 to 4 channels: gray, gray
            with alpha, RGB, RGBA. Floats from 0 to 1, or whole numbers from 0 to 255.
        name: What it is called in messages.
        longest: Most pixels of the longer side.

    Returns:
        The image: gray becomes RGB, transparency becomes white, large images are scaled down;
        `LoadedImage.notes` says so.

    Raises:
        ImageError: Another shape, type or range; NaN; a side below 16 pixels.

    Example:
        >>> dl.vision.from_array(np.zeros((20, 30, 4))).notes
        ('Transparent areas were filled with white.',)
    """
    values = np.asarray(array)
    if values.ndim == 2:
        values = values[..., np.newaxis]
    if values.ndim != 3 or values.shape[-1] not in (1, 2, 3, 4) or 0 in values.shape:
        message = tr(
            "Expected an image of shape (height, width) or (height, width, channels), with 1 to "
            "4 channels. Received: shape {shape}",
            shape=np.shape(array),
        )
        raise ImageError(message)
    pixels = _bytes(values)
    notes: list[str] = []
    if pixels.shape[-1] in (2, 4):
        pixels = _on_white(pixels)
        notes.append(tr("Transparent areas were filled with white."))
    if pixels.shape[-1] == 1:
        pixels = np.repeat(pixels, 3, axis=-1)
    return _fitted(pixels, name, notes, longest)


def from_bytes(data: bytes, *, name: str = "Image", longest: int = MAX_SIDE) -> LoadedImage:
    """Read a PNG, JPEG, WebP, BMP or GIF file.

    Args:
        data: The file's content, at most 20 MB.
        name: What it is called in messages, such as the file's name.
        longest: Most pixels of the longer side.

    Returns:
        The image, rotated as its camera says; for an animation the first one.

    Raises:
        ImageError: Not an image, damaged, too large, or a side below 16 pixels.
    """
    if len(data) > MAX_FILE_BYTES:
        message = tr(
            "{name} has {size}, but at most {most} can be read.",
            name=name,
            size=f"{len(data) / 1e6:.0f}\N{NO-BREAK SPACE}MB",
            most=f"{MAX_FILE_BYTES // 10**6}\N{NO-BREAK SPACE}MB",
        )
        raise ImageError(message)
    try:
        with Image.open(io.BytesIO(bytes(data)), formats=FORMATS) as image:
            width, height = image.size
            if width * height > _MAX_PIXELS:
                message = tr(
                    "{name} has {size} pixels, but at most {most} million can be read.",
                    name=name,
                    size=f"{width}×{height}",
                    most=_MAX_PIXELS // 10**6,
                )
                raise ImageError(message)
            array = _unpacked(ImageOps.exif_transpose(image))
    except UnidentifiedImageError:
        message = tr(
            "{name} isn't an image file. Expected one of {formats}.",
            name=name,
            formats=", ".join(FORMATS),
        )
        raise ImageError(message) from None
    except Image.DecompressionBombError:
        message = tr(
            "{name} has too many pixels.",
            name=name,
        )
        raise ImageError(message) from None
    except (OSError, SyntaxError, EOFError, IndexError, ValueError) as error:
        if isinstance(error, ImageError):
            raise
        # Each is how Pillow's decoders say that a file is damaged.
        message = tr(
            "{name} can't be read: {error}",
            name=name,
            error=error,
        )
        raise ImageError(message) from None
    return from_array(array, name=name, longest=longest)


def _unpacked(image: Image.Image) -> NDArray[Any]:
    if image.mode.startswith("I;16"):  # 16 bits per pixel, the upper eight of which can be shown
        return (np.asarray(image) >> 8).astype(np.uint8)
    transparent = "A" in image.getbands() or "transparency" in image.info
    return np.asarray(image.convert("RGBA" if transparent else "RGB"))


def _bytes(values: NDArray[Any]) -> NDArray[np.uint8]:
    if values.dtype == np.uint8:
        return values
    if values.dtype == bool:
        return values.astype(np.uint8) * np.uint8(255)
    if values.dtype.kind not in "iuf":
        message = tr(
            "Expected an image of numbers. Received: dtype {dtype}",
            dtype=values.dtype,
        )
        raise ImageError(message)
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        message = tr(
            "Expected finite numbers. Received: NaN or infinity",
        )
        raise ImageError(message)
    top = 1.0 if values.dtype.kind == "f" else 255.0
    low, high = float(values.min()), float(values.max())
    if low < 0 or high > top:
        message = tr(
            "Expected values from 0 to {top} in an image of dtype {dtype}. Received: {low} to "
            "{high}",
            top=int(top),
            dtype=values.dtype,
            low=f"{low:g}",
            high=f"{high:g}",
        )
        raise ImageError(message)
    return np.rint(values.astype(np.float64) * (255.0 / top)).astype(np.uint8)


def _on_white(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    alpha = pixels[..., -1:].astype(np.float32) / 255
    mixed = pixels[..., :-1] * alpha + 255 * (1 - alpha)
    return np.rint(mixed).astype(np.uint8)


def _fitted(pixels: NDArray[np.uint8], name: str, notes: list[str], longest: int) -> LoadedImage:
    height, width = pixels.shape[:2]
    if min(height, width) < MIN_SIDE:
        message = tr(
            "{name} is {size} pixels, but both sides must have at least {least}.",
            name=name,
            size=f"{width}×{height}",
            least=MIN_SIDE,
        )
        raise ImageError(message)
    fitted = resize(pixels, longest)
    if fitted is not pixels:
        new_height, new_width = fitted.shape[:2]
        if min(new_height, new_width) < MIN_SIDE:
            message = tr(
                "{name} is {size} pixels. Scaled down, it would be only {small}, but both sides "
                "must have at least {least}.",
                name=name,
                size=f"{width}×{height}",
                small=f"{new_width}×{new_height}",
                least=MIN_SIDE,
            )
            raise ImageError(message)
        notes.append(
            tr(
                "Scaled down from {before} to {after} pixels.",
                before=f"{width}×{height}",
                after=f"{new_width}×{new_height}",
            )
        )
    return LoadedImage(np.ascontiguousarray(fitted), name, tuple(notes))


def resize(pixels: NDArray[np.uint8], longest: int) -> NDArray[np.uint8]:
    """Return an image with a longer side of at most `longest` pixels; itself if it is small enough.

    Args:
        pixels: uint8, shape (height, width, 3).
        longest: At least 1.

    Returns:
        uint8, shape (height, width, 3); pixels are averaged, not skipped.
    """
    height, width = pixels.shape[:2]
    factor = longest / max(height, width)
    if factor >= 1:
        return pixels
    size = max(1, round(width * factor)), max(1, round(height * factor))
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.BOX))


def reduced(images: NDArray[np.uint8], longest: int) -> NDArray[np.uint8]:
    """Return images with longer sides of at most `longest` pixels; themselves if they are small.

    Args:
        images: uint8, shape (n, height, width, channels).
        longest: At least 1.

    Returns:
        uint8, shape (n, smaller height, smaller width, channels): each pixel is the mean of the
        area that it stands for, rounded.

    Example:
        >>> reduced(np.uint8([[[[10]], [[20]]], [[[30]], [[40]]]]).reshape(1, 2, 2, 1), 1).ravel()
        array([25], dtype=uint8)
    """
    n, height, width, channels = images.shape
    factor = longest / max(height, width, 1)
    if factor >= 1 or not n:
        return images
    down = _areas(height, max(1, round(height * factor)))
    across = _areas(width, max(1, round(width * factor)))
    found = np.empty((n, len(down), len(across), channels), np.uint8)
    for i, image in enumerate(images):  # one at a time: as floats all of them take four times more
        rows = np.tensordot(down, image.astype(np.float32), (1, 0))
        found[i] = np.rint(np.tensordot(rows, across, (1, 1)).swapaxes(1, 2)).clip(0, 255)
    return found


def _areas(pixels: int, fewer: int) -> NDArray[np.float32]:
    """How much of each pixel belongs to each of fewer ones, as parts of these."""
    edges = np.arange(fewer + 1) * (pixels / fewer)
    start = np.arange(pixels)
    ends = np.minimum(edges[1:, np.newaxis], start + 1)
    begins = np.maximum(edges[:-1, np.newaxis], start)
    return np.asarray((ends - begins).clip(0) * (fewer / pixels), np.float32)


def single_color(pixels: NDArray[np.uint8]) -> bool:
    """Return whether all pixels are the same."""
    return bool((pixels == pixels[:1, :1]).all())


@functools.cache
def photographs() -> dict[str, LoadedImage]:
    """Return the two photographs that come with scikit-learn, 427×640 pixels each.

    Returns:
        "china", a temple by Zubaida Zemouri, and "flower", a dahlia by Yi Sun.
    """
    from sklearn.datasets import load_sample_images

    bunch = load_sample_images()
    return {
        name.rpartition(".")[0]: from_array(image, name=name.rpartition(".")[0])
        for name, image in (
            (path.replace("\\", "/").rpartition("/")[2], image)
            for path, image in zip(bunch.filenames, bunch.images, strict=True)
        )
    }


def encode_png(pixels: NDArray[np.uint8], settings: Mapping[str, Any] | None = None) -> bytes:
    """Return a PNG file that contains the settings its image was made with.

    Args:
        pixels: uint8, shape (height, width, 3).
        settings: Anything that JSON can represent; kept in the file's text field "dlwidgets".

    Returns:
        The file's content; `read_settings` reads the settings.

    Example:
        >>> png = dl.vision.encode_png(np.zeros((16, 16, 3), "uint8"), {"steps": 20})
        >>> dl.vision.read_settings(png)
        {'steps': 20}
    """
    text = PngImagePlugin.PngInfo()
    text.add_text("Software", "dlwidgets")
    if settings is not None:
        text.add_itxt(_KEY, json.dumps(dict(settings), ensure_ascii=False, allow_nan=False))
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", pnginfo=text)
    return file.getvalue()


def read_settings(png: bytes) -> dict[str, Any]:
    """Return the settings in a PNG file that `encode_png` has written.

    Raises:
        ImageError: Not a PNG file, or one without settings.
    """
    try:
        with Image.open(io.BytesIO(png), formats=("PNG",)) as image:
            image.load()
            text = image.info.get(_KEY)
    except (OSError, SyntaxError) as error:
        message = tr(
            "Not a PNG file: {error}",
            error=error,
        )
        raise ImageError(message) from None
    if text is None:
        message = tr(
            "The PNG file contains no settings of dlwidgets.",
        )
        raise ImageError(message)
    settings: dict[str, Any] = json.loads(text)
    return settings
