"""A recording as a run of Weights & Biases."""

from __future__ import annotations

import html
from pathlib import Path
from typing import TYPE_CHECKING

from dlwidgets.recording.exporting.decimating import POINTS
from dlwidgets.recording.exporting.exported import Exported
from dlwidgets.recording.exporting.library import errors_of, library
from dlwidgets.recording.exporting.logging_rows import logged
from dlwidgets.recording.exporting.parameters import parameters_of
from dlwidgets.recording.exporting.targets import make_folder, target

if TYPE_CHECKING:
    import os

    from dlwidgets.recording.exporting.source import Source


def write(
    source: Source,
    path: str | os.PathLike[str] | None,
    *,
    points: int | None = POINTS,
    project: str = "dlwidgets",
    mode: str = "offline",
) -> Exported:
    """Write a run of Weights & Biases: curves, histograms, images, texts and settings.

    Args:
        source: The recording.
        path: The folder that gets the folder ``wandb``; None for the current folder.
        points: Points of each curve, spikes included; None for all.
        project: The project in Weights & Biases.
        mode: ``"offline"`` writes files only, which ``wandb sync`` uploads; ``"online"`` uploads
            at once, if you are logged in.

    Returns:
        The run's folder.

    Raises:
        RecordingError: wandb isn't installed, or can't write the run.
    """
    wandb = library("wandb")
    folder = target(path, ".")
    make_folder(folder)
    notes = list(source.notes)
    with errors_of("wandb"):
        run = wandb.init(
            project=project,
            name=source.name,
            notes=source.note or None,
            tags=list(source.tags) or None,
            config=parameters_of(source.info),
            dir=str(folder),
            mode=mode,
            reinit="create_new",  # a run of the user's that is active stays active
            settings={"silent": True, "console": "off", "x_disable_stats": True},
        )
        try:
            for step, data in logged(
                source, points, wandb, lambda s: wandb.Html(f"<pre>{html.escape(s)}</pre>"), notes
            ):
                run.log(data, step=step)
            run.summary["state"] = source.state
        finally:
            run.finish(exit_code=1 if source.state == "failed" else 0)
    # Its folder holds the folder "files", which is what `dir` names.
    return Exported("wandb", Path(run.dir).parent, tuple(notes))
