"""Deleting recorded runs, so that it can be undone."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dlwidgets._messages import tr
from dlwidgets.recording import layout
from dlwidgets.recording.errors import RecordingError
from dlwidgets.recording.problems import reason_of

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Deleted:
    """A run that was moved to the folder's trash.

    Attributes:
        path: Where it was.
        trashed: Where it is now. Delete this directory to free its space.
    """

    path: Path
    trashed: Path

    def undo(self) -> Path:
        """Move the run back.

        Returns:
            Its directory.

        Raises:
            RecordingError: It isn't in the trash any more, or another run has its place.
        """
        if self.path.exists() and not self.trashed.exists():
            raise RecordingError(
                tr("The run was already restored. It is in {path}.", path=str(self.path))
            )
        if self.path.exists():
            raise RecordingError(
                tr("{path} exists again, so the run can't be restored.", path=str(self.path))
            )
        try:
            self.trashed.rename(self.path)
        except OSError as error:
            raise RecordingError(
                tr(
                    "The run can't be restored from {trash}: {reason}.",
                    trash=str(self.trashed),
                    reason=reason_of(error, self.path.parent),
                )
            ) from error
        with contextlib.suppress(OSError):  # others are still in it
            self.trashed.parent.rmdir()
        return self.path


def delete(path: Path) -> Deleted:
    """Move a run to the trash of its folder.

    Args:
        path: The run's directory. Nothing writes into it.

    Raises:
        RecordingError: It can't be moved.
    """
    trash = path.parent / layout.TRASH
    try:
        trash.mkdir(exist_ok=True)
        trashed = trash / path.name
        number = 1
        while trashed.exists():
            number += 1
            trashed = trash / f"{path.name}-{number}"
        path.rename(trashed)
    except OSError as error:
        raise RecordingError(
            tr(
                "{run} can't be deleted: {reason}.",
                run=path.name,
                reason=reason_of(error, path.parent),
            )
        ) from error
    return Deleted(path, trashed)
