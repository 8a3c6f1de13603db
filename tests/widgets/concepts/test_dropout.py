from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import dlwidgets as dl


def test_arguments_become_the_state() -> None:
    widget = dl.concepts.dropout("vector", mask=[1, 0, 1, 0, 1], seed=3)
    assert widget.state == "values=vector;mask=1,0,1,0,1;seed=3"
    assert dl.concepts.dropout(np.array([[1, -2.5]])).values["values"] == ((1, -2.5),)
    assert dl.concepts.dropout(state="rate=0.3", phase="test").state == "rate=0.3;phase=test"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"rate": 1}, "Expected `rate`"),
        ({"values": "image"}, "one of 'matrix', 'vector', 'layer'"),
        ({"mask": [1, 0]}, "Expected `mask` to have 16 numbers"),
        ({"scaling": "both"}, "one of 'training', 'test', 'none'"),
        ({"values": np.zeros(70)}, "Received: shape (70,)"),
    ],
)
def test_what_can_not_be_used_is_said(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        dl.concepts.dropout(**arguments)
