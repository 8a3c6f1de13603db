from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import dlwidgets as dl


def test_arguments_become_the_state() -> None:
    widget = dl.concepts.vectors("shear", shift=[0.5, 0], image="photo")
    assert widget.state == "matrix=1,0.5/0,1;shift=0.5,0;image=photo"
    assert dl.concepts.vectors(np.diag([2, 3])).values["matrix"] == ((2, 0), (0, 3))
    assert dl.concepts.vectors(a=[1, 0]).state == "a=1,0"
    assert dl.concepts.vectors(a=[1, 0], b=np.array([0, 2])).state == "show=sum;a=1,0;b=0,2"
    assert dl.concepts.vectors(b=[0, 2], matrix="mirror").values["show"] == "matrix"


def test_an_image_travels_as_it_is() -> None:
    widget = dl.concepts.vectors(image=np.eye(3, dtype=np.uint8))
    assert widget.state == "image=own"
    assert (widget.picture["height"], len(bytes(widget.picture["data"]))) == (3, 9)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"a": [1, 2, 3]}, "from 2 to 2 numbers"),
        ({"a": [np.nan, 0]}, "Expected `a`"),
        ({"shift": [10, 0]}, "numbers from -9 to 9"),
        ({"matrix": np.zeros((2, 3))}, "shape (2, 3)"),
        ({"image": "cat"}, "one of 'digit', 'photo', 'none', 'own'"),
        ({"image": np.zeros(4)}, "Expected `image`"),
        ({"hide": ["curve"]}, "Received: 'curve'"),
    ],
)
def test_what_can_not_be_used_is_said(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        dl.concepts.vectors(**arguments)
