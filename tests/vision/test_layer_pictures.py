"""Small pictures of all layers, next to the activations that they are made of."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.inspect.choosing import Targets
from dlwidgets.vision.activation_view import sample_activations
from dlwidgets.vision.layer_pictures import MOST_LAYERS, MOST_MAPS, UnitPlace, layer_pictures

L = keras.layers


def cnn() -> Any:
    keras.utils.set_random_seed(3)
    return keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            L.Conv2D(9, 3, activation="relu", name="conv"),
            L.GlobalAveragePooling2D(name="mean"),
            L.Dense(3, name="classes"),
        ]
    )


def sample(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).random((1, *shape)).astype("float32")


def test_channels_keep_their_order_and_are_scaled_as_in_the_viewer() -> None:
    model, x = cnn(), sample(8, 8, 1)
    found = layer_pictures(model, x)
    maps = dl.vision.activations(model, x)["conv"][0]
    assert found.layers["conv"].form == "maps"
    expected = dl.vision.channel_images(maps)[:MOST_MAPS]
    np.testing.assert_array_equal(found.layers["conv"].pixels, expected)
    mean = dl.vision.activations(model, x)["mean"][0].astype(float)
    cells = found.layers["mean"]
    assert (cells.form, cells.pixels.shape) == ("units", (1, 1, 9))
    np.testing.assert_array_equal(
        cells.pixels[0, 0], (mean * (255 / float(mean.max()))).astype(np.uint8)
    )
    np.testing.assert_array_equal(found.sample, x[0])


def test_the_answer_is_what_the_model_says() -> None:
    model, x = cnn(), sample(8, 8, 1)
    found = layer_pictures(model, x, Targets([0, 1, 2], ("a", "b", "c")))
    logits = np.asarray(model(x))[0].astype(float)
    expected = np.exp(logits) / np.exp(logits).sum()
    assert found.probabilities is not None
    np.testing.assert_allclose(found.probabilities, expected, rtol=1e-5)
    assert found.predicted == int(logits.argmax())
    assert found.class_names == ("a", "b", "c")
    bars = found.layers["classes"]
    assert bars.form == "answer"
    np.testing.assert_array_equal(bars.pixels.ravel(), np.rint(255 * expected).astype(np.uint8))


def test_one_logit_of_two_classes_is_an_answer_and_a_regression_is_none() -> None:
    model = keras.Sequential([keras.Input((4,)), L.Dense(1, name="out")])
    model.compile("sgd", keras.losses.BinaryCrossentropy(from_logits=True))
    found = layer_pictures(model, sample(4))
    logit = float(np.asarray(model(sample(4))).item())
    assert found.probabilities is not None
    assert found.probabilities[1] == pytest.approx(1 / (1 + np.exp(-logit)))
    model.compile("sgd", "mse")
    found = layer_pictures(model, sample(4))
    assert (found.probabilities, found.predicted) == (None, -1)
    assert found.layers["out"].form == "units"


def test_wide_layers_and_large_maps_are_averaged_in_blocks() -> None:
    model = keras.Sequential(
        [
            keras.Input((64, 64, 3)),
            L.Conv2D(2, 1, name="conv"),
            L.Flatten(name="flat"),
            L.Dense(130, "softmax", name="out"),
        ]
    )
    found = layer_pictures(model, sample(64, 64, 3), side=16)
    assert found.layers["conv"].pixels.shape == (2, 16, 16)
    assert found.layers["flat"].pixels.shape == (1, 1, 64)
    bars, shares = found.layers["out"].pixels.ravel(), found.probabilities
    assert shares is not None
    assert len(bars) == 64
    assert bars.max() == round(255 * shares.max())
    assert int(bars.argmax()) == found.predicted * 64 // 130


def test_a_series_is_an_image_of_time_and_units() -> None:
    model = keras.Sequential([keras.Input((12, 3)), L.LSTM(5, return_sequences=True, name="lstm")])
    found = layer_pictures(model, sample(12, 3))
    assert (found.layers["lstm"].form, found.layers["lstm"].pixels.shape) == ("matrix", (1, 12, 5))
    assert found.probabilities is None


def test_nan_is_black_and_no_answer() -> None:
    model = cnn()
    model.get_layer("classes").set_weights([np.full((9, 3), np.nan), np.zeros(3)])
    found = layer_pictures(model, sample(8, 8, 1), Targets([0, 1, 2]))
    assert found.predicted == -1
    assert not found.layers["classes"].pixels.any()


def test_very_many_layers_have_no_pictures_but_an_answer() -> None:
    layers = [L.Dense(2, name=f"dense_{i}") for i in range(MOST_LAYERS)]
    model = keras.Sequential([keras.Input((2,)), *layers, L.Softmax(name="softmax")])
    found = layer_pictures(model, sample(2))
    assert found.layers == {}
    assert found.predicted in (0, 1)


def test_activations_that_are_known_are_not_computed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    model, x = cnn(), sample(8, 8, 1)
    known = sample_activations(model, x)
    monkeypatch.setattr("dlwidgets.vision.activation_view.activations", None)
    assert layer_pictures(model, x, found=known).layers.keys() == known.layers.keys()


def test_a_unit_that_is_pointed_at_is_told_with_its_receptive_field() -> None:
    model, x = cnn(), sample(8, 8, 1)
    assert layer_pictures(model, x).pointed is None
    found = layer_pictures(model, x, pointed=UnitPlace("conv", 4, 2, 5))
    conv = found.layers["conv"]
    assert conv.units == (6, 6)
    assert conv.fields is not None
    assert (conv.fields.size, conv.fields.image) == ((3, 3), (8, 8))
    assert found.layers["mean"].units is None
    assert found.pointed is not None
    assert found.pointed.terms is not None
    value = dl.vision.activations(model, x)["conv"][0, 2, 5, 4]
    assert found.pointed.value == pytest.approx(float(value))
    total = float(found.pointed.terms.values.sum()) + found.pointed.terms.bias
    assert max(0.0, total) == pytest.approx(float(value), abs=1e-6)
    for nowhere in (
        UnitPlace("conv", 9, 0, 0),
        UnitPlace("mean", 0, 0, 0),
        UnitPlace("x", 0, 0, 0),
    ):
        assert layer_pictures(model, x, pointed=nowhere).pointed is None
