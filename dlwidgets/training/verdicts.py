"""Verdicts on classified samples, and the outcome of a run in words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr, trn
from dlwidgets.training.executor import is_loss
from dlwidgets.training.run_engine import engine_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets.inspect import FinalActivation
    from dlwidgets.training.recorder import Recorder
    from dlwidgets.training.run import Run


_EXPLODED = 3.0
"""A loss that is so many times that of the first steps has diverged, whatever the batch was."""

_FIRST_STEPS = 3


@dataclass(frozen=True)
class Verdicts:
    """Classified samples.

    Attributes:
        predicted: int64, shape (n,), the class with the highest probability.
        confidence: float64, shape (n,), that probability; NaN if the output is not finite.
        right: bool, shape (n,), whether it is the true class; False if the output is not finite.
    """

    predicted: NDArray[np.int64]
    confidence: NDArray[np.float64]
    right: NDArray[np.bool_]


def judge(
    outputs: NDArray[Any], truth: NDArray[Any], *, activation: FinalActivation = ""
) -> Verdicts:
    """Classify samples by the highest output.

    Args:
        outputs: Probabilities or logits, shape (n, classes); or, for two classes, the probability
            or the logit of class 1, shape (n,) or (n, 1). The probabilities of a sigmoid per class
            stay as they are, and need not sum to 1.
        truth: Class numbers, shape (n,) or (n, 1).
        activation: The model's last one, as `inspect.final_activation` returns it: "softmax" or
            "sigmoid" gives probabilities, "linear" logits, even if all lie in 0 to 1. "" if
            unknown: they are logits unless all lie in 0 to 1.

    Raises:
        ValueError: The shapes don't match.

    Example:
        >>> import numpy as np
        >>> judge(np.array([[0.1, 0.9], [0.7, 0.3]]), np.array([1, 1])).right.tolist()
        [True, False]
    """
    scores = np.asarray(outputs, np.float64)
    scores = scores[:, np.newaxis] if scores.ndim == 1 else scores
    labels = np.asarray(truth).reshape(-1).astype(np.int64)
    if scores.ndim != 2 or len(scores) != len(labels):
        raise ValueError(
            tr(
                "Expected outputs of shape (n, classes) and n true classes. Received: outputs of "
                "shape {outputs} and classes of shape {truth}",
                outputs=str(np.shape(outputs)),
                truth=str(np.shape(truth)),
            )
        )
    finite = scores[np.isfinite(scores).all(axis=1)]
    in_range = bool(((finite >= -1e-3) & (finite <= 1 + 1e-3)).all())  # but for rounding
    probable = in_range if not activation else activation != "linear"
    if scores.shape[1] == 1:
        scores = np.hstack([1 - scores if probable else 0 * scores, scores])
    with np.errstate(invalid="ignore", over="ignore"):
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        softmax = powers / powers.sum(axis=1, keepdims=True)
    probabilities = scores if probable else softmax
    predicted = probabilities.argmax(axis=1)
    confidence = np.take_along_axis(probabilities, predicted[:, np.newaxis], axis=1).ravel()
    return Verdicts(predicted, confidence, (predicted == labels) & np.isfinite(confidence))


def as_probabilities(outputs: NDArray[Any]) -> NDArray[np.float64]:
    """Return one sample's outputs as probabilities: as they are, or by softmax where they are none.

    Args:
        outputs: Probabilities or logits, shape (classes,).

    Example:
        >>> import numpy as np
        >>> as_probabilities(np.array([0.0, np.log(3)])).round(2).tolist()
        [0.25, 0.75]
    """
    given = np.asarray(outputs, np.float64)
    if not np.isfinite(given).all() or bool(((given >= -1e-3) & (given <= 1 + 1e-3)).all()):
        return given
    powers = np.exp(given - given.max())
    soft: NDArray[np.float64] = powers / powers.sum()
    return soft


def outcome(run: Run) -> str:
    """Describe how far a run has come: its best epoch, or its last step.

    Args:
        run: A Run that has done at least one step.

    Returns:
        For example "Best validation loss 0.0634 in epoch 18, validation accuracy 98.1%."
    """
    table = engine_of(run).recorder.epochs
    logged = run.history  # the table gets its row first, so it has all that is named here
    name = next((n for n in ("val_loss", "loss") if logged.get(n)), None)
    if name is None:
        return _last_step(run)
    points = table.points(name)
    losses = np.where(np.isfinite(points.value), points.value, np.inf)
    best = int(losses.argmin())
    epoch = math.ceil(points.epoch[best])
    if losses[best] == np.inf or diverged(engine_of(run).recorder):
        return _without_a_best(name, finite=losses[best] < np.inf)
    other = "val_accuracy" if name == "val_loss" else "accuracy"
    accuracy = table.points(other).value[best] if logged.get(other) else np.nan
    loss, share = f"{losses[best]:.4g}", f"{accuracy:.1%}"
    if name == "val_loss" and np.isfinite(accuracy):
        return tr(
            "Best validation loss {loss} in epoch {epoch}, validation accuracy {accuracy}.",
            loss=loss,
            epoch=epoch,
            accuracy=share,
        )
    if name == "val_loss":
        return tr("Best validation loss {loss} in epoch {epoch}.", loss=loss, epoch=epoch)
    if np.isfinite(accuracy):
        return tr(
            "Best loss {loss} in epoch {epoch}, accuracy {accuracy}.",
            loss=loss,
            epoch=epoch,
            accuracy=share,
        )
    return tr("Best loss {loss} in epoch {epoch}.", loss=loss, epoch=epoch)


def _without_a_best(metric: str, *, finite: bool) -> str:
    if finite:
        return tr("The loss diverged from the first epoch.")
    return tr("{metric} isn't finite in any epoch.", metric=metric)


def diverged(recorder: Recorder) -> bool:
    """Return whether the loss of each epoch of a run is far above that of its first steps.

    Args:
        recorder: What the run has recorded.
    """
    if "loss" not in recorder.epochs.names or "loss" not in recorder.steps.names:
        return False
    # A single batch may happen to be right: of the first ones, the middle counts.
    first = recorder.steps.points("loss").value[:_FIRST_STEPS]
    losses = recorder.epochs.points("loss").value
    finite = losses[np.isfinite(losses)]
    if not len(first) or not len(finite):
        return False
    return bool(finite.min() > _EXPLODED * np.median(first) > 0)


def _last_step(run: Run) -> str:
    metrics = run.metrics
    step = run.step_count
    name = next((n for n in metrics if is_loss(n)), None)
    if name is None:
        return trn("{n} step done.", "{n} steps done.", step)
    value = f"{metrics[name].last:.4g}"
    if name == "loss":
        return tr("Loss {value} at step {step}.", value=value, step=step)
    return tr("{metric} {value} at step {step}.", metric=name, value=value, step=step)


def straight_line(x: NDArray[Any], y: NDArray[Any]) -> tuple[float, float]:
    """Return slope and intercept of the straight line that fits the points best.

    Args:
        x: Shape (n,), at least two different values.
        y: Shape (n,).

    Returns:
        (slope, intercept); both NaN if a point is not finite.

    Example:
        >>> straight_line([0.0, 1.0], [-1.0, 1.0])
        (2.0, -1.0)
    """
    if not (np.isfinite(x).all() and np.isfinite(y).all()):
        return math.nan, math.nan
    slope, intercept = np.polynomial.Polynomial.fit(x, y, 1).convert().coef[[1, 0]]
    return round(float(slope), 9), round(float(intercept), 9)
