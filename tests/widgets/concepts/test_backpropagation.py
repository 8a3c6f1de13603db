from __future__ import annotations

import re
from typing import Any

import keras
import numpy as np
import pytest
from traitlets import TraitError

import dlwidgets as dl


def test_arguments_become_the_state() -> None:
    widget = dl.concepts.backpropagation(
        [2, 3, 2], activations=["relu", "softmax"], loss="crossentropy", focus=(2, 0, 1), at=(3, 4)
    )
    assert widget.state == (
        "layers=2,3,2;activations=relu,softmax;loss=crossentropy;focus=2,0,1;at=3,4"
    )
    same = dl.concepts.backpropagation(state=widget.state, x=[[1, 2], [3, 4]], y=[0, 1])
    assert same.state.startswith("layers=2,3,2;activations=relu,softmax;x=1,2,3,4;y=1,0,0,1;")
    assert dl.concepts.backpropagation(activations="tanh").values["activations"] == ("tanh",) * 2


def test_a_keras_model_is_taken_over_and_arguments_come_on_top() -> None:
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, "sigmoid")])
    model.set_weights([np.array([[0.5], [-0.25]]), np.array([0.125])])
    model.compile(keras.optimizers.SGD(0.25), "mse")
    widget = dl.concepts.backpropagation(model, learning_rate=0.1)
    assert widget.state == (
        "layers=2,1;activations=sigmoid;weights=0.5,-0.25,0.125;loss=mse;learning_rate=0.1"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"state": "weights=1,2"}, "Expected 12 `weights` for layers 2-2-2"),
        ({"state": "x=1,2,3"}, "`x` to have 2 numbers for each sample. Received: 3"),
        ({"x": [[1, 2], [3, 4]]}, "the same number of samples. Received: 2 and 1"),
        ({"activations": ["softmax", "tanh"]}, "softmax only last"),
        ({"activations": ["tanh"]}, "Expected 2 `activations`"),
        ({"activations": "relu", "loss": "crossentropy"}, "fits the activation 'relu'"),
        ({"focus": (3, 1, 1)}, "a weight of the layers 2-2-2"),
        ({"network": [2, 9]}, "1 to 5 units each"),
        ({"hide": ["graphs"]}, "Received: 'graphs'"),
    ],
)
def test_what_can_not_be_used_is_said(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        dl.concepts.backpropagation(**arguments)


def test_the_page_sets_the_state_and_nothing_else() -> None:
    widget = dl.concepts.backpropagation(lesson=True)
    widget.set_state({"state": "seed=3", "lesson": []})
    assert (widget.state, len(widget.lesson)) == ("seed=3", 6)
    with pytest.raises(TraitError, match="12 `weights`"):
        widget.state = "weights=1"
