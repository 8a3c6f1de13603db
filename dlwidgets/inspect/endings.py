"""What the numbers of an output mean: probabilities, logits, or values of a regression."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from dlwidgets._tensorflow import load_keras

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from dlwidgets.inspect._final_activation import FinalActivation

EndingKind = Literal[
    "softmax",
    "logits",
    "sigmoid",
    "binary_logit",
    "multi_label",
    "multi_label_logits",
    "regression",
    "",
]
"""How an output ends: probabilities that sum to 1; their logits; one probability, of class 1; its
logit; a probability per class; a logit per class; other numbers; "" if only the values can tell."""

LossKind = Literal["binary", "binary_logits", "categorical", "regression", ""]
"""What a loss says of the output it is computed from; "" for nothing."""

LabelKind = Literal["binary", "classes", "one_hot", "multi_hot", "numbers", ""]
"""What labels are: 0 and 1; class numbers; rows with a single 1; rows of several 0s and 1s; other
numbers; "" if there are none."""

_REGRESSIONS = frozenset(
    {
        "meansquarederror",
        "meanabsoluteerror",
        "meanabsolutepercentageerror",
        "meansquaredlogarithmicerror",
        "huber",
        "logcosh",
        "poisson",
        "cosinesimilarity",
    }
)
_CATEGORICAL = frozenset(
    {
        "categoricalcrossentropy",
        "sparsecategoricalcrossentropy",
        "categoricalfocalcrossentropy",
        "kldivergence",
        "categoricalhinge",
    }
)
_BINARY = frozenset({"binarycrossentropy", "binaryfocalcrossentropy"})
_ROUNDING = 1e-3
"""A probability may be this much below 0 or above 1."""


@dataclass(frozen=True)
class Ending:
    """How an output ends.

    Attributes:
        kind: One of `EndingKind`.
        classes: How many classes it tells apart; 0 for a regression.
    """

    kind: EndingKind
    classes: int

    def settled(self, values: NDArray[Any]) -> Ending:
        """Return the ending, decided by values if nothing else could.

        Args:
            values: Outputs of the model, shape (…, units).
        """
        if self.kind:
            return self
        units = values.shape[-1]
        if units == 1 and self.classes != 2:
            return Ending("regression", 0)
        finite = values[np.isfinite(values).all(-1)]
        probable = bool(((finite >= -_ROUNDING) & (finite <= 1 + _ROUNDING)).all())
        if units == 1:
            return replace(self, kind="sigmoid" if probable else "binary_logit")
        if not probable:
            return replace(self, kind="logits")
        alone = bool((np.abs(finite.sum(-1) - 1) > 10 * _ROUNDING).any())
        return replace(self, kind="multi_label" if alone else "softmax")

    def probabilities(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return the probability of each class.

        Args:
            values: Outputs of the model, shape (…, units).

        Returns:
            Shape (…, classes); for a regression the values themselves.

        Example:
            >>> from dlwidgets.inspect.endings import Ending
            >>> Ending("binary_logit", 2).probabilities(np.array([[0.0]])).tolist()
            [[0.5, 0.5]]
        """
        kind = self.settled(values).kind
        if kind in {"sigmoid", "binary_logit"}:
            one = _sigmoid(values) if kind == "binary_logit" else values
            return np.concatenate([1 - one, one], -1)
        if kind == "multi_label_logits":
            return _sigmoid(values)
        if kind == "logits":
            with np.errstate(invalid="ignore"):  # what isn't finite is NaN in the end
                powers = np.exp(values - values.max(-1, keepdims=True))
                return np.asarray(powers / powers.sum(-1, keepdims=True))
        return values


def ending_of(
    units: int,
    activation: FinalActivation,
    loss: LossKind = "",
    *,
    labels: LabelKind = "",
    classes: int | None = None,
) -> Ending:
    """Return how an output ends, after all that is known of it.

    The last activation decides, then the loss, then the number of classes, then the labels.

    Args:
        units: Numbers of the output per prediction.
        activation: The last activation on the way to it.
        loss: What the loss says.
        labels: What the labels are.
        classes: How many classes have names; `None` if that isn't known.

    Example:
        >>> from dlwidgets.inspect.endings import ending_of
        >>> ending_of(1, "linear", "binary_logits").kind
        'binary_logit'
        >>> ending_of(1, "linear").kind
        'regression'
    """
    if activation == "softmax":
        return Ending("softmax", units)
    if activation == "sigmoid" or loss in {"binary", "binary_logits"}:
        return _binary(units, logits=activation != "sigmoid" and loss == "binary_logits")
    told = _told_classes(units, labels, classes)
    if labels == "numbers" or (loss == "regression" and not told):
        return Ending("regression", 0)
    if loss == "regression":
        # Least squares on 0 and 1: the output itself is compared with a half.
        return _binary(units) if units == 1 else Ending("logits", units)
    return _by_evidence(units, activation, labels, told=told)


def _by_evidence(
    units: int, activation: FinalActivation, labels: LabelKind, *, told: bool
) -> Ending:
    if activation == "linear" and units > 1:
        return _binary(units, logits=True) if labels == "multi_hot" else Ending("logits", units)
    if activation == "linear":
        return _binary(units, logits=True) if told else Ending("regression", 0)
    return Ending("", units if units > 1 else 2 if told else 0)


def loss_kind(loss: Any) -> LossKind:
    """Return what a loss says of its output.

    Args:
        loss: A loss as `compile` takes it for one output; `None` for none.

    Example:
        >>> from dlwidgets.inspect.endings import loss_kind
        >>> loss_kind("mse")
        'regression'
    """
    if isinstance(loss, str):
        try:
            loss = load_keras().losses.get(loss)
        except ValueError:
            return ""
    if loss is None:
        return ""
    name = getattr(loss, "__name__", "") or type(loss).__name__
    name = name.lower().replace("_", "")
    if name in _BINARY:
        return "binary_logits" if getattr(loss, "from_logits", False) else "binary"
    if name in _CATEGORICAL:
        return "categorical"
    return "regression" if name in _REGRESSIONS else ""


def label_kind(y: ArrayLike | None) -> LabelKind:
    """Return what labels are.

    Args:
        y: Labels, first axis the samples; `None` for none.

    Example:
        >>> from dlwidgets.inspect.endings import label_kind
        >>> label_kind([0, 1, 1]), label_kind([[1, 0, 1]]), label_kind([0.5, 2.0])
        ('binary', 'multi_hot', 'numbers')
    """
    if y is None:
        return ""
    array = np.asarray(y)
    if array.dtype.kind not in "biuf" or not array.size:
        return ""
    whole = array.dtype.kind in "biu" or bool((array == np.floor(array)).all())
    if not whole or array.min() < 0:
        return "numbers"
    if array.ndim > 1 and array.shape[-1] > 1 and array.max() <= 1:
        return "one_hot" if (array.sum(-1) == 1).all() else "multi_hot"
    return "binary" if array.max() <= 1 else "classes"


def _binary(units: int, *, logits: bool = False) -> Ending:
    if units == 1:
        return Ending("binary_logit" if logits else "sigmoid", 2)
    return Ending("multi_label_logits" if logits else "multi_label", units)


def _told_classes(units: int, labels: LabelKind, classes: int | None) -> bool:
    """Return whether names or labels say that the numbers of an output stand for classes."""
    if units == 1:
        return classes == 2 if not labels else labels == "binary"
    return classes == units if not labels else labels in {"one_hot", "classes", "binary"}


def _sigmoid(values: NDArray[Any]) -> NDArray[Any]:
    with np.errstate(over="ignore"):
        return np.asarray(1 / (1 + np.exp(-values)))
