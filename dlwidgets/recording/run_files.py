"""What a recording writes: the files of one run's directory, used by one thread."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.recording import blocks, files, layout, media, schedule, tensor_files
from dlwidgets.recording.errors import RecordingError
from dlwidgets.recording.events_file import EventWriter, plain_text
from dlwidgets.recording.exporting.live_tensorboard import LiveTensorBoard
from dlwidgets.recording.resume_files import newest_slot

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from dlwidgets.training.rate_history import RatePart
    from dlwidgets.training.table import Rows

_MEDIA_SHARE = 0.25  # of the budget, for each name


@dataclass
class RunFiles:
    """The files of one run.

    Attributes:
        path: The run's directory.
        budget: Bytes that its snapshots take at most.
        info: The content of run.json.
        board: The live log for TensorBoard, if there is one.
    """

    path: Path
    budget: int
    info: dict[str, Any]
    board: LiveTensorBoard | None = field(default=None, init=False)
    _blocks: dict[str, blocks.BlockWriter] = field(default_factory=dict)
    _events: EventWriter | None = None
    _snapshots: list[tuple[int, int]] = field(default_factory=list)
    _media: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    _resume: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        """Find the snapshots and samples that are there, and begin the log for TensorBoard."""
        self.board = _board(self.path, self.info)
        folder = self.path / layout.SNAPSHOTS
        for name in files.names_in(folder):
            step = layout.snapshot_step(name)
            if step is not None:
                self._snapshots.append((step, files.size_of(folder / name) or 0))
        for name in files.names_in(self.path / layout.MEDIA):
            parts = layout.medium_parts(name)
            if parts is not None:
                step, *rest = parts
                size = files.size_of(self.path / layout.MEDIA / name) or 0
                self._media.setdefault(".".join(rest), []).append((step, size))

    @property
    def last_snapshot(self) -> int | None:
        """The step of the newest snapshot."""
        return self._snapshots[-1][0] if self._snapshots else None

    def write_info(self) -> None:
        """Replace run.json."""
        plain = {name: plain_text(value) for name, value in self.info.items()}
        files.write_json(self.path / layout.RUN, plain)

    def rows(self, name: str, rows: Rows, columns: Mapping[str, NDArray[np.float64]]) -> None:
        """Append rows of steps or epochs.

        Args:
            name: The file.
            rows: Their axes.
            columns: Their values.
        """
        for start in range(0, len(rows), blocks.MOST_ROWS):
            part = slice(start, start + blocks.MOST_ROWS)
            self._writer(name).append(
                [
                    ("step", _steps(rows.step[part])),
                    ("epoch", rows.epoch[part]),
                    ("time", rows.time[part]),
                    *((n, blocks.smallest(values[part])) for n, values in columns.items()),
                ]
            )

    def epochs_of_steps(self, rows: Rows) -> None:
        """Append new epochs as fractions for steps that were written before."""
        for start in range(0, len(rows), blocks.MOST_ROWS):
            part = slice(start, start + blocks.MOST_ROWS)
            self._writer(layout.STEPS).append(
                [("step", _steps(rows.step[part])), ("epoch", rows.epoch[part])],
                {"kind": "epochs"},
            )

    def learning_rates(self, part: RatePart) -> None:
        """Append learning rates to the file of steps."""
        for block in encoded_rates(part):
            self._writer(layout.STEPS).append(*block)

    def event(self, event: Mapping[str, Any]) -> None:
        """Append an event."""
        if self._events is None:
            self._events = EventWriter(self.path / layout.EVENTS)
        self._events.append(event)

    def resources(self, values: Mapping[str, float]) -> None:
        """Append one row of what the machine does."""
        self._writer(layout.RESOURCES).append(
            [
                ("at", np.array([time.time()])),
                *((n, np.array([float(v)])) for n, v in values.items()),
            ]
        )

    def histograms(self, place: Mapping[str, Any], found: Mapping[str, Any]) -> None:
        """Append histograms: for each name lowest and highest value, and the counts between."""
        if self.board is not None:
            self.board.histograms(int(place["step"]), found)
        widths: dict[int, list[str]] = {}
        for name, (_, _, counts) in found.items():
            widths.setdefault(len(counts), []).append(name)
        for names in widths.values():
            self._writer(layout.HISTOGRAMS).append(
                [
                    ("low", np.array([float(found[n][0]) for n in names])),
                    ("high", np.array([float(found[n][1]) for n in names])),
                    ("counts", np.array([found[n][2] for n in names]).astype("<u4")),
                ],
                {**place, "names": names},
            )

    def snapshot(
        self,
        place: Mapping[str, Any],
        tensors: Mapping[str, NDArray[Any]],
    ) -> int:
        """Write a snapshot, delete those that there is no more room for, and return its bytes."""
        folder = self.path / layout.SNAPSHOTS
        folder.mkdir(exist_ok=True)
        step = int(place["step"])
        nbytes = tensor_files.save(folder / layout.snapshot_name(step), tensors, place)
        if not self.info.get("snapshots"):  # so that a reader misses them once they are gone
            self.info["snapshots"] = True
            self.write_info()
        self._snapshots = [s for s in self._snapshots if s[0] != step]
        self._snapshots.append((step, nbytes))
        self._snapshots.sort()
        dropped = schedule.superfluous(self._snapshots, self.budget)
        # What can't be deleted now is tried again the next time.
        dropped = [old for old in dropped if files.delete(folder / layout.snapshot_name(old))]
        self._snapshots = [s for s in self._snapshots if s[0] not in dropped]
        return nbytes

    def probe(self, tensors: Mapping[str, NDArray[Any]], metadata: Mapping[str, Any]) -> None:
        """Write the samples whose activations the snapshots hold."""
        tensor_files.save(self.path / layout.PROBE, tensors, metadata)

    def medium(self, step: int, name: str, content: media.Content, kind: str) -> None:
        """Write a sample, and delete those that there is no more room for."""
        if self.board is not None:
            self.board.sample(step, name, content)
        path, nbytes = media.write(self.path, step, name, content, kind)
        parts = layout.medium_parts(path.name)
        assert parts is not None
        key = ".".join(parts[1:])
        kept = sorted({**dict(self._media.get(key, [])), step: nbytes}.items())
        dropped = schedule.superfluous(kept, int(self.budget * _MEDIA_SHARE))
        dropped = [old for old in dropped if files.delete(path.parent / f"{old:09d}-{key}")]
        self._media[key] = [item for item in kept if item[0] not in dropped]

    def resume(self, tensors: Mapping[str, NDArray[Any]], state: Mapping[str, Any]) -> None:
        """Write a resume state over the older of the two, after all else is on the disk."""
        self.sync()
        folder = self.path / layout.RESUME
        folder.mkdir(exist_ok=True)
        if self._resume is None:
            slot, number = newest_slot(self.path)
        else:
            slot, number = self._resume
        slot, number = 1 - slot, number + 1
        metadata = {"number": number, "step": int(state.get("step", 0)), "state": dict(state)}
        tensor_files.save(folder / layout.SLOTS[slot], tensors, metadata)
        self._resume = slot, number

    def sync(self) -> None:
        """Wait until everything is on the disk."""
        for writer in self._blocks.values():
            writer.sync()
        if self._events is not None:
            self._events.sync()

    def close(self) -> None:
        """Close all files."""
        if self.board is not None:
            self.board.close()
        for close in [w.close for w in self._blocks.values()] + (
            [self._events.close] if self._events is not None else []
        ):
            with contextlib.suppress(OSError):
                close()
        self._blocks.clear()
        self._events = None

    def _writer(self, name: str) -> blocks.BlockWriter:
        if name not in self._blocks:
            self._blocks[name] = blocks.BlockWriter(self.path / name)
        return self._blocks[name]


def encoded_rates(part: RatePart) -> list[tuple[blocks.Columns, dict[str, Any]]]:
    """Return learning rates as blocks of the file of steps: the columns and the header of each."""
    header = {"kind": layout.RATES, "name": part.name, "each": part.each}
    cuts = range(0, len(part.steps), blocks.MOST_ROWS)
    return [
        (
            [
                ("step", _steps(part.steps[at : at + blocks.MOST_ROWS])),
                ("rate", blocks.smallest(part.rates[at : at + blocks.MOST_ROWS])),
            ],
            header,
        )
        for at in cuts
    ]


def _steps(steps: NDArray[np.int64]) -> NDArray[Any]:
    return (
        steps.astype("<u4") if not len(steps) or 0 <= steps.min() <= steps.max() < 2**32 else steps
    )


def _board(path: Path, info: Mapping[str, Any]) -> LiveTensorBoard | None:
    """Return the live log of a run that is to have one."""
    recording, step = info.get("recording"), info.get("step", 0)
    if not isinstance(recording, dict) or recording.get("tensorboard") is not True:
        return None
    try:
        return LiveTensorBoard(path / layout.TENSORBOARD, after=step if type(step) is int else 0)
    except RecordingError:  # resumed where TensorBoard isn't installed
        return None
