"""The formats that a recording can be exported in, by name."""

from __future__ import annotations

import inspect
from importlib import import_module
from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr
from dlwidgets.recording.errors import RecordingError
from dlwidgets.recording.exporting.source import source_of

if TYPE_CHECKING:
    import os

    from dlwidgets.recording.exporting.exported import Exported

KINDS = ("csv", "json", "tensorboard", "wandb", "mlflow", "trackio")
"""The formats of `export`."""


def export(
    rec: Any, kind: str, path: str | os.PathLike[str] | None = None, **options: Any
) -> Exported:
    """Write a recorded run in the format of another tool.

    The run may still be training: what it has recorded so far is exported.

    - ``"csv"``: a folder with ``steps.csv``, ``epochs.csv`` and ``events.csv``; `read_csv` reads
      a table back, bit by bit.
    - ``"json"``: one file with everything but weights and images; see `read_json`.
    - ``"tensorboard"``: a folder for ``tensorboard --logdir``, with curves, histograms, images,
      texts and hyperparameters.
    - ``"wandb"``, ``"mlflow"``, ``"trackio"``: a run of that tool, on this machine.

    Args:
        rec: A `RecordedRun`.
        kind: One of `KINDS`.
        path: The file or folder. None for one in the current folder that is named after the run;
            for trackio None for its own folder.
        options: ``overwrite=True`` replaces an earlier export (files only). ``points=2000`` is how
            many points of each curve other tools get, spikes included; None for all.
            ``project=`` (wandb, trackio), ``experiment=`` and ``tracking_uri=`` (mlflow) and
            ``mode="offline"`` (wandb) are as in those tools.

    Returns:
        What was written, and what is missing in it.

    Raises:
        RecordingError: The kind is unknown, its library isn't installed, or the path can't be
            written.
        TypeError: The kind has no such option.

    Example:
        >>> dl.open_run("runs/2026-11-28T22-31-05-mlp").export("csv", "mlp")  # doctest: +SKIP
        Exported as csv to mlp.
    """
    if kind not in KINDS:
        message = tr(
            "Expected one of the formats {kinds}. Received: {kind}",
            kinds=", ".join(map(repr, KINDS)),
            kind=repr(kind),
        )
        raise RecordingError(message)
    write = import_module(f"{__package__}.as_{kind}").write
    known = [
        name for name, p in inspect.signature(write).parameters.items() if p.kind is p.KEYWORD_ONLY
    ]
    unknown = [name for name in options if name not in known]
    if unknown:
        message = tr(
            "Expected only the options {known} for {kind}. Received: {name}",
            known=", ".join(known),
            kind=repr(kind),
            name=unknown[0],
        )
        raise TypeError(message)
    exported: Exported = write(source_of(rec), path, **options)
    return exported
