"""What pages take of users' autoencoders."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets._tensorflow import load_keras
from dlwidgets.concepts import _reparameterization_models as models

SHAPE = (8, 8, 1)


@pytest.fixture(scope="module")
def vae() -> Any:
    return dl.models.dense_vae(SHAPE, 2, hidden=(16, 8), seed=1)


def decode(layers: Any, z: np.ndarray) -> np.ndarray:
    functions = {"linear": lambda v: v, "relu": lambda v: np.maximum(v, 0), "tanh": np.tanh}
    for kernel, biases, activation in layers:
        z = functions[activation](z @ kernel + biases)
    return np.asarray(1 / (1 + np.exp(-z)))


def chain(*layers: Any) -> Any:
    keras = load_keras()
    return keras.Sequential([keras.Input((2,)), *layers])


def test_the_layers_decode_as_keras_does(vae: Any) -> None:
    keras = load_keras()
    kinds = keras.layers
    other = chain(
        kinds.Dense(5), kinds.Activation("tanh"), kinds.Dropout(0.5), kinds.Dense(4),
        kinds.ReLU(), kinds.Dense(9, "sigmoid", use_bias=False), kinds.Reshape((3, 3, 1)),
    )  # fmt: skip
    z = np.random.default_rng(0).standard_normal((5, 2)).astype("float32")
    for decoder in (models.parts_of(vae)[0], other):
        found = decode(models.dense_layers(decoder), z)
        np.testing.assert_allclose(found, np.reshape(decoder(z), found.shape), atol=1e-6)
    assert models.image_shape(other) == (3, 3, 1)
    assert models.parts_of(other) == (other, None)


def test_the_encoder_gives_mean_and_deviation(vae: Any) -> None:
    image = models.checked_target(np.eye(8, dtype="uint8") * 255, SHAPE)
    mean, log_variance = (one.numpy()[0] for one in vae.encoder(image[None])[:2])
    found = models.encoded(vae.encoder, image)
    np.testing.assert_allclose(found, [*mean, *np.exp(log_variance / 2)], rtol=1e-5)
    keras = load_keras()
    single = keras.Sequential([keras.Input(SHAPE), keras.layers.Flatten(), keras.layers.Dense(2)])
    assert models.encoded(single, image) is None


def test_what_a_page_can_not_compute_is_said() -> None:
    kinds = load_keras().layers
    refused = {
        "Dense layers in a chain": [
            chain(kinds.Dense(4), kinds.Reshape((2, 2, 1)), kinds.Conv2D(1, 2)),
            chain(kinds.Dense(4, "gelu"), kinds.Dense(4, "sigmoid")),
            chain(kinds.Dense(4)),
        ],
        "2 dimensions": [kinds_of_three(), load_keras().Sequential([kinds.Dense(4, "sigmoid")])],
    }
    for message, decoders in refused.items():
        for decoder in decoders:
            with pytest.raises(ValueError, match=message):
                models.dense_layers(decoder)
    with pytest.raises(TypeError, match="Expected a Keras model"):
        models.parts_of("vae")
    with pytest.raises(ValueError, match="gives images of shape"):
        models.image_shape(chain(kinds.Dense(7)))


def kinds_of_three() -> Any:
    keras = load_keras()
    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(4, "sigmoid")])


@pytest.mark.parametrize(
    "image",
    [np.zeros((4, 4)), np.full((8, 8), np.nan), np.full((8, 8), 2.0), np.full((8, 8), "a"),
     np.zeros((4, 16))],
)  # fmt: skip
def test_what_is_no_image_is_said(image: Any) -> None:
    with pytest.raises(ValueError, match=r"Expected `image` .*Received"):
        models.checked_target(image, SHAPE)
