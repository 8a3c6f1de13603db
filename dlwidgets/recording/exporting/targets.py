"""Files and folders that exports write: never half, and never over what others made."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import TYPE_CHECKING

from dlwidgets._messages import tr
from dlwidgets.recording import files
from dlwidgets.recording.errors import RecordingError

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Mapping


def target(path: str | os.PathLike[str] | None, default: str) -> Path:
    """Return where an export goes.

    Args:
        path: What the user asked for.
        default: Its name in the current folder, if nothing was asked for.
    """
    return Path(default) if path is None else Path(path).expanduser()


def make_folder(folder: Path) -> None:
    """Make a folder, and those above it.

    Raises:
        RecordingError: It can't be made, for example because a file has its name.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        message = tr(
            "Expected a folder to export to. Received: the file {path}. Choose another path.",
            path=str(folder),
        )
        raise RecordingError(message) from error
    except OSError as error:
        raise unwritable(folder, error) from error


def check_free(paths: Iterable[Path], *, overwrite: bool) -> None:
    """Make sure that an export replaces nothing by mistake.

    Args:
        paths: The files that it writes.
        overwrite: Whether it may replace them.

    Raises:
        RecordingError: Some of them exist and may not be replaced.
    """
    found = [path for path in paths if path.exists()]
    if found and not overwrite:
        message = tr(
            "Expected a path that doesn't exist yet. Received: {path}, which exists. Choose "
            "another path, or pass overwrite=True to replace it.",
            path=str(found[0]),
        )
        raise RecordingError(message)
    for path in found:
        if path.is_dir():
            message = tr(
                "Expected the path of a file. Received: the folder {path}. Choose another path.",
                path=str(path),
            )
            raise RecordingError(message)


def write_file(path: Path, parts: Iterable[bytes]) -> None:
    """Write a file completely or not at all.

    Raises:
        RecordingError: It can't be written.
    """
    try:
        files.replace(path, parts, durable=False)
    except OSError as error:
        raise unwritable(path, error) from error


def write_files(folder: Path, contents: Mapping[str, Iterable[bytes]], *, overwrite: bool) -> None:
    """Write the files of an export into a folder, which is made if there is none.

    Args:
        folder: The folder.
        contents: Of the files, by name.
        overwrite: Whether files of these names may be replaced.

    Raises:
        RecordingError: They can't be written.
    """
    make_folder(folder)
    check_free((folder / name for name in contents), overwrite=overwrite)
    for name, parts in contents.items():
        write_file(folder / name, parts)


def unwritable(path: Path, error: OSError) -> RecordingError:
    """Return the error for a path that can't be written."""
    reason = error.strerror or str(error)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        message = tr(
            "Couldn't write {path}: {reason}. Export to a folder that you can write to.",
            path=str(path),
            reason=reason,
        )
        return RecordingError(message)
    return RecordingError(tr("Couldn't write {path}: {reason}", path=str(path), reason=reason))


def unreadable(path: Path, reason: str) -> RecordingError:
    """Return the error for a file that can't be read back."""
    return RecordingError(tr("Couldn't read {path}: {reason}", path=str(path), reason=reason))
