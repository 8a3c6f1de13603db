"""What is damaged in a recording, in sentences that say what is still there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlwidgets._messages import tr, trn
from dlwidgets.recording import files, layout

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from dlwidgets.recording.blocks import BlockReader
    from dlwidgets.recording.replay import Replay

_MOST_NAMES = 10


def damage_of_blocks(name: str, reader: BlockReader, *, ended: bool) -> str:
    """Return what is damaged in a file of blocks; "" if nothing is.

    Args:
        name: The file's name.
        reader: What was read of it.
        ended: Whether nobody writes it; else its end may be written at this moment.
    """
    if reader.holes:
        return trn(
            "{file} is damaged in {n} place. That part is lost, and the rest is intact.",
            "{file} is damaged in {n} places. Those parts are lost, and the rest is intact.",
            reader.holes,
            file=name,
        )
    if reader.torn and ended:
        return tr("The end of {file} is damaged. Everything before it is intact.", file=name)
    if reader.unreadable:
        return tr("{file} can't be read.", file=name)
    return ""


def damage_of_tables(
    replay: Replay, others: Mapping[str, BlockReader], *, ended: bool
) -> list[str]:
    """Return what is damaged in the files of steps, epochs and events, and in others.

    Args:
        replay: What was read of them.
        others: What was read of other files of blocks, by name.
        ended: Whether nobody writes them.
    """
    found: list[str] = []
    steps = damage_of_blocks(layout.STEPS, replay.steps, ended=ended)
    if steps and replay.steps.torn and not replay.steps.holes:
        steps = (
            tr("All steps are lost because {file} is damaged.", file=layout.STEPS)
            if not len(replay.recorder.steps)
            else tr(
                "The end of {file} is damaged. Everything up to step {step} is intact.",
                file=layout.STEPS,
                step=replay.last_step,
            )
        )
    found.extend(filter(None, (steps, damage_of_blocks(layout.EPOCHS, replay.epochs, ended=ended))))
    if replay.events.damaged or (replay.events.torn and ended):
        found.append(
            trn(
                "{n} line of {file} is damaged. The other events are intact.",
                "{n} lines of {file} are damaged. The other events are intact.",
                replay.events.damaged + replay.events.torn,
                file=layout.EVENTS,
            )
        )
    if replay.events.unreadable:
        found.append(tr("{file} can't be read.", file=layout.EVENTS))
    if replay.strange:
        found.append(
            trn(
                "{n} part of the curves is invalid and is left out.",
                "{n} parts of the curves are invalid and are left out.",
                replay.strange,
            )
        )
    found.extend(
        text for name, one in others.items() if (text := damage_of_blocks(name, one, ended=ended))
    )
    return found


def damage_of_snapshots(path: Path, damaged: AbstractSet[str], whole: int) -> list[str]:
    """Return what is damaged among the snapshots.

    Args:
        path: The run's directory.
        damaged: The names of the damaged files.
        whole: How many others there are.
    """
    names = sorted(damaged)
    values = {"files": ", ".join((*names[:_MOST_NAMES], *(["…"] if names[_MOST_NAMES:] else [])))}
    if len(names) == 1 and whole:
        return [
            trn(
                "The snapshot {file} is damaged. {n} other snapshot is intact.",
                "The snapshot {file} is damaged. {n} other snapshots are intact.",
                whole,
                file=names[0],
            )
        ]
    if names and whole:
        return [
            trn(
                "These snapshots are damaged: {files}. {n} other snapshot is intact.",
                "These snapshots are damaged: {files}. {n} other snapshots are intact.",
                whole,
                **values,
            )
        ]
    if names:
        return [
            trn(
                "The only snapshot is damaged: {files}.",
                "All {n} snapshots are damaged: {files}.",
                len(names),
                **values,
            )
        ]
    present = map(layout.snapshot_step, files.names_in(path / layout.SNAPSHOTS))
    if whole or any(step is not None for step in present):  # also new since the last look
        return []
    if (files.read_json(path / layout.RUN) or {}).get("snapshots") is True:
        return [
            tr(
                "The snapshots of the weights are lost because {folder} is missing or empty. The "
                "curves are intact.",
                folder=str(path / layout.SNAPSHOTS),
            )
        ]
    return []


def deleted(path: Path) -> str:
    """Return what is said of a run whose directory is gone.

    Args:
        path: The run's directory.
    """
    return tr(
        "This run was deleted, so {path} doesn't exist. To restore the run, call `undo()` on what "
        "`delete()` returned.",
        path=str(path),
    )
