"""Models with a `train_step` of their own."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import tensorflow as tf

import dlwidgets as dl
from tests.helpers.training import compile_for_digits, digits, layers, mlp, same_weights


class AutoEncoder(keras.Model):
    """Like a VAE tutorial: trackers whose names differ from the keys that are reported."""

    def __init__(self) -> None:
        super().__init__()
        self.encode, self.decode = layers.Dense(8, activation="relu"), layers.Dense(64)
        self.total_tracker = keras.metrics.Mean(name="total_loss_tracker")
        self.size_tracker = keras.metrics.Mean(name="size")

    @property
    def metrics(self) -> list[Any]:
        return [self.total_tracker, self.size_tracker]

    def call(self, x: Any) -> Any:
        return self.decode(self.encode(x))

    def train_step(self, data: Any) -> dict[str, Any]:
        x = data[0] if isinstance(data, tuple) else data
        with tf.GradientTape() as tape:
            code = self.encode(x)
            size = tf.reduce_mean(tf.abs(code))
            error = tf.reduce_mean((self.decode(code) - x) ** 2)
            loss = error + 0.01 * size
        gradients = tape.gradient(loss, self.trainable_weights)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_weights, strict=True))
        self.total_tracker.update_state(loss)
        self.size_tracker.update_state(size)
        return {
            "loss": self.total_tracker.result(),
            "code_size": self.size_tracker.result(),
            "raw": error,
            "perplexity": tf.exp(self.total_tracker.result()),
            "epoch_number": 3,
            "one": tf.reshape(error, (1,)),
        }


def auto_encoder() -> Any:
    keras.utils.set_random_seed(1)
    model = AutoEncoder()
    model.compile("adam")
    return model


class EachBatch(keras.callbacks.Callback):
    def __init__(self) -> None:
        super().__init__()
        self.logs: list[dict[str, float]] = []

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.logs.append(dict(logs))


def test_trackers_are_found_whatever_they_are_called() -> None:
    x, _ = digits(320)
    plain, observed = auto_encoder(), auto_encoder()
    seen = EachBatch()
    history = plain.fit(x, epochs=2, shuffle=False, verbose=0, callbacks=[seen]).history
    run = dl.fit(observed, x, epochs=2, shuffle=False).wait()
    same_weights(plain, observed)
    exact = {name for name, series in run.metrics.items() if series.exact}
    assert exact == {"loss", "code_size"}
    # Each running mean that Keras reports follows from the steps' own values.
    own = run.metrics["loss"].value.reshape(2, 10)
    running = (own.cumsum(axis=1) / np.arange(1, 11)).ravel()
    np.testing.assert_allclose([e["loss"] for e in seen.logs], running, rtol=1e-5)
    for name in ("raw", "perplexity", "one"):
        np.testing.assert_allclose(
            run.metrics[name].value, np.ravel([e[name] for e in seen.logs]), rtol=1e-5, err_msg=name
        )
    assert run.history.keys() == history.keys()
    for key, values in history.items():
        np.testing.assert_allclose(run.history[key], np.ravel(values), rtol=1e-6, err_msg=key)


class Adversaries(keras.Model):
    """Two optimizers, no compiled loss."""

    def __init__(self) -> None:
        super().__init__()
        self.generator, self.critic = layers.Dense(64), layers.Dense(1)
        self.seed_generator = keras.random.SeedGenerator(5)
        self.generator_tracker = keras.metrics.Mean(name="generator_loss")
        self.critic_tracker = keras.metrics.Mean(name="critic_loss")

    def compile(self, first: Any, second: Any) -> None:
        super().compile()
        self.generator_optimizer, self.critic_optimizer = first, second

    @property
    def metrics(self) -> list[Any]:
        return [self.generator_tracker, self.critic_tracker]

    def train_step(self, real: Any) -> dict[str, Any]:
        noise = keras.random.normal((tf.shape(real)[0], 4), seed=self.seed_generator)
        loss = keras.losses.BinaryCrossentropy(from_logits=True)
        with tf.GradientTape() as tape:
            fake = self.critic(self.generator(noise))
            true = self.critic(real)
            critic_loss = loss(tf.ones_like(true), true) + loss(tf.zeros_like(fake), fake)
        weights = self.critic.trainable_weights
        self.critic_optimizer.apply(tape.gradient(critic_loss, weights), weights)
        with tf.GradientTape() as tape:
            fake = self.critic(self.generator(noise))
            generator_loss = loss(tf.ones_like(fake), fake)
        weights = self.generator.trainable_weights
        self.generator_optimizer.apply(tape.gradient(generator_loss, weights), weights)
        self.critic_tracker.update_state(critic_loss)
        self.generator_tracker.update_state(generator_loss)
        return {metric.name: metric.result() for metric in self.metrics}


def adversaries() -> Any:
    keras.utils.set_random_seed(1)
    model = Adversaries()
    # Their variables are made here: tf.function allows that in a function's first call only.
    model.generator.build((None, 4))
    model.critic.build((None, 64))
    model.compile(keras.optimizers.Adam(1e-3), keras.optimizers.SGD(1e-2))
    return model


def test_two_optimizers_and_no_compiled_loss() -> None:
    x, _ = digits(320)
    plain, observed = adversaries(), adversaries()
    plain.fit(x, epochs=2, shuffle=False, verbose=0)
    run = dl.fit(observed, x, epochs=2, shuffle=False).wait()
    same_weights(plain, observed)
    assert {n for n, s in run.metrics.items() if s.exact} == {"generator_loss", "critic_loss"}
    assert len(run.metrics["critic_loss"]) == 20


def test_a_model_inside_a_model() -> None:
    def make() -> Any:
        inner = mlp()
        inputs = keras.Input((64,))
        return compile_for_digits(keras.Model(inputs, inner(inputs)))

    x, y = digits(200)
    plain, observed = make(), make()
    plain.fit(x, y, epochs=2, verbose=0)
    run = dl.fit(observed, x, y, epochs=2).wait()
    same_weights(plain, observed)
    assert run.metrics["accuracy"].exact


def test_metrics_that_layers_keep() -> None:
    class Watched(layers.Layer):
        def __init__(self) -> None:
            super().__init__()
            self.mean_activity = keras.metrics.Mean(name="activity")

        def call(self, x: Any) -> Any:
            self.mean_activity.update_state(keras.ops.mean(x))
            return x

    def make() -> Any:
        keras.utils.set_random_seed(1)
        return compile_for_digits(
            keras.Sequential([keras.Input((64,)), Watched(), layers.Dense(10)])
        )

    x, y = digits(200)
    history = make().fit(x, y, batch_size=50, shuffle=False, verbose=0).history
    run = dl.fit(make(), x, y, batch_size=50, shuffle=False).wait()
    expected = x.astype(np.float64).reshape(4, -1).mean(axis=1)
    np.testing.assert_allclose(run.metrics["activity"].value, expected, rtol=1e-5)
    np.testing.assert_allclose(run.history["activity"], history["activity"], rtol=1e-5)


def test_a_mean_with_more_state_of_its_own_is_left_to_itself() -> None:
    class Largest(keras.metrics.Mean):
        def __init__(self) -> None:
            super().__init__(name="largest")
            self.most = self.add_variable((), "zeros", name="most")

        def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
            self.most.assign(keras.ops.maximum(self.most, keras.ops.max(y_true)))

        def result(self) -> Any:
            return self.most * 1.0

        def reset_state(self) -> None:
            super().reset_state()
            self.most.assign(0.0)

    x, y = digits(100)
    run = dl.fit(mlp(metrics=[Largest()]), x, y, batch_size=20, epochs=2, shuffle=False).wait()
    expected = np.maximum.accumulate(y.reshape(5, 20).max(axis=1)).astype(float)
    assert run.metrics["largest"].value.tolist() == [*expected, *expected]
    assert not run.metrics["largest"].exact
