"""Numbers and units as text, written the same everywhere."""

from __future__ import annotations

_SPACE = "\u00a0"  # a number and its unit stay on one line
_LETTERS = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"))


def format_percent(share: float, digits: int = 0) -> str:
    """Return a share as a percentage.

    Args:
        share: 1 for all.
        digits: Decimals.

    Example:
        >>> from dlwidgets._formatting import format_percent
        >>> format_percent(0.125, 1)
        '12.5%'
    """
    return f"{share * 100:.{digits}f}%"


def format_number(value: float, digits: int = 3) -> str:
    """Return a number with so many significant digits and a true minus sign.

    Args:
        value: Any number.
        digits: Significant digits.

    Example:
        >>> from dlwidgets._formatting import format_number
        >>> format_number(-0.56789)
        '−0.568'
    """
    return f"{value:.{digits}g}".replace("-", "−")


def format_count(count: float) -> str:
    """Return a large count with three significant digits and a letter.

    Args:
        count: 0 or more.

    Returns:
        The number; from a thousand on with "k", "M" (million), "B" (billion) or "T" (trillion).

    Example:
        >>> from dlwidgets._formatting import format_count
        >>> format_count(118_282)
        '118k'
    """
    for size, letter in _LETTERS:
        if count >= 0.9995 * size:  # 999,950 would otherwise read "1000k"
            return f"{_three_digits(count / size)}{letter}"
    return _three_digits(count)


def format_bytes(nbytes: float) -> str:
    r"""Return a number of bytes in decimal units.

    Args:
        nbytes: 0 or more.

    Example:
        >>> from dlwidgets._formatting import format_bytes
        >>> format_bytes(11_490_434)
        '11.5\xa0MB'
    """
    if round(nbytes) < 1000:
        return f"{nbytes:.0f}{_SPACE}B"
    for size, unit in ((1e9, "GB"), (1e6, "MB")):
        if nbytes >= 0.9995 * size:
            return f"{_three_digits(nbytes / size)}{_SPACE}{unit}"
    return f"{_three_digits(nbytes / 1e3)}{_SPACE}kB"


def format_duration(seconds: float) -> str:
    r"""Return a duration in the unit that fits.

    Args:
        seconds: 0 or more.

    Example:
        >>> from dlwidgets._formatting import format_duration
        >>> format_duration(0.04), format_duration(2.13), format_duration(290)
        ('40\xa0ms', '2.1\xa0s', '5\xa0min')
    """
    if seconds < 0.00995:
        return f"{1000 * seconds:.1f}{_SPACE}ms"
    if seconds < 0.9995:
        return f"{1000 * seconds:.0f}{_SPACE}ms"
    if seconds < 9.95:
        return f"{seconds:.1f}{_SPACE}s"
    if seconds < 59.5:
        return f"{seconds:.0f}{_SPACE}s"
    return f"{seconds / 60:.0f}{_SPACE}min"


def _three_digits(value: float) -> str:
    return f"{value:.0f}" if value >= 99.95 else f"{value:.3g}"
