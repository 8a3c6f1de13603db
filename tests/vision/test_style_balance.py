"""One number for two weights: the ends, the middle, and the way back."""

from __future__ import annotations

import math

import numpy as np
import pytest

from dlwidgets.vision import StyleWeights
from dlwidgets.vision.style_balance import balance_of, weights_at


def test_more_style_is_less_content_and_the_way_back_leads_there() -> None:
    steps = [round(i / 20, 2) for i in range(21)]
    ratios = [content / style for content, style in map(weights_at, steps)]
    assert (np.diff(ratios) < 0).all()
    assert (ratios[0], ratios[-1]) == (10.0, pytest.approx(0.001))
    assert [balance_of(*weights_at(balance)) for balance in steps] == steps


def test_the_middle_is_the_usual_weights() -> None:
    usual = StyleWeights()
    content, style = weights_at(0.5)
    assert content / style == pytest.approx(usual.content / usual.style, rel=0.06)
    assert balance_of(usual.content, usual.style) == 0.5


def test_any_weights_have_a_balance() -> None:
    assert balance_of(0.0, 1.0) == 1.0
    assert balance_of(1.0, 0.0) == 0.0
    assert balance_of(1000.0, 0.001) == 0.0
    assert balance_of(0.001, 10.0) == 1.0


@pytest.mark.parametrize("value", [math.nan, math.inf, -1.0])
def test_what_is_no_balance_and_no_weight(value: float) -> None:
    with pytest.raises(ValueError, match="Expected `balance` from"):
        weights_at(value)
    with pytest.raises(ValueError, match="Expected `content` of at least 0"):
        balance_of(value, 1.0)
    with pytest.raises(ValueError, match="Expected `style` of at least 0"):
        balance_of(1.0, value)
