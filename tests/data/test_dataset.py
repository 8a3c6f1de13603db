"""What a data set offers for training: some classes, weights, batches."""

from __future__ import annotations

import numpy as np
import pytest

from dlwidgets import data


def test_some_classes_get_labels_in_the_order_given() -> None:
    digits = data.load("digits")
    some = digits.only(["8", 3])
    assert some.class_names == ("8", "3")
    np.testing.assert_array_equal(some.x_test[some.y_test == 1], digits.x_test[digits.y_test == 3])
    assert len(some.y_train) == np.isin(digits.y_train, [3, 8]).sum()
    for wrong in (["8"], ["8", "8"], ["8", "cat"], [0, 10]):
        with pytest.raises(ValueError, match="two classes or more"):
            digits.only(wrong)
    with pytest.raises(ValueError, match="without classes"):
        data.load("line").only([0, 1])


def test_class_weights_make_all_classes_count_the_same() -> None:
    digits = data.load("digits")
    counts = np.bincount(digits.y_train)
    weights = np.array(list(digits.class_weights().values()))
    np.testing.assert_allclose(weights * counts, len(digits.y_train) / 10)
    with pytest.raises(ValueError, match="which is for regression"):
        data.load("line").class_weights()


def test_batches_hold_each_sample_once_in_another_order() -> None:
    digits = data.load("digits")
    batches = list(digits.batches(500, seed=1))
    assert [len(y) for _, y in batches] == [500, 500, 438]
    y = np.concatenate([y.numpy() for _, y in batches])
    np.testing.assert_array_equal(np.bincount(y), np.bincount(digits.y_train))
    assert (y != digits.y_train).any()
    x, y = next(iter(digits.batches(20, part="test")))
    np.testing.assert_array_equal(x, digits.x_test[:20])
    np.testing.assert_array_equal(y, digits.y_test[:20])


def test_batches_of_texts_are_ragged() -> None:
    texts = np.empty(2, object)
    texts[:] = [[1, 2, 3], [4]]
    found = data.Dataset(
        "t", "T", texts, np.array([0, 1]), texts, np.array([0, 1]), ("a", "b"),
        "classification", "text", (0, 0), "made",
    )  # fmt: skip
    x, _ = next(iter(found.batches(2, shuffle=False)))
    assert x.to_list() == [[1, 2, 3], [4]]
