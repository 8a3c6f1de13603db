"""Models of the custom-training lessons: parts as attributes, a train_step, and no `call`."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

layers = keras.layers


class Sampling(layers.Layer):
    """Draws latent vectors; of a class that no `from_config` could find."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.seed_generator = keras.random.SeedGenerator(3)

    def call(self, inputs: Any) -> Any:
        mean, log_var = inputs
        noise = keras.random.normal(keras.ops.shape(mean), seed=self.seed_generator)
        return mean + keras.ops.exp(0.5 * log_var) * noise


class VAE(keras.Model):
    """Encoder and decoder."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        x = keras.Input((8, 8, 1))
        h = layers.Dense(12, activation="relu")(layers.Flatten()(x))
        mean, log_var = layers.Dense(2)(h), layers.Dense(2)(h)
        self.encoder = keras.Model(x, [mean, log_var, Sampling()([mean, log_var])])
        self.decoder = keras.Sequential(
            [keras.Input((2,)), layers.Dense(64, activation="sigmoid"), layers.Reshape((8, 8, 1))]
        )
        self.loss_tracker = keras.metrics.Mean(name="loss")

    @property
    def metrics(self) -> list[Any]:
        return [self.loss_tracker]

    def train_step(self, data: Any) -> dict[str, Any]:
        with tf.GradientTape() as tape:
            *_, z = self.encoder(data)
            loss = tf.reduce_mean(keras.losses.mean_squared_error(data, self.decoder(z)))
        weights = self.trainable_weights
        self.optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights, strict=True))
        self.loss_tracker.update_state(loss)
        return {"loss": self.loss_tracker.result()}


class GAN(keras.Model):
    """Generator and discriminator, with an optimizer each."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.discriminator = keras.Sequential(
            [keras.Input((8, 8, 1)), layers.Conv2D(4, 3), layers.Flatten(), layers.Dense(1)]
        )
        self.generator = keras.Sequential(
            [keras.Input((5,)), layers.Dense(64, activation="tanh"), layers.Reshape((8, 8, 1))]
        )
        self.latent_dim = 5
        self.seed_generator = keras.random.SeedGenerator(1)

    def compile(self, d_optimizer: Any, g_optimizer: Any, loss_fn: Any) -> None:
        super().compile()
        self.d_optimizer, self.g_optimizer, self.loss_fn = d_optimizer, g_optimizer, loss_fn
        self.d_mean = keras.metrics.Mean(name="d_loss")
        self.g_mean = keras.metrics.Mean(name="g_loss")

    @property
    def metrics(self) -> list[Any]:
        return [self.d_mean, self.g_mean]

    def train_step(self, real: Any) -> dict[str, Any]:
        count = tf.shape(real)[0]
        z = keras.random.normal((count, self.latent_dim), seed=self.seed_generator)
        with tf.GradientTape() as tape:
            both = tf.concat([self.discriminator(self.generator(z)), self.discriminator(real)], 0)
            truth = tf.concat([tf.ones((count, 1)), tf.zeros((count, 1))], 0)
            d_loss = self.loss_fn(truth, both)
        weights = self.discriminator.trainable_weights
        self.d_optimizer.apply_gradients(zip(tape.gradient(d_loss, weights), weights, strict=True))
        with tf.GradientTape() as tape:
            judged = self.discriminator(self.generator(z))
            g_loss = self.loss_fn(tf.zeros((count, 1)), judged)
        weights = self.generator.trainable_weights
        self.g_optimizer.apply_gradients(zip(tape.gradient(g_loss, weights), weights, strict=True))
        self.d_mean.update_state(d_loss)
        self.g_mean.update_state(g_loss)
        return {"d_loss": self.d_mean.result(), "g_loss": self.g_mean.result()}


class Distiller(keras.Model):
    """Student and teacher."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.student, self.teacher = (
            keras.Sequential([keras.Input((8, 8, 1)), layers.Flatten(), layers.Dense(10)])
            for _ in range(2)
        )

    def train_step(self, x: Any) -> dict[str, Any]:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((self.student(x) - self.teacher(x)) ** 2)
        weights = self.student.trainable_weights
        self.optimizer.apply_gradients(zip(tape.gradient(loss, weights), weights, strict=True))
        return {"loss": loss}


def vae() -> Any:
    """A compiled VAE."""
    model = VAE()
    model.compile("adam")
    return model


def gan() -> Any:
    """A compiled GAN."""
    model = GAN()
    model.compile(
        keras.optimizers.Adam(1e-3),
        keras.optimizers.Adam(1e-3),
        keras.losses.BinaryCrossentropy(from_logits=True),
    )
    return model


def distiller() -> Any:
    """A compiled student and teacher."""
    model = Distiller()
    model.compile("adam")
    return model
