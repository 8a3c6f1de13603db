"""Questions check what they are made of."""

from __future__ import annotations

import pytest

import dlwidgets as dl


def test_a_question_needs_choices_and_one_right_answer() -> None:
    with pytest.raises(ValueError, match="at least two"):
        dl.Question("How many?", ["1"], answer=0)
    with pytest.raises(ValueError, match="at least two"):
        dl.Question("How many?", "ab", answer=0)
    with pytest.raises(ValueError, match=r"from 0 to 1\. Received: 2"):
        dl.Question("How many?", ["1", "2"], answer=2)
