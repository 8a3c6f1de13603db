"""The Look-inside page on a real, small training: its views follow it, and one another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import dlwidgets as dl
from tests.helpers.page import seen
from tests.helpers.viewers import png
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def page() -> Iterator[dl.LookInsideDashboard]:
    made = dl.LookInsideDashboard()
    assert made.run is None, "a kernel that is kept ready trains though nobody looks"
    seen(made.panel.bar)
    until(lambda: made.run is not None and made.run.step_count > 20, "a training", 120)
    yield made
    made.close()


def test_a_layer_chosen_in_the_graph_is_chosen_in_every_view(page: dl.LookInsideDashboard) -> None:
    name = page.run.model.layers[2].name  # the second convolution
    assert name.startswith("conv2d")
    page.graph.layer = name
    for view in (page.activations, page.heatmap, page.inspector, page.filters):
        assert view.layer == name, type(view).__name__
    until(
        lambda: page.activations.result is not None and page.activations.result.layer == name,
        "its feature maps",
    )


def test_an_image_chosen_among_the_predictions_is_shown_everywhere(
    page: dl.LookInsideDashboard,
) -> None:
    page.browser.index = 7
    assert page.activations.index == page.heatmap.index == page.embedding.index == 7
    page.heatmap.index = 9
    assert page.activations.index == page.browser.index == 9


def test_all_views_are_held_by_one_button(page: dl.LookInsideDashboard) -> None:
    views = (page.graph, page.activations, page.heatmap, page.inspector, page.browser, page.draw)
    page.controls_of_views.hold.value = True
    assert all(view.hold for view in views)
    page.controls_of_views.hold.value = False
    assert not any(view.hold for view in views)


def test_only_what_is_in_sight_follows(page: dl.LookInsideDashboard) -> None:
    page.upper.selected_index, page.lower.selected_index = 0, 0
    always = (page.graph, page.browser.judging)
    assert page.activations.follower.awake
    assert not page.heatmap.follower.awake
    assert not page.embedding.follower.awake
    assert not page.confusion.awake
    page.upper.selected_index, page.lower.selected_index = 1, 2
    assert not page.activations.follower.awake
    assert page.heatmap.follower.awake
    assert page.embedding.follower.awake
    page.lower.selected_index = 1
    assert page.confusion.awake
    assert all(view.follower.awake for view in always)
    before = page.heatmap.follower.step
    until(lambda: page.heatmap.follower.step > before, "a later heat map", 60)


def test_the_strip_and_the_graph_show_the_selected_image(page: dl.LookInsideDashboard) -> None:
    for index in (3, 8):
        page.browser.index = index
        until(lambda index=index: page.answer.name == f"Sample {index}", "the answer")
        truth = page.browser.judging.judged.truth[index]
        assert page.answer.truth == page.class_names[truth]
    before = page.answer.step
    until(lambda: page.answer.step > before, "a later answer")
    assert page.graph.pictures["names"] == page.class_names
    page.activations.field.take("mine.png", png(28))
    until(lambda: page.answer.name == "Own image", "the user's own image")
    assert (page.answer.truth, page.answer.verdict) == ("", "")
    assert page.answer.predicted in page.class_names


def test_another_model_replaces_it_in_all_views(page: dl.LookInsideDashboard) -> None:
    first = page.run
    first.stop()
    until(lambda: first.state.ended, "the end of the first run", 60)
    page.model.value = "mlp"
    page.start()
    until(lambda: page.run is not first and page.run.step_count > 5, "the second run", 120)
    name = dl.models.choices()["mlp"].title
    until(lambda: page.graph.title.startswith(f"{name}: "), "its graph, named as in the form")
    for i in range(4):
        page.upper.selected_index = i
    page.graph.layer = page.run.model.layers[-1].name
    assert page.inspector.layer == page.run.model.layers[-1].name
