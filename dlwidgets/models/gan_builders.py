"""Builders of GANs: the book's convolutional one, a small one for digits, a toy for points."""

from __future__ import annotations

import math
from typing import Any

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.models.gan import GAN, RANGES

keras: Any = load_keras()


class _Seeds:
    """Sequence of seeds, so that the same seed builds the same model."""

    def __init__(self, seed: int | None) -> None:
        self._next = seed

    def __call__(self) -> int | None:
        if self._next is None:
            return None
        self._next += 1
        return self._next

    def kernel(self) -> Any:
        return keras.initializers.GlorotUniform(seed=self())

    def dense(self, units: int, **options: Any) -> Any:
        return keras.layers.Dense(units, kernel_initializer=self.kernel(), **options)


def dcgan(
    *,
    latent_dim: int = 32,
    label_noise: float = 0.05,
    dropout: float = 0.4,
    clip: float | None = 1.0,
    output: str = "tanh",
    d_learning_rate: float = 8e-4,
    g_learning_rate: float = 4e-4,
    seed: int | None = None,
) -> Any:
    """Return the convolutional GAN from the book, for images of shape (32, 32, 3), compiled.

    Args:
        latent_dim: Number of latent dimensions.
        label_noise: Largest random shift of a label toward the other label, at least 0 and below
            0.5.
        dropout: Dropout rate before the last layer of the discriminator, at least 0 and below 1.
        clip: Largest absolute value of a gradient. `None` for no clipping.
        output: The last activation of the generator, a key of `RANGES`.
        d_learning_rate: Learning rate of the discriminator's RMSprop.
        g_learning_rate: Learning rate of the generator's RMSprop.
        seed: Random seed of weights, dropout, latent vectors and label noise.

    Returns:
        A compiled `GAN`. Generator 6,264,579 parameters, discriminator 790,913.

    Raises:
        ValueError: A number outside its range.

    Source:
        Chollet, "Deep Learning with Python", listings 8-29 to 8-32; see this module for what is
        corrected.

    Example:
        >>> dl.models.dcgan().discriminator.count_params()
        790913
    """
    layers, seeds = keras.layers, _Seeds(seed)

    def conv(kind: str, filters: int, size: int, strides: int = 1, padding: str = "same") -> Any:
        return getattr(layers, kind)(
            filters, size, strides=strides, padding=padding, kernel_initializer=seeds.kernel()
        )

    def leaky() -> Any:
        return layers.LeakyReLU(negative_slope=0.3)

    generator = keras.Sequential(
        [
            keras.Input((latent_dim,)),
            layers.Dense(128 * 16 * 16, kernel_initializer=seeds.kernel()),
            leaky(),
            layers.Reshape((16, 16, 128)),
            conv("Conv2D", 256, 5),
            leaky(),
            # A kernel size that is a multiple of the stride avoids checkerboard artifacts.
            conv("Conv2DTranspose", 256, 4, 2),
            leaky(),
            conv("Conv2D", 256, 5),
            leaky(),
            conv("Conv2D", 256, 5),
            leaky(),
            conv("Conv2D", 3, 7),
            layers.Activation(_output(output)),
        ],
        name="generator",
    )
    discriminator = keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            conv("Conv2D", 128, 3, padding="valid"),
            leaky(),
            conv("Conv2D", 128, 4, 2, "valid"),
            leaky(),
            conv("Conv2D", 128, 4, 2, "valid"),
            leaky(),
            conv("Conv2D", 128, 4, 2, "valid"),
            leaky(),
            layers.Flatten(),
            layers.Dropout(_rate(dropout), seed=seeds()),
            layers.Dense(1, name="logit", kernel_initializer=seeds.kernel()),
        ],
        name="discriminator",
    )
    gan = GAN(
        discriminator,
        generator,
        label_noise=label_noise,
        data_range=RANGES[output],
        seed=seeds(),
        name="dcgan",
    )
    rms = keras.optimizers.RMSprop
    gan.compile(rms(d_learning_rate, clipvalue=clip), rms(g_learning_rate, clipvalue=clip))
    return gan


def small_gan(
    image_shape: tuple[int, ...] = (8, 8, 1),
    *,
    latent_dim: int = 16,
    label_noise: float = 0.05,
    dropout: float = 0.3,
    clip: float | None = 1.0,
    output: str = "tanh",
    d_learning_rate: float = 2e-3,
    g_learning_rate: float = 1e-3,
    seed: int | None = None,
) -> Any:
    """Return a GAN of dense layers for small images such as the 8×8 digits, compiled.

    On two CPU cores it generates digits after 30 s.

    Args:
        image_shape: Height, width and channels of an image.
        latent_dim: Number of latent dimensions.
        label_noise: Largest random shift of a label toward the other label, at least 0 and below
            0.5.
        dropout: Dropout rate after each hidden layer of the discriminator, at least 0 and below 1.
        clip: Largest absolute value of a gradient. `None` for no clipping.
        output: The last activation of the generator, a key of `RANGES`.
        d_learning_rate: Learning rate of the discriminator's Adam.
        g_learning_rate: Learning rate of the generator's Adam.
        seed: Random seed of weights, dropout, latent vectors and label noise.

    Returns:
        A compiled `GAN`. With (8, 8, 1): generator 53,184 parameters, discriminator 49,665.

    Raises:
        ValueError: A number outside its range.

    Source:
        Radford et al. 2016, "Unsupervised representation learning with DCGANs", for batch
        normalization in the generator, LeakyReLU 0.2 and Adam with β₁ = 0.5.

    Example:
        >>> dl.models.small_gan(seed=1).image_shape
        (8, 8, 1)
    """
    layers, seeds = keras.layers, _Seeds(seed)
    dense = seeds.dense

    def leaky() -> Any:
        return layers.LeakyReLU(negative_slope=0.2)

    generator = keras.Sequential(
        [
            keras.Input((latent_dim,)),
            dense(128),
            layers.BatchNormalization(),
            leaky(),
            dense(256),
            layers.BatchNormalization(),
            leaky(),
            dense(math.prod(image_shape), activation=_output(output)),
            layers.Reshape(image_shape),
        ],
        name="generator",
    )
    discriminator = keras.Sequential(
        [
            keras.Input(image_shape),
            layers.Flatten(),
            dense(256),
            leaky(),
            layers.Dropout(_rate(dropout), seed=seeds()),
            dense(128),
            leaky(),
            layers.Dropout(_rate(dropout), seed=seeds()),
            dense(1, name="logit"),
        ],
        name="discriminator",
    )
    gan = GAN(
        discriminator,
        generator,
        label_noise=label_noise,
        data_range=RANGES[output],
        seed=seeds(),
        name="small_gan",
    )
    return _with_adam(gan, d_learning_rate, g_learning_rate, clip)


def toy_gan(
    *,
    latent_dim: int = 8,
    label_noise: float = 0.0,
    dropout: float = 0.0,
    clip: float | None = None,
    d_learning_rate: float = 2e-3,
    g_learning_rate: float = 1e-3,
    seed: int | None = None,
) -> Any:
    """Return a GAN for points in a plane, such as the `ring`, compiled.

    Args:
        latent_dim: Number of latent dimensions.
        label_noise: Largest random shift of a label toward the other label, at least 0 and below
            0.5.
        dropout: Dropout rate after each hidden layer of the discriminator, at least 0 and below 1.
        clip: Largest absolute value of a gradient. `None` for no clipping.
        d_learning_rate: Learning rate of the discriminator's Adam.
        g_learning_rate: Learning rate of the generator's Adam.
        seed: Random seed of weights, dropout, latent vectors and label noise.

    Returns:
        A compiled `GAN` whose "images" are points, shape (2,). Generator 17,922 parameters,
        discriminator 17,025. On two CPU cores it reaches all modes of the ring within 10 s.

    Raises:
        ValueError: A number outside its range.

    Source:
        Metz et al. 2017, "Unrolled generative adversarial networks", appendix A, for the ring of
        eight Gaussians on which a GAN collapses to few modes, and two hidden layers of 128 units.

    Example:
        >>> dl.models.toy_gan(seed=1).image_shape
        (2,)
    """
    layers, seeds = keras.layers, _Seeds(seed)
    dense = seeds.dense
    generator = keras.Sequential(
        [
            keras.Input((latent_dim,)),
            dense(128, activation="leaky_relu"),
            dense(128, activation="leaky_relu"),
            dense(2),
        ],
        name="generator",
    )
    discriminator = keras.Sequential(
        [
            keras.Input((2,)),
            dense(128, activation="leaky_relu"),
            layers.Dropout(_rate(dropout), seed=seeds()),
            dense(128, activation="leaky_relu"),
            layers.Dropout(_rate(dropout), seed=seeds()),
            dense(1, name="logit"),
        ],
        name="discriminator",
    )
    gan = GAN(discriminator, generator, label_noise=label_noise, seed=seeds(), name="toy_gan")
    return _with_adam(gan, d_learning_rate, g_learning_rate, clip)


def _with_adam(gan: GAN, d_learning_rate: float, g_learning_rate: float, clip: float | None) -> GAN:
    adam = keras.optimizers.Adam
    gan.compile(*(adam(r, beta_1=0.5, clipvalue=clip) for r in (d_learning_rate, g_learning_rate)))
    return gan


def _output(name: str) -> str:
    if name not in RANGES:
        message = tr(
            "Expected `output` to be one of {known}. Received: {received}",
            known=", ".join(RANGES),
            received=repr(name),
        )
        raise ValueError(message)
    return name


def _rate(value: float) -> float:
    if not 0 <= value < 1 or not math.isfinite(value):
        message = tr("Expected a `dropout` of at least 0 and below 1. Received: {v}", v=repr(value))
        raise ValueError(message)
    return float(value)
