"""Training on a GPU; everything here is skipped where TensorFlow sees none."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from sklearn.datasets import load_digits

import dlwidgets as dl

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not tf.config.list_physical_devices("GPU"), reason="TensorFlow sees no GPU"),
]


def data() -> tuple[np.ndarray, np.ndarray]:
    x, y = load_digits(return_X_y=True)
    return (x / 16.0).astype("float32"), y.astype("int32")


def model(**arguments: Any) -> Any:
    keras.utils.set_random_seed(1)
    made = keras.Sequential(
        [
            keras.Input((64,)),
            keras.layers.Dense(64, activation="relu"),
            keras.layers.Dense(10, dtype="float32"),
        ]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    made.compile("adam", loss, metrics=["accuracy"], **arguments)
    return made


def test_memory_grows_on_demand() -> None:
    dl.fit(model(), *data()).wait()
    for gpu in tf.config.list_physical_devices("GPU"):
        assert tf.config.experimental.get_memory_growth(gpu)


def test_training_happens_on_the_gpu_and_is_recorded() -> None:
    run = dl.fit(model(), *data(), epochs=5).wait()
    assert run.device == "GPU:0"
    assert run.metrics["loss"].exact
    assert run.metrics["loss"].value[-20:].mean() < run.metrics["loss"].value[:20].mean()


def test_the_device_can_be_chosen() -> None:
    assert dl.fit(model(), *data(), device="GPU:0").wait().state == "finished"
    assert dl.fit(model(), *data(), device="CPU").wait().state == "finished"


@pytest.mark.parametrize("jit", [False, True])
def test_losses_agree_with_a_bare_fit(*, jit: bool) -> None:
    plain, observed = model(jit_compile=jit), model(jit_compile=jit)
    history = plain.fit(*data(), epochs=3, verbose=0).history
    run = dl.fit(observed, *data(), epochs=3).wait()
    np.testing.assert_allclose(run.history["loss"], history["loss"], rtol=1e-3)


def test_mixed_precision() -> None:
    keras.config.set_dtype_policy("mixed_float16")
    try:
        run = dl.fit(model(), *data(), epochs=3).wait()
    finally:
        keras.config.set_dtype_policy("float32")
    assert isinstance(run.model.optimizer, keras.optimizers.LossScaleOptimizer)
    assert np.isfinite(run.metrics["loss"].value).all()


def test_a_loss_that_is_not_finite_is_named_with_its_step() -> None:
    x, y = data()
    x[100] = np.nan
    linear = keras.Sequential([keras.Input((64,)), keras.layers.Dense(10)])
    linear.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    run = dl.fit(linear, x, y, shuffle=False)
    with pytest.raises(dl.training.NonFiniteLossError) as caught:
        run.wait()
    assert caught.value.step == 4
