"""What a recorder takes over from a run that was recorded."""

from __future__ import annotations

import time

import numpy as np
import pytest

from dlwidgets.training import Events, Marker, Recorder, State


def rows_of(recorder: Recorder, steps: int) -> None:
    at = np.arange(1, steps + 1)
    recorder.steps.extend(step=at, epoch=at / 4, time=at / 10, values={"loss": 1 / at})


def test_it_goes_on_where_another_run_was() -> None:
    recorder = Recorder(Events())
    rows_of(recorder, 6)
    recorder.steps_per_epoch = 4
    marker = Marker("note", 3, 0.75, 0.3, "hello")
    recorder.take_over(
        epoch=1, first_row=4, seconds=0.6, history={"loss": [0.25]}, markers=[marker]
    )
    assert (recorder.step, recorder.epoch, recorder.step_in_epoch) == (6, 1, 2)
    assert recorder.epoch_fraction == 1.5
    assert recorder.history == {"loss": [0.25]}
    assert recorder.markers == (marker,)
    assert recorder.clock.seconds == pytest.approx(0.6)
    time.sleep(0.01)
    assert recorder.clock.seconds == pytest.approx(0.6)  # it stands still
    recorder.clock.go_on()
    assert 0.6 <= recorder.clock.seconds < 1.6
    recorder.end_epoch({"loss": 0.125})
    assert recorder.history == {"loss": [0.25, 0.125]}


def test_it_knows_what_each_epoch_logged() -> None:
    recorder = Recorder(Events())
    recorder.clock.start()
    for logs in ({"loss": 1.0}, {"loss": 0.5, "val_loss": float("nan")}):
        recorder.begin_epoch(len(recorder.epochs))
        recorder.end_epoch(logs)
    assert recorder.logged(0) == {"loss"}
    assert recorder.logged(1) == {"loss", "val_loss"}
    assert recorder.logged(2) is None


def test_an_interrupted_run_has_ended() -> None:
    assert State("interrupted").ended
    assert State.INTERRUPTED.text == "interrupted"
    assert not State.PAUSED.ended
