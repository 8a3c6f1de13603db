from __future__ import annotations

import keras
import pytest

import dlwidgets as dl


def test_arguments_become_the_state() -> None:
    widget = dl.concepts.clock(600.04, answer="circle", samples=64, units=4, seed=7)
    assert widget.state == "time=600;answer=circle;samples=64;units=4;seed=7"
    assert dl.concepts.clock(state=widget.state).values == widget.values
    for wrong in ({"samples": 20}, {"time": 720}, {"answer": "angle"}):
        with pytest.raises(ValueError, match="Expected `"):
            dl.concepts.clock(**wrong)


def test_the_data_are_those_of_the_page_s_networks() -> None:
    widget = dl.concepts.clock(answer="circle", samples=8)
    x, y = widget.data()
    assert (x.shape, y.shape, x.dtype) == ((8, 144), (8, 4), "float32")
    assert widget.data("angles", 3)[0].shape == (3, 2)
    with pytest.raises(ValueError, match="`representation` to be one of"):
        widget.data("photo")


def test_a_model_s_answers_go_to_the_page() -> None:
    model = keras.Sequential([keras.Input((12, 12, 1)), keras.layers.Flatten()])
    model.add(keras.layers.Dense(4))
    own = dl.concepts.clock(model=model).own
    assert (own["representation"], own["answer"]) == ("pixels", "circle")
    assert len(own["data"]) == 1440 * 4
