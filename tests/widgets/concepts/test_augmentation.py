from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import dlwidgets as dl


def test_arguments_become_the_state() -> None:
    assert dl.concepts.augmentation().state == ""
    widget = dl.concepts.augmentation("digit", digit=3, rotation=0, horizontal_flip=False)
    assert widget.state == "image=digit;digit=3;rotation=0;horizontal_flip=0"
    assert dl.concepts.augmentation(throw=(10, 0.1)).state == "throw=10,0.1,0,0,1,1,0,0"


def test_an_image_travels_as_it_is() -> None:
    widget = dl.concepts.augmentation(np.zeros((4, 6, 3), np.uint8), fill_mode="wrap")
    assert widget.state == "image=own;fill_mode=wrap"
    assert (widget.picture["channels"], len(bytes(widget.picture["data"]))) == (3, 72)
    assert "mean of 2×2 pixels" in dl.concepts.augmentation(np.zeros((150, 150))).picture_note


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"rotation": 181}, "`rotation` to be an integer from 0 to 180"),
        ({"zoom": 1}, "`zoom` to be a number from 0 to 0.9"),
        ({"shear": float("nan")}, "Expected `shear`"),
        ({"fill_mode": "black"}, "one of 'constant', 'nearest', 'reflect', 'wrap'"),
        ({"throw": [0, 2]}, "Expected `right` of `throw` to be from -1 to 1. Received: 2"),
        ({"state": "throw=1,2,3"}, "Expected `throw` to be 8 numbers"),
        ({"image": np.zeros((2, 2, 4))}, "Expected `image`"),
        ({"hide": ["dice"]}, "Received: 'dice'"),
    ],
)
def test_what_can_not_be_used_is_said(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        dl.concepts.augmentation(**arguments)
