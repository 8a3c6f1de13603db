from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets._tensorflow import load_keras


def compiled(units: int, activation: str | None, loss: Any, metrics: Any = ()) -> Any:
    keras = load_keras()
    layers = [keras.Input((4,)), keras.layers.Dense(units, activation=activation)]
    model = keras.Sequential(layers)
    model.compile("rmsprop", loss, metrics=list(metrics))
    return model


def test_a_model_of_ones_own_is_taken_over() -> None:
    keras = load_keras()
    model = compiled(1, None, "binary_crossentropy", ["acc"])  # as the book prints it
    widget = dl.concepts.workflow(model, np.array([0, 1, 0, 0]))
    assert widget.mismatches == ["no_probabilities"]
    assert (widget.values["units"], widget.values["metric"]) == (1, "accuracy")
    assert widget.values["largest"] == 75

    logits = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    assert dl.concepts.workflow(compiled(10, None, logits), np.arange(10)).mismatches == []
    twice = dl.concepts.workflow(compiled(10, "softmax", logits), np.arange(10))
    assert twice.mismatches == ["activation_twice"]
    one_hot = dl.concepts.workflow(compiled(10, "softmax", logits), np.eye(10))
    assert one_hot.mismatches == ["activation_twice", "labels"]


def test_without_targets_the_loss_tells_the_problem() -> None:
    model = compiled(20, "sigmoid", "binary_crossentropy", [load_keras().metrics.AUC()])
    values = dl.concepts.workflow(model).values
    assert (values["problem"], values["classes"], values["metric"]) == ("multilabel", 20, "auc")
    house = dl.concepts.workflow(compiled(1, None, "mse"), y=[10.0, 12.0, 30.0])
    assert house.values["problem"] == "regression"
    assert house.absolute_error == pytest.approx(20 / 3)


def test_whole_numbers_can_be_a_regression() -> None:
    prices = dl.concepts.workflow(y=np.array([2500, 1800, 3100]), problem="regression")
    assert (prices.values["problem"], prices.values["values"]) == ("regression", 1)
    assert prices.absolute_error == pytest.approx(1300 / 3)
    ages = dl.concepts.workflow(y=[20, 30, 60], problem="regression")
    assert ages.state == "problem=regression"  # no classes
    assert ages.absolute_error == pytest.approx(40 / 3)
    classes = dl.concepts.workflow(y=[20.0, 30.0, 60.0], problem="multiclass")
    assert (classes.values["classes"], classes.absolute_error) == (61, 0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"problem": "ranking"}, "one of 'binary', 'multiclass'"),
        ({"classes": 1}, "Expected `classes`"),
        ({"y": ["cat", "dog"]}, "Received: shape (2,) of <U3"),
        ({"model": object()}, "Expected a compiled Keras model"),
    ],
)
def test_what_can_not_be_used_is_said(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        dl.concepts.workflow(**arguments)


def test_a_loss_that_it_does_not_know_is_said() -> None:
    with pytest.raises(ValueError, match=r"Received: poisson\. Pass `loss=…`"):
        dl.concepts.workflow(compiled(1, None, "poisson"))
