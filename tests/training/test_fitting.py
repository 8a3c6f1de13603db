"""A Run trains to the very same weights and history as a bare `model.fit`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.training.run_engine import engine_of
from tests.helpers.slow import slow
from tests.helpers.training import compile_for_digits, digits, layers, mlp, same_weights

if TYPE_CHECKING:
    from collections.abc import Callable


def functional() -> Any:
    keras.utils.set_random_seed(2)
    inputs = keras.Input((64,))
    h = layers.Reshape((8, 8, 1))(inputs)
    h = layers.Conv2D(4, 3)(h)
    h = layers.BatchNormalization()(h)
    h = layers.LeakyReLU()(h)
    h = layers.Dropout(0.3)(layers.Flatten()(h))
    return compile_for_digits(keras.Model(inputs, layers.Dense(10)(h)))


class Subclassed(keras.Model):
    def __init__(self) -> None:
        super().__init__()
        self.hidden = layers.Dense(32, activation="relu", kernel_regularizer="l2")
        self.drop = layers.Dropout(0.2)
        self.out = layers.Dense(10)

    def call(self, x: Any, training: bool = False) -> Any:
        return self.out(self.drop(self.hidden(x), training=training))


def subclassed() -> Any:
    keras.utils.set_random_seed(3)
    return compile_for_digits(Subclassed())


class EachBatch(keras.callbacks.Callback):
    """Forces executions of one step."""

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        pass


MODELS = {
    "sequential": mlp,
    "functional": functional,
    "subclassed": subclassed,
}


def compare(make: Callable[[], Any], **arguments: Any) -> tuple[dl.Run, dict[str, list[float]]]:
    """Train one model plainly and its twin as a Run; fail unless all weights agree."""
    # set_random_seed in `make` resets every source of randomness, so both begin alike.
    plain = make()
    history = plain.fit(verbose=0, **arguments).history
    observed = make()
    run = dl.fit(observed, **arguments).wait()
    same_weights(plain, observed)
    for variable, other in zip(
        plain.optimizer.variables, observed.optimizer.variables, strict=True
    ):
        np.testing.assert_array_equal(variable.numpy(), other.numpy())
    return run, history


@pytest.mark.parametrize("name", ["sequential", slow("functional"), "subclassed"])
def test_weights_are_bit_identical(name: str) -> None:
    x, y = digits(700)
    arguments = {"epochs": 3, "validation_split": 0.2}
    run, history = compare(MODELS[name], x=x, y=y, **arguments)
    assert run.history == history
    one_by_one = MODELS[name]()
    second = dl.fit(one_by_one, x, y, callbacks=[EachBatch()], **arguments).wait()
    same_weights(run.model, one_by_one)
    assert second.history == history
    np.testing.assert_array_equal(second.metrics["loss"].value, run.metrics["loss"].value)


@pytest.mark.parametrize(
    "arguments",
    [
        {"class_weight": {3: 5.0, 4: 0.1}},
        {"sample_weight": np.linspace(0.1, 2.0, 500)},
        {"batch_size": 7, "validation_split": 0.3},
        {"initial_epoch": 1, "epochs": 3},
        {"steps_per_epoch": 5},
    ],
    ids=", ".join,
)
def test_arguments_of_fit_mean_what_they_mean_in_keras(arguments: dict[str, Any]) -> None:
    x, y = digits(500)
    arguments = {"epochs": 2, **arguments}
    run, history = compare(mlp, x=x, y=y, **arguments)
    assert run.history.keys() == history.keys()
    for key, values in history.items():
        np.testing.assert_allclose(run.history[key], values, rtol=1e-6, err_msg=key)


def test_validation_weights_and_batches_mean_what_they_mean_in_keras() -> None:
    x, y = digits(600)
    weights = np.linspace(0, 1, 100)
    run, history = compare(
        mlp,
        x=x[:500],
        y=y[:500],
        epochs=4,
        validation_data=(x[500:], y[500:], weights),
        validation_batch_size=30,
        validation_freq=2,
    )
    assert len(run.history["val_loss"]) == 2
    for key, values in history.items():
        np.testing.assert_allclose(run.history[key], values, rtol=1e-6, err_msg=key)


def test_validation_steps_without_a_batch_size_take_all_samples_as_in_keras() -> None:
    x, y = digits(600)
    run, history = compare(
        mlp, x=x[:100], y=y[:100], epochs=1, validation_data=(x[100:], y[100:]), validation_steps=2
    )
    np.testing.assert_allclose(run.history["val_loss"], history["val_loss"], rtol=1e-6)


class CutsEpochsShort(keras.callbacks.Callback):
    """Ends each epoch after four steps, and lets the next one begin."""

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        if batch == 3:
            self.model.stop_training = True

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.model.stop_training = False


def test_an_epoch_that_was_cut_short_does_not_shorten_the_next() -> None:
    x, y = digits(320)
    run, history = compare(mlp, x=x, y=y, epochs=3, callbacks=[CutsEpochsShort()])
    assert run.step_count == 12
    np.testing.assert_allclose(run.history["loss"], history["loss"], rtol=1e-6)


def test_executions_really_hold_many_steps() -> None:
    """Otherwise the comparisons above would compare k = 1 with k = 1."""
    x, y = digits()
    entered: list[int] = []
    model = mlp()
    run = dl.fit(model, x, y, epochs=6, batch_size=16, start=False)
    record = engine_of(run).recorder.record

    def spy(execution: Any, began: float) -> None:
        entered.append(execution.steps)
        record(execution, began)

    engine_of(run).recorder.record = spy
    run.start().wait()
    assert max(entered) >= 8
    assert sum(entered) == 6 * -(-len(x) // 16)


def test_two_inputs_and_two_outputs() -> None:
    x, y = digits(400)

    def make() -> Any:
        keras.utils.set_random_seed(5)
        left, right = keras.Input((32,), name="left"), keras.Input((32,), name="right")
        h = layers.Concatenate()([layers.Dense(8)(left), layers.Dense(8)(right)])
        digit = layers.Dense(10, name="digit")(h)
        odd = layers.Dense(1, activation="sigmoid", name="odd")(h)
        model = keras.Model({"left": left, "right": right}, {"digit": digit, "odd": odd})
        model.compile(
            "adam",
            loss={
                "digit": keras.losses.SparseCategoricalCrossentropy(from_logits=True),
                "odd": "binary_crossentropy",
            },
            loss_weights={"digit": 1.0, "odd": 0.5},
            metrics={"digit": ["accuracy"], "odd": ["accuracy"]},
        )
        return model

    run, history = compare(
        make,
        x={"left": x[:, :32], "right": x[:, 32:]},
        y={"digit": y, "odd": (y % 2).astype("float32")},
        epochs=2,
        validation_split=0.25,
    )
    assert run.history.keys() == history.keys()
    for key, values in history.items():
        np.testing.assert_allclose(run.history[key], values, rtol=1e-6, err_msg=key)
    assert {"loss", "digit_loss", "odd_loss", "digit_accuracy", "odd_accuracy"} <= set(run.metrics)
    assert all(series.exact for series in run.metrics.values())
    total = run.metrics["digit_loss"].value + 0.5 * run.metrics["odd_loss"].value
    np.testing.assert_allclose(run.metrics["loss"].value, total, rtol=1e-5)


def test_unseeded_random_operations_repeat_with_the_seed() -> None:
    """Keras keeps its global seed generator per thread; the seed must reach the run's thread."""

    class Noisy(keras.layers.Layer):
        def call(self, x: Any) -> Any:
            return x + keras.random.normal(keras.ops.shape(x))

    def make() -> Any:
        keras.utils.set_random_seed(6)
        model = keras.Sequential([keras.Input((64,)), Noisy(), layers.Dense(10)])
        return compile_for_digits(model)

    x, y = digits(200)
    first = make()
    dl.fit(first, x, y, epochs=2).wait()
    second = make()
    dl.fit(second, x, y, epochs=2).wait()
    same_weights(first, second)
