from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from traitlets import TraitError

import dlwidgets as dl


def test_arguments_become_the_state() -> None:
    widget = dl.concepts.gradient_descent(
        "rosenbrock", optimizers=["adam", "sgd"], learning_rate=0.01, start=(0, 2), at=30
    )
    assert widget.state == (
        "function=rosenbrock;optimizers=sgd,adam;learning_rate=0.01;start=0,2;at=30"
    )
    assert dl.concepts.gradient_descent("parabola", optimizers="sgd", start=-1.5).values[
        "start"
    ] == (-1.5,)
    same = dl.concepts.gradient_descent(state=widget.state, beta_2=0.99, epsilon=1e-8)
    assert same.state.endswith("learning_rate=0.01;beta_2=0.99;epsilon=0.00000001;start=0,2;at=30")


def test_points_and_functions_of_the_user_travel_as_they_are() -> None:
    x = np.array([0, 1, 2.5])
    widget = dl.concepts.gradient_descent(points=(x, 2 * x), batch_size=1)
    assert widget.state == "function=points;batch_size=1"
    sent = widget.table
    assert (sent["rows"], sent["columns"]) == (2, 3)
    assert np.frombuffer(sent["data"], "<f4").tolist() == [0, 1, 2.5, 0, 2, 5]
    curve = dl.concepts.gradient_descent(np.cos(np.linspace(0, 9, 40)), start=1)
    assert curve.state == "function=own;start=1"
    assert curve.table["rows"] == 1
    assert curve.table_note == ""


def test_large_points_are_scaled_unless_the_user_says_otherwise() -> None:
    points = (np.arange(20) * 50, np.arange(20))
    assert dl.concepts.gradient_descent(points=points).values["scaled"] is True
    assert dl.concepts.gradient_descent(points=points, scaled=False).values["scaled"] is False
    many = dl.concepts.gradient_descent(points=(np.arange(2000), np.arange(2000)))
    assert "2,000 points. 500 of them" in many.table_note
    assert "reach from 0 to 4" in dl.concepts.gradient_descent(np.eye(5) * 900).table_note


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"function": "hill"}, "`function` to be one of 'parabola'"),
        ({"function": [1, 2]}, "at least 4 values"),
        ({"function": "bowl", "start": 1}, "`start` to have 2 numbers for function 'bowl'"),
        ({"function": "bowl", "points": ([1, 2], [3, 4])}, "`function` or `points`, not both"),
        ({"optimizers": ["sgd", "lion"]}, "a list of some of 'sgd'"),
        ({"learning_rate": 0}, "`learning_rate` to be a number from 0.0001 to 10"),
        ({"momentum": 1}, "from 0 to 0.99"),
        ({"at": 151}, "from 0 to 150"),
        ({"hide": ["plots"]}, "Received: 'plots'"),
        ({"lesson": [dl.concepts.Step("x", done="explode")]}, "Received: 'explode'"),
    ],
)
def test_what_can_not_be_used_is_said(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        dl.concepts.gradient_descent(**arguments)


def test_the_page_sets_the_state_and_nothing_else() -> None:
    widget = dl.concepts.gradient_descent(lesson=True)
    widget.set_state({"state": "optimizers=adam", "table": {"rows": 1}, "lesson": []})
    assert (widget.state, widget.table) == ("optimizers=adam", {})
    assert widget.lesson == ["step", "drag", "rate", "momentum", "local", "batch"]
    with pytest.raises(TraitError, match="2 numbers"):
        widget.state = "start=1"
