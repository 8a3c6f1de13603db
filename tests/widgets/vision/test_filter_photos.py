"""Photographs beside the filters: they neither keep other views waiting nor harm the filters."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import pytest

import dlwidgets as dl
from dlwidgets.training.model_source import ModelSource
from dlwidgets.widgets import FilterViewer
from dlwidgets.widgets.vision import _filter_photos
from tests.helpers.page import is_error, seen, set_on_page
from tests.helpers.viewers import settled
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator

IMAGES = np.random.default_rng(0).random((5, 9, 9, 1)).astype("float32")


def cnn() -> Any:
    keras.utils.set_random_seed(2)
    layers = [
        keras.layers.Conv2D(6, 3, activation="relu", name="conv"),
        keras.layers.Flatten(),
        keras.layers.Dense(4, name="classes"),
    ]
    return keras.Sequential([keras.Input((9, 9, 1)), *layers], name="cnn")


@pytest.fixture
def one() -> Iterator[FilterViewer]:
    """A viewer that is quick, and that no page shows yet."""
    viewer = FilterViewer(value_range=(0.0, 1.0))
    viewer.follow.value = False
    viewer.form.preset.value, viewer.form.size.value, viewer.form.steps.value = "book", 16, 3
    viewer.follow.value = True
    yield viewer
    viewer.close()


def test_images_of_another_size_leave_the_filters_alone(one: FilterViewer) -> None:
    one.show(cnn(), images=np.zeros((5, 12, 12, 1)))
    seen(one.grid)
    settled(one)
    assert one.grid.count == 6
    assert not is_error(one.message_line)
    assert is_error(one.photos.message_line)
    assert "12, 12, 1" in one.photos.message_line.value
    assert one.photos.grid.count == 0
    one.show(cnn(), images=IMAGES)
    settled(one)
    assert one.photos.grid.count == 5
    assert one.photos.message_line.value == ""
    assert not is_error(one.photos.message_line)


@pytest.mark.parametrize("shape", [(0, 9, 9, 1), (0,), (9, 9, 1)], ids=str)
def test_what_is_no_image_is_refused_and_the_view_stays(
    one: FilterViewer, shape: tuple[int, ...]
) -> None:
    one.show(cnn(), images=IMAGES)
    seen(one.grid)
    settled(one)
    with pytest.raises(ValueError, match="Expected images of shape"):
        one.show(cnn(), images=np.zeros(shape))
    settled(one)
    assert one.grid.count == 6
    assert one.photos.grid.count == 5


def test_a_click_on_a_filter_evaluates_no_image_again(
    one: FilterViewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    layers: list[str] = []
    really = _filter_photos.excitation

    def counted(model: Any, layer: str, *arguments: Any) -> Any:
        layers.append(layer)
        return really(model, layer, *arguments)

    monkeypatch.setattr(_filter_photos, "excitation", counted)
    one.show(cnn(), images=IMAGES)
    seen(one.grid)
    settled(one)
    assert layers == ["conv"]
    set_on_page(one.grid, selected=3)
    settled(one)
    assert one.large_result is not None
    assert one.photos.which == 3
    assert layers == ["conv"]
    one.layer = "classes"
    settled(one)
    assert layers == ["conv", "classes"]
    assert one.photos.grid.title == "Filter 3 of classes in photographs"


def test_a_filter_selected_before_there_are_images_comes_with_the_others(
    one: FilterViewer,
) -> None:
    one.show(cnn(), images=IMAGES)
    one.selected = 2
    seen(one.grid)
    settled(one)
    assert one.grid.count == 6
    assert one.photos.grid.count == 5


def test_other_views_of_the_run_need_not_wait_until_the_photographs_are_shown(
    one: FilterViewer,
) -> None:
    model = cnn()
    model.compile("adam", "mse")
    run = dl.fit(model, IMAGES, np.zeros((5, 4)), epochs=1, start=False)
    free: list[bool] = []

    def look(_change: object) -> None:
        looked = threading.Event()
        other = threading.Thread(target=lambda: ModelSource(run).use(lambda _model: looked.set()))
        other.start()
        free.append(looked.wait(20))

    one.photos.grid.observe(look, "title")
    one.show(run, images=IMAGES)
    seen(one.grid)
    until(lambda: one.photos.grid.count == 5, "the photographs", 60)
    assert free == [True]
