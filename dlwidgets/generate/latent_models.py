"""Decoders and encoders of generative models: what they take, and what they return."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr
from dlwidgets._tensorflow import compiled, load
from dlwidgets.inspect.evaluation import in_batches
from dlwidgets.inspect.model_cache import cached_per_model

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    from dlwidgets._keras_types import KerasModel, Tensor


def latent_dim_of(decoder: KerasModel | None) -> int:
    """Return the length of the latent vectors that a decoder takes.

    Args:
        decoder: A built Keras model.

    Raises:
        ValueError: Its input isn't one vector.
    """
    shape = getattr(decoder, "input_shape", None)
    if not (isinstance(shape, tuple) and len(shape) == 2 and isinstance(shape[1], int)):
        message = tr(
            "Expected a decoder that takes latent vectors of shape (batch, latent_dim). "
            "Received: a model with input shape {shape}",
            shape=shape,
        )
        raise ValueError(message)
    return int(shape[1])


def check_fit(decoder: KerasModel | None, encoder: KerasModel) -> None:
    """Check that a decoder takes what an encoder returns.

    Args:
        decoder: A built Keras model.
        encoder: A built Keras model.

    Raises:
        ValueError: Their latent vectors have different lengths, or the encoder returns none.
    """
    wanted = latent_dim_of(decoder)
    shape = getattr(encoder, "output_shape", None)
    first = shape[0] if isinstance(shape, list) else shape
    if isinstance(first, tuple) and (len(first) != 2 or first[1] != wanted):
        message = tr(
            "The decoder takes latent vectors of {n} numbers. Received: an encoder with output "
            "shape {shape}",
            n=wanted,
            shape=first,
        )
        raise ValueError(message)


def decode(decoder: KerasModel, codes: ArrayLike, *, batch_size: int = 1024) -> NDArray[np.float32]:
    """Return the images of latent vectors, decoded in large batches.

    Args:
        decoder: A built Keras model: latent vectors in, images out.
        codes: Shape (n, latent_dim), finite.
        batch_size: Vectors per call of the decoder, at least 1.

    Returns:
        float32, shape (n, height, width, channels), or (n, height, width) of a decoder without a
        channel axis.

    Raises:
        ValueError: The latent vectors have another shape than the decoder takes or aren't finite,
            or the decoder returns no images.

    Example:
        >>> vae = dl.models.dense_vae((8, 8, 1), 2)
        >>> dl.generate.latent.decode(vae.decoder, [[0.0, 0.0]]).shape
        (1, 8, 8, 1)
    """
    array = np.asarray(codes, np.float32)
    wanted = latent_dim_of(decoder)
    if array.ndim != 2 or array.shape[1] != wanted:
        message = tr(
            "The decoder takes latent vectors of {n} numbers, shape (batch, {n}). Received: latent "
            "vectors of shape {shape}",
            n=wanted,
            shape=array.shape,
        )
        raise ValueError(message)
    if not np.isfinite(array).all():
        message = tr("Latent vectors must be finite. Received: NaN or infinity.")
        raise ValueError(message)
    images = _in_batches(decoder, array, batch_size)
    if images.ndim not in (3, 4) or (images.ndim == 4 and images.shape[3] not in (1, 3, 4)):
        message = tr(
            "Expected a decoder that returns images of shape (batch, height, width) or (batch, "
            "height, width, channels) with 1, 3 or 4 channels. Received: output of shape {shape}",
            shape=images.shape,
        )
        raise ValueError(message)
    return images


def encode(
    encoder: KerasModel, images: ArrayLike, *, batch_size: int = 1024
) -> NDArray[np.float32]:
    """Return the latent vectors of images; from a VAE's encoder the means.

    Args:
        encoder: A built Keras model: images in; latent vectors, or several outputs of which they
            are the first, out.
        images: As the encoder takes them, shape (n, …).
        batch_size: Images per call, at least 1.

    Returns:
        float32, shape (n, latent_dim).

    Raises:
        ValueError: The encoder takes images of another shape, or returns no vectors.
    """
    array = np.asarray(images, np.float32)
    wanted = getattr(encoder, "input_shape", None)
    if isinstance(wanted, tuple) and not _matches(wanted, array.shape):
        message = tr(
            "The encoder takes images of shape {wanted}. Received: images of shape {shape}",
            wanted=wanted[1:],
            shape=array.shape[1:],
        )
        raise ValueError(message)
    codes = _in_batches(encoder, array, batch_size)
    if codes.ndim != 2:
        message = tr(
            "Expected an encoder that returns vectors of shape (batch, latent_dim). Received: "
            "output of shape {shape}",
            shape=codes.shape,
        )
        raise ValueError(message)
    return codes


def _matches(wanted: tuple[int | None, ...], shape: tuple[int, ...]) -> bool:
    return len(wanted) == len(shape) and all(
        w is None or w == n for w, n in zip(wanted[1:], shape[1:], strict=True)
    )


def _in_batches(
    model: KerasModel, array: NDArray[np.float32], batch_size: int
) -> NDArray[np.float32]:
    if batch_size < 1:
        message = tr("`batch_size` must be at least 1. Received: {n}", n=batch_size)
        raise ValueError(message)
    call = _graph_of(model)
    return in_batches(model, lambda batch: call(load()[0].constant(batch)), array, batch_size)[0]


@cached_per_model
def _graph_of(model: KerasModel) -> Callable[[Tensor], Tensor]:
    """Return the model's forward pass as one graph, which takes a tenth of a call's time."""
    tf = load()[0]
    held = weakref.ref(model)

    def forward(x: Tensor) -> Tensor:
        output = held()(x, training=False)  # type: ignore[misc]  # it is there while it is traced
        if isinstance(output, dict):
            output = next(iter(output.values()))
        elif isinstance(output, (list, tuple)):
            output = output[0]
        result: Tensor = tf.cast(output, tf.float32)
        return result

    shape: Any = getattr(model, "input_shape", None)
    # Named beforehand, batches of any size share one graph, which takes long to build.
    known = isinstance(shape, tuple) and len(shape) > 1
    spec = [tf.TensorSpec(shape, tf.float32)] if known else None
    return compiled(forward, input_signature=spec, reduce_retracing=not known)
