"""Filtering and sorting samples by their predictions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np

from dlwidgets._messages import tr

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets.inspect.outcomes import Outcomes

Order = Literal["loss", "loss_up", "confident", "unsure", "data"]
"""The largest loss first, the smallest loss first, the surest answer first, the least sure answer
first, or as in the data."""

ALL_BARS = 20
"""Up to this many classes each has its bar; of more, the most probable ten and the true one."""

_FEW_BARS = 10


@dataclass(frozen=True)
class Filter:
    """A filter of samples by their predictions.

    Attributes:
        wrong_only: Only those that were predicted wrong, or not at all.
        truth: Only those of this true class; -1 for all.
        predicted: Only those predicted as this class; -1 for all.
        low: Only those whose confidence is at least this, 0 to 1.
        high: Only those whose confidence is at most this, 0 to 1. With the whole range, 0 to 1,
            samples of unknown confidence are wanted as well.
    """

    wrong_only: bool = False
    truth: int = -1
    predicted: int = -1
    low: float = 0.0
    high: float = 1.0


def browse(
    judged: Outcomes, wanted: Filter | None = None, order: Order = "loss"
) -> NDArray[np.int64]:
    """Return the samples that a filter lets through, sorted.

    Args:
        judged: The answers.
        wanted: The filter; None for all samples.
        order: One of `Order`; samples that the order says nothing about come last, equal ones as
            in the data.

    Returns:
        int64 row numbers.

    Raises:
        ValueError: Another order.

    Example:
        >>> from dlwidgets.inspect import outcomes
        >>> judged = outcomes([0, 1, 1], [0.2, 0.9, 0.4])
        >>> browse(judged, Filter(wrong_only=True)).tolist()
        [2]
    """
    if order not in get_args(Order):
        message = tr(
            "Expected `order` to be one of {names}. Received: {order}",
            names=", ".join(map(repr, get_args(Order))),
            order=repr(order),
        )
        raise ValueError(message)
    wanted = wanted or Filter()
    keep = np.ones(len(judged), bool)
    if wanted.wrong_only:
        keep &= ~judged.right
    if wanted.truth >= 0:
        keep &= judged.truth == wanted.truth
    if wanted.predicted >= 0:
        keep &= judged.predicted == wanted.predicted
    if wanted.low > 0 or wanted.high < 1:
        keep &= (judged.confidence >= wanted.low) & (judged.confidence <= wanted.high)
    rows = np.flatnonzero(keep)
    keys = {
        "loss": -judged.loss[rows],
        "loss_up": judged.loss[rows],
        "confident": -judged.confidence[rows],
        "unsure": judged.confidence[rows],
        "data": rows,
    }
    # NaN sorts last.
    return rows[np.argsort(keys[order], kind="stable")].astype(np.int64)


def bars(judged: Outcomes, row: int) -> tuple[list[int], list[float | None]]:
    """Return the classes of a sample that get a bar each, and their probabilities.

    Args:
        judged: The answers.
        row: Row number of the sample.

    Returns:
        Class numbers, rising, and as many probabilities, None where the output is not finite;
        both empty if only labels are known.

    Example:
        >>> from dlwidgets.inspect import outcomes
        >>> bars(outcomes([0, 1], [[0.75, 0.25], [0.5, 0.5]]), 0)
        ([0, 1], [0.75, 0.25])
    """
    if judged.probabilities is None:
        return [], []
    values: NDArray[Any] = judged.probabilities[row]
    if judged.classes <= ALL_BARS:
        shown = np.arange(judged.classes)
    else:
        top = np.argpartition(-np.nan_to_num(values), _FEW_BARS)[:_FEW_BARS]
        shown = np.union1d(top, judged.truth[row])
    kept = [float(v) if np.isfinite(v) else None for v in values[shown]]
    return [int(c) for c in shown], kept
