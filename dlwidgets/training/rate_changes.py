"""How learning rates change: marks in a run's charts, and the rate of each step."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets._messages import join_messages, tr
from dlwidgets.training.learning_rate import is_plain_rate
from dlwidgets.training.rate_history import RatePart
from dlwidgets.training.schedules import ScheduleCurve

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dlwidgets.training.learning_rate import LearningRates
    from dlwidgets.training.recorder import Recorder

_MARKED_CHANGES = 3
_INTERVAL = 1.0  # seconds between two computations of a schedule, which take about a millisecond


@dataclass
class _Scheduled:
    """An optimizer that follows a schedule, and the steps whose rates aren't computed yet.

    Attributes:
        optimizer: The optimizer.
        curve: Its schedule.
        step: Training steps done when it was looked at last.
        iterations: Its own count of steps then, `ScheduleCurve.iterations`.
        waiting: Stretches of steps: `step` at the beginning and at the end, `iterations` likewise.
    """

    optimizer: Any
    curve: ScheduleCurve
    step: int
    iterations: int
    waiting: list[tuple[int, int, int, int]] = field(default_factory=list)

    def look(self, step: int) -> None:
        """Note how far it is after so many training steps."""
        if step > self.step:
            iterations = self.curve.iterations
            self.waiting.append((self.step, step, self.iterations, iterations))
            self.step, self.iterations = step, iterations


class RateChanges:
    """Notes the learning rate of each step, and marks those that were set between two boundaries.

    What callbacks set before the first boundary isn't a change, but how the training begins.

    Args:
        rates: The learning rates of the model that is trained.
        recorder: Where they are noted, and changes are marked.
    """

    def __init__(self, rates: LearningRates, recorder: Recorder) -> None:
        self._rates, self._recorder = rates, recorder
        self._seen: dict[str, float] = {}
        self._scheduled: dict[str, _Scheduled] = {}
        self._closed: dict[str, Any] = {}  # optimizers whose schedule only they can compute
        self._due = 0.0
        self._in_a_row = 0  # boundaries at which a learning rate had changed

    def notice(self, *, ahead: int = 0) -> None:
        """Note the learning rates at a boundary.

        Args:
            ahead: Steps that the optimizers have done and that aren't recorded yet.
        """
        now = self._look(ahead)
        before = {**self._rates.take_replaced(), **self._seen}
        self._seen = now
        changed = {
            name: (before[name], rate)
            for name, rate in now.items()
            if name in before and not math.isclose(rate, before[name], rel_tol=1e-6)
        }
        self._in_a_row = self._in_a_row + 1 if changed else 0
        # A rate that always moves, by a callback's warm-up, isn't an event.
        if 0 < self._in_a_row <= _MARKED_CHANGES:
            everything = len(changed) == len(now) and not self._scheduled
            self._recorder.mark("learning_rate", _change_text(changed, everything=everything))
        if time.monotonic() >= self._due:
            self.flush()

    def flush(self) -> None:
        """Note the rates that follow a schedule, of the steps so far."""
        self._due = time.monotonic() + _INTERVAL
        for name, one in self._scheduled.items():
            one.look(self._recorder.step)
            self._compute(name, one)

    def _look(self, ahead: int) -> dict[str, float]:
        """Return the rates that can be set."""
        found: dict[str, float] = {}
        step = self._recorder.step
        for name, optimizer in self._rates.optimizers().items():
            known = self._scheduled.get(name)
            if known is not None and known.optimizer is not optimizer:
                self._compute(name, self._scheduled.pop(name))  # the model was compiled again
                known = None
            if known is not None:
                known.look(step + ahead)
                continue
            value = optimizer.learning_rate
            rate = float(value)
            if is_plain_rate(value):
                found[name] = rate
                if self._seen.get(name) != rate:
                    self._note(RatePart(name, np.array([step + 1]), np.array([rate])))
            elif not self._follow(name, optimizer, ahead):
                next_step = step + ahead + 1  # the optimizer tells no rate but that
                self._note(RatePart(name, np.array([next_step]), np.array([rate])))
        return found

    def _follow(self, name: str, optimizer: Any, ahead: int) -> bool:
        """Compute an optimizer's schedule from now on; return whether that is possible."""
        if self._closed.get(name) is optimizer:
            return False
        curve = ScheduleCurve(optimizer)
        if not curve.known:
            self._closed[name] = optimizer
            return False
        # Of the steps ahead it is only known that a loop of one's own usually makes one each.
        begin = max(0, curve.iterations - ahead)
        one = self._scheduled[name] = _Scheduled(optimizer, curve, self._recorder.step, begin)
        one.look(self._recorder.step + ahead)
        return True

    def _compute(self, name: str, one: _Scheduled) -> None:
        waiting, one.waiting = one.waiting, []
        if not waiting:
            return
        steps = np.concatenate([np.arange(a, b) + 1 for a, b, _, _ in waiting])
        # A model may use an optimizer several times in a step.
        iterations = np.concatenate(
            [first + np.arange(b - a) * (last - first) // (b - a) for a, b, first, last in waiting]
        )
        self._note(RatePart(name, steps, one.curve.at(iterations), each=True))

    def _note(self, part: RatePart) -> None:
        self._recorder.learning_rates.note(part)


def _change_text(changed: Mapping[str, tuple[float, float]], *, everything: bool) -> str:
    """Return the text for changed rates; without names where all optimizers changed alike."""
    values = {name: (f"{old:.3g}", f"{new:.3g}") for name, (old, new) in changed.items()}
    if everything and len(set(values.values())) == 1:
        before, after = next(iter(values.values()))
        return tr("Learning rate {before} → {after}", before=before, after=after)
    texts = [
        tr(
            "Learning rate of {optimizer} {before} → {after}",
            optimizer=name,
            before=before,
            after=after,
        )
        for name, (before, after) in values.items()
    ]
    return join_messages(texts, ", ")
