"""Confusion matrix, scores per class, and curves over the threshold of a classifier."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr
from dlwidgets.inspect.outcomes import Outcomes, outcomes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets.inspect._final_activation import FinalActivation


@dataclass(frozen=True, eq=False)
class Scores:
    """How good a classifier is, overall and per class; NaN means undefined (0/0).

    Attributes:
        accuracy: Share of the samples that were predicted right.
        precision: float64, shape (k,), TP / (TP + FP): of those predicted as a class, the share
            that is of it. Not defined for a class that is never predicted.
        recall: float64, shape (k,), TP / (TP + FN): of those that are of a class, the share that
            was found. Not defined for a class that does not occur.
        f1: float64, shape (k,), 2·TP / (2·TP + FP + FN), which is the harmonic mean of precision
            and recall wherever there is one.
        support: int64, shape (k,), how many samples are of the class.
        predicted: int64, shape (k,), how many were predicted as the class.
        samples: How many samples there are.
        unanswered: How many of them have an output that is not finite; they count as wrong.
    """

    accuracy: float
    precision: NDArray[np.float64] = field(repr=False)
    recall: NDArray[np.float64] = field(repr=False)
    f1: NDArray[np.float64] = field(repr=False)
    support: NDArray[np.int64] = field(repr=False)
    predicted: NDArray[np.int64] = field(repr=False)
    samples: int = 0
    unanswered: int = 0

    @property
    def macro(self) -> tuple[float, float, float]:
        """Precision, recall and F1, each the mean over the classes for which it is defined."""
        return _mean(self.precision), _mean(self.recall), _mean(self.f1)


def _mean(values: NDArray[np.float64]) -> float:
    defined = values[np.isfinite(values)]
    return float(defined.mean()) if defined.size else math.nan


def confusion(
    y: Any,
    p: Any,
    *,
    classes: int | None = None,
    threshold: float | None = None,
    logits: bool | None = None,
    activation: FinalActivation = "",
) -> NDArray[np.int64]:
    """Return the confusion matrix of a classifier.

    Args:
        y: True classes, as for `outcomes`.
        p: Probabilities, logits, one column, or labels, as for `outcomes`.
        classes: Number of classes; by default as many as `y` and `p` need.
        threshold: For two classes, from which probability on class 1 is predicted; 0.5 by default.
        logits: Whether `p` holds logits; None looks at it.
        activation: The model's last one, if it is known, as for `outcomes`.

    Returns:
        int64, shape (k, k): row = true class, column = predicted class. Samples whose output is
        not finite are in no cell.

    Raises:
        ValueError: As for `outcomes`.

    Example:
        >>> dl.inspect.confusion([0, 0, 1, 2], [0, 1, 1, 2]).tolist()
        [[1, 1, 0], [0, 1, 0], [0, 0, 1]]
    """
    return confusion_of(
        outcomes(y, p, classes=classes, threshold=threshold, logits=logits, activation=activation)
    )


def confusion_of(judged: Outcomes) -> NDArray[np.int64]:
    """Return the confusion matrix of `Outcomes`; see `confusion`."""
    k, known = judged.classes, judged.predicted >= 0
    if k == 1 or not known.any():  # scikit-learn warns of the first and refuses the second
        return np.full((k, k), known.sum(), np.int64)
    from sklearn.metrics import confusion_matrix

    counts: NDArray[np.int64] = confusion_matrix(
        judged.truth[known], judged.predicted[known], labels=np.arange(k)
    ).astype(np.int64)
    return counts


def most_confused(counts: NDArray[np.int64]) -> tuple[int, int] | None:
    """Return the true and the predicted class of the most frequent mistake; `None` for no mistakes.

    Args:
        counts: A confusion matrix, shape (classes, classes), as from `confusion`.
    """
    wrong = counts * (1 - np.eye(len(counts), dtype=counts.dtype))
    if not wrong.any():
        return None
    row, column = np.unravel_index(int(wrong.argmax()), wrong.shape)
    return int(row), int(column)


def scores(
    y: Any,
    p: Any,
    *,
    classes: int | None = None,
    threshold: float | None = None,
    logits: bool | None = None,
    activation: FinalActivation = "",
) -> Scores:
    """Return accuracy, and precision, recall and F1 of each class.

    Args:
        y: True classes, as for `outcomes`.
        p: Probabilities, logits, one column, or labels, as for `outcomes`.
        classes: Number of classes; by default as many as `y` and `p` need.
        threshold: For two classes, from which probability on class 1 is predicted; 0.5 by default.
        logits: Whether `p` holds logits; None looks at it.
        activation: The model's last one, if it is known, as for `outcomes`.

    Returns:
        The `Scores`, with NaN for what is 0/0.

    Raises:
        ValueError: As for `outcomes`.

    Example:
        One fake account among 100, and a detector that never finds any:

        >>> one_fake = [1] + [0] * 99
        >>> found = dl.inspect.scores(one_fake, [0] * 100)
        >>> found.accuracy, found.precision[1], found.recall[1]
        (0.99, np.float64(nan), np.float64(0.0))
    """
    return scores_of(
        outcomes(y, p, classes=classes, threshold=threshold, logits=logits, activation=activation)
    )


def scores_of(judged: Outcomes) -> Scores:
    """Return the scores of `Outcomes`; see `scores`."""
    k, n = judged.classes, len(judged)
    known = judged.predicted[judged.predicted >= 0]
    predicted = np.bincount(known, minlength=k).astype(np.int64)
    support = np.bincount(judged.truth, minlength=k).astype(np.int64)
    if n == 0:
        nothing = np.full(k, np.nan)
        return Scores(math.nan, nothing, nothing, nothing, support, predicted)
    from sklearn.metrics import precision_recall_fscore_support

    # A sample without an answer has the label -1, which is none of the classes: it is missed by
    # its own and taken for no other.
    precision, recall, f1, _ = precision_recall_fscore_support(
        judged.truth, judged.predicted, labels=np.arange(k), zero_division=np.nan
    )
    return Scores(
        float(judged.right.mean()), precision, recall, f1, support, predicted, n, n - len(known)
    )


@dataclass(frozen=True, eq=False)
class ThresholdCurve:
    """Counts of right and wrong predictions at each threshold, for one positive class.

    A sample counts as positive if its probability is at least the threshold.

    Attributes:
        thresholds: Floats, shape (m,), falling: infinity first, where nothing is positive, then
            each probability that occurs.
        tp: int64, shape (m,), true positives at each threshold.
        fp: int64, shape (m,), false positives.
        positives: Samples of the positive class.
        negatives: All others.
    """

    thresholds: NDArray[Any] = field(repr=False)
    tp: NDArray[np.int64] = field(repr=False)
    fp: NDArray[np.int64] = field(repr=False)
    positives: int
    negatives: int

    @cached_property
    def precision(self) -> NDArray[np.float64]:
        """TP / (TP + FP) at each threshold; NaN where nothing is positive."""
        return _ratio(self.tp, self.tp + self.fp)

    @cached_property
    def recall(self) -> NDArray[np.float64]:
        """TP / P at each threshold, the true positive rate; NaN without positive samples."""
        return _ratio(self.tp, np.full_like(self.tp, self.positives))

    @cached_property
    def false_positive_rate(self) -> NDArray[np.float64]:
        """FP / N at each threshold; NaN without negative samples."""
        return _ratio(self.fp, np.full_like(self.fp, self.negatives))

    @cached_property
    def f1(self) -> NDArray[np.float64]:
        """2·TP / (2·TP + FP + FN) at each threshold."""
        return _ratio(2 * self.tp, self.tp + self.fp + self.positives)

    @cached_property
    def roc_auc(self) -> float:
        """Area under the ROC curve: recall over the false positive rate. NaN with one class."""
        if not self.positives or not self.negatives:
            return math.nan
        from sklearn.metrics import auc

        return float(auc(self.false_positive_rate, self.recall))

    @cached_property
    def average_precision(self) -> float:
        """Mean of the precisions, weighted by the gain in recall. NaN without positive samples."""
        if not self.positives:
            return math.nan
        return float((np.diff(self.recall) * self.precision[1:]).sum())

    def index(self, threshold: float) -> int:
        """Return the place in the arrays for a threshold."""
        rising = self.thresholds[::-1]
        # In the precision of the probabilities, as `Outcomes` compares them.
        least = rising.dtype.type(threshold)
        return len(rising) - 1 - int(np.searchsorted(rising, least, side="left"))

    def thinned(self, most: int) -> NDArray[np.intp]:
        """Return places that draw visually the same ROC and precision-recall curves.

        Args:
            most: At most this many, at least 8.

        Returns:
            Indices into the arrays, rising: evenly spread over the length of either curve, with
            both ends.
        """
        m = len(self.thresholds)
        if m <= most:
            return np.arange(m)
        marks = [np.zeros(1, np.intp), np.array([m - 1])]
        for across, up in (
            (self.false_positive_rate, self.recall),
            (self.recall, self.precision),
        ):
            steps = np.abs(np.diff(np.nan_to_num(across))) + np.abs(np.diff(np.nan_to_num(up)))
            length = np.concatenate([[0.0], np.cumsum(steps)])
            wanted = np.linspace(0, length[-1], most // 2 - 1)
            marks.append(np.searchsorted(length, wanted).clip(0, m - 1))
        return np.unique(np.concatenate(marks))


def _ratio(part: NDArray[np.int64], whole: NDArray[np.int64]) -> NDArray[np.float64]:
    ratio = np.full(len(whole), np.nan)
    np.divide(part, whole, out=ratio, where=whole > 0)
    return ratio


def threshold_curve(
    y: Any,
    p: Any,
    *,
    positive: int = 1,
    logits: bool | None = None,
    activation: FinalActivation = "",
) -> ThresholdCurve:
    """Return precision, recall, ROC and precision-recall curve over all thresholds.

    Args:
        y: True classes, as for `outcomes`.
        p: Probabilities or logits; one column, or one per class.
        positive: The class that the question is about; with more than two classes it stands
            against all others.
        logits: Whether `p` holds logits; None looks at it.
        activation: The model's last one, if it is known, as for `outcomes`.

    Returns:
        The `ThresholdCurve`; samples whose output is not finite are left out.

    Raises:
        ValueError: As for `outcomes`; or `p` holds labels, which have no threshold; or `positive`
            is no class.

    Source:
        T. Fawcett, An introduction to ROC analysis, 2006, section 5.

    Example:
        >>> curve = dl.inspect.threshold_curve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
        >>> curve.roc_auc
        0.75
    """
    if logits is None and np.asarray(p).dtype.kind in "biu" and np.asarray(p).ndim == 1:
        message = tr(
            "A threshold curve needs probabilities or logits. Received: labels in `p`",
        )
        raise ValueError(message)
    return threshold_curve_of(outcomes(y, p, logits=logits, activation=activation), positive)


def threshold_curve_of(judged: Outcomes, positive: int = 1) -> ThresholdCurve:
    """Return the curve of `Outcomes`; see `threshold_curve`."""
    if judged.probabilities is None:
        message = tr(
            "A threshold curve needs probabilities or logits. Received: labels in `p`",
        )
        raise ValueError(message)
    if judged.classes == 1:
        message = tr(
            "A threshold curve needs two classes. Received: 1 class",
        )
        raise ValueError(message)
    if not 0 <= positive < judged.classes:
        message = tr(
            "Expected `positive` to be a class from 0 to {last}. Received: {value}",
            last=judged.classes - 1,
            value=repr(positive),
        )
        raise ValueError(message)
    column = judged.probabilities[:, positive]
    known = np.isfinite(column)
    column, yes = column[known], judged.truth[known] == positive
    # scikit-learn's roc_curve gives rates, which are NaN where there is one class only: counts
    # serve all the ratios.
    order = np.argsort(-column, kind="stable")
    column, yes = column[order], yes[order]
    last = np.flatnonzero(np.diff(column, append=np.nan))  # NaN is different from all: the end
    tp = np.concatenate([[0], np.cumsum(yes)[last]]).astype(np.int64)
    fp = np.concatenate([[0], np.cumsum(~yes)[last]]).astype(np.int64)
    thresholds = np.concatenate([np.array([np.inf], column.dtype), column[last]])
    return ThresholdCurve(thresholds, tp, fp, int(yes.sum()), int((~yes).sum()))
