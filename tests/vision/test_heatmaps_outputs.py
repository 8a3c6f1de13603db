"""Heat maps of binary logits, of one of several outputs, and of series, volumes and films."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from dlwidgets.inspect.layers import LayerError
from dlwidgets.vision import grad_cam, heat_layers, occlusion, saliency
from dlwidgets.vision.channel_axis import takes_series
from dlwidgets.vision.explainer import explainer_of
from dlwidgets.vision.heatmaps import METHODS

K = keras.layers


def binary(compiled: bool = True) -> Any:
    """A convolution with one logit, whose sign tells two classes apart."""
    model = keras.Sequential(
        [
            keras.Input((12, 12, 1)),
            K.Conv2D(6, 3, activation="relu", name="conv"),
            K.GlobalAveragePooling2D(),
            K.Dense(1),
        ]
    )
    if compiled:
        model.compile("sgd", keras.losses.BinaryCrossentropy(from_logits=True))
    return model


def pictures(n: int = 4) -> np.ndarray:
    return np.random.default_rng(1).normal(size=(n, 12, 12, 1)).astype("float32")


def own_grad_cam(model: Any, layer: str, x: np.ndarray, sign: float = 1.0) -> np.ndarray:
    """Grad-CAM of the first output number, computed independently; in the layer's own size."""
    both = keras.Model(model.inputs, [model.get_layer(layer).output, model.outputs[0]])
    with tf.GradientTape() as tape:
        maps, output = both(x)
        score = sign * output[:, 0]
    gradient = tape.gradient(score, maps)
    places = tuple(range(1, len(maps.shape) - 1))
    weights = tf.reduce_mean(gradient, places, keepdims=True)
    return np.maximum(np.asarray(tf.reduce_sum(weights * maps, -1)), 0)


def test_a_binary_logit_has_two_classes() -> None:
    model, x = binary(), pictures()
    logit = np.asarray(model(x))[:, 0]
    explainer = explainer_of(model)
    p = 1 / (1 + np.exp(-logit))
    np.testing.assert_allclose(explainer.probabilities(x), np.stack([1 - p, p], 1), atol=1e-6)
    found = grad_cam(model, x)
    assert found.class_index.tolist() == (logit > 0).astype(int).tolist()
    for index, sign in ((1, 1.0), (0, -1.0)):
        one = grad_cam(model, x, class_index=index)
        np.testing.assert_allclose(one.scores, sign * logit, rtol=1e-5)
        np.testing.assert_allclose(one.coarse, own_grad_cam(model, "conv", x, sign), atol=1e-6)
        assert one.score == "logit"
    against, fall = occlusion(model, x, 0), occlusion(model, x, 1)
    np.testing.assert_allclose(against.maps, -fall.maps, atol=1e-6)  # probabilities sum to 1
    for method in METHODS.values():
        assert method.function(model, x[:1], class_index=1).class_index.tolist() == [1]


def test_who_asks_for_class_1_has_a_classifier_and_else_a_number_is_explained() -> None:
    model, x = binary(compiled=False), pictures()
    assert grad_cam(model, x).class_index.tolist() == [0] * 4
    np.testing.assert_allclose(grad_cam(model, x, 1).coarse, own_grad_cam(model, "conv", x))
    model.compile("sgd", "mse")
    with pytest.raises(ValueError, match="`class_index` from 0 to 0"):
        grad_cam(model, x, class_index=1)


def test_the_loss_of_today_counts() -> None:
    model, x = binary(compiled=False), pictures()
    assert explainer_of(model).probabilities(x).shape == (4, 1)
    model.compile("sgd", keras.losses.BinaryCrossentropy(from_logits=True))
    assert explainer_of(model).probabilities(x).shape == (4, 2)


def test_an_output_can_be_named() -> None:
    inputs = keras.Input((12, 12, 1))
    z = K.GlobalAveragePooling2D()(K.Conv2D(5, 3, activation="relu", name="conv")(inputs))
    heads = {"sex": K.Dense(1, "sigmoid"), "breed": K.Dense(4, "softmax"), "age": K.Dense(1)}
    model = keras.Model(inputs, {name: layer(z) for name, layer in heads.items()})
    x = pictures(2)
    p = model(x)
    for name, index in (("sex", 2), ("breed", 1), ("age", 0)):
        np.testing.assert_allclose(grad_cam(model, x, 0, output=name).outputs, p[name], rtol=1e-5)
        assert explainer_of(model, output=name) is explainer_of(model, output=index)
    assert explainer_of(model) is explainer_of(model, output="sex")
    with pytest.raises(ValueError, match="one of the outputs 'sex', 'breed', 'age'"):
        saliency(model, x, output="color")
    both = keras.Model(inputs, [model.get_layer("conv").output, heads["breed"](z)])
    assert grad_cam(both, x).outputs.shape == (2, 4)  # a prediction per place isn't explained
    with pytest.raises(ValueError, match=r"such as `keras.Model\(model.input, model.output"):
        grad_cam(both, x, output=0)


def volume_net(*layers: Any, shape: tuple[int, ...] = (6, 10, 12, 1)) -> Any:
    return keras.Sequential([keras.Input(shape), *layers, K.Flatten(), K.Dense(3)])


@pytest.mark.parametrize(
    "layer",
    [
        lambda: K.Conv3D(4, 3, activation="relu", name="c"),
        lambda: K.Conv3D(4, 3, strides=2, name="c"),
        lambda: K.ConvLSTM2D(3, 3, return_sequences=True, name="c"),
        lambda: K.TimeDistributed(K.Conv2D(3, 3, strides=2), name="c"),
    ],
)
def test_volumes_and_films(layer: Any) -> None:
    model = volume_net(layer())
    x = np.random.default_rng(0).normal(size=(2, 6, 10, 12, 1)).astype("float32")
    assert explainer_of(model).kind == "volume"
    assert "c" in heat_layers(model)
    found = grad_cam(model, x, 0)
    assert (found.layer, found.maps.shape) == ("c", (2, 6, 10, 12))
    wanted = own_grad_cam(model, "c", x)
    np.testing.assert_allclose(found.coarse, wanted, atol=1e-5)
    # Linear between the layer's places, along each axis by itself.
    for sample, coarse in zip(found.maps, wanted, strict=True):
        grown = coarse
        for axis, side in enumerate((6, 10, 12)):
            places = ((np.arange(side) + 0.5) * grown.shape[axis] / side - 0.5).clip(
                0, grown.shape[axis] - 1
            )
            grown = np.apply_along_axis(
                lambda line, at=places: np.interp(at, np.arange(len(line)), line), axis, grown
            )
        np.testing.assert_allclose(sample, grown, atol=1e-5)


def test_occlusion_of_volumes_and_series() -> None:
    x = np.random.default_rng(0).normal(size=(1, 4, 8, 8, 1)).astype("float32")
    model = keras.Sequential([keras.Input((4, 8, 8, 1)), K.Flatten(), K.Dense(1)])
    weights = model.get_weights()[0].reshape(4, 8, 8)
    found = occlusion(model, x, 0, patch=1, fill=0.0)
    np.testing.assert_allclose(found.maps[0], x[0, ..., 0] * weights, atol=1e-4)
    assert occlusion(model, x, 0).maps.shape == (1, 4, 8, 8)
    series = keras.Sequential([keras.Input((9, 2)), K.Flatten(), K.Dense(1)])
    s = np.random.default_rng(0).normal(size=(1, 9, 2)).astype("float32")
    each = (s[0] * series.get_weights()[0].reshape(9, 2)).sum(-1)
    np.testing.assert_allclose(occlusion(series, s, 0, patch=1, fill=0.0).maps[0], each, atol=1e-5)


def test_what_grad_cam_cannot_lay_over_a_film_is_said() -> None:
    x = np.zeros((1, 6, 10, 12, 1), "float32")
    last = volume_net(K.ConvLSTM2D(3, 3, name="c"))
    with pytest.raises(LayerError, match=r"whose output still has frames \(or a depth\)"):
        grad_cam(last, x)
    with pytest.raises(LayerError, match=r"'c' hasn't frames \(or a depth\)"):
        grad_cam(last, x, layer="c")
    assert saliency(last, x).maps.shape == (1, 6, 10, 12)  # as the sentence says


def test_layers_say_whether_two_axes_are_a_series() -> None:
    def net(*layers: Any) -> Any:
        return keras.Sequential([keras.Input((60, 3)), *layers, K.Dense(2)])

    for series in (
        [K.Conv1D(4, 5), K.GlobalAveragePooling1D()],
        [K.LSTM(4)],
        [K.Bidirectional(K.GRU(4))],
        [K.Dropout(0.1), K.BatchNormalization(), K.Conv1D(4, 5), K.Flatten()],
    ):
        assert takes_series(net(*series))
    for image in ([K.Flatten()], [K.Reshape((60, 3, 1)), K.Conv2D(3, 3), K.Flatten()]):
        assert not takes_series(net(*image))
    free = keras.Sequential([keras.Input((None, 3)), K.Masking(), K.GRU(4)])
    assert takes_series(free)


def test_a_gray_image_of_rows_for_a_subclassed_model() -> None:
    from dlwidgets.vision.channel_axis import with_channel_axis

    class Own(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.flat, self.end = K.Flatten(), K.Dense(3, "softmax")

        def call(self, x: Any) -> Any:
            return self.end(self.flat(x))

    model = Own()
    model(np.zeros((1, 8, 8), "float32"))
    assert not takes_series(model)
    assert with_channel_axis(model).input_shape == (None, 8, 8, 1)
