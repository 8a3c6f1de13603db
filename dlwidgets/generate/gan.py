"""Generated images: their diversity, their distance to real ones, and signs of failure."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

PAIRS_AT_ONCE = 4_000_000
_MIN_DIVERSITY = 0.25  # of the real images' diversity
_SURE = 0.97  # accuracy of a discriminator that has won
_HOPELESS = 3.0  # loss of a generator that has lost


def latent_vectors(n: int, latent_dim: int, seed: int = 0) -> NDArray[np.float32]:
    """Return standard normal latent vectors; the same seed gives the same ones.

    Args:
        n: The number of vectors, at least 1.
        latent_dim: Size of each, at least 1.
        seed: At least 0.

    Returns:
        float32, shape (n, latent_dim). More vectors of one seed begin with the fewer.

    Raises:
        ValueError: A number out of its range.

    Example:
        >>> dl.generate.gan.latent_vectors(36, 16, seed=3).shape
        (36, 16)
    """
    for name, value, least in (("n", n, 1), ("latent_dim", latent_dim, 1), ("seed", seed, 0)):
        if value < least:
            message = tr(
                "`{name}` must be at least {least}. Received: {value}",
                name=name,
                least=least,
                value=value,
            )
            raise ValueError(message)
    return np.random.default_rng(seed).standard_normal((n, latent_dim), np.float32)


def sample_grid(
    generator: Callable[[Any], Any],
    latent: NDArray[np.float32],
    *,
    points: bool = False,
    batch_size: int = 64,
    budget: float | None = None,
    canceled: Callable[[], bool] = lambda: False,
) -> NDArray[np.float32]:
    """Return a generator's images of latent vectors, or the points that it makes of them.

    Args:
        generator: A Keras model or any function, from latent vectors to images.
        latent: Shape (n, latent size).
        points: Whether the generator makes points in a plane rather than images.
        batch_size: Vectors per call, which bounds the memory.
        budget: Seconds after which no further batch starts. The first always runs.
        canceled: Called before each batch but the first; True ends early as well.

    Returns:
        float32, shape (m, height, width, channels), or (m, 2) for points, with m = n unless it
        ended early.

    Raises:
        ValueError: The latent vectors don't fit the generator, or it makes something else.

    Example:
        >>> latent = np.ones((3, 4), "float32")
        >>> dl.generate.gan.sample_grid(lambda z: z.reshape(-1, 2, 2, 1), latent).shape
        (3, 2, 2, 1)
    """
    latent = np.asarray(latent, np.float32)
    wanted = latent_size(generator)
    if latent.ndim != 2 or not len(latent) or wanted not in (None, latent.shape[1]):
        message = tr(
            "Latent vectors must have the shape (n, {size}). Received: {shape}",
            size="latent_dim" if wanted is None else wanted,
            shape=latent.shape,
        )
        raise ValueError(message)
    began = time.perf_counter()
    batches: list[NDArray[np.float32]] = []
    for first in range(0, len(latent), batch_size):
        late = budget is not None and time.perf_counter() - began > budget
        if first and (late or canceled()):
            break
        images = np.asarray(generator(latent[first : first + batch_size]), np.float32)
        if images.ndim == 3:
            images = images[..., np.newaxis]
        if points and images.shape[1:] != (2,):
            message = tr(
                "The generator must make points of shape (n, 2). Received: shape {shape}",
                shape=images.shape,
            )
            raise ValueError(message)
        if not points and images.ndim != 4:
            message = tr(
                "The generator must make images of shape (n, height, width, channels). Received: "
                "shape {shape}",
                shape=images.shape,
            )
            raise ValueError(message)
        batches.append(images)
    return np.concatenate(batches)


def latent_size(generator: Any) -> int | None:
    """Return the size of the latent vectors that a model takes; None where it isn't known.

    Args:
        generator: A `GAN`, a Keras model with one input, or any function.
    """
    size = getattr(generator, "latent_dim", None)
    if size is None:
        shape = getattr(generator, "input_shape", None)
        size = shape[-1] if isinstance(shape, tuple) and len(shape) == 2 else None
    return size if isinstance(size, int) else None


def diversity(images: NDArray[Any], *, bandwidth: float) -> float:
    """Return the number of distinct images among these, the Vendi score.

    The exponential of the entropy of the eigenvalues of K/n, where K compares each two images by
    exp(−d²/2w²), with d their distance (see `distances`) and w the bandwidth. n copies of one image
    give 1, n images that have nothing in common give n. It doesn't measure quality: noise is
    diverse.

    Args:
        images: Shape (n, …), at least one.
        bandwidth: The distance at which two images count as different, above 0; see
            `typical_distance`.

    Returns:
        From 1 to n; NaN where an image isn't finite.

    Raises:
        ValueError: There are no images, or the bandwidth isn't above 0.

    Source:
        Friedman and Dieng 2023, "The Vendi score: a diversity evaluation metric for machine
        learning", definition 3.1, with a Gaussian kernel on pixels.

    Example:
        >>> images = np.array([[0.0], [0.0], [9.0], [9.0]])
        >>> round(dl.generate.gan.diversity(images, bandwidth=1.0), 6)
        2.0
    """
    if not len(images) or not bandwidth > 0:
        message = tr(
            "Expected at least 1 image and a bandwidth above 0. Received: {n} images, bandwidth "
            "{bandwidth}.",
            n=len(images),
            bandwidth=repr(bandwidth),
        )
        raise ValueError(message)
    flat = np.asarray(images, np.float64).reshape(len(images), -1)
    if not np.isfinite(flat).all():
        return float("nan")
    kernel = np.exp(-0.5 * (distances(flat, flat) / bandwidth) ** 2)
    eigenvalues = np.linalg.eigvalsh(kernel / len(flat))
    shares = eigenvalues[eigenvalues > 1e-12]
    return float(np.exp(-(shares * np.log(shares)).sum()))


def typical_distance(images: NDArray[Any], *, most: int = 500) -> float:
    """Return half the median distance between two real images, a bandwidth for `diversity`.

    Args:
        images: Real images, shape (n, …), at least 2.
        most: The number of images that are compared at most, evenly spread.

    Returns:
        Above 0.

    Raises:
        ValueError: All images are the same, or there is only one.
    """
    flat = np.asarray(spread(images, most), np.float64).reshape(min(len(images), most), -1)
    apart = distances(flat, flat)[np.triu_indices(len(flat), 1)]
    apart = apart[apart > 1e-9]
    if not len(apart):
        message = tr(
            "Expected real images that differ. Received: {n} that are the same.", n=len(images)
        )
        raise ValueError(message)
    return float(np.median(apart)) / 2


def spread(images: NDArray[Any], most: int) -> NDArray[Any]:
    """Return at most so many of the images, evenly spread over all."""
    if len(images) <= most:
        return images
    chosen: NDArray[Any] = images[np.linspace(0, len(images) - 1, most).round().astype(int)]
    return chosen


def distances(a: NDArray[Any], b: NDArray[Any]) -> NDArray[np.float64]:
    """Return the root mean squared difference of the pixels of each image of `a` and of `b`.

    Args:
        a: Shape (n, …).
        b: Shape (m, …), images of the same size.

    Returns:
        float64, shape (n, m), in the unit of the pixels.

    Raises:
        ValueError: Images of different sizes.
    """
    if a.shape[1:] != b.shape[1:]:
        message = tr(
            "Images must have the same shape. Received: {a} and {b}.",
            a=a.shape[1:],
            b=b.shape[1:],
        )
        raise ValueError(message)
    left = np.asarray(a, np.float64).reshape(len(a), -1)
    found = np.empty((len(a), len(b)))
    # In parts, since all differences at once would take n·m·pixels.
    rows = max(1, PAIRS_AT_ONCE // max(1, left.size))
    for first in range(0, len(b), rows):
        right = np.asarray(b[first : first + rows], np.float64).reshape(-1, left.shape[1])
        for i, image in enumerate(left):
            found[i, first : first + rows] = np.sqrt(((right - image) ** 2).mean(axis=1))
    return found


@dataclass(frozen=True, eq=False)
class Neighbors:
    """The real images nearest to some others.

    Attributes:
        index: int64, shape (n, k), indices of the real images, nearest first.
        distance: float64, shape (n, k), see `distances`.
    """

    index: NDArray[np.int64]
    distance: NDArray[np.float64]


def nearest_real(images: NDArray[Any], real: NDArray[Any], k: int = 5) -> Neighbors:
    """Return the k real images nearest to each image, compared pixel by pixel.

    A generated image that equals a real one was memorized.

    Args:
        images: Shape (n, height, width, channels).
        real: Shape (m, height, width, channels), at least k, on the same scale.
        k: The number of real images, at least 1.

    Raises:
        ValueError: k is out of its range, or the images differ in size.

    Example:
        >>> real = np.array([[0.0], [1.0], [3.0]])
        >>> dl.generate.gan.nearest_real(np.array([[2.8]]), real, k=2).index
        array([[2, 1]])
    """
    if not 1 <= k <= len(real):
        message = tr(
            "`k` must be a number from 1 to {n}, the number of real images. Received: {k}",
            n=len(real),
            k=k,
        )
        raise ValueError(message)
    apart = distances(images, real)
    index = np.argsort(apart, axis=1, kind="stable")[:, :k]
    return Neighbors(index, np.take_along_axis(apart, index, axis=1))


def collapsed(generated: float, real: float, *, floor: float = _MIN_DIVERSITY) -> bool:
    """Return whether a generator makes too few distinct images (mode collapse).

    Args:
        generated: `diversity` of generated images.
        real: `diversity` of as many real ones, with the same bandwidth.
        floor: The smallest share of the real images' diversity that is enough, 0 to 1.

    Example:
        >>> dl.generate.gan.collapsed(1.8, 30.0), dl.generate.gan.collapsed(20.0, 30.0)
        (True, False)
    """
    return generated < max(floor * real, 1.0 + 1e-6)


def discriminator_won(
    real_accuracy: Sequence[float] | NDArray[Any],
    fake_accuracy: Sequence[float] | NDArray[Any],
    g_loss: Sequence[float] | NDArray[Any],
) -> bool:
    """Return whether the discriminator has won, so that the generator hardly learns.

    It has where it classifies at least 97% of the real and of the generated images correctly, and
    the generator's loss is at least 3, so that the discriminator takes a generated image for a real
    one with a probability of at most 5% (e⁻³).

    Args:
        real_accuracy: Of recent steps, 0 to 1.
        fake_accuracy: Of recent steps, 0 to 1.
        g_loss: Of recent steps, −log D(G(z)).

    Returns:
        False where there are no steps or a value isn't finite.

    Source:
        Chollet, "Deep Learning with Python", section 8.5.6: the adversarial loss rises while the
        discriminator's falls towards 0. Of accuracies, since label noise keeps that loss above 0.

    Example:
        >>> dl.generate.gan.discriminator_won([1.0, 1.0], [1.0, 0.99], [5.2, 6.0])
        True
    """
    if not len(g_loss):
        return False
    sure = min(float(np.mean(real_accuracy)), float(np.mean(fake_accuracy)))
    return sure >= _SURE and float(np.mean(g_loss)) >= _HOPELESS
