"""Activations against convolutions in SciPy and sub-models."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
from scipy.signal import correlate2d

from dlwidgets.inspect import LayerError
from dlwidgets.vision import activation_layer, activation_layers, activations
from tests.helpers.vision import chained, two_inputs

layers = keras.layers
EDGE = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], "float32")  # bright on the right


def edge_model(kind: str) -> Any:
    """One filter that finds left edges, one that finds nothing, and what follows."""
    keras.utils.set_random_seed(3)
    parts = [
        layers.Conv2D(2, 3, activation="relu", name="edges"),
        layers.BatchNormalization(name="norm"),
        layers.MaxPooling2D(name="pool"),
        layers.Flatten(name="flat"),
        layers.Dense(3, activation="softmax", name="classes"),
    ]
    model = chained(kind, parts, (12, 12, 1))
    kernel = np.stack([EDGE, np.zeros((3, 3), "float32")], -1)[:, :, np.newaxis]
    parts[0].set_weights([kernel, np.zeros(2, "float32")])
    return model


KINDS = ["sequential", "functional", "subclassed"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_convolution_is_what_scipy_makes_of_it(kind: str) -> None:
    x = np.random.default_rng(0).normal(size=(2, 12, 12, 1)).astype("float32")
    maps = activations(edge_model(kind), x)
    assert list(maps) == ["edges", "norm", "pool", "flat", "classes"]
    for sample in range(2):
        expected = np.maximum(correlate2d(x[sample, :, :, 0], EDGE, "valid"), 0)
        np.testing.assert_allclose(maps["edges"][sample, :, :, 0], expected, atol=1e-5)
    assert not maps["edges"][..., 1].any()


@pytest.mark.parametrize("kind", ["sequential", "functional"])
def test_every_layer_is_what_predict_of_a_sub_model_gives(kind: str) -> None:
    model = edge_model(kind)
    model.compile("sgd", "sparse_categorical_crossentropy")
    x = np.random.default_rng(1).normal(size=(6, 12, 12, 1)).astype("float32")
    model.fit(x, np.arange(6) % 3, verbose=0)  # the normalisation's means are its own now
    maps = activations(model, x[:2])
    for layer in model.layers:
        if isinstance(layer, layers.InputLayer):
            continue
        sub = keras.Model(model.inputs, layer.output)
        expected = sub.predict(x[:2], verbose=0)
        np.testing.assert_allclose(maps[layer.name], expected, atol=1e-5, err_msg=layer.name)


class Counting(layers.Layer):
    """Counts how often data passes through it."""

    def build(self, _shape: Any) -> None:
        self.passes = self.add_weight(shape=(), initializer="zeros", trainable=False)

    def call(self, x: Any) -> Any:
        self.passes.assign_add(1.0)
        return x


def test_all_layers_come_from_one_pass() -> None:
    count = Counting(name="count")
    model = keras.Sequential([keras.Input((4,)), count, *(layers.Dense(4) for _ in range(5))])
    x = np.ones((1, 4), "float32")
    activations(model, x)
    before = float(count.passes)
    assert len(activations(model, x)) == 6
    assert float(count.passes) == before + 1


def test_new_weights_are_seen_without_asking() -> None:
    model = edge_model("sequential")
    x = np.ones((1, 12, 12, 1), "float32")
    before = activations(model, x)["classes"]
    model.get_layer("classes").set_weights(
        [np.zeros((50, 3), "float32"), np.array([9, 0, 0], "float32")]
    )
    after = activations(model, x)["classes"]
    assert after[0, 0] > 0.99 != before[0, 0]


def test_nested_shared_and_several_inputs() -> None:
    base = keras.Sequential(
        [keras.Input((8, 8, 3)), layers.Conv2D(4, 3, name="conv"), layers.Flatten(name="flat")],
        name="base",
    )
    left, right = keras.Input((8, 8, 3), name="left"), keras.Input((8, 8, 3), name="right")
    far = layers.Subtract(name="far")([base(left), base(right)])
    model = keras.Model([left, right], layers.Dense(1, name="score")(far))
    rng = np.random.default_rng(2)
    a, b = (rng.normal(size=(1, 8, 8, 3)).astype("float32") for _ in range(2))
    maps = activations(model, [a, b])
    pair = {maps[name].tobytes() for name in ("base/conv", "base:2/conv")}
    expected = [np.asarray(base.layers[0](x)) for x in (a, b)]
    both = np.stack([maps["base/conv"], maps["base:2/conv"]])
    assert len(pair) == 2
    assert min(np.abs(both - np.stack(order)).max() for order in (expected, expected[::-1])) < 1e-5
    np.testing.assert_allclose(maps["score"], model.predict([a, b], verbose=0), atol=1e-5)
    assert activations(model, {"left": a, "right": b}, ["score"])["score"].shape == (1, 1)


@pytest.mark.parametrize("form", ["list", "tuple", "dict"])
def test_inputs_may_be_a_list_a_tuple_or_a_dict_for_any_model(form: str) -> None:
    model = two_inputs(form)
    rng = np.random.default_rng(0)
    one, two = (rng.normal(size=(2, 6, 6, 1)).astype("float32") for _ in range(2))
    by_name = {"ant": two, "zebra": one}
    expected = np.asarray(model(by_name))
    in_order = [two, one] if form == "dict" else [one, two]  # Keras sorts the names of a dict
    for x in (in_order, tuple(in_order), by_name, {**by_name, "more": np.zeros(1)}):
        np.testing.assert_allclose(activations(model, x, ["end"])["end"], expected, rtol=1e-5)
    with pytest.raises(ValueError, match=r"the inputs \[.*'zebra'.*\]\. Received: \['ant'\]"):
        activations(model, {"ant": two})
    with pytest.raises(ValueError, match=r"Expected 2 inputs: a list.*Received: 3"):
        activations(model, [one, two, two])
    with pytest.raises(ValueError, match="Received: ndarray"):
        activations(model, one)


def test_the_model_stays_as_it_is() -> None:
    model = edge_model("functional")
    config, output = str(model.get_config()), model.get_layer("edges").output
    activations(model, np.ones((1, 12, 12, 1)))
    assert str(model.get_config()) == config
    assert model.get_layer("edges").output is output


def test_recurrent_and_text_layers() -> None:
    model = keras.Sequential(
        [
            keras.Input((7,), dtype="int32"),
            layers.Embedding(11, 4, name="words"),
            layers.LSTM(5, return_sequences=True, name="memory"),
            layers.Dense(1, name="score"),
        ]
    )
    maps = activations(model, np.arange(7)[np.newaxis])
    assert {name: m.shape for name, m in maps.items()} == {
        "words": (1, 7, 4),
        "memory": (1, 7, 5),
        "score": (1, 7, 1),
    }
    table = model.get_layer("words").get_weights()[0]
    np.testing.assert_array_equal(maps["words"][0], table[:7])


def test_chosen_layers_only() -> None:
    model, x = edge_model("sequential"), np.ones((1, 12, 12, 1))
    assert list(activations(model, x, ["pool", "edges"])) == ["pool", "edges"]
    assert activations(model, x, []) == {}
    assert activation_layers(model)[0] == "edges"


@pytest.mark.parametrize(
    ("name", "says"),
    [("edgse", "nearest is 'edges'"), ("<b>", "There is no layer '<b>'"), ("", "no layer")],
)
def test_a_layer_that_is_not_there_names_the_nearest(name: str, says: str) -> None:
    with pytest.raises(LayerError, match=says):
        activations(edge_model("sequential"), np.ones((1, 12, 12, 1)), [name])


def test_names_in_nested_models() -> None:
    base = keras.Sequential([keras.Input((8, 8, 3)), layers.Conv2D(4, 3, name="conv")], name="base")
    model = keras.Sequential([keras.Input((8, 8, 3)), base, layers.ReLU(name="end")])
    assert activation_layer(model, "conv") == "base/conv"
    assert activation_layer(model, "base") == "base/conv"


@pytest.mark.parametrize(
    ("x", "says"),
    [
        (np.ones((12, 12, 1)), r"\(batch, 12, 12, 1\). Received: shape \(12, 12, 1\)"),
        (np.ones((1, 12, 12, 3)), r"\(1, 12, 12, 3\)"),
        (np.full((1, 12, 12, 1), "a"), "Expected numbers"),
        ([np.ones((1, 12, 12, 1))] * 2, "1 input. Received: 2"),
    ],
)
def test_a_batch_that_does_not_fit(x: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        activations(edge_model("functional"), x)


def test_models_that_cannot_be_followed_say_so() -> None:
    class Looks(keras.Model):
        def call(self, x: Any) -> Any:
            return x if float(np.asarray(x).sum()) > 0 else -x

    model = Looks(name="looks")
    model(np.ones((1, 4), "float32"))
    with pytest.raises(ValueError, match=r"'looks'.* can't be traced"):
        activations(model, np.ones((1, 4)))
    with pytest.raises(ValueError, match="isn't built"):
        activations(keras.Sequential([layers.Dense(2)]), np.ones((1, 4)))
    with pytest.raises(TypeError, match="Expected a Keras model"):
        activations(3, np.ones((1, 4)))
