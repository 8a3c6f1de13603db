"""A model of the user's: measured as Keras computes it, and not changed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dlwidgets._tensorflow import load
from dlwidgets.concepts._initialization_models import OwnModel, engine_defaults


@pytest.fixture(scope="module")
def images() -> tuple[Any, Any]:
    random = np.random.default_rng(0)
    return random.random((20, 6, 6, 1)).astype("float32"), np.arange(20) % 3


@pytest.fixture(scope="module")
def model() -> Any:
    _, keras = load()
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((6, 6, 1)),
            layers.Conv2D(4, 3, activation="relu", name="edges"),
            layers.BatchNormalization(name="norm"),
            layers.Flatten(name="flat"),
            layers.Dense(8, activation="tanh", name="inner"),
            layers.Dense(3, name="logits"),
        ]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(loss=loss)
    return model


def test_activations_and_gradients_are_those_of_the_model(model: Any, images: Any) -> None:
    tf, _ = load()
    before = [array.copy() for array in model.get_weights()]
    own = OwnModel(model, *images)
    found = own.measured(engine_defaults())
    assert found["names"] == ["", "edges", "norm", "flat", "inner", "logits"]
    with tf.GradientTape() as tape:
        outputs = [tf.constant(images[0])]
        for layer in model.layers:
            training = {"training": True} if layer.name == "norm" else {}
            outputs.append(layer(outputs[-1], **training))
        loss = model.compute_loss(None, images[1], outputs[-1])
    kernels = [model.get_layer(name).kernel.value for name in ("edges", "inner", "logits")]
    gradients = [np.std(one) for one in tape.gradient(loss, [*outputs[1:], *kernels])]
    model.set_weights(before)  # the moving averages, which this test itself has moved
    stds = [float(np.std(one)) for one in outputs]
    assert found["activations"]["std"] == pytest.approx(stds, rel=1e-4)
    assert found["gradients"]["std"][1:] == pytest.approx(gradients[:5], rel=1e-4)
    weights = [found["weights"]["std"][i] for i in (1, 4, 5)]
    assert weights == pytest.approx(gradients[5:], rel=1e-4)
    assert found["weights"]["std"][2:4] == [None, None]
    assert found["loss"] == pytest.approx(float(loss), rel=1e-5)
    assert found["sizes"][4] == pytest.approx(float(np.std(before[-4])), rel=1e-5)


def test_other_first_weights_leave_the_model_as_it_is(model: Any, images: Any) -> None:
    before = [array.copy() for array in model.get_weights()]
    own = OwnModel(model, images[0])
    he = own.measured(engine_defaults() | {"method": "he", "distribution": "normal"})
    assert he["compiled"] is False
    assert he["sizes"][4] == pytest.approx(np.sqrt(2 / 64), rel=0.15)
    small = own.measured(engine_defaults() | {"method": "small", "scale": 0.5})
    assert small["sizes"][4] == pytest.approx(0.005, rel=0.15)
    zeros = own.measured(engine_defaults() | {"method": "zeros"})
    assert zeros["activations"]["std"][-1] == 0
    assert (
        own.measured(engine_defaults())["sizes"]
        == OwnModel(model, images[0]).measured(engine_defaults())["sizes"]
    )
    for array, was in zip(model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(array, was)


def test_what_can_not_be_measured_is_said(model: Any, images: Any) -> None:
    _, keras = load()
    with pytest.raises(ValueError, match="Expected a model with layers that have kernels"):
        OwnModel(keras.Sequential([keras.Input((6, 6, 1)), keras.layers.Flatten()]), images[0])
    with pytest.raises(ValueError, match=r"Expected `x` .*\(None, 6, 6, 1\).*\(4, 5\)"):
        OwnModel(model, np.zeros((4, 5)))
    with pytest.raises(ValueError, match="Expected `x` to have finite numbers"):
        OwnModel(model, images[0] * np.nan)
    with pytest.raises(ValueError, match="Expected `y` to have finite numbers"):
        OwnModel(model, images[0], np.full(20, np.nan))


def test_dropout_drops_the_same_numbers_each_time() -> None:
    _, keras = load()
    layers = [keras.layers.Dense(8), keras.layers.Dropout(0.5), keras.layers.Dense(2)]
    model = keras.Sequential([keras.Input((4,)), *layers])
    x = np.random.default_rng(0).random((20, 4)).astype("float32")
    first, second = OwnModel(model, x), OwnModel(model, x)
    found = first.measured(engine_defaults())
    assert found == first.measured(engine_defaults()) == second.measured(engine_defaults())
    other = first.measured(engine_defaults() | {"seed": 1})
    assert found["activations"]["std"][3] != other["activations"]["std"][3]


def test_what_is_no_number_is_told_from_an_overflow() -> None:
    _, keras = load()
    huge = keras.initializers.Constant(3e38)
    layers = [keras.layers.Dense(2, kernel_initializer=huge), keras.layers.Softmax()]
    model = keras.Sequential([keras.Input((4,)), *layers])
    found = OwnModel(model, np.ones((5, 4), "float32")).measured(engine_defaults())
    assert found["activations"]["std"][1:] == [None, None]
    assert found["activations"]["nan"] == [False, False, True]
