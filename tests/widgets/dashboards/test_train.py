"""The Train page: it starts by itself, with the model that learns beside its curves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import dlwidgets as dl
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


def test_other_settings_replace_the_run_at_once(page: Any) -> None:
    first = begun(page)
    page.form.model.value = "small_cnn"
    page.form.epochs.value = 5000
    page.start_again.click()
    until(lambda: page.run is not first and page.run.step_count > 2, "another run", 120)
    assert first.state.ended
    assert page.run.model.name == "small_cnn"
    until(lambda: "small_cnn" in page.graph.title, "its graph")


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
