"""The clone of a Run's model that all views of the Run share."""

from __future__ import annotations

import threading
import time
import weakref
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from dlwidgets.inspect.calling import NotBuiltError, require_built
from dlwidgets.inspect.evaluation import batching_of
from dlwidgets.inspect.model_cache import unchanged
from dlwidgets.training.cloning import clone
from dlwidgets.training.comparing import agrees, ask
from dlwidgets.training.drawn_seeds import GeneratorStates
from dlwidgets.training.events import State
from dlwidgets.training.run_engine import engine_of
from dlwidgets.training.steering import answer

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from dlwidgets.training.comparing import Answers
    from dlwidgets.training.run import Run
    from dlwidgets.training.snapshot import Snapshot

T = TypeVar("T")

BOUNDARY_TIMEOUT = 60.0
"""Seconds to wait for the end of a training step, which can take long in a large model."""

_CLONES = 3  # that may turn out to differ from their model before no further one is made
_COMPARING_SHARE = 0.01  # of the time that comparing a clone with its model may take
_COMPARING_INTERVAL = 60.0  # seconds, within an epoch


class SharedClone:
    """The clone of a Run's model, and the step that its weights are from."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.making, self.loading = threading.Lock(), threading.Lock()
        self.model: Any | None = None
        self.tried, self.step = False, -1
        self.known: tuple[Hashable, Any] | None = None  # of the weights that it has
        self._made = 0
        self._answers: Answers | None = None  # of the model, when it was compared last
        self._compared: tuple[Hashable, ...] = ()  # the moment
        self._compared_at, self._rest = 0.0, 0.0  # seconds
        self._last: tuple[Snapshot, Answers | None] | None = None  # at the end of the run

    def refresh(self, run: Run, seen: int | None = None) -> float:
        """Load the newest weights, and return the processor time that it took, in seconds."""
        if not self.tried:
            with self.making:
                self._try(run)
        if self.model is None:
            self.step = run.step_count
            return 0.0
        if self._will_do(run, seen):
            return 0.0
        # Waited for without the lock: whoever draws meanwhile does so with the weights at hand.
        if self._is_due(run):
            with self.making:  # one view compares, and the others wait for what it finds
                if self._is_due(run):
                    return self._compare(run)
        if engine_of(run).boundaries().on_training_thread():  # it waits for nobody
            return self._take(run, run.snapshot(BOUNDARY_TIMEOUT), wait=False)
        latest = time.monotonic() + BOUNDARY_TIMEOUT
        # One view waits for the weights, and the others take the same.
        alone = self.loading.acquire(timeout=BOUNDARY_TIMEOUT)
        try:
            if self._will_do(run, seen):
                return 0.0
            return self._take(run, run.snapshot(max(0.0, latest - time.monotonic())))
        finally:
            if alone:
                self.loading.release()

    def _will_do(self, run: Run, seen: int | None) -> bool:
        """Whether the weights at hand are new enough for a view that showed those of `seen`."""
        if self.step == run.step_count > 0 and not run.state.ended:  # an end may set weights back
            return True
        return seen is not None and self.step > seen and run.state is State.RUNNING

    def _try(self, run: Run) -> None:
        """Make a clone, unless another view has tried to; what failed isn't tried again."""
        if self.tried:
            return
        try:
            self.tried = self._make(run)
        except (NotBuiltError, TimeoutError):
            raise  # weights may come later, and a first step may take over a minute
        except BaseException:
            self.tried = True
            raise

    def _compare(self, run: Run) -> float:
        """Load the newest weights, and make another clone if this one answers differently."""
        started = time.perf_counter()
        moment = _moment_of(run)
        known = self._answers if self._compared[1:] == moment[1:] else None
        last, self._last = self._last, None
        snapshot, answers = last or at_boundary(run, lambda: _asked(run, known))
        self._compared = moment

        def judge() -> tuple[float, bool]:
            with self.lock:
                if not self._fits(snapshot):
                    return 0.0, False
                seconds, self._answers = self._load(snapshot), answers
                model = self.model if self.step == snapshot.step else None
                return seconds, model is None or answers is None or agrees(model, answers)

        seconds, same = _undisturbed(run, answers, judge)
        self._note_comparison(started)
        if not same:
            self._make(run)
        return seconds

    def _take(self, run: Run, snapshot: Snapshot, *, wait: bool = True) -> float:
        """Load weights, or make another clone of a model that has got or lost some.

        Args:
            run: The Run.
            snapshot: Its weights.
            wait: Whether to wait for another view that makes a clone.
        """
        with self.lock:
            if self._fits(snapshot):
                return self._load(snapshot)
        if self.making.acquire(blocking=wait):
            try:
                if not self._fits(snapshot):
                    self._make(run)
            finally:
                self.making.release()
        return 0.0

    def _fits(self, snapshot: Snapshot) -> bool:
        """Whether the clone has the model's weights; older ones than its own aren't loaded."""
        with self.lock:
            if self.model is None or snapshot.step < self.step:
                return True
            return snapshot.fits(self.model)

    def _load(self, snapshot: Snapshot) -> float:
        with self.lock:
            started = time.thread_time()
            if self.model is not None and snapshot.step >= self.step:
                with unchanged(self.model, for_good=True):
                    snapshot.load_into(self.model)
                self.step, self.known = snapshot.step, None
            # Copying the weights between two steps, on the training thread, takes about as long.
            return 2 * (time.thread_time() - started)

    def _make(self, run: Run) -> bool:
        """Make a clone that answers as the model does, and return whether that is settled.

        Where one can't be made, or several have become different from the model since, there is
        none from now on.
        """
        started = time.perf_counter()
        made, settled, step = None, True, self.step
        if self._made < _CLONES:
            self._made += 1
            engine = engine_of(run)
            if not engine.at_end:
                engine.at_end.append(partial(_ask_last, weakref.ref(self), weakref.ref(run)))
            moment = _moment_of(run)
            copy, self._answers, step, asked = at_boundary(run, lambda: _copied(run))
            self._compared = moment
            if not asked:
                made = copy
            elif self._answers is None:  # the first step may bring samples that it can be asked
                settled = copy is None or step > 0 or run.state.ended
                self._made -= not settled
            elif copy is not None:
                same = partial(agrees, copy, self._answers)
                made = copy if _undisturbed(run, self._answers, same) else None
            self._note_comparison(started)
        with self.lock:
            self.model, self.known = made, None
            self.step = step if self.step >= 0 else -1  # the first time, weights are loaded next
        return settled

    def _is_due(self, run: Run) -> bool:
        """Whether the clone is to be compared with the model again, before it is used."""
        if self._last is not None:
            return True
        if run.state.ended:  # the model is the user's again, who may evaluate it at this moment
            return False
        engine = engine_of(run)
        if engine.boundaries() is not engine.steering:  # another run trains the model
            return False
        passed = time.perf_counter() - self._compared_at
        news = self._compared != _moment_of(run) or passed > _COMPARING_INTERVAL
        return news and passed > self._rest

    def note_last(self, run: Run) -> None:
        """Note what the model answers at the end of its run."""
        if self.model is not None:
            self._last = _asked(run, None)

    def _note_comparison(self, started: float) -> None:
        self._compared_at = time.perf_counter()
        self._rest = (self._compared_at - started) / _COMPARING_SHARE


_clones: weakref.WeakKeyDictionary[Run, SharedClone] = weakref.WeakKeyDictionary()
_clones_lock = threading.Lock()


def clone_of(run: Run) -> SharedClone:
    """Return the clone that all views of a Run share."""
    with _clones_lock:
        return _clones.setdefault(run, SharedClone())


def at_boundary(run: Run, function: Callable[[], T]) -> T:
    """Return what `function` returns at the next boundary of a Run.

    Args:
        run: A Run.
        function: Called without arguments, as by `Run.at_boundary`.

    Raises:
        TimeoutError: No step ended within a minute.
    """
    return answer(run.at_boundary(function), BOUNDARY_TIMEOUT)


def _undisturbed(run: Run, answers: Answers | None, compare: Callable[[], T]) -> T:
    """Let nothing draw random numbers meanwhile, where those of a comparison are given back."""
    return at_boundary(run, compare) if answers is not None and answers.random else compare()


def _copied(run: Run) -> tuple[Any | None, Answers | None, int, bool]:
    """A clone of a Run's model, what the model answers now, the step, and whether it was asked.

    At a boundary. A model that nothing trains is the user's, who may evaluate it at this moment: it
    isn't asked where that would put its states back.
    """
    model, engine = run.model, engine_of(run)
    require_built(model)
    states, copy = GeneratorStates(), clone(model)
    asked = engine.boundaries().at_work or not batching_of(model).stateful
    answers = ask(model, engine.samples, since=states) if asked and copy is not None else None
    return copy, answers, run.step_count, asked


def _asked(run: Run, known: Answers | None) -> tuple[Snapshot, Answers | None]:
    """A snapshot, and what the model answers to the samples that were used before."""
    return run.snapshot(), ask(run.model, engine_of(run).samples, known)


def _ask_last(shared: weakref.ref[SharedClone], run: weakref.ref[Run]) -> None:
    clone_of_run, watched = shared(), run()
    if clone_of_run is not None and watched is not None:
        clone_of_run.note_last(watched)


def _moment_of(run: Run) -> tuple[Hashable, ...]:
    """What changes when a clone should be compared with its model again."""
    return (run.epoch, run.state.ended), engine_of(run).samples is not None
