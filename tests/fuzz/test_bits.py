"""Models of which TensorFlow fuses other kernels in a loop, or where it knows fewer shapes."""

from __future__ import annotations

import keras
import numpy as np
import pytest

import dlwidgets as dl
from tests.helpers.random_models import made

START = """
import keras, numpy as np
from keras import layers, ops
keras.utils.set_random_seed({seed})
rng = np.random.default_rng({seed})
"""

MASKED = (
    START.format(seed=876)
    + """
x = rng.integers(0, 9, (10, 7)).astype("int32")
inputs = keras.Input((7,), dtype="int32")
inner = keras.Sequential([keras.Input((7, 4)), layers.Conv1D(1, 1, activation="swish")])
v = inner(layers.Embedding(9, 4, mask_zero=True)(inputs))
outputs = layers.Dense(3, activation="softmax")(v)
model = keras.Model(inputs, outputs)
y, classes = rng.integers(0, 3, (10, 7)), 0
model.compile("rmsprop", "sparse_categorical_crossentropy", jit_compile=False)
"""
)

DILATED = (
    START.format(seed=617)
    + """
x = rng.random((10, 8, 8, 2)).astype("float32")
inputs = keras.Input((8, 8, 2))
v = layers.Conv2D(1, 1, activation="swish")(ops.tanh(layers.Softmax()(inputs)))
model = keras.Model(inputs, layers.Dense(3)(layers.Conv2D(1, 2, dilation_rate=2)(v)))
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
y, classes = rng.integers(0, 3, (10, 6, 6)), 0
model.compile("rmsprop", loss, metrics=["accuracy"], jit_compile=False)
"""
)


SPECTRAL = (
    START.format(seed=545)
    + """
x = rng.normal(size=(10, 5)).astype("float32")
model = keras.Sequential([keras.Input((5,)), layers.Dense(1, activation="elu")])
model.add(layers.SpectralNormalization(layers.Dense(5)))
model.add(layers.RepeatVector(3))
model.add(layers.Dense(1))
y, classes = rng.integers(0, 2, (10, 3, 1)), 0
loss = keras.losses.BinaryCrossentropy(from_logits=True)
model.compile("sgd", loss, jit_compile=False)
"""
)


CODES = pytest.mark.parametrize(
    "code", [MASKED, DILATED, SPECTRAL], ids=["masked", "dilated", "spectral"]
)


def fitted(code: str, steps_per_execution: int) -> list[np.ndarray]:
    """What `fit` leaves: the variables of the model and of its optimizer."""
    plain = made(code)
    plain.model.steps_per_execution = steps_per_execution
    keras.utils.set_random_seed(1)
    plain.model.fit(plain.x, plain.y, batch_size=5, verbose=0)
    return values(plain.model)


def values(model: keras.Model) -> list[np.ndarray]:
    return [variable.numpy() for variable in [*model.variables, *model.optimizer.variables]]


@CODES
@pytest.mark.parametrize("steps_per_execution", [1, 2])
def test_the_bits_are_those_of_fit(code: str, steps_per_execution: int) -> None:
    twin = made(code)
    twin.model.steps_per_execution = steps_per_execution
    keras.utils.set_random_seed(1)
    dl.fit(twin.model, twin.x, twin.y, batch_size=5).wait()
    for ours, theirs in zip(values(twin.model), fitted(code, steps_per_execution), strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("code", [MASKED, DILATED], ids=["masked", "dilated"])
def test_fit_gives_other_bits_in_a_loop(code: str) -> None:
    pairs = zip(fitted(code, 1), fitted(code, 2), strict=True)
    assert any((one != two).any() for one, two in pairs)
