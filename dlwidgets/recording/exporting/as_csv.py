"""A recording as CSV files that read back to the bit."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from dlwidgets.recording.exporting.exported import Exported
from dlwidgets.recording.exporting.targets import target, unreadable, write_files
from dlwidgets.training.table import Table

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator

    from dlwidgets.recording.exporting.source import Source
    from dlwidgets.training.table import Rows

AXES = ("step", "epoch", "time")
EVENT_COLUMNS = ("kind", "step", "epoch", "time", "at", "text")

_ROWS = 50_000  # at a time, so that a long run needs little memory


def write(
    source: Source, path: str | os.PathLike[str] | None, *, overwrite: bool = False
) -> Exported:
    """Write a folder of CSV files.

    Numbers are written as `repr` writes them, so that they read back to the bit: ``nan`` where a
    step doesn't report a metric, ``inf`` and ``-inf`` as they are.

    Args:
        source: The recording.
        path: The folder; None for one that is named after the run.
        overwrite: Whether files of these names may be replaced.

    Returns:
        The folder.

    Raises:
        RecordingError: It can't be written.
    """
    folder = target(path, f"{source.id}-csv")
    parts = {
        "steps.csv": _table(source.steps),
        "epochs.csv": _table(source.epochs),
        "events.csv": _text(
            [
                list(EVENT_COLUMNS),
                *([event.get(key, "") for key in EVENT_COLUMNS] for event in source.events),
            ]
        ),
    }
    write_files(folder, parts, overwrite=overwrite)
    return Exported("csv", folder, source.notes)


def read_csv(path: str | os.PathLike[str]) -> Table:
    """Read ``steps.csv`` or ``epochs.csv`` of an export back.

    Args:
        path: The file. Its first three columns are step, epoch and seconds of training, the
            others are metrics.

    Returns:
        A table that equals the recorded one, bit by bit.

    Raises:
        RecordingError: It isn't such a file.

    Example:
        >>> import tempfile
        >>> folder = tempfile.mkdtemp()
        >>> writer = dl.recording.RunWriter.create(dl.record(folder), {})
        >>> writer.close("finished")
        >>> exported = dl.open_run(writer.path).export("csv", folder + "/csv")
        >>> len(dl.recording.read_csv(exported.path / "steps.csv"))
        0
    """
    file = Path(path)
    table = Table()
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            rows = csv.reader(lines)
            names = next(rows, [])
            if tuple(names[:3]) != AXES:
                raise unreadable(file, f"expected a header that begins with {', '.join(AXES)}")
            while block := _block(rows):
                step, epoch, time, *values = zip(*block, strict=True)
                table.extend(
                    step=np.array(step, np.int64),
                    epoch=np.array(epoch, np.float64),
                    time=np.array(time, np.float64),
                    values={
                        name: np.array(column, np.float64)
                        for name, column in zip(names[3:], values, strict=True)
                    },
                )
    except OSError as error:
        raise unreadable(file, error.strerror or str(error)) from error
    except (ValueError, csv.Error) as error:  # ValueError: also wrong UTF-8
        raise unreadable(file, str(error)) from error
    return table


def _block(rows: Iterator[list[str]]) -> list[list[str]]:
    return [row for row, _ in zip(rows, range(_ROWS), strict=False)]


def _table(columns: Rows) -> Iterator[bytes]:
    yield from _text([[*AXES, *columns.values]])
    series = (columns.step, columns.epoch, columns.time, *columns.values.values())
    for first in range(0, len(columns), _ROWS):
        block = (column[first : first + _ROWS].tolist() for column in series)
        yield from _text(zip(*block, strict=True))


def _text(rows: Iterable[Iterable[object]]) -> Iterator[bytes]:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    yield out.getvalue().encode()
