from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import dlwidgets as dl


def test_arguments_become_the_state() -> None:
    widget = dl.concepts.batches(60_000, 128, 5, at=470, shuffle=False)
    assert widget.state == "samples=60000;batch_size=128;epochs=5;shuffle=0;at=470"
    assert dl.concepts.batches(np.zeros((50, 3))).state == "samples=50"
    assert dl.concepts.batches(state=widget.state, drop_remainder=True).values["drop_remainder"]


def test_labels_of_the_user_travel() -> None:
    widget = dl.concepts.batches(batch_size=2, labels=["cat", "dog", "cat"])
    assert widget.state == "samples=3;batch_size=2"
    assert bytes(widget.classes["data"]) == b"\x00\x01\x00"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"samples": 0}, "`samples` to be an integer from 1 to 100000"),
        ({"batch_size": 0.5}, "`batch_size` to be an integer"),
        ({"epochs": 1001}, "from 1 to 1000"),
        ({"samples": 4, "labels": [1, 2]}, "one label for each of 4 samples. Received: 2 labels"),
        ({"at": -1}, "`at`"),
        ({"lesson": ["epochs"]}, "Received: 'epochs'"),
    ],
)
def test_what_can_not_be_used_is_said(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        dl.concepts.batches(**arguments)
