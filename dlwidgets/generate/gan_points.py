"""A GAN whose samples are points in a plane: which modes they reach, and where D says "real"."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr
from dlwidgets.generate.gan_tracking import GanTracker, Verdict
from dlwidgets.generate.latent import map_codes

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from dlwidgets._keras_types import KerasModel
    from dlwidgets.generate.gan_frames import Frame

SURFACE = 40
"""Places per side at which the discriminator is asked."""

_NEAR = 3.0  # standard deviations of a mode
_SHARE = 0.01  # of the generated points that a mode must have
_EARLY = 1_000  # steps without a verdict: the points have to find the modes first
_ROOM = 1.25  # of the farthest real coordinate


def is_points(real: Any) -> bool:
    """Return whether samples are points in a plane, shape (m, 2), rather than images."""
    shape = np.shape(real)
    return len(shape) == 2 and shape[1] == 2


class PointTracker(GanTracker):
    """Points of the same latent vectors, made again and again while a generator learns.

    Args:
        source: As for `GanTracker`, for a generator that makes points.
        real: The real points, shape (m, 2).
        modes: The mode that each real point belongs to, shape (m,); by default they are all of one.
        n: Points per frame, 1 to 400.
        seed: Seed of the latent vectors.
        latent_dim: Size of a latent vector, for a source that doesn't say.

    Raises:
        ValueError: As for `GanTracker`; or there isn't one mode per point.

    Attributes:
        centers: The middle of each mode, shape (modes, 2).
        reach: How far from the middle of a mode a point counts as of that mode: three standard
            deviations.
        extent: How far the plane reaches from the origin, to show all real points.

    Source:
        Srivastava et al. 2017, "VEEGAN", section 5.1, for modes captured, and high-quality samples
        within three standard deviations.

    Example:
        >>> ring = dl.data.load("ring")
        >>> gan = dl.models.toy_gan(seed=1)
        >>> tracker = dl.generate.gan_points.PointTracker(gan, ring.x_test, ring.y_test, n=50)
        >>> tracker.update().points.shape
        (50, 2)
    """

    def __init__(
        self,
        source: Any,
        real: NDArray[Any],
        modes: ArrayLike | None = None,
        *,
        n: int = 400,
        seed: int = 0,
        latent_dim: int | None = None,
    ) -> None:
        given = np.zeros(len(real), np.int64) if modes is None else np.asarray(modes).ravel()
        if len(given) != len(real):
            message = tr(
                "Expected one mode per real point. Received: {points} points and {modes} modes.",
                points=len(real),
                modes=len(given),
            )
            raise ValueError(message)
        self.modes = given
        super().__init__(source, real, n=n, seed=seed, latent_dim=latent_dim)

    def _checked(self, real: NDArray[Any]) -> NDArray[np.float32]:
        points = np.asarray(real, np.float32)
        if not is_points(points) or len(points) < 2 or not np.isfinite(points).all():
            message = tr(
                "The real points must have the shape (n, 2), with at least 2 points and without "
                "NaN or infinity. Received: {shape}",
                shape=np.shape(real),
            )
            raise ValueError(message)
        return points

    def _measure(self) -> None:
        groups = [self.real[self.modes == mode] for mode in np.unique(self.modes)]
        self.centers = np.array([group.mean(axis=0) for group in groups])
        deviations = [group.std(axis=0).mean() for group in groups]
        self.reach = _NEAR * max(float(np.mean(deviations)), 1e-9)
        self.extent = _ROOM * max(float(np.abs(self.real).max()), 1e-9)
        self.real_diversity = float(len(groups))

    def modes_reached(self, points: NDArray[Any]) -> float:
        """Return the number of modes near which at least 1% of the points lie.

        Args:
            points: Shape (n, 2).

        Returns:
            From 0 to the number of modes; NaN where a point isn't finite.
        """
        if not np.isfinite(points).all():
            return float("nan")
        apart = np.linalg.norm(points[:, np.newaxis] - self.centers, axis=-1)
        near = apart.min(axis=1) <= self.reach
        counts = np.bincount(apart.argmin(axis=1)[near], minlength=len(self.centers))
        return float((counts >= max(1.0, _SHARE * len(points))).sum())

    def surface(self, discriminator: KerasModel | None) -> NDArray[np.uint8] | None:
        """Return where the discriminator takes a point for real.

        Args:
            discriminator: As for `scores`.

        Returns:
            uint8, shape (`SURFACE`, `SURFACE`), the highest row first, over the square that reaches
            to `extent`; 255 is a probability of 1. None without a discriminator.
        """
        if discriminator is None:
            return None
        places = map_codes(SURFACE, radius=self.extent).reshape(-1, 2)
        judged = self.scores(discriminator, places)
        if judged is None:
            return None
        shares = np.nan_to_num(judged, nan=0.5).reshape(SURFACE, SURFACE)
        return (255 * shares).round().astype(np.uint8)

    def _shown(self, images: NDArray[np.float32]) -> tuple[NDArray[np.uint8], float]:
        return np.zeros((0, 1, 1, 1), np.uint8), self.modes_reached(images)

    def verdict(self, frame: Frame | None = None) -> Verdict | None:
        """Return what a frame and the steps before it say; None before the first frame.

        The generator has collapsed where it reaches at most half of the modes after 1,000 steps.

        Args:
            frame: As for `GanTracker`.
        """
        found = super().verdict(frame)
        if found is None:
            return None
        step = (frame or self.history.frames[-1]).step
        late = self.trained is None or step >= _EARLY
        few = found.diversity <= found.real_diversity / 2 < found.real_diversity - 0.5
        return replace(found, collapsed=late and few)

    def picture(self, frame: Frame, side: int = 480) -> NDArray[np.uint8]:
        """Return the plane of a frame as an image: D's surface, real points and generated ones.

        Args:
            frame: The frame.
            side: Pixels per side.

        Returns:
            uint8, shape (side, side, 3). Blue is real, orange generated.
        """
        surface = frame.surface
        shares = np.full((1, 1), 128, np.uint8) if surface is None else surface
        index = np.arange(side) * len(shares) // side
        share = shares[index][:, index, np.newaxis] / 255.0
        image = 255 - (255 - (share * _REAL + (1 - share) * _MADE)) * 0.35
        for points, color in ((self.real[:400], _REAL), (frame.points, _MADE)):
            for x, y in () if points is None else points[np.isfinite(points).all(axis=1)]:
                left = int((x / self.extent + 1) * side / 2)
                top = int((1 - y / self.extent) * side / 2)
                if 2 <= left < side - 2 and 2 <= top < side - 2:
                    image[top - 1 : top + 2, left - 1 : left + 2] = color
        pixels: NDArray[np.uint8] = image.round().astype(np.uint8)
        return pixels


_REAL, _MADE = np.array([31.0, 111.0, 214.0]), np.array([209.0, 87.0, 15.0])


def tracker_of(
    source: Any, real: NDArray[Any], modes: ArrayLike | None, *, n: int, seed: int
) -> GanTracker:
    """Return the tracker for real images, or for real points.

    Args:
        source: As for `GanTracker`.
        real: The real samples.
        modes: The mode of each real point; ignored for images.
        n: Images per frame. Of points there are always `MAX_IMAGES`.
        seed: Seed of the latent vectors.
    """
    if is_points(real):
        return PointTracker(source, real, modes, seed=seed)
    return GanTracker(source, real, n=n, seed=seed)
