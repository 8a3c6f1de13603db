"""A recorded run, read from its directory, also while it is written."""

from __future__ import annotations

import threading
from importlib import import_module
from typing import TYPE_CHECKING, Any

from dlwidgets._display import display_bundle, save_html
from dlwidgets._messages import error_message
from dlwidgets.recording import files, layout, media
from dlwidgets.recording.blocks import BlockFile
from dlwidgets.recording.damage import damage_of_snapshots, damage_of_tables, deleted
from dlwidgets.recording.errors import RecordingError
from dlwidgets.recording.histograms import histograms_in
from dlwidgets.recording.replay import Replay
from dlwidgets.recording.snapshots import Probe, SnapshotInfo, Snapshots
from dlwidgets.recording.summary import RunSummary
from dlwidgets.recording.tensor_files import TensorFile
from dlwidgets.training.events import Event, Events
from dlwidgets.training.history import History

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from numpy.typing import NDArray

    from dlwidgets.recording.blocks import Block
    from dlwidgets.recording.exporting import Exported
    from dlwidgets.recording.histograms import Histogram
    from dlwidgets.recording.media import Sample
    from dlwidgets.training import table
    from dlwidgets.training.events import Marker
    from dlwidgets.training.recorder import Recorder
    from dlwidgets.training.table import Points

    Tensors = dict[str, NDArray[Any]]


class RecordedRun(RunSummary):
    """A recorded run. Made by `dl.open_run`.

    It has what a `Run` has for reading: `metrics`, `history`, `markers`, `state`. While the run
    trains, `refresh` reads what was added. Everything else answers from what was read last, but
    for weights and samples, which are read from their files.

    Args:
        path: The run's directory.

    Raises:
        RecordingError: It isn't the directory of a recorded run.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        super().__init__(path)
        self._reading = threading.RLock()
        self._events = Events()
        self._replay = Replay(self.path)
        self._snapshots = Snapshots(self.path)
        self._block_files = {
            name: BlockFile(self.path / name) for name in (layout.HISTOGRAMS, layout.RESOURCES)
        }
        self._found: dict[str, str] = {}
        self.refresh()

    # -- what it did ---------------------------------------------------------------------------

    @property
    def recorder(self) -> Recorder:
        """All steps, epochs and markers, as the run's own recorder has them."""
        return self._replay.recorder

    @property
    def metrics(self) -> dict[str, table.Series]:
        """For each metric its ``Series`` of step values: ``rec.metrics["loss"].value``."""
        return self.recorder.metrics

    @property
    def history(self) -> History:
        """For each logged name one value per finished epoch, with Keras's attributes."""
        recorder = self.recorder
        rows = recorder.epochs.rows()
        first = max(0, int(files.number(float(rows.epoch[0])) or 0) - 1) if len(rows) else 0
        params = {"epochs": self.epochs_total, "steps": recorder.steps_per_epoch, "verbose": 0}
        return History(recorder.history, first=first, epochs=len(rows), params=params)

    @property
    def learning_rate_history(self) -> dict[str, Points]:
        """The learning rate of each step, by the name of the optimizer: ``"optimizer"``."""
        return self.recorder.learning_rates.points(self.recorder.steps.rows())

    @property
    def markers(self) -> tuple[Marker, ...]:
        """Changes of the learning rate, pauses, errors and notes, oldest first."""
        return self.recorder.markers

    @property
    def events(self) -> tuple[dict[str, Any], ...]:
        """Everything that happened, as it was recorded, oldest first."""
        return tuple(self._replay.happened)

    @property
    def step_count(self) -> int:
        """Training steps done."""
        return self._replay.last_step

    @property
    def epoch(self) -> int:
        """The current epoch, counted from 0 as in Keras."""
        return self.recorder.epoch

    @property
    def epochs_total(self) -> int:
        """The number of epochs that the run was to do; those done if that isn't known."""
        found = self._info.get("epochs")
        return found if type(found) is int and found > 0 else len(self.recorder.epochs)

    @property
    def seconds(self) -> float:
        """Seconds of training."""
        return self.recorder.clock.seconds

    # -- reading on ----------------------------------------------------------------------------

    def refresh(self) -> bool:
        """Read what was added since the last time. Costs little, and never holds up the writer.

        Returns:
            Whether anything has changed.
        """
        with self._reading:
            state, changed = self.state, super().refresh()
            if self._replay.stale:  # resumed from an earlier step
                self._replay = Replay(self.path)
                self._snapshots.forget()
                changed = True
            changed |= self._replay.read(self._info)
            changed |= self._snapshots.read()
            news, self._replay.news = self._replay.news, []
            if self.state is not state:
                news.append(Event("state"))
        for event in news:
            self._events.emit(event)
        return changed

    def find_snapshots(self) -> bool:
        """Look for new snapshots alone, as costs less than `refresh`.

        Returns:
            Whether there are any, or some are gone.
        """
        with self._reading:
            return self._snapshots.read()

    def subscribe(self, subscriber: Callable[[Event], None]) -> Callable[[], None]:
        """Call `subscriber` with each `Event` that `refresh` finds, on the thread that calls it.

        Returns:
            A function that ends the subscription.
        """
        return self._events.subscribe(subscriber)

    @property
    def damage(self) -> tuple[str, ...]:
        """Sentences that say what is damaged, and what is still there. `check` finds the rest."""
        if not files.exists(self.path):
            return (deleted(self.path),)
        readers = {name: file.reader for name, file in self._block_files.items()}
        found = damage_of_tables(self._replay, readers, ended=self.state.ended)
        lost = damage_of_snapshots(self.path, self._snapshots.damaged, len(self.snapshots))
        return (*self._summary_damage(), *found, *lost, *self._found.values())

    def check(self) -> tuple[str, ...]:
        """Read every file as a whole, and return `damage`."""
        self._found.clear()
        for info in self.snapshots:
            try:
                self._snapshots.load(info, self._snapshots.open(info).names)
            except RecordingError:
                continue
        self._read(layout.HISTOGRAMS)
        self._read(layout.RESOURCES)
        for path in (self.path / n for n in (layout.PROBE, *layout.RESUME_STATES)):
            if files.exists(path):
                self._try(path, lambda path=path: TensorFile(path).load())  # type: ignore[misc]
        for sample in self.samples():
            self._try(sample.path, sample.load)
        return self.damage

    # -- snapshots -----------------------------------------------------------------------------

    @property
    def snapshots(self) -> tuple[SnapshotInfo, ...]:
        """The recorded weights, ascending by step."""
        return self._snapshots.all

    def nearest(self, step: int) -> SnapshotInfo:
        """Return the snapshot nearest to a step.

        Raises:
            RecordingError: No snapshot was recorded.
        """
        return self._snapshots.nearest(step)

    def weights(
        self, step: int | None = None, names: Iterable[str] | None = None
    ) -> dict[str, NDArray[Any]]:
        """Return the weights of the snapshot nearest to a step.

        Args:
            step: Training steps done; None for the newest.
            names: Some of the variables' paths, which are read alone; None for all.

        Returns:
            The arrays by variable path.

        Raises:
            RecordingError: No snapshot was recorded, or it has no such variable.
        """

        def load(info: SnapshotInfo) -> Tensors:
            found = names
            if found is None:
                present = self._snapshots.open(info).names
                found = [n for n in present if not n.startswith(layout.PROBE_PREFIX)]
            return self._snapshots.load(info, found)

        return self._load(step, load)

    def probe(self, step: int | None = None) -> Probe:
        """Return what the model made of the probe, at the nearest snapshot that has it.

        Args:
            step: Training steps done; None for the newest.

        Raises:
            RecordingError: No snapshot was recorded.
        """
        prefix, at = layout.PROBE_PREFIX, 0

        def load(info: SnapshotInfo) -> Tensors:
            nonlocal at
            at = info.step
            present = self._snapshots.open(info).names
            return self._snapshots.load(info, [n for n in present if n.startswith(prefix)])

        found = self._load(step, load, probe=True)
        made = {n.removeprefix(prefix): v for n, v in found.items()}
        given: dict[str, NDArray[Any]] = {}
        names: object = None
        if files.size_of(self.path / layout.PROBE) is not None:
            file = TensorFile(self.path / layout.PROBE)
            given, names = file.load(), file.metadata.get("class_names")
        prefix = "activations/"
        return Probe(
            given.get("inputs"),
            given.get("labels"),
            {n.removeprefix(prefix): v for n, v in made.items() if n.startswith(prefix)},
            made.get("predictions"),
            tuple(map(str, names)) if isinstance(names, list) else (),
            at,
        )

    def model(self, step: int | None = None) -> Any:
        """Return the Keras model with the weights of the snapshot nearest to a step.

        Args:
            step: Training steps done; None for the newest.

        Raises:
            RecordingError: The model or its weights weren't recorded.
        """
        return import_module("dlwidgets.recording.rebuilding").model_of(self, step)

    # -- more ----------------------------------------------------------------------------------

    def histograms(self, name: str | None = None) -> dict[str, list[Histogram]]:
        """Return the recorded histograms, for each name ascending by step.

        Args:
            name: Only those of this name, such as ``weights/dense/kernel``.
        """
        return histograms_in(self._read(layout.HISTOGRAMS), name)

    def resources(self) -> list[dict[str, float]]:
        """Return what the machine did, at moments about a second apart, later more.

        Returns:
            For each moment ``at`` in Unix seconds, ``step``, ``time`` in seconds of training,
            ``cpu_percent`` (100 is one core), ``memory_used`` in bytes and more.
        """
        return [
            {n: float(column[row]) for n, column in block.columns if column.ndim == 1}
            for block in self._read(layout.RESOURCES)
            for row in range(block.rows)
        ]

    def samples(self, name: str | None = None) -> list[Sample]:
        """Return what the run made on its way, such as images and texts, ascending by step.

        Args:
            name: Only those of this name.
        """
        return media.samples_in(self.path, self.recorder.steps, name)

    def export(
        self, kind: str, path: str | os.PathLike[str] | None = None, **options: Any
    ) -> Exported:
        """Write the run in the format of another tool; what it has recorded so far, if it trains.

        - ``"csv"``: a folder with ``steps.csv``, ``epochs.csv`` and ``events.csv``, which
          `dlwidgets.recording.read_csv` reads back to the bit.
        - ``"json"``: one file with everything but weights and images.
        - ``"tensorboard"``: a folder for ``tensorboard --logdir``.
        - ``"wandb"``, ``"mlflow"``, ``"trackio"``: a run of that tool on this machine.

        Args:
            kind: One of these.
            path: The file or folder; None for one in the current folder that is named after the
                run, or for where MLflow or Trackio log.
            **options: ``overwrite=True`` replaces an earlier export in files. ``points=2000``:
                other tools get so many points of each curve, all spikes included; None for all.
                ``project=`` (wandb, trackio), ``mode="offline"`` (wandb), ``experiment=`` and
                ``tracking_uri=`` (mlflow) are as in those tools.

        Returns:
            Where it is, and sentences about what is missing in it.

        Raises:
            RecordingError: The kind isn't known, its library isn't installed, or the path can't
                be written.
            TypeError: The kind has no such option.

        Example:
            >>> dl.open_run("runs/2026-11-28T22-31-05-mlp").export("csv", "mlp")  # doctest: +SKIP
            Exported as csv to mlp.
        """
        exported: Exported = import_module("dlwidgets.recording.exporting").export(
            self, kind, path, **options
        )
        return exported

    def save_html(self, path: str | os.PathLike[str], **options: Any) -> Any:
        """Write the run as one HTML file that needs neither a kernel nor the network.

        Args:
            path: The file, which is replaced if there is one.
            **options: `language`, that it is shown in at first, by default the reader's; `title`,
                what the browser calls it.

        Returns:
            The file.

        Raises:
            OSError: It can't be written.
            FileNotFoundError: dlwidgets was installed without its front end.
        """
        return save_html(self, path, **options)

    def __repr__(self) -> str:
        done = f"step {self.step_count:,}, epoch {self.epoch + 1} of {self.epochs_total}"
        return f"<RecordedRun {self.name!r}: {self.state}, {done}>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return display_bundle(self)

    def _try(self, path: Path, load: Callable[[], object]) -> None:
        try:
            load()
        except RecordingError as error:
            self._found[str(path)] = error_message(error)

    def _read(self, name: str) -> list[Block]:
        with self._reading:
            return self._block_files[name].read()

    def _load(
        self, step: int | None, load: Callable[[SnapshotInfo], Tensors], *, probe: bool = False
    ) -> Tensors:
        """Read from the nearest snapshot; from the next one if it is damaged or was thinned out."""
        while True:
            at = self.step_count if step is None else step
            info = self._snapshots.nearest(at, probe=probe)
            try:
                return load(info)
            except RecordingError:
                if info in self.snapshots:  # it is whole, and the error another one
                    raise


def open_run(path: str | os.PathLike[str] | RecordedRun) -> RecordedRun:
    """Open a recorded run, also while it is written. Needs neither TensorFlow nor Keras.

    Args:
        path: The run's directory.

    Raises:
        RecordingError: It isn't the directory of a recorded run.

    Example:
        >>> import tempfile
        >>> options = dl.record(tempfile.mkdtemp(), name="example")
        >>> writer = dl.recording.RunWriter.create(options, {"model": {"name": "mlp"}})
        >>> writer.close("finished")
        >>> dl.open_run(writer.path).name
        'example'
    """
    return path if isinstance(path, RecordedRun) else RecordedRun(path)
