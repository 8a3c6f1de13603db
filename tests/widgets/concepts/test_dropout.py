from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets._tensorflow import load_keras


def test_arguments_become_the_state() -> None:
    widget = dl.concepts.dropout("vector", mask=[1, 0, 1, 0, 1], seed=3)
    assert widget.state == "values=vector;mask=1,0,1,0,1;seed=3"
    assert dl.concepts.dropout(np.array([[1, -2.5]])).values["values"] == ((1, -2.5),)
    assert dl.concepts.dropout(state="rate=0.3", phase="test").state == "rate=0.3;phase=test"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"rate": 1}, "Expected `rate`"),
        ({"values": "image"}, "one of 'matrix', 'vector', 'layer'"),
        ({"mask": [1, 0]}, "Expected `mask` to have 16 numbers"),
        ({"scaling": "both"}, "one of 'training', 'test', 'none'"),
        ({"values": np.zeros(70)}, "Received: shape (70,)"),
    ],
)
def test_what_can_not_be_used_is_said(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        dl.concepts.dropout(**arguments)


def test_masks_fall_on_a_layer_of_a_model_of_one_s_own() -> None:
    keras = load_keras()
    keras.utils.set_random_seed(1)
    layers = [keras.Input((6,)), keras.layers.Dense(70, "relu"), keras.layers.Dropout(0.3)]
    model = keras.Sequential([*layers, keras.layers.Dense(2)])
    x = np.linspace(-1, 1, 6)
    widget = dl.concepts.dropout(x, model=model)
    assert widget.values["rate"] == 0.3
    shown = np.array(widget.values["values"])
    hidden = np.maximum(x @ model.layers[0].kernel.numpy(), 0)
    assert shown.shape == (8, 8)
    np.testing.assert_allclose(shown[0, :2], hidden[:2], atol=5e-4)
    np.testing.assert_allclose(shown[-1, -1], hidden[-1], atol=5e-4)
    assert "64 of the 70 activations" in str(widget.values_note)
    assert dl.concepts.dropout(x[None], model=model, rate=0.6).values["rate"] == 0.6
    with pytest.raises(ValueError, match="Expected one sample for `model`"):
        dl.concepts.dropout(model=model)
    whole = [keras.Input((4, 4, 2)), keras.layers.SpatialDropout2D(0.2)]
    for without in (layers[:2], whole):
        with pytest.raises(ValueError, match="`Dropout` layer that drops single units"):
            dl.concepts.dropout(x, model=keras.Sequential(without))
    with pytest.raises(ValueError, match="Scale the sample as in training"):
        dl.concepts.dropout(1e6 * x, model=model)
    with pytest.raises(ValueError, match="Expected one sample of numbers"):
        dl.concepts.dropout(np.zeros((0, 6)), model=model)
