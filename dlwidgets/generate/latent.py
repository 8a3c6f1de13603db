"""Latent spaces of generative models: grids, paths and concept vectors.

A decoder is any Keras model with latent vectors of shape (batch, latent_dim) in and images out. An
encoder is any Keras model with images in and latent vectors out; of several outputs, such as a
VAE's mean and log variance, the first is used.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from dlwidgets._messages import tr
from dlwidgets.generate.latent_models import check_fit, decode, encode, latent_dim_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from dlwidgets._keras_types import KerasModel

__all__ = [
    "MAX_GRID",
    "check_fit",
    "concept_vector",
    "decode",
    "encode",
    "grid_codes",
    "group_centers",
    "latent_dim_of",
    "latent_grid",
    "latent_map",
    "map_codes",
    "normal_quantiles",
    "path",
    "path_codes",
    "plane_radius",
]

MAX_GRID = 50
"""Images per side of a grid at most."""

_MIN_RADIUS = 3.0  # standard deviations of the prior
_SHARE_SHOWN = 99.5  # percent of the latent vectors that lie inside the shown plane


def normal_quantiles(n: int = 15, low: float = 0.05, high: float = 0.95) -> NDArray[np.float32]:
    """Return points that divide the probability mass of N(0, 1) evenly.

    Args:
        n: The number of points, 1 to `MAX_GRID`.
        low: Probability below the first, above 0.
        high: Probability below the last, above `low` and below 1.

    Returns:
        float32, shape (n,), ascending; for n = 1 the middle one.

    Raises:
        ValueError: n, low or high out of range.

    Source: listing 8.28 of the book, ``norm.ppf(linspace(0.05, 0.95, n))``.

    Example:
        >>> dl.generate.latent.normal_quantiles(2).round(3)
        array([-1.645,  1.645], dtype=float32)
    """
    _checked_size(n)
    if not 0 < low < high < 1:
        message = tr(
            "`low` and `high` must satisfy 0 < low < high < 1. Received: {low} and {high}.",
            low=low,
            high=high,
        )
        raise ValueError(message)
    shares = np.linspace(low, high, n) if n > 1 else [(low + high) / 2]
    normal = NormalDist()
    return np.array([normal.inv_cdf(float(p)) for p in shares], np.float32)


def grid_codes(
    n: int = 15,
    low: float = 0.05,
    high: float = 0.95,
    *,
    latent_dim: int = 2,
    axes: tuple[int, int] = (0, 1),
    rest: ArrayLike | None = None,
) -> NDArray[np.float32]:
    """Return the latent vectors of a grid, laid out as on a map.

    Args:
        n: Vectors per side, 1 to `MAX_GRID`.
        low: Probability below the first column and the lowest row.
        high: Probability below the last column and the highest row.
        latent_dim: Length of a vector, at least 2.
        axes: The dimension that grows to the right, and the one that grows upwards.
        rest: A vector of length latent_dim for the other dimensions; zeros by default.

    Returns:
        float32, shape (n, n, latent_dim), the *highest* row first. The book's figure has the
        lowest row first.

    Raises:
        ValueError: An argument out of range.
    """
    values = normal_quantiles(n, low, high)
    return _on_plane(values, values, latent_dim, axes, rest)


def map_codes(
    n: int = 15,
    center: tuple[float, float] = (0.0, 0.0),
    radius: float = 3.0,
    *,
    latent_dim: int = 2,
    axes: tuple[int, int] = (0, 1),
    rest: ArrayLike | None = None,
) -> NDArray[np.float32]:
    """Return the latent vectors at the centers of the tiles that divide a square of a plane evenly.

    Args:
        n: Tiles per side, 1 to `MAX_GRID`.
        center: The middle of the square, across and up.
        radius: Half of its side, above 0.
        latent_dim: Length of a vector, at least 2.
        axes: The dimension that grows to the right, and the one that grows upwards.
        rest: A vector of length latent_dim for the other dimensions; zeros by default.

    Returns:
        float32, shape (n, n, latent_dim), the highest row first.

    Raises:
        ValueError: An argument out of range.

    Example:
        >>> dl.generate.latent.map_codes(2, (1.0, 0.0), 4.0)[0].tolist()
        [[-1.0, 2.0], [3.0, 2.0]]
    """
    _checked_size(n)
    if not 0 < radius < np.inf or not np.isfinite(center).all():
        message = tr(
            "Expected a finite center and a radius above 0. Received: {center} and {radius}.",
            center=center,
            radius=radius,
        )
        raise ValueError(message)
    offsets = radius * ((2 * np.arange(n) + 1) / n - 1)
    return _on_plane(center[0] + offsets, center[1] + offsets, latent_dim, axes, rest)


def latent_grid(
    decoder: KerasModel,
    n: int = 15,
    low: float = 0.05,
    high: float = 0.95,
    *,
    latent_dim: int = 2,
    axes: tuple[int, int] = (0, 1),
    rest: ArrayLike | None = None,
) -> NDArray[np.float32]:
    """Return the decoded images of an n×n grid of normal quantiles.

    Args:
        decoder: A built Keras model: latent vectors in, images out.
        n: Images per side; the book has 15.
        low: Probability below the first column and the lowest row; the book has 0.05.
        high: Probability below the last column and the highest row; the book has 0.95.
        latent_dim: Length of a latent vector, which must be the decoder's.
        axes: The dimension that grows to the right, and the one that grows upwards.
        rest: A vector of length latent_dim for the other dimensions; zeros by default.

    Returns:
        float32, shape (n, n, height, width[, channels]), the highest row first as on a map.

    Raises:
        ValueError: An argument out of range, or a decoder with another latent size.

    Source: listing 8.28 of the book, which decodes each of the 225 vectors in a batch of 16 copies.

    Example:
        >>> vae = dl.models.dense_vae((8, 8, 1), 2)
        >>> dl.generate.latent.latent_grid(vae.decoder).shape
        (15, 15, 8, 8, 1)
    """
    codes = grid_codes(n, low, high, latent_dim=latent_dim, axes=axes, rest=rest)
    images = decode(decoder, codes.reshape(n * n, latent_dim), batch_size=MAX_GRID**2)
    return images.reshape(n, n, *images.shape[1:])


def latent_map(
    decoder: KerasModel,
    n: int = 15,
    center: tuple[float, float] = (0.0, 0.0),
    radius: float = 3.0,
    *,
    latent_dim: int = 2,
    axes: tuple[int, int] = (0, 1),
    rest: ArrayLike | None = None,
) -> NDArray[np.float32]:
    """Return the decoded images of the tiles that divide a square of a latent plane evenly.

    Args:
        decoder: A built Keras model: latent vectors in, images out.
        n: Tiles per side.
        center: The middle of the square, across and up.
        radius: Half of its side, above 0.
        latent_dim: Length of a latent vector, which must be the decoder's.
        axes: The dimension that grows to the right, and the one that grows upwards.
        rest: A vector of length latent_dim for the other dimensions; zeros by default.

    Returns:
        float32, shape (n, n, height, width[, channels]), the highest row first.

    Raises:
        ValueError: As `map_codes` and `decode`.

    Example:
        >>> vae = dl.models.dense_vae((8, 8, 1), 2)
        >>> dl.generate.latent.latent_map(vae.decoder, 4).shape
        (4, 4, 8, 8, 1)
    """
    codes = map_codes(n, center, radius, latent_dim=latent_dim, axes=axes, rest=rest)
    images = decode(decoder, codes.reshape(n * n, latent_dim), batch_size=MAX_GRID**2)
    return images.reshape(n, n, *images.shape[1:])


def path_codes(start: ArrayLike, end: ArrayLike, steps: int = 9) -> NDArray[np.float32]:
    """Return latent vectors on the straight line from one to another, both included.

    Args:
        start: Shape (latent_dim,).
        end: Likewise.
        steps: The number of vectors, 2 to 1,000.

    Returns:
        float32, shape (steps, latent_dim).

    Raises:
        ValueError: Vectors of different lengths, or a number of steps out of range.

    Example:
        >>> dl.generate.latent.path_codes([0.0, 0.0], [1.0, 2.0], 3)[1]
        array([0.5, 1. ], dtype=float32)
    """
    a, b = np.asarray(start, np.float32), np.asarray(end, np.float32)
    if a.ndim != 1 or a.shape != b.shape:
        message = tr(
            "`start` and `end` must be vectors of the same length. Received: shapes {a} and {b}.",
            a=a.shape,
            b=b.shape,
        )
        raise ValueError(message)
    if not 2 <= steps <= 1000:
        message = tr("`steps` must be a number from 2 to 1,000. Received: {n}", n=steps)
        raise ValueError(message)
    share = np.linspace(0.0, 1.0, steps, dtype=np.float32)[:, np.newaxis]
    return (1 - share) * a + share * b


def path(
    decoder: KerasModel, start: ArrayLike, end: ArrayLike, steps: int = 9
) -> NDArray[np.float32]:
    """Return the decoded images on the straight line between two latent vectors.

    Args:
        decoder: A built Keras model: latent vectors in, images out.
        start: Shape (latent_dim,).
        end: Likewise.
        steps: The number of images, 2 to 1,000, both ends included.

    Returns:
        float32, shape (steps, height, width[, channels]).

    Raises:
        ValueError: As `path_codes` and `decode`.
    """
    return decode(decoder, path_codes(start, end, steps))


def concept_vector(codes_a: ArrayLike, codes_b: ArrayLike) -> NDArray[np.float32]:
    """Return the direction in the latent space from one group of images to another.

    Added to the latent vector of an image, it makes the image more like group b. For groups without
    and with a smile it is the smile vector.

    Args:
        codes_a: Codes of the first group, shape (n, latent_dim).
        codes_b: Codes of the second group, shape (m, latent_dim).

    Returns:
        float32, shape (latent_dim,): mean of b minus mean of a.

    Raises:
        ValueError: A group is empty, or the codes have different lengths.

    Source: section 8.4.2 of the book; White, Sampling Generative Networks, 2016.

    Example:
        >>> dl.generate.latent.concept_vector([[0.0, 0.0]], [[1.0, 2.0], [3.0, 2.0]])
        array([2., 2.], dtype=float32)
    """
    a, b = np.asarray(codes_a, np.float32), np.asarray(codes_b, np.float32)
    if a.ndim != 2 or b.ndim != 2 or a.shape[1:] != b.shape[1:]:
        message = tr(
            "Expected two groups of latent vectors of shape (n, latent_dim) with the same "
            "latent_dim. Received: shapes {a} and {b}.",
            a=a.shape,
            b=b.shape,
        )
        raise ValueError(message)
    if not len(a) or not len(b):
        message = tr(
            "Both groups must have at least 1 image. Received: {a} and {b}.", a=len(a), b=len(b)
        )
        raise ValueError(message)
    direction: NDArray[np.float32] = b.mean(axis=0) - a.mean(axis=0)
    return direction


def plane_radius(codes: ArrayLike, axes: tuple[int, int] = (0, 1)) -> float:
    """Return how far a plot of the latent plane must reach to show nearly all latent vectors.

    Args:
        codes: Shape (n, latent_dim); may be empty.
        axes: The two dimensions of the plane.

    Returns:
        A whole number of standard deviations of the prior, at least 3, so that it rarely changes
        while the latent vectors move.

    Example:
        >>> dl.generate.latent.plane_radius([[0.5, -4.2]])
        5.0
    """
    array = np.abs(np.asarray(codes, np.float32))
    if not array.size:
        return _MIN_RADIUS
    shown = array[:, list(axes)]
    shown = shown[np.isfinite(shown).all(axis=1)]
    reach = float(np.percentile(shown.max(axis=1), _SHARE_SHOWN)) if len(shown) else 0.0
    return max(_MIN_RADIUS, float(np.ceil(reach)))


def group_centers(
    codes: ArrayLike, labels: ArrayLike, groups: Sequence[int]
) -> NDArray[np.float32]:
    """Return the mean latent vector of each group.

    Args:
        codes: Shape (n, latent_dim).
        labels: The group of each code, shape (n,).
        groups: The groups wanted.

    Returns:
        float32, shape (len(groups), latent_dim); NaN for a group without images.
    """
    array, of = np.asarray(codes, np.float32), np.asarray(labels)
    missing = np.full(array.shape[1], np.nan, np.float32)
    return np.array(
        [array[of == g].mean(axis=0) if (of == g).any() else missing for g in groups], np.float32
    )


def _on_plane(
    across: NDArray[np.floating],
    up: NDArray[np.floating],
    latent_dim: int,
    axes: tuple[int, int],
    rest: ArrayLike | None,
) -> NDArray[np.float32]:
    """Return the latent vectors at all pairs of two ascending series, the highest row first."""
    first, second = _checked_axes(axes, latent_dim)
    base = np.zeros(latent_dim, np.float32) if rest is None else np.asarray(rest, np.float32)
    if base.shape != (latent_dim,):
        message = tr(
            "`rest` must have {n} numbers. Received: an array of shape {shape}",
            n=latent_dim,
            shape=base.shape,
        )
        raise ValueError(message)
    codes = np.tile(base, (len(up), len(across), 1))
    codes[:, :, first] = across[np.newaxis, :]
    codes[:, :, second] = up[::-1, np.newaxis]
    return codes


def _checked_size(n: int) -> None:
    if isinstance(n, bool) or not isinstance(n, (int, np.integer)) or not 1 <= n <= MAX_GRID:
        message = tr(
            "`n` must be a whole number from 1 to {most}. Received: {n}", most=MAX_GRID, n=repr(n)
        )
        raise ValueError(message)


def _checked_axes(axes: tuple[int, int], latent_dim: int) -> tuple[int, int]:
    if latent_dim < 2:
        message = tr("A plane needs at least two latent dimensions. Received: {n}", n=latent_dim)
        raise ValueError(message)
    first, second = axes
    if first == second or not all(0 <= axis < latent_dim for axis in axes):
        message = tr(
            "`axes` must be two different dimensions from 0 to {last}. Received: {axes}",
            last=latent_dim - 1,
            axes=axes,
        )
        raise ValueError(message)
    return int(first), int(second)
