"""A recorder filled from a run's files, as they grow."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.recording import events_file, files, layout
from dlwidgets.recording.blocks import Block, BlockReader
from dlwidgets.recording.events_file import EventReader
from dlwidgets.training.events import Event, Events, Marker
from dlwidgets.training.rate_history import RatePart
from dlwidgets.training.recorder import Recorder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dlwidgets.training.table import Table

_AXES = ("step", "epoch", "time")
_MARKERS = ("learning_rate", "pause", "error", "note")


class Replay:
    """A recorder filled from a run's files, as they grow.

    Args:
        path: The run's directory.

    Attributes:
        recorder: As the run's own.
        happened: All events, oldest first, as they were recorded.
        steps: The file of steps.
        epochs: The file of epochs.
        events: The file of events.
        strange: How many whole blocks make no sense.
        news: An event for each epoch and marker that was read.
    """

    def __init__(self, path: Path) -> None:
        self.recorder = Recorder(Events())
        self.happened: list[dict[str, Any]] = []
        self.steps = BlockReader(path / layout.STEPS)
        self.epochs = BlockReader(path / layout.EPOCHS)
        self.events = EventReader(path / layout.EVENTS)
        self.strange = 0
        self.news: list[Event] = []
        self._history: dict[str, list[float]] = {}
        self._markers: list[Marker] = []

    @property
    def last_step(self) -> int:
        """The last step that is there; 0 if none is."""
        rows = self.recorder.steps.rows(max(0, self.recorder.step - 1))
        return int(rows.step[-1]) if len(rows) else 0

    @property
    def stale(self) -> bool:
        """Whether a file was written anew, so that all must be read again."""
        return self.steps.replaced or self.epochs.replaced

    def read(self, info: Mapping[str, Any]) -> bool:
        """Read what was appended.

        Args:
            info: The content of run.json.

        Returns:
            Whether something was.
        """
        recorder = self.recorder
        steps, epochs, events = self.steps.new(), self.epochs.new(), self.events.new()
        for block in steps:
            if block.header.get("kind") == "epochs":
                self._set_epochs(block)
            elif block.header.get("kind") == layout.RATES:
                self._note_rates(block)
            elif not _extend(recorder.steps, block):
                self.strange += 1
        for block in epochs:
            if not _extend(recorder.epochs, block):
                self.strange += 1
                continue
            for name, values in block.columns[len(_AXES) :]:
                self._history.setdefault(name, []).extend(map(float, values))
            self.news.append(Event("epoch"))
        for event in events:
            self.happened.append(event)
            if (marker := _marker(event)) is not None:
                self._markers.append(marker)
                self.news.append(Event("marker"))
        self._describe(info)
        if steps or epochs or events:
            self._take_over()
        return bool(steps or epochs or events)

    def _describe(self, info: Mapping[str, Any]) -> None:
        length, exact = info.get("steps_per_epoch"), info.get("exact")
        if type(length) is int and length > 0:
            self.recorder.steps_per_epoch = length
        if isinstance(exact, list):
            self.recorder.exact = frozenset(n for n in exact if isinstance(n, str))

    def _take_over(self) -> None:
        recorder = self.recorder
        steps, epochs = recorder.steps.rows(), recorder.epochs.rows()
        first_row = epoch = 0
        if len(epochs):
            end = int(np.searchsorted(steps.step, epochs.step[-1], "right"))
            done = math.ceil(_finite(epochs.epoch[-1]))
            if end < len(steps):
                epoch, first_row = done, end
            else:  # as a recorder has it at the end of an epoch: still in it
                epoch = max(0, done - 1)
                before = epochs.step[-2] if len(epochs) > 1 else 0
                first_row = int(np.searchsorted(steps.step, before, "right"))
        elif len(steps):
            epoch = max(0, math.ceil(_finite(steps.epoch[0])) - 1)
        seconds = max((_finite(t[-1]) for t in (steps.time, epochs.time) if len(t)), default=0.0)
        recorder.take_over(
            epoch=epoch,
            first_row=first_row,
            seconds=seconds,
            history=self._history,
            markers=self._markers,
        )

    def _note_rates(self, block: Block) -> None:
        columns, name = dict(block.columns), block.header.get("name")
        steps, rates = columns.get("step"), columns.get("rate")
        if steps is None or rates is None or not isinstance(name, str):
            self.strange += 1
            return
        if steps.ndim > 1 or rates.ndim > 1:
            self.strange += 1
            return
        each = block.header.get("each") is True
        part = RatePart(name, steps.astype(np.int64), rates.astype(np.float64), each)
        self.recorder.learning_rates.note(part)

    def _set_epochs(self, block: Block) -> None:
        columns = dict(block.columns)
        steps, epochs = columns.get("step"), columns.get("epoch")
        known = self.recorder.steps.rows()
        if steps is None or epochs is None or steps.ndim > 1 or epochs.ndim > 1:
            self.strange += 1
            return
        rows = np.searchsorted(known.step, steps)
        # Rows of a damaged block aren't there.
        here = rows < len(known)
        here[here] = known.step[rows[here]] == steps[here]
        if here.any():
            rows, epochs = rows[here], epochs[here]
            first, last = int(rows.min()), int(rows.max())
            changed = known.epoch[first : last + 1].copy()
            changed[rows - first] = epochs
            self.recorder.steps.set_epochs(first, changed)


def _extend(table: Table, block: Block) -> bool:
    """Append a block to a table; False if it isn't one of a table."""
    axes, values = block.columns[: len(_AXES)], block.columns[len(_AXES) :]
    if tuple(name for name, _ in axes) != _AXES or any(c.ndim > 1 for _, c in block.columns):
        return False
    step, epoch, time = (column for _, column in axes)
    table.extend(step=step, epoch=epoch, time=time, values=dict(values))
    return True


def _marker(event: Mapping[str, Any]) -> Marker | None:
    kind = event.get("kind")
    step, epoch, time = (files.number(event.get(axis)) for axis in _AXES)
    if event.get("marker") is not True or kind not in _MARKERS:
        return None
    if step is None or epoch is None or time is None:
        return None
    return Marker(kind, int(step), epoch, time, events_file.text_of(event.get("text")))


def _finite(value: float) -> float:
    return float(value) if math.isfinite(value) else 0.0
