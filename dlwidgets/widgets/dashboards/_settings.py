"""The settings of a page by name: read from its fields, set within their bounds, in a link."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import ipywidgets

if TYPE_CHECKING:
    from collections.abc import Mapping

Value = str | float | bool | None

LEADING = ("network", "dataset", "corpus", "model")
"""Settings that give others another default, so they are set first."""

_MAX_QUERY = 4_000  # characters of a link that are read
_MAX_VALUE = 100
_MAX_PARTS = 100


def put(control: ipywidgets.Widget, wanted: object) -> bool:
    """Give a field a value, moved into its bounds if it is outside of them.

    Args:
        control: A menu, check box or number field, also a disabled one.
        wanted: The value, or the text of it in a link.

    Returns:
        Whether the field has a value that is wanted, perhaps moved into its bounds.
    """
    if isinstance(control, ipywidgets.Checkbox):
        flag = {"1": True, "true": True, "0": False, "false": False}.get(_text(wanted))
        if flag is None:
            return False
        control.value = flag
        return True
    if hasattr(control, "options"):
        values = dict(_options(control))
        for value in values.values():
            if _text(value) == _text(wanted):
                control.value = value
                return True
        return False
    number = _number(wanted)
    if number is None:
        return False
    low, high = control.min, control.max
    if isinstance(control, ipywidgets.FloatLogSlider):
        low, high = control.base**low, control.base**high
    number = min(max(number, low), high)
    control.value = round(number) if isinstance(control.value, int) else number
    return True


def _options(control: Any) -> list[tuple[str, Any]]:
    """Return the entries of a menu, text and value of each."""
    return [
        option if isinstance(option, tuple) else (str(option), option) for option in control.options
    ]


def _text(value: object) -> str:
    """Return a value as it stands in a link."""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return f"{value:.6g}"
    return "" if value is None else str(value)


def _number(wanted: object) -> float | None:
    try:
        number = float(str(wanted)[:_MAX_VALUE])
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def values(controls: Mapping[str, ipywidgets.Widget]) -> dict[str, Value]:
    """Return the values of fields by name."""
    return {name: control.value for name, control in controls.items()}


def in_order(names: Mapping[str, object]) -> list[str]:
    """Return names of settings in the order in which they are set."""
    first = [name for name in LEADING if name in names]
    return [*first, *(name for name in names if name not in first)]


def link(now: Mapping[str, Value], first: Mapping[str, Value]) -> dict[str, str]:
    """Return the settings as they stand in a link.

    Args:
        now: The settings by name.
        first: Those that the page begins with, which a link need not name.

    Returns:
        The text of each setting that is needed to get from `first` to `now`, and `""` for others.
        Where a leading setting differs, others may begin with other values, so all are needed.
    """
    texts = {name: _text(value) for name, value in now.items()}
    differing = {name for name, text in texts.items() if text != _text(first[name])}
    needed = set(texts) if differing & set(LEADING) else differing
    return {name: text if name in needed else "" for name, text in texts.items()}


def read_query(query: str, known: Mapping[str, object]) -> dict[str, str]:
    """Return the settings that a link names, in the order in which they are set.

    Args:
        query: What stands after the question mark, from a stranger.
        known: The names of the page's settings. Other parameters are left out.
    """
    parts = query[:_MAX_QUERY].split("&")[:_MAX_PARTS]
    pairs = dict(parse_qsl("&".join(parts)))
    return {name: pairs[name][:_MAX_VALUE] for name in in_order(known) if name in pairs}
