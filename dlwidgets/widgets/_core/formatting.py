"""Numbers in the sentences of a page, written as everywhere in dlwidgets."""

from __future__ import annotations

_SPACE = "\u00a0"  # a number and its unit stay on one line


def percent(share: float, digits: int = 0) -> str:
    r"""A share as a percentage.

    Args:
        share: 1 for all.
        digits: Decimals.

    Example:
        >>> percent(0.125, 1)
        '12.5\xa0%'
    """
    return f"{share * 100:.{digits}f}{_SPACE}%"


def number(value: float, digits: int = 3) -> str:
    """A number to so many significant digits, with a true minus sign.

    Args:
        value: The number.
        digits: Significant digits.

    Example:
        >>> number(-0.56789)
        '−0.568'
    """
    return f"{value:.{digits}g}".replace("-", "−")
