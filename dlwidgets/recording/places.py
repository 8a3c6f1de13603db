"""Where dashboards record: a folder for what was run lately, and one for what was kept."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from dlwidgets._messages import tr
from dlwidgets.recording import files, layout, media
from dlwidgets.recording.errors import RecordingError
from dlwidgets.recording.run_folder import RunFolder
from dlwidgets.recording.summary import RunSummary

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from dlwidgets.recording.media import Content

ENVIRONMENT_VARIABLE = "DLWIDGETS_RUNS"

BUDGET = 1_000_000_000
"""Bytes that the runs of dashboards take at most, but for those that were kept."""

RUN_BUDGET = 50_000_000
"""Bytes that the snapshots of one run of a dashboard take at most."""

_TRASH_SECONDS = 24 * 3600
_PRIVATE = 0o700
_MARK = "keep"  # a file in the directory of a run that is to be kept


def kept_folder() -> Path:
    """Return the folder of runs that were kept: ``$DLWIDGETS_RUNS``, or ``~/dlwidgets/runs``."""
    configured = os.environ.get(ENVIRONMENT_VARIABLE)
    return Path(configured).expanduser() if configured else Path.home() / "dlwidgets" / "runs"


def recent_folder() -> Path:
    """Return the folder in which dashboards record, which nobody but this user can read.

    Returns:
        ``dlwidgets/runs`` in the user's cache, or in the folder for temporary files if the home
        directory isn't writable. It is made if there is none.

    Raises:
        RecordingError: It can't be made, or it belongs to somebody else.
    """
    folder = _recent()
    try:
        folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        # Not what it links to: a stranger's link may lead to a folder of this user.
        if hasattr(os, "getuid") and folder.lstat().st_uid != os.getuid():
            raise PermissionError
        folder.chmod(_PRIVATE)
    except OSError as error:
        raise RecordingError(
            tr(
                "Runs can't be recorded in {folder}: {reason}.",
                folder=str(folder),
                reason=error.strerror or type(error).__name__,
            )
        ) from error
    return folder


def _recent() -> Path:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    existing = next(up for up in (cache, *cache.parents) if up.exists())
    if os.access(existing, os.W_OK):
        return cache / "dlwidgets" / "runs"
    user = str(os.getuid()) if hasattr(os, "getuid") else "user"
    # Not in a folder there, which a stranger could have made before, and then rename this one.
    return Path(tempfile.gettempdir()) / f"dlwidgets-{user}-runs"


def size_of(path: Path) -> int:
    """Return the bytes of all files in a run's directory."""
    total = 0
    for folder, _, names in os.walk(path):
        for name in names:
            with contextlib.suppress(OSError):  # it was thinned out meanwhile
                total += os.lstat(os.path.join(folder, name)).st_size  # noqa: PTH118 - fast
    return total


def tidy(folder: Path, budget: int = BUDGET, *, spare: Collection[str] = ()) -> list[str]:
    """Delete the oldest runs of a folder until the others fit a budget, and empty its trash.

    Args:
        folder: The folder.
        budget: Bytes.
        spare: Names of directories that stay. Runs that are being recorded, or are to be kept, stay
            as well.

    Returns:
        The names of the deleted runs.
    """
    trash = folder / layout.TRASH
    for name in files.names_in(trash):
        with contextlib.suppress(OSError):
            if time.time() - (trash / name).stat().st_ctime > _TRASH_SECONDS:
                shutil.rmtree(trash / name, ignore_errors=True)
    runs = list(RunFolder(folder))
    left = sum(size_of(run.path) for run in runs)
    deleted = []
    for run in reversed(runs):  # the oldest first
        if left <= budget:
            break
        if run.path.name in spare or not run.state.ended or (run.path / _MARK).exists():
            continue
        left -= size_of(run.path)
        shutil.rmtree(run.path, ignore_errors=True)
        deleted.append(run.path.name)
    return deleted


def keep(run: RunSummary, folder: Path) -> RunSummary:
    """Copy a run to the folder of kept runs, where no run is deleted to make room.

    The run stays where it was as well, for views that show it; `tidy` deletes it there.

    Args:
        run: A run that isn't being recorded.
        folder: The folder, which is made if there is none.

    Returns:
        The run in its new place.

    Raises:
        RecordingError: It is being recorded, or can't be copied.
    """
    run.refresh()
    if not run.state.ended:
        raise RecordingError(
            tr("{run} is still being recorded. Stop it before you keep it.", run=run.name)
        )
    target = folder / run.path.name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            half = folder / f".{run.path.name}.keeping"
            shutil.rmtree(half, ignore_errors=True)
            left_out = shutil.ignore_patterns(layout.LOCK, _MARK, "*.tmp")
            shutil.copytree(run.path, half, ignore=left_out)
            half.rename(target)
            _copy_late(run.path, target)
    except OSError as error:
        raise RecordingError(
            tr(
                "{run} can't be copied to {folder}: {reason}.",
                run=run.name,
                folder=str(folder),
                reason=error.strerror or type(error).__name__,
            )
        ) from error
    return RunSummary(target)


def _copy_late(run: Path, target: Path) -> None:
    """Copy the samples that came while the run was copied; see `write_late`."""
    for name in files.names_in(run / layout.MEDIA):
        copy = target / layout.MEDIA / name
        if not name.startswith(".") and not copy.exists():
            copy.parent.mkdir(exist_ok=True)
            files.replace(copy, [(run / layout.MEDIA / name).read_bytes()])


def write_late(path: Path, step: int, name: str, content: Content, kind: str) -> None:
    """Write a sample of a run that has ended, also where the run is kept by now.

    Args:
        path: The run's directory. Nothing is written if the run isn't there any more.
        step: Training steps done.
        name: What it is called.
        content: An array, a text, or the bytes of a PNG file.
        kind: What it is, such as ``image`` or ``text``.

    Raises:
        OSError: It can't be written.
    """
    if not files.exists(path / layout.RUN):
        return
    media.write(path, step, name, content, kind)
    # In this order: a copy that comes after this look has the sample.
    copy, info = kept_folder() / path.name, files.read(path / layout.RUN)
    if copy != path and info is not None and files.read(copy / layout.RUN) == info:
        media.write(copy, step, name, content, kind)


def mark_to_keep(run: RunSummary) -> None:
    """Keep a run once it has ended, also if its kernel ends before."""
    with contextlib.suppress(OSError):
        (run.path / _MARK).touch()


def keep_marked(recent: Path, kept: Path) -> int:
    """Keep the runs that are marked and have ended.

    Returns:
        The number of those that are marked and haven't ended.
    """
    waiting = 0
    for run in RunFolder(recent):
        mark = run.path / _MARK
        if not mark.exists():
            continue
        if not run.state.ended:
            waiting += 1
            continue
        with contextlib.suppress(RecordingError):  # they stay marked, and aren't deleted
            keep(run, kept)
            mark.unlink(missing_ok=True)
    return waiting


def find(name: str, folders: Iterable[Path]) -> RunSummary | None:
    """Return a run by the name of its directory, `None` if there is none.

    Args:
        name: The name, perhaps from a stranger: it is never used as a path.
        folders: Folders of runs. The first that has it counts.
    """
    for folder in folders:
        found = name if name in files.names_in(folder) and not name.startswith(".") else ""
        if found:
            with contextlib.suppress(RecordingError):  # something else than a run
                return RunSummary(folder / found)
    return None
