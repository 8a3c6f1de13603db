"""What Keras keeps per thread: `dl.fit` trains with the caller's, and gives random numbers back."""

from __future__ import annotations

import random
import threading
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.training.thread_state import ThreadState
from tests.helpers.training import digits, layers, same_weights

if TYPE_CHECKING:
    from collections.abc import Callable


class Sampling(layers.Layer):
    """Draws latent vectors as many lessons do: from Keras's global generator."""

    def call(self, inputs: Any) -> Any:
        mean, log_variance = inputs
        noise = keras.random.normal(keras.ops.shape(mean))
        return mean + keras.ops.exp(0.5 * log_variance) * noise


class Subclassed(keras.Model):
    """A model whose first random numbers are drawn when its graph is built, on the first step."""

    def __init__(self) -> None:
        super().__init__()
        self.mean, self.log_variance = layers.Dense(4), layers.Dense(4)
        self.sampling, self.decoder = Sampling(), layers.Dense(64)

    def call(self, x: Any) -> Any:
        return self.decoder(self.sampling([self.mean(x), self.log_variance(x)]))


def functional() -> Any:
    x = keras.Input((64,))
    latent = Sampling()([layers.Dense(4)(x), layers.Dense(4)(x)])
    return keras.Model(x, layers.Dense(64)(latent))


def drop_out() -> Any:
    return keras.Sequential([keras.Input((64,)), layers.Dropout(0.5), layers.Dense(64)])


def plain(model: Any, x: Any, epochs: int) -> None:
    model.fit(x, x, epochs=epochs, verbose=0)


def background(model: Any, x: Any, epochs: int) -> None:
    dl.fit(model, x, x, epochs=epochs).wait()


def compiled(make: Callable[[], Any]) -> Any:
    model = make()
    model.compile("adam", "mse")
    return model


@pytest.mark.parametrize("seed_once", [True, False])
@pytest.mark.parametrize(
    "make",
    [pytest.param(functional, marks=pytest.mark.slow), Subclassed, drop_out],
    ids=lambda m: m.__name__,
)
def test_unseeded_random_numbers_are_those_of_fit(
    make: Callable[[], Any], *, seed_once: bool
) -> None:
    x = digits(200)[0]
    models: list[list[Any]] = []
    for train in (plain, background):
        keras.utils.set_random_seed(7)
        first = compiled(make)
        train(first, x, 2)
        train(first, x, 1)
        if not seed_once:
            keras.utils.set_random_seed(8)
        second = compiled(make)
        train(second, x, 1)
        plain(second, x, 1)
        models.append([first, second, random.random(), float(keras.random.uniform(()))])
    same_weights(models[0][0], models[1][0])
    same_weights(models[0][1], models[1][1])
    assert models[0][2:] == models[1][2:]


def test_a_run_that_nobody_waited_for_leaves_a_new_seed_alone() -> None:
    x = digits(100)[0]
    wanted = []
    for wait_late in (False, True):
        keras.utils.set_random_seed(7)
        run = dl.fit(compiled(Subclassed), x, x).wait() if not wait_late else None
        if wait_late:
            run = dl.fit(compiled(Subclassed), x, x)
            while not run.state.ended:
                threading.Event().wait(0.01)
        keras.utils.set_random_seed(3)
        assert run is not None
        run.wait()
        wanted.append(np.array(keras.random.normal((3,))))
    np.testing.assert_array_equal(*wanted)


@pytest.mark.parametrize(
    ("change", "read", "undo"),
    [
        (
            keras.config.disable_traceback_filtering,
            keras.config.is_traceback_filtering_enabled,
            keras.config.enable_traceback_filtering,
        ),
        (
            keras.config.disable_interactive_logging,
            keras.config.is_interactive_logging_enabled,
            keras.config.enable_interactive_logging,
        ),
        (
            lambda: keras.config.set_dtype_policy("mixed_bfloat16"),
            lambda: keras.config.dtype_policy().name,
            lambda: keras.config.set_dtype_policy("float32"),
        ),
    ],
    ids=["traceback filtering", "interactive logging", "dtype policy"],
)
def test_settings_of_the_thread_hold_where_it_trains(
    change: Callable[[], None], read: Callable[[], Any], undo: Callable[[], None]
) -> None:
    seen: list[Any] = []
    change()
    try:
        callback = keras.callbacks.LambdaCallback(on_train_begin=lambda logs: seen.append(read()))
        x = digits(32)[0]
        dl.fit(compiled(drop_out), x, x, callbacks=[callback]).wait()
        assert seen == [read()]
    finally:
        undo()


def test_looking_draws_nothing() -> None:
    keras.utils.set_random_seed(5)
    before = random.getstate()
    ThreadState()
    assert random.getstate() == before
    first = float(keras.random.uniform(()))
    ThreadState()
    keras.utils.set_random_seed(5)
    assert float(keras.random.uniform(())) == first
