"""A TensorBoard log that is written while a run trains."""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from math import nan
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from dlwidgets._messages import tr
from dlwidgets.recording.errors import RecordingError
from dlwidgets.recording.exporting.decimating import kept
from dlwidgets.recording.exporting.event_file import (
    EventFile,
    event_files,
    load,
    new_name,
    write_sample,
)
from dlwidgets.recording.exporting.rows import EPOCH, STEP, reported_steps
from dlwidgets.recording.histograms import Histogram
from dlwidgets.training.table import Rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from dlwidgets.recording.media import Content
    from dlwidgets.training.rate_history import RateHistory
    from dlwidgets.training.table import Table

_log = logging.getLogger("dlwidgets")

EVERY = 1.0
"""Seconds between two updates, at least."""

HISTOGRAMS_EVERY = 10.0
"""Seconds between two updates of all histograms, at least: their checksums take a while."""

_POINTS = 8
"""Points of each curve and update: what decimation needs to keep extremes and borders."""


class Tables(Protocol):
    """What is followed: a `Recorder`."""

    @property
    def steps(self) -> Table:
        """One row per step."""

    @property
    def epochs(self) -> Table:
        """One row per epoch."""

    @property
    def learning_rates(self) -> RateHistory:
        """The learning rate of each step."""


class LiveTensorBoard:
    """Writes what a run records to a folder that TensorBoard watches.

    Used by one thread. Once the folder can't be written, nothing more is written, and `problem`
    says why.

    Args:
        folder: The folder; it is made if there is none.
        after: The last step that this folder's older files may show, for a run that is resumed.
            TensorBoard drops what they say about later steps.
        clock: Seconds, for tests.

    Raises:
        RecordingError: Neither TensorBoard nor TensorFlow is installed.

    Example:
        >>> board = LiveTensorBoard("runs/mlp/tb")  # doctest: +SKIP
        >>> board.update(run.recorder)  # as often as you like  # doctest: +SKIP
        >>> board.close()  # doctest: +SKIP
    """

    def __init__(
        self, folder: Path, *, after: int = 0, clock: Callable[[], float] = time.time
    ) -> None:
        load()  # now, not while the run trains
        self._folder = folder
        self._after = after
        self._clock = clock
        self._file: EventFile | None = None
        self._followed: Tables | None = None
        self._rows = {STEP: 0, EPOCH: 0}
        self._rates = 0
        self._next = {"curves": 0.0, "histograms": 0.0}
        self._wall = 0.0
        self.problem: str = ""
        """Why nothing more is written; empty while all is well."""

    def update(self, tables: Tables, *, at_once: bool = False) -> None:
        """Write what is new; does nothing within a second of the last time.

        Args:
            tables: The `Recorder` of a run.
            at_once: Also within that second.
        """
        self._followed = tables
        now = self._clock()
        if not self.problem and (at_once or now >= self._next["curves"]):
            self._next["curves"] = now + EVERY
            self._guarded(lambda: self._curves(tables, now))

    def histograms(self, step: int, found: Mapping[str, tuple[float, float, Any]]) -> None:
        """Write histograms; does nothing within ten seconds of the last time.

        Args:
            step: The training step.
            found: For each name lowest and highest value, and the counts of equal bins between.
        """
        now = self._clock()
        if self.problem or now < self._next["histograms"]:
            return
        self._next["histograms"] = now + HISTOGRAMS_EVERY

        def write() -> None:
            file = self._open(now)
            for name, (low, high, counts) in found.items():
                file.histogram(
                    name,
                    now,
                    Histogram(step, nan, nan, float(low), float(high), np.asarray(counts)),
                )
            file.flush()

        self._guarded(write)

    def sample(self, step: int, name: str, content: Content) -> None:
        """Write an image or a text.

        Args:
            step: The training step.
            name: What it is called.
            content: An image or several, a text, or the bytes of a PNG file.
        """
        if self.problem:
            return
        now, tag = self._clock(), f"samples/{name}"

        def write() -> None:
            file = self._open(now)
            write_sample(file, tag, step, now, content)
            file.flush()

        self._guarded(write)

    def close(self) -> None:
        """Write the last rows and close the file."""
        if self._followed is not None:
            self.update(self._followed, at_once=True)
        file, self._file = self._file, None
        if file is not None:
            with suppress(OSError):
                file.close()

    def _curves(self, tables: Tables, now: float) -> None:
        points: dict[int, tuple[float, dict[str, float]]] = {}
        for prefix, table in ((STEP, tables.steps), (EPOCH, tables.epochs)):
            self._collect(prefix, table, now, points)
        self._collect_rates(tables.learning_rates, now, points)
        if not points:
            return
        file = self._open(now)
        for step, (wall, values) in sorted(points.items()):
            self._wall = max(self._wall, wall)
            file.scalars(step, self._wall, values)
        file.flush()

    def _collect(
        self,
        prefix: str,
        table: Table,
        now: float,
        points: dict[int, tuple[float, dict[str, float]]],
    ) -> None:
        """Add what to write of a table's new rows to `points`: at each step time and values."""
        new = table.rows(self._rows[prefix])
        self._rows[prefix] += len(new)
        known = int(np.searchsorted(new.step, self._after, "right"))
        if known:  # those of a resumed run that are shown already
            later = {name: column[known:] for name, column in new.values.items()}
            new = Rows(new.step[known:], new.epoch[known:], new.time[known:], later)
        if not len(new):
            return
        # Epochs are few, and come one by one: all of their values are written.
        most = _POINTS if prefix == STEP else None
        last = float(new.time[-1])
        for name, reported in reported_steps(new).items():
            where = np.flatnonzero(reported)
            if not len(where):
                continue
            values = np.ascontiguousarray(new.values[name][where])
            for index in kept(values, most):
                row = where[index]
                wall = now - (last - float(new.time[row]))
                _, found = points.setdefault(int(new.step[row]), (wall, {}))
                found[f"{prefix}/{name}"] = float(values[index])

    def _collect_rates(
        self, rates: RateHistory, now: float, points: dict[int, tuple[float, dict[str, float]]]
    ) -> None:
        """Add the learning rates that were noted since the last time to `points`."""
        parts = rates.parts(self._rates)
        self._rates += len(parts)
        for part in parts:
            for index in kept(part.rates, _POINTS):
                step = int(part.steps[index])
                if step > self._after:
                    _, found = points.setdefault(step, (now, {}))
                    found[f"{STEP}/{rates.title(part.name)}"] = float(part.rates[index])

    def _open(self, now: float) -> EventFile:
        if self._file is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            restart = self._after + 1 if event_files(self._folder) else None
            self._wall = now - EVERY if restart is None else now
            name = new_name(self._folder, now)
            self._file = EventFile(self._folder / name, now, restart)
        return self._file

    def _guarded(self, write: Callable[[], None]) -> None:
        try:
            write()
        except (OSError, RecordingError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            self.problem = tr(
                "The TensorBoard log in {path} is no longer written: {reason}",
                path=str(self._folder),
                reason=reason,
            )
            _log.warning("%s", self.problem)
            file, self._file = self._file, None
            if file is not None:
                with suppress(OSError):
                    file.close()
