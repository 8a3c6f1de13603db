"""The Train page: it starts by itself, with the model that learns beside its curves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.training.run_engine import RunEngine
from dlwidgets.widgets.dashboards._rate_slider import RateSlider
from dlwidgets.widgets.primitives.run_bar import RunBar
from tests.helpers.page import css_classes, from_page, seen, set_on_page
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def page() -> Iterator[Any]:
    made = dl.TrainDashboard()
    made.form.epochs.value = 5000
    yield made
    run = made.run
    made.close()
    if run is not None:
        until(lambda: run.state.ended, "the end of the run", 60)


def begun(page: Any) -> Any:
    seen(page.panel.bar)
    until(lambda: page.run is not None and page.run.step_count > 5, "a run by itself", 120)
    return page.run


def test_it_starts_by_itself_and_images_go_through_the_model(page: Any) -> None:
    assert page.run is None, "a kernel that is kept ready trains though nobody looks"
    begun(page)
    graph, grid = page.graph, page.predictions.grid
    until(lambda: graph.step > 0, "what the layers give")
    names = [node[0] for node in graph.pictures["nodes"]]
    assert len(names) == len(graph.graph["nodes"])
    until(lambda: grid.count == 24, "held-out images")
    until(lambda: grid.selected == 0, "the one that goes through the model")
    set_on_page(grid, selected=7)
    assert graph.index == 7
    x = page.predictions.follower.run.model
    assert x is page.run.model
    set_on_page(grid, selected=-1)  # a second click on it
    assert grid.selected == graph.index == 7
    before = graph.step
    until(lambda: graph.step > before, "a later look")


def test_the_views_show_the_untrained_model_before_the_start(
    page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin, followed = RunEngine.start, []

    def start(engine: RunEngine, run: Any) -> bool:
        followed.append([view.follower.run is run for view in (page.graph, page.predictions)])
        return begin(engine, run)

    monkeypatch.setattr(RunEngine, "start", start)
    begun(page)
    assert followed == [[True, True]]


def test_other_settings_replace_the_run_at_once(page: Any) -> None:
    first = begun(page)
    page.form.model.value = "small_cnn"
    page.form.epochs.value = 5000
    page.start_again.click()
    until(lambda: page.run is not first and page.run.step_count > 2, "another run", 120)
    assert first.state.ended
    assert page.run.model.name == "small_cnn"
    name = dl.models.choices()["small_cnn"].title
    assert page.panel.bar.model_name == name
    until(lambda: page.graph.title.startswith(f"{name}: "), "its graph, named as in the form")


def test_the_charts_are_there_before_their_data(page: Any) -> None:
    def charts() -> list[str]:
        return [c.title for c in page.panel.charts if c.layout.display != "none"]

    assert charts() == ["Loss", "Accuracy"]
    page.form.dataset.value = "line"
    assert charts() == ["Loss"]
    page.form.dataset.value = "digits"
    assert charts() == ["Loss", "Accuracy"]
    first = begun(page)
    until(lambda: page.panel.charts[1].series, "the accuracy")
    page.restart()
    assert charts() == ["Loss", "Accuracy"]
    until(lambda: page.run is not first, "another run", 60)
    assert charts() == ["Loss", "Accuracy"]


def test_there_is_one_learning_rate(page: Any) -> None:
    run, slider, bar = begun(page), page.form.learning_rate, page.panel.bar
    set_on_page(slider, value=0.02)
    until(lambda: run.learning_rate == pytest.approx(0.02), "the slider's rate in the run")
    until(lambda: bar.learning_rate == pytest.approx(0.02), "the same in the bar")
    assert slider.value == pytest.approx(0.02)
    from_page(bar, {"type": "learning_rate", "value": "0.003"})
    until(lambda: slider.value == pytest.approx(0.003), "the bar's rate in the form")
    # Of another model it is the rate with which that one begins.
    page.form.model.value = "small_cnn"
    set_on_page(slider, value=0.5)
    from_page(bar, {"type": "learning_rate", "value": "0.004"})
    until(lambda: run.learning_rate == pytest.approx(0.004), "the bar's rate in the run")
    until(lambda: bar.learning_rate == pytest.approx(0.004), "the same in the bar")
    assert slider.value == pytest.approx(0.5)
    markers = [marker.text for marker in run.markers]
    assert not any("0.5" in text for text in markers), markers


def test_a_page_that_prepares_another_run_dims_the_one_before(page: Any) -> None:
    def dimmed() -> bool:
        return "dlw-waits" in css_classes(page)

    assert not dimmed()
    first = begun(page)
    assert not dimmed()
    page.restart()
    assert dimmed()
    until(lambda: page.run is not first and page.run.step_count > 0, "another run", 60)
    until(lambda: not dimmed(), "its views")


def test_a_start_that_fails_leaves_the_run_before_undimmed(
    page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun(page)

    def fail(**_settings: object) -> None:
        message = "no such model"
        raise ValueError(message)

    monkeypatch.setattr(page, "make_run", fail)
    page.restart()
    until(lambda: "no such model" in page.message, "why it failed", 60)
    until(lambda: "dlw-waits" not in css_classes(page), "its views")


def test_a_rate_that_is_moved_while_a_run_is_prepared_is_handed_over(
    page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    slider, make = page.form.learning_rate, page.make_run

    def moved(**settings: Any) -> Any:
        run = make(**settings)
        set_on_page(slider, value=0.02)
        return run

    monkeypatch.setattr(page, "make_run", moved)
    run = begun(page)
    until(lambda: run.learning_rate == pytest.approx(0.02), "the slider's rate in the run")
    assert slider.value == pytest.approx(0.02)


def test_only_the_user_moves_the_rate_of_a_run(page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    run, slider = begun(page), page.form.learning_rate
    rates: list[float] = []
    monkeypatch.setattr(run, "set_learning_rate", rates.append)
    monkeypatch.setattr(page, "restart", lambda: None)
    from_page(page.try_list, {"type": "try", "index": 0})
    assert slider.value == pytest.approx(0.1)
    from_page(page.try_list, {"type": "reset"})
    assert slider.value == pytest.approx(run.learning_rate)
    slider.value = 0.03
    page.form.model.value = "small_cnn"
    page.form.model.value = "mlp"
    assert slider.value != 0.03
    set_on_page(slider, value=0.04)
    assert rates == [0.03, 0.04]


def test_a_rate_that_is_not_a_number_is_left_out() -> None:
    model = dl.models.compiled("mlp", input_shape=(2,), classes=2)
    run = dl.fit(model, np.zeros((4, 2)), np.zeros(4), start=False)
    slider, bar = ipywidgets.FloatLogSlider(value=0.01, min=-5, max=0), RunBar()
    slider.close()  # the wire of these tests takes no NaN
    bar.run, bar.learning_rate = run, 0.01
    RateSlider(slider, bar, lambda: True)
    slider.value = float("nan")
    bar.learning_rate = 0.02
    assert slider.value == pytest.approx(0.02)
    bar.close()


def test_after_a_run_that_diverged_the_last_good_weights_are_loaded(page: Any) -> None:
    run, bar = begun(page), page.panel.bar
    run.set_learning_rate(1e30)
    until(lambda: run.state == "failed" and bar.state == "failed", "the failure", 60)
    run.snapshot(60)  # as the views take it
    kept = run.last_snapshot
    page.restore.click()
    what = f"after step {kept.step:,}" if kept.step else "from before training"
    assert bar.message == f"The weights {what} are loaded."
    for now, then in zip(run.model.get_weights(), kept.weights, strict=True):
        np.testing.assert_array_equal(now, then)
    assert max(np.abs(weight).max() for weight in run.model.get_weights()) < 100
