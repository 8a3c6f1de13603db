"""Pictures in and out: any common form becomes uint8 RGB, and a PNG carries its settings."""

from __future__ import annotations

import functools
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, ImageOps, PngImagePlugin, UnidentifiedImageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF")
"""What `from_bytes` reads."""

MAX_FILE_BYTES = 20_000_000
"""Bytes that a file may have."""

MAX_SIDE = 2048
"""Pixels of the longer side; larger pictures are scaled down."""

MIN_SIDE = 16
"""Pixels that the shorter side must have for a network to find anything in it."""

_MAX_PIXELS = 100_000_000  # 300 MB once unpacked; checked before anything is unpacked
_KEY = "dlwidgets"


class ImageError(ValueError):
    """A picture that cannot be used; the message says why and what is expected."""


@dataclass(frozen=True, eq=False)
class LoadedImage:
    """A picture ready to be used.

    Attributes:
        pixels: uint8, shape (height, width, 3), RGB.
        name: What to call it.
        notes: What was changed while it was read, as sentences.
    """

    pixels: NDArray[np.uint8]
    name: str = "picture"
    notes: tuple[str, ...] = ()

    @property
    def size(self) -> tuple[int, int]:
        """Height and width in pixels."""
        return self.pixels.shape[0], self.pixels.shape[1]

    def scaled(self, longest: int) -> LoadedImage:
        """The same picture with a longer side of at most `longest` pixels."""
        pixels = resize(self.pixels, longest)
        return self if pixels is self.pixels else LoadedImage(pixels, self.name, self.notes)


def from_array(array: Any, *, name: str = "picture", longest: int = MAX_SIDE) -> LoadedImage:
    """Check an array and make it a picture.

    Args:
        array: Shape (height, width) or (height, width, channels) with 1 to 4 channels: gray, gray
            with alpha, RGB, RGBA. Floats from 0 to 1, or whole numbers from 0 to 255.
        name: What to call it.
        longest: Pixels that the longer side may have.

    Returns:
        The picture: gray becomes RGB, alpha is laid on white, too many pixels are scaled down;
        `Picture.notes` says so.

    Raises:
        ImageError: Another shape, type or range; NaN; a side below 16 pixels.

    Example:
        >>> dl.vision.from_array(np.zeros((20, 30, 4))).notes
        ('Transparent parts were laid on white.',)
    """
    values = np.asarray(array)
    if values.ndim == 2:
        values = values[..., np.newaxis]
    if values.ndim != 3 or values.shape[-1] not in (1, 2, 3, 4) or 0 in values.shape:
        message = (
            "a picture has the shape (height, width) or (height, width, channels) with 1 to 4 "
            f"channels. Received: shape {np.shape(array)}"
        )
        raise ImageError(message)
    pixels = _bytes(values)
    notes: list[str] = []
    if pixels.shape[-1] in (2, 4):
        pixels = _on_white(pixels)
        notes.append("Transparent parts were laid on white.")
    if pixels.shape[-1] == 1:
        pixels = np.repeat(pixels, 3, axis=-1)
    return _fitted(pixels, name, notes, longest)


def from_bytes(data: bytes, *, name: str = "picture", longest: int = MAX_SIDE) -> LoadedImage:
    """Read a PNG, JPEG, WebP, BMP or GIF file.

    Args:
        data: The file's content, at most 20 MB.
        name: What to call it, such as the file's name.
        longest: Pixels that the longer side may have.

    Returns:
        The picture, upright as its camera meant it; of an animation the first frame.

    Raises:
        ImageError: No picture, damaged, too large, or a side below 16 pixels.
    """
    if len(data) > MAX_FILE_BYTES:
        message = f"{name} has {len(data) / 1e6:.0f} MB; at most {MAX_FILE_BYTES // 10**6} MB"
        raise ImageError(message)
    try:
        with Image.open(io.BytesIO(bytes(data)), formats=FORMATS) as image:
            width, height = image.size
            if width * height > _MAX_PIXELS:
                message = (
                    f"{name} has {width}×{height} pixels; at most "
                    f"{_MAX_PIXELS // 10**6} million can be unpacked"
                )
                raise ImageError(message)
            array = _unpacked(ImageOps.exif_transpose(image))
    except UnidentifiedImageError:
        message = f"{name} is none of {', '.join(FORMATS)}"
        raise ImageError(message) from None
    except Image.DecompressionBombError:
        message = f"{name} has too many pixels"
        raise ImageError(message) from None
    except (OSError, SyntaxError, EOFError, IndexError, ValueError) as error:
        if isinstance(error, ImageError):
            raise
        # Each is how Pillow's decoders say that a file is damaged.
        message = f"{name} cannot be read: {error}"
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
        message = f"a picture holds numbers. Received: dtype {values.dtype}"
        raise ImageError(message)
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        message = "a picture holds finite numbers. Received: NaN or infinity"
        raise ImageError(message)
    top, expected = (1.0, "0 to 1") if values.dtype.kind == "f" else (255.0, "0 to 255")
    low, high = float(values.min()), float(values.max())
    if low < 0 or high > top:
        message = (
            f"a picture of dtype {values.dtype} holds values from {expected}. "
            f"Received: {low:g} to {high:g}"
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
        message = (
            f"{name} is {width}×{height} pixels: both sides need at least {MIN_SIDE}, for a "
            "network to find anything in it"
        )
        raise ImageError(message)
    fitted = resize(pixels, longest)
    if fitted is not pixels:
        new_height, new_width = fitted.shape[:2]
        if min(new_height, new_width) < MIN_SIDE:
            message = (
                f"{name} is {width}×{height} pixels: scaled down to {longest} it would be only "
                f"{new_width}×{new_height}, and both sides need at least {MIN_SIDE}"
            )
            raise ImageError(message)
        notes.append(f"Scaled down from {width}×{height} to {new_width}×{new_height} pixels.")
    return LoadedImage(np.ascontiguousarray(fitted), name, tuple(notes))


def resize(pixels: NDArray[np.uint8], longest: int) -> NDArray[np.uint8]:
    """A picture with a longer side of at most `longest` pixels; itself where it is small enough.

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
    """Pictures with longer sides of at most `longest` pixels; themselves where they are small.

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


def one_colour(pixels: NDArray[np.uint8]) -> bool:
    """Whether all pixels are the same."""
    return bool((pixels == pixels[:1, :1]).all())


@functools.cache
def photographs() -> dict[str, LoadedImage]:
    """The two photographs that come with scikit-learn, 427×640 pixels each.

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
    """A PNG file that says how its picture was made.

    Args:
        pixels: uint8, shape (height, width, 3).
        settings: What JSON can hold; kept in the file's text field "dlwidgets".

    Returns:
        The file's content; `read_settings` gives the settings back.

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
    """The settings in a PNG file that `encode_png` has written.

    Raises:
        ImageError: No PNG, or one without settings.
    """
    try:
        with Image.open(io.BytesIO(png), formats=("PNG",)) as image:
            image.load()
            text = image.info.get(_KEY)
    except (OSError, SyntaxError) as error:
        message = f"no PNG file: {error}"
        raise ImageError(message) from None
    if text is None:
        message = "the PNG file holds no settings of dlwidgets"
        raise ImageError(message)
    settings: dict[str, Any] = json.loads(text)
    return settings
