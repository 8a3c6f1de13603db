"""One number for the weights of content and style."""

from __future__ import annotations

import math

from dlwidgets._messages import tr

STEP = 0.05
"""Between two balances that a slider offers."""

_USUAL = -1.5  # decimal logarithm of content / style at which both are seen
_CONTENT, _STYLE = 1.0, -3.0  # where next to nothing of the other is left


def weights_at(balance: float) -> tuple[float, float]:
    """Return the weights of content and style for a balance.

    Args:
        balance: From 0, all content, to 1, all style. At 0.5 both are seen.

    Returns:
        The weight of the content, from 10 to 0.001, and that of the style, always 1.

    Raises:
        ValueError: The balance isn't from 0 to 1.

    Example:
        >>> from dlwidgets.vision.style_balance import weights_at
        >>> weights_at(0.0), weights_at(1.0)
        ((10.0, 1.0), (0.001, 1.0))
    """
    if not 0 <= balance <= 1:
        raise ValueError(
            tr("Expected `balance` from 0 to 1. Received: {value}", value=repr(balance))
        )
    below = balance <= 0.5
    end, share = (_CONTENT, 1 - 2 * balance) if below else (_STYLE, 2 * balance - 1)
    return 10 ** round(_USUAL + share * (end - _USUAL), 9), 1.0


def balance_of(content: float, style: float) -> float:
    """Return the balance of two weights, in steps of 0.05.

    Args:
        content: Weight of the content, at least 0.
        style: Weight of the style, at least 0.

    Raises:
        ValueError: A weight is negative, infinite or NaN.

    Example:
        >>> from dlwidgets.vision.style_balance import balance_of
        >>> balance_of(10**-1.5, 1.0), balance_of(10.0, 1.0), balance_of(0.0, 1.0)
        (0.5, 0.0, 1.0)
    """
    for name, weight in (("content", content), ("style", style)):
        if not 0 <= weight < math.inf:
            message = tr(
                "Expected `{name}` of at least 0. Received: {value}", name=name, value=repr(weight)
            )
            raise ValueError(message)
    if not content:
        return 1.0
    if not style:
        return 0.0
    ratio = math.log10(content / style)
    end = _CONTENT if ratio >= _USUAL else _STYLE
    share = (ratio - _USUAL) / (end - _USUAL) / 2
    balance = 0.5 - share if ratio >= _USUAL else 0.5 + share
    return round(min(1.0, max(0.0, round(balance / STEP) * STEP)), 9)
