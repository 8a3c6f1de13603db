"""The cases that the page is tested with, computed anew with scikit-learn."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn import metrics
from sklearn.linear_model import LinearRegression, QuantileRegressor

from dlwidgets.concepts import _metrics as engine

CASES = json.loads((Path(__file__).parent / "cases" / "metrics.json").read_text())


@pytest.mark.parametrize("case", CASES["samples"], ids=lambda case: case["name"])
def test_curves_and_areas_are_those_of_scikit_learn(case: dict[str, Any]) -> None:
    labels, scores = np.array(case["labels"]), np.array(case["scores"])
    points = engine.curve(labels, scores)
    rows = [[t if np.isfinite(t) else None, c.tp, c.fp, c.fn, c.tn] for t, c in points]
    assert rows == case["levels"]
    auc, average = engine.areas(points)
    if case["name"] == "one":
        assert [auc, average] == case["areas"] == [None, None]
        return
    fpr, tpr, thresholds = metrics.roc_curve(labels, scores, drop_intermediate=False)
    np.testing.assert_allclose([c.false_alarms for _, c in points], fpr)
    np.testing.assert_allclose([c.recall for _, c in points], tpr)
    np.testing.assert_allclose([t for t, _ in points], thresholds)
    precision, _, _ = metrics.precision_recall_curve(labels, scores)
    ours = [1 if c.precision is None else c.precision for _, c in points]
    np.testing.assert_allclose(ours, precision[::-1][: len(ours)])
    expected = [
        metrics.roc_auc_score(labels, scores),
        metrics.average_precision_score(labels, scores),
    ]
    np.testing.assert_allclose([auc, average], expected)
    np.testing.assert_allclose(case["areas"], expected, atol=1e-8)


def test_shares_are_those_of_scikit_learn() -> None:
    labels, scores = engine.toy(30, 1.5, 3)
    for threshold in (0.2, 0.5, 0.8):
        predicted = (scores >= threshold).astype(int)
        counts = engine.counts_at(labels, scores, threshold)
        matrix = [[counts.tn, counts.fp], [counts.fn, counts.tp]]
        assert metrics.confusion_matrix(labels, predicted).tolist() == matrix
        ours = [counts.accuracy, counts.precision, counts.recall, counts.f1]
        functions = [
            metrics.accuracy_score,
            metrics.precision_score,
            metrics.recall_score,
            metrics.f1_score,
        ]
        np.testing.assert_allclose(ours, [one(labels, predicted) for one in functions])


def test_one_fake_in_a_hundred_is_that_of_the_book() -> None:
    counts = engine.counts_at(*engine.toy(1, 2, 40), 2.0)
    assert (counts.tp, counts.tn, counts.fp, counts.fn) == (0, 99, 0, 1)
    assert (counts.accuracy, counts.precision, counts.recall) == (0.99, None, 0)


def test_the_toy_is_that_of_the_page() -> None:
    for case in CASES["toys"]:
        _, scores = engine.toy(case["positives"], case["separation"], case["seed"])
        assert scores[:8].tolist() == case["scores"]
    assert list(engine.VALUES) == CASES["values"]


def test_lines_are_those_of_scikit_learn() -> None:
    for case in CASES["lines"]:
        y = np.array(case["y"], float)
        x = np.arange(len(y))[:, None]
        least = LinearRegression().fit(x, y)
        squares = engine.least_squares(y)
        np.testing.assert_allclose(squares, [least.intercept_, least.coef_[0]], atol=1e-9)
        np.testing.assert_allclose(squares, case["squares"], atol=1e-8)
        np.testing.assert_allclose(engine.errors(y, squares), case["squares_errors"], atol=1e-8)
        expected = QuantileRegressor(quantile=0.5, alpha=0).fit(x, y).predict(x)
        found = engine.errors(y, engine.least_absolute(y))[1]
        # The line need not be the only one, but its error is the lowest.
        assert found == pytest.approx(metrics.mean_absolute_error(y, expected), abs=1e-7)
        assert case["absolute_error"] == pytest.approx(found, abs=1e-8)


def test_of_many_samples_some_are_chosen_evenly() -> None:
    rng = np.random.default_rng(0)
    labels = (np.arange(100_000) < 1000).astype(int)
    scores = rng.normal(size=100_000) + labels
    own = engine.checked_samples(labels, scores)
    assert own.table.shape == (2, engine.MOST_SAMPLES)
    assert own.count == 100_000
    assert own.table[0].mean() == pytest.approx(0.01, rel=0.05)
    auc = metrics.roc_auc_score(labels, scores)
    assert metrics.roc_auc_score(*own.table) == pytest.approx(auc, abs=0.01)


@pytest.mark.parametrize(
    ("labels", "scores", "message"),
    [
        ([0, 1], [0.1], "arrays of the same length"),
        (np.eye(3), np.eye(3), "one class against the others"),
        ([0, 2], [0.1, 0.2], r"labels 0 and 1. Received: \[0, 2\]"),
        ([0, 1], [0.1, np.nan], "`y_score` to have finite numbers"),
        ([0, 1], [0.1, 1e9], "from -100000 to 100000"),
    ],
)
def test_what_can_not_be_used_is_said(labels: Any, scores: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        engine.checked_samples(labels, scores)
