"""Recording of a run while it trains, on a thread of its own."""

from __future__ import annotations

import errno
import itertools
import logging
import os
import threading
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlwidgets import _threads
from dlwidgets.recording import files, layout, media
from dlwidgets.recording.errors import RecordingError
from dlwidgets.recording.following import Following
from dlwidgets.recording.lock import HEARTBEAT, Lock
from dlwidgets.recording.problems import cannot_create, no_run, stopped
from dlwidgets.recording.reopening import Reopened, cut_after, options_of
from dlwidgets.recording.run_files import RunFiles
from dlwidgets.recording.schedule import Pace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from dlwidgets.recording.media import Content
    from dlwidgets.recording.options import RecordOptions
    from dlwidgets.training.recorder import Recorder

    Tensors = Mapping[str, NDArray[Any]]

_log = logging.getLogger("dlwidgets")

_TICK = 0.1  # seconds between two looks at the recorder
_SYNC = 2.0  # seconds after which rows are on the disk
_PROGRESS = 5.0  # seconds between two updates of run.json
_EPOCH_PROGRESS = 1.0  # the same where an epoch has ended


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
        self.problem: str = ""
        """Why nothing more is written; "" while all is well."""
        self.on_problem: Callable[[str], None] = lambda _: None
        self._lock, self._run, self._before = lock, run, before
        self._guard = threading.Lock()
        self._wake = threading.Event()
        self._jobs: list[Callable[[], None]] = []
        self._waiters: list[threading.Event] = []
        self._changes: dict[str, Any] = {}
        self._resume: (
            tuple[Callable[[], Tensors] | Tensors, Mapping[str, Any], Callable[[], None] | None]
            | None
        ) = None
        self._following: Following | None = None
        self._leaving = False
        self._snapshots = Pace(run.last_snapshot)
        self._histograms = Pace(before.step or None)
        self._ended = False  # an epoch has, which run.json doesn't say yet
        self._beaten = (time.monotonic(), time.time())
        self._synced = self._progressed = time.monotonic()
        self._thread = _threads.begin(self._work, "dlwidgets-recording", self._leave)

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
        try:
            path = _new_directory(folder, layout.directory_name(created, name))
            lock = Lock(path / layout.LOCK)
            info = {
                "format": layout.FORMAT,
                "id": path.name,
                "created": created.isoformat(timespec="seconds"),
                "state": "running",
                "message": "",
                "recording": {
                    "budget": options.budget,
                    "resume_every": options.resume_every,
                    "tensorboard": options.tensorboard,
                },
                **description,
            }
            run = RunFiles(path, options.budget, info)
            run.write_info()
            labels = {"name": name or path.name, "tags": [*options.tags], "note": "", "color": None}
            files.write_json(path / layout.LABELS, labels)
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
    ) -> RunWriter:
        """Go on recording a run that has ended, from a step on. What came later is dropped.

        Args:
            path: The run's directory.
            options: How; None for how it was recorded before.
            step: The last step to keep.

        Raises:
            RecordingError: It isn't a recorded run, another process writes into it, or nothing
                can be written there.
        """
        directory = Path(path).expanduser()
        info = files.read_json(directory / layout.RUN)
        if info is None:
            raise no_run(directory)
        chosen = options or options_of(directory, info)
        try:
            lock = Lock(directory / layout.LOCK)
            try:
                before = cut_after(directory, step)
                sessions = info.get("sessions", 1)
                sessions = sessions + 1 if isinstance(sessions, int) else 2
                info.update(state="running", message="", step=before.step, sessions=sessions)
                run = RunFiles(directory, chosen.budget, info)
                run.write_info()
            except BaseException:
                lock.release()
                raise
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
        self._do(lambda: setattr(self, "_following", following))
        self._wake.set()

    def event(self, kind: str, text: str = "", **fields: Any) -> None:
        """Record that something happened.

        Args:
            kind: Such as ``state`` or ``note``.
            text: What, for people; a `Message` stays translatable.
            **fields: What else; ``step``, ``epoch`` and ``time`` are those of now by default.
        """
        event = {"kind": kind, **self._place(), "at": time.time(), "text": text, **fields}
        self._do(lambda: self._run.event(event))

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
        self._do(lambda: self._write_snapshot(place, tensors, probe))

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
        if self.problem:
            return
        with self._guard:
            self._resume = (tensors, state, after)
        self._wake.set()

    def wants_histograms(self) -> bool:
        """Return whether histograms are worth recording now. Costs next to nothing."""
        return not self.problem and self._histograms.due(self._step)

    def histograms(
        self,
        step: int,
        found: Mapping[str, tuple[float, float, Any]],
        *,
        epoch: float | None = None,
        time: float | None = None,
    ) -> None:
        """Record histograms.

        Args:
            step: Training steps done.
            found: For each name, such as ``weights/dense/kernel``, the lowest and the highest
                value, and the counts between them, shape (bins,).
            epoch: Epochs as a fraction.
            time: Seconds of training.
        """
        self._histograms.taken(step)
        self._histograms.written(0.0, 0)
        place = {"step": int(step), "epoch": epoch, "time": time}
        self._do(lambda: self._run.histograms(place, found))

    def media(self, step: int, name: str, content: Content, kind: str = "image") -> None:
        """Record a sample that the run made.

        Args:
            step: Training steps done.
            name: What it is called.
            content: An array, such as a uint8 image, a text, or the bytes of a PNG file.
            kind: What it is: ``image`` or ``text``.

        Raises:
            RecordingError: `content` is something else.
        """
        media.check(content)
        self._do(lambda: self._run.medium(step, name, content, kind))

    def resources(self, values: Mapping[str, float]) -> None:
        """Record what the machine does at this moment.

        Args:
            values: Such as ``{"cpu": 87.0, "memory": 3.1e9}``.
        """
        self._do(lambda: self._run.resources(values))

    def describe(self, **changes: Any) -> None:
        """Change what run.json says: ``describe(state="paused")``."""
        with self._guard:
            self._changes.update(changes)
        self._wake.set()

    def probe(self, tensors: Tensors, **metadata: Any) -> None:
        """Record the samples whose activations are recorded with each snapshot, once.

        Args:
            tensors: ``inputs`` and ``labels``.
            **metadata: What else, as JSON, such as ``class_names``.
        """
        self._do(lambda: self._run.probe(tensors, metadata))

    def sync(self, timeout: float | None = None) -> bool:
        """Wait until everything so far is on the disk.

        Args:
            timeout: Seconds to wait at most.

        Returns:
            Whether it is. False if nothing more is written (see `problem`), or not in time.
        """
        done = threading.Event()
        with self._guard:
            self._waiters.append(done)
        self._wake.set()
        deadline = None if timeout is None else time.monotonic() + timeout
        while self._thread.is_alive() and not self.problem:
            if done.wait(0.2) or (deadline is not None and time.monotonic() > deadline):
                break
        return done.is_set() and not self.problem

    def close(self, state: str, message: str = "", *, wait: bool = True) -> None:
        """End the recording, when the run has ended.

        Args:
            state: How: a `State`.
            message: Why, for people.
            wait: Whether to return only when everything is on the disk.
        """
        self.describe(state=str(state), message=message)
        self._leave()
        if wait and threading.current_thread() is not self._thread:
            self._thread.join()

    # -- the writing thread ----------------------------------------------------------------------

    def _do(self, job: Callable[[], None]) -> None:
        if not self.problem and not self._leaving:
            with self._guard:
                self._jobs.append(job)

    def _leave(self) -> None:
        self._leaving = True
        self._wake.set()

    @property
    def _step(self) -> int:
        following = self._following
        return self._before.step if following is None else following.recorder.step

    def _place(self) -> dict[str, Any]:
        following = self._following
        if following is None:
            return {"step": self._before.step}
        recorder = following.recorder
        return {
            "step": recorder.step,
            "epoch": recorder.epoch_fraction,
            "time": recorder.clock.seconds,
        }

    def _work(self) -> None:
        try:
            while not self._leaving:
                self._wake.wait(_TICK)
                self._wake.clear()
                self._tick()
            self._tick()  # what came until it was asked to leave
            self._run.sync()
        except Exception as error:  # noqa: BLE001 - training goes on, whatever went wrong here
            if not isinstance(error, (OSError, RecordingError)):
                _log.exception("recording failed")
            self._fail(error)
        finally:
            self._run.close()
            self._lock.release()

    def _fail(self, error: BaseException) -> None:
        self.problem = stopped(self.path, error)
        with self._guard:
            self._jobs, self._resume = [], None
        try:
            self.on_problem(self.problem)
        except Exception:  # noqa: BLE001 - whoever is told can't stop the training
            _log.exception("on_problem failed")

    def _tick(self) -> None:
        self._beat()
        with self._guard:
            jobs, self._jobs = self._jobs, []
            waiters, self._waiters = self._waiters, []
            resume, self._resume = self._resume, None
            changes, self._changes = self._changes, {}
        all_of_it = bool(resume or changes or waiters or self._leaving)
        following, ended = self._following, False
        if following is not None:
            ended = following.pull(self._run, all_of_it=all_of_it)
        for job in jobs:
            job()
        self._progress(changes, now=all_of_it, soon=ended)
        if resume is not None:
            tensors, state, after = resume
            self._run.resume(_made(tensors), state)
            if after is not None:
                after()
        if waiters or time.monotonic() - self._synced >= _SYNC:
            self._run.sync()
            self._synced = time.monotonic()
        for waiter in waiters:
            waiter.set()

    def _progress(self, changes: dict[str, Any], *, now: bool, soon: bool) -> None:
        """Bring run.json up to date, where that is due."""
        self._ended = soon or self._ended
        pause = 0.0 if now else _EPOCH_PROGRESS if self._ended else _PROGRESS
        if self._following is not None and time.monotonic() - self._progressed >= pause:
            progress = self._following.progress()
            if any(self._run.info.get(name) != value for name, value in progress.items()):
                changes = {**progress, **changes}
        if not changes:
            return
        if "state" in changes:  # what led to it is on the disk before
            self._run.sync()
        self._run.info.update(changes)
        self._run.write_info()
        self._progressed, self._ended = time.monotonic(), False

    def _beat(self) -> None:
        now, by_clock = time.monotonic(), time.time()
        last, last_by_clock = self._beaten
        # The monotonic clock may stand still while the machine sleeps.
        if now - last < HEARTBEAT and abs(by_clock - last_by_clock) < HEARTBEAT:
            return
        self._beaten = (now, by_clock)
        if self._lock.beat():
            return
        if not self.path.is_dir():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(self.path))
        # The lock was deleted by hand, or another process has it: then this says so.
        self._lock.release()
        self._lock = Lock(self.path / layout.LOCK)

    def _write_snapshot(
        self,
        place: Mapping[str, Any],
        tensors: Callable[[], Tensors] | Tensors,
        probe: Callable[[], Tensors] | Tensors | None,
    ) -> None:
        began = time.monotonic()
        found = dict(_made(tensors))
        if probe is not None:
            found.update({layout.PROBE_PREFIX + n: v for n, v in _made(probe).items()})
        nbytes = self._run.snapshot(place, found)
        self._snapshots.written(time.monotonic() - began, nbytes)


def _made(tensors: Callable[[], Tensors] | Tensors) -> Tensors:
    return tensors() if callable(tensors) else tensors


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
