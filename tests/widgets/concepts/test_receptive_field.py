from __future__ import annotations

import keras
import pytest

import dlwidgets as dl


def test_arguments_become_the_state() -> None:
    layers = [("conv", 3), ("pool", 3), ("conv", 3, 2, 1, "same")]
    widget = dl.concepts.receptive_field(layers, size=40, at=(2, 1, 1))
    assert widget.state == "layers=c3,p3,c3.2s;size=40;at=2,1,1"
    assert widget.own == {}
    assert dl.concepts.receptive_field(state=widget.state).values == widget.values


def test_a_model_gives_layers_names_and_size() -> None:
    layers = keras.layers
    model = keras.Sequential(
        [keras.Input((40, 40, 1)), layers.Conv2D(2, 3, name="edges"), layers.MaxPooling2D()]
    )
    widget = dl.concepts.receptive_field(model)
    assert widget.state == "layers=c3,p2;size=40"
    assert widget.own["layers"] == "c3,p2"
    assert widget.own["names"][0] == "edges"
    assert dl.concepts.receptive_field(model.layers[:1], size=9).state == "layers=c3;size=9"


def test_what_can_not_be_used_is_said() -> None:
    with pytest.raises(ValueError, match="`size` to be an integer from 1 to 512"):
        dl.concepts.receptive_field(size=1000)
    with pytest.raises(ValueError, match="`layers` to be from 1 to 40 layers such as 'c3'"):
        dl.concepts.receptive_field(state="layers=c99")
