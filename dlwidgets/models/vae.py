"""The variational autoencoder: encoder, latent space and decoder in one Keras model.

The printed code of the book differs from the method in two places, which are corrected here. It
samples with ``exp(z_log_var)``, the variance, instead of the standard deviation
``exp(½·z_log_var)``, so that its noise doesn't match its KL term. And it adds a mean over pixels
and 0.0005 times a mean over latent dimensions. Here, both terms are in nats per image, and the
weight of the KL term is β. `book_beta` returns the β that corresponds to the book.
"""

from __future__ import annotations

import math
from typing import Any

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load

tf, keras = load()
ops: Any = keras.ops
Model: Any = keras.Model

RECONSTRUCTIONS = ("binary_crossentropy", "squared_error")
_EPSILON = 1e-7  # a probability's distance from 0 and 1, as in Keras's own cross-entropy


class _Held:
    """Wrapper that keeps a variable out of the model's weights.

    β controls training and isn't a result of it, so loading a snapshot must not reset it.
    """

    def __init__(self, variable: Any) -> None:
        self.variable = variable


@keras.saving.register_keras_serializable("dlwidgets")
class VAE(Model):
    """A variational autoencoder that trains with `fit(x)`, without targets.

    Minimizes ``reconstruction + β·KL``, both in nats per image: the reconstruction summed over all
    pixels, the KL divergence of N(mean, exp(log variance)) from N(0, 1) summed over the latent
    dimensions. Every step reports the metrics "loss", "reconstruction" and "KL_divergence".

    Calling the model, or `predict`, returns reconstructions from the mean, without noise.

    Args:
        encoder: A built Keras model: images in, [mean, log variance] out, each (batch, latent_dim).
        decoder: A built Keras model: (batch, latent_dim) in, images out.
        beta: Weight of the KL divergence, at least 0. With 1, the loss is the evidence lower bound.
        reconstruction: `"binary_crossentropy"` for images from 0 to 1 and a decoder that ends in a
            sigmoid. `"squared_error"`, ½·Σ(x − x̂)², a Gaussian of variance 1, for any range.
        seed: Random seed of the sampling noise. `None` for a random one.
        **kwargs: Arguments of `keras.Model`, such as `name`.

    Raises:
        ValueError: `beta` isn't a finite number of at least 0, `reconstruction` is unknown, or
            the shapes of encoder and decoder don't match.

    `keras.models.load_model` loads a saved VAE after ``from dlwidgets.models import VAE``.

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
            message = tr(
                "Expected `reconstruction` to be one of {known}. Received: {received}",
                known=", ".join(RECONSTRUCTIONS),
                received=repr(reconstruction),
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
        """The weight of the KL divergence. A new value takes effect at the next step.

        Raises:
            ValueError: The value isn't a finite number of at least 0.
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
        """Do nothing, because encoder and decoder are built."""
        self.built = True

    def call(self, x: Any, training: bool | None = None) -> Any:
        """Return reconstructions from the mean of the latent distribution.

        Args:
            x: Images for the encoder.
            training: As in Keras, for layers such as dropout.

        Returns:
            Images from the decoder.
        """
        mean, _ = self.encoder(x, training=training)
        return self.decoder(mean, training=training)

    def terms(self, x: Any, *, training: bool = False) -> tuple[Any, Any]:
        """Return the two terms of the loss for each image, with one latent sample.

        Args:
            x: Images, shape (batch, …).
            training: As in Keras.

        Returns:
            Reconstruction error and KL divergence, each of shape (batch,), in nats, without β.
        """
        mean, log_variance = self.encoder(x, training=training)
        # Half precision has no exp() of a large log variance, and too few digits for sums.
        mean, log_variance = ops.cast(mean, "float32"), ops.cast(log_variance, "float32")
        noise = keras.random.normal(ops.shape(mean), dtype="float32", seed=self._noise)
        output = self.decoder(sample_code(mean, log_variance, noise), training=training)
        found = reconstruction_loss(ops.cast(x, "float32"), output, self.reconstruction)
        return found, kl_divergence(mean, log_variance)

    def train_step(self, data: Any) -> dict[str, Any]:
        """Train on one batch. Targets in `data` are ignored.

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
        """Evaluate one batch, with sampling as in training, so that the losses are comparable.

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
        if extra:  # regularizers of the parts
            loss += ops.cast(sum(extra), "float32")
        return loss, (loss, reconstruction, kl, ops.shape(x)[0])

    def _report(self, loss: Any, reconstruction: Any, kl: Any, samples: Any) -> dict[str, Any]:
        values = (loss, reconstruction, kl)
        for metric, value in zip(self.metrics, values, strict=True):
            metric.update_state(value, sample_weight=samples)
        return {metric.name: metric.result() for metric in self.metrics}

    def get_config(self) -> dict[str, Any]:
        """Return the configuration for `from_config`, with the current β."""
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
        """Return a model of the same architecture with new weights.

        Args:
            config: A result of `get_config`.
            custom_objects: As in Keras.
        """
        parts = {
            name: keras.saving.deserialize_keras_object(config[name], custom_objects)
            for name in ("encoder", "decoder")
        }
        return cls(**{**config, **parts})


# -- the method --------------------------------------------------------------------------------


def sample_code(mean: Any, log_variance: Any, noise: Any) -> Any:
    """Return ``mean + exp(½·log_variance)·noise``, the reparameterization trick.

    Args:
        mean: Shape (batch, latent_dim).
        log_variance: Shape (batch, latent_dim).
        noise: Drawn from N(0, 1), shape (batch, latent_dim).

    Returns:
        Latent vectors, shape (batch, latent_dim).

    Source: Kingma and Welling, 2013, section 2.4. The book prints exp(log_variance).
    """
    return mean + ops.exp(0.5 * log_variance) * noise


def kl_divergence(mean: Any, log_variance: Any) -> Any:
    """Return the KL divergence of N(mean, exp(log_variance)) from N(0, 1) for each image.

    Args:
        mean: Shape (batch, latent_dim).
        log_variance: Shape (batch, latent_dim).

    Returns:
        The sum over the latent dimensions in nats, shape (batch,).

    Source: Kingma and Welling, 2013, appendix B.
    """
    return -0.5 * ops.sum(1.0 + log_variance - mean**2 - ops.exp(log_variance), axis=-1)


def reconstruction_loss(x: Any, output: Any, kind: str = "binary_crossentropy") -> Any:
    """Return the reconstruction error of each image, summed over pixels and channels.

    Args:
        x: Images, shape (batch, …). From 0 to 1 for the cross-entropy.
        output: The images from the decoder, of the same shape.
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
    """Return the β that corresponds to the loss in the book.

    The book adds 0.0005 times the mean over latent dimensions of twice the KL divergence to the
    *mean* cross-entropy per pixel.

    Args:
        pixels: Number of pixels times channels of an image.
        latent_dim: Number of latent dimensions.

    Source: listing 8.26.

    Example:
        >>> book_beta(28 * 28, 2)
        0.392
    """
    return 2 * 5e-4 * pixels / latent_dim


def _checked_beta(value: float) -> float:
    beta = float(value)
    if not (math.isfinite(beta) and beta >= 0):
        message = tr("Expected a finite `beta` of at least 0. Received: {value}", value=repr(value))
        raise ValueError(message)
    return beta


def _latent_dim(encoder: Any, decoder: Any) -> int:
    shapes = getattr(encoder, "output_shape", None)
    if (
        not isinstance(shapes, (list, tuple))
        or len(shapes) != 2
        or not all(isinstance(shape, tuple) and len(shape) == 2 for shape in shapes)
    ):
        message = tr(
            "Expected an encoder with the outputs [mean, log variance], each of shape "
            "(batch, latent_dim). Received: output shape {shapes}",
            shapes=shapes,
        )
        raise ValueError(message)
    taken = decoder.input_shape
    if taken != shapes[0] or taken != shapes[1]:
        message = tr(
            "Expected encoder and decoder to have the same latent shape. Received: {mean} and "
            "{log_variance} from the encoder, {taken} for the decoder",
            mean=shapes[0],
            log_variance=shapes[1],
            taken=taken,
        )
        raise ValueError(message)
    if decoder.output_shape[1:] != encoder.input_shape[1:]:
        message = tr(
            "Expected a decoder whose images have shape {expected}, as for the encoder. "
            "Received: {received}",
            expected=encoder.input_shape[1:],
            received=decoder.output_shape[1:],
        )
        raise ValueError(message)
    return int(taken[-1])
