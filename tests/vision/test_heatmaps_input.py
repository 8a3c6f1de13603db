"""What heat maps say to input that will not do, and what becomes of odd but good input."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

from dlwidgets._canceled import CanceledError
from dlwidgets.inspect.layers import LayerError
from dlwidgets.vision import heatmaps
from dlwidgets.vision.explainer import explainer_of
from dlwidgets.vision.fit_images import fit_images
from dlwidgets.vision.heatmaps import (
    METHODS,
    grad_cam,
    heat_layers,
    integrated_gradients,
    occlusion,
    saliency,
    smooth_grad,
)
from tests.helpers.heatmaps import functions, pictures
from tests.helpers.vision import small_net


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
    with pytest.raises(ValueError, match=r"`class_index` from 0 to 2. Received: 3"):
        grad_cam(model, x, 3)
    with pytest.raises(ValueError, match=r"`class_index` from 0 to 2. Received: -1"):
        grad_cam(model, x, [0, -1])
    with pytest.raises(TypeError, match=r"whole numbers as `class_index`. Received: 1\.5"):
        grad_cam(model, x, 1.5)
    with pytest.raises(ValueError, match="one for each of 2 samples"):
        grad_cam(model, x, [0, 1, 2])
    with pytest.raises(TypeError, match=r"Expected a Keras model. Received: str"):
        grad_cam("model", x)
    with pytest.raises(ValueError, match="`patch` from 1 to 12"):
        occlusion(model, x, patch=13)
    with pytest.raises(ValueError, match="`stride` from 1 to `patch`"):
        occlusion(model, x, patch=3, stride=4)
    with pytest.raises(ValueError, match="Expected a number as `baseline`, or an array of shape"):
        integrated_gradients(model, x, baseline=np.zeros((3, 3)))
    with pytest.raises(ValueError, match=r"`steps` from 1 to 1,000. Received: 0"):
        integrated_gradients(model, x, steps=0)
    with pytest.raises(ValueError, match="`samples` of at least 1"):
        smooth_grad(model, x, samples=0)


def test_layers_that_will_not_do() -> None:
    import keras

    model, x = small_net(side=12), pictures(1, 12, "float32")
    with pytest.raises(LayerError, match=r"There is no layer 'secnd'\. The nearest is 'second'"):
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
    with pytest.raises(LayerError, match=r"this model has none.*such as saliency"):
        grad_cam(dense, small)
    for method in ("saliency", "smooth_grad", "integrated_gradients", "occlusion"):
        assert heatmaps.METHODS[method].function(dense, small).maps.shape == (1, 8, 8)


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
    with pytest.raises(ValueError, match="Occlusion needs images, volumes, series, or"):
        occlusion(model, np.zeros((1, 5)))


def test_models_without_classes() -> None:
    import keras

    maps = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Conv2D(2, 3)])
    with pytest.raises(ValueError, match=r"output of shape \(batch, classes\). Received"):
        grad_cam(maps, np.zeros((1, 8, 8, 1)))
    with pytest.raises(ValueError, match="isn't built"):
        grad_cam(keras.Sequential([keras.layers.Dense(2)]), np.zeros((1, 3)))


def test_one_class_and_two_hundred() -> None:
    import keras

    for n in (1, 200):
        parts = [keras.Input((8, 8, 1)), keras.layers.Conv2D(2048 if n == 1 else 4, 3)]
        end = [keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(n, activation="softmax")]
        model = keras.Sequential([*parts, *end])
        x = np.random.default_rng(0).normal(size=(2, 8, 8, 1))
        for _, make in functions():
            found = make(model, x, n - 1)
            assert np.isfinite(found.normalized()).all()
            assert ("only one class" in "".join(found.notes)) == (n == 1)


def test_what_is_blank_is_not_divided_by_zero() -> None:
    model = small_net(side=12)
    x = np.zeros((2, 12, 12, 3), "float32")
    for _, make in functions():
        assert np.isfinite(make(model, x).normalized()).all()
    model.layers[-1].set_weights([np.zeros((5, 3)), np.zeros(3)])
    found = grad_cam(model, pictures(2, 12, "float32"))
    assert found.blank.all()
    assert not found.normalized().any()
    model.layers[-1].set_weights([np.full((5, 3), np.nan), np.zeros(3)])
    for _, make in functions():
        broken = make(model, pictures(2, 12, "float32"))
        assert not broken.maps.any()
        assert "2 of 2 maps are blank" in "".join(broken.notes)


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
    assert "without scaling" in found.notes[1]
    assert saliency(model, x[0, ..., np.newaxis]).maps.shape == (1, 8, 8)
    assert saliency(model, x[:0]).maps.shape == (0, 8, 8)


def test_progress_and_stop() -> None:
    model, x = small_net(side=12), pictures(3, 12, "float32")
    explainer_of(model).chunk = 4
    for make in (smooth_grad, integrated_gradients, occlusion):
        parts: list[float] = []
        make(model, x, progress=parts.append)
        assert parts == sorted(parts)
        assert parts[-1] == 1
        assert len(parts) > 3
        with pytest.raises(CanceledError, match="Canceled after"):
            make(model, x, canceled=iter([False, False, True]).__next__)


def test_small_batches_give_the_same() -> None:
    model, x = small_net("float64", side=12), pictures(3, 12)
    whole = {m: make(model, x, [0, 1, 2]) for m, make in functions()}
    explainer_of(model).chunk = 2
    for method, make in functions():
        again = make(model, x, [0, 1, 2])
        np.testing.assert_allclose(again.maps, whole[method].maps, rtol=1e-5, atol=1e-9)
        np.testing.assert_allclose(again.scores, whole[method].scores)


def test_pictures_are_made_to_fit() -> None:
    x = pictures(2, 20, "float32")
    fitted, notes = fit_images(x, (8, 10, 1))
    assert fitted.shape == (2, 8, 10, 1)
    assert notes == (
        "The image was converted to gray.",
        "Resized from 20×20 to 10×8 pixels.",
    )
    assert fit_images(x[..., :1], (None, None, 3))[0].shape == (2, 20, 20, 3)
    same, notes = fit_images(x, (20, 20, 3))
    np.testing.assert_array_equal(same, x)
    assert notes == ()
    with pytest.raises(
        ValueError, match=r"an image model\. Received: a model with input shape \(5,"
    ):
        fit_images(x, (5,))


@pytest.mark.parametrize("kind", ["image", "series", "text", "table"])
def test_the_record_of_a_method_says_which_inputs_it_explains(kind: str) -> None:
    import keras

    parts = keras.layers
    begin = {
        "image": [keras.Input((8, 8, 1)), parts.Conv2D(2, 3), parts.Flatten()],
        "series": [keras.Input((8, 2)), parts.Conv1D(2, 3), parts.Flatten()],
        "text": [keras.Input((8,)), parts.Embedding(5, 3), parts.Conv1D(2, 3), parts.Flatten()],
        "table": [keras.Input((8,))],
    }[kind]
    model = keras.Sequential([*begin, parts.Dense(3, activation="softmax")])
    x = np.random.default_rng(0).integers(0, 5, (2, *model.input_shape[1:]))
    assert explainer_of(model).kind == kind
    for method in METHODS.values():
        if kind in method.inputs:
            assert method.function(model, x, 0).method == method.name
        else:
            with pytest.raises(ValueError, match=r"\w+"):
                method.function(model, x, 0)


def test_the_record_of_a_method_says_what_its_function_takes() -> None:
    for name, method in METHODS.items():
        takes = set(inspect.signature(method.function).parameters)
        assert name == method.name
        assert ("layer" in takes) == method.needs_layer
        assert ({"progress", "canceled"} <= takes) == method.slow
        assert method.label
        assert method.description.endswith(".")
