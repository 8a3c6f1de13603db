"""The training panel: which curves it draws where, and how it follows a run."""

from __future__ import annotations

import json
import math
import threading
import weakref
from typing import Any

import numpy as np
import pytest
from keras.optimizers.schedules import CosineDecay

import dlwidgets as dl
from dlwidgets.training import Run
from dlwidgets.training.run_engine import engine_of
from dlwidgets.widgets import TrainingPanel
from dlwidgets.widgets._core.ticker import TICKER
from dlwidgets.widgets.training.display import panel_of
from tests.helpers.fake_runs import Model, end_epoch, running, steps
from tests.helpers.page import ChartPage, from_page, set_on_page, state_of
from tests.helpers.waiting import until, until_collected

pytestmark = pytest.mark.usefixtures("still")


def names(panel: TrainingPanel, chart: int) -> list[str]:
    return [s["name"] for s in panel.charts[chart].series]


def shown(panel: TrainingPanel) -> list[str]:
    """The titles of the charts that are on the page."""
    return [c.title for c in panel.charts if c.layout.display != "none"]


def seen(panel: TrainingPanel, chart: int = 0) -> dict[str, list[float]]:
    page = ChartPage().read(panel.charts[chart])
    return {key: values.tolist() for key, values in page.series.items()}


# -- curves ------------------------------------------------------------------------------------


def test_every_step_and_epoch_is_drawn_where_it_belongs() -> None:
    run = running()
    panel = TrainingPanel(run)
    assert shown(panel) == ["Loss"]
    steps(run, loss=[3.0, 2.0], accuracy=[0.25, 0.5])
    assert panel.tick() is True
    steps(run, loss=[1.0], accuracy=[0.75])
    end_epoch(run, {"loss": 2.0, "accuracy": 0.5, "val_loss": 1.5, "val_accuracy": 0.625})
    panel.tick()
    assert shown(panel) == ["Loss", "Accuracy"]
    assert seen(panel) == {"step/loss": [3, 2, 1], "epoch/loss": [2.0], "epoch/val_loss": [1.5]}
    assert seen(panel, 1) == {
        "step/accuracy": [0.25, 0.5, 0.75],
        "epoch/accuracy": [0.5],
        "epoch/val_accuracy": [0.625],
    }
    assert len(set(names(panel, 0))) == 3
    assert "validation loss" in names(panel, 0)
    kinds = {s["id"]: (s["kind"], s["smooth"]) for s in panel.charts[0].series}
    assert kinds == {
        "step/loss": ("line", True),
        "epoch/loss": ("line+markers", False),
        "epoch/val_loss": ("line+markers", False),
    }


def test_losses_share_a_chart_and_metrics_beyond_three_share_the_last() -> None:
    run = running()
    panel = TrainingPanel(run)
    steps(
        run,
        loss=[1.0],
        head_a_loss=[0.5],
        head_b_loss=[0.5],
        auc=[0.1],
        precision=[0.2],
        recall=[0.3],
        top_k=[0.4],
        f1=[0.5],
    )
    panel.tick()
    assert [s["id"] for s in panel.charts[0].series] == [
        "step/loss",
        "step/head_a_loss",
        "step/head_b_loss",
    ]
    where = {s["id"]: i for i, c in enumerate(panel.charts) for s in c.series}
    assert [where[f"step/{n}"] for n in ("auc", "precision", "recall", "top_k", "f1")] == [
        1,
        2,
        3,
        3,
        3,
    ]
    assert len(shown(panel)) == 4
    assert shown(panel)[3].lower().replace("_", " ") == "recall, top k, f1"
    end_epoch(run, {"val_top_k": 0.5, "val_head_a_loss": 0.25, "learning_rate": 0.1})
    panel.tick()
    assert seen(panel, 3)["epoch/val_top_k"] == [0.5]
    assert seen(panel, 0)["epoch/val_head_a_loss"] == [0.25]
    assert not any("learning" in s["id"] for c in panel.charts for s in c.series)


def test_running_values_say_so_and_are_not_smoothed() -> None:
    run = running()
    panel = TrainingPanel(run)
    steps(run, exact=["loss"], loss=[1.0], auc=[0.5])
    panel.tick()
    (auc,) = panel.charts[1].series
    assert not auc["smooth"]
    assert "running" in auc["name"]


def test_late_panel_of_a_finished_run_has_everything() -> None:
    run = running(epochs=1)
    steps(run, loss=np.linspace(3, 1, 500))
    engine_of(run).recorder.mark("note", "half way")
    engine_of(run).recorder.end_epoch({"loss": 2.0, "val_loss": 1.0})
    engine_of(run).end_with(None)
    panel = TrainingPanel(run)
    assert panel.tick() is False, "nothing more will come"
    assert seen(panel)["step/loss"] == pytest.approx(np.linspace(3, 1, 500))
    assert seen(panel)["epoch/val_loss"] == [1.0]
    bar = panel.bar
    assert (bar.state, bar.step, bar.epoch, bar.epochs) == ("finished", 500, 1, 1)
    assert [m["text"] for m in panel.charts[0].markers] == ["half way"]
    snapshot = state_of(panel.charts[0], "_snapshot")
    assert snapshot["series"]["step/loss"]["total"] == 500, "a reload finds it all"


def test_two_panels_agree() -> None:
    run = running()
    one, other = TrainingPanel(run), TrainingPanel(run)
    steps(run, loss=[2.0, 1.0])
    one.tick()
    run.pause()
    for panel in (one, other):
        until(lambda panel=panel: panel.tick() and panel.bar.phase == "pausing", "the request")
    assert seen(one) == seen(other) == {"step/loss": [2.0, 1.0]}
    for name in ("state", "step", "phase", "learning_rate", "model_name", "parameters"):
        assert getattr(one.bar, name) == getattr(other.bar, name), name


def test_rewritten_epochs_begin_the_curves_anew() -> None:
    run = running()
    engine_of(run).recorder.steps_per_epoch = None
    panel = TrainingPanel(run)
    steps(run, loss=[3.0, 2.0])
    panel.tick()
    # Only at the end of the first epoch is it known how long one is.
    engine_of(run).recorder.end_epoch({"loss": 2.5})
    panel.tick()
    assert panel.charts[0].generation >= 1
    assert seen(panel) == {"step/loss": [3.0, 2.0], "epoch/loss": [2.5]}
    assert panel.charts[0].points("step/loss").epoch.tolist() == [0.5, 1.0]


def test_reference_curves_stay_behind_the_next_run() -> None:
    run = running()
    panel = TrainingPanel(run)
    steps(run, loss=[3.0], accuracy=[0.5])
    panel.tick()
    run.stop()
    panel.keep_as_reference()
    panel.keep_as_reference("again")
    panel.keep_as_reference(what="Adam 0.1")
    following = running(Model("other"))
    panel.show(following)
    steps(following, loss=[9.0])
    panel.tick()
    drawn = seen(panel)
    assert drawn.pop("step/loss") == [9.0]
    assert list(drawn.values()) == [[3.0]] * 3
    kept = [s["name"] for s in panel.charts[0].series if s["reference"]]
    assert [name.partition(":")[0] for name in kept] == ["Run 1", "again", "Run 3, Adam 0.1"]
    assert shown(panel) == ["Loss", "Accuracy"], "the reference's accuracy is still there"
    panel.clear_references()
    panel.tick()
    assert shown(panel) == ["Loss"]
    assert seen(panel) == {"step/loss": [9.0]}


def test_references_of_another_subject_wait_until_they_can_be_compared() -> None:
    run = running()
    panel = TrainingPanel(run)
    panel.compare_within("digits")
    steps(run, loss=[3.0], accuracy=[0.5])
    panel.tick()
    run.stop()
    panel.keep_as_reference()
    line = running(Model("line"))
    panel.compare_within("line")
    panel.show(line)
    steps(line, loss=[900.0])
    panel.tick()
    assert seen(panel) == {"step/loss": [900.0]}
    assert shown(panel) == ["Loss"], "no accuracy of another data set"
    panel.keep_as_reference()
    panel.compare_within("digits")
    drawn = seen(panel)
    drawn.pop("step/loss")
    assert list(drawn.values()) == [[3.0]]
    panel.clear_references()
    panel.compare_within("line")
    assert seen(panel) == {"step/loss": [900.0]}, "those that wait are removed as well"


def test_charts_of_a_panel_show_the_same_part_of_the_x_axis() -> None:
    panel = TrainingPanel(running())
    first, second = panel.charts[:2]
    second.set_state({"x_range": [10, 20.5]})
    assert first.x_range == [10.0, 20.5]
    first.set_state({"x_range": [20, 10]})
    assert second.x_range == [10.0, 20.5]
    first.set_state({"x_range": []})
    assert second.x_range == []
    first.x_range = (3, 4)
    panel.show(running(Model("other")))
    assert [chart.x_range for chart in panel.charts] == [[]] * 4


# -- state -------------------------------------------------------------------------------------


def test_numbers() -> None:
    run = running(Model("net", rate=0.02), epochs=4, steps_per_epoch=10)
    panel = TrainingPanel(run)
    steps(run, loss=np.ones(15))
    engine_of(run).recorder.begin_epoch(1)
    panel.tick()
    bar = panel.bar
    assert (bar.model_name, bar.parameters) == ("net", 1234)
    assert (bar.step, bar.total_steps, bar.steps_per_epoch) == (15, 40, 10)
    assert (bar.epoch, bar.epochs) == (2, 4)
    assert bar.learning_rate == pytest.approx(0.02)
    assert bar.memory_used > 1e6
    for value in (bar.steps_per_second, bar.samples_per_second, bar.elapsed, bar.remaining):
        assert math.isfinite(value)


def test_states_are_told_at_once() -> None:
    run = Run(Model(), lambda _: None, epochs=1)
    panel = TrainingPanel(run)
    bar = panel.bar
    assert (bar.state, bar.can_start, bar.can_restart) == ("ready", True, False)
    engine_of(run).steering.leave_ready(dl.training.State.RUNNING)
    assert (bar.state, bar.can_start) == ("running", False)
    engine_of(run).steering.enter(dl.training.State.PAUSED)
    assert bar.state == "paused"
    engine_of(run).end_with(None)
    assert (bar.state, bar.can_restart) == ("finished", False)


def test_failed_run_says_why_and_keeps_its_curve() -> None:
    run = running()
    panel = TrainingPanel(run, on_start=lambda: None)
    steps(run, loss=[3.0, 2.0])
    engine_of(run).end_with(ValueError("<img src=x> broke"))
    assert panel.tick() is False
    bar = panel.bar
    assert (bar.state, bar.message_kind) == ("failed", "error")
    assert "<img src=x> broke" in bar.message
    assert bar.can_restart
    assert seen(panel) == {"step/loss": [3.0, 2.0]}
    assert [m["kind"] for m in panel.charts[0].markers] == ["error"]
    late = TrainingPanel(run)
    late.tick()
    assert late.bar.message == bar.message
    assert seen(late) == {"step/loss": [3.0, 2.0]}


def test_run_that_fails_before_its_first_step() -> None:
    panel = TrainingPanel(empty_text="Press Start.")
    assert panel.charts[0].empty_text == "Press Start."
    run = running()
    panel.show(run)
    assert "first step" in panel.charts[0].empty_text
    engine_of(run).end_with(MemoryError("no room"))
    assert panel.tick() is False
    assert panel.bar.state == "failed"
    assert "Nothing was recorded" in panel.charts[0].empty_text
    assert "Out of memory" in panel.bar.message
    assert shown(panel) == ["Loss"]


def test_chart_planned_after_a_run_does_not_say_that_nothing_was_recorded() -> None:
    panel = TrainingPanel(empty_text="Press Start.")
    run = running()
    panel.show(run)
    steps(run, loss=[3.0])
    engine_of(run).end_with(None)
    panel.tick()
    panel.plan(["accuracy"])
    assert shown(panel) == ["Loss", "Accuracy"]
    assert panel.charts[1].empty_text == "Press Start."


def test_start_button_starts_a_ready_run_once() -> None:
    ran: list[Run] = []
    run = Run(Model(), ran.append, epochs=1)
    panel = TrainingPanel(run)
    from_page(panel.bar, {"type": "start"})
    from_page(panel.bar, {"type": "start"})
    run.wait(20)
    assert ran == [engine_of(run)]
    panel.tick()
    assert panel.bar.state == "finished"


def test_a_panel_that_is_cleared_while_a_run_ends_is_as_before_the_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = running()
    panel = TrainingPanel(run, on_start=lambda: None)
    TICKER.remove(panel)
    threads: list[threading.Thread] = []

    def state(self: Run) -> Any:
        now = engine_of(self).steering.state
        if now.ended and not threads:
            threads.append(threading.Thread(target=panel.clear))
            threads[0].start()
            threads[0].join(0.5)  # long enough for one that doesn't wait
        return now

    with monkeypatch.context() as patch:
        patch.setattr(Run, "state", property(state))
        engine_of(run).end_with(None)
        threads[0].join(20)
    bar = panel.bar
    assert (bar.state, bar.can_start, bar.can_restart) == ("ready", True, False)


def test_start_again_is_left_to_whoever_made_the_panel() -> None:
    asked: list[int] = []
    panel = TrainingPanel(on_start=lambda: asked.append(1))
    assert panel.tick() is False
    assert panel.bar.can_start
    from_page(panel.bar, {"type": "start"})
    assert asked == [1]
    run = running()
    panel.show(run)
    from_page(panel.bar, {"type": "start"})
    assert asked == [1], "it is running"
    engine_of(run).end_with(None)
    from_page(panel.bar, {"type": "start"})
    assert asked == [1, 1]


def test_locked_learning_rate_says_why() -> None:
    panel = TrainingPanel(running(Model(rate=CosineDecay(0.1, 10))))
    panel.tick()
    assert "schedule" in panel.bar.learning_rate_locked


def test_charts_share_axis_and_smoothing() -> None:
    panel = TrainingPanel(running())
    set_on_page(panel.charts[1], x_axis="time", smoothing=0.9)
    assert {(c.x_axis, c.smoothing) for c in panel.charts} == {("time", 0.9)}


# -- life --------------------------------------------------------------------------------------


def test_a_run_does_not_keep_a_panel_that_nobody_shows() -> None:
    run = running()
    panel: Any = TrainingPanel(run)
    panel.close()
    gone = weakref.ref(panel)
    del panel
    until_collected(gone)
    run.pause()
    engine_of(run).end_with(None)


def test_another_run_in_the_same_panel_is_the_only_one_it_follows() -> None:
    first, second = running(Model("first")), running(Model("second"))
    panel = TrainingPanel(first)
    panel.show(second)
    engine_of(first).end_with(ValueError("of the first"))
    panel.tick()
    assert (panel.bar.state, panel.bar.message) == ("running", "")
    assert panel.bar.model_name == "second"


def test_display_of_a_run_is_its_panel_and_a_text() -> None:
    run = running(Model("net"))
    bundle = run._repr_mimebundle_()
    view = bundle["application/vnd.jupyter.widget-view+json"]
    panel = panel_of(run)
    assert view["model_id"] == panel.model_id
    assert "net" in bundle["text/plain"]
    assert panel_of(run) is panel, "displayed twice, it is one panel"
    panel.close()
    assert panel_of(run) is not panel


def test_saved_panel_is_small() -> None:
    run = running()
    panel = TrainingPanel(run)
    steps(run, loss=np.random.default_rng(1).normal(size=30_000), accuracy=np.ones(30_000))
    engine_of(run).end_with(None)
    panel.tick()
    saved = panel.get_manager_state()["state"]
    assert max(len(json.dumps(entry)) for entry in saved.values()) <= 50_000


def test_a_panel_does_not_keep_a_run_that_has_ended_and_is_gone() -> None:
    run = running()
    panel = panel_of(run)
    steps(run, loss=[3.0, 2.0])
    engine_of(run).end_with(None)
    # Not in an assertion: pytest keeps what it compares.
    shown_until_its_end = panel.run is run
    panel.tick()
    gone = weakref.ref(run)
    del run
    assert shown_until_its_end
    until_collected(gone)
    assert panel.run is None
    assert panel.bar.state == "finished"
    assert len(panel.charts[0].points("step/loss")) == 2
