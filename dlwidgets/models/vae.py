"""The variational autoencoder: an encoder, a decoder, and a latent space between them.

The book's printed code differs from the method in two places, which are put right here. It samples
with ``exp(z_log_var)``, which is the variance where the standard deviation ``exp(½·z_log_var)`` is
meant, so that its noise is another than the one that its KL term is about. And it weighs a mean
over pixels against 0.0005 times a mean over latent dimensions; here both terms are in nats per
image, and their ratio has a name, β. `book_beta` gives the β of the book's weights.
"""

from __future__ import annotations

import math
from typing import Any

from dlwidgets._tensorflow import load

tf, keras = load()
ops: Any = keras.ops
Model: Any = keras.Model

RECONSTRUCTIONS = ("binary_crossentropy", "squared_error")
_EPSILON = 1e-7  # a probability's distance from 0 and 1, as in Keras's own cross-entropy


class _Held:
    """Keeps a variable out of the model's weights.

    β steers the training and is no result of it: a snapshot that is loaded must not set it back.
    """

    def __init__(self, variable: Any) -> None:
        self.variable = variable


@keras.saving.register_keras_serializable("dlwidgets")
class VAE(Model):
    """A variational autoencoder that trains with `fit(x)`, without targets.

    Minimises ``reconstruction + β·KL``, both in nats per image: the reconstruction summed over all
    pixels, the KL divergence of N(mean, exp(log variance)) from N(0, 1) summed over the latent
    dimensions. Every step reports the metrics "loss", "reconstruction" and "KL_divergence".

    Calling the model, and `predict`, give reconstructions from the mean code, without noise.

    Args:
        encoder: A built Keras model: images in, [mean, log variance] out, each (batch, latent_dim).
        decoder: A built Keras model: (batch, latent_dim) in, images out.
        beta: Weight of the KL divergence, at least 0; 1 is the variational bound itself.
        reconstruction: "binary_crossentropy" for images in [0, 1] and a decoder that ends in a
            sigmoid; "squared_error" is ½·Σ(x − x̂)², a Gaussian of variance 1, for any range.
        seed: Of the sampling noise; None draws one.
        **kwargs: Of `keras.Model`, such as `name`.

    Raises:
        ValueError: beta is no finite number of at least 0, the reconstruction is unknown, or
            encoder and decoder do not fit together.

    A saved one is loaded by `keras.models.load_model` once this class was imported, by
    ``from dlwidgets.models import VAE``.

    Source: Kingma and Welling, Auto-Encoding Variational Bayes, 2013, appendices B and C; β as in
        Higgins et al., beta-VAE, 2017; listings 8.23 to 8.27 of the book, corrected as above.

    Example:
        >>> vae = dl.models.dense_vae((8, 8, 1), latent_dim=2)
        >>> vae.compile("adam")
        >>> vae.decoder.output_shape
        (None, 8, 8, 1)
    """

    def __init__(
        self,
        encoder: Any,
        decoder: Any,
        *,
        beta: float = 1.0,
        reconstruction: str = "binary_crossentropy",
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if reconstruction not in RECONSTRUCTIONS:
            message = (
                f"reconstruction must be one of {', '.join(RECONSTRUCTIONS)}. "
                f"Received: {reconstruction!r}"
            )
            raise ValueError(message)
        self.latent_dim = _latent_dim(encoder, decoder)
        self.encoder, self.decoder = encoder, decoder
        self.reconstruction = reconstruction
        self.seed = seed
        self._noise = keras.random.SeedGenerator(seed)
        initial = _checked_beta(beta)
        self._held = _Held(keras.Variable(initial, dtype="float32", trainable=False, name="beta"))
        self._loss_mean = keras.metrics.Mean("loss")
        self._reconstruction_mean = keras.metrics.Mean("reconstruction")
        self._kl_mean = keras.metrics.Mean("KL_divergence")
        self.built = True  # its parts are

    @property
    def beta(self) -> float:
        """Weight of the KL divergence; set it at any time, it acts at the next step.

        Raises:
            ValueError: Set to something else than a finite number of at least 0.
        """
        return float(self._held.variable.numpy())

    @beta.setter
    def beta(self, value: float) -> None:
        self._held.variable.assign(_checked_beta(value))

    @property
    def metrics(self) -> list[Any]:
        """The means of loss, reconstruction and KL divergence."""
        return [self._loss_mean, self._reconstruction_mean, self._kl_mean]

    def build(self, input_shape: Any = None) -> None:
        """Nothing is left to build: encoder and decoder come built."""
        self.built = True

    def call(self, x: Any, training: bool | None = None) -> Any:
        """Reconstructions from the mean code.

        Args:
            x: Images as the encoder takes them.
            training: As in Keras, for layers such as dropout.

        Returns:
            Images as the decoder gives them.
        """
        mean, _ = self.encoder(x, training=training)
        return self.decoder(mean, training=training)

    def terms(self, x: Any, *, training: bool = False) -> tuple[Any, Any]:
        """The two terms of the loss for each image, with one sample of the code.

        Args:
            x: Images, shape (batch, …).
            training: As in Keras.

        Returns:
            Reconstruction and KL divergence, each of shape (batch,), in nats, β not applied.
        """
        mean, log_variance = self.encoder(x, training=training)
        # Half precision has no exp() of a large log variance, and too few digits for sums.
        mean, log_variance = ops.cast(mean, "float32"), ops.cast(log_variance, "float32")
        noise = keras.random.normal(ops.shape(mean), dtype="float32", seed=self._noise)
        output = self.decoder(sample_code(mean, log_variance, noise), training=training)
        found = reconstruction_loss(ops.cast(x, "float32"), output, self.reconstruction)
        return found, kl_divergence(mean, log_variance)

    def train_step(self, data: Any) -> dict[str, Any]:
        """One step on a batch; targets in `data` are ignored.

        Args:
            data: As Keras passes it: images, or (images, targets[, sample weights]).

        Returns:
            The running means of the epoch.
        """
        with tf.GradientTape() as tape:
            loss, means = self._weigh(data, training=True)
            scaled = self.optimizer.scale_loss(loss)
        variables = self.trainable_variables
        self.optimizer.apply_gradients(
            zip(tape.gradient(scaled, variables), variables, strict=True)
        )
        return self._report(*means)

    def test_step(self, data: Any) -> dict[str, Any]:
        """The loss on a batch, with sampling as in training, so that the two can be compared.

        Args:
            data: As in `train_step`.

        Returns:
            The running means so far.
        """
        return self._report(*self._weigh(data, training=False)[1])

    def _weigh(self, data: Any, *, training: bool) -> tuple[Any, tuple[Any, ...]]:
        x, _, weights = keras.utils.unpack_x_y_sample_weight(data)
        reconstruction, kl = self.terms(x, training=training)
        if weights is not None:
            weights = ops.cast(weights, "float32")
            reconstruction, kl = reconstruction * weights, kl * weights
        reconstruction, kl = ops.mean(reconstruction), ops.mean(kl)
        loss = reconstruction + self._held.variable * kl
        extra = self.losses
        if extra:  # regularisers of the parts
            loss += ops.cast(sum(extra), "float32")
        return loss, (loss, reconstruction, kl, ops.shape(x)[0])

    def _report(self, loss: Any, reconstruction: Any, kl: Any, samples: Any) -> dict[str, Any]:
        values = (loss, reconstruction, kl)
        for metric, value in zip(self.metrics, values, strict=True):
            metric.update_state(value, sample_weight=samples)
        return {metric.name: metric.result() for metric in self.metrics}

    def get_config(self) -> dict[str, Any]:
        """What `from_config` makes the same model of, with the present β."""
        return {
            **super().get_config(),
            "encoder": keras.saving.serialize_keras_object(self.encoder),
            "decoder": keras.saving.serialize_keras_object(self.decoder),
            "beta": self.beta,
            "reconstruction": self.reconstruction,
            "seed": self.seed,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> VAE:
        """A model of the same architecture with new weights.

        Args:
            config: What `get_config` returned.
            custom_objects: As in Keras.
        """
        parts = {
            name: keras.saving.deserialize_keras_object(config[name], custom_objects)
            for name in ("encoder", "decoder")
        }
        return cls(**{**config, **parts})


# -- the method --------------------------------------------------------------------------------


def sample_code(mean: Any, log_variance: Any, noise: Any) -> Any:
    """``mean + exp(½·log_variance)·noise``, the reparametrisation trick.

    Args:
        mean: Shape (batch, latent_dim).
        log_variance: Likewise.
        noise: Drawn from N(0, 1), likewise.

    Returns:
        Codes, shape (batch, latent_dim).

    Source: Kingma and Welling, 2013, section 2.4. The book prints exp(log_variance).
    """
    return mean + ops.exp(0.5 * log_variance) * noise


def kl_divergence(mean: Any, log_variance: Any) -> Any:
    """Of N(mean, exp(log_variance)) from N(0, 1), summed over the latent dimensions.

    Args:
        mean: Shape (batch, latent_dim).
        log_variance: Likewise.

    Returns:
        Nats, shape (batch,).

    Source: Kingma and Welling, 2013, appendix B.
    """
    return -0.5 * ops.sum(1.0 + log_variance - mean**2 - ops.exp(log_variance), axis=-1)


def reconstruction_loss(x: Any, output: Any, kind: str = "binary_crossentropy") -> Any:
    """The reconstruction error of each image, summed over its pixels and channels.

    Args:
        x: Images, shape (batch, …); in [0, 1] for the cross-entropy.
        output: What the decoder made of their codes, same shape.
        kind: One of `RECONSTRUCTIONS`.

    Returns:
        Nats, shape (batch,).
    """
    x = ops.reshape(x, (ops.shape(x)[0], -1))
    output = ops.cast(ops.reshape(output, (ops.shape(output)[0], -1)), "float32")
    if kind == "squared_error":
        return 0.5 * ops.sum(ops.square(x - output), axis=-1)
    p = ops.clip(output, _EPSILON, 1.0 - _EPSILON)
    return -ops.sum(x * ops.log(p) + (1.0 - x) * ops.log(1.0 - p), axis=-1)


def book_beta(pixels: int, latent_dim: int) -> float:
    """The β that the book's loss amounts to.

    It adds 0.0005 times the mean over latent dimensions of twice the KL divergence to the *mean*
    cross-entropy per pixel.

    Args:
        pixels: Pixels times channels of an image.
        latent_dim: Latent dimensions.

    Source: listing 8.26.

    Example:
        >>> book_beta(28 * 28, 2)
        0.392
    """
    return 2 * 5e-4 * pixels / latent_dim


# -- builders ----------------------------------------------------------------------------------


def conv_vae(
    input_shape: tuple[int, int, int] = (28, 28, 1),
    latent_dim: int = 2,
    *,
    beta: float = 1.0,
    seed: int | None = None,
) -> VAE:
    """The book's convolutional VAE; with (28, 28, 1) and 2 it has its 550,629 parameters.

    Args:
        input_shape: Height and width, both even, and channels.
        latent_dim: Length of a latent vector, at least 1.
        beta: Weight of the KL divergence, at least 0.
        seed: Of the sampling noise.

    Returns:
        A VAE, uncompiled, for images in [0, 1].

    Raises:
        ValueError: A side is odd: the decoder doubles half of it.

    Source: listings 8.23 and 8.25.

    Example:
        >>> dl.models.conv_vae().count_params()
        550629
    """
    height, width, channels = input_shape
    if height % 2 or width % 2:
        message = f"conv_vae needs images with even sides. Received: {height} × {width}"
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
    """A small VAE of dense layers, which learns the 8×8 digits in seconds.

    Args:
        input_shape: Of one image, such as (8, 8, 1).
        latent_dim: Length of a latent vector, at least 1.
        hidden: Units of the encoder's ReLU layers; the decoder has them in reverse.
        beta: Weight of the KL divergence, at least 0.
        seed: Of the sampling noise.

    Returns:
        A VAE, uncompiled, for images in [0, 1].

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


def _checked_beta(value: float) -> float:
    beta = float(value)
    if not (math.isfinite(beta) and beta >= 0):
        message = f"beta must be a finite number of at least 0. Received: {value!r}"
        raise ValueError(message)
    return beta


def _latent_dim(encoder: Any, decoder: Any) -> int:
    shapes = getattr(encoder, "output_shape", None)
    if (
        not isinstance(shapes, (list, tuple))
        or len(shapes) != 2
        or not all(isinstance(shape, tuple) and len(shape) == 2 for shape in shapes)
    ):
        message = (
            "the encoder must give [mean, log variance], each of shape (batch, latent_dim). "
            f"Received: output shape {shapes}"
        )
        raise ValueError(message)
    taken = decoder.input_shape
    if taken != shapes[0] or taken != shapes[1]:
        message = (
            f"encoder and decoder must agree on the latent vector. Received: the encoder gives "
            f"{shapes[0]} and {shapes[1]}, the decoder takes {taken}"
        )
        raise ValueError(message)
    if decoder.output_shape[1:] != encoder.input_shape[1:]:
        message = (
            f"the decoder must give images as the encoder takes them, {encoder.input_shape[1:]}. "
            f"Received: {decoder.output_shape[1:]}"
        )
        raise ValueError(message)
    return int(taken[-1])
