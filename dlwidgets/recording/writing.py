"""The thread that writes a run's files, so that the training never waits for the disk."""

from __future__ import annotations

import errno
import logging
import os
import threading
import time
from typing import TYPE_CHECKING, Any

from dlwidgets import _threads
from dlwidgets.recording import layout
from dlwidgets.recording.errors import RecordingError
from dlwidgets.recording.lock import HEARTBEAT, Lock
from dlwidgets.recording.measuring import Measuring
from dlwidgets.recording.problems import stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from dlwidgets.recording.following import Following
    from dlwidgets.recording.run_files import RunFiles

    Tensors = Mapping[str, NDArray[Any]]
    Resume = tuple[Callable[[], Tensors], Mapping[str, Any], Callable[[], None] | None]

_log = logging.getLogger("dlwidgets")

_TICK = 0.2  # seconds between two looks at the recorder
_SYNC = 2.0  # seconds after which rows are on the disk
_PROGRESS = 5.0  # seconds between two updates of run.json
_LAST_STATE = 4.0  # seconds for a run to end, and to give its last state, when Python ends
_EPOCH_PROGRESS = 1.0  # the same where an epoch has ended


class WritingThread:
    """The thread that writes a run's files.

    Args:
        files: The files, which only this thread uses.
        lock: The right to write them, which it gives back in the end.
        on_problem: Called once, on this thread, with the text of `problem`.

    Attributes:
        files: The files.
        following: What is read off the run's recorder; None before there is one.
        problem: Why nothing more is written; "" while all is well.
    """

    def __init__(self, files: RunFiles, lock: Lock, on_problem: Callable[[str], None]) -> None:
        self.files = files
        self.following: Following | None = None
        self.problem = ""
        self._lock, self._on_problem = lock, on_problem
        self._guard = threading.Lock()
        self._wake = threading.Event()
        self._jobs: list[Callable[[], None]] = []
        self._waiters: list[threading.Event] = []
        self._changes: dict[str, Any] = {}
        self._resume: Resume | None = None
        self._measuring = Measuring()
        self._leaving = False
        self._leave_by: float | None = None  # where Python ends before the run has told its end
        self._epoch_ended = False  # which run.json doesn't say yet
        self._beaten = (time.monotonic(), time.time())
        self._synced = self._progressed = time.monotonic()
        self._thread = _threads.begin(self._work, "dlwidgets-recording", self._shut_down)

    def do(self, job: Callable[[], None]) -> bool:
        """Have a job done, after those that came before; False if it takes no more."""
        with self._guard:  # so that a job comes before the last look at them, or isn't taken
            takes = not self.problem and not self._leaving
            if takes:
                self._jobs.append(job)
        return takes

    def change(self, changes: Mapping[str, Any]) -> None:
        """Change run.json, soon."""
        with self._guard:
            self._changes.update(changes)
        self._wake.set()

    def resume_state(self, resume: Resume) -> None:
        """Write a resume state soon, instead of one that still waits."""
        if not self.problem and not self._leaving:
            with self._guard:
                self._resume = resume
            self._wake.set()

    def sync(self, timeout: float | None) -> bool:
        """Wait until everything so far is on the disk; False if it isn't, or not in time."""
        done = threading.Event()
        with self._guard:
            self._waiters.append(done)
        self._wake.set()
        deadline = None if timeout is None else time.monotonic() + timeout
        # In a process that was forked, the thread isn't there.
        while self._thread.is_alive() and not self.problem:
            if done.wait(0.2) or (deadline is not None and time.monotonic() > deadline):
                break
        return done.is_set() and not self.problem

    def leave(self) -> None:
        """Have the thread end, once everything so far is on the disk."""
        with self._guard:
            self._leaving = True
        self._wake.set()

    def join(self) -> None:
        """Wait until the thread has ended, but not for itself."""
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _shut_down(self) -> None:
        """Leave soon; Python ends, and calls this again and again."""
        now = time.monotonic()
        if self._leave_by is None:
            self._leave_by = now + _LAST_STATE
        # A run that is stopped at this moment gives its last state, and then closes the recording.
        if self.following is None or now > self._leave_by:
            self.leave()

    def _work(self) -> None:
        try:
            while not self._leaving:
                self._wake.wait(_TICK)
                self._wake.clear()
                self._tick()
            self._tick()  # what came until it was asked to leave
            self.files.sync()
        except Exception as error:  # noqa: BLE001 - training goes on, whatever went wrong here
            if not isinstance(error, (OSError, RecordingError)):
                _log.exception("recording failed")
            self._fail(error)
        finally:
            self.files.close()
            self._lock.release()

    def _fail(self, error: BaseException) -> None:
        self.problem = stopped(self.files.path, error)
        with self._guard:
            self._jobs, self._resume = [], None
        try:
            self._on_problem(self.problem)
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
        following = self.following
        if following is not None and following.pull(self.files, all_of_it=all_of_it):
            self._epoch_ended = True
        for job in jobs:
            job()
        self._measure(following)
        if resume is not None:
            tensors, state, after = resume
            self.files.resume(tensors(), state)
            if after is not None:
                after()
        self._progress(changes, now=all_of_it)  # "finished" comes after the last state
        if waiters or time.monotonic() - self._synced >= _SYNC:
            self.files.sync()
            self._synced = time.monotonic()
        for waiter in waiters:
            waiter.set()

    def _measure(self, following: Following | None) -> None:
        values = self._measuring.values(now=self._leaving)
        if values is not None and following is not None:
            recorder = following.recorder
            self.files.resources({"step": recorder.step, "time": recorder.clock.seconds, **values})

    def _progress(self, changes: dict[str, Any], *, now: bool) -> None:
        """Bring run.json up to date, where that is due."""
        files, following = self.files, self.following
        pause = 0.0 if now else _EPOCH_PROGRESS if self._epoch_ended else _PROGRESS
        if following is not None and time.monotonic() - self._progressed >= pause:
            progress = following.progress()
            if any(files.info.get(name) != value for name, value in progress.items()):
                changes = {**progress, **changes}
        if not changes:
            return
        if "state" in changes:  # what led to it is on the disk before
            files.sync()
        files.info.update(changes)
        files.write_info()
        self._progressed, self._epoch_ended = time.monotonic(), False

    def _beat(self) -> None:
        now, by_clock = time.monotonic(), time.time()
        last, last_by_clock = self._beaten
        # The monotonic clock may stand still while the machine sleeps, the other may be set.
        if now - last < HEARTBEAT and abs(by_clock - last_by_clock) < HEARTBEAT:
            return
        self._beaten = (now, by_clock)
        if self._lock.beat():
            return
        path = self.files.path
        if not path.is_dir():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
        # The lock was deleted by hand, or another process has it: then this says so.
        self._lock.release()
        self._lock = Lock(path / layout.LOCK)
