"""Nodes, edges, multiply-adds and receptive fields of models whose answer is known."""

from __future__ import annotations

import itertools
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

import dlwidgets as dl
from dlwidgets.inspect import graph, layers_of, summarize
from tests.helpers.models import Subclassed, Unfollowable, nested, siamese

L = keras.layers


def edges(model: Any) -> list[tuple[str, str, tuple[int | None, ...]]]:
    return [(edge.source, edge.target, edge.shape[1:]) for edge in graph(model).edges]


def test_a_sequential_model_is_a_chain() -> None:
    model = dl.models.small_cnn((28, 28, 1), 10)
    found = graph(model)
    names = [node.path for node in found.nodes]
    assert [(e.source, e.target) for e in found.edges] == list(itertools.pairwise(names))
    assert [e.shape[1:] for e in found.edges][:3] == [(28, 28, 1), (28, 28, 32), (14, 14, 32)]
    assert (found.inputs, found.outputs) == ((names[0],), ("probabilities",))
    assert found.nodes[0].kind == "input"
    assert found.nodes[-1].output_shapes == ((None, 10),)


def test_a_residual_connection_with_a_plain_sum() -> None:
    x = keras.Input((8, 8, 4), name="x")
    y = L.Conv2D(4, 3, padding="same", name="conv")(x)
    model = keras.Model(x, L.GlobalAveragePooling2D(name="mean")(y + x))
    shape = (8, 8, 4)
    assert edges(model)[:1] == [("x", "conv", shape)]
    (sum_node,) = [node for node in graph(model).nodes if node.kind == "operation"]
    assert sum_node.type == "Add"
    into = [(e.source, e.input) for e in graph(model).edges if e.target == sum_node.path]
    assert into == [("conv", 0), ("x", 1)]


def test_both_towers_of_a_siamese_model_meet_in_the_shared_layer() -> None:
    found = graph(siamese())
    lstm, dense = found.node("lstm"), found.node("dense")
    assert lstm is not None
    assert dense is not None
    assert (lstm.calls, dense.calls) == (2, 2)
    into = [(e.source, e.source_call, e.call) for e in found.edges if e.target == "dense"]
    assert into == [("lstm", 0, 0), ("lstm", 1, 1)]
    both = [(e.source, e.source_call, e.input) for e in found.edges if e.target == "both"]
    assert both == [("dense", 0, 0), ("dense", 1, 1)]
    assert found.inputs == ("left", "right")


def test_a_nested_model_can_be_opened() -> None:
    found = graph(nested())
    base = found.node("base")
    assert base is not None
    assert base.kind == "model"
    assert base.outputs == ("base/flat",)
    assert [n.path for n in found.children("base")] == [*base.inputs, "base/conv", "base/flat"]
    inner = [(e.source, e.target) for e in found.edges if e.target.startswith("base/")]
    assert inner == [(base.inputs[0], "base/conv"), ("base/conv", "base/flat")]
    assert found.outputs == ("top",)


def test_several_outputs_and_the_ones_of_one_layer() -> None:
    x = keras.Input((5, 3), name="x")
    sequence, state, _ = L.LSTM(4, return_sequences=True, return_state=True, name="lstm")(x)
    model = keras.Model(x, {"a": L.Dense(2, name="a")(state), "b": L.Flatten(name="b")(sequence)})
    found = graph(model)
    assert sorted(found.outputs) == ["a", "b"]
    by_target = {e.target: (e.output, e.shape) for e in found.edges}
    assert by_target["a"] == (1, (None, 4))
    assert by_target["b"] == (0, (None, 5, 4))


def test_a_subclassed_model_is_followed_through_its_call() -> None:
    model = Subclassed()
    model(np.ones((2, 4), "float32"))
    found = graph(model)
    assert [n.type for n in found.nodes] == ["Input", "Dense", "Dense", "Add"]
    assert {n.path for n in found.nodes} >= {path for path, _ in layers_of(model)}


def test_a_model_that_cannot_be_followed_has_its_layers_and_words() -> None:
    model = Unfollowable()
    model(np.ones((2, 4), "float32"))
    found = graph(model)
    assert ([n.path for n in found.nodes], found.edges) == (["first", "second"], ())
    assert found.note.startswith(
        "No connections are shown. The `call` of model 'subclassed' (Unfollowable) can't"
    )
    summary = summarize(model)
    assert (summary.parameters, summary.multiply_adds) == (40, None)
    assert found.note in summary.note


def test_the_parts_of_a_model_that_cannot_be_followed_can_be_opened() -> None:
    model = dl.models.dense_vae((8, 8, 1))
    summary = summarize(model)
    assert summary.note.startswith("No connections are shown. ")
    encoder = summary.graph.node("encoder")
    assert encoder is not None
    assert encoder.inputs
    assert summary.graph.children("encoder")
    assert any(edge.target.startswith("encoder/") for edge in summary.graph.edges)
    assert not any(edge.target == "encoder" for edge in summary.graph.edges)
    dense = next(row for row in summary.layers if row.path.startswith("encoder/dense"))
    (taken,), (made,) = dense.input_shapes, dense.output_shapes
    assert dense.multiply_adds == taken[-1] * made[-1]  # type: ignore[operator]


def test_a_layer_without_configuration_leaves_words() -> None:
    class Mystery(L.Layer):
        def __init__(self, function: Any) -> None:
            super().__init__(name="mystery")
            self.function = function

        def call(self, x: Any) -> Any:
            return self.function(x)

    x = keras.Input((3,))
    model = keras.Model(x, L.Dense(2, name="top")(Mystery(lambda t: t * 2)(x)))
    summary = summarize(model)
    assert [row.path for row in summary.layers] == ["mystery", "top"]
    assert summary.parameters == 8
    assert "has no complete configuration" in summary.graph.note


def test_a_part_that_cannot_be_opened_leaves_the_rest() -> None:
    base = Unfollowable()
    base(np.ones((2, 4), "float32"))

    class Around(keras.Model):
        def __init__(self) -> None:
            super().__init__(name="around")
            self.base, self.top = base, L.Dense(2, name="top")

        def call(self, x: Any) -> Any:
            return self.top(self.base(x))

    model = Around()
    model(np.ones((2, 4), "float32"))
    summary = summarize(model)
    assert summary.layers[0].path == "subclassed"
    assert {row.path for row in summary.layers} >= {"subclassed/first", "subclassed/second", "top"}
    assert len({node.path for node in summary.graph.nodes}) == len(summary.graph.nodes)
    assert summary.parameters == 50
    assert summary.note


def test_what_is_not_built_is_refused() -> None:
    with pytest.raises(ValueError, match=r"isn't built\. Call it once, or give it an `Input`"):
        summarize(keras.Sequential([L.Dense(3)]))


# -- multiply-adds -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shape", "layer", "expected"),
    [
        ((32, 32, 3), L.Conv2D(10, 4, strides=2, padding="same"), 16 * 16 * 10 * 4 * 4 * 3),
        ((8, 8, 4), L.Conv2D(6, 3, groups=2), 6 * 6 * 6 * 3 * 3 * 2),
        ((8, 8, 4), L.Conv2DTranspose(6, 3, strides=2), 8 * 8 * 6 * 3 * 3 * 4),
        ((8, 8, 4), L.DepthwiseConv2D(3), 6 * 6 * 4 * 9),
        ((8, 8, 4), L.SeparableConv2D(5, 3), 6 * 6 * (4 * 9 + 4 * 5)),
        ((7, 4), L.Dense(5), 7 * 4 * 5),
        ((7, 4), L.LSTM(5), 7 * 4 * 5 * (4 + 5)),
        ((7, 4), L.Bidirectional(L.GRU(5)), 2 * 7 * 3 * 5 * (4 + 5)),
        ((7, 4), L.TimeDistributed(L.Dense(5)), 7 * 4 * 5),
        ((8, 8, 4), L.BatchNormalization(), 0),
        ((None, 4), L.LSTM(5), None),
        ((None, None, 3), L.Conv2D(4, 3), None),
    ],
)
def test_multiply_adds(shape: Any, layer: Any, expected: int | None) -> None:
    summary = summarize(keras.Sequential([keras.Input(shape), layer]))
    assert summary.multiply_adds == expected
    assert bool(summary.note) == (expected is None)


def test_attention_counts_projections_scores_and_sums() -> None:
    query, key = keras.Input((5, 6)), keras.Input((7, 4))
    model = keras.Model([query, key], L.MultiHeadAttention(2, 3, value_dim=8)(query, key))
    by_hand = 5 * 6 * 2 * 3 + 7 * 4 * 2 * 3 + 7 * 4 * 2 * 8 + 5 * 2 * 8 * 6
    by_hand += 2 * 5 * 7 * 3 + 2 * 5 * 7 * 8
    assert summarize(model).multiply_adds == by_hand


def test_a_shared_layer_computes_each_time_but_has_its_weights_once() -> None:
    summary = summarize(siamese())
    row = summary.layer("lstm")
    assert row is not None
    assert row.multiply_adds == 2 * 5 * 4 * 4 * (3 + 4)
    assert summary.parameters == 4 * (3 + 4 + 1) * 4 + (4 + 1) * 3 + 7


def test_a_base_without_a_fixed_size_has_the_size_that_it_is_called_with() -> None:
    any_size = keras.Input((None, None, 3))
    x = L.Conv2D(4, 3, strides=2, padding="same", name="conv")(any_size)
    side = L.Conv2D(4, 1, name="side")(x)
    inner = keras.Sequential([keras.Input((None, None, 4)), L.DepthwiseConv2D(3)], name="inner")
    base = keras.Model(any_size, inner(L.Add()([x, side]) * 2.0), name="base")
    left, right = keras.Input((20, 16, 3)), keras.Input((20, 16, 3))
    model = keras.Model([left, right], L.Concatenate()([base(left), base(right)]))
    summary = summarize(model)
    shapes = {row.path: row.output_shapes for row in summary.layers}
    assert shapes["base/conv"] == shapes["base/side"] == ((None, 10, 8, 4),)
    assert shapes["base/inner"] == ((None, 8, 6, 4),)
    deep = next(row for row in summary.layers if row.path.startswith("base/inner/"))
    assert deep.output_shapes == ((None, 8, 6, 4),)
    by_hand = 10 * 8 * 4 * 27 + 10 * 8 * 4 * 4 + 8 * 6 * 4 * 9
    assert summary.multiply_adds == 2 * by_hand
    assert summarize(base).multiply_adds is None


def test_a_shared_nested_model_computes_each_time() -> None:
    base = keras.Sequential([keras.Input((4,)), L.Dense(3, name="dense")], name="base")
    left, right = keras.Input((4,)), keras.Input((4,))
    model = keras.Model([left, right], L.Concatenate()([base(left), base(right)]))
    summary = summarize(model)
    assert summary.multiply_adds == 2 * 12
    assert summary.layer("base").multiply_adds == 2 * 12  # type: ignore[union-attr]
    assert summary.layer("base").calls == 2  # type: ignore[union-attr]


# -- receptive fields --------------------------------------------------------------------------


def seen(model: Any, layer: str, size: int) -> tuple[int, int]:
    """How many pixels, in height and width, change the middle of a feature map, by trying each."""
    for variable in model.weights:
        variable.assign(np.ones(variable.shape, "float32"))
    maps = keras.Model(model.inputs[0], model.get_layer(layer).output)
    base = np.zeros((1, size, size, 1), "float32")
    lines = np.zeros((2, size, size, size, 1), "float32")
    for i in range(size):
        lines[0, i, i, :] = 1
        lines[1, i, :, i] = 1
    out = [np.asarray(maps(line)) for line in lines]
    middle = out[0].shape[1] // 2
    quiet = np.asarray(maps(base))[0, middle, middle]
    rows, columns = (int((o[:, middle, middle] != quiet).any(-1).sum()) for o in out)
    return rows, columns


def test_the_field_is_what_changes_the_middle_unit() -> None:
    def conv(n: int, **options: Any) -> Any:
        return L.Conv2D(2, n, padding="same", **options)

    x = keras.Input((64, 64, 1))
    a = conv((3, 5), name="a")(x)
    b = L.AveragePooling2D(2, name="b")(a)
    c = conv(3, dilation_rate=2, name="c")(b)
    d = conv(3, strides=2, name="d")(c)
    e = L.Conv2D(2, 1, strides=2, name="e")(b)
    f = L.Add(name="f")([d, e])
    g = L.UpSampling2D(2, name="g")(f)
    h = conv(3, name="h")(g)
    model = keras.Model(x, h)
    for name in "abcdfh":
        row = summarize(model).layer(name)
        assert row is not None
        assert row.receptive_field is not None
        assert row.receptive_field.size == seen(model, name, 64), name


def test_fields_known_from_the_literature() -> None:
    vgg = keras.applications.VGG16(weights=None, include_top=False, input_shape=(64, 64, 3))
    rows = {row.path: row for row in summarize(vgg).layers}
    assert rows["block5_pool"].field_words == "212×212 pixels, one every 32 pixels"
    assert rows["block1_conv2"].field_words == "5×5 pixels, one at each pixel"


def test_the_third_layer_without_pooling_sees_seven_pixels() -> None:  # chapter 5
    layers = [L.Conv2D(2, 3) for _ in range(3)]
    rows = summarize(keras.Sequential([keras.Input((28, 28, 1)), *layers])).layers
    assert [row.receptive_field.size for row in rows] == [(3, 3), (5, 5), (7, 7)]  # type: ignore[union-attr]


def test_everything_is_seen_behind_a_global_pooling() -> None:
    x = keras.Input((8, 8, 3))
    y = L.Conv2D(4, 3, padding="same", name="conv")(x)
    gate = L.GlobalAveragePooling2D(keepdims=True, name="gate")(y)
    squeezed = L.Conv2D(4, 1, name="squeezed")(gate)
    z = L.Conv2D(2, 3, name="after")(L.Multiply(name="scaled")([y, squeezed]))
    rows = {row.path: row for row in summarize(keras.Model(x, L.Flatten(name="flat")(z))).layers}
    assert rows["conv"].field_words == "3×3 pixels, one at each pixel"
    for name in ("gate", "squeezed", "scaled", "after"):
        assert rows[name].field_words == "the whole input"
    assert rows["flat"].field_words == ""  # no map


@pytest.mark.parametrize("kind", ["keras.ops", "vector", "window", "dense"])
def test_every_form_of_a_gate_lets_all_be_seen(kind: str) -> None:
    x = keras.Input((8, 8, 1))
    y = L.Conv2D(4, 3, padding="same", name="conv")(x)
    if kind == "keras.ops":
        gate = keras.ops.mean(y, axis=(1, 2), keepdims=True)
    elif kind == "vector":
        gate = L.Reshape((1, 1, 4))(L.GlobalAveragePooling2D()(y))
    elif kind == "window":
        gate = L.AveragePooling2D(8)(y)
    else:
        gate = L.Reshape((1, 1, 4))(L.Dense(4)(L.Flatten()(y)))
    scaled = L.ReLU(name="scaled")(y * gate)
    model = keras.Model(x, scaled)
    assert summarize(model).layer("scaled").field_words == "the whole input"  # type: ignore[union-attr]
    # So it is: a change of any pixel changes the unit that is farthest from it.
    pixels = np.ones((2, 8, 8, 1), "float32")
    pixels[1, 7, 7] = 2
    for variable in model.weights:
        variable.assign(np.ones(variable.shape))
    first = np.asarray(model(pixels))[:, 0, 0]
    assert (first[0] != first[1]).all()


def test_what_mixes_positions_in_another_way_has_no_field() -> None:
    x = keras.Input((8, 8, 3))
    y = L.Conv2D(4, 3, padding="same")(x)
    mixed = {
        "transposed": keras.ops.transpose(y, (0, 2, 1, 3)),
        "padded": keras.ops.pad(y, ((0, 0), (1, 1), (1, 1), (0, 0))),
        "pooled": keras.ops.average_pool(y, 2),
        "softmax-of-rows": L.Softmax(axis=1)(y),
        "part": y * L.AveragePooling2D(4)(y)[:, :1, :1],
    }
    same = {"sum": y + 1.0, "ReLU": keras.ops.relu(y), "norm": L.LayerNormalization()(y)}
    both = mixed | same
    ends = [L.Activation("linear", name=name)(z) for name, z in both.items()]
    rows = {row.path: row.field_words for row in summarize(keras.Model(x, ends)).layers}
    assert {name: rows[name] for name in mixed} == dict.fromkeys(mixed, "")
    seen_by_one = "3×3 pixels, one at each pixel"
    assert {name: rows[name] for name in same} == dict.fromkeys(same, seen_by_one)
    frames = keras.Sequential(
        [keras.Input((4, 8, 8, 1)), L.ConvLSTM2D(2, 3, return_sequences=True)]
    )
    assert [row.field_words for row in summarize(frames).layers] == [""]


@pytest.mark.parametrize(
    ("channels", "axis", "words"),
    [
        (3, -1, ""),
        (3, (1,), "the whole input"),
        (3, (1, 2), ""),
        (64, 1, ""),
    ],  # 64: it may be either
)
def test_a_mean_over_the_channels_is_no_global_pooling(
    channels: int, axis: Any, words: str
) -> None:
    x = keras.Input((64, 1))
    mean = keras.ops.mean(L.Conv1D(channels, 3, padding="same")(x), axis=axis)
    sides = tuple(mean.shape)[1:]
    again = L.Reshape((*(sides or (1,)), 1))(mean)
    model = keras.Model(x, L.Conv1D(2, 3, padding="same", name="after")(again))
    assert summarize(model).layer("after").field_words == words  # type: ignore[union-attr]


def test_a_mean_of_pictures_is_global_over_both_sides_only() -> None:
    x = keras.Input((8, 9, 1))
    y = L.Conv2D(4, 3, padding="same")(x)
    seen_words = {}
    for axis in ((1, 2), (1, 3), (2, 3), 1, 3):
        mean = keras.ops.mean(y, axis=axis)
        back = L.Reshape((-1, 1))(mean)
        model = keras.Model(x, L.Conv1D(2, 1, name="after")(back))
        seen_words[axis] = summarize(model).layer("after").field_words  # type: ignore[union-attr]
    assert seen_words == {(1, 2): "the whole input", (1, 3): "", (2, 3): "", 1: "", 3: ""}


def test_units_made_of_a_vector_see_everything() -> None:
    parts = [L.Conv2D(2, 3), L.Flatten(), L.Dropout(0.1), L.Dense(18), L.Reshape((3, 3, 2))]
    end = L.Conv2DTranspose(2, 3, name="grown")
    row = summarize(keras.Sequential([keras.Input((8, 8, 1)), *parts, end])).layer("grown")
    assert row is not None
    assert row.field_words == "the whole input"


def test_the_field_goes_through_a_nested_model() -> None:
    base = keras.Sequential([keras.Input((16, 16, 2)), L.Conv2D(2, 3, name="inner")], name="base")
    layers = [L.Conv2D(2, 3, strides=2, name="before"), base]
    x = keras.Input((34, 34, 1))
    y = x
    for layer in layers:
        y = layer(y)
    row = summarize(keras.Model(x, y)).layer("base/inner")
    assert row is not None
    assert row.receptive_field is not None
    assert row.receptive_field.size == (7, 7)


def test_a_large_model_is_summarized() -> None:
    model = keras.applications.InceptionV3(weights=None)
    summary = summarize(model)
    assert (summary.parameters, summary.non_trainable) == (23_851_784, 34_432)
    assert summary.multiply_adds == 5_713_216_096  # 5.7 billion, as published
    assert summary.layer("mixed10").field_words.startswith("1311×1311")  # type: ignore[union-attr]
    assert len(summary.graph.edges) > len(summary.graph.nodes) > 300


def test_a_subclass_with_inputs_and_outputs_of_its_own_making() -> None:
    class Net(keras.Model):
        def __init__(self) -> None:
            source = keras.Input((8,))
            hidden = keras.layers.Dense(4, name="hidden")(source)
            super().__init__(inputs=source, outputs=keras.layers.Dense(3, name="out")(hidden))

    found = graph(Net())
    assert [node.name for node in found.nodes][-2:] == ["hidden", "out"]
    assert len(found.edges) == 2
    nested = graph(keras.Sequential([keras.Input((8,)), Net(), keras.layers.Dense(2)]))
    assert {"hidden", "out"} <= {node.name.rpartition("/")[2] for node in nested.nodes}


def test_what_comes_after_an_embedding_gets_numbers_and_not_indices() -> None:
    class Project(keras.layers.Layer):
        def build(self, shape: Any) -> None:
            self.kernel = self.add_weight(shape=(shape[-1], 2), name="kernel")

        def call(self, x: Any) -> Any:
            return tf.matmul(x, self.kernel)  # refuses whole numbers

    parts = [keras.Input((4,), dtype="int32"), keras.layers.Embedding(7, 3), Project()]
    found = graph(keras.Sequential(parts))
    assert len(found.nodes) == 3
    assert found.note == ""
