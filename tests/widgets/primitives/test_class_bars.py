"""Class probabilities as bars."""

from __future__ import annotations

import numpy as np
import pytest

from dlwidgets.widgets import ClassBars


def test_the_bars_show_the_highest_first() -> None:
    bars = ClassBars()
    bars.show(np.array([0.1, 0.6, 0.3]), ["a", "b", "c"], top=2)
    assert (bars.labels, bars.values, bars.marked) == (["b", "c"], [0.6, 0.3], 0)
    bars.show(np.array([0.1, 0.6, 0.3]), ["a", "b", "c"])
    assert (bars.labels, bars.marked) == (["a", "b", "c"], 1)
    bars.show(np.array([np.nan, 0.5]), ["a", "b"])
    assert (bars.values, bars.marked) == ([None, 0.5], -1)
    with pytest.raises(ValueError, match="Expected 2 class names"):
        bars.show(np.zeros(2), ["a"])
