from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import dlwidgets as dl


def test_arguments_become_the_state() -> None:
    widget = dl.concepts.temperature(0.5, top_k=3, top_p=0.9, seed=2, throws=20)
    assert widget.state == "temperature=0.5;top_k=3;top_p=0.9;seed=2;throws=20"
    assert dl.concepts.temperature(state=widget.state, temperature=0).values["temperature"] == 0


def test_choices_of_the_user_travel_with_their_names() -> None:
    widget = dl.concepts.temperature(logits=[2, 1.5], names=["ja", "nein"])
    assert (widget.state, widget.names, widget.names_note) == ("logits=2,1.5", ["ja", "nein"], "")
    many = dl.concepts.temperature(probabilities=np.ones(100) / 100)
    assert len(many.names) == 12
    assert many.names_note.startswith("88 less probable ones aren’t shown")
    assert many.names_note.endswith("88.0%.")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"temperature": -1}, "`temperature` to be a number from 0 to 5"),
        ({"temperature": float("nan")}, "`temperature`"),
        ({"top_k": 2.5}, "an integer from 0 to 12"),
        ({"top_p": 0}, "from 0.01 to 1"),
        ({"throws": 501}, "from 0 to 500"),
        ({"names": ["a", "b"]}, "Expected `logits` or `probabilities`"),
        ({"lesson": ["warm"]}, "Received: 'warm'"),
    ],
)
def test_what_can_not_be_used_is_said(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        dl.concepts.temperature(**arguments)
