from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import dlwidgets as dl


def test_arguments_become_the_state() -> None:
    widget = dl.concepts.reparameterization(
        digit=7, mean=(0, 1), deviation=(0.5, 0.25), path="sampled", beta=4, epsilon=(1, -1)
    )
    state = "digit=7;mean=0,1;deviation=0.5,0.25;path=sampled;beta=4;epsilon=1,-1"
    assert widget.state == state
    assert widget.model().output_shape == (None, 784)
    assert dl.concepts.reparameterization("drawing", seed=3).state == "image=drawing;seed=3"


def test_an_autoencoder_and_an_image_of_the_user_travel() -> None:
    vae = dl.models.dense_vae((8, 8, 1), 2, hidden=(16, 8))
    image = np.random.default_rng(0).random((8, 8))
    widget = dl.concepts.reparameterization(image, model=vae)
    assert widget.state == "image=own"
    sent = widget.decoder
    assert [layer["units"] for layer in sent["layers"]] == [8, 16, 64]
    kernel = np.frombuffer(sent["layers"][0]["kernel"]["data"], "<f4").reshape(2, 8)
    np.testing.assert_array_equal(kernel, vae.decoder.get_weights()[0])
    mean = vae.encoder(image.reshape(1, 8, 8, 1))[0].numpy()[0]
    np.testing.assert_allclose(widget.encoded[:2], mean, rtol=1e-5)
    pixels = np.frombuffer(widget.picture["data"], "<f4")
    np.testing.assert_allclose(pixels, image.ravel(), rtol=1e-6)
    alone = dl.concepts.reparameterization(image, model=vae.decoder)
    assert (alone.encoded, alone.decoder["height"]) == ([], 8)
    with pytest.raises(ValueError, match=r"array of shape \(8, 8, 1\)"):
        dl.concepts.reparameterization(model=vae)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"mean": [1]}, "Expected `mean` to have 2 numbers"),
        ({"deviation": (0, 1)}, "Expected `deviation`"),
        ({"path": "none"}, "one of 'reparameterized', 'sampled'"),
        ({"image": np.zeros((8, 8))}, "of shape (28, 28, 1)"),
        ({"beta": -1}, "a number from 0 to 20"),
        ({"hide": ["vgg"]}, "Received: 'vgg'"),
    ],
)
def test_what_can_not_be_used_is_said(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        dl.concepts.reparameterization(**arguments)
