"""Builders of variational autoencoders for images."""

from __future__ import annotations

import math
from typing import Any

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.models.vae import VAE

keras: Any = load_keras()


def conv_vae(
    input_shape: tuple[int, int, int] = (28, 28, 1),
    latent_dim: int = 2,
    *,
    beta: float = 1.0,
    seed: int | None = None,
) -> VAE:
    """Return the convolutional VAE from the book, uncompiled.

    Args:
        input_shape: Height and width, both even, and channels of an image.
        latent_dim: Number of latent dimensions, at least 1.
        beta: Weight of the KL divergence, at least 0.
        seed: Random seed of the sampling noise.

    Returns:
        A VAE for images from 0 to 1. With the defaults it has 550,629 parameters, as in the book.

    Raises:
        ValueError: The height or the width is odd. The decoder doubles half of it.

    Source: listings 8.23 and 8.25.

    Example:
        >>> dl.models.conv_vae().count_params()
        550629
    """
    height, width, channels = input_shape
    if height % 2 or width % 2:
        message = tr(
            "Expected images with an even height and width. Received: {size}",
            size=f"{height}×{width}",
        )
        raise ValueError(message)
    layers = keras.layers
    image = keras.Input(input_shape, name="image")
    x = image
    for filters, stride in ((32, 1), (64, 2), (64, 1), (64, 1)):
        x = layers.Conv2D(filters, 3, strides=stride, padding="same", activation="relu")(x)
    x = layers.Dense(32, activation="relu")(layers.Flatten()(x))
    encoder = _encoder(image, x, latent_dim)

    code = keras.Input((latent_dim,), name="code")
    half = (height // 2, width // 2, 64)
    x = layers.Dense(math.prod(half), activation="relu")(code)
    x = layers.Reshape(half)(x)
    x = layers.Conv2DTranspose(32, 3, strides=2, padding="same", activation="relu")(x)
    x = layers.Conv2D(channels, 3, padding="same", activation="sigmoid", dtype="float32")(x)
    decoder = keras.Model(code, x, name="decoder")
    return VAE(encoder, decoder, beta=beta, seed=seed, name="conv_vae")


def dense_vae(
    input_shape: tuple[int, ...] = (8, 8, 1),
    latent_dim: int = 2,
    *,
    hidden: tuple[int, ...] = (128, 64),
    beta: float = 1.0,
    seed: int | None = None,
) -> VAE:
    """Return a small VAE of dense layers, uncompiled, which learns the 8×8 digits in seconds.

    Args:
        input_shape: The shape of one image, such as (8, 8, 1).
        latent_dim: Number of latent dimensions, at least 1.
        hidden: Units of the ReLU layers of the encoder. The decoder has them in reverse order.
        beta: Weight of the KL divergence, at least 0.
        seed: Random seed of the sampling noise.

    Returns:
        A VAE for images from 0 to 1.

    Example:
        >>> dl.models.dense_vae((8, 8, 1), 3).latent_dim
        3
    """
    layers = keras.layers
    image = keras.Input(input_shape, name="image")
    x = layers.Flatten()(image)
    for units in hidden:
        x = layers.Dense(units, activation="relu")(x)
    encoder = _encoder(image, x, latent_dim)

    code = keras.Input((latent_dim,), name="code")
    x = code
    for units in reversed(hidden):
        x = layers.Dense(units, activation="relu")(x)
    x = layers.Dense(math.prod(input_shape), activation="sigmoid", dtype="float32")(x)
    decoder = keras.Model(code, layers.Reshape(input_shape)(x), name="decoder")
    return VAE(encoder, decoder, beta=beta, seed=seed, name="dense_vae")


def _encoder(image: Any, x: Any, latent_dim: int) -> Any:
    mean = keras.layers.Dense(latent_dim, name="z_mean")(x)
    log_variance = keras.layers.Dense(latent_dim, name="z_log_var")(x)
    return keras.Model(image, [mean, log_variance], name="encoder")
