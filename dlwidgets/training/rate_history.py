"""The learning rate of each step, noted where it changes."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dlwidgets.training.table import Points

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets.training.table import Rows

LEARNING_RATE = "learning_rate"
"""The name of the curve; that of one of several optimizers follows after a slash."""


@dataclass(frozen=True)
class RatePart:
    """A stretch of the learning rates of one optimizer.

    Attributes:
        name: The optimizer.
        steps: int64, ascending, shape (n,): a rate holds from its step on.
        rates: float64, shape (n,).
        each: Whether the rate follows a schedule, so that nothing is known of the steps after the
            last one.
    """

    name: str
    steps: NDArray[np.int64]
    rates: NDArray[np.float64]
    each: bool = False


class RateHistory:
    """The learning rates of a run. Written by one thread while others read.

    Example:
        >>> import numpy as np
        >>> from dlwidgets.training.rate_history import RateHistory, RatePart
        >>> history = RateHistory()
        >>> history.note(RatePart("optimizer", np.array([1, 4]), np.array([0.1, 0.01])))
        >>> history.at("optimizer", np.array([1, 3, 4])).tolist()
        [0.1, 0.1, 0.01]
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._parts: list[RatePart] = []
        self._last: dict[str, float] = {}

    def __len__(self) -> int:
        return len(self._parts)

    @property
    def names(self) -> tuple[str, ...]:
        """The optimizers, in the order of their first appearance."""
        return tuple(self._last)

    def parts(self, start: int = 0) -> list[RatePart]:
        """Return what was noted, from the part `start` on."""
        return self._parts[start:]

    def note(self, part: RatePart) -> None:
        """Note learning rates; those that stay the same take no room."""
        if not len(part.steps):
            return
        before = np.concatenate([[self._last.get(part.name, np.nan)], part.rates[:-1]])
        changed = part.rates != before
        changed[-1] |= part.each  # how far the schedule is known
        if not changed.any():
            return
        kept = RatePart(part.name, part.steps[changed], part.rates[changed], part.each)
        with self._lock:
            self._parts.append(kept)
            self._last[part.name] = float(part.rates[-1])

    def until(self, step: int) -> list[RatePart]:
        """Return what was noted of the steps up to one.

        Args:
            step: The last step.
        """
        found = []
        for part in self.parts():
            known = part.steps <= step
            if known.any():
                found.append(RatePart(part.name, part.steps[known], part.rates[known], part.each))
        return found

    def at(self, name: str, steps: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the learning rate of steps; NaN where it isn't known.

        Args:
            name: The optimizer.
            steps: The steps, ascending, shape (n,).
        """
        parts = [part for part in self.parts() if part.name == name]
        if not parts:
            return np.full(len(steps), np.nan)
        # A later change at the same step, such as one by the next callback, is what the step had.
        noted = np.concatenate([part.steps for part in parts])
        rates = np.concatenate([part.rates for part in parts])
        place = np.searchsorted(noted, steps, "right")
        found: NDArray[Any] = np.where(place > 0, rates[place - 1], np.nan)
        if parts[-1].each:
            found[steps > noted[-1]] = np.nan
        return found

    def points(self, rows: Rows) -> dict[str, Points]:
        """Return the learning rate of each step by the name of the optimizer.

        Args:
            rows: Those of the steps.
        """
        axes = rows.step, rows.epoch, rows.time
        return {name: Points(*axes, self.at(name, rows.step)) for name in self.names}

    def columns(self, steps: NDArray[np.int64]) -> dict[str, NDArray[np.float64]]:
        """Return the learning rate of each step as columns of a table, by the names of the curves.

        Args:
            steps: The steps, ascending, shape (n,).
        """
        return {self.title(name): self.at(name, steps) for name in self.names}

    def title(self, name: str) -> str:
        """Return the name of the curve of an optimizer."""
        return LEARNING_RATE if len(self._last) == 1 else f"{LEARNING_RATE}/{name}"
