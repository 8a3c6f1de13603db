"""The numbers that stand for a loss curve."""

from __future__ import annotations

import numpy as np
import pytest

from dlwidgets.inspect.diagnosis import Curves
from dlwidgets.inspect.diagnosis.curve_shape import shape_of


def test_the_unfinished_epoch_is_no_part_of_the_last_one() -> None:
    loss = np.concatenate([np.repeat([4.0, 3.0, 2.0], 10), np.full(9, 1.0)])
    shape = shape_of(Curves(loss, np.array([10, 20, 30])))
    assert shape is not None
    assert shape.blocks == pytest.approx([4.0, 3.0, 2.0])


def test_a_single_step_may_have_the_loss_of_a_constant_guess() -> None:
    loss = np.linspace(0.2, 0.1, 40)
    known, unknown = shape_of(Curves(loss), 2.3), shape_of(Curves(loss))
    assert known is not None
    assert unknown is not None
    assert (known.start, known.usual) == (pytest.approx(0.2, rel=0.05), 2.3)
    assert unknown.usual == pytest.approx(0.2, rel=0.2)
