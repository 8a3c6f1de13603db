from __future__ import annotations

import re
from typing import Any

import keras
import numpy as np
import pytest

import dlwidgets as dl
from tests.helpers.waiting import until


@pytest.fixture(scope="module")
def model() -> Any:
    layers = [keras.layers.Dense(6, activation="relu") for _ in range(3)]
    return keras.Sequential([keras.Input((4,)), *layers, keras.layers.Dense(1)])


def test_arguments_become_the_state() -> None:
    widget = dl.concepts.initialization(method="he", residual=True, layer=3, scale=1.25)
    assert widget.state == "method=he;scale=1.25;residual=1;layer=3"
    assert widget.measured == {}
    assert dl.concepts.initialization(state=widget.state, depth=4).values["method"] == "he"


def test_a_model_of_the_user_is_measured_again_when_the_page_asks(model: Any) -> None:
    widget = dl.concepts.initialization(model, np.ones((5, 4)))
    try:
        assert widget.state == "method=model"
        first = widget.measured
        assert (first["key"], first["samples"]) == ("model;1;uniform;0", 5)
        widget.state = "method=zeros"
        until(lambda: widget.measured["key"] == "zeros;1;uniform;0", "the measurement")
        assert widget.measured["activations"]["std"][1:] == [0, 0, 0, 0]
        assert first["activations"]["std"][1] > 0
    finally:
        widget.close()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"method": "model"}, "Expected a Keras model with method 'model'"),
        ({"method": "xavier"}, "one of 'model', 'zeros'"),
        ({"scale": 0}, "Expected `scale` to be a number from 0.1 to 10"),
        ({"scale": float("nan")}, "Expected `scale`"),
        ({"depth": 31}, "Expected `depth` to be an integer from 1 to 30"),
        ({"x": np.ones((2, 4))}, "Expected a Keras model with `x` and `y`"),
    ],
)
def test_what_can_not_be_used_is_said(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        dl.concepts.initialization(**arguments)


def test_a_model_without_a_batch_is_refused(model: Any) -> None:
    with pytest.raises(ValueError, match="Expected a batch `x`"):
        dl.concepts.initialization(model)
