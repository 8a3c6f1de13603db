"""Finding layers by name, and models as graphs."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.inspect import LayerError, find_layer, functional, layers_of
from tests.helpers.models import Subclassed, Unfollowable, nested, siamese


def test_layers_of_nested_models_have_the_path_of_their_name() -> None:
    model = nested()
    names = [name for name, _ in layers_of(model)]
    assert names == ["conv", "base", "base/conv", "base/flat", "top"]
    assert dict(layers_of(model))["base/conv"].filters == 4
    assert dict(layers_of(model))["conv"].filters == 3


def test_a_shared_layer_is_there_once() -> None:
    names = [name for name, _ in layers_of(siamese())]
    assert sorted(names) == ["both", "dense", "lstm", "score"]


def test_the_own_name_of_a_nested_layer_is_enough_where_it_is_the_only_one() -> None:
    model = nested()
    assert find_layer(model, "flat") is find_layer(model, "base/flat")
    assert find_layer(model, "conv").filters == 3  # the outer one's path name


def test_the_own_name_of_several_nested_layers_is_not_enough() -> None:
    def base(name: str) -> Any:
        return keras.Sequential([keras.Input((4,)), keras.layers.Dense(4, name="dense")], name=name)

    model = keras.Sequential([keras.Input((4,)), base("one"), base("two")])
    with pytest.raises(LayerError, match="Several layers are named 'dense': 'one/dense', 'two"):
        find_layer(model, "dense")


@pytest.mark.parametrize(
    ("name", "near"),
    [("tpo", "top"), ("base/con", "base/conv"), ("flatt", "base/flat"), ("<b>cnv</b>", "conv")],
)
def test_the_nearest_name_is_suggested(name: str, near: str) -> None:
    with pytest.raises(LayerError, match=f"no layer '{name}'. The nearest is '{near}'"):
        find_layer(nested(), name)


def test_a_model_without_layers_says_so() -> None:
    with pytest.raises(LayerError, match=r"no layer 'x'\. The model has no such layers\."):
        find_layer(keras.Sequential(), "x")


def test_a_subclassed_model_becomes_a_graph_with_its_own_weights() -> None:
    model = Subclassed()
    x = np.random.default_rng(0).normal(size=(5, 4)).astype("float32")
    expected = np.asarray(model(x))
    graph = functional(model)
    np.testing.assert_allclose(graph(x), expected, rtol=1e-6)
    model.first.set_weights([w * 2 for w in model.first.get_weights()])
    assert not np.allclose(model(x), expected)
    np.testing.assert_allclose(graph(x), model(x), rtol=1e-6)
    assert functional(model) is graph
    hidden = keras.Model(graph.inputs, model.first.output)
    np.testing.assert_allclose(hidden(x), model.first(x), rtol=1e-6)


def test_several_inputs_of_a_subclassed_model_are_followed() -> None:
    class Two(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.dense = keras.layers.Dense(4)

        def call(self, inputs: Any) -> Any:
            return self.dense(inputs["a"]) * inputs["b"]

    model = Two()
    values = {"a": np.ones((2, 3), "float32"), "b": np.full((2, 4), 2, "float32")}
    expected = np.asarray(model(values))
    graph = functional(model)
    assert [tuple(i.shape) for i in graph.inputs] == [(None, 3), (None, 4)]
    np.testing.assert_allclose(graph(values), expected, rtol=1e-6)


def test_sequential_and_functional_models_are_their_own_graph() -> None:
    for model in (dl.models.line_neuron(), siamese()):
        assert functional(model) is model


def test_what_cannot_be_followed_is_said_in_words() -> None:
    model = Unfollowable()
    model(np.ones((2, 4), "float32"))
    with pytest.raises(ValueError, match=r"`call` of model 'subclassed' \(Unfollowable\) can't be"):
        functional(model)
    with pytest.raises(ValueError, match="isn't built"):
        functional(Subclassed())
    with pytest.raises(TypeError, match="Expected a Keras model"):
        layers_of(3)  # type: ignore[arg-type]


def test_the_error_is_the_one_of_the_vision_engines() -> None:
    assert dl.vision.LayerError is LayerError


def test_looking_again_and_again_leaves_the_model_as_it_is() -> None:
    images = keras.Input((8, 8, 3))
    inner = keras.Sequential([keras.Input((6, 6, 4)), keras.layers.Conv2D(2, 3)], name="inner")
    maps = keras.layers.Conv2D(4, 3, name="conv")(images)
    model = keras.Model(images, keras.layers.Dense(2)(keras.layers.Flatten()(inner(maps))))

    def calls() -> list[int]:
        return [len(layer._inbound_nodes) for _, layer in layers_of(model)]

    def look() -> None:
        dl.vision.filter_layers(model)
        dl.vision.FilterLayer(model, "conv")
        dl.inspect.final_activation(model)
        dl.inspect.summarize(model)
        for index in (None, 0):
            dl.vision.saliency(model, np.zeros((1, 8, 8, 3)), input_index=index)

    look()
    before = calls()
    for _ in range(2):
        look()
    assert calls() == before
    # Another last layer makes another graph.
    longer = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    assert dl.inspect.final_activation(longer) == "linear"
    longer.add(keras.layers.Softmax())
    assert dl.inspect.final_activation(longer) == "softmax"


def test_a_model_that_cannot_be_followed_is_tried_once() -> None:
    class Counting(Unfollowable):
        tried = 0

        def call(self, inputs: Any) -> Any:
            Counting.tried += 1
            return super().call(inputs)

    model = Counting()
    model(np.ones((2, 4), "float32"))
    Counting.tried = 0
    for _ in range(3):
        assert dl.inspect.final_activation(model) == ""
    assert Counting.tried == 1
