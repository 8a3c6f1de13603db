"""The snapshots of a recorded run: its weights at some steps."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr
from dlwidgets.recording import files, layout
from dlwidgets.recording.damage import damage_of_snapshots, deleted
from dlwidgets.recording.errors import DamagedFileError, RecordingError
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
        step: The step of the snapshot that it is of.
    """

    inputs: NDArray[Any] | None
    labels: NDArray[Any] | None
    activations: dict[str, NDArray[Any]]
    predictions: NDArray[Any] | None
    class_names: tuple[str, ...] = ()
    step: int = 0


@dataclass
class Snapshots:
    """The snapshots in a run's directory.

    Attributes:
        path: The run's directory.
        damaged: The names of the files that aren't whole.
    """

    path: Path
    damaged: set[str] = field(default_factory=set)
    _found: dict[str, SnapshotInfo] = field(default_factory=dict)
    _probed: set[str] = field(default_factory=set)
    _seen: tuple[int | None, int | None] = (None, None)

    @property
    def all(self) -> tuple[SnapshotInfo, ...]:
        """Those whose files are whole, as far as their headers say, ascending by step."""
        return tuple(sorted(self._found.values(), key=lambda info: info.step))

    @property
    def with_probe(self) -> tuple[SnapshotInfo, ...]:
        """Those that have what the model made of the probe; all if none has."""
        return tuple(info for info in self.all if info.path.name in self._probed) or self.all

    def read(self) -> bool:
        """Look for new ones, and return whether there are any, or some are gone."""
        folder = self.path / layout.SNAPSHOTS
        changed_at = files.changed_at(folder)
        # Twice the same: within one tick of its clock, a folder may change once more.
        if changed_at is not None and self._seen == (changed_at, changed_at):
            return False
        self._seen = (self._seen[1], changed_at)
        before = self._found
        names = {n for n in files.names_in(folder) if layout.snapshot_step(n) is not None}
        found = {name: info for name, info in before.items() if name in names}
        self.damaged &= names
        for name in names - before.keys() - self.damaged:
            if (info := self._whole(folder / name)) is not None:
                found[name] = info
        self._found = found  # at once: other threads never see a part of the list
        return found != before

    def forget(self) -> None:
        """Look at all files again: they may have been replaced."""
        self._found, self._seen = {}, (None, None)
        self.damaged.clear()

    def nearest(self, step: int, *, probe: bool = False) -> SnapshotInfo:
        """Return the snapshot whose step is nearest to a step, the earlier of two.

        Args:
            step: Training steps done.
            probe: Whether only those count that have what the model made of the probe.

        Raises:
            RecordingError: There is none. The message says why.
        """
        among = self.with_probe if probe else self.all
        found = min(among, key=lambda s: (abs(s.step - step), s.step), default=None)
        if found is None:
            raise self._none()
        return found

    def _none(self) -> RecordingError:
        damage = damage_of_snapshots(self.path, self.damaged, 0)
        if not files.exists(self.path):
            damage = [deleted(self.path)]
        return RecordingError(
            damage[0]
            if damage
            else tr(
                "No snapshot of the weights was recorded. Raise `budget` in `dl.record` for the "
                "next run."
            )
        )

    def open(self, info: SnapshotInfo) -> TensorFile:
        """Open a snapshot's file.

        Raises:
            DamagedFileError: It is damaged or deleted, and no longer listed.
        """
        try:
            return TensorFile(info.path)
        except DamagedFileError:
            self._lose(info)
            raise

    def load(self, info: SnapshotInfo, names: Iterable[str]) -> dict[str, NDArray[Any]]:
        """Read tensors of a snapshot.

        Raises:
            DamagedFileError: It is damaged or deleted, and no longer listed.
            RecordingError: It has no such tensor.
        """
        file = self.open(info)
        try:
            return file.load(names)
        except DamagedFileError:
            self._lose(info)
            raise

    def _lose(self, info: SnapshotInfo) -> None:
        if files.size_of(info.path) is not None:
            self.damaged.add(info.path.name)
        self._found = {n: one for n, one in self._found.items() if n != info.path.name}

    def _whole(self, path: Path) -> SnapshotInfo | None:
        """Return what a new file holds; None if it isn't whole."""
        try:
            file = TensorFile(path)
        except RecordingError:
            if files.exists(path):  # not deleted meanwhile
                self.damaged.add(path.name)
            return None
        step = layout.snapshot_step(path.name)
        epoch, time = (files.number(file.metadata.get(key)) for key in ("epoch", "time"))
        if step is None or epoch is None or time is None:
            self.damaged.add(path.name)
            return None
        if any(name.startswith(layout.PROBE_PREFIX) for name in file.names):
            self._probed.add(path.name)
        else:
            self._probed.discard(path.name)  # it was replaced
        return SnapshotInfo(step, epoch, time, file.nbytes, path)
