"""How a run is recorded."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr
from dlwidgets.recording.exporting.event_file import check_installed

if TYPE_CHECKING:
    from collections.abc import Mapping

BUDGET = 200_000_000
"""Bytes that the snapshots of a run take at most by default."""

RESUME_EVERY = 30.0
"""Seconds between two complete resume states by default."""


@dataclass(frozen=True)
class RecordOptions:
    """How a run is recorded. Made by `dl.record`.

    Attributes:
        folder: The folder in which the run gets a directory of its own.
        name: What the run is called; None for the model's name.
        tags: Words to find it by.
        probe: Samples whose activations and predictions are recorded with each snapshot, as the
            training side understands them.
        tensorboard: Whether a `tb` subfolder for TensorBoard is written while it trains.
        budget: Bytes that its snapshots take at most.
        resume_every: Seconds between two complete resume states.
        about: What else run.json says of the run, under `about`; as JSON.
        attached: Files that are kept with the run, by name.
    """

    folder: Path
    name: str | None = None
    tags: tuple[str, ...] = ()
    probe: Any = None
    tensorboard: bool = False
    budget: int = BUDGET
    resume_every: float = RESUME_EVERY
    about: Mapping[str, Any] = field(default_factory=dict)
    attached: Mapping[str, bytes] = field(default_factory=dict)


def record(
    folder: str | os.PathLike[str] = "runs",
    *,
    name: str | None = None,
    tags: Iterable[str] = (),
    probe: Any = None,
    tensorboard: bool = False,
    budget: int = BUDGET,
    resume_every: float = RESUME_EVERY,
    about: Mapping[str, Any] | None = None,
) -> RecordOptions:
    """Say how a run is recorded: ``dl.fit(…, record=dl.record("runs", name="mlp"))``.

    Args:
        folder: The folder in which the run gets a directory of its own. It is made if there is
            none.
        name: What the run is called; by default the model's name.
        tags: Words to find it by.
        probe: Samples whose activations, gradients and predictions are recorded with snapshots, for
            those who look at them without TensorFlow: `(x, y)`, `x`, or how many of the training
            data. At most 256 are used. None for none.
        tensorboard: Also write a subfolder ``tb`` for TensorBoard while the run trains, at most
            once a second: ``tensorboard --logdir runs`` shows all such runs.
        budget: Bytes that the snapshots of the weights take at most.
        resume_every: Seconds between two complete states from which the run can be resumed.
        about: What else to keep with the run, as JSON, such as ``{"dataset": "digits"}``.

    Raises:
        TypeError: `folder` or `name` isn't a text, or `tags` isn't a list of texts.
        RecordingError: `tensorboard` is true, and neither TensorBoard nor TensorFlow is installed.
        ValueError: `budget` is negative, or `resume_every` isn't above 0.

    Example:
        >>> options = dl.record("runs", name="mlp", tags=["digits"])
        >>> options.name, options.tags
        ('mlp', ('digits',))
    """
    if not isinstance(folder, (str, os.PathLike)):
        raise TypeError(
            tr("Expected `folder` to be a path. Received: {folder}", folder=repr(folder))
        )
    if name is not None and not isinstance(name, str):
        raise TypeError(tr("Expected `name` to be a string. Received: {name}", name=repr(name)))
    if isinstance(tags, str):
        tags = (tags,)
    tags = tuple(tags) if isinstance(tags, Iterable) else (tags,)
    if not all(isinstance(tag, str) for tag in tags):
        raise TypeError(
            tr("Expected `tags` to be a list of strings. Received: {tags}", tags=repr(tags))
        )
    if not _is_number(budget) or budget < 0:
        raise ValueError(
            tr(
                "Expected `budget` to be a number of bytes, at least 0. Received: {budget}",
                budget=repr(budget),
            )
        )
    if tensorboard:
        check_installed()
    if not _is_number(resume_every) or resume_every <= 0:
        raise ValueError(
            tr(
                "Expected `resume_every` to be a number of seconds above 0. Received: {seconds}",
                seconds=repr(resume_every),
            )
        )
    return RecordOptions(
        Path(folder),
        name,
        tuple(tags),
        probe,
        bool(tensorboard),
        int(budget),
        float(resume_every),
        dict(about or {}),
    )


def _is_number(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return math.isfinite(value)
