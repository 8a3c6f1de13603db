"""What exports read: a recording as it is at one moment, also while it is being written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import error_message, tr
from dlwidgets.recording.errors import RecordingError
from dlwidgets.recording.events_file import text_of
from dlwidgets.training.table import Rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dlwidgets.recording.histograms import Histogram
    from dlwidgets.recording.media import Sample
    from dlwidgets.recording.recorded_run import RecordedRun


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
        steps: One row per step, with the learning rate.
        epochs: One row per epoch.
        history: For each name its values, one per epoch that reported it.
        events: What happened, oldest first.
        histograms: By name, ascending steps.
        samples: Images and texts, ascending steps.
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
    steps: Rows
    epochs: Rows
    history: Mapping[str, Sequence[float]]
    events: Sequence[Mapping[str, Any]]
    histograms: Mapping[str, Sequence[Histogram]]
    samples: Sequence[Sample]
    notes: tuple[str, ...]

    def seconds_at(self, step: int) -> float:
        """Return the seconds of training when a step was done."""
        row = int(np.searchsorted(self.steps.step, step, "right")) - 1
        return float(self.steps.time[row]) if row >= 0 else 0.0

    def readable_samples(self, notes: list[str]) -> Iterator[tuple[Sample, Any]]:
        """Yield the samples with their content, and add to the notes which can't be read."""
        for sample in self.samples:
            try:
                content = sample.load()
            except RecordingError as error:
                notes.append(error_message(error))
            else:
                yield sample, content


def source_of(rec: RecordedRun) -> Source:
    """Read what a recording holds at this moment.

    Args:
        rec: The recording; its newest rows are read first.
    """
    rec.refresh()
    recorder = rec.recorder
    steps, epochs = recorder.steps.rows(), recorder.epochs.rows()
    rates = recorder.learning_rates.columns(steps.step)
    # A metric of the user's that has this name is what the user wants to see.
    steps = Rows(steps.step, steps.epoch, steps.time, {**rates, **steps.values})
    histograms, samples = rec.histograms(), rec.samples()
    notes = list(rec.damage)  # known once everything was read
    if not rec.state.ended:
        notes.append(
            tr(
                "The run is still training, so the export contains its first {steps} steps.",
                steps=int(steps.step[-1]) if len(steps) else 0,
            )
        )
    return Source(
        id=rec.id,
        name=rec.name,
        model=rec.model_name,
        state=rec.state.value,
        message=rec.message,
        tags=rec.tags,
        note=rec.note,
        info=rec.info,
        created=_unix(rec.created),
        steps=steps,
        epochs=epochs,
        history=recorder.history,
        events=tuple({**event, "text": text_of(event.get("text"))} for event in rec.events),
        histograms=histograms,
        samples=samples,
        notes=tuple(notes),
    )


def _unix(created: str) -> float:
    try:
        return datetime.fromisoformat(created).timestamp()
    except (ValueError, OverflowError, OSError):
        return 0.0
