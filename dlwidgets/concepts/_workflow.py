"""Last layer, loss and metric of a problem: the reference for what the page computes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.concepts._fields import Choice, Field, Number, Numbers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

PROBLEMS = ("binary", "multiclass", "multilabel", "regression", "unit_regression")
LABELS = ("integers", "one_hot")
ACTIVATIONS = ("linear", "sigmoid", "softmax", "relu", "tanh")
LOSSES = (
    *("binary_crossentropy", "categorical_crossentropy", "sparse_categorical_crossentropy"),
    *("mse", "mae"),
    *("binary_logits", "categorical_logits", "sparse_logits"),
)
"""The losses; those named `_logits` are crossentropies with `from_logits=True`."""
METRICS = ("accuracy", "auc", "precision_recall", "mae", "mse")
ADVISED = "advised"
"""What the problem asks for, in place of a choice of one's own."""
MOST_UNITS = 1000
SHOWN = 4
"""As many outputs the example has at most."""
_EPSILON = 1e-7  # Keras's, by which it keeps probabilities from 0 and 1
_SKEWED = 80  # percent in one class, from which accuracy says little

FIELDS: dict[str, Field] = {
    "problem": Choice("multiclass", PROBLEMS),
    "classes": Number(10, 2, MOST_UNITS),
    "values": Number(1, 1, 100),
    "labels": Choice("integers", LABELS),
    "largest": Number(0, 0, 99),
    "units": Number(0, 0, MOST_UNITS),
    "activation": Choice(ADVISED, (ADVISED, *ACTIVATIONS)),
    "loss": Choice(ADVISED, (ADVISED, *LOSSES)),
    "metric": Choice(ADVISED, (ADVISED, *METRICS)),
    "logits": Numbers((), -6, 6, digits=1, least=0, most=SHOWN),
    "right": Number(0, 0, SHOWN - 1),
}


@dataclass(frozen=True)
class Setup:
    """A problem with the last layer, the loss and the metric of a model.

    Attributes:
        problem: One of `PROBLEMS`.
        wanted: Outputs that the problem has.
        labels: How the classes of a multiclass problem are written.
        largest: Percent of the samples that are in the largest class.
        units: Units of the last layer.
        activation: Its activation.
        loss: One of `LOSSES`.
        metric: One of `METRICS`.
    """

    problem: str
    wanted: int
    labels: str
    largest: float
    units: int
    activation: str
    loss: str
    metric: str


def advised(problem: str, labels: str = "integers") -> tuple[str, str, str]:
    """Return activation, loss and metric for a problem.

    Source: Chollet, *Deep Learning with Python*, table 4-1.

    Example:
        >>> from dlwidgets.concepts._workflow import advised
        >>> advised("binary")
        ('sigmoid', 'binary_crossentropy', 'accuracy')
    """
    if problem == "multiclass":
        sparse = "sparse_" if labels == "integers" else ""
        return "softmax", f"{sparse}categorical_crossentropy", "accuracy"
    return {
        "binary": ("sigmoid", "binary_crossentropy", "accuracy"),
        "multilabel": ("sigmoid", "binary_crossentropy", "auc"),
        "regression": ("linear", "mse", "mae"),
        "unit_regression": ("sigmoid", "mse", "mae"),
    }[problem]


def setup_of(values: Mapping[str, Any]) -> Setup:
    """Return what a state stands for, with what the problem asks for in place of `"advised"`.

    Args:
        values: The values of a state by name.
    """
    problem, labels = values["problem"], values["labels"]
    counts = {"binary": 1, "multiclass": values["classes"], "multilabel": values["classes"]}
    wanted = int(counts.get(problem, values["values"]))
    names = ("activation", "loss", "metric")
    chosen = [
        own if values[name] == ADVISED else values[name]
        for name, own in zip(names, advised(problem, labels), strict=True)
    ]
    largest = values["largest"] or {"binary": 50, "multiclass": 100 / wanted}.get(problem, 0)
    return Setup(problem, wanted, labels, largest, int(values["units"]) or wanted, *chosen)


# -- what doesn't fit ------------------------------------------------------------------------------


def mismatches(setup: Setup) -> list[str]:
    """Return what doesn't fit the problem, as names, the worst first.

    Args:
        setup: The problem and what the model has.

    Example:
        >>> from dlwidgets.concepts._workflow import Setup, mismatches
        >>> mismatches(Setup("binary", 1, "integers", 50, 1, "softmax", "mse", "accuracy"))
        ['softmax_one', 'mse_classes']
    """
    return [*_of_units(setup), *_of_activation(setup), *_of_loss(setup), *_of_metric(setup)]


def _two_classes(setup: Setup) -> bool:
    """Whether a binary problem is solved as one with two classes, which is as good."""
    of_loss = setup.loss.startswith(("sparse", "categorical"))
    return setup.problem == "binary" and setup.units == 2 and of_loss


def _of_units(setup: Setup) -> list[str]:
    right = setup.units == setup.wanted or _two_classes(setup)
    return [] if right else ["units"]


def _of_activation(setup: Setup) -> list[str]:
    problem, activation, logits = setup.problem, setup.activation, setup.loss.endswith("logits")
    crossentropy = setup.loss not in ("mse", "mae")
    found = []
    if activation == "softmax" and setup.units == 1:
        found.append("softmax_one")
    elif activation == "softmax" and problem == "multilabel":
        found.append("softmax_labels")
    if activation == "sigmoid" and (problem == "multiclass" or _two_classes(setup)) and not logits:
        found.append("sigmoid_classes")
    if problem == "regression" and activation in ("sigmoid", "softmax", "tanh", "relu"):
        found.append("bounded")
    if problem == "unit_regression" and activation in ("linear", "relu", "tanh") and not logits:
        found.append("beyond_unit")
    if crossentropy and logits and activation in ("sigmoid", "softmax"):
        found.append("activation_twice")
    if crossentropy and not logits and activation in ("linear", "relu", "tanh"):
        found.append("no_probabilities")
    return found


def _of_loss(setup: Setup) -> list[str]:
    problem, loss = setup.problem, setup.loss.replace("logits", "categorical_crossentropy")
    kind = {"binary": "binary", "sparse": "sparse", "categorical": "categorical"}
    family = kind.get(loss.partition("_")[0], "distance")
    if problem in ("regression", "unit_regression"):
        allowed = family == "distance" or (problem == "unit_regression" and family == "binary")
        return [] if allowed else ["crossentropy_values"]
    rows = problem == "multiclass" and setup.labels == "integers" and family != "sparse"
    unwritten = ["labels"] if rows else []
    if family == "distance":
        return [*unwritten, "mse_classes"]
    if problem == "multilabel":
        return [] if family == "binary" else ["one_label"]
    if problem == "binary" and not _two_classes(setup):
        return [] if family == "binary" else ["one_output"]
    if family == "binary":
        return [*unwritten, "binary_classes"]
    integers = setup.labels == "integers"
    return [] if integers == (family == "sparse") else ["labels"]


def _of_metric(setup: Setup) -> list[str]:
    regression = setup.problem in ("regression", "unit_regression")
    if regression:
        return [] if setup.metric in ("mae", "mse") else ["classes_metric"]
    if setup.metric in ("mae", "mse"):
        return ["distance_metric"]
    skewed = setup.metric == "accuracy" and setup.largest >= _SKEWED
    return ["skewed"] if skewed else []


# -- an example with numbers -----------------------------------------------------------------------


def activated(logits: ArrayLike, activation: str) -> Array:
    """Return the outputs of a layer.

    Args:
        logits: What its units give before the activation, shape (units,).
        activation: One of `ACTIVATIONS`.
    """
    z = np.asarray(logits, float)
    if activation == "softmax":
        powers = np.exp(z - z.max())
        return np.asarray(powers / powers.sum())
    if activation == "sigmoid":
        return np.asarray(1 / (1 + np.exp(-z)))
    if activation == "tanh":
        return np.asarray(np.tanh(z))
    return np.maximum(z, 0) if activation == "relu" else z


def loss_of(outputs: ArrayLike, targets: ArrayLike, loss: str) -> float:
    """Return the loss of one sample, as Keras computes it.

    Args:
        outputs: Of the last layer, shape (units,).
        targets: Of the same shape: 1 for what is right, for classes.
        loss: One of `LOSSES`. A `sparse` loss gets the same targets as its counterpart.
    """
    p, y = np.asarray(outputs, float), np.asarray(targets, float)
    if loss in ("mse", "mae"):
        return float(np.mean((p - y) ** 2) if loss == "mse" else np.mean(np.abs(p - y)))
    if loss == "binary_logits":
        return float(np.mean(np.maximum(p, 0) - p * y + np.log1p(np.exp(-np.abs(p)))))
    if loss == "binary_crossentropy":
        p = np.clip(p, _EPSILON, 1 - _EPSILON)
        return float(-np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)))
    if loss.endswith("logits"):
        shares = activated(p, "softmax")
    elif loss.startswith("sparse"):
        shares = np.clip(p, _EPSILON, 1 - _EPSILON)
        shares = shares / shares.sum()
    else:
        total = p.sum()
        shares = np.clip(p / total if total else p, _EPSILON, 1 - _EPSILON)
    return float(-(y * np.log(shares)).sum())


def seen_by(logits: ArrayLike, activation: str, loss: str) -> tuple[Array, str]:
    """Return what a loss computes with, and the loss as Keras then computes it.

    Keras with TensorFlow knows the logits of an output of sigmoid or softmax: each crossentropy
    takes those in place of the output, whether it is one of logits or not.

    Args:
        logits: What the units give before the activation, shape (units,).
        activation: One of `ACTIVATIONS`.
        loss: One of `LOSSES`.
    """
    if activation in ("sigmoid", "softmax") and loss not in ("mse", "mae"):
        return np.asarray(logits, float), f"{loss.partition('_')[0]}_logits"
    return activated(logits, activation), loss


def gradients(
    logits: Sequence[float], targets: ArrayLike, activation: str, loss: str
) -> list[float]:
    """Return how the loss changes with each unit before its activation, by central differences."""
    step, found = 1e-4, []
    for index in range(len(logits)):
        sides = []
        for sign in (1, -1):
            moved = np.array(logits, float)
            moved[index] += sign * step
            seen, computed = seen_by(moved, activation, loss)
            sides.append(loss_of(seen, targets, computed))
        found.append((sides[0] - sides[1]) / (2 * step))
    return found
