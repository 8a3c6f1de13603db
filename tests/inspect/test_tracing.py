"""Models as graphs: traced once, with the model's own weights, and left as they are."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.inspect import LayerError, TracingError, functional, layers_of, trace
from tests.helpers.models import Subclassed, Unfollowable, nested, siamese


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


def test_every_call_of_every_layer_is_listed_with_its_path() -> None:
    traced = trace(nested())
    assert list(traced.layers) == ["conv", "base/conv", "base/flat", "top"]
    assert traced.name == nested().name
    assert [call.name if call else None for call in traced.heads] == ["top"]
    top = traced.layers["top"]
    before = traced.call_before(top)
    assert before is not None
    assert before.name == "base/flat"
    assert traced.call_before(traced.layers["conv"]) is None


def test_a_traced_model_is_the_same_each_time_until_a_layer_changes() -> None:
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, name="end")])
    traced = trace(model)
    assert trace(model) is traced
    assert traced.activation() == "linear"
    model.layers[-1].activation = keras.activations.sigmoid
    assert trace(model) is not traced
    assert trace(model).activation() == "sigmoid"


def test_a_layer_is_found_by_its_path_its_name_or_its_nested_model() -> None:
    traced = trace(nested())
    assert traced.find("base/flat").name == "base/flat"
    assert traced.find("flat").name == "base/flat"
    assert traced.find("base").name == "base/flat"
    assert traced.find("conv").name == "conv"  # the path comes first
    with pytest.raises(LayerError, match=r"There is no layer 'tpo'\. The nearest is 'top'"):
        traced.find("tpo")


def test_the_inputs_that_an_output_depends_on() -> None:
    one, two = keras.Input((3,), name="one"), keras.Input((3,), name="two")
    left, right = (keras.layers.Dense(2, name=name) for name in ("left", "right"))
    both = keras.layers.Add(name="both")([left(one), right(two)])
    traced = trace(keras.Model([one, two], both))
    needed = {name: set(traced.inputs_of(call)) for name, call in traced.layers.items()}
    assert needed == {"left": {0}, "right": {1}, "both": {0, 1}}
    assert traced.input_names == ["one", "two"]


def test_a_submodel_has_the_weights_of_the_model() -> None:
    model = nested()
    traced = trace(model)
    part = traced.submodel(traced.find("base/flat").output)
    x = np.random.default_rng(0).normal(size=(2, *model.input_shape[1:])).astype("float32")
    expected = model.get_layer("base")(model.get_layer("conv")(x))
    np.testing.assert_allclose(part(x), expected, rtol=1e-5)


def test_a_model_that_cannot_be_traced_raises_each_time() -> None:
    model = Unfollowable()
    model(np.ones((2, 4), "float32"))
    for _ in range(2):
        with pytest.raises(TracingError, match="can't be traced with symbolic tensors"):
            trace(model)
