"""What the table of runs shows of each run."""

from __future__ import annotations

import math
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dlwidgets.recording import RunSummary

GROWING = ("state", "message", "metric", "best", "best_epoch", "step", "epoch", "epochs", "seconds")
"""What changes while a run goes on."""

_MAX_TEXT = 300

# The metric that says best how good a run is, of those that it has.
_FAVORITES = ("val_accuracy", "val_sparse_categorical_accuracy", "accuracy", "val_loss", "loss")


def row_of(key: str, run: RunSummary) -> dict[str, Any]:
    """Return the row of a run, as `RunTable.runs` has it.

    Args:
        key: The run's id in the table.
        run: The run.
    """
    info, about = run.info, about_of(run.info)
    return {
        "id": key,
        "name": run.name[:_MAX_TEXT],
        "model": (_text(about, "title") or run.model_name)[:_MAX_TEXT],
        "data": _text(about, "dataset")[:_MAX_TEXT] or _shape_of(info),
        "created": _seconds_since_epoch(run.created),
        "tags": [tag[:_MAX_TEXT] for tag in run.tags],
        **growing(run),
    }


def growing(run: RunSummary) -> dict[str, Any]:
    """Return what changes while a run goes on."""
    info = run.info
    metric, best, epoch = best_of(info)
    return {
        "state": str(run.state),
        "message": run.message[:_MAX_TEXT],
        "metric": metric,
        "best": best,
        "best_epoch": epoch,
        "step": _number(info.get("step")),
        "epoch": _number(info.get("epochs_done")),
        "epochs": _number(info.get("epochs")),
        "seconds": _number(info.get("seconds")),
    }


def told_apart(runs: Sequence[RunSummary]) -> list[str]:
    """Return the names of runs; those that have the same name with the time when they began.

    Args:
        runs: The runs.
    """
    names = [run.name for run in runs]
    twice = {name for name in names if names.count(name) > 1}
    return [
        f"{name} · {_began(run.created)}" if name in twice else name
        for name, run in zip(names, runs, strict=True)
    ]


def _began(created: str) -> str:
    """Return when a run began: the time of today, or the date as well."""
    try:
        began = datetime.fromisoformat(created).astimezone()
    except (ValueError, OverflowError, OSError):
        return created
    today = began.date() == datetime.now().astimezone().date()
    return f"{began:%H:%M:%S}" if today else f"{began:%Y-%m-%d %H:%M:%S}"


def best_of(info: Mapping[str, Any]) -> tuple[str, float | None, float | None]:
    """Return the metric that says best how good a run is, its best value, and in which epoch.

    Args:
        info: What run.json says.
    """
    found = info.get("best")
    known = found if isinstance(found, dict) else {}
    others = sorted(known, key=lambda name: (not name.startswith("val_"), name.endswith("loss")))
    for name in (*_FAVORITES[:3], *others):
        one = known.get(name)
        if isinstance(one, dict) and name != "learning_rate":
            value = _number(one.get("value"))
            if value is not None:
                return name, value, _number(one.get("epoch"))
    return "", None, None


def about_of(info: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a page has noted about its run; empty for a run of a notebook."""
    about = info.get("about")
    return about if isinstance(about, dict) else {}


def _text(about: Mapping[str, Any], name: str) -> str:
    value = about.get(name)
    return value if isinstance(value, str) else ""


def _shape_of(info: Mapping[str, Any]) -> str:
    """Return the shape of the inputs, such as "1,437 × 8×8×1"; "" if it isn't known."""
    data = info.get("data")
    x = data.get("x") if isinstance(data, dict) else None
    shape = x.get("shape") if isinstance(x, dict) else None
    if not isinstance(shape, list) or not all(type(n) is int for n in shape) or not shape:
        return ""
    rows = f"{shape[0]:,}"
    return f"{rows} × {'×'.join(map(str, shape[1:8]))}" if len(shape) > 1 else rows


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return value


def _seconds_since_epoch(created: str) -> float | None:
    try:
        return datetime.fromisoformat(created).timestamp()
    except (ValueError, OverflowError, OSError):
        return None
