from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import dlwidgets as dl


def test_arguments_become_the_state() -> None:
    widget = dl.concepts.unfolding(data="moons", layers=3, units=4, layer=2, at=(0.5, 1), seed=2)
    assert widget.state == "data=moons;layers=3;units=4;seed=2;layer=2;at=0.5,1"
    assert widget.model().count_params() == 3 * (5 * 4 + 2) + 3
    x, y = np.random.default_rng(0).normal(size=(700, 2)), np.arange(700) % 2
    own = dl.concepts.unfolding(x, y, lesson=True)
    assert (own.state, own.lesson[0]) == ("data=own", "learn")
    assert np.frombuffer(own.points["data"], "<f4").reshape(-1, 3).shape == (500, 3)
    assert "700 points. 500 of them" in own.points_note


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"data": "drawn"}, "`data` to be one of 'spirals'"),
        ({"layers": 9}, "`layers` to be an integer from 1 to 8"),
        ({"layers": 2, "layer": 3}, "`layer` to be at most 2"),
        ({"y": [0, 1]}, "Give both `x` and `y`"),
        ({"x": [[1, 2]] * 4, "y": [0, 0, 0, 0]}, "two classes. Received: 1"),
        ({"hide": ["map"]}, "Received: 'map'"),
    ],
)
def test_what_can_not_be_used_is_said(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        dl.concepts.unfolding(**arguments)
