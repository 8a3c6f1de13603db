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
        ({"folder": 3}, "Expected `folder` as a path. Received: 3"),
        ({"name": 3}, "Expected `name` as a text"),
        ({"tags": [1]}, "Expected `tags` as a list of texts"),
        ({"tags": 1}, "Expected `tags` as a list of texts"),
        ({"budget": -1}, "Expected `budget` as bytes"),
        ({"budget": True}, "Expected `budget` as bytes"),
        ({"budget": float("nan")}, "Expected `budget` as bytes"),
        ({"budget": float("inf")}, "Expected `budget` as bytes"),
        ({"resume_every": 0}, "Expected `resume_every` as seconds"),
        ({"resume_every": "x"}, "Expected `resume_every` as seconds"),
    ],
)
def test_wrong_arguments_are_named(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises((TypeError, ValueError), match=words):
        dl.record(**wrong)
