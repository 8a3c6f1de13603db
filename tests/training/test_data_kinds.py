"""Everything that `fit` takes as data."""

from __future__ import annotations

import math
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest
import tensorflow as tf

import dlwidgets as dl
from dlwidgets.training.run_engine import engine_of
from tests.helpers.servers import REPOSITORY
from tests.helpers.training import compile_for_digits, digits, layers, mlp, same_weights

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.filterwarnings("ignore:Your input ran out of data")


class Batches(keras.utils.PyDataset):
    def __init__(self, samples: int = 320, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.x, self.y = digits(samples)

    def __len__(self) -> int:
        return math.ceil(len(self.x) / 32)

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        part = slice(index * 32, (index + 1) * 32)
        return self.x[part], self.y[part]


def dataset(samples: int = 320) -> Any:
    return tf.data.Dataset.from_tensor_slices(digits(samples)).batch(32)


def unknown_length() -> Any:
    return dataset().filter(lambda *_: True)


def endless() -> Iterator[tuple[np.ndarray, np.ndarray]]:
    x, y = digits(320)
    while True:
        for i in range(0, 320, 32):
            yield x[i : i + 32], y[i : i + 32]


KINDS: dict[str, tuple[Callable[[], Any], dict[str, Any], int]] = {
    "tf.data": (dataset, {"epochs": 3}, 30),
    "tf.data, unknown length": (unknown_length, {"epochs": 3}, 30),
    "tf.data, fewer steps per epoch": (dataset, {"epochs": 4, "steps_per_epoch": 3}, 10),
    "tf.data, more steps than data": (dataset, {"epochs": 2, "steps_per_epoch": 15}, 20),
    "tf.data, endless": (lambda: dataset().repeat(), {"epochs": 3, "steps_per_epoch": 7}, 21),
    "PyDataset": (Batches, {"epochs": 2, "shuffle": False}, 20),
    "PyDataset with workers": (lambda: Batches(workers=2), {"epochs": 2, "shuffle": False}, 20),
    "generator": (endless, {"epochs": 2, "steps_per_epoch": 8}, 16),
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_trains_as_in_keras(kind: str) -> None:
    make, arguments, steps = KINDS[kind]
    # Adam depends on the optimizer's count of steps, see the test after this one.
    plain, observed = (mlp(optimizer=keras.optimizers.SGD(0.1, momentum=0.9)) for _ in range(2))
    history = plain.fit(make(), verbose=0, **arguments).history
    run = dl.fit(observed, make(), **arguments).wait()
    same_weights(plain, observed)
    assert run.state == "finished"
    for key, values in history.items():
        np.testing.assert_allclose(run.history[key], values, rtol=1e-6, err_msg=key)
    assert len(run.metrics["loss"]) == steps


def test_the_end_of_the_data_is_no_step() -> None:
    """Keras counts a step of the optimizer there, which changes what Adam does next."""
    model = mlp()
    assert dl.fit(model, unknown_length(), epochs=3).wait().step_count == 30
    assert int(model.optimizer.iterations.numpy()) == 30


@pytest.mark.parametrize(
    "arguments",
    [
        {"validation_steps": 3, "epochs": 6},
        {"validation_steps": None},
    ],
    ids=str,
)
def test_validation_sees_as_many_batches_as_in_keras(arguments: dict[str, Any]) -> None:
    """An execution of k steps must not run past `validation_steps`."""
    arguments = {"epochs": 4, **arguments}
    validation = dataset(1600)
    if arguments["validation_steps"]:
        validation = validation.repeat()
    plain, observed = mlp(), mlp()
    history = plain.fit(dataset(), validation_data=validation, verbose=0, **arguments).history
    run = dl.fit(observed, dataset(), validation_data=validation, **arguments).wait()
    np.testing.assert_allclose(run.history["val_loss"], history["val_loss"], rtol=1e-6)
    np.testing.assert_allclose(run.history["val_accuracy"], history["val_accuracy"], rtol=1e-6)


class Growing(Batches):
    def __init__(self) -> None:
        super().__init__(1600)
        self.length = 3

    def __len__(self) -> int:
        return self.length

    def on_epoch_end(self) -> None:
        self.length += 2


def test_validation_data_may_grow_after_keras_has_counted_its_batches() -> None:
    x, y = digits(64)
    plain, observed = mlp(), mlp()
    history = plain.fit(x, y, epochs=3, validation_data=Growing(), verbose=0).history
    run = dl.fit(observed, x, y, epochs=3, validation_data=Growing()).wait()
    np.testing.assert_allclose(run.history["val_loss"], history["val_loss"], rtol=1e-6)


def test_inputs_that_are_none() -> None:
    class Optional(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.dense = layers.Dense(10)

        def call(self, inputs: Any) -> Any:
            assert inputs["extra"] is None
            return self.dense(inputs["pixels"])

    x, y = digits(100)
    plain, observed = (compile_for_digits(seeded(Optional)) for _ in range(2))
    data = {"pixels": x, "extra": None}
    plain.fit(data, y, epochs=2, verbose=0, shuffle=False)
    run = dl.fit(observed, data, y, epochs=2, shuffle=False).wait()
    same_weights(plain, observed)
    assert engine_of(run).recorder.rate().samples > 0


def seeded(make: Callable[[], Any]) -> Any:
    keras.utils.set_random_seed(7)
    return make()


def test_the_last_batch_may_be_smaller() -> None:
    x, y = digits(100)
    sizes: list[int] = []
    run = dl.fit(mlp(), x, y, batch_size=32, start=False)
    recorder = engine_of(run).recorder
    record = recorder.record
    recorder.record = lambda e, began: (
        sizes.extend(e.samples.tolist()),
        record(e, began),
    )[1]
    run.start().wait()
    assert sizes == [32, 32, 32, 4]


def test_tensors_and_lists_of_arrays() -> None:
    x, y = digits(64)
    assert dl.fit(mlp(), tf.constant(x), tf.constant(y)).wait().step_count == 2
    two = [keras.Input((32,)), keras.Input((32,))]
    model = compile_for_digits(keras.Model(two, layers.Dense(10)(layers.Add()(two))))
    assert dl.fit(model, [x[:, :32], x[:, 32:]], y).wait().step_count == 2


def test_ragged_and_sparse_inputs() -> None:
    keras.utils.set_random_seed(1)
    y = np.zeros((4, 1), "float32")
    sparse = tf.sparse.from_dense(np.eye(4, dtype="float32"))
    model = keras.Sequential([keras.Input((4,), sparse=True), layers.Dense(1)])
    model.compile("sgd", "mse")
    data = tf.data.Dataset.from_tensor_slices((sparse, y)).batch(2)
    run = dl.fit(model, data, epochs=2).wait()
    assert run.step_count == 4
    assert engine_of(run).recorder.rate().samples > 0


UNDER_A_STRATEGY = """
import tensorflow as tf
import dlwidgets as dl
from tests.helpers.training import digits, mlp
with tf.distribute.OneDeviceStrategy("/CPU:0").scope():
    model = mlp()
x, y = digits(200)
run = dl.fit(model, x, y, epochs=2, batch_size=50, validation_split=0.5).wait()
print("steps", run.step_count, "validations", len(run.history["val_loss"]))
"""


def test_a_model_made_under_a_strategy_of_one_device() -> None:
    # TensorFlow itself crashes about once in 200 such epochs, in `fit` as well, when it makes the
    # iterator of a validation: therefore in a process of its own, and again after a crash.
    for _ in range(4):
        done = subprocess.run(
            [sys.executable, "-c", UNDER_A_STRATEGY],
            capture_output=True,
            text=True,
            check=False,
            cwd=REPOSITORY,
        )
        if done.returncode != -signal.SIGSEGV:
            break
    assert done.stdout == "steps 4 validations 2\n", done.stderr


@pytest.mark.filterwarnings("ignore:Your input ran out of data")
def test_data_that_end_early_are_reported() -> None:
    data = tf.data.Dataset.from_tensor_slices(digits(96)).batch(32)
    run = dl.fit(mlp(), data, epochs=2, steps_per_epoch=5).wait()
    words = (
        "The data ended after 3 of 5 steps in epoch 1. Let the data repeat, or set "
        "`steps_per_epoch` to the number of its batches."
    )
    assert words in run.message
    assert words in [m.text for m in run.markers]
    assert dl.fit(mlp(), data, epochs=2).wait().message == ""
