"""All weights of a model at once: the very numbers, and copies that stay what they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import keras
import numpy as np
import pytest

from dlwidgets.training.weight_calls import WeightReader, assign_weights

if TYPE_CHECKING:
    from numpy.typing import NDArray


def _model(hidden: int = 1, **compiled: object) -> keras.Model:
    layers = [keras.layers.Dense(4) for _ in range(hidden)]
    model = keras.Sequential([keras.Input((3,)), *layers, keras.layers.Dense(2)])
    model.compile("adam", "mse", **compiled)
    return model


def _read(reader: WeightReader, model: keras.Model) -> list[NDArray[np.generic]]:
    return [np.asarray(value) for value in reader.read(model)]


def _same(found: list[NDArray[np.generic]], wanted: list[NDArray[np.generic]]) -> None:
    assert len(found) == len(wanted)
    for one, other in zip(found, wanted, strict=True):
        assert one.dtype == other.dtype
        np.testing.assert_array_equal(one, other)


_HIDDEN = [1, 8]  # layers: few weights are read and set one by one, and many in a graph


@pytest.mark.parametrize("hidden", _HIDDEN)
@pytest.mark.parametrize("jit_compile", [False, True])
def test_what_was_read_stays_while_the_model_trains(jit_compile: bool, hidden: int) -> None:
    model, reader = _model(hidden, jit_compile=jit_compile), WeightReader()
    x, y = np.ones((4, 3), "float32"), np.ones((4, 2), "float32")
    kept = []
    for _ in range(4):  # the first time without preparation
        kept.append((_read(reader, model), [np.array(w) for w in model.get_weights()]))
        model.train_on_batch(x, y)
    for found, wanted in kept:
        _same(found, wanted)
    assert not np.array_equal(kept[1][0][0], kept[2][0][0])


@pytest.mark.parametrize("hidden", _HIDDEN)
def test_what_was_set_stays_while_another_model_trains(hidden: int) -> None:
    model, copy, reader = _model(hidden), _model(hidden), WeightReader()
    x, y = np.ones((4, 3), "float32"), np.ones((4, 2), "float32")
    for _ in range(4):
        assign_weights(copy, reader.read(model))
        wanted = [np.array(w) for w in model.get_weights()]
        model.train_on_batch(x, y)
        _same(copy.get_weights(), wanted)
        trained = [np.array(w) for w in model.get_weights()]
        copy.train_on_batch(x, 2 * y)
        _same(model.get_weights(), trained)


def test_weights_of_any_type_are_read_and_set() -> None:
    with_state = keras.layers.Normalization()
    with_state.adapt(np.arange(12.0).reshape(4, 3))
    half = keras.layers.Dense(2, dtype="bfloat16")
    model = keras.Sequential(
        [keras.Input((3,)), with_state, keras.layers.BatchNormalization(), half]
    )
    reader, wanted = WeightReader(), model.get_weights()
    for _ in range(3):
        _same(_read(reader, model), wanted)
    wanted = [w + w.dtype.type(1) for w in wanted]
    assign_weights(model, wanted)
    _same(_read(reader, model), wanted)
    _same(model.get_weights(), wanted)
    assign_weights(model, reader.read(model))
    _same(model.get_weights(), wanted)


def test_weights_that_take_the_place_of_others_are_read() -> None:
    model, reader = _model(), WeightReader()
    for _ in range(3):
        reader.read(model)
    model.layers[0].enable_lora(1)
    for _ in range(3):
        _same(_read(reader, model), model.get_weights())
    assert len(reader.read(model)) == 6


def test_a_model_without_weights_has_none_to_read() -> None:
    model, reader = keras.Sequential([keras.Input((3,)), keras.layers.ReLU()]), WeightReader()
    assert reader.read(model) == reader.read(model) == reader.read(model) == ()


def test_weights_of_another_dtype_are_converted() -> None:
    def model(dtype: str) -> keras.Model:
        layers = [keras.Input((3,), dtype=dtype), keras.layers.Dense(2, dtype=dtype)]
        return keras.Sequential(layers)

    single, wide = model("float32"), model("float64")
    for values in (WeightReader().read(single), single.get_weights()):
        wide.set_weights([np.zeros_like(w) for w in wide.get_weights()])
        assign_weights(wide, values)
        for found, wanted in zip(wide.get_weights(), single.get_weights(), strict=True):
            np.testing.assert_array_equal(found, wanted)
