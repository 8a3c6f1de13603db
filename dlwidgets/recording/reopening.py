"""Cutting a run's files after a step, so that it can be recorded further from there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr
from dlwidgets.recording import blocks, events_file, files, layout, resume_files
from dlwidgets.recording.errors import RecordingError
from dlwidgets.recording.options import BUDGET, RESUME_EVERY, RecordOptions
from dlwidgets.recording.replay import Replay
from dlwidgets.recording.run_files import encoded_rates

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


@dataclass(frozen=True)
class Reopened:
    """What a run's files hold when a writer takes them over.

    Attributes:
        step: The last step.
        epoch_step: The step at which the last epoch ended.
        markers: Kind, step and time of each marker.
    """

    step: int = 0
    epoch_step: int = 0
    markers: tuple[tuple[str, int, float], ...] = ()


def check_newest(path: Path, step: int) -> None:
    """Refuse to go on from a state that isn't the newest any more; under the lock.

    Args:
        path: The run's directory.
        step: The step of the newest state as it was read.

    Raises:
        RecordingError: There is another one.
    """
    now = resume_files.read_resume(path)[1].get("step")
    if now != step:
        raise RecordingError(
            tr(
                "Expected the run {run} at step {step}, as it was when it was opened. Received: "
                "the run at step {now}. Call `dl.resume` again.",
                run=path.name,
                step=step,
                now=str(now),
            )
        )


def options_of(path: Path, info: Mapping[str, Any]) -> RecordOptions:
    """Return how a run was recorded, as far as run.json says it.

    Args:
        path: The run's directory.
        info: The content of run.json.
    """
    found = info.get("recording")
    saved = found if isinstance(found, dict) else {}
    budget, every = saved.get("budget"), files.number(saved.get("resume_every"))
    return RecordOptions(
        path.parent,
        budget=budget if type(budget) is int and budget >= 0 else BUDGET,
        resume_every=every if every is not None and every > 0 else RESUME_EVERY,
        tensorboard=saved.get("tensorboard") is True,
    )


def cut_after(path: Path, step: int) -> Reopened:
    """Drop everything that was recorded after a step, and what isn't whole.

    Args:
        path: The run's directory, which is locked.
        step: The last step to keep.

    Returns:
        What is there now.

    Raises:
        OSError: Something can't be written.
    """
    _clear(path)
    # First, so that a resume state is never of a step whose rows are gone.
    resume_files.drop_after(path, step)
    _drop_snapshots(path, step)
    replay = Replay(path)
    replay.read({})
    rows = replay.recorder.steps.rows()
    kept = rows.step <= step
    encoded = []
    for start in range(0, len(kept), blocks.MOST_ROWS):
        part = slice(start, start + blocks.MOST_ROWS)
        where = kept[part]
        axes = [("step", rows.step), ("epoch", rows.epoch), ("time", rows.time)]
        encoded.append(
            blocks.encode(
                [(n, column[part][where]) for n, column in axes]
                + [(n, blocks.smallest(v[part][where])) for n, v in rows.values.items()]
            )
        )
    for rates in replay.recorder.learning_rates.until(step):
        encoded += [blocks.encode(*block) for block in encoded_rates(rates)]
    _rewrite(path / layout.STEPS, encoded)
    _rewrite(path / layout.EPOCHS, _epochs_until(path / layout.EPOCHS, step))
    _rewrite(path / layout.HISTOGRAMS, _histograms_until(path / layout.HISTOGRAMS, step))
    happened = [e for e in replay.happened if not _later(e.get("step"), step)]
    _rewrite(path / layout.EVENTS, map(events_file.encode, happened))
    epochs = replay.recorder.epochs.rows()
    return Reopened(
        step=int(rows.step[kept][-1]) if kept.any() else 0,
        epoch_step=max((int(s) for s in epochs.step if s <= step), default=0),
        markers=tuple((m.kind, m.step, m.time) for m in replay.recorder.markers if m.step <= step),
    )


def _clear(path: Path) -> None:
    """Delete what a writer left behind that was ended in the middle of a file."""
    for folder in (path, *(path / n for n in (layout.SNAPSHOTS, layout.RESUME, layout.MEDIA))):
        for name in files.names_in(folder):
            if name.startswith(".") and name.endswith(".tmp"):
                (folder / name).unlink(missing_ok=True)


def _rewrite(path: Path, parts: Iterable[bytes]) -> None:
    made = list(parts)
    if made or files.size_of(path):
        files.replace(path, made)


def _epochs_until(path: Path, step: int) -> list[bytes]:
    kept = []
    for block in blocks.BlockReader(path).new():
        steps = dict(block.columns).get("step")
        if steps is not None and steps.ndim == 1:
            where = steps <= step
            if where.any():
                kept.append(blocks.encode([(n, c[where]) for n, c in block.columns]))
    return kept


def _histograms_until(path: Path, step: int) -> list[bytes]:
    return [
        blocks.encode(block.columns, block.header)
        for block in blocks.BlockReader(path).new()
        if not _later(block.header.get("step"), step)
    ]


def _drop_snapshots(path: Path, step: int) -> None:
    for name in files.names_in(path / layout.SNAPSHOTS):
        if _later(layout.snapshot_step(name), step):
            (path / layout.SNAPSHOTS / name).unlink()
    for name in files.names_in(path / layout.MEDIA):
        parts = layout.medium_parts(name)
        if parts is not None and parts[0] > step:
            (path / layout.MEDIA / name).unlink()


def _later(at: object, step: int) -> bool:
    return (number := files.number(at)) is not None and number > step
