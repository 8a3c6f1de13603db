"""What runs were made of, side by side: model, arguments, data, seeds, versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LONGEST = 120  # characters of a value
_MOST = 400  # parameters of a run

SECTIONS = {
    "about": tr("Page"),
    "model": tr("Model"),
    "compile": tr("Compiled with"),
    "fit": tr("Arguments of fit"),
    "data": tr("Data"),
    "seeds": tr("Random seeds"),
    "parent": tr("Forked from"),
    "versions": tr("Versions"),
    "machine": tr("Machine"),
    "git": tr("Source code"),
}
"""The parts of run.json that say what a run was made of, each with its title."""


@dataclass(frozen=True)
class Parameter:
    """One parameter of several runs.

    Attributes:
        section: A name of `SECTIONS`.
        name: Its name, such as ``optimizer.learning_rate``.
        values: Its value in each run, as text; "" where a run doesn't have it.
    """

    section: str
    name: str
    values: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether the runs have different values."""
        return len(set(self.values)) > 1


def parameters(runs: Sequence[Mapping[str, Any]]) -> list[Parameter]:
    """Return the parameters of runs side by side.

    Args:
        runs: What run.json says of each run, as `RecordedRun.info`.

    Returns:
        All parameters that any of them has, in the order of `SECTIONS`.

    Example:
        >>> from dlwidgets.recording.parameters import parameters
        >>> [(p.name, p.values) for p in parameters([{"fit": {"epochs": 5}}, {"fit": {}}])]
        [('epochs', ('5', ''))]
    """
    found: dict[tuple[str, str], None] = {}
    flat = [_of_run(info) for info in runs]
    for one in flat:
        found.update(dict.fromkeys(one))
    sections = list(SECTIONS)
    order = sorted(found, key=lambda key: sections.index(key[0]))  # keeps the order inside them
    return [
        Parameter(section, name, tuple(one.get((section, name), "") for one in flat))
        for section, name in order
    ]


def data_name(name: str) -> str:
    """Return what a reader calls a part of the data: ``validation_x`` for ``validation_data[0]``.

    Args:
        name: What run.json calls it.
    """
    for index, part in enumerate(("x", "y", "sample_weight")):
        before = f"validation_data[{index}]"
        if name.startswith(before):
            return f"validation_{part}{name.removeprefix(before)}"
    return name


def _of_run(info: Mapping[str, Any]) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for section in SECTIONS:
        value = info.get(section)
        if value is not None:
            _flatten(found, section, "", value)
    return found


def _flatten(found: dict[tuple[str, str], str], section: str, name: str, value: Any) -> None:
    if len(found) >= _MOST:
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            _flatten(found, section, f"{name}.{key}" if name else str(key), inner)
        return
    found[section, data_name(name) or section] = _text(value)


def _text(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        text = str(value)
    elif isinstance(value, float):
        text = f"{value:.6g}"
    elif isinstance(value, list):
        text = ", ".join(_text(one) for one in value[:20])
    else:
        text = str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
