from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from traitlets import TraitError

import dlwidgets as dl


def test_arguments_become_the_state() -> None:
    widget = dl.concepts.one_neuron(w=1.5, learning_rate=0.1, batch_size=2, seed=4, at=30)
    assert widget.state == "w=1.5;learning_rate=0.1;batch_size=2;seed=4;at=30"
    assert dl.concepts.one_neuron(state=widget.state, at=0).state.endswith("seed=4;at=0")


def test_points_of_the_user_are_kept_and_what_is_left_out_is_said() -> None:
    x = np.arange(3)
    widget = dl.concepts.one_neuron((x, 3 * x), w=1, learning_rate=0.2)
    assert widget.state == "w=1;b=0;learning_rate=0.2;x=0,1,2;y=0,3,6"
    assert widget.points_note == ""
    many = dl.concepts.one_neuron((np.arange(500), np.arange(500)))
    assert "500 points. 100 of them" in str(many.points_note)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"points": ([1, 2], [3])}, "`points` to be a pair"),
        ({"learning_rate": 0}, "`learning_rate` to be a number from 0.000000001 to 10"),
        ({"state": "x=1,2,3"}, "the same number of points. Received: 3 and 6"),
        ({"at": 201}, "from 0 to 200"),
        ({"w": float("nan")}, "Expected `w`"),
        ({"hide": ["plain"]}, "Received: 'plain'"),
    ],
)
def test_what_can_not_be_used_is_said(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        dl.concepts.one_neuron(**arguments)


def test_the_page_sets_the_state_and_nothing_else() -> None:
    widget = dl.concepts.one_neuron(lesson=True)
    widget.set_state({"state": "w=3", "points_note": "x", "lesson": []})
    assert (widget.state, str(widget.points_note), len(widget.lesson)) == ("w=3", "", 6)
    with pytest.raises(TraitError, match="same number"):
        widget.state = "x=1"
