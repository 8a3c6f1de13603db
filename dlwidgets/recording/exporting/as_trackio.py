"""A recording as a run of Trackio."""

from __future__ import annotations

import contextvars
from pathlib import Path
from typing import TYPE_CHECKING

from dlwidgets._messages import tr
from dlwidgets.recording.errors import RecordingError
from dlwidgets.recording.exporting.decimating import POINTS
from dlwidgets.recording.exporting.exported import Exported
from dlwidgets.recording.exporting.library import errors_of, library
from dlwidgets.recording.exporting.logging_rows import logged
from dlwidgets.recording.exporting.parameters import parameters_of

if TYPE_CHECKING:
    import os

    from dlwidgets.recording.exporting.source import Source


def write(
    source: Source,
    path: str | os.PathLike[str] | None,
    *,
    points: int | None = POINTS,
    project: str = "dlwidgets",
) -> Exported:
    """Write a run of Trackio: curves, histograms, images, texts and settings.

    Args:
        source: The recording.
        path: None, or Trackio's own folder. Trackio chooses its folder when it is imported, by the
            environment variable ``TRACKIO_DIR``.
        points: Points of each curve, spikes included; None for all.
        project: The project in Trackio.

    Returns:
        Trackio's folder.

    Raises:
        RecordingError: trackio isn't installed, uses another folder, or can't write the run.
    """
    trackio = library("trackio")
    folder = Path(trackio.TRACKIO_DIR)
    if path is not None and Path(path).expanduser().resolve() != folder.resolve():
        message = tr(
            "Expected no path, because Trackio uses the folder {folder}. Received: {path}. To "
            "change the folder, set the environment variable TRACKIO_DIR before Python starts.",
            folder=str(folder),
            path=str(path),
        )
        raise RecordingError(message)
    notes = list(source.notes)

    def log() -> None:
        run = trackio.init(
            project=project,
            name=source.id,
            config={
                **parameters_of(source.info),
                "name": source.name,
                "tags": ", ".join(source.tags),
                "state": source.state,
            },
            embed=False,
            auto_log_gpu=False,  # what this machine does now has nothing to do with the run
            auto_log_cpu=False,
        )
        try:
            for step, data in logged(source, points, trackio, trackio.Markdown, notes):
                run.log(data, step=step)
        finally:
            run.finish()

    with errors_of("trackio"):
        # Trackio ends the run that is active in its context, which may be one of the user's.
        contextvars.Context().run(log)
    return Exported("trackio", folder, tuple(notes))
