"""What a second run changes."""

from __future__ import annotations

import pytest

from dlwidgets.training.trying import balanced


def test_a_class_without_samples_still_counts() -> None:
    weights = balanced([30, 0, 10])
    assert weights == {0: pytest.approx(2 / 3), 1: 1.0, 2: 2.0}
