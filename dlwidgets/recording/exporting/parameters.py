"""A run's settings as a flat list, as other tools compare them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SECTIONS = ("model", "compile", "fit", "data", "seeds", "versions")
"""What of ``run.json`` is a setting."""

_LONGEST = 500  # characters


def parameters_of(info: Mapping[str, Any]) -> dict[str, bool | int | float | str]:
    """Return names with dots and plain values, such as ``{"fit.epochs": 5}``.

    Args:
        info: What ``run.json`` holds.
    """
    found: dict[str, bool | int | float | str] = {}
    for section in SECTIONS:
        found.update(_flat(section, info.get(section)))
    return found


def _flat(name: str, value: Any) -> Iterator[tuple[str, bool | int | float | str]]:
    if isinstance(value, dict):
        for key, one in value.items():
            if key == "crc32":  # which says nothing to people
                continue
            yield from _flat(f"{name}.{key}", one)
    elif isinstance(value, (bool, int, float)):
        yield name, value
    elif value is not None:
        text = str(value)
        yield name, text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
