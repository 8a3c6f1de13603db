"""Why recording stopped, in one sentence."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from dlwidgets._messages import error_message, tr
from dlwidgets.recording import files, layout
from dlwidgets.recording.errors import RecordingError

if TYPE_CHECKING:
    from dlwidgets._messages import Message

_OF_A_RUN = {layout.LABELS, layout.STEPS}
_TRIED = 65_536  # bytes

_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
_MISSING = {errno.ENOENT, getattr(errno, "ESTALE", errno.ENOENT), errno.ENOTDIR}

_MOST = 200  # names of a folder that are looked at for runs


def cannot_create(folder: Path, error: OSError) -> RecordingError:
    """Return the error for a folder in which no run can be recorded."""
    values = {"folder": str(folder)}
    if error.errno in _FULL:
        return RecordingError(
            tr(
                "The disk with {folder} is full. Free some space, or record to another folder.",
                **values,
            )
        )
    if error.errno in _FORBIDDEN:
        return RecordingError(
            tr(
                "{folder} isn't writable, so the run can't be recorded there. Choose a folder "
                'that you can write to: dl.record("~/runs").',
                **values,
            )
        )
    return RecordingError(
        tr(
            "The run can't be recorded in {folder}: {reason}. Choose another folder.",
            **values,
            reason=error.strerror or type(error).__name__,
        )
    )


def check_folder(folder: Path) -> None:
    """Refuse a folder in which no run can be recorded. It is left as it was.

    Args:
        folder: The folder, which needn't be there.

    Raises:
        RecordingError: It is a file, or in the directory of a run, or can't be written.
    """
    folder = folder.expanduser().absolute()
    for place in (folder, *folder.parents):
        names = set(files.names_in(place))
        if layout.RUN in names and names & _OF_A_RUN:
            raise RecordingError(
                tr(
                    "{folder} belongs to the recorded run {run}, and a run can't be recorded "
                    "inside another one. Choose another folder: {parent}",
                    folder=str(folder),
                    run=place.name,
                    parent=str(place.parent),
                )
            )
    there = next((place for place in (folder, *folder.parents) if os.path.lexists(place)), folder)
    try:
        if not there.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(there))
        with tempfile.TemporaryDirectory(prefix=".dlwidgets-", dir=there) as made:
            (Path(made) / layout.RUN).write_bytes(bytes(_TRIED))
    except OSError as error:
        raise cannot_create(folder, error) from error


def stopped(path: Path, error: BaseException) -> Message:
    """Return why the recording of a run stopped, and what goes on."""
    values = {"run": path.name}
    if isinstance(error, OSError):
        if error.errno in _FULL:
            return tr(
                "The disk is full, so {run} is no longer recorded. Training continues. Free some "
                "space before the next run.",
                **values,
            )
        if error.errno in _MISSING or not path.is_dir():
            return tr(
                "The directory of {run} was deleted, so the run is no longer recorded. Training "
                "continues.",
                **values,
            )
        if error.errno in _FORBIDDEN:
            return tr(
                "The directory of {run} is no longer writable, so the run is no longer recorded. "
                "Training continues.",
                **values,
            )
        return tr(
            "{run} is no longer recorded: {reason}. Training continues.",
            **values,
            reason=error.strerror or type(error).__name__,
        )
    return tr(
        "{run} is no longer recorded. Training continues. {reason}",
        **values,
        reason=error_message(error),
    )


def no_run(path: str | Path) -> RecordingError:
    """Return the error for a path that is no recorded run. It says what is there."""
    values = {"path": repr(str(path))}
    if not files.exists(place := Path(path)) or not str(path):
        return RecordingError(
            tr(
                "Expected the directory of a recorded run. Received: {path}, which doesn't exist. "
                'List the runs of a folder with dl.recording.RunFolder("runs").',
                **values,
            )
        )
    if not place.is_dir():
        return RecordingError(
            tr(
                "Expected the directory of a recorded run. Received: {path}, which is a file. Pass "
                "the directory of the run that it belongs to.",
                **values,
            )
        )
    if any(layout.MARKS & set(files.names_in(place / n)) for n in files.names_in(place)[:_MOST]):
        return RecordingError(
            tr(
                "Expected the directory of a recorded run. Received: {path}, which is a folder of "
                "runs. List them with dl.recording.RunFolder({path}).",
                **values,
            )
        )
    return RecordingError(
        tr(
            "Expected the directory of a recorded run, with a file run.json. Received: {path}, "
            'which has none. List the runs of a folder with dl.recording.RunFolder("runs").',
            **values,
        )
    )


def reason_of(error: OSError, folder: Path) -> str:
    """Return why nothing can be changed in a folder, and what to do, without a period.

    Args:
        error: What the system said.
        folder: The folder.
    """
    reason = error.strerror or type(error).__name__
    if error.errno in _FORBIDDEN:
        return tr(
            "{reason}. Make {folder} writable, or copy the run to a folder that you can write to",
            reason=reason,
            folder=str(folder),
        )
    return reason
