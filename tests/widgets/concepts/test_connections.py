from __future__ import annotations

import keras
import numpy as np
import pytest

import dlwidgets as dl


def test_arguments_become_the_state() -> None:
    widget = dl.concepts.connections(
        shape=12, kernel=np.int64(5), stride=2, padding="same", filters=2
    )
    assert widget.state == "shape=12,1;kernel=5;stride=2;padding=same;filters=2"
    assert widget.own == {}
    again = dl.concepts.connections(state=widget.state, point="line", at=(1, 0))
    assert again.state == f"{widget.state};point=line;at=1,0"


def test_a_layer_gives_setting_name_and_count() -> None:
    model = keras.Sequential([keras.Input((9, 9, 1)), keras.layers.Conv2D(2, 3, name="edges")])
    widget = dl.concepts.connections(model.layers[0], units=5)
    assert widget.state == "shape=9,9,1;filters=2;units=5"
    assert widget.own == {
        "kind": "conv",
        "name": "edges",
        "parameters": 20,
        "state": "shape=9,9,1;filters=2",
    }


def test_what_can_not_be_used_is_said() -> None:
    with pytest.raises(ValueError, match="`kernel` to have one number"):
        dl.concepts.connections(kernel=(3, 3))
    with pytest.raises(ValueError, match="Expected `shape` to be the shape of one input"):
        dl.concepts.connections(state="shape=5000,5,1")
    with pytest.raises(ValueError, match="`filters` to be an integer from 1 to 4096"):
        dl.concepts.connections(filters=0)


def test_numbers_of_numpy_and_single_numbers_are_taken() -> None:
    widget = dl.concepts.connections(
        kernel=np.int64(3), shape=np.array([12, 1]), point="output", at=np.int32(2)
    )
    assert widget.state == "shape=12,1;point=output;at=2"
    for wrong in ("3", True):
        with pytest.raises(ValueError, match="Expected `kernel` to be whole numbers"):
            dl.concepts.connections(kernel=wrong)  # type: ignore[arg-type]
