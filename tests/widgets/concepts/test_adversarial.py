from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.concepts._digit_networks import keras_model
from tests.helpers.waiting import until


def test_arguments_become_the_state() -> None:
    widget = dl.concepts.adversarial(digit=3, network="linear", target=8, epsilon=0.05, seed=2)
    assert widget.state == "digit=3;network=linear;target=8;epsilon=0.05;seed=2"
    assert widget.model().count_params() == 7850
    drawing = dl.concepts.adversarial("drawing", method="iterative", steps=5, pixel=(2, 3))
    assert drawing.state == "image=drawing;method=iterative;steps=5;pixel=2,3"


def test_an_image_of_the_user_travels() -> None:
    widget = dl.concepts.adversarial(np.eye(28)[None, :, :, None])
    assert (widget.state, widget.picture["height"]) == ("image=own", 28)


def test_a_model_of_the_user_is_attacked_and_follows_the_page() -> None:
    image = dl.data.load("digits28").x_test[:1]
    names = [f"digit {i}" for i in range(10)]
    widget = dl.concepts.adversarial(image, model=keras_model("network"), class_names=names)
    assert widget.state == "image=own;network=own"
    sent = widget.attack
    assert sent["names"] == names
    assert sent["key"] == "own;5;sign;;10;0"
    shares = np.frombuffer(sent["adversarial"], "<f4").reshape(len(sent["levels"]), 10)
    np.testing.assert_allclose(shares.sum(1), 1, rtol=1e-5)
    flip = sent["flip"]
    assert shares[flip].argmax() != sent["label"] == shares[flip - 1].argmax()
    assert len(sent["signs"]) == 784
    # A choice in the page.
    widget.state += ";target=1;method=iterative;steps=2"
    until(lambda: widget.attack["key"] == "own;5;iterative;1;2;0", "the attack")
    assert (widget.attack["target"], len(widget.attack["signs"])) == (1, 16 * 784)
    widget.set(target=[99])
    until(lambda: "Expected `target` from 0 to 9" in str(widget.note), "what went wrong")
    widget.close()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"epsilon": 2}, "Expected `epsilon`"),
        ({"target": 11}, "Expected `target` to be a digit"),
        ({"network": "vgg"}, "one of 'network', 'linear', 'own'"),
        ({"image": np.zeros((8, 8))}, "of shape (28, 28) for the network of the page"),
        ({"model": keras_model, "value_range": (1, 0)}, "the smaller one first"),
        ({"hide": ["vgg"]}, "Received: 'vgg'"),
    ],
)
def test_what_can_not_be_used_is_said(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        dl.concepts.adversarial(**arguments)
