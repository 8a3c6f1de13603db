"""Comparing a clone with its model: odd batches, random generators, several views at once."""

from __future__ import annotations

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

import dlwidgets as dl
from dlwidgets.training import shared_clone
from dlwidgets.training.comparing import agrees, ask, first_samples
from dlwidgets.training.drawn_seeds import seeds_given_back
from dlwidgets.training.model_source import ModelSource
from tests.helpers.training import digits, layers, mlp, settled, stepped


class Odd(dict):  # type: ignore[type-arg]
    """A batch that nothing can be done with but what its model does."""

    def __getitem__(self, key: Any) -> Any:
        raise LookupError(key)


ODD: dict[str, Any] = {
    "none": None,
    "a number": 3,
    "a text": "text",
    "texts": ["a", "b"],
    "an object": object(),
    "a scalar tensor": tf.constant(1.0),
    "nothing": (),
    "dicts of dicts": ({"a": {"b": tf.zeros((8, 2)), "c": None}}, None),
    "a ragged tensor": (tf.ragged.constant([[1, 2], [3]]), None),
    "four parts": tuple(tf.zeros((8, 2)) for _ in range(4)),
    "one that refuses": Odd(a=1),
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_batch_is_not_compared_and_fails_nothing(name: str) -> None:
    found = first_samples(ODD[name])
    assert ask(mlp(), found) is not None, "on samples that are made up"


class TakesAnything(keras.Model):
    """Trains on what `odd` makes of a batch, and can't be called on anything that is known."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = layers.Dense(1)

    def build(self, _shape: Any = None) -> None:
        self.inner.build((None, 3))
        self.built = True

    def call(self, x: Any) -> Any:
        return self.inner(x["only"]["here"])

    def train_step(self, data: Any) -> dict[str, Any]:
        return {"loss": tf.reduce_mean(self.inner(tf.zeros((2, 3))) ** 2)}


def test_a_model_without_samples_is_cloned_once_and_then_left_in_peace(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    model = TakesAnything()
    model.build()
    model.compile("sgd")
    made: list[int] = []
    plain = shared_clone.clone
    monkeypatch.setattr(shared_clone, "clone", lambda one: made.append(1) or plain(one))
    run = dl.fit(model, *digits(320), epochs=1, start=False)
    run.pause()
    run.start()
    settled(run)
    source = ModelSource(run)
    stepped(run, 1)
    for _ in range(5):
        stepped(run, 1)
        source.refresh()
    assert source.cloned is False
    assert len(made) == 1


def test_views_that_find_a_difference_at_once_make_one_clone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[int] = []
    plain = shared_clone.clone
    monkeypatch.setattr(shared_clone, "clone", lambda one: made.append(1) or plain(one))
    run = dl.fit(mlp(), *digits(320), epochs=50, start=False)
    run.pause()
    run.start()
    settled(run)
    stepped(run, 1)
    sources = [ModelSource(run) for _ in range(4)]
    gate = threading.Barrier(len(sources))

    def refresh(source: ModelSource) -> None:
        gate.wait(60)
        source.refresh()

    with ThreadPoolExecutor(len(sources)) as pool:
        list(pool.map(refresh, sources))
    assert len(made) == 1
    assert all(source.cloned for source in sources)


def test_comparing_draws_no_numbers_that_others_would_get() -> None:
    class Noisy(keras.layers.Layer):
        def call(self, x: Any) -> Any:
            return x + keras.random.normal((1,))

    model = keras.Sequential([keras.Input((64,)), Noisy()])
    random.seed(1)
    np.random.seed(1)
    before, shared = random.getstate(), np.random.get_state()[1].copy()
    assert ask(model) is not None
    assert random.getstate() == before
    np.testing.assert_array_equal(np.random.get_state()[1], shared)


class Shaken(keras.layers.Layer):
    """Draws from the global generators of Python and NumPy."""

    def call(self, x: Any) -> Any:
        return x * random.random() + np.random.normal()


def test_comparing_draws_no_numbers_that_training_would_get() -> None:
    model = keras.Sequential([keras.Input((64,)), Shaken()])
    copy = keras.models.clone_model(model)
    random.seed(1)
    np.random.seed(1)
    wanted = random.random(), np.random.normal()
    random.seed(1)
    np.random.seed(1)
    answers = ask(model)
    assert answers is not None
    assert agrees(copy, answers)
    assert ask(model, known=answers) is not None
    assert (random.random(), np.random.normal()) == wanted


def test_a_view_draws_no_numbers_that_training_would_get() -> None:
    x, y = digits(320)
    model = keras.Sequential([keras.Input((64,)), Shaken(), layers.Dense(10)])
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    run = dl.fit(model, x, y, epochs=50, start=False)
    run.pause()
    run.start()
    settled(run)
    for steps in (1, 10):  # the second time in another epoch, when the two are compared again
        stepped(run, steps)
        before = random.getstate(), np.random.get_state()[1].copy()
        source = ModelSource(run)
        source.refresh()
        assert source.cloned
        assert random.getstate() == before[0]
        np.testing.assert_array_equal(np.random.get_state()[1], before[1])


def test_numbers_that_others_draw_meanwhile_are_not_drawn_again() -> None:
    random.seed(1)
    with seeds_given_back():
        keras.random.SeedGenerator()
        drawn = [random.random() for _ in range(3)]
    assert random.random() not in drawn
    random.seed(1)
    wanted = random.random()
    random.seed(1)
    with seeds_given_back():
        keras.random.SeedGenerator()
        keras.random.SeedGenerator()
    assert random.random() == wanted


def test_a_model_that_nothing_trains_keeps_its_metrics() -> None:
    """The user may evaluate it while a view looks at it."""
    x, y = digits(320)
    run = dl.fit(mlp(), x, y, epochs=1).wait()
    run.at_boundary(lambda: run.model.evaluate(x[:50], y[:50], verbose=0)).result(60)
    evaluated = {name: float(value) for name, value in run.model.get_metrics_result().items()}
    loss, accuracy = run.model.evaluate(x[:50], y[:50], verbose=0)
    assert evaluated == pytest.approx({"loss": loss, "accuracy": accuracy})


def test_the_states_of_a_model_that_nothing_trains_are_left_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def asked(*_: Any, **__: Any) -> None:
        raise AssertionError

    model = keras.Sequential(
        [keras.Input(batch_shape=(4, 3, 2)), layers.GRU(2, stateful=True), layers.Dense(1)]
    )
    model.compile("sgd", "mse")
    x = np.random.default_rng(0).random((8, 3, 2)).astype("float32")
    run = dl.fit(model, x, x[:, 0, :1], batch_size=4).wait()
    monkeypatch.setattr(shared_clone, "ask", asked)
    source = ModelSource(run)
    source.refresh()
    assert source.cloned
    for ours, theirs in zip(
        source.use(lambda m: m.get_weights()), model.get_weights(), strict=True
    ):
        np.testing.assert_array_equal(ours, theirs)
