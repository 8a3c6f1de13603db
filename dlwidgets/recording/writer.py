"""Recording of a run while it trains, on a thread of its own."""

from __future__ import annotations

import contextlib
import itertools
import logging
import shutil
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlwidgets.recording import files, layout, media, places
from dlwidgets.recording.following import Following
from dlwidgets.recording.labels import change_labels
from dlwidgets.recording.lock import Lock
from dlwidgets.recording.problems import cannot_create, no_run
from dlwidgets.recording.reopening import Reopened, check_newest, cut_after, options_of
from dlwidgets.recording.run_files import RunFiles
from dlwidgets.recording.schedule import Pace
from dlwidgets.recording.writing import WritingThread

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator, Mapping

    from numpy.typing import NDArray

    from dlwidgets.recording.media import Content
    from dlwidgets.recording.options import RecordOptions
    from dlwidgets.training.recorder import Recorder

    Histograms = Mapping[str, tuple[float, float, Any]]
    Tensors = Mapping[str, NDArray[Any]]

_log = logging.getLogger("dlwidgets")


class RunWriter:
    """Records one run. Its methods return at once; a thread of its own writes.

    Made by `create` and `reopen`. Where the run can't be recorded any further, `problem` says why,
    everything else does nothing, and training goes on.

    Attributes:
        path: The run's directory.
        options: How it is recorded.
        on_problem: Called once, on the writing thread, with the text of `problem`; may be set.

    Example:
        >>> import tempfile
        >>> options = dl.record(tempfile.mkdtemp(), name="example")
        >>> writer = dl.recording.RunWriter.create(options, {"model": {"name": "mlp"}})
        >>> recorder = dl.training.Recorder(dl.training.Events())
        >>> recorder.steps.extend(step=[1], epoch=[1.0], time=[0.1], values={"loss": [3.0]})
        >>> writer.follow(recorder)
        >>> writer.close("finished")
        >>> dl.open_run(writer.path).metrics["loss"].last
        3.0
    """

    def __init__(
        self, path: Path, options: RecordOptions, lock: Lock, run: RunFiles, before: Reopened
    ) -> None:
        self.path, self.options = path, options
        self.on_problem: Callable[[str], None] | None = None
        self._before = before
        self._snapshots = Pace(run.last_snapshot)
        self._histograms = Pace(before.step or None)
        self._writing = WritingThread(run, lock, self._tell)

    @property
    def problem(self) -> str:
        """Why nothing more is written; "" while all is well."""
        return self._writing.problem

    @classmethod
    def create(cls, options: RecordOptions, description: Mapping[str, Any]) -> RunWriter:
        """Begin to record a new run, in a directory of its own.

        Args:
            options: How.
            description: What else run.json says: ``model`` (``name``, ``class``,
                ``parameters``), ``compile``, ``fit``, ``data``, ``seeds``, ``epochs`` …

        Raises:
            RecordingError: Nothing can be written there.
        """
        folder = Path(options.folder).expanduser()
        model = description.get("model")
        name = options.name or str(model.get("name", "") if isinstance(model, dict) else "")
        created = datetime.now().astimezone()
        info = {
            "format": layout.FORMAT,
            "created": created.isoformat(timespec="seconds"),
            "state": "running",
            "message": "",
            "recording": {
                "budget": options.budget,
                "resume_every": options.resume_every,
                "tensorboard": options.tensorboard,
            },
            **({"about": {**options.about}} if options.about else {}),
            **description,
        }
        try:
            path = _new_directory(folder, layout.directory_name(created, name))
            try:
                with _locked(path) as lock:
                    run = RunFiles(path, options.budget, {"id": path.name, **info})
                    run.write_info()
                    _attach(path, options.attached)
                    change_labels(path, name=name or path.name, tags=options.tags)
            except BaseException:
                shutil.rmtree(path, ignore_errors=True)
                raise
        except OSError as error:
            raise cannot_create(folder, error) from error
        return cls(path, options, lock, run, Reopened())

    @classmethod
    def reopen(
        cls,
        path: str | os.PathLike[str],
        options: RecordOptions | None = None,
        *,
        step: int,
        newest: int | None = None,
    ) -> RunWriter:
        """Go on recording a run that has ended, from a step on. What came later is dropped.

        Args:
            path: The run's directory.
            options: How; None for how it was recorded before.
            step: The last step to keep.
            newest: The step of the newest resume state as it was read; None for any.

        Raises:
            RecordingError: It isn't a recorded run, another process writes into it or has gone on
                with it, or nothing can be written there.
        """
        directory = Path(path).expanduser()
        if not layout.MARKS & set(files.names_in(directory)):
            raise no_run(directory)
        info = files.read_json(directory / layout.RUN) or {}
        chosen = options or options_of(directory, info)
        try:
            with _locked(directory) as lock:
                if newest is not None:
                    check_newest(directory, newest)
                before = cut_after(directory, step)
                sessions = info.get("sessions", 1)
                sessions = sessions + 1 if isinstance(sessions, int) else 2
                info.update(state="running", message="", step=before.step, sessions=sessions)
                run = RunFiles(directory, chosen.budget, info)
                info["snapshots"] = run.last_snapshot is not None
                run.write_info()
        except OSError as error:
            raise cannot_create(directory, error) from error
        return cls(directory, chosen, lock, run, before)

    # -- what the training thread calls ----------------------------------------------------------

    def follow(self, recorder: Recorder) -> None:
        """Write down from now on what a recorder records: steps, epochs and markers.

        Args:
            recorder: The run's. That of a resumed run has what is on the disk already.
        """
        before = self._before
        following = Following(
            recorder, steps=before.step, epochs=before.epoch_step, markers=before.markers
        )
        self._writing.following = following

    def event(self, kind: str, text: str = "", **fields: Any) -> None:
        """Record that something happened.

        Args:
            kind: Such as ``state`` or ``note``.
            text: What, for people; a `Message` stays translatable.
            **fields: What else; ``step``, ``epoch`` and ``time`` are those of now by default.
        """
        event = {"kind": kind, **self._place(), "at": time.time(), "text": text, **fields}
        self._writing.do(lambda: self._writing.files.event(event))

    def wants_snapshot(self) -> bool:
        """Return whether a snapshot of the weights would be kept now. Costs next to nothing."""
        if self.problem or not self.options.budget:
            return False
        return self._snapshots.due(self._step)

    def offer_snapshot(
        self,
        step: int,
        epoch: float,
        time: float,
        tensors: Callable[[], Tensors] | Tensors,
        probe: Callable[[], Tensors] | Tensors | None = None,
    ) -> None:
        """Record weights, of which the schedule keeps an even selection within the budget.

        Args:
            step: Training steps done.
            epoch: Epochs as a fraction.
            time: Seconds of training.
            tensors: The weights by variable path, or a function that returns them, which is called
                on the writing thread. Nothing may change the arrays.
            probe: What the model makes of the probe, by name: ``activations/…``,
                ``predictions``; or a function, as for `tensors`.
        """
        if self.problem or not self.options.budget:
            return
        self._snapshots.taken(step)
        place = {"step": int(step), "epoch": float(epoch), "time": float(time)}
        self._writing.do(lambda: self._write_snapshot(place, tensors, probe))

    def resume_state(
        self,
        tensors: Callable[[], Tensors] | Tensors,
        state: Mapping[str, Any],
        after: Callable[[], None] | None = None,
    ) -> None:
        """Record a state from which the run can be resumed. Only the newest one is written.

        All rows up to its step are on the disk before it is.

        Args:
            tensors: The tensors by name, or a function that returns them, which is called on the
                writing thread. Nothing may change the arrays.
            state: What else belongs to it, as JSON, with at least ``step``.
            after: Called on the writing thread once it is on the disk.
        """
        self._writing.resume_state((lambda: _made(tensors), state, after))

    def wants_histograms(self) -> bool:
        """Return whether histograms are worth recording now. Costs next to nothing."""
        return not self.problem and self._histograms.due(self._step)

    def histograms(
        self,
        step: int,
        found: Callable[[], Histograms] | Histograms,
        *,
        epoch: float | None = None,
        time: float | None = None,
    ) -> None:
        """Record histograms.

        Args:
            step: Training steps done.
            found: For each name, such as ``weights/dense/kernel``, the lowest and the highest
                value, and the counts between them, shape (bins,); or a function that returns
                them, which is called on the writing thread.
            epoch: Epochs as a fraction.
            time: Seconds of training.
        """
        self._histograms.taken(step)
        self._histograms.written()
        place = {"step": int(step), "epoch": epoch, "time": time}
        self._writing.do(
            lambda: self._writing.files.histograms(place, found() if callable(found) else found)
        )

    def media(self, step: int, name: str, content: Content, kind: str = "image") -> None:
        """Record a sample that the run made, also of its last step, after it has ended.

        Args:
            step: Training steps done.
            name: What it is called.
            content: An array, such as a uint8 image, a text, or the bytes of a PNG file.
            kind: What it is: ``image`` or ``text``.

        Raises:
            RecordingError: `content` is something else.
        """
        media.check(content)
        taken = self._writing.do(lambda: self._writing.files.medium(step, name, content, kind))
        if not taken and not self.problem:
            try:
                places.write_late(self.path, step, name, content, kind)
            except OSError as error:
                _log.warning("a sample of step %s wasn't recorded: %s", step, error)

    def describe(self, **changes: Any) -> None:
        """Change what run.json says: ``describe(state="paused")``."""
        self._writing.change(changes)

    def probe(self, tensors: Tensors, **metadata: Any) -> None:
        """Record the samples whose activations are recorded with each snapshot, once.

        Args:
            tensors: ``inputs`` and ``labels``.
            **metadata: What else, as JSON, such as ``class_names``.
        """
        self._writing.do(lambda: self._writing.files.probe(tensors, metadata))

    def sync(self, timeout: float | None = None) -> bool:
        """Wait until everything so far is on the disk.

        Args:
            timeout: Seconds to wait at most.

        Returns:
            Whether it is. False if nothing more is written (see `problem`), or not in time.
        """
        return self._writing.sync(timeout)

    def close(self, state: str, message: str = "", *, wait: bool = True) -> None:
        """End the recording, when the run has ended.

        Args:
            state: How: a `State`.
            message: Why, for people.
            wait: Whether to return only when everything is on the disk.
        """
        self.describe(state=str(state), message=message)
        self._writing.leave()
        if wait:
            self._writing.join()

    # -- inside ----------------------------------------------------------------------------------

    def _tell(self, problem: str) -> None:
        if self.on_problem is not None:
            self.on_problem(problem)

    @property
    def _step(self) -> int:
        following = self._writing.following
        return self._before.step if following is None else following.recorder.step

    def _place(self) -> dict[str, Any]:
        following = self._writing.following
        if following is None:
            return {"step": self._before.step}
        recorder = following.recorder
        return {
            "step": recorder.step,
            "epoch": recorder.epoch_fraction,
            "time": recorder.clock.seconds,
        }

    def _write_snapshot(
        self,
        place: Mapping[str, Any],
        tensors: Callable[[], Tensors] | Tensors,
        probe: Callable[[], Tensors] | Tensors | None,
    ) -> None:
        # Who makes it of the model looks after its cost.
        made = {} if probe is None else _made(probe)
        began, began_work = time.monotonic(), time.thread_time()
        found = dict(_made(tensors))
        found.update({layout.PROBE_PREFIX + n: v for n, v in made.items()})
        nbytes = self._writing.files.snapshot(place, found)
        self._snapshots.written(time.monotonic() - began, time.thread_time() - began_work, nbytes)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[Lock]:
    """A directory's lock, which is given back after an error only."""
    lock = Lock(path / layout.LOCK)
    try:
        yield lock
    except BaseException:
        lock.release()
        raise


def _made(tensors: Callable[[], Tensors] | Tensors) -> Tensors:
    return tensors() if callable(tensors) else tensors


def _attach(path: Path, attached: Mapping[str, bytes]) -> None:
    for name, content in attached.items():
        (path / layout.ATTACHED).mkdir(exist_ok=True)
        files.replace(path / layout.ATTACHED / name, [content])


def _new_directory(folder: Path, name: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for number in itertools.count(1):
        path = folder / (name if number == 1 else f"{name}-{number}")
        try:
            path.mkdir()
        except FileExistsError:
            continue
        return path
    raise AssertionError  # there is always a next number
