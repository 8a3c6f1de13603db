"""Metrics: the reference for what the page computes, toy samples, and checks of arguments."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.concepts._fields import Choice, Field, Number, Numbers, rounded
from dlwidgets.concepts._random import uniform

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

SAMPLES = 100
"""Samples of the toy."""
MOST_SAMPLES = 3000
"""What a page gets of the user's."""
SPREAD = 0.7

VALUES = (1.2, 1.6, 2.5, 2.9, 3.8, 4.1, 5.2, 5.5, 6.4, 14.0)
"""Values of the regression over x = 0, 1, …, with an outlier at the end."""

FIELDS: dict[str, Field] = {
    "task": Choice("classification", ("classification", "regression")),
    "data": Choice("toy", ("toy", "own")),
    "positives": Number(1, 1, 50),
    "separation": Number(2, 0, 6, 1),
    "seed": Number(40, 0, 999),
    "threshold": Numbers((), -100_000, 100_000, digits=6, least=0, most=1),
    "y": Numbers(VALUES, -20, 20, digits=1, least=3, most=20),
}
"""The state of the widget."""


def toy(positives: int, separation: float, seed: int) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return labels and scores of 100 samples, made up so that the positive ones score higher.

    Args:
        positives: How many of the samples are positive.
        separation: How far apart both classes are, before the sigmoid.
        seed: Of the random numbers.
    """
    following, scores = uniform(seed), []
    for i in range(SAMPLES):
        u = min(1 - 1e-9, max(1e-9, following()))
        side = separation / 2 if i < positives else -separation / 2
        score = 1 / (1 + math.exp(-(side + SPREAD * math.log(u / (1 - u)))))
        scores.append(rounded(score, 3))
    labels = np.array([int(i < positives) for i in range(SAMPLES)])
    return labels, np.array(scores)


@dataclass(frozen=True)
class Counts:
    """A confusion matrix of two classes."""

    tp: int
    fp: int
    fn: int
    tn: int

    @property
    def accuracy(self) -> float:
        """The share of right answers."""
        return (self.tp + self.tn) / (self.tp + self.fp + self.fn + self.tn)

    @property
    def precision(self) -> float | None:
        """The share of positives among those predicted so; `None` where there are none."""
        return _ratio(self.tp, self.tp + self.fp)

    @property
    def recall(self) -> float | None:
        """The share of positives that are found; `None` where there are none."""
        return _ratio(self.tp, self.tp + self.fn)

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall; `None` where there is nothing positive."""
        return _ratio(2 * self.tp, 2 * self.tp + self.fp + self.fn)

    @property
    def false_alarms(self) -> float | None:
        """The share of negatives that are predicted positive; `None` where there are none."""
        return _ratio(self.fp, self.fp + self.tn)


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def counts_at(labels: ArrayLike, scores: ArrayLike, threshold: float) -> Counts:
    """Return the confusion matrix where a score of at least the threshold means positive.

    Args:
        labels: 0 or 1, shape (n,).
        scores: Shape (n,).
        threshold: The lowest score that is predicted positive.
    """
    y, positive = np.asarray(labels) == 1, np.asarray(scores) >= threshold
    return Counts(
        int((y & positive).sum()),
        int((~y & positive).sum()),
        int((y & ~positive).sum()),
        int((~y & ~positive).sum()),
    )


def curve(labels: ArrayLike, scores: ArrayLike) -> list[tuple[float, Counts]]:
    """Return the thresholds at which something changes, from none to all positive.

    Args:
        labels: 0 or 1, shape (n,).
        scores: Shape (n,).
    """
    levels = [math.inf, *sorted(set(np.asarray(scores, float).tolist()), reverse=True)]
    return [(level, counts_at(labels, scores, level)) for level in levels]


def areas(points: Sequence[tuple[float, Counts]]) -> tuple[float | None, float | None]:
    """Return the area under the ROC curve and the average precision; `None` without both classes.

    Args:
        points: As `curve` returns them.
    """
    last = points[-1][1]
    positives, negatives = last.tp, last.fp
    if not positives or not negatives:
        return None, None
    auc = precision = 0.0
    for (_, before), (_, after) in pairwise(points):
        found = after.tp - before.tp
        auc += (after.fp - before.fp) * (after.tp + before.tp) / 2
        precision += found * after.tp / (after.tp + after.fp)
    return auc / (positives * negatives), precision / positives


def least_squares(y: ArrayLike) -> tuple[float, float]:
    """Return intercept and slope of the line with the lowest mean squared error.

    Args:
        y: Values over x = 0, 1, …
    """
    values = np.asarray(y, float)
    x = np.arange(len(values))
    slope = ((x - x.mean()) * (values - values.mean())).sum() / ((x - x.mean()) ** 2).sum()
    return float(values.mean() - slope * x.mean()), float(slope)


def least_absolute(y: ArrayLike) -> tuple[float, float]:
    """Return intercept and slope of a line with the lowest mean absolute error.

    One of them always goes through two points, so all pairs are tried.

    Args:
        y: Values over x = 0, 1, …
    """
    values = np.asarray(y, float)
    best, found = math.inf, (0.0, 0.0)
    for i in range(len(values)):
        for j in range(i + 1, len(values)):
            slope = float((values[j] - values[i]) / (j - i))
            line = (float(values[i] - slope * i), slope)
            error = errors(values, line)[1]
            if error < best - 1e-12:
                best, found = error, line
    return found


def errors(y: ArrayLike, line: tuple[float, float]) -> tuple[float, float]:
    """Return mean squared and mean absolute error of a line.

    Args:
        y: Values over x = 0, 1, …
        line: Intercept and slope.
    """
    values = np.asarray(y, float)
    off = values - (line[0] + line[1] * np.arange(len(values)))
    return float((off**2).mean()), float(np.abs(off).mean())


@dataclass(frozen=True)
class Own:
    """Labels and scores of the user's.

    Attributes:
        table: float32 of shape (2, n): labels and scores.
        count: How many samples there were.
    """

    table: NDArray[np.float32]
    count: int


def checked_samples(y_true: Any, y_score: Any) -> Own:
    """Return labels and scores as the page gets them. Of many samples some are chosen evenly.

    Args:
        y_true: Labels 0 and 1 (or flags), shape (n,) or (n, 1).
        y_score: Scores, higher for label 1, shape (n,) or (n, 1).

    Raises:
        ValueError: They can't be used.
    """
    labels, scores = (np.squeeze(np.asarray(one)) for one in (y_true, y_score))
    if labels.ndim != 1 or labels.shape != scores.shape or len(labels) < 2:
        message = "Expected `y_true` and `y_score` to be arrays of the same length, at least 2. "
        message += f"Received: shapes {np.shape(y_true)} and {np.shape(y_score)}. "
        raise ValueError(message + "For several classes, give one class against the others.")
    if labels.dtype.kind not in "iufb" or not np.isin(labels, (0, 1)).all():
        message = "Expected `y_true` to have the labels 0 and 1. "
        raise ValueError(message + f"Received: {np.unique(labels)[:5].tolist()!r}.")
    if scores.dtype.kind not in "iufb" or not np.isfinite(scores).all():
        message = "Expected `y_score` to have finite numbers. "
        raise ValueError(message + f"Received: an array of type {scores.dtype}.")
    if np.abs(scores).max() > 100_000:
        message = "Expected `y_score` to have numbers from -100000 to 100000. "
        raise ValueError(message + "Divide the scores by a number; that keeps their order.")
    count = len(labels)
    if count > MOST_SAMPLES:
        # In order of class and score, so that shares and distributions stay.
        order = np.lexsort((scores, labels))
        kept = order[((np.arange(MOST_SAMPLES) + 0.5) * count / MOST_SAMPLES).astype(int)]
        labels, scores = labels[kept], scores[kept]
    return Own(np.stack([labels, scores]).astype("<f4"), count)
