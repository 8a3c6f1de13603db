"""What a run was, as tables of names and values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dlwidgets._formatting import format_number
from dlwidgets._messages import Message, tr
from dlwidgets.recording.parameters import data_name

_MAX_ROWS = 24
_MAX_TEXT = 400
_TITLES = {
    "model": tr("Model"),
    "compile": tr("Compiled with"),
    "fit": tr("Arguments of fit"),
    "data": tr("Data"),
    "seeds": tr("Random seeds"),
    "versions": tr("Versions"),
    "git": tr("Source code"),
    "machine": tr("Machine"),
}
_NAMES = {
    "name": tr("name"),
    "class": tr("class"),
    "parameters": tr("parameters"),
    "layers": tr("layers"),
    "dtype policy": tr("dtype policy"),
    "validation split": tr("validation split"),
    "validation x": tr("validation x"),
    "validation y": tr("validation y"),
    "sample weight": tr("sample weight"),
    "shuffle": tr("shuffle"),
    "steps per epoch": tr("steps per epoch"),
    "initial epoch": tr("initial epoch"),
    "optimizer": tr("optimizer"),
    "loss": tr("loss"),
    "metrics": tr("metrics"),
    "epochs": tr("epochs"),
    "batch size": tr("batch size"),
    "samples": tr("samples"),
    "shape": tr("shape"),
    "commit": tr("commit"),
    "branch": tr("branch"),
    "host": tr("host"),
    "system": tr("system"),
    "processor": tr("processor"),
    "memory": tr("memory"),
    "python": "Python",
    "keras": "Keras",
    "tensorflow": "TensorFlow",
    "numpy": "NumPy",
}

_HIDDEN = ("crc32", "kind")
"""What tells data apart, but nothing to a reader."""

Table = dict[str, Any]


def facts_of(info: Mapping[str, Any]) -> list[Table]:
    """Return tables of what a run was.

    Args:
        info: The content of run.json.
    """
    tables = []
    for key, title in _TITLES.items():
        content = info.get(key)
        if key == "git" and isinstance(content, str):
            content = {"commit": content[:12]}
        if not isinstance(content, Mapping):
            continue
        rows = [{"name": name, "value": value} for name, value in _rows(content) if value]
        if rows:
            tables.append({"title": title, "rows": rows[:_MAX_ROWS]})
    return tables


def parameters_of(info: Mapping[str, Any]) -> int:
    """Return the number of a model's parameters; 0 if it isn't known."""
    model = info.get("model")
    found = model.get("parameters") if isinstance(model, Mapping) else None
    return found if type(found) is int else 0


def created(info: Mapping[str, Any]) -> float:
    """Return when a run began, in seconds since 1970; 0 if it isn't known."""
    found = info.get("created")
    if isinstance(found, str):
        try:
            return datetime.fromisoformat(found).timestamp()
        except ValueError:
            return 0.0
    return float(found) if isinstance(found, (int, float)) else 0.0


def _rows(content: Mapping[str, Any], before: str = "") -> list[tuple[str | Message, str]]:
    """Names and values; what is inside another has both names."""
    rows: list[tuple[str | Message, str]] = []
    for key, value in content.items():
        name = data_name(f"{before}{key}")
        if key in _HIDDEN:
            continue
        if isinstance(value, Mapping) and isinstance(value.get("shape"), (list, tuple)):
            shape = " × ".join(map(str, value["shape"]))
            rows.append((_known(name), f"{shape} {value.get('dtype', '')}".strip()))
        elif isinstance(value, Mapping):
            rows.extend(_rows(value, f"{name}."))
        else:
            rows.append((_known(name), _text(value)))
    return rows


def _known(name: str) -> str | Message:
    """What a reader calls a part; its own name if it has no other."""
    plain = name.replace("_", " ")
    return _NAMES.get(plain, plain)


def _text(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_text, value))[:_MAX_TEXT]
    if isinstance(value, float):
        return format_number(value, 4)
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return "" if value is None else str(value)[:_MAX_TEXT]
