"""Names of the files in a run's directory."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

FORMAT = 1
"""The version of the format, in run.json."""

RUN = "run.json"
LABELS = "labels.json"
LOCK = "lock"
MODEL = "model.keras"
STEPS = "steps.dlw"
EPOCHS = "epochs.dlw"
RESOURCES = "resources.dlw"
HISTOGRAMS = "histograms.dlw"
EVENTS = "events.jsonl"
PROBE = "probe.safetensors"
MARKS = frozenset({RUN, STEPS, EPOCHS})
"""A directory with one of these is that of a run."""

RATES = "learning rates"
"""The kind of blocks of learning rates in the file of steps."""

SNAPSHOTS = "snapshots"
RESUME = "resume"
MEDIA = "media"
ATTACHED = "attached"
"""What is kept with a run for those who go on with it, such as a text that was uploaded."""
TENSORBOARD = "tb"
TRASH = ".trash"
PROBE_PREFIX = "probe/"
"""What the names of a snapshot's tensors begin with that aren't weights."""
SLOTS = ("A.safetensors", "B.safetensors")
"""The two resume states, which are written in turn."""
RESUME_STATES = tuple(f"{RESUME}/{slot}" for slot in SLOTS)

_LONGEST_NAME = 40
_SNAPSHOT = re.compile(r"(\d{9,18})\.safetensors")
_MEDIUM = re.compile(r"(\d{9,18})-([^/]+)\.(npz|png|json)")


def directory_name(created: datetime, name: str) -> str:
    """Return the name of a run's directory, such as ``2026-11-28T22-31-05-mlp``.

    Args:
        created: When the run began.
        name: What the run is called; only its letters and digits are used.
    """
    words = re.sub(r"[\W_]+", "-", name.lower()).strip("-")[:_LONGEST_NAME].strip("-")
    return "-".join(filter(None, (created.strftime("%Y-%m-%dT%H-%M-%S"), words)))


def snapshot_name(step: int) -> str:
    """Return the name of the file that holds the weights after a step."""
    return f"{step:09d}.safetensors"


def snapshot_step(name: str) -> int | None:
    """Return the step of a snapshot's file; None for any other file."""
    found = _SNAPSHOT.fullmatch(name)
    return int(found[1]) if found else None


def slug(name: str) -> str:
    """Return the name of a sample as it is in the name of its file."""
    return re.sub(r"[^\w.-]+", "-", name).strip("-.")[:60] or "sample"


def medium_name(step: int, kind: str, name: str, suffix: str) -> str:
    """Return the name of the file of one sample.

    Args:
        step: The training step.
        kind: What it is.
        name: What it is called; other than letters, digits, dots and dashes become dashes.
        suffix: ``npz``, ``png`` or ``json``.
    """
    return f"{step:09d}-{slug(kind).replace('-', '_')}-{slug(name)}.{suffix}"


def medium_parts(name: str) -> tuple[int, str, str] | None:
    """Return step, name and suffix of a sample's file; None for any other file."""
    found = _MEDIUM.fullmatch(name)
    return (int(found[1]), found[2], found[3]) if found else None
