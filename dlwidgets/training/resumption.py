"""Puts a `fit` in the middle of an epoch where a recorded one was, to the bit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import tr
from dlwidgets._tensorflow import load, load_keras
from dlwidgets.recording.errors import RecordingError
from dlwidgets.training import callback_states, data_position, resume_state
from dlwidgets.training.data_position import Way
from dlwidgets.training.executor import Executor
from dlwidgets.training.random_states import RandomStates, set_global_seed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel, Nested
    from dlwidgets.training.own_function import OwnFunction
    from dlwidgets.training.run_engine import RunEngine


class Resumption:
    """Sets the state of a recorded training, while a `fit` begins that goes on from it.

    `fit` begins the epoch in which the recorded one was, calls its callbacks, makes an iterator and
    asks for the first step. Everything that these have done is then overwritten. The steps that the
    epoch has had before return at once, so that `fit` counts them, and callbacks don't hear of them
    again.

    Args:
        tensors: The tensors of the state.
        state: What else it holds.
        callbacks: The callbacks of the `fit` that goes on.
        counted: Whether `fit` is told the number of steps per epoch.
    """

    def __init__(
        self,
        tensors: Mapping[str, NDArray[Any]],
        state: Mapping[str, Any],
        callbacks: Sequence[Any],
        *,
        counted: bool = False,
    ) -> None:
        self._counted = counted
        self._tensors, self._state, self._callbacks = tensors, state, callbacks
        self._muted = callback_states.Muted(callbacks)
        self._way = Way(state["way"])
        # The metrics begin anew with each epoch.
        self._later = [g for g in state["names"] if not (state["between"] and g == "metrics")]
        self._position: NDArray[Any] | None = tensors.get("iterator")
        self.begin: NDArray[Any] | None = tensors.get("iterator begin")
        """The position of the iterator in use before its first batch, if it matters."""
        self.epoch = int(state["epoch"])
        """The epoch in which it goes on, counted from 0."""
        self.batches = int(state["batches"])
        """The steps that this epoch has had."""
        self.taken = int(state["taken"])
        """The batches that were taken from the iterator in use."""
        self.between: bool = bool(state["between"])
        """Whether it goes on between two epochs."""

    # -- as `fit` begins -----------------------------------------------------------------------

    def before_fit(self, x: Nested) -> None:
        """Prepare what `fit` makes its data set of.

        Args:
            x: The training data.
        """
        set_global_seed(self._state["seed"])
        data_position.set_state_of(x, self._state["data"])
        callback_states.go_on(self._callbacks, self.epoch)
        self._muted.backups()
        if self.between:
            self._begin_after_epoch(x)

    def _begin_after_epoch(self, x: Nested) -> None:
        """Let a data set of the user's go on with the epoch that follows."""
        tf, _ = load()
        if not isinstance(x, tf.data.Dataset) or self._position is None:
            self._position = None  # that of an epoch that was through
            return
        last = iter(x)
        if not data_position.set_position(last, self._position) or next(last, None) is not None:
            return  # its iterator goes on, in the next epoch
        self._position = None
        # One that shuffles counts its iterators: an old one tells it how many there were. And of
        # data whose length is known Keras makes one more at an epoch's end, which nothing uses.
        if self.begin is not None and data_position.set_position(iter(x), self.begin):
            self.begin = None
            if int(x.cardinality().numpy()) >= 0 and not self._counted:
                iter(x)

    def train_begins(self, engine: RunEngine) -> None:
        """Set the state between two epochs, of which callbacks may change something at once."""
        self._muted.end()
        if not self.between:
            return
        model = engine.model
        resume_state.build_optimizer(model)
        self._assign(model, ())
        self._set_callbacks()
        self._random("now").set()

    def epoch_begins(self) -> None:
        """Begin the epoch with the random numbers with which it began."""
        if not self.between:
            self._random("begin").set()
        self._muted.batches()

    # -- at the first step ---------------------------------------------------------------------

    def restore(
        self, engine: RunEngine, iterator: Iterator[Nested], train: Executor | OwnFunction
    ) -> Mapping[str, Any]:
        """Set the whole state, between two steps.

        Args:
            engine: The engine of the Run.
            iterator: The iterator that `fit` has made.
            train: What runs the steps.

        Returns:
            What the last step has reported.

        Raises:
            RecordingError: Model or data are others than those that were recorded.
        """
        model = engine.model
        traced = isinstance(train, Executor) and train.prepare(iterator)
        taken = 0 if traced else self._build_eagerly(model, iterator, train)
        self._go_to(iterator, taken)
        step = train.variables(iterator) if self._later or not self.between else ()
        self._assign(model, step)
        missing = [g for g in self._later if not resume_state.is_optional(g, self.batches)]
        if missing:
            raise RecordingError(
                tr(
                    "Expected the model that was recorded. Received: a model with other variables "
                    "({groups})",
                    groups=", ".join(missing),
                )
            )
        if not self.between:
            self._set_callbacks()
            if self._way in (Way.WRITTEN, Way.BEGUN):  # otherwise the data have drawn as before
                self._random("now").set()
        engine.recorder.steps_per_epoch = self._state["steps_per_epoch"]
        engine.recorder.exact = frozenset(self._state["exact"])
        engine.keep_snapshot()
        _fill_history(engine)
        arrays = (list, np.ndarray)
        logs = self._state["logs"]
        return {n: np.asarray(v) if isinstance(v, arrays) else v for n, v in logs.items()}

    def goes_on(self) -> None:
        """Let callbacks hear of the steps again: the next one is new."""
        self._muted.end()

    def _go_to(self, iterator: Iterator[Nested], taken: int) -> None:
        if self._way is Way.WRITTEN:
            if self._position is not None and not data_position.set_position(
                iterator, self._position
            ):
                raise RecordingError(
                    tr(
                        "Expected the data that the run was recorded with. Received: a pipeline "
                        "whose position can't be restored"
                    )
                )
        elif self._way is not Way.BEGUN and not self.between:
            self._random("begin").set()
            data_position.skip(iterator, self.taken - taken)

    def _build_eagerly(
        self, model: KerasModel, iterator: Iterator[Nested], train: Executor | OwnFunction
    ) -> int:
        """Make the variables that a first step makes; return the batches that this took."""
        resume_state.build_optimizer(model)
        present = {name: len(group) for name, group in resume_state.groups(model).items()}
        names = self._state["names"]
        lacks = [g for g in self._later if len(names[g]) > present.get(g, 0)]
        may_take = self.taken > 0 or self._way is Way.WRITTEN
        if not any(not resume_state.is_optional(g, self.batches) for g in lacks) or not may_take:
            return 0
        if self._way is not Way.WRITTEN:
            self._random("begin").set()
        train.run(iterator, 1)  # a step whose effects are all overwritten
        return 1

    # -- setting -------------------------------------------------------------------------------

    def _assign(self, model: KerasModel, step: Sequence[Any]) -> None:
        names = {group: self._state["names"][group] for group in self._later}
        self._later = resume_state.assign(model, self._tensors, names, step)

    def _set_callbacks(self) -> None:
        callback_states.set_states(self._callbacks, self._state["callbacks"], self._tensors)

    def _random(self, name: str) -> RandomStates:
        return RandomStates.unpacked(f"random {name}", self._tensors, self._state[f"random {name}"])


def _fill_history(engine: RunEngine) -> None:
    """Let Keras's own `History` go on where it was."""
    history = getattr(engine.model, "history", None)
    if isinstance(history, load_keras().callbacks.History):
        first = engine.initial_epoch
        history.history = engine.recorder.history
        history.epoch = list(range(first, first + len(engine.recorder.epochs)))
