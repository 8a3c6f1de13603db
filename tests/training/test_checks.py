"""Arguments that cannot work are refused at once, with what was received."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

import dlwidgets as dl
from tests.helpers.training import digits, mlp


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"epochs": 0}, "`epochs` must be a whole number of at least 1. Received: 0"),
        ({"epochs": -3}, "`epochs` must be .* Received: -3"),
        ({"epochs": 2.5}, "`epochs` must be .* Received: 2.5"),
        ({"epochs": True}, "`epochs` must be .* Received: True"),
        ({"epochs": 2, "initial_epoch": 2}, "must be greater than `initial_epoch`"),
        ({"batch_size": 0}, "`batch_size` must be .* Received: 0"),
        ({"batch_size": "32"}, "`batch_size` must be .* Received: '32'"),
        ({"validation_split": 1.0}, "`validation_split` must be .* Received: 1.0"),
        ({"validation_split": -0.1}, "`validation_split` must be .* Received: -0.1"),
        ({"y": np.zeros(50)}, "Received: x: 64, y: 50"),
        ({"sample_weight": np.ones(3)}, "sample_weight: 3"),
        ({"x": None}, "Received: x=None"),
        ({"x": np.zeros((0, 64)), "y": np.zeros(0)}, "x with 0 samples"),
        ({"x": {"a": np.zeros((9, 2))}}, r"x\['a'\]: 9, y: 64"),
        ({"x": [np.zeros((64, 2)), np.zeros((8, 2))]}, r"x\[0\]: 64, x\[1\]: 8, y: 64"),
        ({"x": [], "y": []}, "x with 0 samples"),
        ({"x": [np.zeros((0, 2))], "y": [np.zeros(0)]}, r"x\[0\] with 0 samples"),
        ({"validation_split": "a"}, "`validation_split` must be .* Received: 'a'"),
        ({"initial_epoch": None}, "`initial_epoch` must be .* Received: None"),
        ({"initial_epoch": -1}, "`initial_epoch` must be .* Received: -1"),
    ],
    ids=str,
)
def test_refused(arguments: dict[str, Any], message: str) -> None:
    x, y = digits(64)
    with pytest.raises(ValueError, match=message):
        dl.fit(mlp(), **{"x": x, "y": y, **arguments})


def test_a_model_that_is_not_compiled() -> None:
    with pytest.raises(ValueError, match=r"'sequential\w*' isn't compiled\. Call `model\.compile"):
        dl.fit(mlp(compiled=False), *digits(64))


@pytest.mark.parametrize("model", [None, "model", keras.layers.Dense(1), np.zeros(3)], ids=repr)
def test_no_model_at_all(model: Any) -> None:
    with pytest.raises(TypeError, match=r"Expected a Keras model\. Received: "):
        dl.fit(model, *digits(64))


def test_callbacks_that_are_none() -> None:
    with pytest.raises(
        TypeError, match=r"must be `keras\.callbacks\.Callback` objects\. Received: 'a'"
    ):
        dl.fit(mlp(), *digits(64), callbacks=["a"])


def test_a_batch_larger_than_the_data_is_remarked_on() -> None:
    run = dl.fit(mlp(), *digits(100), batch_size=300, epochs=2).wait()
    assert run.step_count == 2
    assert "batch size 300 is larger than the 100 training samples" in run.message


def test_refused_arguments_leave_the_model_free() -> None:
    model = mlp()
    with pytest.raises(ValueError, match="epochs"):
        dl.fit(model, *digits(64), epochs=0)
    assert dl.fit(model, *digits(64)).wait().state == "finished"


def test_numpy_integers_are_whole_numbers() -> None:
    run = dl.fit(mlp(), *digits(64), epochs=np.int64(2), batch_size=np.int32(16)).wait()
    assert run.step_count == 8
