"""The texts of states: the same cases as in the page's tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dlwidgets.concepts._convolution import FIELDS
from dlwidgets.concepts._fields import Names, Number, Numbers, Text, read_state, write_state

CASES = json.loads((Path(__file__).parent / "cases" / "states.json").read_text())


def plain(values: dict[str, Any]) -> Any:
    return json.loads(json.dumps(values))


@pytest.mark.parametrize("case", CASES["good"], ids=lambda case: case["state"])
def test_a_state_is_read_and_written(case: dict[str, Any]) -> None:
    values = read_state(case["state"], FIELDS)
    assert {name: plain(values)[name] for name in case["values"]} == case["values"]
    assert write_state(values, FIELDS) == case.get("written", case["state"])


@pytest.mark.parametrize("state", CASES["bad"])
def test_what_is_no_state_is_said(state: str) -> None:
    with pytest.raises(ValueError, match=r"Expected .*Received: "):
        read_state(state, FIELDS)


def test_values_are_checked_as_they_are_written() -> None:
    fields = {"rate": Number(0.1, 0, 1, 4), "start": Numbers((1, 2), -9, 9)}
    assert write_state({"rate": 0.00004, "start": [1.5, -0.25]}, fields) == "rate=0;start=1.5,-0.25"
    for name, value in (("rate", 2), ("rate", "x"), ("start", [99]), ("speed", 1), ("rate", None)):
        with pytest.raises(ValueError, match="Expected"):
            write_state({name: value}, fields)


def test_a_list_of_names_may_repeat_them() -> None:
    fields = {"layers": Names((), ("relu", "tanh"), least=0, most=3)}
    assert write_state({"layers": ["relu", "tanh", "relu"]}, fields) == "layers=relu,tanh,relu"
    assert read_state("layers=tanh,tanh", fields) == {"layers": ("tanh", "tanh")}
    for value in (["relu"] * 4, ["elu"], ["", ""], 5):
        with pytest.raises(ValueError, match="Expected `layers` to be from 0 to 3 of the names"):
            write_state({"layers": value}, fields)


def test_texts_of_the_user_are_kept() -> None:
    fields = {"words": Text("", 12, 2)}
    for typed, state in CASES["texts"]["good"]:
        assert write_state({"words": typed}, fields) == state
        assert read_state(state, fields) == {"words": typed}
    for state in CASES["texts"]["bad"]:
        with pytest.raises(ValueError, match="a text of at most 12 characters in at most 2 lines"):
            read_state(state, fields)
    with pytest.raises(ValueError, match="Expected `words`"):
        write_state({"words": 3}, fields)
