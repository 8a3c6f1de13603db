"""Models of which TensorFlow fuses other kernels in a loop, so that a last bit differs."""

from __future__ import annotations

import keras
import pytest

import dlwidgets as dl
from tests.helpers.model_checks import same_when_unfused, unfused
from tests.helpers.random_models import made
from tests.helpers.training import same_weights

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


@pytest.mark.parametrize("code", [MASKED, DILATED, SPECTRAL], ids=["masked", "dilated", "spectral"])
def test_without_fusing_the_bits_are_those_of_fit(code: str) -> None:
    with unfused():
        same_when_unfused(lambda: made(code))


@pytest.mark.parametrize("code", [MASKED, DILATED, SPECTRAL], ids=["masked", "dilated", "spectral"])
def test_with_fusing_the_bits_are_those_of_fit_with_a_loop(code: str) -> None:
    looped, twin = made(code), made(code)
    looped.model.steps_per_execution = 2
    keras.utils.set_random_seed(1)
    looped.model.fit(looped.x, looped.y, batch_size=5, verbose=0)
    keras.utils.set_random_seed(1)
    dl.fit(twin.model, twin.x, twin.y, batch_size=5).wait()
    same_weights(looped.model, twin.model)
