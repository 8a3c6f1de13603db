"""What is damaged in a recording, in sentences that say what is still there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlwidgets._messages import tr, trn
from dlwidgets.recording import layout

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from dlwidgets.recording.blocks import BlockReader
    from dlwidgets.recording.replay import Replay


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


def damage_of_tables(replay: Replay, *, ended: bool) -> list[str]:
    """Return what is damaged in the files of steps, epochs and events.

    Args:
        replay: What was read of them.
        ended: Whether nobody writes them.
    """
    found: list[str] = []
    steps = damage_of_blocks(layout.STEPS, replay.steps, ended=ended)
    if steps and replay.steps.torn and not replay.steps.holes:
        steps = (
            tr("All steps are lost: {file} is damaged.", file=layout.STEPS)
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
                "{n} part of the curves makes no sense and is left out.",
                "{n} parts of the curves make no sense and are left out.",
                replay.strange,
            )
        )
    return found


def damage_of_snapshots(damaged: AbstractSet[str], whole: int) -> list[str]:
    """Return what is damaged among the snapshots.

    Args:
        damaged: The names of the damaged files.
        whole: How many others there are.
    """
    return [
        trn(
            "The snapshot {file} is damaged. {n} other snapshot is intact.",
            "The snapshot {file} is damaged. {n} other snapshots are intact.",
            whole,
            file=name,
        )
        for name in sorted(damaged)
    ]
