"""Heat maps against finite differences, numpy, tf-keras-vis, and models whose answer is known."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import numpy as np
import pytest
from vision_help import noise, small_net, two_inputs

from dlwidgets.inspect.layers import LayerError
from dlwidgets.vision import heatmaps
from dlwidgets.vision._fitting import fit_images
from dlwidgets.vision.explaining import explainer_of
from dlwidgets.vision.heatmaps import (
    METHODS,
    HeatMaps,
    StoppedError,
    grad_cam,
    grad_cam_plus_plus,
    heat_layers,
    integrated_gradients,
    occlusion,
    saliency,
    smooth_grad,
)

KINDS = ("functional", "sequential", "subclassed")


def pictures(n: int = 3, side: int = 20, dtype: str = "float64") -> np.ndarray:
    return np.stack([noise(side, side, seed) for seed in range(n)]).astype(dtype) / 255


def steps(model: Any) -> list[Any]:
    """The layers that do something, in their order."""
    return [layer for layer in model.layers if "Input" not in type(layer).__name__]


def logits(model: Any, x: np.ndarray) -> np.ndarray:
    """Up to a constant per sample, which no derivative of one class minus another sees."""
    return np.log(np.asarray(model(x), np.float64))


def quadrant_net() -> Any:
    """Class 0 is brightness in the upper left quadrant, class 1 in the lower right."""
    import keras

    parts = keras.layers
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            parts.Conv2D(2, 1, name="eyes"),
            parts.Flatten(),
            parts.Dense(2, activation="sigmoid", use_bias=False),
        ]
    )
    kernel = np.zeros((8, 8, 2, 2), "float32")
    kernel[:4, :4, 0, 0] = 1
    kernel[4:, 4:, 1, 1] = 1
    model.set_weights([np.ones((1, 1, 1, 2)), np.zeros(2), kernel.reshape(128, 2)])
    return model


# -- correctness -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_the_gradient_is_that_of_the_logit(kind: str) -> None:
    import keras

    model = small_net("float64", kind, side=12)
    x = pictures(2, 12)
    found = saliency(model, x, 1)
    assert found.score == "logit"
    # An independent logit: the model's own output, put through the weights of its last layer.
    parts = steps(model)
    h = keras.ops.convert_to_tensor(x)
    for part in parts[:-1]:
        h = part(h)
    kernel, bias = parts[-1].get_weights()

    def logit(values: np.ndarray) -> np.ndarray:
        h: Any = values
        for part in parts[:-1]:
            h = part(h)
        return (np.asarray(h) @ kernel + bias)[:, 1]

    # The graph of the subclassed one has single precision at its entry.
    exact = kind != "subclassed"
    np.testing.assert_allclose(found.scores, logit(x), rtol=1e-12 if exact else 1e-5)
    eps = 1e-5
    for place in [(0, 0, 0), (5, 7, 2), (11, 3, 1)]:
        up, down = x.copy(), x.copy()
        up[(slice(None), *place)] += eps
        down[(slice(None), *place)] -= eps
        slope = (logit(up) - logit(down)) / (2 * eps)
        np.testing.assert_allclose(
            found.attributions[(slice(None), *place)],
            slope,
            rtol=1e-6 if exact else 1e-4,
            atol=1e-10 if exact else 1e-6,
        )
    np.testing.assert_allclose(found.maps, np.abs(found.attributions).max(-1), rtol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_grad_cam_as_the_paper_has_it_in_numpy(kind: str) -> None:
    model = small_net("float64", kind, side=20)
    x = pictures(3, 20)
    found = grad_cam(model, x, [2, 0, 1], layer="second")
    maps: Any = x
    for layer in steps(model)[:3]:
        maps = layer(maps)
    maps = np.asarray(maps)
    # mean over places, then dense: the gradient of a logit is kernel / places, the same everywhere
    kernel = model.layers[-1].get_weights()[0]
    weights = kernel[:, [2, 0, 1]].T / (maps.shape[1] * maps.shape[2])
    wanted = np.maximum(np.einsum("nhwc,nc->nhw", maps, weights), 0)
    assert found.coarse is not None
    rtol = 1e-10 if kind != "subclassed" else 1e-4
    np.testing.assert_allclose(found.coarse, wanted, rtol=rtol, atol=1e-9)
    assert wanted.max() > 0
    assert found.maps.shape == (3, 20, 20)


def test_grad_cam_weighs_by_the_mean_where_the_gradient_differs() -> None:
    import keras

    parts = keras.layers
    model = keras.Sequential(
        [
            keras.Input((9, 9, 3)),
            parts.Conv2D(4, 3, activation="relu", name="conv"),
            parts.Flatten(),
            parts.Dense(3, activation="softmax"),
        ]
    )
    x = pictures(3, 9, "float32")
    maps = np.asarray(model.layers[0](x))
    seen = 0.0
    for of in range(3):
        gradient = model.get_weights()[2][:, of].reshape(maps.shape[1:])
        wanted = np.maximum(maps @ gradient.mean((0, 1)), 0)
        found = grad_cam(model, x, of).coarse
        np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-6)
        seen += wanted.max()
    assert seen > 1e-3


def test_the_class_depends_on_one_quadrant() -> None:
    model, x = quadrant_net(), np.random.default_rng(0).uniform(0.5, 1, (2, 8, 8, 1))
    for method in ("saliency", "smooth_grad", "integrated_gradients", "occlusion"):
        options: dict[str, int] = {"patch": 2, "stride": 2} if method == "occlusion" else {}
        for of, quadrant in ((0, np.s_[:, :4, :4]), (1, np.s_[:, 4:, 4:])):
            maps = np.abs(heatmaps.MAKERS[method](model, x, of, **options).maps)
            assert (maps[quadrant] > 0).all()
            maps[quadrant] = 0
            assert not maps.any(), method


def test_grad_cam_finds_the_quadrant_where_the_maps_do() -> None:
    import keras

    parts = keras.layers
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            parts.Conv2D(2, 1, activation="relu", name="eyes"),
            parts.GlobalAveragePooling2D(),
            parts.Dense(2, activation="softmax"),
        ]
    )
    # One channel sees what is bright, the other what is dark.
    weights = [np.array([[[[1.0, -1.0]]]]), np.array([0.0, 1.0]), np.eye(2), np.zeros(2)]
    model.set_weights(weights)
    x = np.zeros((1, 8, 8, 1))
    x[:, :4, :4] = 1
    for make in (grad_cam, grad_cam_plus_plus):
        bright = make(model, x, 0).normalized()[0]
        dark = make(model, x, 1).normalized()[0]
        np.testing.assert_allclose(bright, x[0, ..., 0])
        np.testing.assert_allclose(dark, 1 - x[0, ..., 0])


@pytest.mark.parametrize("kind", KINDS)
def test_integrated_gradients_add_up(kind: str) -> None:
    model, x = small_net("float64", kind, side=12), pictures(3, 12)
    baseline = np.full((12, 12, 3), 0.25)
    found = integrated_gradients(model, x, baseline=baseline, steps=24)
    change = found.scores - found.baseline_scores
    assert np.abs(change).min() > 1e-3
    np.testing.assert_allclose(found.attributions.sum((1, 2, 3)), change, rtol=1e-8)
    np.testing.assert_allclose(found.maps.sum((1, 2)), change, rtol=1e-4)
    for of, score in zip(found.class_index, found.baseline_scores, strict=True):
        np.testing.assert_allclose(score, saliency(model, baseline, of).scores[0])
    assert found.notes == ()


def test_integrated_gradients_say_when_the_steps_are_too_few() -> None:
    model, x = small_net("float64", side=12), pictures(1, 12)
    model.layers[-1].set_weights([w * 400 for w in model.layers[-1].get_weights()])
    steps(model)[0].set_weights([w * 40 for w in steps(model)[0].get_weights()])
    assert "more steps" in "".join(integrated_gradients(model, x, steps=1).notes)


def test_integrated_gradients_of_a_linear_model_are_weight_times_input() -> None:
    import keras

    model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(2)])
    x = np.random.default_rng(0).normal(size=(2, 5)).astype("float32")
    found = integrated_gradients(model, x, 1, steps=1)
    np.testing.assert_allclose(found.maps, x * model.get_weights()[0][:, 1], rtol=1e-5)
    assert found.score == "output"


def test_occlusion_by_hand() -> None:
    model, x = small_net(side=8), pictures(2, 8, "float32")
    found = occlusion(model, x, [0, 2], patch=3, stride=2, fill=0.5)
    before = np.asarray(model(x))[[0, 1], [0, 2]]
    total, times = np.zeros((2, 8, 8)), np.zeros((8, 8))
    for top in (0, 2, 4, 5):  # the last patch ends at the edge
        for left in (0, 2, 4, 5):
            covered = x.copy()
            covered[:, top : top + 3, left : left + 3] = 0.5
            fall = before - np.asarray(model(covered))[[0, 1], [0, 2]]
            total[:, top : top + 3, left : left + 3] += fall[:, None, None]
            times[top : top + 3, left : left + 3] += 1
    np.testing.assert_allclose(found.maps, total / times, atol=1e-6)
    np.testing.assert_allclose(found.scores, before, rtol=1e-5)


def test_smooth_grad_is_the_mean_over_noisy_copies() -> None:
    model, x = small_net("float64", side=10), pictures(2, 10)
    without = smooth_grad(model, x, 1, samples=2, noise=0)
    np.testing.assert_allclose(without.maps, saliency(model, x, 1).maps, rtol=1e-6)
    found = smooth_grad(model, x, 1, samples=4, noise=0.2, seed=3)
    rng = np.random.default_rng(3)
    for one, ours in zip(x, found.maps, strict=True):
        deviation = 0.2 * (one.max() - one.min())
        shaken = one + deviation * rng.standard_normal((4, *one.shape))
        wanted = np.abs(saliency(model, shaken, 1).attributions).mean(0).max(-1)
        np.testing.assert_allclose(ours, wanted, rtol=1e-6)
    again = smooth_grad(model, x, 1, samples=4, noise=0.2, seed=3)
    np.testing.assert_array_equal(found.maps, again.maps)


@pytest.mark.parametrize("name", ["grad_cam", "grad_cam_plus_plus", "saliency"])
def test_as_tf_keras_vis(name: str) -> None:
    pytest.importorskip("tf_keras_vis")
    from tf_keras_vis.gradcam import Gradcam
    from tf_keras_vis.gradcam_plus_plus import GradcamPlusPlus
    from tf_keras_vis.saliency import Saliency
    from tf_keras_vis.utils.model_modifiers import ReplaceToLinear
    from tf_keras_vis.utils.scores import CategoricalScore

    model, x = small_net(side=20), pictures(4, 20, "float32")
    classes = [0, 1, 2, 1]
    kinds = {"grad_cam": Gradcam, "grad_cam_plus_plus": GradcamPlusPlus, "saliency": Saliency}
    theirs = kinds[name](model, model_modifier=ReplaceToLinear(), clone=True)
    score = CategoricalScore(classes)
    if name == "saliency":
        wanted = theirs(score, x, normalize_map=False)
        np.testing.assert_allclose(saliency(model, x, classes).maps, wanted, rtol=1e-4, atol=1e-8)
        return
    wanted = np.asarray(theirs(score, x, expand_cam=False, normalize_cam=False))
    found = getattr(heatmaps, name)(model, x, classes).coarse
    assert wanted.max() > 0
    if name == "grad_cam_plus_plus":  # theirs has the factor exp(sum of all scores)
        wanted = wanted / wanted.max((1, 2), keepdims=True)
        found = found / found.max((1, 2), keepdims=True)
    np.testing.assert_allclose(found, wanted, rtol=2e-3, atol=1e-6)


# -- models of all kinds ---------------------------------------------------------------------------


def nested() -> Any:
    import keras

    base = small_net(side=20)
    base = keras.Model(base.inputs, base.get_layer("mean").output, name="base")
    return keras.Sequential(
        [keras.Input((20, 20, 3)), base, keras.layers.Dense(3, activation="softmax")]
    )


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


def test_a_model_of_keras_applications_inside_another() -> None:
    import keras

    base = keras.applications.MobileNetV2((32, 32, 3), include_top=False, weights=None, alpha=0.35)
    head = [keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(4, activation="softmax")]
    model = keras.Sequential([keras.Input((32, 32, 3)), base, *head])
    found = grad_cam(model, pictures(1, 32, "float32"), layer="block_6_expand")
    assert found.layer.endswith("/block_6_expand")
    assert found.coarse is not None
    assert found.coarse.shape == (1, 4, 4)
    assert grad_cam(model, pictures(1, 32, "float32")).layer.endswith("/Conv_1")


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
    with pytest.raises(ValueError, match=r"class_index must be 0 to 1. Received: 2"):
        saliency(model, x, 2)


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


def test_weights_that_change_are_seen_and_nothing_is_traced_again() -> None:
    model, x = small_net(side=12), pictures(2, 12, "float32")
    first = {m: make(model, x, 0) for m, make in heatmaps.MAKERS.items()}
    graphs = dict(explainer_of(model)._graphs)
    rng = np.random.default_rng(1)
    model.set_weights([rng.normal(size=w.shape) for w in model.get_weights()])
    for method, make in heatmaps.MAKERS.items():
        for of in (0, 1, None):
            again = make(model, x[:1] if of == 1 else x, of)
        assert not np.allclose(again.maps, first[method].maps)
    assert explainer_of(model)._graphs == graphs
    assert {g.experimental_get_tracing_count() for g in graphs.values()} == {1}


def test_a_model_that_is_dropped_leaves_memory() -> None:
    for kind in KINDS:
        model = small_net(side=12, kind=kind)
        grad_cam(model, pictures(1, 12, "float32"))
        gone = weakref.ref(model)
        del model
        gc.collect()
        assert gone() is None, kind


def test_the_model_stays_as_it_is() -> None:
    model, x = nested(), pictures(2, 20, "float32")
    before = (model.to_json(), [w.copy() for w in model.get_weights()], np.asarray(model(x)))
    for make in heatmaps.MAKERS.values():
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
    with pytest.raises(LayerError, match=r"'tower:2' does not see input 1.* nearest is 'tower'"):
        grad_cam(model, x, 0, layer="tower:2", input_index=1)
    found = integrated_gradients(model, x, 0, input_index=1)
    np.testing.assert_allclose(
        found.maps.sum((1, 2)), found.scores - found.baseline_scores, rtol=1e-3, atol=1e-6
    )
    assert occlusion(model, x, 0, input_index=1).maps.shape == (2, 8, 8)
    with pytest.raises(ValueError, match=r"takes 3 inputs: give a list of 3 arrays, .* Received: 2"):
        saliency(model, x[:2])
    with pytest.raises(ValueError, match=r"input_index must be 0 to 2. Received: 3"):
        saliency(model, x, input_index=3)


def test_inputs_by_name_and_several_outputs() -> None:
    import keras

    a, b = keras.Input((4,), name="b_first"), keras.Input((4,), name="a_second")
    one, two = keras.layers.Dense(3, activation="softmax"), keras.layers.Dense(2)
    model = keras.Model({"b_first": a, "a_second": b}, [one(a), two(keras.layers.Add()([a, b]))])
    x = {"b_first": np.ones((1, 4)), "a_second": np.zeros((1, 4))}
    # In the order of their names, as Keras has it: input 1 is "b_first".
    assert not saliency(model, x, 0, input_index=1).blank[0]
    found = saliency(model, x, 1, input_index=0, output_index=1)
    np.testing.assert_allclose(found.attributions[0], two.get_weights()[0][:, 1], rtol=1e-5)
    with pytest.raises(ValueError, match="do not depend on this input"):
        saliency(model, x, 0, input_index=0)


@pytest.mark.parametrize("form", ["list", "tuple", "dict"])
def test_inputs_may_be_a_list_a_tuple_or_a_dict_for_any_model(form: str) -> None:
    model = two_inputs(form)
    rng = np.random.default_rng(0)
    one, two = (rng.normal(size=(2, 6, 6, 1)).astype("float32") for _ in range(2))
    by_name = {"ant": two, "zebra": one}
    expected = np.asarray(model(by_name))
    in_order = [two, one] if form == "dict" else [one, two]  # Keras sorts the names of a dict
    for make in heatmaps.MAKERS.values():
        maps = []
        for x in (in_order, tuple(in_order), by_name, {**by_name, "more": np.zeros(1)}):
            found = make(model, x, 0, input_index=1)
            np.testing.assert_allclose(found.outputs, expected, rtol=1e-5)
            maps.append(found.maps)
        for other in maps[1:]:
            np.testing.assert_array_equal(other, maps[0])
    with pytest.raises(ValueError, match=r"takes the inputs \[.*'zebra'.*\]. Received: \['ant'\]"):
        saliency(model, {"ant": two})


def eager_only() -> Any:
    import keras
    import tensorflow as tf

    class Own(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.conv = keras.layers.Conv2D(3, 3, name="conv")
            self.end = keras.layers.Dense(3)

        def call(self, x: Any) -> Any:
            maps = tf.nn.relu(self.conv(x))
            return tf.nn.softmax(self.end(tf.reduce_mean(maps, (1, 2))))

    model = Own()
    model(np.zeros((1, 8, 8, 1), "float32"))
    return model


def test_a_model_that_cannot_be_followed() -> None:
    model = eager_only()
    x = np.random.default_rng(0).normal(size=(2, 8, 8, 1)).astype("float32")
    with pytest.raises(LayerError, match="looks into the layers, which it cannot: the call of"):
        grad_cam(model, x)
    assert heat_layers(model) == []
    found = saliency(model, x, 1)
    assert found.score == "log-probability"
    assert "cannot be had" in found.notes[0]
    eps, place = 1e-2, (slice(None), 4, 4, 0)
    up, down = x.copy(), x.copy()
    up[place] += eps
    down[place] -= eps
    slope = (logits(model, up) - logits(model, down))[:, 1] / (2 * eps)
    np.testing.assert_allclose(found.attributions[place], slope, rtol=2e-2, atol=1e-4)
    whole = integrated_gradients(model, x, 1)
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
    for make in heatmaps.MAKERS.values():
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
    for make in heatmaps.MAKERS.values():
        found = make(model, pictures(2, 12, "float32"))
        assert found.maps.dtype == np.float32
        assert np.isfinite(found.maps).all()
    assert saliency(model, pictures(2, 12, "float32")).score == "logit"


# -- bad input -------------------------------------------------------------------------------------


def test_bad_inputs_are_refused_in_words() -> None:
    model = small_net(side=12)
    x = pictures(2, 12, "float32")
    with pytest.raises(
        ValueError, match=r"array of shape \(n, 12, 12, 3\). Received: shape \(2, 1"
    ):
        grad_cam(model, x[:, :10])
    with pytest.raises(ValueError, match=r"Received: shape \(2, 12, 12\)"):
        grad_cam(model, x[..., 0])
    with pytest.raises(TypeError, match="an array of dtype <U1"):
        grad_cam(model, np.full((2, 12, 12, 3), "a"))
    broken = x.copy()
    broken[0, 0, 0, 0] = np.nan
    with pytest.raises(ValueError, match="1 values that are NaN or infinite"):
        saliency(model, broken)
    with pytest.raises(ValueError, match=r"class_index must be 0 to 2. Received: 3"):
        grad_cam(model, x, 3)
    with pytest.raises(ValueError, match=r"class_index must be 0 to 2. Received: -1"):
        grad_cam(model, x, [0, -1])
    with pytest.raises(TypeError, match=r"whole number. Received: 1\.5"):
        grad_cam(model, x, 1.5)
    with pytest.raises(ValueError, match="one for each of 2 samples"):
        grad_cam(model, x, [0, 1, 2])
    with pytest.raises(TypeError, match=r"expected a Keras model. Received: str"):
        grad_cam("model", x)
    with pytest.raises(ValueError, match="patch must be 1 to 12"):
        occlusion(model, x, patch=13)
    with pytest.raises(ValueError, match="stride 1 to patch"):
        occlusion(model, x, patch=3, stride=4)
    with pytest.raises(ValueError, match="baseline must be a number or have the shape"):
        integrated_gradients(model, x, baseline=np.zeros((3, 3)))
    with pytest.raises(ValueError, match=r"steps must be 1 to 1000. Received: 0"):
        integrated_gradients(model, x, steps=0)
    with pytest.raises(ValueError, match="samples must be 1 or more"):
        smooth_grad(model, x, samples=0)


def test_layers_that_will_not_do() -> None:
    import keras

    model, x = small_net(side=12), pictures(1, 12, "float32")
    with pytest.raises(LayerError, match=r"there is no layer 'secnd'. The nearest is 'second'"):
        grad_cam(model, x, layer="secnd")
    with pytest.raises(LayerError, match=r"'mean' has no height and width.*The nearest is"):
        grad_cam(model, x, layer="mean")
    dense = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Flatten(),
            keras.layers.Dense(3, activation="softmax"),
        ]
    )
    small = np.zeros((1, 8, 8, 1))
    with pytest.raises(LayerError, match=r"this model has none.*Saliency, SmoothGrad"):
        grad_cam(dense, small)
    for method in ("saliency", "smooth_grad", "integrated_gradients", "occlusion"):
        assert heatmaps.MAKERS[method](dense, small).maps.shape == (1, 8, 8)


def test_a_row_of_tokens_is_no_map_of_a_picture() -> None:
    import keras

    parts = keras.layers
    end = [parts.Reshape((36, 2), name="tokens"), parts.Flatten(), parts.Dense(2)]
    model = keras.Sequential([keras.Input((8, 8, 1)), parts.Conv2D(2, 3, name="conv"), *end])
    assert heat_layers(model) == ["conv"]
    with pytest.raises(LayerError, match="'tokens' has no height and width"):
        grad_cam(model, np.zeros((1, 8, 8, 1)), layer="tokens")


def test_a_vector_has_no_places() -> None:
    import keras

    model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(4), keras.layers.Dense(2)])
    assert heat_layers(model) == []
    with pytest.raises(LayerError, match="this model has none"):
        grad_cam(model, np.zeros((1, 5)))
    with pytest.raises(ValueError, match="occlusion needs a picture or a series"):
        occlusion(model, np.zeros((1, 5)))


def test_models_without_classes() -> None:
    import keras

    maps = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Conv2D(2, 3)])
    with pytest.raises(ValueError, match=r"output of shape \(batch, classes\). Received"):
        grad_cam(maps, np.zeros((1, 8, 8, 1)))
    with pytest.raises(ValueError, match="is not built"):
        grad_cam(keras.Sequential([keras.layers.Dense(2)]), np.zeros((1, 3)))


def test_one_class_and_two_hundred() -> None:
    import keras

    for n in (1, 200):
        parts = [keras.Input((8, 8, 1)), keras.layers.Conv2D(2048 if n == 1 else 4, 3)]
        end = [keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(n, activation="softmax")]
        model = keras.Sequential([*parts, *end])
        x = np.random.default_rng(0).normal(size=(2, 8, 8, 1))
        for make in heatmaps.MAKERS.values():
            found = make(model, x, n - 1)
            assert np.isfinite(found.normalized()).all()
            assert ("one class only" in "".join(found.notes)) == (n == 1)


def test_what_is_blank_is_not_divided_by_zero() -> None:
    model = small_net(side=12)
    x = np.zeros((2, 12, 12, 3), "float32")
    for make in heatmaps.MAKERS.values():
        assert np.isfinite(make(model, x).normalized()).all()
    model.layers[-1].set_weights([np.zeros((5, 3)), np.zeros(3)])
    found = grad_cam(model, pictures(2, 12, "float32"))
    assert found.blank.all()
    assert not found.normalized().any()
    model.layers[-1].set_weights([np.full((5, 3), np.nan), np.zeros(3)])
    for make in heatmaps.MAKERS.values():
        broken = make(model, pictures(2, 12, "float32"))
        assert not broken.maps.any()
        assert "2 of 2 maps are left blank" in "".join(broken.notes)


def test_single_pictures_channels_and_bytes() -> None:
    import keras

    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Flatten(),
            keras.layers.Dense(2, activation="softmax"),
        ]
    )
    x = np.random.default_rng(0).integers(0, 256, (3, 8, 8), np.uint8)
    found = saliency(model, x)
    assert found.maps.shape == (3, 8, 8)
    assert "channel axis" in found.notes[0]
    assert "not scaled" in found.notes[1]
    assert saliency(model, x[0, ..., np.newaxis]).maps.shape == (1, 8, 8)
    assert saliency(model, x[:0]).maps.shape == (0, 8, 8)


def test_progress_and_stop() -> None:
    model, x = small_net(side=12), pictures(3, 12, "float32")
    explainer_of(model).chunk = lambda: 4  # type: ignore[method-assign]
    for make in (smooth_grad, integrated_gradients, occlusion):
        parts: list[float] = []
        make(model, x, progress=parts.append)
        assert parts == sorted(parts)
        assert parts[-1] == 1
        assert len(parts) > 3
        with pytest.raises(StoppedError, match="stopped after"):
            make(model, x, stop=iter([False, False, True]).__next__)


def test_small_batches_give_the_same() -> None:
    model, x = small_net("float64", side=12), pictures(3, 12)
    whole = {m: make(model, x, [0, 1, 2]) for m, make in heatmaps.MAKERS.items()}
    explainer_of(model).chunk = lambda: 2  # type: ignore[method-assign]
    for method, make in heatmaps.MAKERS.items():
        again = make(model, x, [0, 1, 2])
        np.testing.assert_allclose(again.maps, whole[method].maps, rtol=1e-5, atol=1e-9)
        np.testing.assert_allclose(again.scores, whole[method].scores)


def test_pictures_are_made_to_fit() -> None:
    x = pictures(2, 20, "float32")
    fitted, notes = fit_images(x, (8, 10, 1))
    assert fitted.shape == (2, 8, 10, 1)
    assert notes == ("Colours became grey.", "Resized from 20×20 to 10×8 pixels.")
    assert fit_images(x[..., :1], (None, None, 3))[0].shape == (2, 20, 20, 3)
    same, notes = fit_images(x, (20, 20, 3))
    np.testing.assert_array_equal(same, x)
    assert notes == ()
    with pytest.raises(ValueError, match="takes no pictures"):
        fit_images(x, (5,))


def test_the_methods_have_names() -> None:
    assert set(METHODS) == set(heatmaps.MAKERS)
    assert HeatMaps.__doc__
