"""What exports read: a recording as it is at one moment, also while it is being written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from dlwidgets.training.table import Table


@dataclass(frozen=True)
class Columns:
    """The rows that a table had at one moment: columns of equal length.

    Attributes:
        step: int64, shape (n,).
        epoch: float64, as a fraction, shape (n,).
        time: float64, seconds of training, shape (n,).
        values: For each metric float64, shape (n,).
    """

    step: NDArray[np.int64]
    epoch: NDArray[np.float64]
    time: NDArray[np.float64]
    values: dict[str, NDArray[np.float64]]

    def __len__(self) -> int:
        return len(self.step)


@dataclass(frozen=True)
class HistogramAt:
    """One histogram at one step.

    Attributes:
        step: The training step.
        low: The smallest value.
        high: The largest value.
        counts: How many values are in each of equally wide bins from `low` to `high`.
    """

    step: int
    low: float
    high: float
    counts: NDArray[Any]


@dataclass(frozen=True)
class Source:
    """A recording's content.

    Attributes:
        id: Unique name of the run.
        name: What the user calls it.
        model: Name of the model.
        state: ``"finished"``, ``"running"``, …
        message: Why it ended, or ``""``.
        tags: The user's labels.
        note: The user's text.
        info: What ``run.json`` holds.
        created: Unix seconds of its beginning.
        steps: One row per step.
        epochs: One row per epoch.
        history: For each name its values, one per epoch that reported it.
        events: What happened, oldest first.
        histograms: By name, ascending steps.
        samples: Images and texts, ascending steps; each has ``step``, ``name``, ``load()``.
        notes: Sentences about what is missing.
    """

    id: str
    name: str
    model: str
    state: str
    message: str
    tags: tuple[str, ...]
    note: str
    info: Mapping[str, Any]
    created: float
    steps: Columns
    epochs: Columns
    history: Mapping[str, Any] = field(default_factory=dict)
    events: tuple[Mapping[str, Any], ...] = ()
    histograms: Mapping[str, tuple[HistogramAt, ...]] = field(default_factory=dict)
    samples: tuple[Any, ...] = ()
    notes: tuple[str, ...] = ()

    def seconds_at(self, step: int) -> float:
        """Return the seconds of training when a step was done."""
        row = int(np.searchsorted(self.steps.step, step, "right")) - 1
        return float(self.steps.time[row]) if row >= 0 else 0.0


def source_of(rec: Any) -> Source:
    """Read what a recording holds at this moment.

    Args:
        rec: A `RecordedRun`; its newest rows are read first.
    """
    rec.refresh()
    steps, epochs = columns_of(rec.steps), columns_of(rec.epochs)
    notes = list(map(str, rec.damage))
    if not rec.state.ended:
        steps_done = int(steps.step[-1]) if len(steps) else 0
        notes.append(
            tr(
                "The run is {state}: the export contains its first {steps} steps.",
                state=rec.state.text,
                steps=steps_done,
            )
        )
    return Source(
        id=str(rec.id),
        name=str(rec.name),
        model=str(rec.model_name),
        state=str(rec.state.value),
        message=str(rec.message),
        tags=tuple(rec.tags),
        note=str(rec.note),
        info=rec.info,
        created=_unix(rec.info.get("created")),
        steps=steps,
        epochs=epochs,
        history=rec.history,
        events=tuple(rec.events),
        histograms=_histograms(rec),
        samples=tuple(rec.samples()),
        notes=tuple(notes),
    )


def columns_of(table: Table) -> Columns:
    """Return the rows that a table has now, without copying."""
    length, names = len(table), table.names
    if not names:
        empty = np.empty(0)
        return Columns(empty.astype(np.int64), empty, empty, {})
    found = {name: table.points(name) for name in names}
    length = min(length, *(len(points) for points in found.values()))
    axes = found[names[0]]
    return Columns(
        axes.step[:length],
        axes.epoch[:length],
        axes.time[:length],
        {name: points.value[:length] for name, points in found.items()},
    )


def _histograms(rec: Any) -> dict[str, tuple[HistogramAt, ...]]:
    return {
        name: tuple(
            HistogramAt(int(h.step), float(h.low), float(h.high), np.asarray(h.counts))
            for h in series
        )
        for name, series in rec.histograms().items()
    }


def _unix(created: object) -> float:
    if isinstance(created, (int, float)):
        return float(created)
    try:
        return datetime.fromisoformat(str(created)).timestamp()
    except (ValueError, OverflowError, OSError):
        return 0.0
