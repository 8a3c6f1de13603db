"""What units are computed from, against Keras's own outputs and against gradients."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

from dlwidgets.inspect._layer_description import describe_layer
from dlwidgets.vision.activation_view import layer_activation, sample_activations
from dlwidgets.vision.unit_terms import UnitSource, unit_source

L = keras.layers


def model_of(*layers: Any, shape: tuple[int, ...] = (9, 11, 3)) -> Any:
    keras.utils.set_random_seed(5)
    return keras.Sequential([keras.Input(shape), *layers])


def found(model: Any, layer: str) -> tuple[UnitSource, np.ndarray]:
    x = np.random.default_rng(2).random((1, *model.input_shape[1:]), "float32")
    activations = sample_activations(model, x)
    source = unit_source(model, layer, activations)
    assert source is not None
    return source, activations.layers[layer][0]


@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize(
    "options",
    [{}, {"strides": 2}, {"dilation_rate": 2}, {"use_bias": False}, {"kernel_size": (2, 5)}],
    ids=str,
)
def test_the_terms_of_a_convolution_add_up_to_its_value(
    padding: str, options: dict[str, Any]
) -> None:
    model = model_of(
        L.Conv2D(4, 3, padding="same", activation="tanh", name="before"),
        L.Conv2D(
            **{"filters": 5, "kernel_size": 3, "bias_initializer": "ones", **options},
            padding=padding,
            activation="relu",
            name="conv",
        ),
    )
    source, values = found(model, "conv")
    for channel in range(5):
        terms = source.terms(channel)
        assert terms is not None
        assert (terms.kind, terms.channels, terms.activation) == ("sum", 4, "relu")
        assert terms.values.shape == (*values.shape[:2], *model.layers[1].kernel_size)
        assert source.count == terms.values.size
        total = terms.values.sum(axis=(2, 3)) + terms.bias
        np.testing.assert_allclose(np.maximum(total, 0), values[..., channel], atol=1e-5)
        one = source.terms(channel, (1, 2))
        assert one is not None
        np.testing.assert_allclose(one.values, terms.values[1:2, 2:3], atol=1e-6)


def test_the_terms_are_of_the_weights_of_the_moment() -> None:
    model = model_of(L.Conv2D(4, 3, padding="same", name="conv"))

    def add_up() -> None:
        source, values = found(model, "conv")
        terms = source.terms(2)
        assert terms is not None
        total = terms.values.sum(axis=(2, 3)) + terms.bias
        np.testing.assert_allclose(total, values[..., 2], atol=1e-5)

    add_up()
    model.set_weights([w + 0.5 for w in model.get_weights()])
    add_up()
    model.layers[0].enable_lora(1)  # from now on the kernel is computed of other weights
    for _ in range(2):
        model.set_weights([w + 0.5 for w in model.get_weights()])
        add_up()


@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize(("kind", "name"), [("max", "MaxPooling2D"), ("mean", "AveragePooling2D")])
def test_the_window_of_a_pooling_layer_has_its_value(kind: str, name: str, padding: str) -> None:
    model = model_of(getattr(L, name)(2, padding=padding, name="pool"))
    source, values = found(model, "pool")
    terms = source.terms(1)
    assert terms is not None
    assert terms.kind == kind
    assert source.count == terms.values.size
    over = {"max": np.nanmax, "mean": np.nanmean}[kind](terms.values, axis=(2, 3))
    np.testing.assert_allclose(over, values[..., 1], atol=1e-6)


@pytest.mark.parametrize("padding", ["same", "valid"])
@pytest.mark.parametrize(("stride", "pool"), [(1, 2), (2, 1), (1, 3)])
def test_a_receptive_field_is_where_a_unit_has_a_gradient(
    padding: str, stride: int, pool: int
) -> None:
    ones = {"kernel_initializer": "ones"}
    model = model_of(
        L.Conv2D(1, 3, padding=padding, **ones),
        L.AveragePooling2D(pool),
        L.Conv2D(1, 3, strides=stride, padding=padding, name="last", **ones),
        shape=(24, 24, 1),
    )
    source, values = found(model, "last")
    field = source.field
    assert field is not None
    import tensorflow as tf

    x = tf.ones((1, 24, 24, 1))
    rows, columns = values.shape[:2]
    for row, column in [(0, 0), (rows // 2, columns // 2), (rows - 1, columns - 1)]:
        with tf.GradientTape() as tape:
            tape.watch(x)
            unit = model(x)[0, row, column, 0]
        seen = np.asarray(tape.gradient(unit, x))[0, ..., 0] != 0
        for axis, at in ((0, row), (1, column)):
            first = field.start[axis] + at * field.step[axis]
            told = np.arange(24)
            told = told[(told >= first) & (told < first + field.size[axis])]
            where = np.flatnonzero(seen.any(axis=1 - axis))
            assert abs(told[0] - where[0]) <= 1
            assert abs(told[-1] - where[-1]) <= 1


def test_layers_that_compute_something_else_tell_no_terms() -> None:
    class Own(L.Conv2D):
        def call(self, inputs: Any) -> Any:
            return 2 * super().call(inputs)

    model = model_of(
        Own(2, 3, name="own"),
        L.DepthwiseConv2D(3, name="depthwise"),
        L.Conv2D(4, 3, groups=2, name="groups"),
        L.BatchNormalization(name="norm"),
    )
    for layer in ("own", "depthwise", "groups", "norm"):
        source, _ = found(model, layer)
        assert source.terms(0) is None
        assert source.count == 0
        assert source.field is not None


def test_an_activation_that_is_a_layer_has_a_name() -> None:
    slope = L.LeakyReLU(negative_slope=0.25, name="mine")
    model = model_of(L.Conv2D(4, 3, activation=slope, name="conv"))
    source, values = found(model, "conv")
    assert describe_layer(model.get_layer("conv")).endswith(", LeakyReLU")
    for channel in range(4):
        terms = source.terms(channel)
        assert terms is not None
        assert terms.activation == "LeakyReLU"
        total = terms.values.sum(axis=(2, 3)) + terms.bias
        np.testing.assert_allclose(
            np.where(total < 0, total / 4, total), values[..., channel], atol=1e-5
        )


def test_two_inputs_and_layers_without_maps() -> None:
    left, right = keras.Input((6, 6, 1)), keras.Input((6, 6, 1))
    both = L.Concatenate()([left, right])
    out = L.Dense(2, name="top")(L.Flatten()(L.Conv2D(2, 3, name="conv")(both)))
    model = keras.Model([left, right], out)
    x = [np.ones((1, 6, 6, 1), "float32")] * 2
    activations = sample_activations(model, x)
    assert unit_source(model, "top", activations) is None
    source = unit_source(model, "conv", activations)
    assert source is not None
    terms = source.terms(1)
    assert terms is not None
    np.testing.assert_allclose(
        terms.values.sum(axis=(2, 3)), activations.layers["conv"][0, ..., 1], atol=1e-5
    )


def test_an_activation_comes_with_what_it_was_computed_from() -> None:
    model = model_of(L.Conv2D(2, 3, name="conv"), L.Flatten(), L.Dense(3, name="top"))
    x = np.ones((1, 9, 11, 3), "float32")
    units = layer_activation(model, x, "conv").units
    assert units is not None
    assert units.field is not None
    assert (units.field.size, units.field.step, units.field.start) == ((3, 3), (1, 1), (0, 0))
    assert layer_activation(model, x, "top").units is None
