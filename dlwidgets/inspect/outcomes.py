"""Predictions of a classifier, in any form, next to the true classes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr, trn

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets.inspect._final_activation import FinalActivation

_MIN_PROBABILITY = 1e-7  # Keras's epsilon: no loss is above 16.1
_SUM_TOLERANCE = 1e-2  # float16 softmax


@dataclass(frozen=True, eq=False)
class Outcomes:
    """Predicted and true class of each sample, with confidence and loss.

    Attributes:
        classes: Number of classes k.
        truth: int64, shape (n,), the true class.
        predicted: int64, shape (n,), the predicted class; -1 where the output is not finite.
        probabilities: Floats, shape (n, k), rows that sum to 1 unless `independent`, NaN where the
            output is not finite; None if only labels are known.
        confidence: float64, shape (n,), the probability of the predicted class; NaN if unknown.
        loss: float64, shape (n,), cross-entropy in nats; of independent classes the mean of the
            binary cross-entropies; NaN if unknown.
        threshold: For two classes with probabilities that sum to 1: the least probability of class
            1 that counts as class 1. None otherwise.
        independent: Whether each class has a probability of its own, by a sigmoid per class: rows
            need not sum to 1, and the highest is predicted.
    """

    classes: int
    truth: NDArray[np.int64] = field(repr=False)
    predicted: NDArray[np.int64] = field(repr=False)
    probabilities: NDArray[Any] | None = field(repr=False)
    confidence: NDArray[np.float64] = field(repr=False)
    loss: NDArray[np.float64] = field(repr=False)
    threshold: float | None = None
    independent: bool = False

    def __len__(self) -> int:
        return len(self.truth)

    @property
    def right(self) -> NDArray[np.bool_]:
        """Whether each sample is predicted correctly; `False` if its output isn't finite."""
        right: NDArray[np.bool_] = self.predicted == self.truth
        return right

    @property
    def unanswered(self) -> int:
        """How many outputs are NaN or infinite."""
        return int((self.predicted < 0).sum())

    @property
    def note(self) -> str:
        """What you should know about the classes, as a sentence; "" if nothing."""
        if self.classes == 1:
            return tr("There is only one class, so every prediction is correct.")
        if self.independent:
            return tr("Each class has its own probability; they need not sum to 1.")
        return ""

    def at(self, threshold: float) -> Outcomes:
        """Return the same outputs, classified at another threshold.

        Args:
            threshold: The least probability of class 1 that counts as class 1, from 0 to 1.

        Raises:
            ValueError: There aren't two classes, or no probabilities.
        """
        if self.threshold is None or self.probabilities is None:
            message = tr(
                "A threshold needs the probabilities of two classes, which sum to 1. Received: "
                "{received}",
                received=tr("labels")
                if self.probabilities is None
                else trn("{n} class", "{n} classes", self.classes),
            )
            raise ValueError(message)
        return _judged(self.truth, _Answers(self.probabilities, self.loss), threshold)


def outcomes(
    y: Any,
    p: Any,
    *,
    classes: int | None = None,
    threshold: float | None = None,
    logits: bool | None = None,
    activation: FinalActivation = "",
) -> Outcomes:
    """Return the predictions of a classifier, in any form, next to the true classes.

    One column means two classes, 0 and 1, whatever its values; only a softmax of one unit, or
    ``classes=1``, means one class.

    Args:
        y: True classes: whole numbers from 0, shape (n,) or (n, 1); or one-hot, shape (n, k).
        p: One of: probabilities or logits, shape (n, k); one column, the probability or the logit
            of class 1, shape (n, 1) or floats of shape (n,); predicted labels, whole numbers of
            shape (n,) or (n, 1).
        classes: Number of classes; by default as many columns as `p` has, or as `y` and the labels
            need.
        threshold: For two classes: from which probability of class 1 on it is predicted, 0.5 by
            default. With more classes the highest probability decides.
        logits: Whether `p` holds logits. None: as `activation` tells, and where it does not, unless
            all finite values lie in 0 to 1; of such values in several columns, rows that do not
            sum to 1 are independent probabilities.
        activation: The model's last one, as `final_activation` returns it: "softmax", "sigmoid"
            (several columns are independent probabilities), "linear" (logits, even if all lie
            between 0 and 1), or "" if it isn't known.

    Returns:
        The `Outcomes`; a row that isn't finite has no predicted class.

    Raises:
        ValueError: Shapes that do not go together, values of `y` that are no classes, a threshold
            where there are not two classes, or two classes where the model has one; the message
            names what was received.

    Example:
        >>> dl.inspect.outcomes([0, 1, 1], [0.2, 0.9, 0.4]).predicted.tolist()
        [0, 1, 0]
    """
    truth, columns_y = true_classes(y)
    answers = np.asarray(p)
    if answers.dtype.kind not in "biuf" and answers.dtype.name != "bfloat16":
        message = tr(
            "Expected numbers in `p`. Received: an array of dtype {dtype}",
            dtype=answers.dtype,
        )
        raise ValueError(message)
    if answers.ndim == 2 and answers.shape[1] == 1:
        answers = answers[:, 0]
    if answers.ndim not in (1, 2) or (answers.ndim == 2 and answers.shape[1] == 0):
        message = tr(
            "Expected `p` of shape (n, classes), (n, 1) or (n,). Received: shape {shape}",
            shape=np.shape(p),
        )
        raise ValueError(message)
    if len(answers) != len(truth):
        message = tr(
            "`y` and `p` must have the same number of rows. Received: {y} and {p}",
            y=len(truth),
            p=len(answers),
        )
        raise ValueError(message)
    wanted = max(columns_y, int(truth.max(initial=-1)) + 1)
    form = logits if logits is not None else {"linear": True, "": None}.get(activation, False)
    if answers.ndim == 1 and _labels(answers, wanted, classes, form):
        return _from_labels(truth, answers, wanted, classes, threshold)
    if answers.ndim == 1 and _is_one_class(wanted, classes, activation):
        found = _certain(answers)
    else:
        _check_columns(truth, answers, wanted, classes)
        found = _probabilities(truth, answers, form, activation)
    k = found.probabilities.shape[1]
    if threshold is not None and (k != 2 or found.independent):
        message = tr(
            "A threshold needs two classes whose probabilities sum to 1. Received: {classes} "
            "classes",
            classes=k,
        )
        raise ValueError(message)
    return _judged(truth, found, 0.5 if threshold is None else threshold)


def true_classes(y: Any) -> tuple[NDArray[np.int64], int]:
    """Return the true classes, and the number of columns if they are one-hot, else 0.

    Raises:
        ValueError: `y` contains something else than classes; the message says what.
    """
    raw = np.asarray(y)
    if raw.dtype.kind not in "biuf":
        message = tr(
            "Expected class numbers or one-hot rows in `y`. Received: dtype {dtype}",
            dtype=raw.dtype,
        )
        raise ValueError(message)
    if raw.ndim not in (1, 2):
        message = tr(
            "Expected `y` of shape (n,), (n, 1) or (n, classes). Received: shape {shape}",
            shape=raw.shape,
        )
        raise ValueError(message)
    if raw.ndim == 2 and raw.shape[1] != 1:
        hot = (np.isin(raw, (0, 1)).all(axis=1)) & (raw.sum(axis=1) == 1)
        if not hot.all():
            row = int(np.flatnonzero(~hot)[0])
            message = tr(
                "Expected one-hot rows, with a single 1, in `y` of shape {shape}. Received: row "
                "{row} is {values}",
                shape=raw.shape,
                row=str(row),
                values=raw[row][:12].tolist(),
            )
            raise ValueError(message)
        return raw.argmax(axis=1).astype(np.int64), raw.shape[1]
    flat = raw.reshape(-1)
    if flat.dtype.kind == "f":
        bad = ~np.isfinite(flat) | (flat != np.floor(flat))
    else:
        bad = np.zeros(len(flat), bool)
    bad |= flat < 0
    if bad.any():
        row = int(np.flatnonzero(bad)[0])
        message = tr(
            "Expected the classes 0, 1, 2, … in `y`. Received: {value} in row {row}",
            value=repr(flat[row].item()),
            row=str(row),
        )
        raise ValueError(message)
    return flat.astype(np.int64), 0


def _labels(answers: NDArray[Any], wanted: int, classes: int | None, logits: bool | None) -> bool:
    """Return whether one column contains labels rather than the probability or logit of class 1."""
    if logits is not None:
        return False
    if answers.dtype.kind in "biu":
        return True
    k = wanted if classes is None else max(wanted, classes)
    if k <= 2:
        return False
    finite = answers[np.isfinite(answers)]
    if (finite == np.floor(finite)).all() and (finite >= 0).all():
        return True
    message = tr(
        "One column of `p` distinguishes two classes, but there are {classes}. Received: `p` of "
        "shape {shape} with values such as {value}",
        classes=k,
        shape=answers.shape,
        value=finite[finite != np.floor(finite)][:1].tolist(),
    )
    raise ValueError(message)


def _from_labels(
    truth: NDArray[np.int64],
    answers: NDArray[Any],
    wanted: int,
    classes: int | None,
    threshold: float | None,
) -> Outcomes:
    if threshold is not None:
        message = tr(
            "A threshold needs probabilities. Received: labels in `p`",
        )
        raise ValueError(message)
    known = np.isfinite(answers)
    predicted = np.where(known, answers, -1).astype(np.int64)
    if (predicted[known] < 0).any():
        message = tr(
            "Expected the labels 0, 1, 2, … in `p`. Received: {value}",
            value=int(predicted[known].min()),
        )
        raise ValueError(message)
    k = max(wanted, int(predicted.max(initial=-1)) + 1)
    k = _checked_classes(k, classes)
    unknown = np.full(len(truth), np.nan)
    return Outcomes(k, truth, predicted, None, unknown, unknown.copy())


def _checked_classes(needed: int, classes: int | None) -> int:
    if classes is None:
        return needed
    if classes < max(1, needed):
        message = tr(
            "`y` and `p` contain {needed} classes. Received: classes={classes}",
            needed=needed,
            classes=classes,
        )
        raise ValueError(message)
    return classes


@dataclass(frozen=True)
class _Answers:
    """Probabilities of shape (n, k), the loss of each row, and whether rows need not sum to 1."""

    probabilities: NDArray[Any]
    loss: NDArray[Any]
    independent: bool = False


def _is_one_class(wanted: int, classes: int | None, activation: FinalActivation) -> bool:
    """Return whether one column means one class, not two."""
    if activation == "softmax":
        if max(wanted, classes or 1) > 1:
            message = tr(
                "A softmax with one unit is always 1, so the model knows one class. Received: "
                "{classes} classes. For two classes use one sigmoid, or a softmax with two "
                "units.",
                classes=max(wanted, classes or 1),
            )
            raise ValueError(message)
        return True
    if activation == "sigmoid" and classes == 1:
        message = tr(
            "One sigmoid distinguishes two classes, 0 and 1. Received: classes=1",
        )
        raise ValueError(message)
    return classes == 1 and wanted <= 1


def _certain(answers: NDArray[Any]) -> _Answers:
    """The outputs of a model with one class."""
    known = np.isfinite(answers)
    return _Answers(np.where(known, 1.0, np.nan)[:, np.newaxis], np.where(known, 0.0, np.nan))


def _check_columns(
    truth: NDArray[np.int64], answers: NDArray[Any], wanted: int, classes: int | None
) -> None:
    columns = 2 if answers.ndim == 1 else answers.shape[1]
    if wanted > columns or (classes is not None and classes != columns):
        told = wanted if wanted > columns else classes
        message = tr(
            "`p` has outputs for {columns} classes. Received: {classes} classes in `y`",
            columns=columns,
            classes=told,
        )
        raise ValueError(message)


def _probabilities(
    truth: NDArray[np.int64],
    answers: NDArray[Any],
    logits: bool | None,
    activation: FinalActivation,
) -> _Answers:
    """Probabilities, and the cross-entropy of each row."""
    kept = np.float64 if answers.dtype == np.float64 else np.float32
    values = answers.astype(kept)
    finite = np.isfinite(values) if values.ndim == 1 else np.isfinite(values).all(axis=1)
    if logits is None:
        logits = not _look_like_probabilities(values[finite])
    alone = activation == "sigmoid" or (not activation and not _sum_to_one(values[finite]))
    independent = not logits and values.ndim == 2 and alone
    with np.errstate(all="ignore"):  # rows that are not finite are NaN in the end
        if values.ndim == 1:
            # A column of probabilities is one of logits in other words.
            one = 1 / (1 + np.exp(-values.astype(np.float64))) if logits else values
            probabilities = np.stack([1 - one, one], axis=1).astype(kept)
            against = np.where(truth == 1, -1.0, 1.0) * values
            loss = np.logaddexp(0, against) if logits else None
        elif logits:
            z = values.astype(np.float64)
            z = z - z.max(axis=1, keepdims=True)
            total = np.log(np.exp(z).sum(axis=1))
            probabilities = np.exp(z - total[:, np.newaxis]).astype(kept)
            loss = total - _chosen(z, truth)
        else:
            probabilities, loss = values, _binary(values, truth) if independent else None
        if loss is None:
            loss = -np.log(
                np.clip(_chosen(probabilities, truth), _MIN_PROBABILITY, None, dtype=float)
            )
    probabilities = np.where(finite[:, np.newaxis], probabilities, np.nan)
    return _Answers(probabilities, np.where(finite, loss, np.nan), independent)


def _look_like_probabilities(rows: NDArray[Any]) -> bool:
    edge = 1e-3  # of rounding
    return bool(((rows >= -edge) & (rows <= 1 + edge)).all())


def _sum_to_one(rows: NDArray[Any]) -> bool:
    return rows.ndim == 1 or bool((np.abs(rows.sum(axis=1) - 1) <= _SUM_TOLERANCE).all())


def _binary(rows: NDArray[Any], truth: NDArray[np.int64]) -> NDArray[np.float64]:
    """The mean over the classes of the binary cross-entropy."""
    right = 1 - rows.astype(np.float64)  # of a class that is not the true one
    np.put_along_axis(right, truth[:, np.newaxis], _chosen(rows, truth)[:, np.newaxis], axis=1)
    loss: NDArray[np.float64] = -np.log(np.clip(right, _MIN_PROBABILITY, None)).mean(axis=1)
    return loss


def _chosen(rows: NDArray[Any], which: NDArray[np.int64]) -> NDArray[np.float64]:
    chosen: NDArray[np.float64] = np.take_along_axis(rows, which[:, np.newaxis], axis=1)[
        :, 0
    ].astype(np.float64)
    return chosen


def _judged(truth: NDArray[np.int64], found: _Answers, threshold: float) -> Outcomes:
    probabilities, independent = found.probabilities, found.independent
    k = probabilities.shape[1]
    finite = np.isfinite(probabilities).all(axis=1)
    two = k == 2 and not independent
    if two:
        if not 0 <= threshold <= 1:
            message = tr(
                "Expected a threshold from 0 to 1. Received: {threshold}",
                threshold=repr(threshold),
            )
            raise ValueError(message)
        best = (probabilities[:, 1] >= float(threshold)).astype(np.int64)
    else:
        best = np.where(finite[:, np.newaxis], probabilities, 0).argmax(axis=1)
    predicted = np.where(finite, best, -1).astype(np.int64)
    confidence = np.where(finite, _chosen(probabilities, np.maximum(predicted, 0)), np.nan)
    return Outcomes(
        k,
        truth,
        predicted,
        probabilities,
        confidence,
        found.loss,
        threshold if two else None,
        independent,
    )
