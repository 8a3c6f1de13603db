from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import dlwidgets as dl


def test_arguments_become_the_state() -> None:
    widget = dl.concepts.metrics(positives=10, separation=1.5, threshold=0.25)
    assert widget.state == "positives=10;separation=1.5;threshold=0.25"
    # Values alone mean a regression.
    assert dl.concepts.metrics(y=[1, 2, 9]).state == "task=regression;y=1,2,9"


def test_scores_travel_as_they_are() -> None:
    widget = dl.concepts.metrics([[1], [0], [1]], np.array([[0.5], [0.25], [-1]]))
    table = np.frombuffer(widget.samples["data"], "<f4").reshape(2, -1)
    assert table.tolist() == [[1, 0, 1], [0.5, 0.25, -1]]
    assert widget.samples_note == ""
    many = np.arange(5000) % 2
    assert "5,000 samples" in str(dl.concepts.metrics(many, many).samples_note).replace(
        "5000", "5,000"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"y_true": [0, 1]}, "both `y_true` and `y_score`"),
        ({"positives": 0}, "`positives` to be an integer from 1 to 50. Received: 0"),
        ({"y": [1, 2]}, "`y` to be from 3 to 20 numbers from -20 to 20"),
        ({"threshold": np.nan}, "`threshold` to be"),
    ],
)
def test_what_can_not_be_used_is_said(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        dl.concepts.metrics(**arguments)
