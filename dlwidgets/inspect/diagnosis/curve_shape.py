"""The shape of a loss curve as a few numbers that rules can be about."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets.inspect.diagnosis.facts import Curves

_MOST_BLOCKS = 24
_SMALLEST_BLOCK = 5  # steps
_FEW_EPOCHS = 3
_START_STEPS = 3
_EARLY_STEPS = 20
_MOST_ABOVE = 10.0  # times the first steps: later ones aren't those of the start any more
_MOST_NOISE = 1.2  # of the logarithm of the loss from step to step
_FALLS = 0.9
_STEADILY = 0.85
_CLEARLY = 0.95
_MOST_STEPS = 200_000  # of which the statistics are computed


@dataclass(frozen=True, eq=False)
class CurveShape:
    """A loss curve.

    Attributes:
        steps: Steps with a finite loss before the first that isn't finite.
        broken: The first step whose loss isn't finite, or whose weights are found not to be; 0 if
            there is none.
        start: The loss before anything was learned.
        usual: What the loss of a single step at the start, or with a constant guess, may be without
            anything being wrong.
        blocks: The mean loss of equal parts of the run: of its epochs, if there are enough.
        lasts: The last step of each block.
        last: The loss at the end: the median of the last steps.
        peak: The highest loss after the first step.
        peak_step: Its step.
        above: The share of the later steps whose loss is far above `usual`.
    """

    steps: int
    broken: int
    start: float
    usual: float
    blocks: NDArray[np.float64]
    lasts: NDArray[np.int64]
    last: float
    peak: float
    peak_step: int
    above: float

    @property
    def steady(self) -> float:
        """How steadily it falls from block to block: the way down as a part of all ups and downs.

        1 if it only falls, near 0 if it goes up and down on the same level, -1 if it only rises.
        """
        moves = np.abs(np.diff(self.blocks)).sum()
        return float((self.blocks[0] - self.blocks[-1]) / moves) if moves > 0 else 0.0

    @property
    def pace(self) -> float:
        """How fast it falls in the last third, as a part of how fast in the first third."""
        n = len(self.blocks)
        third = max(1, n // 3)
        if n <= third:
            return math.nan
        early = self.blocks[0] - self.blocks[third]
        late = self.blocks[-1 - third] - self.blocks[-1]
        return float(late / early) if early > 0 else math.nan

    @property
    def falls(self) -> bool:
        """Whether it still falls: by a tenth in the last third, or steadily in the last half."""
        count = len(self.blocks)
        if count < _FEW_EPOCHS:
            return False
        if self.blocks[-1] < _FALLS * self.blocks[-1 - max(1, count // 3)]:
            return True
        half = self.blocks[count // 2 :]
        moves = np.abs(np.diff(half)).sum()
        steadily = moves > 0 and (half[0] - half[-1]) / moves > _STEADILY
        return bool(steadily and half[-1] < _CLEARLY * half[0])


def shape_of(curves: Curves, guess: float = math.nan) -> CurveShape | None:
    """Return the shape of a run's loss; `None` before its first steps.

    Args:
        curves: What the run has recorded.
        guess: The loss of a constant guess; NaN if it isn't known.
    """
    finite = np.isfinite(curves.loss)
    broken = 0 if finite.all() else int(np.argmin(finite)) + 1
    loss = curves.loss[: broken - 1] if broken else curves.loss
    if curves.not_finite and not broken:
        broken = max(1, len(loss))  # its weights weren't finite behind the last step
    n = len(loss)
    if not n:
        return CurveShape(0, broken, math.nan, math.nan, *_nothing()) if broken else None
    # With a rate that is too high the second step is worse by far than the first.
    start = float(min(loss[0], np.median(loss[:_START_STEPS])))
    usual = max(start, guess) if guess > 0 else _usual(loss, start)
    lasts = _ends(curves, n)
    edges = np.concatenate([[0], lasts])
    sums = np.add.reduceat(loss[: edges[-1]], edges[:-1]) if len(lasts) else np.empty(0)
    later = loss[1:] if n > 1 else loss
    some = loss[n // 5 :: max(1, n // _MOST_STEPS)]
    tail = loss[-max(_SMALLEST_BLOCK, n // 10) :]
    return CurveShape(
        steps=n,
        broken=broken,
        start=start,
        usual=usual,
        blocks=sums / np.diff(edges),
        lasts=lasts,
        last=float(np.median(tail)),
        peak=float(later.max()),
        peak_step=int(later.argmax()) + min(2, n),
        above=float((some > 2.5 * usual).mean()),
    )


def _usual(loss: NDArray[np.float64], start: float) -> float:
    """The loss that a step at the start may have, by how much it goes up and down."""
    early = float(np.median(loss[:_EARLY_STEPS]))
    level = max(start, min(early, _MOST_ABOVE * start))
    if len(loss) < _EARLY_STEPS or loss.min() <= 0:
        return level
    # Of a batch of one sample the loss may be ten times that of the next one.
    moves = np.abs(np.diff(np.log(loss[-_MOST_STEPS:])))
    noise = 1.05 * float(np.median(moves))
    return level * math.exp(3 * min(noise, _MOST_NOISE))


def _nothing() -> tuple[NDArray[np.float64], NDArray[np.int64], float, float, int, float]:
    return np.empty(0), np.empty(0, np.int64), math.nan, math.nan, 0, 0.0


def _ends(curves: Curves, n: int) -> NDArray[np.int64]:
    """The last steps of the blocks: epochs, where there are enough of them."""
    epochs = curves.epoch_steps[(curves.epoch_steps > 0) & (curves.epoch_steps <= n)]
    if len(epochs) >= _FEW_EPOCHS:
        return np.unique(epochs)
    count = min(_MOST_BLOCKS, max(1, n // _SMALLEST_BLOCK))
    return np.unique(np.linspace(0, n, count + 1).astype(np.int64)[1:])
