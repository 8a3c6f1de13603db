"""Layers inside one's own layers and wrappers: found by name, and opened where that is right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.inspect.tracing import trace
from dlwidgets.vision import activation_layers, activations, grad_cam
from tests.helpers.blocks import (
    Residual,
    closed_network,
    layers,
    residual_network,
    series_network,
    text_classifier,
    words,
)

if TYPE_CHECKING:
    from dlwidgets.data import Dataset


def names(model: Any) -> list[str]:
    return [name for name, _ in dl.inspect.layers_of(model)]


def test_layers_inside_own_layers_are_listed() -> None:
    inside = ["conv_1", "conv_2", "norm"]
    assert names(residual_network()) == [
        "stem",
        "one",
        *(f"one/{name}" for name in inside),
        "two",
        *(f"two/{name}" for name in inside),
        "pool",
        "answer",
    ]
    found = names(text_classifier())
    assert found[:3] == ["tokens", "tokens/words", "tokens/places"]
    assert "block/attend" in found
    assert not any(name.startswith("block/attend/") for name in found)
    assert any(name.endswith("/wide") for name in found)


def test_layers_in_wrappers_are_listed() -> None:
    assert names(series_network()) == [
        "steps",
        "steps/each",
        "both",
        "both/forward_gru",
        "both/backward_gru",
        "answer",
    ]


def test_a_layer_that_stands_elsewhere_is_listed_there() -> None:
    class Tied(keras.layers.Layer):
        def __init__(self, embedding: Any, again: Any) -> None:
            super().__init__(name="tied")
            self.embedding, self.again = embedding, {"other": [again]}

        def call(self, x: Any) -> Any:
            return keras.ops.matmul(x, keras.ops.transpose(self.embedding.embeddings))

    embedding = layers.Embedding(9, 4, name="words")
    net = keras.Sequential([keras.Input((3,)), embedding, Tied(embedding, embedding)])
    assert names(net) == ["words", "tied"]
    assert activations(net, np.ones((2, 3)))["tied"].shape == (2, 3, 9)


def test_layers_of_one_name_in_one_block() -> None:
    class Twins(keras.layers.Layer):
        def __init__(self) -> None:
            super().__init__(name="twins")
            self.pair = [layers.Dense(4, name="same"), layers.Dense(4, name="same")]

        def call(self, x: Any) -> Any:
            return self.pair[1](self.pair[0](x))

    net = keras.Sequential([keras.Input((4,)), Twins()])
    assert names(net) == ["twins", "twins/same", "twins/same (2)"]
    twin = dl.inspect.find_layer(net, "twins/same (2)")
    assert twin is net.layers[0].pair[1]
    assert activation_layers(net) == ["twins"]  # Keras makes no graph of two equal names


def test_activations_inside_blocks_are_those_of_the_block(digits: Dataset) -> None:
    net, x = residual_network(), digits.x_test[:5]
    found = activations(net, x)
    one = net.get_layer("one")
    assert list(found)[1:5] == ["one/conv_1", "one/conv_2", "one/norm", "one"]
    stem = net.get_layer("stem")(x)
    first = one.convs[0](stem)
    np.testing.assert_allclose(found["one/conv_1"], first, atol=1e-5)
    np.testing.assert_allclose(found["one/norm"], one.norm(one.convs[1](first)), atol=1e-5)
    np.testing.assert_allclose(found["one"], one(stem), atol=1e-5)
    np.testing.assert_allclose(found["answer"], net(x), atol=1e-6)


def test_blocks_with_weights_of_their_own_open_in_mixed_precision(digits: Dataset) -> None:
    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_float16")
    try:
        net = residual_network()
    finally:
        keras.config.set_dtype_policy(policy)
    x = digits.x_test[:5]
    found, one = activations(net, x), net.get_layer("one")
    assert list(found)[1:5] == ["one/conv_1", "one/conv_2", "one/norm", "one"]
    stem = net.get_layer("stem")(x)
    inner = one.norm(one.convs[1](one.convs[0](stem)))
    for name, wanted in (("one/norm", inner), ("one", one(stem)), ("answer", net(x))):
        assert found[name].dtype == np.float16, name
        np.testing.assert_allclose(found[name], wanted, atol=5e-3, err_msg=name)
    one.scale.assign(0.0)
    np.testing.assert_allclose(activations(net, x)["one"], stem, atol=1e-3)


def test_new_weights_are_seen(digits: Dataset) -> None:
    net, x = residual_network(), digits.x_test[:5]
    before = activations(net, x)
    for weight in net.weights:
        weight.assign(weight * 0.5 + 0.01)
    after = activations(net, x)
    np.testing.assert_allclose(after["answer"], net(x), atol=1e-6)
    assert not np.allclose(before["two"], after["two"])


def test_embeddings_in_blocks() -> None:
    net = text_classifier()
    assert dl.inspect.embedding_layers(net) == ["tokens/words", "tokens/places"]
    vectors, name = dl.inspect.embedding_vectors(net)
    np.testing.assert_array_equal(vectors, net.layers[0].words.embeddings)
    assert name == "tokens/words"
    found = activations(net, words())
    np.testing.assert_allclose(found["tokens/words"], net.layers[0].words(words()), atol=1e-6)
    np.testing.assert_allclose(list(found.values())[-1], net(words()), atol=1e-5)


def test_a_block_keeps_what_it_remembers() -> None:
    net = text_classifier()
    block = net.get_layer("block")
    net(words())
    scores, state = block.scores, [np.asarray(v) for v in net.variables]
    trace(net)
    assert block.scores is scores
    for variable, before in zip(net.variables, state, strict=True):
        np.testing.assert_array_equal(variable, before)


def test_layers_in_wrappers_have_weights_alone() -> None:
    net = series_network()
    x = np.random.default_rng(0).normal(size=(4, 6, 3)).astype("float32")
    found = activations(net, x)
    assert list(found) == ["steps", "both", "answer"]
    np.testing.assert_allclose(found["answer"], net(x), atol=1e-6)
    for name in ("steps/each", "both/forward_gru"):
        assert dl.inspect.find_layer(net, name).weights
        with pytest.raises(dl.inspect.LayerError, match=f"Only the weights of layer '{name}'"):
            activations(net, x, [name])


def test_what_cannot_be_followed_stays_closed() -> None:
    net = closed_network()
    state = np.asarray(net.get_layer("noisy").generator.state)
    assert names(net)[:4] == ["tf", "tf/dense", "noisy", "noisy/dense"]
    assert activation_layers(net)[:2] == ["tf", "noisy"]
    np.testing.assert_array_equal(net.get_layer("noisy").generator.state, state)
    with pytest.raises(dl.inspect.LayerError, match="Only the weights of layer 'tf/dense'"):
        activations(net, np.ones((1, 5)), ["tf/dense"])
    assert dl.inspect.weight_stats(dl.inspect.find_layer(net, "tf/dense").get_weights()).size == 36


def test_a_mask_that_a_block_takes_keeps_it_closed() -> None:
    class Masked(keras.layers.Layer):
        def __init__(self) -> None:
            super().__init__(name="masked")
            self.dense = layers.Dense(4, name="dense")

        def call(self, x: Any, mask: Any = None) -> Any:
            weight = 1.0 if mask is None else keras.ops.cast(mask, "float32")[..., None]
            return self.dense(x) * weight

    def build(*, mask_zero: bool) -> Any:
        return keras.Sequential(
            [
                keras.Input((5,)),
                layers.Embedding(9, 4, mask_zero=mask_zero, name="words"),
                Masked(),
                layers.GlobalAveragePooling1D(name="mean"),
            ]
        )

    x = np.array([[1, 2, 0, 0, 0], [3, 4, 5, 6, 0]])
    for mask_zero, listed in ((True, False), (False, True)):
        net = build(mask_zero=mask_zero)
        found = activations(net, x)
        assert ("masked/dense" in found) is listed
        np.testing.assert_allclose(found["mean"], net(x), atol=1e-6)


def test_hidden_vectors_of_models_that_end_in_a_block() -> None:
    x = np.random.default_rng(0).normal(size=(4, 6)).astype("float32")
    net = keras.Sequential([keras.Input((6,)), Head(name="head")])
    vectors, output, _ = dl.inspect.hidden_vectors(net, x)
    np.testing.assert_allclose(vectors, net.layers[0].hidden(x), atol=1e-6)
    np.testing.assert_allclose(output, net(x), atol=1e-6)
    assert dl.inspect.final_activation(net) == "softmax"
    # A residual connection has no single layer before it: the vectors are those before the block.
    images = np.zeros((2, 8, 8, 4), "float32")
    net = keras.Sequential([keras.Input((8, 8, 4)), layers.Conv2D(4, 1, name="stem"), Residual(4)])
    vectors, _, name = dl.inspect.hidden_vectors(net, images)
    assert (vectors.shape, name) == ((2, 256), "stem")


def test_heat_maps_of_layers_inside_blocks(digits: Dataset) -> None:
    import tensorflow as tf

    net, x = residual_network(), digits.x_test[:3]
    assert "two/conv_2" in dl.vision.heat_layers(net)
    found = grad_cam(net, x, class_index=3, layer="two/conv_1")
    two = net.get_layer("two")
    stem = net.get_layer("one")(net.get_layer("stem")(x))
    maps = tf.convert_to_tensor(two.convs[0](stem))
    with tf.GradientTape() as tape:
        tape.watch(maps)
        out = stem + two.norm(two.convs[1](maps)) * two.scale
        answer = net.get_layer("answer")
        score = (net.get_layer("pool")(out) @ answer.kernel + answer.bias)[:, 3]
    weights = tf.reduce_mean(tape.gradient(score, maps), (1, 2), keepdims=True)
    wanted = tf.nn.relu(tf.reduce_sum(weights * maps, -1))
    np.testing.assert_allclose(found.coarse, wanted, atol=1e-5)


def test_the_summary_counts_each_weight_once() -> None:
    net = residual_network()
    found = dl.inspect.summarize(net)
    assert found.parameters == net.count_params()
    row = found.layer("one/conv_1")
    assert (row.parameters, row.output_shapes) == (148, ((None, 8, 8, 4),))
    assert found.layer("one").multiply_adds == 2 * found.layer("one/conv_1").multiply_adds
    assert found.multiply_adds == 64 * (4 * 9 + 4 * 4 * 4 * 9) + 40
    inside = [node.path for node in found.graph.children("one")]
    assert "one/conv_1" in inside
    assert found.graph.node("one").kind == "model"


def test_the_summary_of_wrappers_and_of_closed_blocks() -> None:
    net = series_network()
    found = dl.inspect.summarize(net)
    assert found.parameters == net.count_params()
    assert found.layer("steps/each").parameters == 16
    assert found.layer("steps").multiply_adds == 6 * 12
    assert found.layer("steps/each").multiply_adds is None
    closed = dl.inspect.summarize(closed_network())
    assert closed.layer("tf/dense").parameters == 36
    assert closed.multiply_adds is None


def test_mixed_precision_in_blocks(digits: Dataset) -> None:
    keras.config.set_dtype_policy("mixed_float16")
    try:
        net, attending = residual_network(), text_classifier()
    finally:
        keras.config.set_dtype_policy("float32")
    found = activations(net, digits.x_test[:4])
    np.testing.assert_allclose(found["answer"], net(digits.x_test[:4]), atol=2e-3)
    found = activations(attending, words())
    assert "block/norm" in found
    np.testing.assert_allclose(list(found.values())[-1], attending(words()), atol=2e-3)


class Head(layers.Layer):
    """A hidden layer and an output layer in one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.hidden = layers.Dense(5, "relu", name="hidden")
        self.answer = layers.Dense(3, "softmax", name="answer")

    def call(self, x: Any) -> Any:
        return self.answer(self.hidden(x))


def test_what_follows_a_block_knows_how_the_block_ends() -> None:
    net = keras.Sequential([keras.Input((6,)), Head(name="head"), layers.Reshape((3,))])
    assert dl.inspect.final_activation(net) == "softmax"
    x = np.random.default_rng(0).normal(size=(4, 6)).astype("float32")
    vectors, _, name = dl.inspect.hidden_vectors(net, x)
    assert name == "head/hidden"
    np.testing.assert_allclose(vectors, net.layers[0].hidden(x), atol=1e-6)


def test_blocks_in_blocks_that_are_shared_and_keep_what_they_remember() -> None:
    class Outer(layers.Layer):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.first, self.second = Keeping(name="first"), Head(name="second")

        def call(self, x: Any) -> Any:
            middle = self.first(x)
            return {"middle": middle, "end": self.second(middle)}

    class Keeping(Head):
        kept: Any = None

        def call(self, x: Any) -> Any:
            self.kept = super().call(x)
            return self.kept

    inputs = keras.Input((6,))
    outer, shared = Outer(name="outer"), Head(name="shared")
    parts = outer(inputs)
    net = keras.Model(inputs, [parts["end"], shared(shared(parts["middle"]))])
    x = np.random.default_rng(0).normal(size=(4, 6)).astype("float32")
    end, twice = net(x)
    kept = outer.first.kept
    found = activations(net, x)
    assert outer.first.kept is kept
    assert "outer/second/hidden" in found
    np.testing.assert_allclose(found["outer/second"], end, atol=1e-6)
    np.testing.assert_allclose(found["shared:2"], twice, atol=1e-6)
    assert dl.inspect.graph(net).node("shared").calls == 2


def test_a_block_that_keeps_states_of_batches_is_left_alone() -> None:
    class Remembering(layers.Layer):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.lstm = layers.LSTM(4, stateful=True, name="lstm")
            self.dense = layers.Dense(2, name="dense")

        def build(self, shape: Any) -> None:
            self.lstm.build(shape)
            self.dense.build((shape[0], 4))

        def call(self, x: Any) -> Any:
            return self.dense(self.lstm(x))

    net = keras.Sequential([keras.Input(batch_shape=(3, 5, 2)), Remembering(name="block")])
    net(np.ones((3, 5, 2), "float32"))
    lstm = net.layers[0].lstm
    before = [np.asarray(v) for v in lstm.states]
    assert activations(net, np.ones((7, 5, 2), "float32"))["block"].shape == (7, 2)
    for state, value in zip(lstm.states, before, strict=True):
        np.testing.assert_array_equal(np.asarray(state), value)


def test_a_block_with_a_matrix_of_its_own() -> None:
    class Own(layers.Layer):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.norm = layers.LayerNormalization(name="norm")

        def build(self, shape: Any) -> None:
            self.kernel = self.add_weight(shape=(shape[-1], 7), name="kernel")
            self.norm.build((shape[0], 7))

        def call(self, x: Any) -> Any:
            return self.norm(keras.ops.matmul(x, self.kernel))

    net = keras.Sequential([keras.Input((5,)), Own(name="own"), layers.Dense(2, name="end")])
    found = dl.inspect.summarize(net)
    assert (found.parameters, found.layer("own").parameters) == (65, 49)
    assert (found.layer("own").is_model, found.layer("own/norm").parameters) == (False, 14)
    assert found.graph.node("own").kind == "model"  # it opens
    assert [n.type for n in found.graph.children("own")][-1] == "LayerNormalization"
    # What the matrix does is an operation, which is nowhere counted: better no number than less.
    assert (found.layer("own").multiply_adds, found.multiply_adds) == (None, None)
    assert "'own'" in found.note
    assert found.layer_count == 2


def test_wrappers_count_as_one_layer() -> None:
    assert dl.inspect.summarize(series_network()).layer_count == 3
    assert dl.inspect.summarize(residual_network()).layer_count == 3 + 2 * 3


def test_what_comes_before_a_layer_with_several_outputs() -> None:
    inputs = keras.Input((7,), dtype="int32")
    vectors = layers.Embedding(30, 8, name="words")(inputs)
    attend = layers.MultiHeadAttention(2, 4, name="attend")
    out, scores = attend(vectors, vectors, return_attention_scores=True)
    net = keras.Model(inputs, [layers.Dense(3, "softmax", name="tags")(out), scores])
    found, _, name = dl.inspect.hidden_vectors(net, words(), output="tags")
    assert (found.shape, name) == ((5, 56), "attend")


def test_a_replaced_layer_in_a_block_is_noticed(digits: Dataset) -> None:
    net, x = residual_network(), digits.x_test[:2]
    activations(net, x)
    net.get_layer("one").convs[0].activation = keras.activations.sigmoid
    np.testing.assert_allclose(activations(net, x)["answer"], net(x), atol=1e-6)
