"""Learning rates of models that hold their own optimizers."""

from __future__ import annotations

from typing import Any

import keras
import pytest
import tensorflow as tf

import dlwidgets as dl
from dlwidgets.training.learning_rate import LearningRates
from tests.helpers.training import digits, layers, mlp, settled, stepped

FOREVER = 1_000_000


class GAN(keras.Model):
    """As in keras.io's lesson: two optimizers, and Keras's own that nothing uses."""

    def __init__(self) -> None:
        super().__init__()
        self.discriminator = keras.Sequential([keras.Input((64,)), layers.Dense(1)])
        self.generator = keras.Sequential([keras.Input((8,)), layers.Dense(64)])
        self.d_metric = keras.metrics.Mean(name="d_loss")
        self.g_metric = keras.metrics.Mean(name="g_loss")

    def compile(self, d_optimizer: Any, g_optimizer: Any, loss_fn: Any) -> None:
        super().compile()
        self.d_optimizer, self.g_optimizer, self.loss_fn = d_optimizer, g_optimizer, loss_fn

    @property
    def metrics(self) -> list[Any]:
        return [self.d_metric, self.g_metric]

    def train_step(self, real: Any) -> dict[str, Any]:
        count = tf.shape(real)[0]
        fake = self.generator(tf.random.normal((count, 8)))
        images = tf.concat([fake, real], axis=0)
        labels = tf.concat([tf.ones((count, 1)), tf.zeros((count, 1))], axis=0)
        with tf.GradientTape() as tape:
            d_loss = self.loss_fn(labels, self.discriminator(images))
        weights = self.discriminator.trainable_weights
        self.d_optimizer.apply(tape.gradient(d_loss, weights), weights)
        with tf.GradientTape() as tape:
            made = self.discriminator(self.generator(tf.random.normal((count, 8))))
            g_loss = self.loss_fn(tf.zeros((count, 1)), made)
        weights = self.generator.trainable_weights
        self.g_optimizer.apply(tape.gradient(g_loss, weights), weights)
        self.d_metric.update_state(d_loss)
        self.g_metric.update_state(g_loss)
        return {"d_loss": self.d_metric.result(), "g_loss": self.g_metric.result()}


def gan() -> GAN:
    made = GAN()
    made.compile(
        d_optimizer=keras.optimizers.Adam(3e-4),
        g_optimizer=keras.optimizers.Adam(2e-4),
        loss_fn=keras.losses.BinaryCrossentropy(from_logits=True),
    )
    for optimizer, part in (
        (made.d_optimizer, made.discriminator),
        (made.g_optimizer, made.generator),
    ):
        optimizer.build(part.trainable_variables)
    return made


def rates(run: Any) -> dict[str, float]:
    return {name: round(rate, 6) for name, rate in run.learning_rates.items()}


def test_the_optimizers_in_use_are_shown_and_set() -> None:
    model = gan()
    run = dl.fit(model, digits(64)[0], epochs=FOREVER, start=False)
    assert rates(run) == {"d_optimizer": 3e-4, "g_optimizer": 2e-4}
    run.pause()
    run.start()
    settled(run)
    stepped(run, 2)
    assert rates(run) == {"d_optimizer": 3e-4, "g_optimizer": 2e-4}
    assert run.learning_rate == pytest.approx(3e-4)
    run.set_learning_rate(0.01, "g_optimizer").result(60)
    assert float(model.g_optimizer.learning_rate) == pytest.approx(0.01)
    assert float(model.d_optimizer.learning_rate) == pytest.approx(3e-4)
    stepped(run, 1)
    run.learning_rate = 1e-5
    assert rates(run) == {"d_optimizer": 1e-5, "g_optimizer": 1e-5}
    stepped(run, 1)
    assert float(model.d_optimizer.learning_rate) == pytest.approx(1e-5)
    assert float(model.g_optimizer.learning_rate) == pytest.approx(1e-5)
    assert float(model.optimizer.learning_rate) == pytest.approx(1e-3)
    texts = [m.text for m in run.markers if m.kind == "learning_rate"]
    assert texts == [
        "Learning rate of g_optimizer 0.0002 → 0.01",
        "Learning rate of d_optimizer 0.0003 → 1e-05, Learning rate of g_optimizer 0.01 → 1e-05",
    ]


def test_a_rate_that_was_set_acts() -> None:
    model = gan()
    run = dl.fit(model, digits(64)[0], epochs=FOREVER, start=False)
    run.pause()
    run.start()
    settled(run)
    stepped(run, 1)
    run.set_learning_rate(1e-30).result(60)
    before = [w.copy() for w in model.get_weights()]
    stepped(run, 1)
    for now, then in zip(model.get_weights(), before, strict=True):
        assert abs(now - then).max() < 1e-20


def test_a_name_that_the_model_has_not() -> None:
    run = dl.fit(gan(), digits(64)[0], start=False)
    with pytest.raises(KeyError, match="d_optimizer, g_optimizer"):
        run.set_learning_rate(0.1, "optimizer")
    run = dl.fit(mlp(), *digits(64), start=False)
    assert rates(run) == {"optimizer": 1e-3}
    with pytest.raises(KeyError, match="Expected one of the optimizers optimizer"):
        run.set_learning_rate(0.1, "adam")


def test_an_optimizer_with_a_schedule_beside_a_plain_one() -> None:
    model = gan()
    model.d_optimizer = keras.optimizers.SGD(keras.optimizers.schedules.CosineDecay(0.5, 1000))
    run = dl.fit(model, digits(64)[0], start=False)
    run.learning_rate = 0.02
    assert rates(run) == {"d_optimizer": 0.5, "g_optimizer": 0.02}
    with pytest.raises(RuntimeError, match="follows a schedule"):
        run.set_learning_rate(0.1, "d_optimizer")


def test_the_one_that_was_compiled_counts_where_it_is_used() -> None:
    model = mlp(optimizer=keras.optimizers.RMSprop())
    model.other = keras.optimizers.Adam(0.5)
    assert list(LearningRates(model).values()) == ["other"]  # Keras's default, so far unused
    model.fit(*digits(64), verbose=0)
    assert list(LearningRates(model).values()) == ["optimizer", "other"]
    explicit = mlp(optimizer=keras.optimizers.RMSprop(0.01))
    explicit.pair = {"head": keras.optimizers.Adam(0.5)}
    assert list(LearningRates(explicit).values()) == ["optimizer", "pair['head']"]
    same = mlp()
    same.main_optimizer = same.optimizer
    assert list(LearningRates(same).values()) == ["main_optimizer"]


class Watched(keras.optimizers.SGD):
    """Notes what the model's rates are said to be while its own is being set."""

    rates: LearningRates | None = None
    seen: tuple[dict[str, float], ...] = ()

    @property
    def learning_rate(self) -> Any:
        return super().learning_rate

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        if self.rates is not None:
            self.seen += (self.rates.values(),)
        keras.optimizers.SGD.learning_rate.fset(self, value)


def test_a_rate_that_is_being_set_is_the_new_one() -> None:
    model, first, second = gan(), Watched(0.5), Watched(0.25)
    model.d_optimizer, model.g_optimizer = first, second
    wanted = {"d_optimizer": 0.125, "g_optimizer": 0.0625}
    rates = first.rates = second.rates = LearningRates(model)
    rates.requested.update(wanted)
    rates.apply(wanted, training=True)
    assert [*first.seen, *second.seen] == [wanted, wanted]
    assert rates.values() == wanted
    assert not rates.requested
