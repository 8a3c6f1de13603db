"""Where a learning rate was set: marks in a run's charts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from dlwidgets._messages import join_messages, tr

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dlwidgets.training.learning_rate import LearningRates
    from dlwidgets.training.recorder import Recorder

_MARKED_CHANGES = 3


class RateChanges:
    """Marks learning rates that were set between two boundaries.

    What callbacks set before the first boundary isn't a change, but how the training begins.

    Args:
        rates: The learning rates of the model that is trained.
        recorder: Where the changes are marked.
    """

    def __init__(self, rates: LearningRates, recorder: Recorder) -> None:
        self._rates, self._recorder = rates, recorder
        self._seen: dict[str, float] = {}
        self._in_a_row = 0  # boundaries at which a learning rate had changed

    def notice(self) -> None:
        """Mark learning rates that were set since the last boundary."""
        now = self._rates.current()
        before = {**self._rates.take_replaced(), **self._seen}
        self._seen = now
        changed = {
            name: (before[name], rate)
            for name, rate in now.items()
            if name in before and not math.isclose(rate, before[name], rel_tol=1e-6)
        }
        self._in_a_row = self._in_a_row + 1 if changed else 0
        # A rate that always moves, by a schedule or a callback's warm-up, isn't an event.
        if 0 < self._in_a_row <= _MARKED_CHANGES and not self._rates.lock():
            everything = len(changed) == len(now)
            self._recorder.mark("learning_rate", _change_text(changed, everything=everything))


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
