from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import dlwidgets as dl


def test_arguments_become_the_state() -> None:
    widget = dl.concepts.pooling("photo", "average", window=3, units=64, shift=(2, -1))
    assert widget.state == "image=photo;kind=average;window=3;stride=3;shift=2,-1;units=64"
    # The windows lie side by side unless a stride is given.
    assert dl.concepts.pooling(window=3, stride=2).state == "window=3"
    assert dl.concepts.pooling(stride=1).values["window"] == 2


def test_an_array_travels_as_it_is() -> None:
    image = np.arange(6, dtype="float32").reshape(2, 3) - 1
    widget = dl.concepts.pooling(image)
    assert np.frombuffer(widget.picture["data"], "<f4").tolist() == image.ravel().tolist()
    assert widget.picture_note == ""
    large = dl.concepts.pooling(np.zeros((400, 400), np.uint8))
    assert "mean of 3×3 pixels" in large.picture_note


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"kind": "min"}, "`kind` to be one of 'max', 'average', 'subsample'"),
        ({"window": 7}, "`window` to be an integer from 1 to 6. Received: 7"),
        ({"shift": (1, 9)}, "`shift` to be from 2 to 2 numbers from -6 to 6"),
        ({"units": 100}, "`units` to be one of"),
        ({"image": [[np.nan]]}, "Expected `image` to have finite numbers"),
    ],
)
def test_what_can_not_be_used_is_said(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        dl.concepts.pooling(**arguments)
