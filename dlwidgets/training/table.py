"""Tables of steps and epochs, written by one thread while others read."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

_FIRST_CAPACITY = 1024


@dataclass(frozen=True)
class Points:
    """A stretch of one series: equally long, read-only columns.

    Attributes:
        step: int64, training steps since the start of the run, the first step is 1.
        epoch: float64, epochs as a fraction (2.5 is the middle of the third epoch).
        time: float64, seconds of training, pauses left out.
        value: float64, the metric; NaN where a step did not report it.
    """

    step: NDArray[np.int64]
    epoch: NDArray[np.float64]
    time: NDArray[np.float64]
    value: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.step)


@dataclass(frozen=True)
class Rows:
    """A stretch of a table: equally long, read-only columns.

    Attributes:
        step: int64, training steps since the start of the run, the first step is 1.
        epoch: float64, epochs as a fraction (2.5 is the middle of the third epoch).
        time: float64, seconds of training, pauses left out.
        values: For each metric float64; NaN where a step did not report it.
    """

    step: NDArray[np.int64]
    epoch: NDArray[np.float64]
    time: NDArray[np.float64]
    values: dict[str, NDArray[np.float64]]

    def __len__(self) -> int:
        return len(self.step)


class Table:
    """Rows with a step, an epoch, a time, and one value per metric.

    Writing is amortized O(1) per row. Readers get views without copying: rows already written
    never move and, but for `set_epochs`, never change.

    Example:
        >>> table = dl.training.Table()
        >>> table.extend(step=[1], epoch=[0.5], time=[0.1], values={"loss": [3.0]})
        >>> table.points("loss").value.tolist()
        [3.0]
    """

    def __init__(self) -> None:
        self._write = threading.Lock()
        self._length = 0
        self._axes: tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]] = (
            np.empty(_FIRST_CAPACITY, np.int64),
            np.empty(_FIRST_CAPACITY, np.float64),
            np.empty(_FIRST_CAPACITY, np.float64),
        )
        self._values: dict[str, NDArray[np.float64]] = {}
        self.revision = 0
        """Increases whenever rows already written were changed (see `set_epochs`)."""

    def __len__(self) -> int:
        return self._length

    @property
    def names(self) -> tuple[str, ...]:
        """The metrics seen so far, in the order of their first appearance."""
        return tuple(self._values)

    def extend(
        self,
        *,
        step: Sequence[int] | NDArray[np.int64],
        epoch: Sequence[float] | NDArray[np.float64],
        time: Sequence[float] | NDArray[np.float64],
        values: Mapping[str, Sequence[float] | NDArray[np.float64]],
    ) -> None:
        """Append rows.

        Args:
            step: Step numbers, shape (n,).
            epoch: Epochs as fractions, shape (n,).
            time: Seconds of training, shape (n,).
            values: For each metric its values, shape (n,). A metric that is missing here, or
                was missing in earlier rows, reads as NaN there.
        """
        with self._write:
            start, end = self._length, self._length + len(step)
            self._reserve(end)
            for column, rows in zip(self._axes, (step, epoch, time), strict=True):
                column[start:end] = rows
            for name in values:
                if name not in self._values:
                    self._values[name] = np.full(len(self._axes[0]), np.nan)
            for name, stored in self._values.items():
                stored[start:end] = values.get(name, np.nan)
            # Last, so that a reader never sees a row that is half written.
            self._length = end

    def points(self, name: str, start: int = 0) -> Points:
        """The series `name` from row `start` on, as read-only views.

        Raises:
            KeyError: No such metric. The message lists those that are recorded.
        """
        length = self._length
        if name not in self._values:
            if not self._values:
                raise KeyError(tr("No metric is recorded yet. Received: {name}", name=repr(name)))
            raise KeyError(
                tr(
                    "Expected one of the metrics {names}. Received: {name}",
                    names=", ".join(self._values),
                    name=repr(name),
                )
            )
        columns = [_view(a, start, length) for a in (*self._axes, self._values[name])]
        return Points(*columns)

    def rows(self, start: int = 0) -> Rows:
        """All columns from row `start` on, as read-only views of the same length."""
        length, values = self._length, dict(self._values)
        # Read after the length, so that they are at least as long: arrays only grow.
        step, epoch, time = (_view(a, start, length) for a in self._axes)
        return Rows(step, epoch, time, {n: _view(v, start, length) for n, v in values.items()})

    def set_epochs(self, start: int, epochs: NDArray[np.float64]) -> None:
        """Replace the epoch column from row `start` on, once an epoch's length is known."""
        with self._write:
            self._axes[1][start : start + len(epochs)] = epochs
            self.revision += 1

    def _reserve(self, rows: int) -> None:
        capacity = len(self._axes[0])
        if rows <= capacity:
            return
        while capacity < rows:
            capacity *= 2

        # New arrays, not resized ones: a reader may still hold views of the old.
        step, epoch, time = (_grown(a, capacity, self._length) for a in self._axes)
        self._values = {k: _grown(v, capacity, self._length) for k, v in self._values.items()}
        self._axes = (step, epoch, time)


def _view(column: NDArray[Any], start: int, end: int) -> NDArray[Any]:
    view = column[start:end]
    view.flags.writeable = False
    return view


def _grown(column: NDArray[Any], capacity: int, length: int) -> NDArray[Any]:
    grown = np.empty(capacity, column.dtype)
    grown[:length] = column[:length]
    if column.dtype == np.float64:
        grown[length:] = np.nan
    return grown


class Series:
    """One metric of a `Table`, read as it grows.

    Example:
        >>> table = dl.training.Table()
        >>> table.extend(step=[1], epoch=[1.0], time=[0.1], values={"loss": [3.0]})
        >>> dl.training.Series(table, "loss").last
        3.0
    """

    def __init__(self, table: Table, name: str, *, exact: bool = True) -> None:
        self._table = table
        self.name = name
        self.exact = exact
        """True: each step's own value. False: the running value that the metric reports."""

    def __len__(self) -> int:
        return len(self._table)

    @property
    def step(self) -> NDArray[np.int64]:
        """Step numbers, int64, shape (n,)."""
        return self._table.points(self.name).step

    @property
    def epoch(self) -> NDArray[np.float64]:
        """Epochs as fractions, float64, shape (n,)."""
        return self._table.points(self.name).epoch

    @property
    def time(self) -> NDArray[np.float64]:
        """Seconds of training without pauses, float64, shape (n,)."""
        return self._table.points(self.name).time

    @property
    def value(self) -> NDArray[np.float64]:
        """The values, float64, shape (n,)."""
        return self._table.points(self.name).value

    @property
    def last(self) -> float:
        """The newest value; NaN before the first step."""
        values = self.value
        return float(values[-1]) if len(values) else float("nan")

    def __repr__(self) -> str:
        return f"<Series {self.name!r}: {len(self)} steps, last {self.last:.4g}>"


class Metrics(dict[str, Series]):
    """For each metric its series of step values. What isn't there is told with what is."""

    def __missing__(self, name: str) -> Series:
        if not self:
            raise KeyError(tr("No step was done yet, so there is no {name}.", name=repr(name)))
        raise KeyError(
            tr("Expected one of {names}. Received: {name}", names=", ".join(self), name=repr(name))
        )
