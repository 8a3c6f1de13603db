"""The markers in the charts of a training panel: what the user changed, and the best epoch."""

from __future__ import annotations

import json

import pytest

from dlwidgets.training.verdicts import outcome
from dlwidgets.widgets import TrainingPanel
from tests.helpers.fake_runs import Model, end_epoch, new_rate, running, steps

pytestmark = pytest.mark.usefixtures("still")


def test_markers_and_the_best_epoch() -> None:
    run = running(Model(rate=0.01))
    panel = TrainingPanel(run)
    steps(run, loss=[3.0, 2.0], accuracy=[0.5, 0.5])
    new_rate(run, 0.001)
    panel.tick()
    for chart in panel.charts[:2]:
        (marker,) = chart.markers
        assert (marker["kind"], marker["step"]) == ("learning_rate", 2)
        assert marker["text"] == "learning rate 0.01 → 0.001"
    assert panel.bar.learning_rate == pytest.approx(0.001)
    for loss in (0.5, float("nan"), 0.25, 0.75):
        end_epoch(run, {"loss": 1.0, "val_loss": loss})
        steps(run, loss=[1.0], accuracy=[0.5])
    panel.tick()
    (best,) = [m for m in panel.charts[0].markers if m["kind"] == "best"]
    assert best["epoch"] == 3.0
    assert "0.25" in best["text"]
    assert all(m["kind"] != "best" for m in panel.charts[1].markers)
    json.dumps(panel.charts[0].markers, allow_nan=False)


def test_a_run_that_explodes_has_no_best_epoch() -> None:
    run = running()
    panel = TrainingPanel(run)
    steps(run, loss=[2.0])
    for loss in (2.99e4, 1e9):
        end_epoch(run, {"loss": loss, "val_loss": loss})
    panel.tick()
    assert panel.charts[0].markers == []
    assert outcome(run) == "The loss diverged from the first epoch."
    end_epoch(run, {"loss": 5.0, "val_loss": 5.0})
    panel.tick()
    assert [m["kind"] for m in panel.charts[0].markers] == ["best"], "it came back"


def test_a_run_that_overfits_or_begins_with_an_easy_batch_has_a_best_epoch() -> None:
    for first in ([0.0014, 0.0013, 0.0014], [0.0001, 2.1, 1.9]):
        run = running()
        panel = TrainingPanel(run)
        steps(run, loss=first)
        for loss in (1.4 * max(first), max(first)):
            end_epoch(run, {"loss": loss, "val_loss": 2.8 + loss})
        panel.tick()
        assert [m["kind"] for m in panel.charts[0].markers] == ["best"]
        assert "diverged" not in outcome(run)


def test_markers_are_bounded_and_shown_with_the_tick() -> None:
    run = running()
    panel = TrainingPanel(run)
    steps(run, loss=[1.0])
    panel.tick()
    before = len(panel.charts[0].comm.sent)
    for i in range(1000):
        new_rate(run, 0.01 + i / 1000)
    assert len(panel.charts[0].comm.sent) == before, "the training does not wait for the page"
    panel.tick()
    markers = panel.charts[0].markers
    assert len(markers) == 100
    assert markers[-1]["text"].endswith("→ 1.01")
    assert len({m["id"] for m in markers}) == 100
    assert len(json.dumps(panel.charts[0].get_manager_state()["state"])) > 0
