from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import dlwidgets as dl


def test_arguments_become_the_state() -> None:
    widget = dl.concepts.batch_normalization(batch_size=4, mode="inference", unit=(2, 3), step=10)
    assert widget.state == "batch_size=4;mode=inference;unit=2,3;step=10"
    assert dl.concepts.batch_normalization(state=widget.state, seed=2).values["seed"] == 2


def test_a_batch_of_the_user_reaches_the_page_whole() -> None:
    x = np.arange(12).reshape(6, 2)
    widget = dl.concepts.batch_normalization(x)
    assert widget.state == "data=own"
    assert widget.batch["units"] == 2
    assert np.frombuffer(widget.batch["data"], "<f4").tolist() == x.ravel().tolist()
    assert widget.batch_note == ""
    large = dl.concepts.batch_normalization(np.zeros((300, 20)))
    assert "256 of 300 samples and 16 of 20 units" in str(large.batch_note)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"batch_size": 0}, "Expected `batch_size` to be an integer from 1 to 64"),
        ({"epsilon": 0}, "Expected `epsilon`"),
        ({"momentum": 1}, "Expected `momentum` to be a number from 0 to 0.999"),
        ({"mode": "test"}, "one of 'training', 'inference'"),
        ({"unit": (5, 1)}, "Expected `unit` to be a layer and a unit of it"),
        ({"data": "own"}, "Expected your own batch `x` with data 'own'"),
        ({"x": np.ones((3, 2)), "data": "moons"}, "Leave one out"),
        ({"x": np.full(3, np.inf)}, "finite numbers"),
    ],
)
def test_what_can_not_be_used_is_said(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        dl.concepts.batch_normalization(**arguments)
