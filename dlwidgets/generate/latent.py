"""Latent spaces of generative models: grids, paths and concept vectors.

All functions take any decoder: a Keras model with latent vectors in, shape (batch, latent_dim), and
images out. Encoders are any Keras model with images in and codes out; one that gives several
outputs, such as a VAE's mean and log variance, is taken at its first.
"""

from __future__ import annotations

import threading
import weakref
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._tensorflow import load

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike, NDArray

LARGEST_GRID = 50
"""Images per side that a grid has at most."""

_NARROWEST = 3.0  # the plane shows three standard deviations of the prior at least
_SHARE_SHOWN = 99.5  # percent of the codes that lie inside the shown plane

_compiled: weakref.WeakKeyDictionary[Any, Callable[[Any], Any]] = weakref.WeakKeyDictionary()
_lock = threading.Lock()


# -- through the models ------------------------------------------------------------------------


def latent_dim_of(decoder: Any) -> int:
    """The length of the latent vectors that a decoder takes.

    Args:
        decoder: A built Keras model.

    Raises:
        ValueError: It takes something else than one vector.
    """
    shape = getattr(decoder, "input_shape", None)
    if not (isinstance(shape, tuple) and len(shape) == 2 and isinstance(shape[1], int)):
        message = (
            "a decoder takes latent vectors of shape (batch, latent_dim). "
            f"Received: a model with input shape {shape}"
        )
        raise ValueError(message)
    return int(shape[1])


def check_fit(decoder: Any, encoder: Any) -> None:
    """Make sure that a decoder takes what an encoder gives.

    Args:
        decoder: A built Keras model.
        encoder: A built Keras model.

    Raises:
        ValueError: Their latent vectors have different lengths, or the encoder gives none.
    """
    wanted = latent_dim_of(decoder)
    shape = getattr(encoder, "output_shape", None)
    first = shape[0] if isinstance(shape, list) else shape
    if isinstance(first, tuple) and (len(first) != 2 or first[1] != wanted):
        message = (
            f"the decoder takes latent vectors of {wanted} numbers. "
            f"Received: an encoder that gives shape {first}"
        )
        raise ValueError(message)


def decode(decoder: Any, codes: ArrayLike, *, batch_size: int = 1024) -> NDArray[np.float32]:
    """Images of latent vectors, in few large batches instead of one call each.

    Args:
        decoder: A built Keras model: latent vectors in, images out.
        codes: Shape (n, latent_dim), finite.
        batch_size: Vectors per call of the decoder, at least 1.

    Returns:
        float32, shape (n, height, width, channels), or (n, height, width) of a decoder without a
        channel axis.

    Raises:
        ValueError: Codes of another shape or length than the decoder takes, codes that are not
            finite, or a decoder that gives no images.

    Example:
        >>> vae = dl.models.dense_vae((8, 8, 1), 2)
        >>> dl.generate.latent.decode(vae.decoder, [[0.0, 0.0]]).shape
        (1, 8, 8, 1)
    """
    array = np.asarray(codes, np.float32)
    wanted = latent_dim_of(decoder)
    if array.ndim != 2 or array.shape[1] != wanted:
        message = (
            f"the decoder takes latent vectors of {wanted} numbers, shape (n, {wanted}). "
            f"Received: codes of shape {array.shape}"
        )
        raise ValueError(message)
    if not np.isfinite(array).all():
        message = "latent vectors must be finite. Received: NaN or infinity"
        raise ValueError(message)
    images = _in_batches(decoder, array, batch_size)
    if images.ndim not in (3, 4) or (images.ndim == 4 and images.shape[3] not in (1, 3, 4)):
        message = (
            "a decoder gives images of shape (batch, height, width) or (batch, height, width, "
            f"channels) with 1, 3 or 4 channels. Received: output of shape {images.shape}"
        )
        raise ValueError(message)
    return images


def encode(encoder: Any, images: ArrayLike, *, batch_size: int = 1024) -> NDArray[np.float32]:
    """Codes of images: of a VAE's encoder the means.

    Args:
        encoder: A built Keras model: images in, codes (or several outputs, codes first) out.
        images: As the encoder takes them, shape (n, …).
        batch_size: Images per call, at least 1.

    Returns:
        float32, shape (n, latent_dim).

    Raises:
        ValueError: The encoder takes images of another shape, or gives no vectors.
    """
    array = np.asarray(images, np.float32)
    wanted = getattr(encoder, "input_shape", None)
    if isinstance(wanted, tuple) and not _matches(wanted, array.shape):
        message = (
            f"the encoder takes images of shape {wanted[1:]}. Received: images of shape "
            f"{array.shape[1:]}"
        )
        raise ValueError(message)
    codes = _in_batches(encoder, array, batch_size)
    if codes.ndim != 2:
        message = f"an encoder gives vectors, shape (n, latent_dim). Received: {codes.shape}"
        raise ValueError(message)
    return codes


def _matches(wanted: tuple[int | None, ...], shape: tuple[int, ...]) -> bool:
    return len(wanted) == len(shape) and all(
        w is None or w == n for w, n in zip(wanted[1:], shape[1:], strict=True)
    )


def _in_batches(model: Any, array: NDArray[np.float32], batch_size: int) -> NDArray[np.float32]:
    if batch_size < 1:
        message = f"batch_size must be at least 1. Received: {batch_size!r}"
        raise ValueError(message)
    call = _graph_of(model)
    tf = load()[0]
    parts = [
        call(tf.constant(array[i : i + batch_size])).numpy()
        for i in range(0, max(1, len(array)), batch_size)
    ]
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _graph_of(model: Any) -> Callable[[Any], Any]:
    """The model's forward pass as one graph for batches of any size: a tenth of a call's time."""
    with _lock:
        call = _compiled.get(model)
        if call is None:
            tf = load()[0]
            held = weakref.ref(model)

            def forward(x: Any) -> Any:
                output = held()(x, training=False)  # type: ignore[misc]
                if isinstance(output, dict):
                    output = next(iter(output.values()))
                elif isinstance(output, (list, tuple)):
                    output = output[0]
                return tf.cast(output, tf.float32)

            shape: Any = getattr(model, "input_shape", None)
            # Named beforehand, batches of any size share one graph, which takes long to build.
            known = isinstance(shape, tuple) and len(shape) > 1
            spec = [tf.TensorSpec((None, *shape[1:]), tf.float32)] if known else None
            call = tf.function(forward, input_signature=spec, reduce_retracing=not known)
            _compiled[model] = call
        return call


# -- points of the latent space ----------------------------------------------------------------


def normal_quantiles(n: int = 15, low: float = 0.05, high: float = 0.95) -> NDArray[np.float32]:
    """Points that divide the mass of N(0, 1) evenly, so that each is as likely as its neighbours.

    Args:
        n: How many, 1 to `LARGEST_GRID`.
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
    if isinstance(n, bool) or not isinstance(n, (int, np.integer)) or not 1 <= n <= LARGEST_GRID:
        message = f"n must be a whole number of 1 to {LARGEST_GRID}. Received: {n!r}"
        raise ValueError(message)
    if not 0 < low < high < 1:
        message = f"low and high must satisfy 0 < low < high < 1. Received: {low!r}, {high!r}"
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
    """The latent vectors of a grid, laid out as on a map.

    Args:
        n: Vectors per side, 1 to `LARGEST_GRID`.
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
    first, second = _checked_axes(axes, latent_dim)
    base = np.zeros(latent_dim, np.float32) if rest is None else np.asarray(rest, np.float32)
    if base.shape != (latent_dim,):
        message = f"rest must hold {latent_dim} numbers. Received: shape {base.shape}"
        raise ValueError(message)
    values = normal_quantiles(n, low, high)
    codes = np.tile(base, (n, n, 1))
    codes[:, :, first] = values[np.newaxis, :]
    codes[:, :, second] = values[::-1, np.newaxis]
    return codes


def latent_grid(
    decoder: Any,
    n: int = 15,
    low: float = 0.05,
    high: float = 0.95,
    *,
    latent_dim: int = 2,
    axes: tuple[int, int] = (0, 1),
    rest: ArrayLike | None = None,
) -> NDArray[np.float32]:
    """Decoded images of an n×n grid through normal quantiles, in one batch.

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
    images = decode(decoder, codes.reshape(n * n, latent_dim), batch_size=LARGEST_GRID**2)
    return images.reshape(n, n, *images.shape[1:])


def path_codes(start: ArrayLike, end: ArrayLike, steps: int = 9) -> NDArray[np.float32]:
    """Latent vectors on the straight line from one to another, both included.

    Args:
        start: Shape (latent_dim,).
        end: Likewise.
        steps: How many vectors, 2 to 1,000.

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
        message = (
            f"start and end must be vectors of one length. Received: shapes {a.shape}, {b.shape}"
        )
        raise ValueError(message)
    if not 2 <= steps <= 1000:
        message = f"steps must be 2 to 1,000. Received: {steps!r}"
        raise ValueError(message)
    share = np.linspace(0.0, 1.0, steps, dtype=np.float32)[:, np.newaxis]
    return (1 - share) * a + share * b


def path(decoder: Any, start: ArrayLike, end: ArrayLike, steps: int = 9) -> NDArray[np.float32]:
    """Decoded images on the straight line between two latent vectors.

    Args:
        decoder: A built Keras model: latent vectors in, images out.
        start: Shape (latent_dim,).
        end: Likewise.
        steps: How many images, 2 to 1,000, both ends included.

    Returns:
        float32, shape (steps, height, width[, channels]).

    Raises:
        ValueError: As `path_codes` and `decode`.
    """
    return decode(decoder, path_codes(start, end, steps))


def concept_vector(codes_a: ArrayLike, codes_b: ArrayLike) -> NDArray[np.float32]:
    """The direction in the latent space from one group of images to another.

    Added to the code of an image it makes the image more like group b: with groups without and with
    a smile, the smile vector.

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
        message = (
            "groups of codes have shape (n, latent_dim), with one latent_dim. "
            f"Received: shapes {a.shape} and {b.shape}"
        )
        raise ValueError(message)
    if not len(a) or not len(b):
        message = f"both groups need images. Received: {len(a)} and {len(b)}"
        raise ValueError(message)
    direction: NDArray[np.float32] = b.mean(axis=0) - a.mean(axis=0)
    return direction


def plane_radius(codes: ArrayLike, axes: tuple[int, int] = (0, 1)) -> float:
    """How far a picture of the latent plane must reach from its middle to show nearly all codes.

    Args:
        codes: Shape (n, latent_dim); may be empty.
        axes: The two dimensions of the plane.

    Returns:
        A whole number of standard deviations of the prior, at least 3: it changes seldom while the
        codes move.

    Example:
        >>> dl.generate.latent.plane_radius([[0.5, -4.2]])
        5.0
    """
    array = np.abs(np.asarray(codes, np.float32))
    if not array.size:
        return _NARROWEST
    shown = array[:, list(axes)]
    shown = shown[np.isfinite(shown).all(axis=1)]
    reach = float(np.percentile(shown.max(axis=1), _SHARE_SHOWN)) if len(shown) else 0.0
    return max(_NARROWEST, float(np.ceil(reach)))


def group_centers(
    codes: ArrayLike, labels: ArrayLike, groups: Sequence[int]
) -> NDArray[np.float32]:
    """The mean code of each group.

    Args:
        codes: Shape (n, latent_dim).
        labels: The group of each code, shape (n,).
        groups: The groups wanted.

    Returns:
        float32, shape (len(groups), latent_dim); NaN for a group without codes.
    """
    array, of = np.asarray(codes, np.float32), np.asarray(labels)
    missing = np.full(array.shape[1], np.nan, np.float32)
    return np.array(
        [array[of == g].mean(axis=0) if (of == g).any() else missing for g in groups], np.float32
    )


def _checked_axes(axes: tuple[int, int], latent_dim: int) -> tuple[int, int]:
    if latent_dim < 2:
        message = f"a plane needs at least two latent dimensions. Received: {latent_dim}"
        raise ValueError(message)
    first, second = axes
    if first == second or not all(0 <= axis < latent_dim for axis in axes):
        message = (
            f"axes must be two different dimensions of 0 to {latent_dim - 1}. Received: {axes}"
        )
        raise ValueError(message)
    return int(first), int(second)
