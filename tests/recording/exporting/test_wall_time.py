"""Times on the clock, with pauses and nights where they were."""

from __future__ import annotations

import math

import numpy as np

from dlwidgets.recording.exporting.wall_time import WallTime


def test_without_events_it_is_the_beginning_and_the_seconds() -> None:
    np.testing.assert_allclose(WallTime(1000.0)(np.array([0.0, 2.5])), [1000.0, 1002.5])


def test_a_pause_is_between_the_steps_before_and_after_it() -> None:
    events = [
        {"time": 0.0, "at": 1001.0},
        {"time": 5.0, "at": 1006.0},  # paused after the step at 5 s
        {"time": 5.0, "at": 1066.0},  # resumed
    ]
    wall = WallTime(1000.0, events)
    np.testing.assert_allclose(wall(np.array([1.0, 5.0, 5.1])), [1002.0, 1006.0, 1066.1])


def test_a_clock_that_is_set_back_and_bad_events() -> None:
    events = [
        {"time": 0.0, "at": 1000.0},
        {"time": 3.0, "at": 500.0},
        {"time": math.nan, "at": 9e9},
        {"time": 4.0},
        {"time": "x", "at": None},
    ]
    times = WallTime(1000.0, events)(np.linspace(0, 6, 50))
    assert (np.diff(times) >= 0).all()
    assert times[-1] == 1006.0
