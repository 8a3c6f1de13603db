"""Readers of weather tables and word vectors. What is missing is filled in, and said."""

from __future__ import annotations

import csv
import io
import math
import zipfile
import zlib
from typing import TYPE_CHECKING

import numpy as np

from dlwidgets._messages import tr
from dlwidgets.data.files import Arrays, corrupt

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt

_JENA_TIME = "Date Time"
_JENA_BROKEN = -9999.0

_NYC_STATION = "JFK"
_NYC_STORED = ("temp", "dewp", "humid", "wind_dir", "wind_speed", "precip", "pressure", "visib")
_STRONGEST_WIND = 200.0  # miles per hour: a wind above is an error of the instrument
_FEWEST_ROWS = 24
_JUMP = 18.0  # degrees Fahrenheit up or down within an hour, and back in the next


def _rows(path: Path, needed: Sequence[str]) -> list[dict[str, str]]:
    """The rows of a CSV file, or of the only one in a zip file."""
    try:
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                text = archive.read(archive.namelist()[0]).decode("utf-8")
        else:
            text = path.read_text(encoding="utf-8")
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        missing = [name for name in needed if name not in (reader.fieldnames or ())]
        if missing:
            raise corrupt(path, tr("it has no column {names}", names=", ".join(missing)))
        rows = list(reader)
    except (zipfile.BadZipFile, zlib.error, UnicodeDecodeError, IndexError, csv.Error) as error:
        raise corrupt(path, tr("it is truncated or not a table ({error})", error=error)) from error
    if len(rows) < _FEWEST_ROWS or None in rows[-1].values():
        raise corrupt(path, tr("its last row is incomplete"))
    return rows


def _numbers(path: Path, rows: list[dict[str, str]], name: str) -> npt.NDArray[np.float64]:
    """A column, NaN where nothing was measured."""
    try:
        return np.array([math.nan if row[name] in ("", "NA") else float(row[name]) for row in rows])
    except ValueError as error:
        problem = tr(
            "column {name} has something else than numbers ({error})", name=name, error=error
        )
        raise corrupt(path, problem) from error


def filled(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return a column whose gaps are straight lines between their neighbors.

    Args:
        values: Equally spaced values, NaN where one is missing.
    """
    known = np.flatnonzero(np.isfinite(values))
    if len(known) == len(values) or not len(known):
        return values
    return np.interp(np.arange(len(values)), known, values[known])


def _without_jumps(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """A column without single values far from both neighbors: errors of the instrument."""
    before, after = np.diff(values)[:-1], np.diff(values)[1:]
    jumps = (np.minimum(np.abs(before), np.abs(after)) > _JUMP) & (before * after < 0)
    cleaned = values.copy()
    cleaned[1:-1][jumps] = np.nan
    return cleaned


def read_nyc(paths: Sequence[Path]) -> Arrays:
    """Read the hours of New York's weather at one airport, on a grid of whole hours."""
    path = paths[0]
    rows = _rows(path, ("origin", "time_hour", *_NYC_STORED))
    rows = [row for row in rows if row["origin"] == _NYC_STATION]
    if len(rows) < _FEWEST_ROWS:
        raise corrupt(path, tr("it has no rows of {station}", station=_NYC_STATION))
    try:
        times = np.array([row["time_hour"].removesuffix("Z") for row in rows], "datetime64[h]")
    except ValueError as error:
        raise corrupt(path, tr("its times can't be read ({error})", error=error)) from error
    raw = {name: _numbers(path, rows, name) for name in _NYC_STORED}
    speed = raw["wind_speed"] * 0.44704
    speed[raw["wind_speed"] > _STRONGEST_WIND] = np.nan
    # A calm wind has no direction; a direction that is missing otherwise is filled as a vector.
    angle = np.where(speed == 0, 0.0, np.radians(raw["wind_dir"]))
    columns = {
        "temp (degC)": (_without_jumps(raw["temp"]) - 32) / 1.8,
        "dew point (degC)": (_without_jumps(raw["dewp"]) - 32) / 1.8,
        "humidity (%)": raw["humid"],
        "pressure (hPa)": raw["pressure"],
        "wind from east (m/s)": speed * np.sin(angle),
        "wind from north (m/s)": speed * np.cos(angle),
        "rain (mm)": raw["precip"] * 25.4,
        "visibility (km)": raw["visib"] * 1.609344,
    }
    hours = np.arange(times[0], times[-1] + np.timedelta64(1, "h"))
    where = (times - times[0]).astype(np.int64)
    table = np.full((len(hours), len(columns)), np.nan)
    table[where] = np.column_stack(list(columns.values()))
    missing = np.isnan(table).mean()
    return {
        "values": np.column_stack([filled(column) for column in table.T]).astype(np.float32),
        "times": hours,
        "columns": np.array(list(columns)),
        "filled": np.array(missing),
    }


def read_jena(paths: Sequence[Path]) -> Arrays:
    """Read the weather of Jena, every ten minutes from 2009 to 2016."""
    path = paths[0]
    rows = _rows(path, (_JENA_TIME, "T (degC)"))
    names = [name for name in rows[0] if name != _JENA_TIME]
    table = np.column_stack([_numbers(path, rows, name) for name in names])
    table[table == _JENA_BROKEN] = np.nan  # of the anemometer, in a few rows
    missing = np.isnan(table).mean()
    try:
        times = np.array([_iso(row[_JENA_TIME]) for row in rows], "datetime64[m]")
    except ValueError as error:
        raise corrupt(path, tr("its times can't be read ({error})", error=error)) from error
    return {
        "values": np.column_stack([filled(column) for column in table.T]).astype(np.float32),
        "times": times,
        "columns": np.array(names),
        "filled": np.array(missing),
    }


def _iso(text: str) -> str:
    """`01.01.2009 00:10:00` as `2009-01-01T00:10`."""
    day, clock = text.split(" ")
    return "-".join(reversed(day.split("."))) + "T" + clock[:5]


def peek_csv(paths: Sequence[Path]) -> object:
    """Check that a table begins with a line of column names."""
    with paths[0].open("rb") as stream:
        head = stream.read(200)
    if paths[0].suffix != ".zip" and b"," not in head:
        raise corrupt(paths[0], tr("it is not a table with commas"))
    return head


def read_glove(paths: Sequence[Path]) -> Arrays:
    """Read a file of word vectors: on each line a word and its numbers."""
    path = paths[0]
    words: list[str] = []
    numbers: list[npt.NDArray[np.float32]] = []
    with path.open(encoding="utf-8", errors="strict") as stream:
        try:
            for line in stream:
                word, _, rest = line.rstrip("\n").partition(" ")
                numbers.append(np.array(rest.split(" "), np.float32))
                words.append(word)
        except ValueError as error:  # UnicodeDecodeError is one
            n = len(words) + 1
            problem = tr("line {n} is not a word and numbers ({error})", n=n, error=error)
            raise corrupt(path, problem) from error
    widths = {len(one) for one in numbers}
    if len(widths) != 1:
        odd = next((i for i, one in enumerate(numbers) if len(one) != len(numbers[0])), 0)
        raise corrupt(path, tr("line {n} has another number of values than the first", n=odd + 1))
    return {"words": np.array(words, object), "vectors": np.stack(numbers)}
