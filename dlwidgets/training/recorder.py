"""What a Run records: each step's values, each epoch's logs, markers, rates."""

from __future__ import annotations

import collections
import math
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dlwidgets.training.events import Event, Events, Marker
from dlwidgets.training.executor import watched_losses
from dlwidgets.training.rate_history import RateHistory
from dlwidgets.training.table import Metrics, Series, Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Literal

    from dlwidgets.training.executor import Execution

_SANE = 10.0
"""A loss that is so many times that of the first step, or more, is that of a run that diverges."""


class Clock:
    """Seconds of training: runs from `start` on, and stands still between `hold` and `go_on`.

    It never runs backward: `start` counts on from what `set` has set.
    """

    def __init__(self) -> None:
        # When it would have begun without holds, and since when it is held: changed together, so
        # that a reader on another thread sees no jump.
        self._marks: tuple[float | None, float | None] = (None, None)

    def start(self) -> None:
        """Start counting, or count on."""
        zero, held = self._marks
        if zero is None:
            self._marks = (time.perf_counter(), None)
        elif held is not None:
            self.go_on()

    def hold(self) -> None:
        """Stand still while training waits, or because it has ended."""
        zero, held = self._marks
        if held is None:
            self._marks = (zero, time.perf_counter())

    def go_on(self) -> None:
        """Count on from where it was held."""
        zero, held = self._marks
        if zero is not None and held is not None:
            self._marks = (zero + time.perf_counter() - held, None)

    def set(self, seconds: float) -> None:
        """Stand still at so many seconds, such as those of a run that is resumed."""
        now = time.perf_counter()
        self._marks = (now - seconds, now)

    @property
    def seconds(self) -> float:
        """Seconds counted so far."""
        zero, held = self._marks
        if zero is None:
            return 0.0
        return max(0.0, (time.perf_counter() if held is None else held) - zero)


@dataclass(frozen=True)
class Rate:
    """How fast a run goes.

    Attributes:
        steps: Steps per second; 0 before the first execution for which no graph was built.
        samples: Samples per second.
    """

    steps: float = 0.0
    samples: float = 0.0


class Recorder:
    """What one run has done so far. Written by the training thread, read by any.

    Args:
        events: Where markers and ends of epochs are emitted.
    """

    def __init__(self, events: Events) -> None:
        self._events = events
        self._lock = threading.Lock()
        self.clock = Clock()
        self.steps = Table()
        """One row per training step: each step's own values."""
        self.epochs = Table()
        """One row per finished epoch: what Keras logs, as in ``History``."""
        self.learning_rates = RateHistory()
        """The learning rate of each step."""
        self.exact: frozenset[str] = frozenset()
        """Metrics whose step values are the step's own, not a running mean."""
        self._markers: list[Marker] = []
        self._history: dict[str, list[float]] = {}
        self._logged: dict[int, frozenset[str]] = {}
        self._place = (0, 0)  # the current epoch and its first row, always changed together
        self._executions: collections.deque[tuple[float, int, int]] = collections.deque(maxlen=512)
        self._counted = (0, 0)  # steps and samples of the executions that count for the rate
        self._left_out = 0.0  # seconds that don't count for it
        self.steps_per_epoch: int | None = None
        """Steps of one epoch; None until it is known."""

    @property
    def step(self) -> int:
        """Training steps done."""
        return len(self.steps)

    @property
    def step_in_epoch(self) -> int:
        """Training steps done in the current epoch."""
        return len(self.steps) - self._place[1]

    @property
    def epoch(self) -> int:
        """The current epoch, counted from 0 as in Keras."""
        return self._place[0]

    @property
    def epoch_fraction(self) -> float:
        """Epochs done as a fraction: 2.5 is the middle of the third."""
        epoch, first_row = self._place
        return float(self._fractions(epoch, np.array([len(self.steps) - first_row]))[0])

    @property
    def markers(self) -> tuple[Marker, ...]:
        """The moments that charts mark with a line, oldest first."""
        with self._lock:
            return tuple(self._markers)

    @property
    def history(self) -> dict[str, list[float]]:
        """For each logged name its values per finished epoch, as ``History.history`` has them."""
        with self._lock:
            return {name: list(values) for name, values in self._history.items()}

    @property
    def metrics(self) -> dict[str, Series]:
        """For each metric its series of step values."""
        names = self.steps.names
        return Metrics((n, Series(self.steps, n, exact=n in self.exact)) for n in names)

    def rate(self, window: float = 2.0) -> Rate:
        """Steps and samples per second over the last `window` seconds of training.

        Building graphs doesn't count: it happens once, and may take longer than the training.
        """
        with self._lock:
            recent = list(self._executions)
        if not recent:
            return Rate()
        end, last_step, last_samples = recent[-1]
        begin, first_step, first_samples = next(e for e in recent if e[0] >= end - window)
        if begin == end:
            begin, first_step, first_samples = recent[max(0, len(recent) - 2)]
        seconds = end - begin
        if seconds <= 0:
            return Rate()
        return Rate((last_step - first_step) / seconds, (last_samples - first_samples) / seconds)

    def begin_epoch(self, index: int, done: int = 0) -> None:
        """Begin an epoch, or go on with one.

        Args:
            index: The epoch, counted from 0.
            done: Its steps that are recorded already.
        """
        self._place = (index, len(self.steps) - done)

    def record(self, execution: Execution, began: float) -> None:
        """Record the steps of one execution.

        Args:
            execution: What ran.
            began: The clock's seconds when it began; its steps are spread evenly up to now.
        """
        n, now = execution.steps, self.clock.seconds
        if not n:
            return
        first = len(self.steps)
        in_epoch = np.arange(1, n + 1) + self.step_in_epoch
        self.steps.extend(
            step=np.arange(first + 1, first + n + 1),
            epoch=self._fractions(self.epoch, in_epoch),
            time=np.linspace(began, now, n + 1)[1:],
            values=execution.own,
        )
        with self._lock:
            if execution.traced:
                self._left_out += now - began
                return
            steps, samples = self._counted
            if not self._executions:
                self._executions.append((began - self._left_out, steps, samples))
            self._counted = (steps + n, samples + int(execution.samples.sum()))
            self._executions.append((now - self._left_out, *self._counted))

    def sane(self, step: int) -> bool:
        """Whether the loss of a step is finite and not far beyond that of the first step.

        Args:
            step: The step, counted from 1. Before the first step nothing is wrong.
        """
        for name in watched_losses(self.steps.names):
            losses = np.abs(self.steps.points(name).value)
            if not 0 < step <= len(losses):
                continue
            usual = max(1.0, losses[0]) if np.isfinite(losses[0]) else 1.0
            if not losses[step - 1] <= _SANE * usual:
                return False
        return True

    def leave_out(self, seconds: float) -> None:
        """Leave seconds out of the rate, such as those in which the validation was compiled."""
        with self._lock:
            self._left_out += seconds

    def end_epoch(self, logs: Mapping[str, float], *, whole: bool = True) -> None:
        """End an epoch.

        Args:
            logs: What Keras passes to its callbacks.
            whole: False if it was cut short, so that its length isn't the length of an epoch.
        """
        length = self.step_in_epoch
        whole = whole or length == self.steps_per_epoch
        if length and whole and self.steps_per_epoch is None:
            self.steps_per_epoch = length
            epoch, first_row = self._place
            self.steps.set_epochs(first_row, self._fractions(epoch, np.arange(1, length + 1)))
        numbers = {name: as_number(value) for name, value in logs.items()}
        self._logged[len(self.epochs)] = frozenset(numbers)
        self.epochs.extend(
            step=[self.step],
            epoch=[float(self.epoch + 1) if whole else self.epoch_fraction],
            time=[self.clock.seconds],
            values={n: [math.nan if value is None else value] for n, value in numbers.items()},
        )
        with self._lock:
            for name, value in logs.items():
                self._history.setdefault(name, []).append(value)
        self._events.emit(Event("epoch"))

    def mark(self, kind: Literal["learning_rate", "pause", "error", "note"], text: str) -> None:
        """Set a marker at the current step."""
        marker = Marker(kind, self.step, self.epoch_fraction, self.clock.seconds, text)
        with self._lock:
            self._markers.append(marker)
        self._events.emit(Event("marker"))

    def take_over(
        self,
        *,
        epoch: int,
        first_row: int,
        seconds: float,
        history: Mapping[str, Sequence[float]],
        markers: Sequence[Marker],
    ) -> None:
        """Take over what was recorded earlier, once `steps` and `epochs` hold their rows.

        Args:
            epoch: The current epoch, counted from 0.
            first_row: Its first row in `steps`.
            seconds: Seconds of training so far; the clock stands still there.
            history: For each logged name its values per finished epoch.
            markers: The moments to mark, oldest first.
        """
        self._place = (epoch, first_row)
        self.clock.set(seconds)
        with self._lock:
            self._history = {name: list(values) for name, values in history.items()}
            self._markers = list(markers)

    def logged(self, row: int) -> frozenset[str] | None:
        """Return what an epoch logged, NaN included; None if that was taken over.

        Args:
            row: Its row in `epochs`.
        """
        return self._logged.get(row)

    def _fractions(self, epoch: int, in_epoch: np.ndarray) -> np.ndarray:
        """Epochs as fractions after so many steps of the current epoch."""
        if self.steps_per_epoch:
            # Epochs may differ in length: a longer one stays at its end.
            return epoch + np.minimum(in_epoch / self.steps_per_epoch, 1.0)
        # Unknown until the first epoch ends: ever closer to the next whole epoch, never there.
        return epoch + in_epoch / (in_epoch + 100.0)


def as_number(value: object) -> float | None:
    """Return what was logged as a number; None if it isn't one number, such as a confusion matrix.

    Args:
        value: Whatever code of the user's logs.
    """
    if isinstance(value, (str, bytes)):  # also a text such as "1"
        return None
    try:
        # An array or tensor may hold a single number in any shape.
        return float(np.asarray(value).item() if hasattr(value, "shape") else value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None
