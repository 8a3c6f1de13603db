"""A recording as a run of MLflow."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlwidgets.recording.exporting.decimating import POINTS
from dlwidgets.recording.exporting.exported import Exported
from dlwidgets.recording.exporting.library import errors_of, library
from dlwidgets.recording.exporting.parameters import parameters_of
from dlwidgets.recording.exporting.pictures import pixels_of
from dlwidgets.recording.exporting.rows import rows_of
from dlwidgets.recording.exporting.targets import make_folder
from dlwidgets.recording.exporting.wall_time import WallTime

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator

    from dlwidgets.recording.exporting.source import Source

METRICS_PER_CALL, PARAMETERS_PER_CALL = 1000, 100  # MLflow's limits
_LONGEST_KEY = 250
_NOT_IN_KEYS = re.compile(r"[^\w\-. /]")
_STATES = {"finished": "FINISHED", "failed": "FAILED", "running": "RUNNING", "paused": "RUNNING"}


def write(
    source: Source,
    path: str | os.PathLike[str] | None,
    *,
    points: int | None = POINTS,
    experiment: str = "dlwidgets",
    tracking_uri: str | None = None,
) -> Exported:
    """Write a run of MLflow: curves, images, texts, settings and tags.

    Args:
        source: The recording.
        path: The folder that gets ``mlflow.db`` and ``artifacts``. None for where MLflow logs.
        points: Points of each curve, spikes included; None for all.
        experiment: The experiment; it is made if there is none.
        tracking_uri: Where MLflow logs, instead of a folder.

    Returns:
        The folder.

    Raises:
        RecordingError: mlflow isn't installed, or can't write the run.
    """
    mlflow = library("mlflow")
    folder = Path("." if path is None else path).expanduser().resolve()
    artifacts = None
    if path is not None and tracking_uri is None:
        make_folder(folder)
        tracking_uri = f"sqlite:///{folder / 'mlflow.db'}"
        artifacts = (folder / "artifacts").as_uri()
    notes = list(source.notes)
    with errors_of("mlflow"):
        client = mlflow.MlflowClient(tracking_uri)
        found = client.get_experiment_by_name(experiment)
        number = (
            client.create_experiment(experiment, artifact_location=artifacts)
            if found is None
            else found.experiment_id
        )
        wall = WallTime(source.created, source.events)
        tags = {"dlwidgets.id": source.id, "mlflow.note.content": source.note}
        tags.update({f"tag.{_key(tag)}": "true" for tag in source.tags})
        run = client.create_run(
            number, start_time=round(source.created * 1000), run_name=source.name, tags=tags
        ).info.run_id
        _log(source, client, mlflow.entities, run, points)
        _log_samples(source, client, run, wall, notes)
        seconds = float(source.steps.time[-1]) if len(source.steps) else 0.0
        client.set_terminated(
            run, _STATES.get(source.state, "KILLED"), round(float(wall(seconds)) * 1000)
        )
    return Exported("mlflow", folder, tuple(notes))


def _log(source: Source, client: Any, entities: Any, run: str, points: int | None) -> None:
    parameters = [
        entities.Param(_key(name), str(value)) for name, value in parameters_of(source.info).items()
    ]
    for some in _batches(parameters, PARAMETERS_PER_CALL):
        client.log_batch(run, params=some)
    metrics = (
        entities.Metric(_key(name), value, round(row.wall * 1000), row.step)
        for row in rows_of(source, points)
        for name, value in row.values.items()
    )
    for some in _batches(metrics, METRICS_PER_CALL):
        client.log_batch(run, metrics=some)


def _log_samples(source: Source, client: Any, run: str, wall: WallTime, notes: list[str]) -> None:
    for sample, content in source.readable_samples(notes):
        name = _key(sample.name).replace("/", "-")
        if isinstance(content, str):
            client.log_text(run, content, f"samples/{name}/{sample.step:09d}.txt")
        elif (pixels := pixels_of(content)) is not None:
            at = round(float(wall(source.seconds_at(sample.step))) * 1000)
            client.log_image(run, pixels, key=name, step=sample.step, timestamp=at)


def _batches(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    iterator = iter(items)
    while some := list(itertools.islice(iterator, size)):
        yield some


def _key(name: str) -> str:
    """Return a name that MLflow accepts."""
    return _NOT_IN_KEYS.sub("_", name)[:_LONGEST_KEY]
