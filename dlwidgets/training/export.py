"""A Run's values as CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
import math
import secrets
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr
from dlwidgets.training.run_engine import engine_of

if TYPE_CHECKING:
    import os

    from dlwidgets.training.run import Run
    from dlwidgets.training.table import Table


def steps_csv(run: Run) -> str:
    """Return one CSV row per training step: step, epoch, time in seconds, and each metric."""
    return _csv(engine_of(run).recorder.steps)


def epochs_csv(run: Run) -> str:
    """Return one CSV row per finished epoch: step, epoch, time in seconds, and Keras's logs."""
    return _csv(engine_of(run).recorder.epochs)


def to_json(run: Run) -> str:
    """Return everything recorded as JSON: model, state, history, every step, markers.

    Values that aren't finite are null, because JSON has no NaN.
    """
    recorder = engine_of(run).recorder
    document = {
        "model": run.model.name,
        "state": run.state.value,
        "message": run.message,
        "epochs": run.epochs,
        "history": {k: [_plain(v) for v in vs] for k, vs in run.history.items()},
        "steps": _columns(recorder.steps),
        "epoch_rows": _columns(recorder.epochs),
        "markers": [vars(marker) for marker in run.markers],
    }
    return json.dumps(document, allow_nan=False)


def export(run: Run, path: str | os.PathLike[str]) -> Path:
    """Write a run's values to a file, completely or not at all.

    Args:
        run: The Run; it may still be training.
        path: Ends in ".json" for everything, or in ".csv" for one row per step.

    Returns:
        The path written.

    Raises:
        ValueError: The path has another suffix.
        OSError: The file can't be written, for example because the disk is full. A file that was
            there before is left unchanged.

    Example:
        >>> export(run, "mnist.csv")  # doctest: +SKIP
        PosixPath('mnist.csv')
    """
    target = Path(path)
    writers = {".json": to_json, ".csv": steps_csv}
    if target.suffix.lower() not in writers:
        raise ValueError(
            tr("The file name must end in .csv or .json. Received: {name}", name=repr(target.name))
        )
    text = writers[target.suffix.lower()](run)
    part = None
    try:
        name = target.with_name(f".{target.name}.{secrets.token_hex(8)}.part")
        # Not one of Python's temporary files, which only their owner may read.
        with name.open("x", encoding="utf-8", newline="") as file:
            part = name
            file.write(text)
        if target.exists():
            shutil.copymode(target, part)
        part.replace(target)
    except OSError as error:
        if part is not None:
            part.unlink(missing_ok=True)
        message = tr(
            "Couldn't write {path}: {reason}", path=target, reason=error.strerror or str(error)
        )
        raise OSError(error.errno, message) from error
    return target


def _csv(table: Table) -> str:
    columns = _columns(table)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return out.getvalue()


def _columns(table: Table) -> dict[str, list[Any]]:
    names = table.names
    if not names:
        return {"step": [], "epoch": [], "time_s": []}
    series = {name: table.points(name) for name in names}
    length = min(len(points) for points in series.values())
    axes = series[names[0]]
    columns: dict[str, list[Any]] = {
        "step": axes.step[:length].tolist(),
        "epoch": axes.epoch[:length].tolist(),
        "time_s": axes.time[:length].tolist(),
    }
    for name, points in series.items():
        columns[name] = [_finite(v) for v in points.value[:length].tolist()]
    return columns


def _plain(value: Any) -> Any:
    """Return what Keras logged as numbers and lists; a metric may be more than one number."""
    if not isinstance(value, (list, float, int, str)):
        value = np.asarray(value).tolist()
    if isinstance(value, list):
        return [_plain(v) for v in value]
    if isinstance(value, float):
        return _finite(value)
    return value if isinstance(value, (int, str)) else str(value)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
