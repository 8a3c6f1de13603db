"""All recorded runs in a folder."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from dlwidgets._messages import tr
from dlwidgets.recording import deleting, files, layout
from dlwidgets.recording.errors import RecordingError
from dlwidgets.recording.summary import RunSummary

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator


class RunFolder:
    """All recorded runs in a folder, newest first.

    Only what says at a glance what a run is gets read: run.json, the labels and the lock. Open one
    with `dl.open_run(summary.path)`.

    Args:
        path: The folder. It need not exist yet.

    Raises:
        RecordingError: It is a file.

    Attributes:
        path: The folder.

    Example:
        >>> import tempfile
        >>> folder = dl.recording.RunFolder(tempfile.mkdtemp())
        >>> dl.recording.RunWriter.create(dl.record(folder.path, name="a"), {}).close("finished")
        >>> folder.refresh(), [run.name for run in folder]
        (True, ['a'])
    """

    def __init__(self, path: str | os.PathLike[str] = "runs") -> None:
        self.path = Path(path).expanduser()
        if files.exists(self.path) and not self.path.is_dir():
            raise RecordingError(
                tr(
                    "Expected a folder of recorded runs. Received: the file {path}.",
                    path=repr(str(self.path)),
                )
            )
        self._runs: dict[str, RunSummary] = {}
        self.refresh()

    def __repr__(self) -> str:
        number = f"{len(self)} run{'' if len(self) == 1 else 's'}"
        return f"<RunFolder {str(self.path)!r}: {number}>"

    @property
    def runs(self) -> tuple[RunSummary, ...]:
        """The runs, newest first."""
        return tuple(
            sorted(self._runs.values(), key=lambda r: (r.created, r.path.name), reverse=True)
        )

    def __iter__(self) -> Iterator[RunSummary]:
        return iter(self.runs)

    def __len__(self) -> int:
        return len(self._runs)

    def __getitem__(self, name: str) -> RunSummary:
        """Return the run whose directory has this name.

        Raises:
            RecordingError: There is none.
        """
        if name not in self._runs:
            raise RecordingError(
                tr(
                    "Expected the name of a run's directory in {folder}. Received: {name}",
                    folder=str(self.path),
                    name=repr(name),
                )
            )
        return self._runs[name]

    def refresh(self) -> bool:
        """Look for new runs, and read again what may have changed.

        Returns:
            Whether anything has changed.
        """
        names = {n for n in files.names_in(self.path) if not n.startswith(".")}
        changed = False
        for name in self._runs.keys() - names:
            del self._runs[name]
            changed = True
        for name in names:
            if name in self._runs:
                changed |= self._runs[name].refresh()
                continue
            if not layout.MARKS & set(files.names_in(self.path / name)):
                continue  # something else than a run
            with contextlib.suppress(RecordingError):  # it is being deleted
                self._runs[name] = RunSummary(self.path / name)
                changed = True
        return changed

    def delete(self, name: str) -> deleting.Deleted:
        """Move a run to the folder's trash; ``undo()`` of what is returned moves it back.

        Args:
            name: The name of its directory.

        Raises:
            RecordingError: There is no such run, it is being recorded, or it can't be moved.
        """
        deleted = self[name].delete()
        self._runs.pop(name, None)
        return deleted

    @property
    def trash(self) -> tuple[deleting.Deleted, ...]:
        """The deleted runs, each of which can be moved back."""
        folder = self.path / layout.TRASH
        return tuple(deleting.Deleted(self.path / n, folder / n) for n in files.names_in(folder))
