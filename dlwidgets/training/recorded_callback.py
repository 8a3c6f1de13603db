"""The callback of a Run that is recorded, or goes on from a recording."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from dlwidgets._messages import tr
from dlwidgets.training.run_callback import RunCallback
from dlwidgets.training.steering import StopTraining

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dlwidgets._keras_types import Nested
    from dlwidgets.training.recorded_fit import RecordedFit
    from dlwidgets.training.resumption import Resumption
    from dlwidgets.training.run_engine import RunEngine
    from dlwidgets.training.snapshot import Snapshot

_WEIGHTS_INTERVAL = 0.2  # seconds between two snapshots of a recording at least
_WEIGHTS_SHARE = 0.002  # of the processor time of the training, for copies
_BUILDING = 2  # copies that may build a graph


class RecordedCallback(RunCallback):
    """Tells a recording where the training is, and puts it where a recorded one was.

    Args:
        engine: The engine of the Run.
        others: The other callbacks of this `fit`.
        recording: Records the run; None if it can't be recorded.
        resumption: Sets the state of a recorded run at the first step; None for a new run.
        **options: Those of `RunCallback`.
    """

    def __init__(
        self,
        engine: RunEngine,
        others: Sequence[Any],
        *,
        recording: RecordedFit | None,
        resumption: Resumption | None,
        **options: Any,
    ) -> None:
        super().__init__(engine, others, **options)
        self._recording, self._resumption = recording, resumption
        self._ending = False
        self._next_weights, self._copies = 0.0, 0
        self._repeated: Resumption | None = None  # while `fit` counts what was done before

    def on_train_begin(self, logs: Mapping[str, Any] | None = None) -> None:
        """Set the state that callbacks see when the epoch begins."""
        if self._resumption is not None:
            self._resumption.train_begins(self._engine)
        super().on_train_begin(logs)
        if self._recording is not None:
            self._recording.train_begins((self.params or {}).get("steps"))

    def on_epoch_begin(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Begin the epoch, or go on with it where the recorded run was."""
        super().on_epoch_begin(epoch, logs)
        if self._resumption is not None:
            self._recorder.begin_epoch(epoch, self._resumption.batches)
            self._resumption.epoch_begins()
        if self._recording is not None:
            self._recording.epoch_begins()

    def on_test_begin(self, logs: Mapping[str, Any] | None = None) -> None:
        """Keep a state if it is time."""
        if self._recording is not None and not self._steering.calling:
            self._recording.validation_begins(self._logs, self._train)
        super().on_test_begin(logs)

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Keep the state behind the last epoch, before `fit` does what it does last."""
        super().on_epoch_end(epoch, logs)
        last = epoch + 1 >= self._engine.epochs or self._target.stop_training
        if last and self._recording is not None:
            self._recording.training_ends(self._train)

    def on_train_end(self, logs: Mapping[str, Any] | None = None) -> None:
        """Record the final weights."""
        self._ending = True
        super().on_train_end(logs)

    def remove(self) -> None:
        """Give the model back its own functions."""
        if self._recording is not None:
            self._recording.lets_go()
        super().remove()

    def _use(self, iterator: Iterator[Nested]) -> None:
        resumption, self._resumption = self._resumption, None
        taken, begin = 0, None
        if resumption is not None:
            self._logs = resumption.restore(self._engine, iterator, self._train)
            self._ahead, taken, begin = resumption.batches, resumption.taken, resumption.begin
            self._repeated = resumption
            step = self._recorder.step
            self._recorder.mark("note", tr("Resumed after step {step}", step=step))
        if self._repeated is not None and self._ahead <= 0:
            self._repeated.goes_on()
            self._repeated = None
        if self._recording is not None:
            self._recording.uses(iterator, taken, begin)
        # Last, because nothing else may hold the iterator before: who lets go last has to wait.
        super()._use(iterator)

    def _boundary_before(self, iterator: Iterator[Nested]) -> None:
        if self._recording is None or self._ahead:
            self._boundary()
            return
        self._recording.arrives(iterator, self._logs, self._train)
        try:
            self._boundary()
        except StopTraining:
            self._recording.keep()
            raise
        self._recording.leaves()

    def _wants_weights(self) -> bool:
        """Whether the recording is to have a snapshot now: more often than a Run keeps one."""
        if self._recording is None or time.monotonic() < self._next_weights:
            return False
        return self._recording.writer.wants_snapshot()

    def _keep_snapshot(self) -> Snapshot:
        # Processor time: on a busy machine the clock also counts what others do.
        began = time.thread_time()
        snapshot = super()._keep_snapshot()
        # The first two build what copies from then on, which happens once.
        self._copies += 1
        cost = time.thread_time() - began if self._copies > _BUILDING else 0.0
        self._next_weights = time.monotonic() + max(_WEIGHTS_INTERVAL, cost / _WEIGHTS_SHARE)
        if self._recording is not None and not self._engine.keeper.ruined(snapshot):
            self._recording.offer(snapshot, last=self._ending)
        return snapshot
