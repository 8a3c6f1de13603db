"""One learning rate on a page: the slider of the form and the field of the run bar."""

from __future__ import annotations

import contextlib
import math
from typing import TYPE_CHECKING

from dlwidgets.widgets._core.signal_blocker import SignalBlocker

if TYPE_CHECKING:
    from collections.abc import Callable

    import ipywidgets

    from dlwidgets.widgets._core.change import Change
    from dlwidgets.widgets.primitives.run_bar import RunBar

_SAME = 1e-4  # optimizers round to float32


class RateSlider:
    """Sets the learning rate of a run with a slider, and the slider with the run's field.

    Args:
        slider: The slider, which also holds the rate of the next start.
        bar: The bar of the run.
        acts: Returns whether the slider is about the run that is active.
    """

    def __init__(
        self, slider: ipywidgets.FloatLogSlider, bar: RunBar, acts: Callable[[], bool]
    ) -> None:
        self._slider, self._bar, self._acts = slider, bar, acts
        self._following = SignalBlocker()
        self._sent: list[float] = []
        slider.observe(self._moved, "value")
        bar.observe(self._changed, "learning_rate")

    def begin(self, rate: float) -> None:
        """Hand over what was moved while the run was prepared.

        Args:
            rate: The learning rate with which the run begins.
        """
        now = float(self._slider.value)
        if math.isclose(now, rate, rel_tol=_SAME):
            self._follow(self._bar.learning_rate)
        else:
            self._send(now)

    def _moved(self, change: Change[float]) -> None:
        self._send(float(change["new"]))

    def _send(self, rate: float) -> None:
        run = self._bar.run
        if self._following or run is None or not self._acts() or not math.isfinite(rate):
            return
        if math.isclose(rate, self._bar.learning_rate, rel_tol=_SAME):
            return
        self._sent.append(rate)
        # A run that ends at this moment has no use for it; the next one begins with it.
        with contextlib.suppress(RuntimeError):
            run.set_learning_rate(rate)

    def _changed(self, change: Change[float]) -> None:
        rate = float(change["new"])
        if rate <= 0:  # no run
            self._sent = []
            return
        # What the slider has set comes back when it may have moved on.
        echoes = [i for i, sent in enumerate(self._sent) if math.isclose(sent, rate, rel_tol=_SAME)]
        if echoes:
            self._sent = self._sent[echoes[-1] + 1 :]
        else:
            self._follow(rate)

    def _follow(self, rate: float) -> None:
        if self._acts() and not math.isclose(rate, self._slider.value, rel_tol=_SAME):
            with self._following:
                self._slider.value = rate
