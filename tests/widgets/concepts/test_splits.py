from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import dlwidgets as dl


def test_arguments_become_the_state() -> None:
    widget = dl.concepts.splits(trap="time", protocol="holdout", share=25, neighbors=3, seed=8)
    assert widget.state == "trap=time;protocol=holdout;share=25;neighbors=3;seed=8"


def test_samples_travel_as_they_are() -> None:
    x = np.arange(24.0).reshape(12, 2)
    widget = dl.concepts.splits(x, ["b", "a"] * 6)
    assert widget.state == "data=own"
    table = np.frombuffer(widget.own["data"], "<f4").reshape(12, 3)
    np.testing.assert_array_equal(table[:, :2], x)
    assert table[:, 2].tolist() == [1, 0] * 6
    assert widget.own["names"] == ["a", "b"]
    assert widget.own_note == ""
    note = str(dl.concepts.splits(np.zeros((500, 2)), np.arange(500) % 2).own_note)
    assert "500 samples of 2 features. 300 samples" in note
    numbers = dl.concepts.splits(np.zeros((50, 2)), np.arange(50))
    assert numbers.own["names"] == []
    assert "50 different whole numbers" in numbers.own_note
    assert dl.concepts.splits(np.zeros((50, 2)), np.arange(50) + 0.5).own_note == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"x": np.zeros((20, 1))}, "both `x` and `y`"),
        ({"trap": "all"}, "`trap` to be one of"),
        ({"folds": 1}, "`folds` to be an integer from 2 to 10. Received: 1"),
        ({"share": np.nan}, "`share` to be"),
    ],
)
def test_what_can_not_be_used_is_said(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        dl.concepts.splits(**arguments)
