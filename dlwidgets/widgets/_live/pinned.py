"""The recorded run that is pinned as reference: every panel draws its curves, pale."""

from __future__ import annotations

import contextlib
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from dlwidgets.recording import RecordedRun, RecordingError, files, open_run

if TYPE_CHECKING:
    from collections.abc import Iterable

_FILE = ".pinned.json"


class Pinned:
    """The recorded run that is the reference of this kernel.

    A folder of runs remembers it, so that pages in other kernels can use it as well.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._run: RecordedRun | None = None

    @property
    def run(self) -> RecordedRun | None:
        """The reference; `None` for none."""
        with self._lock:
            return self._run

    def pin(self, run: RecordedRun | None) -> None:
        """Take a run as the reference, `None` for none."""
        with self._lock:
            self._run = run

    @staticmethod
    def remember(folder: Path, name: str) -> None:
        """Let a folder of runs remember which of them is the reference.

        Args:
            folder: The folder.
            name: The name of the run's directory; "" for none.
        """
        path = folder / _FILE
        with contextlib.suppress(OSError):  # a folder that can only be read has no reference
            if name:
                files.write_json(path, {"name": name})
            else:
                path.unlink(missing_ok=True)

    @staticmethod
    def remembered(folder: Path) -> str:
        """Return the name of the reference's directory in a folder of runs; "" for none."""
        found = files.read_json(folder / _FILE)
        name = found.get("name") if found else None
        # It is a name, never a path.
        return name if isinstance(name, str) and Path(name).name == name else ""

    def recall(self, folders: Iterable[Path]) -> RecordedRun | None:
        """Take the reference that folders remember, and return it; `None` for none.

        Args:
            folders: Folders of runs.
        """
        found = None
        for folder in folders:
            name = self.remembered(folder)
            if name and found is None:
                with contextlib.suppress(RecordingError):  # it was deleted meanwhile
                    found = open_run(folder / name)
        self.pin(found)
        return found


PINNED = Pinned()
"""The reference of this kernel."""
