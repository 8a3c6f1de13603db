"""The figures of tutorials: found by their number, and each with a system."""

from __future__ import annotations

import pytest

from dlwidgets.course.tutorial import Row, System, Tutorial, modules, tutorial


@pytest.mark.parametrize("number", sorted(modules()))
def test_every_figure_can_be_measured_or_says_why_not(number: int) -> None:
    found = tutorial(number)
    assert found.number == number
    for system in found.systems:
        assert (system.measure is None) == bool(system.why_not)
    assert {row.system for row in found.rows} == {system.name for system in found.systems}


def test_an_unknown_number_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"one of \[.*2.*\]. Received: 99"):
        tutorial(99)


def test_a_row_belongs_to_a_system() -> None:
    row = Row(system="dense", figure="accuracy", title="Accuracy")
    with pytest.raises(ValueError, match=r"one of \['convolutional'\]\. Received: 'dense'"):
        Tutorial(number=1, rows=(row,), systems=(System("convolutional", None, why_not="no"),))
