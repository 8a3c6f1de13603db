from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import dlwidgets as dl


def test_arguments_become_the_state() -> None:
    assert dl.concepts.recurrent().state == ""
    widget = dl.concepts.recurrent(sequence="so it goes; now", gain=1.5)
    assert widget.state == "data=text;text=so it goes%3B now;gain=1.5"
    widget = dl.concepts.recurrent(sequence=np.array([1, 2]), cell="gru", reset_after=False)
    assert widget.state == "cell=gru;series=1,2;reset_after=0"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"sequence": []}, "Expected `sequence`"),
        ({"sequence": [[1, 2], [3, 4]]}, "shape (steps, 1)"),
        ({"sequence": [np.inf]}, "finite numbers"),
        ({"sequence": [10.0]}, "from 1 to 48 numbers from -9 to 9"),
        ({"sequence": "a" * 49}, "a text of at most 48 characters"),
        ({"cell": "rnn"}, "one of 'simple_rnn', 'lstm', 'gru'"),
        ({"gain": 4}, "`gain` to be a number from 0 to 3"),
        ({"hide": ["gates"]}, "Received: 'gates'"),
    ],
)
def test_what_can_not_be_used_is_said(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        dl.concepts.recurrent(**arguments)


def test_a_layer_travels_with_its_sequence() -> None:
    from dlwidgets._tensorflow import load_keras

    layer = load_keras().layers.SimpleRNN(2)
    layer.build((None, None, 1))
    widget = dl.concepts.recurrent(layer, [0.5, -1, 2])
    assert widget.state == "cell=simple_rnn;data=own"
    sent = widget.given
    assert sent["reset_after"]
    assert (sent["units"], sent["inputs"], sent["steps"], sent["biases"]) == (2, 1, 3, 1)
    numbers = np.frombuffer(sent["data"], "<f4")
    np.testing.assert_allclose(numbers[:2], layer.get_weights()[0].ravel())
    np.testing.assert_allclose(numbers[-3:], [0.5, -1, 2])
    with pytest.raises(ValueError, match="Expected `sequence` to be the numbers"):
        dl.concepts.recurrent(layer)
