"""The snapshots of a recorded run: its weights at some steps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr
from dlwidgets.recording import files, layout
from dlwidgets.recording.errors import RecordingError
from dlwidgets.recording.tensor_files import TensorFile

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray


@dataclass(frozen=True)
class SnapshotInfo:
    """A snapshot of the weights.

    Attributes:
        step: Training steps done.
        epoch: Epochs as a fraction.
        time: Seconds of training.
        nbytes: The size of its file.
        path: Its file.
    """

    step: int
    epoch: float
    time: float
    nbytes: int
    path: Path


@dataclass(frozen=True)
class Probe:
    """What the model made of the probe at a step.

    Attributes:
        inputs: The samples; None if they weren't recorded.
        labels: Their labels; None if they have none.
        activations: For each layer what it gave for them.
        predictions: What the model gave for them; None if that wasn't recorded.
        class_names: The names of the classes; none if they have none.
    """

    inputs: NDArray[Any] | None
    labels: NDArray[Any] | None
    activations: dict[str, NDArray[Any]]
    predictions: NDArray[Any] | None
    class_names: tuple[str, ...] = ()


@dataclass
class Snapshots:
    """The snapshots in a run's directory.

    Attributes:
        path: The run's directory.
        damaged: The names of the files that aren't whole.
    """

    path: Path
    damaged: set[str] = field(default_factory=set)
    _found: dict[str, tuple[tuple[int, int], SnapshotInfo]] = field(default_factory=dict)
    _seen: object = None

    @property
    def all(self) -> tuple[SnapshotInfo, ...]:
        """Those whose files are whole, as far as their headers say, ascending by step."""
        return tuple(sorted((i for _, i in self._found.values()), key=lambda i: i.step))

    def read(self) -> bool:
        """Look for new ones, and return whether there are any, or some are gone."""
        folder = self.path / layout.SNAPSHOTS
        try:
            seen = folder.stat().st_mtime_ns
        except (OSError, ValueError):
            seen = None
        if seen is not None and seen == self._seen:
            return False
        self._seen = seen
        before = set(self._found)
        names = {n for n in files.names_in(folder) if layout.snapshot_step(n) is not None}
        for name in names - before - self.damaged:
            self._add(folder / name)
        for name in before - names:
            del self._found[name]
        self.damaged &= names
        return set(self._found) != before

    def open(self, info: SnapshotInfo) -> TensorFile:
        """Open a snapshot's file.

        Raises:
            RecordingError: It is damaged or deleted.
        """
        return TensorFile(info.path)

    def load(self, info: SnapshotInfo, names: Iterable[str]) -> dict[str, NDArray[Any]]:
        """Read tensors of a snapshot.

        Raises:
            RecordingError: It is damaged or deleted. A damaged one is no longer listed.
        """
        try:
            return TensorFile(info.path).load(names)
        except RecordingError:
            if files.size_of(info.path) is not None:
                self.damaged.add(info.path.name)
            self._found.pop(info.path.name, None)
            raise

    def _add(self, path: Path) -> None:
        try:
            file = TensorFile(path)
        except RecordingError:
            if files.size_of(path) is not None or path.is_dir():  # not deleted meanwhile
                self.damaged.add(path.name)
            return
        step, epoch, time = (file.metadata.get(key) for key in ("step", "epoch", "time"))
        if (
            type(step) is not int
            or not isinstance(epoch, (int, float))
            or not isinstance(time, (int, float))
        ):
            self.damaged.add(path.name)
            return
        info = SnapshotInfo(step, float(epoch), float(time), file.nbytes, path)
        self._found[path.name] = ((0, 0), info)


def nearest(snapshots: Iterable[SnapshotInfo], step: int) -> SnapshotInfo:
    """Return the snapshot whose step is nearest to a step, the earlier of two.

    Raises:
        RecordingError: There is none.
    """
    found = min(snapshots, key=lambda s: (abs(s.step - step), s.step), default=None)
    if found is None:
        raise RecordingError(
            tr(
                "No snapshot of the weights was recorded. Raise `budget` in `dl.record` for the "
                "next run."
            )
        )
    return found
