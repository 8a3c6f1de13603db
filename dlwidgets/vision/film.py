"""How an image develops, in bounded memory, and as an animation."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from dlwidgets._canceled import CanceledError
from dlwidgets._messages import tr
from dlwidgets.vision.images import resize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

MAX_FRAMES = 48
"""Frames of a film, at most."""

MAX_BYTES = 2_000_000
"""Of an animation."""

_LONGEST = 320  # pixels of a frame's longer side
_SMALLEST = 64
_LAST = 1.5  # seconds that the first and the last frame stay


class Film:
    """Images of one development. Of many, every second stays, then every fourth, and so on.

    Args:
        longest: Longer side of a kept image in pixels.

    Example:
        >>> from dlwidgets.vision.film import MAX_FRAMES, Film
        >>> film = Film()
        >>> for value in range(200):
        ...     film.add(np.full((4, 6, 3), value, "uint8"))
        >>> len(film.frames) <= MAX_FRAMES, int(film.frames[-1][0, 0, 0])
        (True, 199)
    """

    def __init__(self, longest: int = _LONGEST) -> None:
        self._longest = longest
        self._kept: list[NDArray[np.uint8]] = []
        self._newest: NDArray[np.uint8] | None = None
        self._count, self._every = 0, 1

    def add(self, image: NDArray[np.uint8]) -> None:
        """Add an image.

        Args:
            image: uint8, shape (height, width, 3). Images may differ in size, not in proportions.
        """
        image = self._newest = resize(image, self._longest)
        if self._count % self._every == 0:
            self._kept.append(image)
        self._count += 1
        if len(self._kept) >= MAX_FRAMES:
            self._kept = self._kept[::2]
            self._every *= 2

    @property
    def frames(self) -> list[NDArray[np.uint8]]:
        """The kept images, the newest last."""
        kept, newest = self._kept, self._newest
        return kept if newest is None or kept[-1] is newest else [*kept, newest]


def encode_animation(
    frames: Sequence[NDArray[np.uint8]],
    *,
    seconds: float = 0.1,
    longest: int = _LONGEST,
    max_bytes: int = MAX_BYTES,
    stop: Callable[[], bool] | None = None,
) -> bytes:
    """Return an animated GIF file that repeats.

    Args:
        frames: At least two images, uint8, shape (height, width, 3). Smaller ones are enlarged to
            the size of the largest.
        seconds: How long a frame stays; the first and the last stay longer.
        longest: Longer side of the animation in pixels.
        max_bytes: Size of the file; a larger one is made again with smaller frames.
        stop: Asked before each frame; True ends it.

    Raises:
        ValueError: There are fewer than two frames.
        CanceledError: `stop` returned True.

    Example:
        >>> from dlwidgets.vision.film import encode_animation
        >>> gray = np.linspace(0, 255, 3).astype("uint8")
        >>> gif = encode_animation([np.full((20, 30, 3), value) for value in gray])
        >>> gif[:6]
        b'GIF89a'
    """
    if len(frames) < 2:
        message = tr("Expected at least two frames. Received: {n}", n=len(frames))
        raise ValueError(message)
    while True:
        data = _encoded(frames, seconds, longest, stop or (lambda: False))
        if len(data) <= max_bytes or longest <= _SMALLEST:
            return data
        # The size grows with the number of pixels.
        shrink = min(0.9, (max_bytes / len(data)) ** 0.5)
        longest = max(_SMALLEST, int(longest * shrink))


def _encoded(
    frames: Sequence[NDArray[np.uint8]], seconds: float, longest: int, stop: Callable[[], bool]
) -> bytes:
    height, width = (max(frame.shape[axis] for frame in frames) for axis in (0, 1))
    factor = min(1.0, longest / max(height, width))
    size = max(1, round(width * factor)), max(1, round(height * factor))

    def pictures() -> Iterator[Image.Image]:
        for frame in frames:
            if stop():
                raise CanceledError
            whole = Image.fromarray(np.ascontiguousarray(frame))
            whole = whole.resize(size, Image.Resampling.BICUBIC)
            yield whole.quantize(256, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)

    durations = [round(1000 * seconds)] * len(frames)
    durations[0] = durations[-1] = round(1000 * _LAST)
    made = pictures()
    file = io.BytesIO()
    next(made).save(
        file, "GIF", save_all=True, append_images=made, duration=durations, loop=0, optimize=False
    )
    return file.getvalue()
