"""Heat maps against finite differences, numpy, tf-keras-vis, and models whose answer is known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dlwidgets.vision import heatmaps
from dlwidgets.vision.heatmaps import (
    grad_cam,
    grad_cam_plus_plus,
    integrated_gradients,
    occlusion,
    saliency,
    smooth_grad,
)
from tests.helpers.heatmaps import KINDS, pictures, steps
from tests.helpers.vision import small_net


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
        # The color that stands for nothing must be another than that of each pixel.
        options: dict[str, Any] = {
            "occlusion": {"patch": 2, "stride": 2, "fill": 0.0},
            "integrated_gradients": {"baseline": 0.0},
        }.get(method, {})
        for of, quadrant in ((0, np.s_[:, :4, :4]), (1, np.s_[:, 4:, 4:])):
            maps = np.abs(heatmaps.METHODS[method].function(model, x, of, **options).maps)
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
    assert "More steps" in "".join(integrated_gradients(model, x, steps=1).notes)


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
