"""What a generator made of fixed latent vectors over time, in bounded memory."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_MAX_BYTES = 24_000_000
_MAX_FRAMES = 240


@dataclass(frozen=True, eq=False)
class Frame:
    """What the generator made of the fixed latent vectors at one step: images, or points.

    Attributes:
        pixels: uint8, shape (n, height, width, channels); none where it makes points.
        step: Training steps done.
        epoch: Epochs done, with a fraction.
        time: Seconds of training.
        diversity: The number of distinct images, see `generate.gan.diversity`; NaN where an image
            isn't finite. Of points, the number of modes that they reach.
        scores: The probability, according to the discriminator, that each image is real; float32,
            shape (n,). None without a discriminator.
        points: float32, shape (n, 2), where the generator makes points; None for images.
        surface: Where the discriminator takes a point for real, uint8, shape (side, side); None
            for images or without a discriminator.
    """

    pixels: NDArray[np.uint8]
    step: int
    epoch: float
    time: float
    diversity: float
    scores: NDArray[np.float32] | None = None
    points: NDArray[np.float32] | None = None
    surface: NDArray[np.uint8] | None = None

    @property
    def count(self) -> int:
        """How many images or points there are."""
        return len(self.pixels if self.points is None else self.points)

    @property
    def nbytes(self) -> int:
        """Memory of images, points and surface in bytes."""
        kept = (self.pixels, self.points, self.surface)
        return sum(array.nbytes for array in kept if array is not None)


class FrameHistory:
    """Frames over time in bounded memory.

    When it is full, every second frame is dropped. The first and the newest frame always stay, and
    those between them are spread evenly over the steps.

    Args:
        max_bytes: Memory of the frames.
        max_frames: Number of frames, at least 4.

    Example:
        >>> history = dl.generate.gan_frames.FrameHistory(max_frames=4)
        >>> pixels = np.zeros((1, 2, 2, 1), "uint8")
        >>> for step in range(100):
        ...     history.add(dl.generate.gan_frames.Frame(pixels, step, 0.0, 0.0, 1.0))
        >>> [frame.step for frame in history.frames]
        [0, 64, 99]
    """

    def __init__(self, *, max_bytes: int = _MAX_BYTES, max_frames: int = _MAX_FRAMES) -> None:
        self._max_bytes, self._max_frames = max_bytes, max(4, max_frames)
        self._gap = 1  # steps between two kept frames at least
        self._kept: list[Frame] = []
        self._newest: Frame | None = None
        self._lock = threading.Lock()

    def add(self, frame: Frame) -> None:
        """Add the newest frame."""
        with self._lock:
            self._newest = frame
            if self._kept and frame.step - self._kept[-1].step < self._gap:
                return
            self._kept.append(frame)
            most = max(3, min(self._max_frames, self._max_bytes // max(1, frame.nbytes)))
            while len(self._kept) >= most:
                self._kept = self._kept[::2]
                self._gap = max(2 * self._gap, self._kept[-1].step // max(1, len(self._kept)))

    @property
    def frames(self) -> tuple[Frame, ...]:
        """All frames, oldest first; the last one is the newest."""
        with self._lock:
            if self._newest is None or self._kept[-1] is self._newest:
                return tuple(self._kept)
            return (*self._kept, self._newest)

    @property
    def nbytes(self) -> int:
        """Memory of all frames in bytes."""
        return sum(frame.nbytes for frame in self.frames)
