"""Generative adversarial networks: two networks, two optimizers, one Keras model with `fit`.

The discriminator learns to distinguish real from generated images, and the generator learns to
produce images that the discriminator classifies as real. The method is that of Goodfellow et al.
2014, "Generative Adversarial Nets", algorithm 1, with the loss of the generator from section 3,
−log D(G(z)). The architecture and the tricks of `models.dcgan` are those of Chollet, "Deep Learning
with Python", section 8.5, with these corrections of the printed code:

- Label noise stays between the labels: a real image's label is 1 − noise, a generated one's is
  0 + noise. As printed, noise makes labels larger than 1, where binary cross-entropy has no
  minimum.
- Images are scaled to the range of the generator: −1 to 1 for tanh. As printed: 0 to 1.
- Label 1 means real, as the book's text says. In its code 1 means generated.
- The discriminator ends in a logit, and the loss is computed from that. A sigmoid that has
  reached 0 or 1 leaves the generator without a gradient.
- The optimizers' decay of 1e-8 is left out: over 10,000 steps it changes the rate by 0.01%, and
  a rate that follows a schedule can't be changed during training.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load

if TYPE_CHECKING:
    from numpy.typing import NDArray

tf, keras = load()
Model: Any = keras.Model

RANGES = {"tanh": (-1.0, 1.0), "sigmoid": (0.0, 1.0)}
"""The range of each output activation, to which the real images must be scaled."""


class _Steered:
    """Values that may change between steps. They aren't part of the weights."""

    def __init__(self, label_noise: float) -> None:
        self.label_noise = tf.Variable(label_noise, trainable=False, dtype="float32")


@keras.saving.register_keras_serializable("dlwidgets")
class GAN(Model):
    """A generator and a discriminator that train each other in one `fit`.

    Each step first updates the discriminator, on as many generated images as real ones, then the
    generator, with new latent vectors. The metrics are d_loss and g_loss (binary cross-entropy),
    and real_accuracy and fake_accuracy (the fractions of real and of generated images that the
    discriminator classifies correctly). Calling the model generates images.

    Args:
        discriminator: A built model from images to one logit, shape (batch, 1), which is positive
            for "real".
        generator: A built model from latent vectors, shape (batch, latent size), to images.
        label_noise: Largest random shift of a label toward the other label, at least 0 and below
            0.5.
        data_range: Smallest and largest value of the real images. The output of the generator
            must have the same range.
        seed: Random seed of latent vectors and label noise. `None` for one from Keras.

    Raises:
        ValueError: The shapes of the two models don't match, or a number is outside its range.

    Example:
        >>> gan = dl.models.small_gan(seed=1)
        >>> gan(np.zeros((2, gan.latent_dim), "float32")).shape
        TensorShape([2, 8, 8, 1])
    """

    def __init__(
        self,
        discriminator: Any,
        generator: Any,
        *,
        label_noise: float = 0.05,
        data_range: tuple[float, float] = (-1.0, 1.0),
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        _check_pair(discriminator, generator)
        self.discriminator, self.generator = discriminator, generator
        self.data_range = (float(data_range[0]), float(data_range[1]))
        self.seed = seed
        self._steered = _Steered(_noise(label_noise))
        self._random = keras.random.SeedGenerator(seed)
        self._means = [
            keras.metrics.Mean(name=name)
            for name in ("d_loss", "g_loss", "real_accuracy", "fake_accuracy")
        ]
        self.d_optimizer: Any = None
        self.built = True

    @property
    def latent_dim(self) -> int:
        """The number of latent dimensions."""
        return int(self.generator.input_shape[-1])

    @property
    def image_shape(self) -> tuple[int, ...]:
        """The shape of one image: height, width, channels."""
        return tuple(int(n) for n in self.generator.output_shape[1:])

    @property
    def label_noise(self) -> float:
        """The largest random shift of a label. It may be changed during training."""
        return round(float(self._steered.label_noise.numpy()), 6)

    @label_noise.setter
    def label_noise(self, value: float) -> None:
        self._steered.label_noise.assign(_noise(value))

    @property
    def metrics(self) -> list[Any]:
        """The four means."""
        return list(self._means)

    def call(self, latent: Any, training: bool = False) -> Any:
        """Generate images.

        Args:
            latent: Shape (batch, latent size), usually standard normal.
            training: As in Keras.

        Returns:
            Images, shape (batch, height, width, channels), in `data_range`.
        """
        return self.generator(latent, training=training)

    def compile(
        self, d_optimizer: Any = None, g_optimizer: Any = None, *, jit_compile: Any = False
    ) -> None:
        """Set the two optimizers.

        Args:
            d_optimizer: The optimizer of the discriminator. `None` for the one from the book,
                RMSprop(0.0008, clipvalue=1).
            g_optimizer: The optimizer of the generator, whose rate is `Run.learning_rate`. `None`
                for the one from the book, RMSprop(0.0004, clipvalue=1).
            jit_compile: As in Keras.
        """
        rms = keras.optimizers.RMSprop
        self.d_optimizer = keras.optimizers.get(d_optimizer or rms(8e-4, clipvalue=1.0))
        generators = keras.optimizers.get(g_optimizer or rms(4e-4, clipvalue=1.0))
        # Now, because no variable can be created inside a graph.
        self.d_optimizer.build(self.discriminator.trainable_variables)
        generators.build(self.generator.trainable_variables)
        super().compile(optimizer=generators, loss=None, jit_compile=jit_compile)

    def train_step(self, data: Any) -> dict[str, Any]:
        """Update the discriminator, then the generator."""
        real, _, _ = keras.utils.unpack_x_y_sample_weight(data)
        count = tf.shape(real)[0]
        d_loss, logits = self._train_discriminator(tf.cast(real, self.compute_dtype), count)
        g_loss = self._train_generator(count)
        generated, truth = logits[:count], logits[count:]
        values = (d_loss, g_loss, truth > 0, generated <= 0)
        for metric, value in zip(self._means, values, strict=True):
            metric.update_state(tf.cast(value, tf.float32))
        return {metric.name: metric.result() for metric in self._means}

    def _train_discriminator(self, real: Any, count: Any) -> tuple[Any, Any]:
        generated = self.generator(self._latent(count), training=True)
        images = tf.concat([tf.cast(generated, real.dtype), real], axis=0)
        noise = keras.random.uniform((2 * count, 1), seed=self._random)
        noise = noise * self._steered.label_noise
        labels = tf.concat([noise[:count], 1.0 - noise[count:]], axis=0)
        weights = self.discriminator.trainable_variables
        with tf.GradientTape() as tape:
            logits = tf.cast(self.discriminator(images, training=True), tf.float32)
            loss = _cross_entropy(labels, logits)
        self.d_optimizer.apply(tape.gradient(loss, weights), weights)
        return loss, logits

    def _train_generator(self, count: Any) -> Any:
        weights = self.generator.trainable_variables
        with tf.GradientTape() as tape:
            images = self.generator(self._latent(count), training=True)
            logits = tf.cast(self.discriminator(images, training=True), tf.float32)
            # The label "real", which the generator wants the discriminator to predict.
            loss = _cross_entropy(tf.ones_like(logits), logits)
        self.optimizer.apply(tape.gradient(loss, weights), weights)
        return loss

    def _latent(self, count: Any) -> Any:
        return keras.random.normal((count, self.latent_dim), seed=self._random)

    def get_config(self) -> dict[str, Any]:
        """Return the configuration for `from_config`, which creates a model with new weights."""
        parts = {"discriminator": self.discriminator, "generator": self.generator}
        return {
            **super().get_config(),
            **{k: keras.saving.serialize_keras_object(v) for k, v in parts.items()},
            "label_noise": self.label_noise,
            "data_range": list(self.data_range),
            "seed": self.seed,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> Any:
        """Return a model with a configuration from `get_config`."""
        parts = {
            name: keras.saving.deserialize_keras_object(config[name], custom_objects)
            for name in ("discriminator", "generator")
        }
        return cls(**{**config, **parts})

    def get_compile_config(self) -> dict[str, Any]:
        """Return both optimizers, for saved models."""
        if not self.compiled:
            return {}
        serialize = keras.saving.serialize_keras_object
        return {
            "d_optimizer": serialize(self.d_optimizer),
            "g_optimizer": serialize(self.optimizer),
            "jit_compile": self.jit_compile,
        }

    def compile_from_config(self, config: dict[str, Any]) -> None:
        """Compile with the result of `get_compile_config`."""
        deserialize = keras.saving.deserialize_keras_object
        self.compile(**{k: deserialize(v) for k, v in config.items()})


def _cross_entropy(labels: Any, logits: Any) -> Any:
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels, logits))


def _noise(value: float) -> float:
    if not 0 <= value < 0.5:  # from 0.5 on, the labels would be swapped
        message = tr(
            "Expected a `label_noise` of at least 0 and below 0.5. Received: {v}", v=repr(value)
        )
        raise ValueError(message)
    return float(value)


def _check_pair(discriminator: Any, generator: Any) -> None:
    for name, part in (("discriminator", discriminator), ("generator", generator)):
        if not getattr(part, "built", False):
            message = tr(
                "Expected `{argument}` to be a built Keras model. Received: {part}",
                argument=name,
                part=repr(part),
            )
            raise ValueError(message)
    made, judged = generator.output_shape[1:], discriminator.input_shape[1:]
    if made != judged or discriminator.output_shape[1:] != (1,):
        message = tr(
            "Expected a discriminator that maps the images of the generator to one logit. "
            "Received: images {images}, discriminator from {inputs} to {outputs}",
            images=made,
            inputs=judged,
            outputs=discriminator.output_shape[1:],
        )
        raise ValueError(message)


def to_range(images: NDArray[Any], data_range: tuple[float, float]) -> NDArray[np.float32]:
    """Scale images from the range 0 to 1 to a GAN's `data_range`.

    Args:
        images: Values from 0 to 1, any shape.
        data_range: The new smallest and largest value, such as (-1, 1).

    Returns:
        float32, of the same shape.

    Example:
        >>> to_range(np.array([0.0, 0.5, 1.0]), (-1.0, 1.0))
        array([-1.,  0.,  1.], dtype=float32)
    """
    low, high = data_range
    scaled: NDArray[np.float32] = np.asarray(images, np.float32) * np.float32(high - low)
    return scaled + np.float32(low)
