"""Heat maps of models of every kind: nested, shared, subclassed, of series, with odd ends."""

from __future__ import annotations

import functools
import weakref
from typing import Any

import numpy as np
import pytest

from dlwidgets.inspect.layers import LayerError
from dlwidgets.vision.explainer import explainer_of, input_index_of
from dlwidgets.vision.heatmaps import (
    grad_cam,
    heat_layers,
    integrated_gradients,
    occlusion,
    saliency,
    smooth_grad,
)
from tests.helpers.heatmaps import KINDS, eager_only, functions, logits, nested, pictures
from tests.helpers.vision import small_net, two_inputs
from tests.helpers.waiting import until_collected


def test_a_convolution_in_a_nested_model() -> None:
    model, x = nested(), pictures(2, 20, "float32")
    assert heat_layers(model) == ["base/first", "base/pool", "base/second"]
    found = grad_cam(model, x, 0)
    assert (found.layer, found.score) == ("base/second", "logit")
    same = grad_cam(model, x, 0, layer="second")
    np.testing.assert_array_equal(found.maps, same.maps)
    base, dense = model.layers
    maps = np.asarray(base.get_layer("second")(base.get_layer("pool")(base.get_layer("first")(x))))
    weights = dense.get_weights()[0][:, 0] / maps[0, ..., 0].size
    np.testing.assert_allclose(found.coarse, np.maximum(maps @ weights, 0), rtol=1e-4, atol=1e-7)


@pytest.mark.slow
def test_a_model_of_keras_applications_inside_another() -> None:
    import keras

    base = keras.applications.MobileNetV2((32, 32, 3), include_top=False, weights=None, alpha=0.35)
    head = [keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(4, activation="softmax")]
    model = keras.Sequential([keras.Input((32, 32, 3)), base, *head])
    found = grad_cam(model, pictures(1, 32, "float32"), layer="block_6_expand")
    assert found.layer.endswith("/block_6_expand")
    assert found.coarse is not None
    assert found.coarse.shape == (1, 4, 4)
    assert grad_cam(model, pictures(1, 32, "float32")).layer.endswith("/out_relu")


@pytest.mark.parametrize("end", ["fused", "activation", "softmax", "operation", "nested"])
def test_logits_are_found(end: str) -> None:
    import keras

    parts = keras.layers
    inputs = keras.Input((6,))
    dense = parts.Dense(3, activation="softmax" if end == "fused" else None)
    x = dense(inputs)
    if end == "activation":
        x = parts.Activation("softmax")(x)
    elif end == "softmax":
        x = parts.Softmax()(x)
    elif end == "operation":
        x = keras.ops.softmax(x)
    elif end == "nested":
        x = keras.Sequential([keras.Input((3,)), parts.Softmax()])(x)
    model = keras.Model(inputs, x)
    x = np.random.default_rng(0).normal(size=(4, 6)).astype("float32")
    found = saliency(model, x, 2)
    kernel, bias = dense.get_weights()
    assert found.score == "logit"
    np.testing.assert_allclose(found.scores, (x @ kernel + bias)[:, 2], rtol=1e-4)
    np.testing.assert_allclose(found.outputs.sum(-1), 1, rtol=1e-5)


def test_one_sigmoid_has_two_classes() -> None:
    import keras

    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, activation="sigmoid")])
    x = np.float32([[1, 2, 3], [-1, -2, -3]])
    logit = (x @ model.get_weights()[0])[:, 0]
    for of, sign in ((1, 1), (0, -1)):
        np.testing.assert_allclose(saliency(model, x, of).scores, sign * logit, rtol=1e-5)
    np.testing.assert_array_equal(saliency(model, x).class_index, logit > 0)
    with pytest.raises(ValueError, match=r"`class_index` from 0 to 1. Received: 2"):
        saliency(model, x, 2)


@pytest.mark.parametrize("end", ["precision", "shape"])
def test_one_sigmoid_has_two_classes_also_where_other_steps_follow(end: str) -> None:
    import keras

    parts = keras.layers
    last = parts.Reshape((1,)) if end == "shape" else parts.Activation("linear", dtype="float32")
    model = keras.Sequential([keras.Input((3,)), parts.Dense(1, activation="sigmoid"), last])
    model.set_weights([np.ones((3, 1)), np.zeros(1)])
    x = np.float32([[1, 2, 0.2], [-1, -2, -0.2]])
    one = np.asarray(model(x))
    explainer = explainer_of(model)
    outputs = explainer.outputs(explainer.batch(x)).outputs
    np.testing.assert_allclose(explainer.target.per_class(outputs), np.hstack([1 - one, one]))
    np.testing.assert_allclose(explainer.probabilities(x), np.hstack([1 - one, one]))
    np.testing.assert_array_equal(saliency(model, x).class_index, [1, 0])
    np.testing.assert_allclose(saliency(model, x, 1).scores, one[:, 0], rtol=1e-6)
    np.testing.assert_allclose(saliency(model, x, 0).scores, 1 - one[:, 0], rtol=1e-6)


@pytest.mark.parametrize(("activation", "score"), [("linear", "output"), ("sigmoid", "logit")])
def test_outputs_that_sum_to_one_by_chance_are_no_probabilities(
    activation: str, score: str
) -> None:
    import keras

    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, activation=activation)])
    model.set_weights([np.eye(2), np.zeros(2)])
    x = np.float32([[0.25, 0.75]] if activation == "linear" else [[1.0, -1.0]])
    assert np.asarray(model(x)).sum() == pytest.approx(1)
    found = saliency(model, x, 1)
    assert found.score == score
    np.testing.assert_allclose(found.attributions, [[0, 1]])


def test_a_softmax_before_other_steps_is_known_to_be_one() -> None:
    import keras

    parts = [keras.layers.Dense(3, activation="softmax"), keras.layers.Dropout(0.1)]
    model = keras.Sequential([keras.Input((2,)), *parts])
    assert saliency(model, np.ones((1, 2))).score == "log-probability"


def test_outputs_that_are_not_numbers_decide_nothing() -> None:
    model = eager_only()
    x = np.random.default_rng(0).normal(size=(2, 8, 8, 1)).astype("float32")
    good = model.get_weights()
    model.set_weights([np.full_like(w, np.nan) for w in good])
    assert saliency(model, x, 1).score == "output"
    model.set_weights(good)
    found = saliency(model, x, 1)
    assert found.score == "log-probability"
    np.testing.assert_allclose(found.scores, np.log(np.asarray(model(x)))[:, 1], rtol=1e-5)


def test_weights_that_change_are_seen_and_nothing_is_traced_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import keras

    call, traced = keras.layers.Conv2D.call, []

    @functools.wraps(call)  # Keras reads its arguments
    def counted(layer: Any, *args: Any) -> Any:
        traced.append(layer.name)
        return call(layer, *args)

    monkeypatch.setattr(keras.layers.Conv2D, "call", counted)
    model, x = small_net(side=12), pictures(2, 12, "float32")
    first = {m: make(model, x, 0) for m, make in functions()}
    assert traced
    traced.clear()
    rng = np.random.default_rng(1)
    model.set_weights([rng.normal(size=w.shape) for w in model.get_weights()])
    for method, make in functions():
        for of in (0, 1, None):
            again = make(model, x[:1] if of == 1 else x, of)
        assert not np.allclose(again.maps, first[method].maps)
    assert traced == []


def test_a_model_that_is_dropped_leaves_memory() -> None:
    for kind in KINDS:
        model = small_net(side=12, kind=kind)
        grad_cam(model, pictures(1, 12, "float32"))
        gone = weakref.ref(model)
        del model
        until_collected(gone)


def test_the_model_stays_as_it_is() -> None:
    model, x = nested(), pictures(2, 20, "float32")
    before = (model.to_json(), [w.copy() for w in model.get_weights()], np.asarray(model(x)))
    for _, make in functions():
        make(model, x)
    assert model.to_json() == before[0]
    for ours, theirs in zip(model.get_weights(), before[1], strict=True):
        np.testing.assert_array_equal(ours, theirs)
    np.testing.assert_array_equal(np.asarray(model(x)), before[2])
    assert model.layers[-1].activation.__name__ == "softmax"


def test_several_inputs_and_a_shared_layer() -> None:
    import keras

    parts = keras.layers
    tower = parts.Conv2D(2, 3, name="tower")
    left, right = keras.Input((8, 8, 1), name="left"), keras.Input((8, 8, 1), name="right")
    age = keras.Input((1,), name="age")
    seen = [parts.GlobalAveragePooling2D()(tower(side)) for side in (left, right)]
    out = parts.Dense(2, activation="softmax")(parts.Concatenate()([*seen, age]))
    model = keras.Model([left, right, age], out)
    rng = np.random.default_rng(0)
    x = [rng.normal(size=(2, 8, 8, 1)), rng.normal(size=(2, 8, 8, 1)), rng.normal(size=(2, 1))]
    assert heat_layers(model) == ["tower:2"]  # what sees the first input
    first, second = saliency(model, x, 0), saliency(model, x, 0, input_index=1)
    assert first.maps.shape == second.maps.shape == (2, 8, 8)
    assert not np.allclose(first.maps, second.maps)
    numbers = saliency(model, x, 0, input_index=2)
    np.testing.assert_allclose(
        numbers.attributions[0, 0], model.layers[-1].get_weights()[0][4, 0], rtol=1e-5
    )
    assert grad_cam(model, x, 0, layer="tower", input_index=1).maps.shape == (2, 8, 8)
    with pytest.raises(
        LayerError, match=r"'tower:2' doesn't depend on input 1.* nearest is 'tower'"
    ):
        grad_cam(model, x, 0, layer="tower:2", input_index=1)
    found = integrated_gradients(model, x, 0, input_index=1)
    np.testing.assert_allclose(
        found.maps.sum((1, 2)), found.scores - found.baseline_scores, rtol=1e-3, atol=1e-6
    )
    assert occlusion(model, x, 0, input_index=1).maps.shape == (2, 8, 8)
    with pytest.raises(ValueError, match=r"Expected 3 inputs: a list of 3 arrays, .* Received: 2"):
        saliency(model, x[:2])
    with pytest.raises(ValueError, match=r"`input_index` from 0 to 2. Received: 3"):
        saliency(model, x, input_index=3)


def test_inputs_by_name_and_several_outputs() -> None:
    import keras

    a, b = keras.Input((4,), name="b_first"), keras.Input((4,), name="a_second")
    one, two = keras.layers.Dense(3, activation="softmax"), keras.layers.Dense(2)
    model = keras.Model({"b_first": a, "a_second": b}, [one(a), two(keras.layers.Add()([a, b]))])
    x = {"b_first": np.ones((1, 4)), "a_second": np.zeros((1, 4))}
    # In the order of their names, as Keras has it: input 1 is "b_first".
    assert not saliency(model, x, 0, input_index=1).blank[0]
    found = saliency(model, x, 1, input_index=0, output=1)
    np.testing.assert_allclose(found.attributions[0], two.get_weights()[0][:, 1], rtol=1e-5)
    with pytest.raises(ValueError, match="don't depend on this input"):
        saliency(model, x, 0, input_index=0)


def test_inputs_whose_names_end_as_those_of_arguments_do() -> None:
    import keras

    dense = keras.layers.Dense
    box, other = keras.Input((3,), name="box_shape"), keras.Input((2,), name="other")
    drawn = keras.Model([box, other], dense(2)(keras.layers.Concatenate()([box, other])))

    class Own(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.box, self.end = dense(4, name="box_shape"), dense(2)  # named as the argument

        def build(self, box_shape_shape: Any, other_shape: Any) -> None:
            self.box.build(box_shape_shape)
            self.end.build((None, 4 + other_shape[-1]))

        def call(self, box_shape: Any, other: Any) -> Any:
            return self.end(keras.ops.concatenate([self.box(box_shape), other], -1))

    rng = np.random.default_rng(0)
    x = {"other": rng.normal(size=(2, 2)), "box_shape": rng.normal(size=(2, 3))}
    own = Own()
    own(**{name: values.astype("float32") for name, values in x.items()})
    for model in (drawn, own):
        assert [input_index_of(model, name) for name in ("box_shape", "other")] == [0, 1]
        np.testing.assert_array_equal(
            saliency(model, x, 1).maps, saliency(model, [x["box_shape"], x["other"]], 1).maps
        )


@pytest.mark.parametrize("form", ["list", "tuple", "dict"])
def test_inputs_may_be_a_list_a_tuple_or_a_dict_for_any_model(form: str) -> None:
    model = two_inputs(form)
    rng = np.random.default_rng(0)
    one, two = (rng.normal(size=(2, 6, 6, 1)).astype("float32") for _ in range(2))
    by_name = {"ant": two, "zebra": one}
    expected = np.asarray(model(by_name))
    in_order = [two, one] if form == "dict" else [one, two]  # Keras sorts the names of a dict
    for _, make in functions():
        maps = []
        for x in (in_order, tuple(in_order), by_name, {**by_name, "more": np.zeros(1)}):
            found = make(model, x, 0, input_index=1)
            np.testing.assert_allclose(found.outputs, expected, rtol=1e-5)
            maps.append(found.maps)
        for other in maps[1:]:
            np.testing.assert_array_equal(other, maps[0])
    with pytest.raises(
        ValueError, match=r"Expected the inputs \[.*'zebra'.*\]. Received: \['ant'\]"
    ):
        saliency(model, {"ant": two})


def test_a_model_that_cannot_be_followed() -> None:
    import keras

    keras.utils.set_random_seed(1)  # finite differences go wrong at the bend of a ReLU
    model = eager_only()
    x = np.random.default_rng(0).normal(size=(2, 8, 8, 1)).astype("float32")
    with pytest.raises(
        LayerError,
        match="layers, which isn't available: The `call` of",
    ):
        grad_cam(model, x)
    assert heat_layers(model) == []
    found = saliency(model, x, 1)
    assert found.score == "log-probability"
    assert "isn't available" in found.notes[0]
    eps, place = 1e-2, (slice(None), 4, 4, 0)
    up, down = x.copy(), x.copy()
    up[place] += eps
    down[place] -= eps
    slope = (logits(model, up) - logits(model, down))[:, 1] / (2 * eps)
    np.testing.assert_allclose(found.attributions[place], slope, rtol=2e-2, atol=1e-4)
    whole = integrated_gradients(model, x, 1, baseline=0.0)
    np.testing.assert_allclose(
        whole.maps.sum((1, 2)), whole.scores - whole.baseline_scores, atol=1e-4
    )
    assert occlusion(model, x).maps.shape == (2, 8, 8)


def test_a_series() -> None:
    import keras

    parts = keras.layers
    model = keras.Sequential(
        [
            keras.Input((30, 2)),
            parts.Conv1D(4, 3, activation="relu", name="conv"),
            parts.MaxPooling1D(2),
            parts.Flatten(),
            parts.Dense(3, activation="softmax"),
        ]
    )
    x = np.random.default_rng(0).normal(size=(2, 30, 2))
    for _, make in functions():
        assert make(model, x).maps.shape == (2, 30)
    assert grad_cam(model, x).layer == "conv"


def test_mixed_precision() -> None:
    import keras

    before = keras.mixed_precision.dtype_policy()
    keras.mixed_precision.set_global_policy("mixed_bfloat16")
    try:
        model = small_net(None, "sequential", side=12)  # type: ignore[arg-type]
    finally:
        keras.mixed_precision.set_global_policy(before)
    for _, make in functions():
        found = make(model, pictures(2, 12, "float32"))
        assert found.maps.dtype == np.float32
        assert np.isfinite(found.maps).all()
    assert saliency(model, pictures(2, 12, "float32")).score == "logit"


def text_net(kind: str, dtype: str = "int32") -> Any:
    """A classifier of twelve words out of fifty."""
    import keras

    keras.utils.set_random_seed(5)
    parts = keras.layers
    words: Any = parts.Embedding(50, 8, name="words")
    if kind == "own":

        class Words(parts.Layer):  # type: ignore[misc, name-defined]
            def __init__(self) -> None:
                super().__init__()
                self.inner = words

            def build(self, shape: Any) -> None:
                self.inner.build(shape)

            def call(self, x: Any) -> Any:
                return self.inner(x)

        words = Words()
    last = [parts.GlobalAveragePooling1D(), parts.Dense(3, activation="softmax")]
    middle = [parts.LSTM(4)] if kind == "recurrent" else []
    middle = middle or [parts.Conv1D(6, 3, activation="relu", name="conv")]
    end = last if kind != "recurrent" else last[1:]
    return keras.Sequential([keras.Input((12,), dtype=dtype), words, *middle, *end])


@pytest.mark.parametrize("kind", ["convolution", "own", "recurrent"])
@pytest.mark.parametrize("dtype", ["int32", "float32"])
def test_occlusion_covers_one_word_at_a_time(kind: str, dtype: str) -> None:
    model = text_net(kind, dtype)
    x = np.random.default_rng(0).integers(1, 50, (2, 12))
    found = occlusion(model, x, [0, 2], fill=7)
    before = np.asarray(model(x))[[0, 1], [0, 2]]
    for word in range(12):
        covered = x.copy()
        covered[:, word] = 7
        fall = before - np.asarray(model(covered))[[0, 1], [0, 2]]
        np.testing.assert_allclose(found.maps[:, word], fall, atol=1e-6)


def test_grad_cam_over_the_words_of_a_text() -> None:
    model = text_net("convolution")
    x = np.random.default_rng(0).integers(1, 50, (2, 12))
    assert heat_layers(model) == ["words", "conv"]
    found = grad_cam(model, x, 1)
    assert (found.layer, found.maps.shape) == ("conv", (2, 12))
    maps = np.asarray(model.layers[1](model.layers[0](x)))
    # mean over places, then dense: the gradient of a logit is kernel / places
    weights = model.layers[-1].get_weights()[0][:, 1] / maps.shape[1]
    np.testing.assert_allclose(found.coarse, np.maximum(maps @ weights, 0), rtol=1e-4, atol=1e-7)
    assert grad_cam(model, x, 1, layer="words").coarse.shape == (2, 12)  # type: ignore[union-attr]


@pytest.mark.parametrize("dtype", ["int32", "float32"])
def test_what_words_cannot_be_asked_is_said_with_what_to_do(dtype: str) -> None:
    model = text_net("recurrent", dtype)
    x = np.ones((1, 12), int)
    for make in (saliency, smooth_grad, integrated_gradients):
        with pytest.raises(LayerError, match=r"word numbers.*no gradient.*Use occlusion"):
            make(model, x)
    with pytest.raises(LayerError, match=r"none with a length\. Choose occlusion"):
        grad_cam(model, x)


def test_whole_numbers_have_no_gradient() -> None:
    import keras

    parts = keras.layers
    begin = [keras.Input((8, 8, 3), dtype="uint8"), parts.Rescaling(1 / 255), parts.Conv2D(4, 3)]
    model = keras.Sequential([*begin, parts.GlobalAveragePooling2D(), parts.Dense(2)])
    x = np.random.default_rng(0).integers(0, 256, (1, 8, 8, 3), np.uint8)
    for make in (saliency, smooth_grad, integrated_gradients):
        with pytest.raises(LayerError, match=r"whole numbers \(uint8\).*occlusion or Grad-CAM"):
            make(model, x)
    assert grad_cam(model, x).maps.shape == occlusion(model, x).maps.shape == (1, 8, 8)
