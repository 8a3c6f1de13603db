from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import dlwidgets as dl


def test_arguments_become_the_state() -> None:
    widget = dl.concepts.gram_matrix("digit", compare="stripes", share=0.5, seed=3)
    assert widget.state == "image=digit;compare=stripes;share=0.5;seed=3"
    assert dl.concepts.gram_matrix(state=widget.state, share=1).values["share"] == 1


def test_features_and_images_travel() -> None:
    features = np.arange(24, dtype="float32").reshape(2, 3, 4)
    widget = dl.concepts.gram_matrix(features=features)
    sent = widget.maps
    assert (widget.state, sent["channels"], sent["height"], sent["width"]) == ("image=own", 4, 2, 3)
    numbers = np.frombuffer(sent["data"], "<f4").reshape(4, 2, 3)
    np.testing.assert_array_equal(numbers, np.moveaxis(features, 2, 0))
    assert "first 8" in dl.concepts.gram_matrix(features=np.zeros((2, 2, 9))).picture_note
    assert dl.concepts.gram_matrix(np.eye(4)).picture["height"] == 4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"image": "photo", "features": np.zeros((2, 2, 2))}, "not both"),
        ({"features": np.zeros((2, 2, 2)), "shuffle": "image"}, "by positions only"),
        ({"share": 1.5}, "a number from 0 to 1"),
        ({"tile": 0}, "an integer from 1 to 32"),
        ({"compare": "own"}, "one of 'shuffled'"),
        ({"hide": ["vgg"]}, "Received: 'vgg'"),
    ],
)
def test_what_can_not_be_used_is_said(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        dl.concepts.gram_matrix(**arguments)
