from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import dlwidgets as dl


def test_arguments_become_the_state() -> None:
    widget = dl.concepts.capacity(model="network", units=32, stopping=True, dropout=0.2, size=10)
    assert widget.state == "model=network;size=10;units=32;dropout=0.2;stopping=1"


def test_points_travel_scaled() -> None:
    widget = dl.concepts.capacity(np.arange(10) * 5, np.arange(10) % 2)
    assert widget.state == "data=own"
    table = np.frombuffer(widget.own["data"], "<f4").reshape(10, 2)
    assert table[[0, -1], 0].tolist() == [-1, 1]
    assert widget.own["scale"] == [22.5, 22.5, 0.5, 0.5]
    note = dl.concepts.capacity(np.arange(300), np.arange(300)).own_note
    assert "300 points. 200 of them" in str(note)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"x": [1, 2, 3]}, "both `x` and `y`"),
        ({"degree": 21}, "`degree` to be an integer from 0 to 20. Received: 21"),
        ({"strength": 0}, "`strength` to be"),
        ({"penalty": "l3"}, "`penalty` to be one of"),
    ],
)
def test_what_can_not_be_used_is_said(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        dl.concepts.capacity(**arguments)
