"""How a run is recorded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import dlwidgets as dl


def test_what_is_given_is_kept() -> None:
    options = dl.record("a", name="b", tags=["c", "d"], budget=1e6, resume_every=2)
    assert (options.folder, options.name, options.tags) == (Path("a"), "b", ("c", "d"))
    assert (options.budget, options.resume_every) == (1_000_000, 2.0)
    assert dl.record(tags="one").tags == ("one",)
    assert dl.record().folder == Path("runs")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"folder": 3}, "Expected `folder` to be a path. Received: 3"),
        ({"name": 3}, "Expected `name` to be a string"),
        ({"tags": [1]}, "Expected `tags` to be a list of strings"),
        ({"tags": 1}, "Expected `tags` to be a list of strings"),
        ({"budget": -1}, "Expected `budget` to be a number of bytes"),
        ({"budget": True}, "Expected `budget` to be a number of bytes"),
        ({"budget": float("nan")}, "Expected `budget` to be a number of bytes"),
        ({"budget": float("inf")}, "Expected `budget` to be a number of bytes"),
        ({"resume_every": 0}, "Expected `resume_every` to be a number of seconds"),
        ({"resume_every": "x"}, "Expected `resume_every` to be a number of seconds"),
    ],
)
def test_wrong_arguments_are_named(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises((TypeError, ValueError), match=words):
        dl.record(**wrong)
