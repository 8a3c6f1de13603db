"""What is found in data: scale, order, balance, and labels of other samples."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

import dlwidgets as dl
from dlwidgets.inspect.diagnosis import Setup, data_facts, data_rules


@pytest.fixture(scope="module")
def digits():
    data = dl.data.load("digits").normalized()
    return data.x_train, data.y_train


def test_the_scale_is_that_of_the_worst_input() -> None:
    facts = data_facts({"a": np.zeros((9, 2)), "b": np.arange(18.0).reshape(9, 2)})
    assert (facts.low, facts.high, facts.mean) == (0.0, 17.0, 8.5)


def test_of_large_samples_some_values_are_looked_at() -> None:
    x = np.zeros((300, 60, 60), np.uint8)
    x[:, ::2] = 200
    facts = data_facts(x)
    assert (facts.samples, facts.low, facts.high) == (300, 0.0, 200.0)
    assert facts.mean == pytest.approx(100, abs=10)


def test_one_wide_feature_is_seen() -> None:
    x = np.random.default_rng(0).normal(size=(200, 5)) * [1, 1, 1, 1, 500]
    found = data_rules.unscaled(data_facts(x), Setup())
    assert found is not None
    assert "500" in found.reason or "One feature varies" in found.reason


@pytest.mark.parametrize(
    ("factor", "unscaled"), [(1.0, False), (255.0, True), (1e-3, True), (2.0, False)]
)
def test_images_from_0_to_255_are_not_scaled(digits, factor, unscaled) -> None:
    facts = data_facts(digits[0] * factor)
    assert (data_rules.unscaled(facts, Setup()) is not None) is unscaled
    assert data_rules.unscaled(facts, Setup(scales=True)) is None


def test_order_matters_where_nothing_is_shuffled(digits) -> None:
    x, y = digits
    order = np.argsort(y, kind="stable")
    facts = data_facts(x[order], y[order], "classes")
    assert facts.runs_share < 0.02
    assert data_rules.in_order(facts, Setup(shuffles=False)) is not None
    assert data_rules.in_order(facts, Setup(shuffles=True)) is None
    assert data_rules.in_order(facts, Setup(shuffles=True, validation_split=0.2)) is not None
    mixed = data_facts(x, y, "classes")
    assert mixed.runs_share == pytest.approx(1.0, abs=0.1)
    assert data_rules.in_order(mixed, Setup(shuffles=False, validation_split=0.2)) is None


def test_targets_that_rise_with_their_place_are_in_order() -> None:
    x = np.random.default_rng(0).normal(size=(300, 3))
    facts = data_facts(x, np.linspace(0, 1, 300), "regression")
    assert facts.order == pytest.approx(1.0)
    assert data_rules.in_order(facts, Setup(shuffles=False)) is not None


def test_neighbors_agree_as_far_as_those_of_scikit_learn(digits) -> None:
    x, y = digits
    flat = x.reshape(len(x), -1)
    own = data_facts(x, y, "classes").agreement
    nearest = KNeighborsClassifier(6).fit(flat, y).kneighbors(flat, return_distance=False)[:, 1:]
    same = float((y[nearest] == y[:, None]).mean())
    chance = float(np.square(np.bincount(y) / len(y)).sum())
    assert own == pytest.approx((same - chance) / (1 - chance), abs=0.05)


def test_shuffled_labels_agree_by_chance(digits) -> None:
    x, y = digits
    facts = data_facts(x, np.random.default_rng(0).permutation(y), "classes")
    assert data_rules.at_chance(facts)
    assert not data_rules.at_chance(data_facts(x, y, "classes"))


def test_the_baseline_is_the_entropy_of_the_classes_or_the_variance() -> None:
    x = np.random.default_rng(0).normal(size=(100, 2))
    y = np.array([0] * 25 + [1] * 75)
    assert data_facts(x, y, "binary").baseline == pytest.approx(0.5623, abs=1e-4)
    assert data_facts(x, np.eye(2)[y], "classes").baseline == pytest.approx(0.5623, abs=1e-4)
    targets = np.arange(100.0)
    facts = data_facts(x, targets, "regression", held_out=targets[:50])
    assert (facts.baseline, facts.held_out) == (targets.var(), targets[:50].var())


def test_a_rare_class_is_told_unless_classes_are_weighted() -> None:
    y = np.array([0] * 950 + [1] * 50)
    facts = data_facts(np.zeros((1000, 2)), y, "binary")
    found = data_rules.imbalance(facts, Setup())
    assert found is not None
    assert "95.0%" in found.reason
    assert data_rules.imbalance(facts, Setup(weighted=True)) is None


def test_of_many_classes_a_small_sample_cannot_tell_the_rare_ones() -> None:
    x, rng = np.zeros((1000, 2)), np.random.default_rng(0)
    words = np.minimum(rng.zipf(1.5, 1000), 400) - 1
    assert data_rules.imbalance(data_facts(x, words, "classes"), Setup()) is None
    letters = rng.choice(40, 1000, p=np.geomspace(1, 0.01, 40) / np.geomspace(1, 0.01, 40).sum())
    facts = data_facts(x, letters, "classes")
    assert data_rules.imbalance(facts, Setup(tokens=True)) is None
    assert data_rules.imbalance(facts, Setup()) is not None
    few = np.array([0] * 60 + [1] * 4)
    assert data_rules.imbalance(data_facts(x[:64], few, "binary"), Setup()) is None


def test_of_an_unknown_model_it_is_not_said_that_inputs_are_not_scaled(digits) -> None:
    facts = data_facts(digits[0] * 255.0)
    assert data_rules.unscaled(facts, Setup(scales=None)) is None


@pytest.mark.parametrize(
    "x",
    [
        np.array([["a"], ["b"]]),
        np.empty((0, 3)),
        np.zeros((5, 2)),
        np.full((5, 2), np.nan),
        [np.zeros((5, 2)), np.zeros((5, 3))],
    ],
)
@pytest.mark.parametrize("task", ["classes", "regression", "multi_label", ""])
def test_nothing_strange_in_the_data_raises(x, task) -> None:
    n = len(x[0]) if isinstance(x, list) else len(x)
    facts = data_facts(x, np.zeros(n), task)
    data_rules.unscaled(facts, Setup())
    data_rules.in_order(facts, Setup(shuffles=False))
    data_rules.imbalance(facts, Setup())
