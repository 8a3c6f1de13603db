"""Temperature, top-k and top-p: fields, checks of arguments, and the reference for the page.

The method itself is `dlwidgets.generate.reweight`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dlwidgets.concepts._fields import Field, Number, Numbers
from dlwidgets.concepts._random import uniform
from dlwidgets.generate.reweight import choose, reweight_logits, top_k, top_p

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

MOST = 12
"""Choices that the page shows."""
REACH = 8.0
"""Logits go from -REACH to REACH."""
MOST_THROWS = 500

LOGITS = (3.0, 2.2, 1.9, 1.4, 0.8, 0.3, -0.8, -2.0)

FIELDS: dict[str, Field] = {
    "logits": Numbers(LOGITS, -REACH, REACH, digits=2, least=2, most=MOST),
    "temperature": Number(1, 0, 5, 2),
    "top_k": Number(0, 0, MOST),
    "top_p": Number(1, 0.01, 1, 2),
    "seed": Number(0, 0, 999),
    "throws": Numbers((), 0, MOST_THROWS, digits=0, least=0, most=1),
}
"""The state of the widget. A top-k of 0 keeps all; without `throws` the dice roll on."""


def distribution(
    logits: ArrayLike, temperature: float = 1.0, k: int = 0, p: float = 1.0
) -> NDArray[np.float64]:
    """Return what is sampled from: temperature first, then top-k, then top-p.

    Args:
        logits: Shape (n,).
        temperature: At least 0.
        k: How many are kept; 0 for all.
        p: The share that the kept ones reach together.

    Example:
        >>> from dlwidgets.concepts._temperature import distribution
        >>> distribution([1.0, 1.0, 0.0], k=2).tolist()
        [0.5, 0.5, 0.0]
    """
    return top_p(top_k(reweight_logits(logits, temperature), k), p)


def throws(p: NDArray[np.float64], count: int, seed: int) -> list[int]:
    """Return what so many random numbers select.

    Args:
        p: Probabilities, shape (n,).
        count: How many.
        seed: The same seed gives the same random numbers, here and in the page.
    """
    random = uniform(seed)
    return [choose(p, random()) for _ in range(count)]


@dataclass(frozen=True)
class Choices:
    """What the user gave, as the page gets it.

    Attributes:
        logits: At most `MOST`, the largest, in the user's order.
        names: As many; none if there are none.
        left_out: How many are left out.
        share: Their probability together.
    """

    logits: list[float]
    names: list[str]
    left_out: int = 0
    share: float = 0.0


def checked_choices(
    logits: ArrayLike | None, probabilities: ArrayLike | None, names: Sequence[str] | None
) -> Choices:
    """Return logits or probabilities as the page gets them.

    Args:
        logits: Shape (n,), at least 2.
        probabilities: Shape (n,), at least 0, not all 0; instead of logits.
        names: As many names.

    Raises:
        ValueError: They can't be used.
    """
    if (logits is None) == (probabilities is None):
        received = "none" if logits is None else "both"
        message = "Expected `logits` or `probabilities` with `names`. "
        raise ValueError(message + f"Received: {received} of them.")
    name = "probabilities" if logits is None else "logits"
    array = np.asarray(probabilities if logits is None else logits)
    if array.ndim != 1 or len(array) < 2 or array.dtype.kind not in "iufb":
        message = f"Expected `{name}` to be at least 2 numbers, of shape (n,). "
        raise ValueError(message + f"Received: shape {array.shape}, type {array.dtype}.")
    values = array.astype(np.float64)
    if not np.isfinite(values).all():
        message = f"Expected `{name}` to be finite. Received: NaN or infinity."
        raise ValueError(message)
    if names is not None and len(names) != len(values):
        message = f"Expected `names` to have as many entries as `{name}`, {len(values)}. "
        raise ValueError(message + f"Received: {len(names)}.")
    if logits is None:
        if values.min() < 0 or values.max() == 0:
            message = "Expected `probabilities` of at least 0, not all 0. "
            raise ValueError(message + f"Received: from {values.min():g} to {values.max():g}.")
        with np.errstate(divide="ignore"):
            values = np.log(values / values.sum())
    shares = reweight_logits(values, 1.0)
    kept = np.sort(np.argsort(-values, kind="stable")[:MOST])
    found = values[kept]
    low, high = float(found.min()), float(found.max())
    # Only differences count: what doesn't fit is moved, so that little or nothing is cut off.
    if high - low > 2 * REACH:
        found = found - high + REACH
    elif high > REACH or low < -REACH:
        found = found - (low + high) / 2
    return Choices(
        [float(value) for value in np.clip(found, -REACH, REACH)],
        [str(names[i]) for i in kept] if names is not None else [str(i) for i in kept],
        len(values) - len(kept),
        float(1 - shares[kept].sum()),
    )
