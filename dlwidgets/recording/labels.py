"""What people call a run: its name, tags, note and color."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr
from dlwidgets.recording import files, layout
from dlwidgets.recording.errors import RecordingError
from dlwidgets.recording.problems import reason_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True)
class Labels:
    """What people call a run.

    Attributes:
        name: Its name.
        tags: Words to find it by.
        note: What else there is to say.
        color: Of its curves, such as ``#1f77b4``; None for any.
    """

    name: str
    tags: tuple[str, ...] = ()
    note: str = ""
    color: str | None = None


def read_labels(path: Path) -> tuple[Labels, bool]:
    """Return a run's labels, and whether their file is whole.

    Args:
        path: The run's directory.
    """
    found = files.read_json(path / layout.LABELS)
    whole = found is not None or not files.exists(path / layout.LABELS)
    return labels_of(path, found or {}), whole


def labels_of(path: Path, found: Mapping[str, Any]) -> Labels:
    """Return the labels that the content of labels.json says.

    Args:
        path: The run's directory.
        found: The content.
    """
    name, tags = found.get("name"), found.get("tags")
    note, color = found.get("note"), found.get("color")
    return Labels(
        name if isinstance(name, str) and name else path.name,
        tuple(t for t in tags if isinstance(t, str)) if isinstance(tags, list) else (),
        note if isinstance(note, str) else "",
        color if isinstance(color, str) else None,
    )


def change_labels(path: Path, **changes: Any) -> Labels:
    """Change a run's labels, and return them.

    Args:
        path: The run's directory.
        **changes: Some of `Labels`.

    Raises:
        RecordingError: They can't be written.
    """
    labels = replace(read_labels(path)[0], **changes)
    try:
        files.write_json(path / layout.LABELS, asdict(labels))
    except OSError as error:
        raise RecordingError(
            tr(
                "The name and tags of {run} can't be saved: {reason}.",
                run=path.name,
                reason=reason_of(error, path),
            )
        ) from error
    return labels
