"""A recording as one JSON file that reads back to the bit."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr
from dlwidgets.recording import files
from dlwidgets.recording.exporting.exported import Exported
from dlwidgets.recording.exporting.targets import target, unreadable, write_files
from dlwidgets.recording.histograms import Histogram
from dlwidgets.training.table import Table

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from dlwidgets.recording.exporting.source import Source
    from dlwidgets.training.table import Rows

FORMAT = "dlwidgets-run"
VERSION = 1

_VALUES = 50_000  # at a time
_HISTOGRAM = ("step", "epoch", "time", "low", "high", "counts")
_SERIES = ("steps", "epochs", "events", "histograms")


@dataclass(frozen=True)
class JsonRun:
    """A run that was exported as JSON.

    Attributes:
        about: Id, name, model, state, tags, note and ``info``, which is what ``run.json`` holds.
        steps: One row per step, as recorded, bit by bit.
        epochs: One row per epoch.
        events: What happened, oldest first.
        histograms: By name, ascending steps.
    """

    about: Mapping[str, Any]
    steps: Table
    epochs: Table
    events: tuple[Mapping[str, Any], ...]
    histograms: Mapping[str, tuple[Histogram, ...]]


def write(
    source: Source, path: str | os.PathLike[str] | None, *, overwrite: bool = False
) -> Exported:
    """Write one JSON file.

    JSON has no numbers that aren't finite. They are the texts ``"NaN"``, ``"Infinity"`` and
    ``"-Infinity"``, which Python's ``float`` and JavaScript's ``Number`` turn into numbers.

    Args:
        source: The recording.
        path: The file; None for one that is named after the run.
        overwrite: Whether a file of this name may be replaced.

    Returns:
        The file.

    Raises:
        RecordingError: It can't be written.
    """
    file = target(path, f"{source.id}.json")
    write_files(file.parent, {file.name: _parts(source)}, overwrite=overwrite)
    return Exported("json", file, source.notes)


def read_json(path: str | os.PathLike[str]) -> JsonRun:
    """Read an export back.

    Args:
        path: The file.

    Returns:
        The run's content; its tables equal the recorded ones, bit by bit.

    Raises:
        RecordingError: It isn't such a file.

    Example:
        >>> import tempfile
        >>> folder = tempfile.mkdtemp()
        >>> writer = dl.recording.RunWriter.create(dl.record(folder), {})
        >>> writer.close("finished")
        >>> exported = dl.open_run(writer.path).export("json", folder + "/run.json")
        >>> dl.recording.read_json(exported).about["state"]
        'finished'
    """
    file = Path(path)
    try:
        content = json.loads(file.read_bytes())
    except OSError as error:
        raise unreadable(file, error.strerror or str(error)) from error
    except (ValueError, RecursionError) as error:
        raise unreadable(file, str(error)) from error
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise unreadable(file, tr("it isn't a run exported as JSON"))
    try:
        return JsonRun(
            about={k: v for k, v in content.items() if k not in _SERIES},
            steps=_table(content["steps"]),
            epochs=_table(content["epochs"]),
            events=tuple(content["events"]),
            histograms={k: _series(v) for k, v in content["histograms"].items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise unreadable(file, tr("part of it is missing")) from error


def _parts(source: Source) -> Iterator[bytes]:
    about = {
        "format": FORMAT,
        "version": VERSION,
        "id": source.id,
        "name": source.name,
        "model": source.model,
        "state": source.state,
        "message": source.message,
        "tags": source.tags,
        "note": source.note,
        "notes": source.notes,
        "info": source.info,
        "events": source.events,
    }
    yield files.to_json(finite(about))[:-1].encode()
    for name, columns in (("steps", source.steps), ("epochs", source.epochs)):
        yield f',\n"{name}": {{'.encode()
        yield from _columns(columns)
        yield b"}"
    yield b',\n"histograms": {'
    for i, (name, series) in enumerate(source.histograms.items()):
        columns_of = {key: [getattr(h, key) for h in series] for key in _HISTOGRAM}
        comma = ",\n" if i else ""
        yield f"{comma}{json.dumps(name)}: {files.to_json(finite(columns_of))}".encode()
    yield b"}}\n"


def _columns(columns: Rows) -> Iterator[bytes]:
    for name in ("step", "epoch", "time"):
        yield f'"{name}": ['.encode()
        yield from _numbers(getattr(columns, name))
        yield b"],\n"
    yield b'"values": {'
    for i, (name, column) in enumerate(columns.values.items()):
        comma = ",\n" if i else ""
        yield f"{comma}{json.dumps(name)}: [".encode()
        yield from _numbers(column)
        yield b"]"
    yield b"}"


def _numbers(column: NDArray[Any]) -> Iterator[bytes]:
    for first in range(0, len(column), _VALUES):
        block = column[first : first + _VALUES]
        numbers: list[Any] = block.tolist()
        if not np.isfinite(block).all():
            numbers = finite(numbers)
        yield (", " if first else "").encode() + json.dumps(numbers)[1:-1].encode()


def finite(value: Any) -> Any:
    """Return a value in which numbers that aren't finite are texts."""
    if isinstance(value, (np.generic, np.ndarray)):
        value = value.tolist()
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, dict):
        return {key: finite(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(one) for one in value]
    return value


def _table(columns: dict[str, Any]) -> Table:
    table = Table()
    table.extend(
        step=np.array(columns["step"], np.int64),
        epoch=_floats(columns["epoch"]),
        time=_floats(columns["time"]),
        values={name: _floats(column) for name, column in columns["values"].items()},
    )
    return table


def _floats(column: list[float | str]) -> NDArray[np.float64]:
    return np.array([float(one) for one in column], np.float64)


def _series(columns: dict[str, Any]) -> tuple[Histogram, ...]:
    rows = zip(*(columns[key] for key in _HISTOGRAM), strict=True)
    return tuple(
        Histogram(step, float(epoch), float(time), float(low), float(high), np.array(counts))
        for step, epoch, time, low, high, counts in rows
    )
