from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import dlwidgets as dl


def test_arguments_become_the_state() -> None:
    widget = dl.concepts.activation_functions(["tanh", "relu"], x=1.5, negative_slope=0.01)
    assert widget.state == "functions=relu,tanh;focus=tanh;negative_slope=0.01;x=1.5"
    assert dl.concepts.activation_functions("sigmoid").state == "functions=sigmoid"
    same = dl.concepts.activation_functions(state=widget.state, show="softmax", logits=[1, 0.5])
    assert same.state.startswith("show=softmax;functions=relu,tanh;focus=tanh;")
    assert same.state.endswith("logits=1,0.5")


def test_functions_and_values_of_the_user_travel() -> None:
    widget = dl.concepts.activation_functions("relu", own=lambda x: x**2, values=[2, -1])
    assert widget.state == "functions=relu,own;focus=own"
    squares = np.frombuffer(widget.table["data"], "<f4")
    assert (squares[0], squares[300], squares[-1]) == (36, 0, 36)
    assert np.frombuffer(widget.sample["data"], "<f4").tolist() == [-1, 2]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"functions": ["relu", "mish"]}, "a list of some of 'linear'"),
        ({"functions": "relu", "focus": "step"}, "`focus` to be one of 'linear'"),
        ({"x": 7}, "from -6 to 6"),
        ({"logits": [1]}, "from 2 to 10 numbers"),
        ({"logits": [1, float("nan")]}, "`logits`"),
        ({"layers": 0}, "an integer from 1 to 8"),
        ({"hide": ["plot"]}, "Received: 'plot'"),
    ],
)
def test_what_can_not_be_used_is_said(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        dl.concepts.activation_functions(**arguments)


def test_what_is_no_function_is_said() -> None:
    with pytest.raises(TypeError, match="Received: str"):
        dl.concepts.activation_functions(own="mish")  # type: ignore[arg-type]
