"""Confusion, scores and threshold curves, against scikit-learn and counting by hand."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from dlwidgets import inspect
from dlwidgets.inspect.outcomes import outcomes

RNG = np.random.default_rng(7)


def softmax(z: np.ndarray) -> np.ndarray:
    powers = np.exp(z - z.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


# -- the figures that the references print -----------------------------------------------------


def test_the_detector_that_calls_nobody_a_fake() -> None:
    """100 users, one of them a fake: TP 0, TN 99, FP 0, FN 1; 99 %, not defined, 0 %."""
    y = np.zeros(100, int)
    y[42] = 1
    p = np.array([False] * 100)
    assert inspect.confusion(y, p).tolist() == [[99, 0], [1, 0]]
    found = inspect.scores(y, p)
    assert found.accuracy == pytest.approx(0.99)
    assert np.isnan(found.precision[1])
    assert found.recall[1] == 0.0


def test_the_answer_is_the_class_with_the_highest_output() -> None:
    """Outputs 0.8, 0.2 and 0.1 for shirt, skirt and trousers mean a shirt."""
    assert outcomes([0], [[0.8, 0.2, 0.1]]).predicted.tolist() == [0]


def test_a_picture_of_the_reference_has_its_printed_confidence() -> None:
    """The first CIFAR-10 test picture: a cat, predicted as one with 0.38579068."""
    row = np.full((1, 10), (1 - 0.38579068) / 9)
    row[0, 3] = 0.38579068
    judged = outcomes([3], row)
    assert (judged.predicted[0], judged.right[0]) == (3, True)
    assert judged.confidence[0] == pytest.approx(0.38579068)


# -- against independent computations ----------------------------------------------------------


@pytest.mark.parametrize("k", [2, 3, 10, 50, 200])
def test_every_form_of_the_same_answers_gives_the_same_counts(k: int) -> None:
    n = 400
    y = RNG.integers(0, k, n)
    z = RNG.normal(size=(n, k)) + 2 * np.eye(k)[y]
    guess = z.argmax(axis=1)
    expected = np.zeros((k, k), int)
    for true, said in zip(y, guess, strict=True):
        expected[true, said] += 1
    one_hot = np.eye(k, dtype=int)[y]
    for truth in (y, y[:, None], y.astype(float), one_hot, list(y)):
        for answers in (z, softmax(z), softmax(z).astype("float16"), guess, guess[:, None]):
            found = inspect.confusion(truth, answers, classes=k)
            np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("k", [2, 5, 60])
def test_scores_per_class_counted_by_hand(k: int) -> None:
    y, p = RNG.integers(0, k, 150), RNG.integers(0, k, 150)
    found = inspect.scores(y, p, classes=k)
    for c in range(k):
        tp = sum(1 for t, s in zip(y, p, strict=True) if t == s == c)
        said, there = int((p == c).sum()), int((y == c).sum())
        precision = tp / said if said else np.nan
        recall = tp / there if there else np.nan
        assert found.precision[c] == pytest.approx(precision, nan_ok=True)
        assert found.recall[c] == pytest.approx(recall, nan_ok=True)
        f1 = 2 * precision * recall / (precision + recall) if tp else (0 if said + there else None)
        assert found.f1[c] == pytest.approx(np.nan if f1 is None else f1, nan_ok=True)
        assert (found.support[c], found.predicted[c]) == (there, said)
    assert found.accuracy == pytest.approx((y == p).mean())
    assert found.macro[1] == pytest.approx(np.nanmean(found.recall))


def test_losses_are_those_of_keras() -> None:
    z = RNG.normal(size=(50, 4)).astype("float32") * 8
    y = RNG.integers(0, 4, 50)
    wanted = keras.losses.sparse_categorical_crossentropy(y, z, from_logits=True)
    np.testing.assert_allclose(outcomes(y, z).loss, wanted, rtol=1e-4, atol=1e-5)
    probable = keras.ops.softmax(z)
    wanted = keras.losses.sparse_categorical_crossentropy(y, np.array(probable))
    np.testing.assert_allclose(outcomes(y, probable).loss, wanted, rtol=1e-4, atol=1e-5)
    one, of = z[:, :1] * 5, (y > 1).astype(int)
    wanted = keras.losses.binary_crossentropy(of[:, None], one, from_logits=True)
    np.testing.assert_allclose(outcomes(of, one).loss, wanted, rtol=1e-4, atol=1e-5)


def test_a_certain_mistake_has_a_finite_loss() -> None:
    assert outcomes([1], [[1.0, 0.0]]).loss[0] == pytest.approx(-np.log(1e-7))


def test_one_column_is_a_probability_or_a_logit_of_class_one() -> None:
    y = RNG.integers(0, 2, 300)
    z = RNG.normal(size=300) * 3
    sigmoid = 1 / (1 + np.exp(-z))
    for p in (z, z[:, None], sigmoid, sigmoid[:, None].astype("float32")):
        judged = outcomes(y, p)
        np.testing.assert_array_equal(judged.predicted, z >= 0)
        assert judged.probabilities is not None
        np.testing.assert_allclose(judged.probabilities[:, 1], sigmoid, atol=1e-6)
    # Small logits look like probabilities: the caller knows better.
    small = outcomes([0, 1], [0.3, 0.9], logits=True)
    assert small.predicted.tolist() == [1, 1]


def scored(n: int = 500) -> tuple[np.ndarray, np.ndarray]:
    y = (RNG.random(n) < 0.2).astype(int)
    return y, np.clip(np.round(RNG.normal(0.3 + 0.3 * y, 0.2), 2), 0, 1)  # with many ties


def test_curves_are_those_of_scikit_learn() -> None:
    y, p = scored()
    curve = inspect.threshold_curve(y, p)
    fpr, tpr, thresholds = metrics.roc_curve(y, p, drop_intermediate=False)
    np.testing.assert_allclose(curve.false_positive_rate, fpr)
    np.testing.assert_allclose(curve.recall, tpr)
    np.testing.assert_allclose(curve.thresholds, thresholds)
    precision, recall, rising = metrics.precision_recall_curve(y, p)
    np.testing.assert_allclose(curve.precision[1:][::-1], precision[:-1])
    np.testing.assert_allclose(curve.recall[1:][::-1], recall[:-1])
    np.testing.assert_allclose(curve.thresholds[1:][::-1], rising)
    assert np.isnan(curve.precision[0])
    assert curve.roc_auc == pytest.approx(metrics.roc_auc_score(y, p))
    assert curve.average_precision == pytest.approx(metrics.average_precision_score(y, p))


@settings(deadline=None)
@given(st.floats(0, 1), st.sampled_from(["float32", "float64"]))
def test_the_point_on_the_curve_is_what_the_matrix_shows(threshold: float, kind: str) -> None:
    y, p = np.array([0, 1, 1, 0, 1, 0]), np.array([0.1, 0.3, 0.7, 0.7, 0.9, 1.0]).astype(kind)
    for t in (threshold, 0.3, 0.7):
        curve = inspect.threshold_curve(y, p)
        at = curve.index(t)
        (tn, fp), (fn, tp) = inspect.confusion(y, p, threshold=t).tolist()
        assert (curve.tp[at], curve.fp[at]) == (tp, fp)
        assert (curve.positives - curve.tp[at], curve.negatives - curve.fp[at]) == (fn, tn)
        assert outcomes(y, p).at(t).predicted.tolist() == (p >= t).astype(int).tolist()


def test_one_class_against_the_rest() -> None:
    y = RNG.integers(0, 4, 200)
    p = softmax(RNG.normal(size=(200, 4)) + np.eye(4)[y])
    curve = inspect.threshold_curve(y, p, positive=2)
    assert curve.roc_auc == pytest.approx(metrics.roc_auc_score(y == 2, p[:, 2]))


def test_a_thinned_curve_keeps_its_shape() -> None:
    y, p = np.arange(20_000) % 7 == 0, RNG.random(20_000)
    p = np.where(y, np.sqrt(p), p)
    curve = inspect.threshold_curve(y.astype(int), p)
    kept = curve.thinned(300)
    assert len(kept) <= 300
    assert (kept[0], kept[-1]) == (0, len(curve.thresholds) - 1)
    area = metrics.auc(curve.false_positive_rate[kept], curve.recall[kept])
    assert area == pytest.approx(curve.roc_auc, abs=1e-3)


# -- what the last activation tells ------------------------------------------------------------


def test_a_sigmoid_per_class_gives_probabilities_that_are_shown_as_they_are() -> None:
    z = RNG.normal(size=(60, 4)) * 2
    y = RNG.integers(0, 4, 60)
    p = 1 / (1 + np.exp(-z))
    for activation in ("sigmoid", ""):
        judged = outcomes(y, p, activation=activation)
        np.testing.assert_array_equal(judged.probabilities, p)
        np.testing.assert_array_equal(judged.predicted, z.argmax(axis=1))
        np.testing.assert_allclose(judged.confidence, p.max(axis=1))
        wanted = keras.losses.binary_crossentropy(np.eye(4)[y], p)
        np.testing.assert_allclose(judged.loss, wanted, rtol=1e-4)
        assert judged.independent
        assert "need not sum to 1" in judged.note
    # Rows that sum to 1 by chance are no softmax, and those of a softmax have nothing to say.
    chance = outcomes([0, 1], [[0.9, 0.1], [0.3, 0.7]], activation="sigmoid")
    assert (chance.independent, chance.threshold) == (True, None)
    assert outcomes(y, softmax(z)).note == ""


def test_two_sigmoids_have_no_threshold() -> None:
    judged = outcomes([0, 1], [[0.9, 0.6], [0.7, 0.8]])
    assert judged.predicted.tolist() == [0, 1]  # not class 1 for its 0.6
    with pytest.raises(ValueError, match=r"which sum to 1\. Received: 2 classes"):
        judged.at(0.7)
    with pytest.raises(ValueError, match="two classes whose probabilities sum to 1"):
        inspect.scores([0], [[0.9, 0.6]], threshold=0.5)


def test_logits_in_the_range_of_probabilities_are_logits_if_the_model_says_so() -> None:
    y, z = np.array([1, 0]), np.array([[0.25, 0.75], [0.5, 0.5]])
    told, looked = outcomes(y, z, activation="linear"), outcomes(y, z)
    np.testing.assert_allclose(told.probabilities, softmax(z))
    np.testing.assert_array_equal(looked.probabilities, z)
    one = outcomes([1, 0], [[0.3], [-0.1]], activation="linear")
    assert one.predicted.tolist() == [1, 0]
    assert outcomes([1, 0], [0.3, 0.1], activation="sigmoid").predicted.tolist() == [0, 0]
    curve = inspect.threshold_curve([0, 1], [0.0, 0.5], activation="linear")
    np.testing.assert_allclose(curve.thresholds[1:], [1 / (1 + np.exp(-0.5)), 0.5])


def test_rounding_makes_no_softmax_independent() -> None:
    p = np.array([[0.5, 0.48], [0.2, 0.8]])
    assert not outcomes([0, 1], p, activation="softmax").independent
    assert outcomes([0, 1], p).independent


def test_one_column_is_one_class_only_for_a_softmax() -> None:
    ones = np.ones((4, 1), "float32")
    alone = outcomes([0] * 4, ones, activation="softmax")
    assert (alone.classes, alone.right.all(), alone.loss.sum()) == (1, True, 0)
    assert "only one class" in alone.note
    assert outcomes([0] * 4, ones, activation="sigmoid").classes == 2
    assert outcomes([0] * 4, ones).classes == 2  # a sigmoid that is sure says the same
    with pytest.raises(ValueError, match=r"A softmax with one unit is.*Received: 2 classes"):
        inspect.confusion([0, 1, 0, 1], ones, activation="softmax")
    with pytest.raises(ValueError, match="One sigmoid distinguishes two classes"):
        inspect.scores([0] * 4, ones, classes=1, activation="sigmoid")
    with pytest.raises(ValueError, match=r"curve needs two classes\. Received: 1 class"):
        inspect.threshold_curve([0] * 4, ones, activation="softmax")


def ends() -> dict[str, Any]:
    k = keras.layers
    inner = keras.Sequential([keras.Input((3,)), k.Dense(2, activation="sigmoid")])
    return {
        "fused": ([k.Dense(3, activation="softmax")], "softmax"),
        "own layer": ([k.Dense(3), k.Softmax()], "softmax"),
        "precision": ([k.Dense(3), k.Activation("softmax", dtype="float32")], "softmax"),
        "dropout": ([k.Dense(3, activation="sigmoid"), k.Dropout(0.1)], "sigmoid"),
        "reshaped": ([k.Reshape((1, 3)), k.Dense(2), k.Flatten()], "linear"),
        "logarithms": ([k.Dense(3, activation="log_softmax")], "linear"),
        "nested": ([k.Dense(3), inner], "sigmoid"),
        "ReLU": ([k.Dense(3, activation="relu")], ""),
        "scaled": ([k.Dense(3), k.Rescaling(0.1)], ""),
        "a cell's": ([k.Reshape((1, 3)), k.LSTM(2, activation="sigmoid")], ""),
    }


@pytest.mark.parametrize("name", list(ends()))
def test_the_last_activation_is_found(name: str) -> None:
    parts, wanted = ends()[name]
    assert inspect.final_activation(keras.Sequential([keras.Input((3,)), *parts])) == wanted


@pytest.mark.parametrize("activation", [None, "softmax"])
def test_a_last_layer_of_one_s_own_that_cannot_be_described(activation: str | None) -> None:
    class Own(keras.layers.Layer):
        def __init__(self, secret: object) -> None:
            super().__init__()
            self.activation = keras.activations.get(activation)

        def call(self, x: Any) -> Any:
            return self.activation(x)

    parts = [keras.layers.Dense(3, activation="softmax"), Own(object())]
    assert inspect.final_activation(keras.Sequential([keras.Input((3,)), *parts])) == ""
    # What it gives may go on to layers that tell.
    parts.append(keras.layers.Dense(2, activation="sigmoid"))
    assert inspect.final_activation(keras.Sequential([keras.Input((3,)), *parts])) == "sigmoid"


def test_the_last_activation_of_other_models() -> None:
    x = keras.Input((3,))
    a, b = (keras.layers.Dense(2, activation="softmax")(x) for _ in range(2))
    both = keras.Model(x, [keras.ops.sigmoid(keras.layers.Dense(2)(x)), a + b])
    assert [inspect.final_activation(both, i) for i in (0, 1)] == ["sigmoid", ""]

    class Own(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.end = keras.layers.Dense(2)

        def call(self, x: Any) -> Any:
            if np.asarray(x).any():  # no symbolic tensor has values
                return self.end(x)
            return x

    own = Own()
    own(np.ones((1, 3)))
    assert inspect.final_activation(own) == ""


# -- what is odd -------------------------------------------------------------------------------


def test_rows_that_are_not_numbers_count_as_wrong_and_stand_in_no_cell() -> None:
    y = np.array([0, 1, 2, 1])
    p = np.eye(3)[[0, 1, 2, 0]]
    p[1] = np.nan
    p[2, 0] = np.inf
    assert inspect.confusion(y, p).tolist() == [[1, 0, 0], [1, 0, 0], [0, 0, 0]]
    found = inspect.scores(y, p)
    assert (found.accuracy, found.unanswered) == (0.25, 2)
    assert found.recall.tolist() == [1.0, 0.0, 0.0]
    assert np.isnan(found.precision[1])
    judged = outcomes(y, p)
    assert judged.predicted.tolist() == [0, -1, -1, 0]
    assert np.isnan(judged.loss[1])
    assert np.isnan(judged.confidence[2])
    nothing = np.full((4, 3), np.nan)
    assert inspect.confusion(y, nothing).sum() == 0
    assert inspect.scores(y, nothing).accuracy == 0.0


def test_nan_in_one_column_is_no_answer() -> None:
    curve = inspect.threshold_curve([0, 1, 1], [0.2, np.nan, 0.9])
    assert (curve.positives, curve.negatives) == (1, 1)
    assert outcomes([0, 1, 1], [0.2, np.nan, 0.9]).predicted.tolist() == [0, -1, 1]


@pytest.mark.filterwarnings("error")
def test_one_class_only() -> None:
    softmax_of_one = np.ones((5, 1))
    assert inspect.confusion([0] * 5, softmax_of_one, classes=1).tolist() == [[5]]
    found = inspect.scores([0] * 5, softmax_of_one, classes=1)
    assert (found.accuracy, found.recall.tolist()) == (1.0, [1.0])
    curve = inspect.threshold_curve([1, 1], [0.2, 0.8])
    assert np.isnan(curve.roc_auc)
    assert curve.average_precision == 1.0
    assert np.isnan(curve.false_positive_rate).all()


def test_no_samples() -> None:
    found = inspect.scores(np.zeros(0, int), np.zeros((0, 3)))
    assert np.isnan(found.accuracy)
    assert inspect.confusion(np.zeros(0, int), np.zeros((0, 3))).shape == (3, 3)
    assert len(inspect.threshold_curve(np.zeros(0, int), np.zeros(0)).thresholds) == 1


@pytest.mark.parametrize(
    ("y", "p", "options", "said"),
    [
        ([0, 1], np.zeros((3, 2)), {}, "same number of rows. Received: 2 and 3"),
        ([0, 1], np.zeros((2, 4, 3)), {}, r"shape \(2, 4, 3\)"),
        ([0, 5], softmax(np.zeros((2, 3))), {}, "outputs for 3 classes. Received: 6"),
        ([0, -1], [0.5, 0.5], {}, "Received: -1 in row 1"),
        ([0, 0.5], [0.5, 0.5], {}, "Received: 0.5 in row 1"),
        ([0, np.nan], [0.5, 0.5], {}, "Received: nan in row 1"),
        (
            [[0, 1], [1, 1]],
            [0.5, 0.5],
            {},
            r"one-hot rows, .* Received: row 1 is \[1",
        ),
        (["cat", "dog"], [0.5, 0.5], {}, "Expected class numbers or one-hot rows in `y`"),
        ([0, 1], ["cat", "dog"], {}, "Expected numbers in `p`"),
        ([0, 1, 2], [0.5, 0.5, 0.1], {}, "One column of `p` distinguishes two classes"),
        ([0, 1, 2], [0, 1, 2], {"threshold": 0.5}, "needs probabilities. Received: labels"),
        (
            [0, 1],
            np.eye(3)[:2],
            {"threshold": 0.5},
            "probabilities sum to 1. Received: 3",
        ),
        ([0, 1], [0.1, 0.9], {"threshold": 1.5}, "0 to 1. Received: 1.5"),
        ([0, 1], np.eye(3)[:2], {"classes": 5}, "outputs for 3 classes. Received: 5"),
        ([0, 4], [0, 1], {"classes": 3}, "contain 5 classes. Received: classes=3"),
        (0, [0.5], {}, "Expected `y` of shape"),
    ],
)
def test_what_does_not_go_together_is_named(
    y: object, p: object, options: dict[str, object], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        inspect.scores(y, p, **options)  # type: ignore[arg-type]


def test_labels_have_no_curve() -> None:
    with pytest.raises(ValueError, match=r"needs probabilities or logits. Received: labels"):
        inspect.threshold_curve([0, 1], [0, 1])
    with pytest.raises(ValueError, match=r"`positive` to be a class from 0 to 1. Received: 2"):
        inspect.threshold_curve([0, 1], [0.1, 0.7], positive=2)
    with pytest.raises(ValueError, match="Received: 3 classes"):
        outcomes([0, 1], np.eye(3)[:2]).at(0.5)
