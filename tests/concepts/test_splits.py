"""The cases that the page is tested with, computed anew with scikit-learn."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.feature_selection import SelectKBest, f_classif, f_regression
from sklearn.metrics import accuracy_score, mean_absolute_error
from sklearn.model_selection import KFold, TimeSeriesSplit, train_test_split
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from dlwidgets.concepts import _splits as engine
from dlwidgets.concepts import _splits_data as data
from dlwidgets.concepts._fields import read_state
from dlwidgets.concepts._random import shuffled

CASES = json.loads((Path(__file__).parent / "cases" / "splits.json").read_text())


def scores_of_scikit_learn(
    samples: data.Samples, made: tuple[engine.Split, ...], values: dict[str, Any], *, careless: bool
) -> list[float]:
    select = values["trap"] == "selection"
    found = []
    for split in made:
        train, validation = list(split.train), list(split.validation)
        kind = KNeighborsClassifier if samples.classes else KNeighborsRegressor
        learner = kind(values["neighbors"], algorithm="kd_tree")
        steps: list[Any] = [StandardScaler()]
        if select:
            score = f_classif if samples.classes else f_regression
            width = samples.x.shape[1]
            steps.insert(0, SelectKBest(score, k=min(engine.KEPT_COLUMNS, width)))
        before = make_pipeline(*steps)
        leaks = careless and values["trap"] in {"scaling", "selection"}
        known = list(range(len(samples.y))) if leaks else train
        before.fit(samples.x[known], samples.y[known])
        learner.fit(before.transform(samples.x[train]), samples.y[train])
        predicted = learner.predict(before.transform(samples.x[validation]))
        metric = accuracy_score if samples.classes else mean_absolute_error
        found.append(float(metric(samples.y[validation], predicted)))
    return found


@pytest.mark.parametrize("case", CASES["states"], ids=lambda case: case["state"] or "default")
def test_scores_are_those_of_scikit_learn(case: dict[str, Any]) -> None:
    values = read_state(case["state"], engine.FIELDS)
    samples = engine.samples_of(values)
    for name, careless in (("careless", True), ("right", False)):
        found = engine.measure(samples, values, careless=careless)
        expected = case[name]
        theirs = scores_of_scikit_learn(samples, found.splits, values, careless=careless)
        np.testing.assert_allclose(found.scores, theirs, atol=1e-12)
        np.testing.assert_allclose(expected["scores"], theirs, atol=1e-9)
        assert expected["spread"] == pytest.approx(np.std(theirs), abs=1e-9)
        assert list(found.wrong) == expected["wrong"]
        assert list(found.splits[-1].order[:12]) == expected["order"]
        assert [[len(s.train), len(s.validation)] for s in found.splits] == expected["sizes"]
    dummy = (DummyClassifier if samples.classes else lambda: DummyRegressor(strategy="median"))()
    always = dummy.fit(samples.x, samples.y).predict(samples.x)
    metric = accuracy_score if samples.classes else mean_absolute_error
    assert engine.baseline(samples) == pytest.approx(metric(samples.y, always))
    assert case["baseline"] == pytest.approx(engine.baseline(samples))


def test_blocks_are_those_of_scikit_learn() -> None:
    values = read_state("folds=5", engine.FIELDS)
    samples = engine.samples_of(values)
    made = engine.splits(samples, values, careless=False)
    order = np.array(made[0].order)
    for split, (train, validation) in zip(made, KFold(5).split(order), strict=True):
        assert list(split.train) == order[train].tolist()
        assert list(split.validation) == order[validation].tolist()
    values = read_state("trap=time;folds=7", engine.FIELDS)
    samples = engine.samples_of(values)
    made = engine.splits(samples, values, careless=False)
    for split, (train, validation) in zip(made, TimeSeriesSplit(7).split(samples.y), strict=True):
        assert split.train == tuple(train)
        assert split.validation == tuple(validation)
    values = read_state("protocol=holdout;share=33", engine.FIELDS)
    samples = engine.samples_of(values)
    (split,) = engine.splits(samples, values, careless=False)
    _, held = train_test_split(np.arange(178), test_size=0.33)
    assert len(split.validation) == len(held)


def test_each_sample_is_validated_once_and_no_copy_is_apart_from_its_original() -> None:
    values = read_state("trap=duplicates;copies=100", engine.FIELDS)
    samples = engine.samples_of(values)
    for careless in (True, False):
        made = engine.splits(samples, values, careless=careless)
        validated = [i for split in made for i in split.validation]
        assert sorted(validated) == list(range(356))
        known = [{samples.source[i] for i in split.train} for split in made]
        shared = [
            sum(samples.source[i] in one for i in split.validation)
            for split, one in zip(made, known, strict=True)
        ]
        assert all(shared) if careless else not any(shared)


def test_of_random_features_nothing_can_be_learned_but_by_a_leak() -> None:
    values = read_state("trap=selection", engine.FIELDS)
    samples = engine.samples_of(values)
    careless, right = (
        np.mean([engine.measure(samples, values, careless=way, seed=i).mean for i in range(5)])
        for way in (True, False)
    )
    assert careless > engine.baseline(samples) + 0.2 > right + 0.2


def test_own_samples_are_used_as_they_are() -> None:
    case = CASES["own"]
    own = data.checked_samples(case["x"], case["y"])
    assert own.names == ()
    values = read_state("data=own;folds=3;neighbors=3", engine.FIELDS)
    found = engine.measure(own.samples, values, careless=False)
    theirs = scores_of_scikit_learn(own.samples, found.splits, values, careless=False)
    np.testing.assert_allclose(found.scores, theirs, atol=1e-12)
    np.testing.assert_allclose(case["plain"], theirs, atol=1e-9)
    assert shuffled(10, 42) == CASES["shuffled"]


def test_labels_of_any_type_become_classes_or_a_regression() -> None:
    x = np.arange(24.0).reshape(24, 1)
    assert data.checked_samples(x, ["a", "b"] * 12).names == ("a", "b")
    assert data.checked_samples(x, [0.0, 3.0] * 12).names == ("0", "3")
    assert data.checked_samples(x, [True, False] * 12).names == ("False", "True")
    assert data.checked_samples(x, np.eye(2)[[0, 1] * 12]).table[:, 1].tolist() == [0, 1] * 12
    assert data.checked_samples(x, np.arange(24)).names == ()
    large = data.checked_samples(np.zeros((1000, 8, 8), np.uint8), np.arange(1000) % 10)
    assert large.table.shape == (12_000 // 65, 65)
    assert (large.count, large.features) == (1000, 64)
    # A constant feature and one class do no harm.
    own = data.checked_samples(np.full((20, 2), 0.1), np.zeros(20, int))
    values = read_state("data=own", engine.FIELDS)
    assert engine.measure(own.samples, values, careless=False).scores == (1, 1, 1, 1, 1)


def test_times_keep_their_differences_as_float32() -> None:
    times = 1.7e9 + 10 * np.arange(90)
    table = data.checked_samples(times[:, None], [0, 1] * 45).table
    expected = (times - times.mean()) / times.std()
    np.testing.assert_allclose(table[:, 0], expected, rtol=1e-5)
    dates = times.astype("datetime64[s]")[:, None]
    np.testing.assert_allclose(data.checked_samples(dates, [0, 1] * 45).table[:, 0], expected, 1e-5)


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        ([1, 2], [0, 1], "`x` to have at least 12 samples"),
        (np.zeros((20, 2)), np.zeros(19), "the same number of samples"),
        ([["a"]] * 20, np.zeros(20), "`x` to have real numbers"),
        (np.full((20, 2), np.nan), np.zeros(20), "finite numbers"),
        (np.full((20, 2), 1e300), np.zeros(20), "from -1e15 to 1e15"),
        (np.zeros((50, 1)), [f"class {i}" for i in range(50)], "at most 20 classes"),
        (np.zeros((20, 1), complex), np.zeros(20), "`x` to have real numbers"),
        (np.array([["NaT"]] * 20, "datetime64[s]"), np.zeros(20), "Received: NaT"),
        (np.zeros((20, 1)), np.zeros(20, complex), "complex numbers"),
        (np.zeros((20, 1)), np.array(["a", None] * 10, object), "a label for each sample"),
        (np.zeros((20, 1)), np.array(["a", np.nan] * 10, object), "a label for each sample"),
        (np.zeros((20, 1)), [[1, 1, 0], [0, 0, 1]] * 10, "a row with 2 of them"),
    ],
)
def test_what_can_not_be_used_is_said(x: Any, y: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        data.checked_samples(x, y)


def test_the_page_has_the_wines_of_scikit_learn() -> None:
    file = Path(__file__).parents[2] / "labextension" / "src" / "views" / "splits" / "wine.ts"
    assert file.read_text() == data.script()
