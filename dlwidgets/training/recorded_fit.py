"""Ties a Run to its recording: complete states to resume from, snapshots to look at."""

from __future__ import annotations

import time
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import error_message, tr
from dlwidgets._tensorflow import load
from dlwidgets.recording.layout import MODEL
from dlwidgets.training import callback_states, compilation, data_position, model_lock
from dlwidgets.training.data_position import Way
from dlwidgets.training.events import State
from dlwidgets.training.probe import ProbeRecorder, recorded_samples
from dlwidgets.training.random_states import RandomStates, drawing_operations, global_seed
from dlwidgets.training.resume_state import StateReader, build_optimizer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel, Nested
    from dlwidgets.recording.recorded_run import RecordedRun
    from dlwidgets.recording.writer import RunWriter
    from dlwidgets.training.events import Event
    from dlwidgets.training.executor import Executor
    from dlwidgets.training.own_function import OwnFunction
    from dlwidgets.training.run_engine import RunEngine
    from dlwidgets.training.snapshot import Snapshot

FORMAT = 1
"""The version of what a resume state holds."""

_SHARE = 0.002  # of the training time, for copies
_FIRST = 1.0  # seconds between the first states
_GROWTH = 0.1  # of the run's seconds, that may be lost


@dataclass
class _Place:
    """Where the training thread is, between two executions."""

    iterator: Iterator[Nested]
    logs: Mapping[str, Any]
    train: Executor | OwnFunction


@dataclass
class _Source:
    """The iterator in use, and how it began."""

    iterator: Iterator[Nested] | None = None
    first_step: int = 0
    random: RandomStates = field(default_factory=RandomStates.now)
    data: Any = None
    begin: NDArray[Any] | None = None
    """Its position before its first batch, where its data set counts its iterators."""


class RecordedFit:
    """Records one `fit` on its training thread, which only copies: the writer's thread writes.

    Args:
        engine: The engine of the Run.
        callbacks: The other callbacks of the `fit`.
        writer: Writes the recording.
        x: The training data.
        way: How positions in the data are found again.
        y: The targets of the training data.
    """

    def __init__(
        self,
        engine: RunEngine,
        callbacks: Sequence[Any],
        writer: RunWriter,
        x: Nested,
        way: Way,
        *,
        y: Nested = None,
    ) -> None:
        self._engine, self._callbacks, self.writer = engine, callbacks, writer
        self._data: Nested = x
        self._way = way
        self._is_dataset = isinstance(x, load()[0].data.Dataset)
        self._reader = StateReader(engine.model)
        self._every = writer.options.resume_every
        self._due = 0.0
        self._seed: int | None = None
        self._steps: int | None = None
        self._epoch_random = RandomStates.now()
        self._epoch_data: Any = None
        self._source = _Source()
        self._place: _Place | None = None
        self._kept: tuple[int, bool] = (-1, False)
        self._probe, self._told = self._make_probe(y), False
        self._model_saved = False
        self._compiled: tuple[int, dict[str, Any] | None] = (0, None)
        self._opened: RecordedRun | None = None
        self._unsubscribe: Callable[[], None] = lambda: None

    def _make_probe(self, y: Nested) -> ProbeRecorder:
        """Return what looks at snapshots; a probe that can't be used is left out."""
        model, probe = self._engine.model, self.writer.options.probe
        try:
            given = recorded_samples(self.writer.path) if probe is None else probe
            return ProbeRecorder(model, given, x=self._data, y=y)
        except (TypeError, ValueError) as error:
            self._engine.note(
                tr("The probe isn't recorded. {problem}", problem=error_message(error))
            )
            return ProbeRecorder(model)

    def opened(self) -> RecordedRun:
        """Return the recording, opened for reading, with what was written by now."""
        from dlwidgets.recording.recorded_run import RecordedRun

        if self._opened is None:
            self._opened = RecordedRun(self.writer.path)
        else:
            self._opened.refresh()
        return self._opened

    # -- beginning and end ---------------------------------------------------------------------

    def begin(self) -> None:
        """Begin to record; on the training thread, before `fit`."""
        engine = self._engine
        self.writer.on_problem = self._stopped
        self._seed = global_seed()
        if engine.model.built:
            self._save_model()
        self.writer.describe(seeds={"tensorflow": self._seed})
        self.writer.follow(engine.recorder)
        self._unsubscribe = engine.events.subscribe(self._hear)
        self._due = time.perf_counter() + (_FIRST if engine.recorder.step else 0.0)

    def _stopped(self, problem: str) -> None:
        """Say why the recording has ended before the run, also to the user of a script."""
        self._engine.note(problem)
        warn(problem)

    def end(self, state: State, message: str) -> None:
        """End the recording, once the run has ended."""
        self._unsubscribe()
        self._engine.note_learning_rates()
        self._data = self._source = self._place = None  # type: ignore[assignment]
        self.writer.event("state", state.text, state=str(state))
        self.writer.close(str(state), message)
        self._tell()
        # The Run may stay for long: a clone of the model, copies and callbacks need not.
        self._probe = self._reader = None  # type: ignore[assignment]
        self._callbacks = ()

    def _save_model(self) -> None:
        """Save architecture and compile configuration; a resumed run can do without."""
        self._model_saved = True
        self._compiled = (model_lock.compilations(self._engine.model), None)
        if not save_model(self._engine.model, self.writer.path / MODEL):
            self._say_not_saved()

    def _say_not_saved(self) -> None:
        self._engine.note(
            tr(
                "This model can't be saved, so pass it again to resume the run: "
                "`dl.resume(path, x, y, model=model)`."
            )
        )

    # -- what the callback of the Run reports --------------------------------------------------

    def train_begins(self, steps: int | None) -> None:
        """Note the number of steps as `fit` knows it, and record a new run's first weights."""
        self._steps = steps
        self._reader.prepare()
        latest = self._engine.keeper.latest
        if latest is not None and not self._engine.recorder.step:
            self.offer(latest)

    def epoch_begins(self) -> None:
        """Note with which random numbers the epoch begins, before its iterator is made."""
        self._epoch_random = RandomStates.now()
        self._epoch_data = data_position.state_of(self._data)

    def uses(
        self, iterator: Iterator[Nested], taken: int = 0, begin: NDArray[Any] | None = None
    ) -> None:
        """Note the iterator that the steps take their batches from.

        Args:
            iterator: The iterator.
            taken: How many batches were taken from it before.
            begin: Its position before its first batch, where it goes on.
        """
        if iterator is self._source.iterator:
            return
        if begin is None and self._way is Way.WRITTEN and self._is_dataset:
            begin = data_position.written(iterator)
        step = self._engine.recorder.step - taken
        self._source = _Source(iterator, step, self._epoch_random, self._epoch_data, begin)

    def arrives(
        self,
        iterator: Iterator[Nested],
        logs: Mapping[str, Any],
        train: Executor | OwnFunction,
    ) -> None:
        """Note that the training thread is between two executions, where it may have to wait."""
        self._place = _Place(iterator, logs, train)

    def leaves(self) -> None:
        """Keep a state if it is time, before the next execution."""
        if time.perf_counter() >= self._due and self._engine.recorder.step:
            self.keep()
        self._place = None

    def keep(self) -> None:
        """Keep the state of this moment; does nothing unless it is between two executions."""
        place, recorder = self._place, self._engine.recorder
        if place is not None:
            self._keep(place, recorder.epoch, recorder.step_in_epoch)

    def validation_begins(self, logs: Mapping[str, Any], train: Executor | OwnFunction) -> None:
        """Keep a state if it is time, since a validation may take long, or be the last thing."""
        iterator = self._source.iterator
        if iterator is not None:
            self.arrives(iterator, logs, train)
            if self._engine.steering.pending:
                self.keep()
            self.leaves()

    def training_ends(self, train: Executor | OwnFunction) -> None:
        """Keep the state behind the last epoch, from which further epochs may go on."""
        recorder, iterator = self._engine.recorder, self._source.iterator
        if iterator is not None:
            self._keep(_Place(iterator, {}, train), recorder.epoch + 1, 0, between=True)

    def offer(self, snapshot: Snapshot, *, last: bool = False) -> None:
        """Offer the recording weights to look at.

        Args:
            snapshot: The weights.
            last: Whether they are the run's last ones, which are always kept.
        """
        self._probe.offer(self.writer, snapshot, last=last)
        self._tell()

    def _tell(self) -> None:
        """Say why the probe isn't recorded, once."""
        if self._probe.message and not self._told:
            self._told = True
            self._engine.note(self._probe.message)

    def lets_go(self) -> None:
        """Hold no iterator any longer, behind the last state; who lets go last has to wait."""
        self._source, self._place = _Source(), None

    # -- copying -------------------------------------------------------------------------------

    def _hear(self, event: Event) -> None:
        engine = self._engine
        if event.kind != "state":
            return
        if not engine.state.ended:
            self.writer.event("state", engine.state.text, state=str(engine.state))
            self.writer.describe(state=str(engine.state))
        if engine.state is State.PAUSED and engine.steering.on_training_thread():
            self.keep()

    def _keep(self, place: _Place, epoch: int, batches: int, *, between: bool = False) -> None:
        recorder = self._engine.recorder
        if self._kept == (recorder.step, between) or self.writer.problem:
            return
        if self._way is Way.BEGUN and batches:
            return  # which nothing could find again
        started = time.perf_counter()
        self._engine.note_learning_rates()
        if not self._model_saved:
            self._save_model()
        first, self._kept = self._kept[0] < 0, (recorder.step, between)
        if first:
            self._look_at(place)
        compiled = self._compiled_since()
        tensors, names = self._reader.read(place.train.variables(place.iterator))
        state = self._described(place, epoch, batches, between=between)
        state["names"] = names
        if compiled is not None:
            state["model"] = compiled
        self._add_random(tensors, state)
        state["callbacks"], arrays = callback_states.states(self._callbacks)
        if self._way is Way.WRITTEN:
            position = data_position.written(place.iterator)
            if position is None:
                self._way = Way.SKIPPED
            else:
                arrays["iterator"] = position
        if self._source.begin is not None:
            arrays["iterator begin"] = self._source.begin
        state["way"] = str(self._way)
        tensors.update(arrays)
        self.writer.resume_state(lambda: as_arrays(tensors), state)
        # The first one builds graphs, which happens once.
        self._set_due(0.0 if first else time.perf_counter() - started)

    def _compiled_since(self) -> dict[str, Any] | None:
        """The model's configuration where a callback has compiled it since it was saved.

        It is empty where a class of the user's own gives none.
        """
        model = self._engine.model
        times = model_lock.compilations(model)
        if times != self._compiled[0]:
            saved = compilation.configuration_in(self.writer.path / MODEL)
            self._compiled = (times, compilation.configuration(model, saved) or {})
            if not self._compiled[1]:
                self._say_not_saved()
            # As the next step does. The new optimizer's variables belong to the state.
            build_optimizer(model)
        return self._compiled[1]

    def _look_at(self, place: _Place) -> None:
        """Look at what the first step has made."""
        self._reader.prepare()  # the state of Keras's generator
        graph = place.train.graph(place.iterator)
        draws = [] if graph is None else drawing_operations(graph)
        if draws:
            self._engine.note(
                tr(
                    "A training step draws random numbers with {operations} of TensorFlow, whose "
                    "state can't be saved, so a resumed run draws others. Use `keras.random` or a "
                    "Keras layer.",
                    operations=", ".join(draws),
                )
            )

    def _described(
        self, place: _Place, epoch: int, batches: int, *, between: bool
    ) -> dict[str, Any]:
        recorder = self._engine.recorder
        return {
            "format": FORMAT,
            "step": recorder.step,
            "epoch": epoch,
            "batches": batches,
            "between": between,
            "time": recorder.clock.seconds,
            "logs": {n: v if np.ndim(v) == 0 else np.asarray(v) for n, v in place.logs.items()},
            "history": recorder.history,
            "epochs_done": len(recorder.epochs),
            "exact": sorted(recorder.exact),
            "steps_per_epoch": recorder.steps_per_epoch,
            "steps": self._steps,
            "taken": recorder.step - self._source.first_step,
            "data": self._source.data,
            "seed": self._seed,
        }

    def _add_random(self, tensors: dict[str, Any], state: dict[str, Any]) -> None:
        for name, states in (("now", RandomStates.now()), ("begin", self._source.random)):
            arrays, rest = states.packed(f"random {name}")
            tensors.update(arrays)
            state[f"random {name}"] = rest

    def _set_due(self, cost: float) -> None:
        now, running = time.perf_counter(), self._engine.recorder.clock.seconds
        interval = min(self._every, max(_FIRST, _GROWTH * running))
        if self._every >= _FIRST:  # a shorter one is the user's wish, whatever it costs
            interval = max(interval, cost / _SHARE)
        self._due = now + interval


def warn(problem: str) -> None:
    """Warn the user of a script, who sees no panel.

    Args:
        problem: What isn't recorded, and why.
    """
    warnings.warn(problem, RuntimeWarning, stacklevel=2)


def as_arrays(tensors: Mapping[str, Any]) -> dict[str, Any]:
    """Return tensors on the CPU as arrays, by name."""
    return {n: t if isinstance(t, np.ndarray) else t.numpy() for n, t in tensors.items()}


def save_model(model: KerasModel, path: Path) -> bool:
    """Save a model, in one piece or not at all; False if that isn't possible.

    Args:
        model: A built Keras model.
        path: The file, whose name ends in ``.keras``.
    """
    part, complete = (path.with_name(f".{name}{path.name}") for name in ("", "complete-"))
    try:
        model.save(part)
        saved = compilation.configuration_in(part)
        config = saved and compilation.completed(model, saved)
        if config:
            compilation.write_with(config, part, complete)
            complete.replace(part)
        part.replace(path)
    except Exception:  # noqa: BLE001 - what a model's own get_config raises may be anything
        part.unlink(missing_ok=True)
        complete.unlink(missing_ok=True)
        return False
    return True
