"""Numbers as people read them in a sentence."""

from __future__ import annotations

from dlwidgets._formatting import format_number

_THOUSANDS = (1e3, 1e7)


def number_text(value: float) -> str:
    """Return a number with three significant digits, or with thousands separators.

    Args:
        value: Any number.

    Example:
        >>> from dlwidgets.inspect.diagnosis._number import number_text
        >>> number_text(0.12345), number_text(10374.4)
        ('0.123', '10,374')
    """
    low, high = _THOUSANDS
    return f"{value:,.0f}" if low <= abs(value) < high else format_number(value)
