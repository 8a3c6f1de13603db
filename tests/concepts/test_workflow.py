"""The cases that the page is tested with: losses and gradients of Keras, and what doesn't fit."""

from __future__ import annotations

import itertools
import json
from contextlib import nullcontext
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
        taken = case["activation"] in ("sigmoid", "softmax") and case["loss"].endswith("logits")
        said = pytest.warns(UserWarning, match="from_logits=True") if taken else nullcontext()
        with said, tf.GradientTape() as tape:
            outputs = keras.activations.get(case["activation"])(variable)
            # As in a model: Keras takes the logits of what it knows to be a softmax or sigmoid.
            value = tf.reduce_sum(loss(targets, outputs))
        found = engine.activated(case["logits"], case["activation"])
        np.testing.assert_allclose(found, outputs.numpy()[0], atol=1e-6)
        np.testing.assert_allclose(case["value"], value, rtol=1e-5, atol=1e-6)
        seen, computed = engine.seen_by(case["logits"], case["activation"], case["loss"])
        own = engine.loss_of(seen, case["targets"], computed)
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
        ([2500, 1800, 3100], {"problem": "regression", "values": 1}),
        ([10**15, 3], {"problem": "regression", "values": 1}),
        (np.arange(200), {"problem": "regression", "values": 1}),
        (
            np.arange(400) // 2,
            {"problem": "multiclass", "labels": "integers", "classes": 200, "largest": 1},
        ),
    ],
)
def test_targets_say_which_problem_it_is(y: Any, about: dict[str, Any]) -> None:
    assert targets_about(y) == about


@pytest.mark.parametrize(
    ("y", "problem", "about"),
    [
        ([3, 5, 8], "regression", {"values": 1}),
        (np.eye(3), "unit_regression", {"values": 3}),
        (np.eye(3), "multilabel", {"classes": 3}),
        ([[1, 1, 0], [0, 0, 1]], "multiclass", {"labels": "one_hot", "classes": 3}),
        (
            [False, True, True, True],
            "multiclass",
            {"labels": "integers", "classes": 2, "largest": 75},
        ),
        ([-1, 1, 1, 1], "binary", {"largest": 75}),
        ([2500, 1800, 3100], "multiclass", {}),
    ],
)
def test_targets_follow_the_problem_that_is_named(
    y: Any, problem: str, about: dict[str, Any]
) -> None:
    assert targets_about(y, problem) == {"problem": problem, **about}


def test_integer_labels_need_a_sparse_loss() -> None:
    keras = load()[1]
    for loss in ("mse", "mae", "binary_crossentropy", "binary_logits"):
        setup = engine.Setup("multiclass", 3, "integers", 33, 3, "softmax", loss, "accuracy")
        assert engine.mismatches(setup)[-2] == "labels"
        rows = engine.Setup("multiclass", 3, "one_hot", 33, 3, "softmax", loss, "accuracy")
        assert "labels" not in engine.mismatches(rows)
        name = "binary_crossentropy" if loss.startswith("binary") else loss
        with pytest.raises((ValueError, load()[0].errors.InvalidArgumentError)):
            keras.losses.get(name)(np.arange(5), np.full((5, 3), 1 / 3))


@pytest.mark.parametrize("y", [[], ["a"], [np.nan, 1.0], np.zeros((2, 2, 2))])
def test_what_are_no_targets_is_said(y: Any) -> None:
    with pytest.raises(ValueError, match=r"Expected `y` to .* Received"):
        targets_about(y)
