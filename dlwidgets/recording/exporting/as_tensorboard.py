"""A recording as a TensorBoard log."""

from __future__ import annotations

import heapq
import operator
from contextlib import suppress
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from dlwidgets._messages import error_message, tr
from dlwidgets.recording.errors import RecordingError
from dlwidgets.recording.exporting.decimating import POINTS
from dlwidgets.recording.exporting.event_file import (
    SUFFIX,
    EventFile,
    check_installed,
    event_files,
    new_name,
    verbatim,
    write_sample,
)
from dlwidgets.recording.exporting.exported import Exported
from dlwidgets.recording.exporting.parameters import parameters_of
from dlwidgets.recording.exporting.rows import rows_of
from dlwidgets.recording.exporting.targets import make_folder, target, unwritable
from dlwidgets.recording.exporting.wall_time import WallTime

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from dlwidgets.recording.exporting.rows import Row
    from dlwidgets.recording.exporting.source import Source
    from dlwidgets.recording.histograms import Histogram
    from dlwidgets.recording.media import Sample

    Item = tuple[int, Callable[[EventFile], None]]

EVENTS = "events"


def write(
    source: Source,
    path: str | os.PathLike[str] | None,
    *,
    points: int | None = POINTS,
    overwrite: bool = False,
) -> Exported:
    """Write a folder that ``tensorboard --logdir`` shows.

    Curves of steps are ``train/…``, those of epochs ``epoch/…``, both by training step. Values
    are float32, as everywhere in TensorBoard.

    Args:
        source: The recording.
        path: The folder; None for one that is named after the run.
        points: Points of each curve, spikes included; None for all, which takes about a minute per
            million steps.
        overwrite: Whether an earlier export in this folder may be replaced.

    Returns:
        The folder.

    Raises:
        RecordingError: It can't be written, or neither TensorBoard nor TensorFlow is installed.
    """
    check_installed()
    folder = target(path, f"{source.id}-tensorboard")
    make_folder(folder)
    older = event_files(folder)
    _check(older, overwrite=overwrite)
    name = new_name(folder, source.created)
    # TensorBoard, which may be watching, doesn't read a file of this name.
    part = folder / f".{name.replace('tfevents', 'export')}.part"
    notes = list(source.notes)
    try:
        file = EventFile(part, source.created)
        try:
            wall = WallTime(source.created, source.events)
            for _, item in heapq.merge(
                _parameters(source),
                _curves(source, points),
                _histograms(source, wall),
                _samples(source, wall, notes),
                _events(source, wall),
                key=operator.itemgetter(0),
            ):
                item(file)
        finally:
            file.close()
        for old in older:
            old.unlink()
        part.replace(folder / name)
    except OSError as error:
        raise unwritable(folder, error) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return Exported("tensorboard", folder, tuple(notes))


def _check(older: list[Path], *, overwrite: bool) -> None:
    foreign = [path for path in older if not path.name.endswith(SUFFIX)]
    if foreign:
        message = tr(
            "Expected a folder without a TensorBoard log. Received: {path}, which contains {name}. "
            "Choose another folder, because TensorBoard would draw two runs as one.",
            path=str(foreign[0].parent),
            name=foreign[0].name,
        )
        raise RecordingError(message)
    if older and not overwrite:
        message = tr(
            "Expected a path that doesn't exist yet. Received: {path}, which exists. Choose "
            "another path, or pass overwrite=True to replace it.",
            path=str(older[0]),
        )
        raise RecordingError(message)


def _curves(source: Source, points: int | None) -> Iterator[Item]:
    def write(row: Row, file: EventFile) -> None:
        file.scalars(row.step, row.wall, row.values)

    for row in rows_of(source, points):
        yield row.step, partial(write, row)


def _histograms(source: Source, wall: WallTime) -> Iterator[Item]:
    def write(name: str, found: Histogram, file: EventFile) -> None:
        file.histogram(name, float(wall(source.seconds_at(found.step))), found)

    every = (
        (h.step, partial(write, name, h)) for name, hs in source.histograms.items() for h in hs
    )
    yield from sorted(every, key=operator.itemgetter(0))


def _samples(source: Source, wall: WallTime, notes: list[str]) -> Iterator[Item]:
    def write(sample: Sample, file: EventFile) -> None:
        tag, at = f"samples/{sample.name}", float(wall(source.seconds_at(sample.step)))
        try:
            content = sample.load()
        except RecordingError as error:
            notes.append(error_message(error))
            return
        write_sample(file, tag, sample.step, at, content)

    for sample in source.samples:
        yield sample.step, partial(write, sample)


def _events(source: Source, wall: WallTime) -> Iterator[Item]:
    def write(event: Mapping[str, Any], step: int, file: EventFile) -> None:
        at = float(event.get("at") or wall(float(event.get("time") or 0.0)))
        file.text(EVENTS, step, at, verbatim(f"{event.get('kind', 'note')}: {event['text']}"))

    for event in source.events:
        if event["text"]:
            step = int(event.get("step") or 0)
            yield step, partial(write, event, step)


def _parameters(source: Source) -> Iterator[Item]:
    if find_spec("tensorboard") is None:  # TensorFlow alone has no hyperparameters
        return
    parameters = parameters_of(source.info)
    if not parameters:
        return
    hparams = import_module("tensorboard.plugins.hparams.summary_v2")
    names = [f"epoch/{name}" for name in source.epochs.values]
    config = hparams.hparams_config_pb(
        hparams=[hparams.HParam(name) for name in parameters],
        metrics=[hparams.Metric(name) for name in names],
        time_created_secs=source.created,
    )
    values = hparams.hparams_pb(parameters, trial_id=source.id, start_time_secs=source.created)
    for summary in (config, values):
        data = summary.SerializeToString()
        yield 0, partial(EventFile.summary, step=0, wall=source.created, summary=data)
