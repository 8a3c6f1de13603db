"""The cases that the page is tested with: losses and gradients of Keras, and what doesn't fit."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets._tensorflow import load
from dlwidgets.concepts import _workflow as engine
from dlwidgets.concepts._workflow_model import targets_about

CASES = json.loads((Path(__file__).parent / "cases" / "workflow.json").read_text())


def keras_loss(name: str, targets: np.ndarray) -> tuple[Any, np.ndarray]:
    """The loss of Keras, and the targets as it takes them."""
    keras = load()[1]
    kind = "categorical_crossentropy" if name.startswith(("sparse", "categorical")) else name
    kind = "binary_crossentropy" if name.startswith("binary") else kind
    logits = {"from_logits": name.endswith("logits")} if kind.endswith("crossentropy") else {}
    if name.startswith("sparse"):
        kind, targets = f"sparse_{kind}", targets.argmax(-1)
    loss = getattr(keras.losses, kind, None) or keras.losses.get(kind)
    return lambda y, p: loss(y, p, **logits), targets


def test_the_example_is_what_keras_computes() -> None:
    tf, keras = load()
    for case in CASES["examples"]:
        z, y = np.array([case["logits"]]), np.array([case["targets"]], float)
        loss, targets = keras_loss(case["loss"], y)
        variable = tf.Variable(z)
        with tf.GradientTape() as tape:
            outputs = keras.activations.get(case["activation"])(variable)
            # A copy: Keras takes the logits of what it knows to be a softmax or sigmoid of them.
            value = tf.reduce_sum(loss(targets, tf.identity(outputs)))
        found = engine.activated(case["logits"], case["activation"])
        np.testing.assert_allclose(found, outputs.numpy()[0], atol=1e-6)
        np.testing.assert_allclose(case["value"], value, rtol=1e-5, atol=1e-6)
        own = engine.loss_of(found, case["targets"], case["loss"])
        np.testing.assert_allclose(own, case["value"], rtol=1e-9, atol=1e-9)
        gradient = engine.gradients(
            case["logits"], case["targets"], case["activation"], case["loss"]
        )
        np.testing.assert_allclose(gradient, case["gradients"], atol=1e-6)
        np.testing.assert_allclose(gradient, tape.gradient(value, variable)[0], atol=1e-4)


def test_the_findings_are_those_of_the_page() -> None:
    names = ("problem", "wanted", "labels", "largest", "units", "activation", "loss", "metric")
    for case in CASES["findings"]:
        setup = engine.Setup(**dict(zip(names, case["setup"], strict=True)))
        assert engine.mismatches(setup) == case["found"], case["setup"]
    found = set(itertools.chain.from_iterable(case["found"] for case in CASES["findings"]))
    assert len(found) == 17  # each at least once


def test_the_table_of_the_book_fits() -> None:
    for problem, labels in itertools.product(engine.PROBLEMS, engine.LABELS):
        widget = dl.concepts.workflow(problem=problem, labels=labels)
        assert widget.mismatches == []
    assert engine.advised("multiclass", "one_hot")[:2] == ("softmax", "categorical_crossentropy")
    assert engine.advised("unit_regression")[:2] == ("sigmoid", "mse")


@pytest.mark.parametrize(
    ("y", "about"),
    [
        ([0, 1, 1, 1], {"problem": "binary", "largest": 75}),
        (
            [0, 5, 5, 2],
            {"problem": "multiclass", "labels": "integers", "classes": 6, "largest": 50},
        ),
        (np.eye(3), {"problem": "multiclass", "labels": "one_hot", "classes": 3, "largest": 33}),
        ([[1, 1, 0], [0, 0, 1]], {"problem": "multilabel", "classes": 3}),
        ([[2.5], [-1]], {"problem": "regression", "values": 1}),
        ([[0.5, 0.1], [1, 0]], {"problem": "unit_regression", "values": 2}),
    ],
)
def test_targets_say_which_problem_it_is(y: Any, about: dict[str, Any]) -> None:
    assert targets_about(y) == about


@pytest.mark.parametrize("y", [[], ["a"], [np.nan, 1.0], np.zeros((2, 2, 2))])
def test_what_are_no_targets_is_said(y: Any) -> None:
    with pytest.raises(ValueError, match=r"Expected `y` to .* Received"):
        targets_about(y)
