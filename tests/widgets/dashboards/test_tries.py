"""Things to try: each button sets the page up, names what to watch, and can be taken back."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

import dlwidgets as dl
from dlwidgets.widgets import (
    GanDashboard,
    LookInsideDashboard,
    MistakesDashboard,
    TrainDashboard,
    WhereItLooksDashboard,
)
from dlwidgets.widgets.dashboards import _settings
from dlwidgets.widgets.dashboards._page import Page
from tests.helpers.page import from_page, messages
from tests.helpers.waiting import until

PAGES = [
    kind
    for name in dl.widgets.__all__
    if issubclass(kind := getattr(dl.widgets, name), Page)
    and kind is not dl.ConceptsDashboard  # whose widgets have their own
]


def made(kind: type[Page]) -> Any:
    """A page that starts nothing, and counts how often it was asked to."""
    page: Any = kind() if "Studio" in kind.__mro__[1].__name__ else kind(start=False)
    page.restarts = 0

    def restart() -> None:
        page.restarts += 1

    page.restart = restart
    return page


@pytest.mark.parametrize("kind", PAGES, ids=lambda kind: kind.__name__)
def test_every_thing_to_try_sets_the_page_up_and_can_be_taken_back(kind: type[Page]) -> None:
    page = made(kind)
    try:
        before = _settings.values(page.controls())
        assert len(page.tries) >= 5
        for index, trial in enumerate(page.tries):
            assert trial.settings.keys() <= page.controls().keys()
            from_page(page.try_list, {"type": "try", "index": index})
            assert page.try_list.current == index
            content = messages(page.try_list, "watch")[-1][0]
            assert content["model"] == trial.watch(page).model_id
            now = _settings.values(page.controls())
            for name, value in trial.settings.items():
                if name not in ("variation", "network"):  # clamped, or not offered here
                    assert now[name] == pytest.approx(value) if value != now[name] else True
        assert page.restarts == sum(trial.run for trial in page.tries)
        from_page(page.try_list, {"type": "reset"})
        assert page.try_list.current == -1
        assert _settings.values(page.controls()) == before
    finally:
        page.close()


def test_texts_are_whole_sentences_with_a_name() -> None:
    for kind in PAGES:
        for trial in kind.tries:
            assert trial.text.startswith("**"), trial.text
            assert trial.text.count("**") == 2


def test_a_stranger_cannot_ask_for_what_is_not_in_the_list() -> None:
    page = made(TrainDashboard)
    for index in (-1, 99, True, "0", None):
        from_page(page.try_list, {"type": "try", "index": index})
    assert page.try_list.current == -1
    assert page.restarts == 0
    page.close()


def test_the_settings_before_the_first_are_restored() -> None:
    page = made(TrainDashboard)
    page.form.epochs.value = 7
    for index in (0, 4):
        from_page(page.try_list, {"type": "try", "index": index})
    assert page.form.dataset.value == "line"
    from_page(page.try_list, {"type": "reset"})
    assert (page.form.dataset.value, page.form.epochs.value) == ("digits", 7)
    page.close()


def test_each_thing_to_try_begins_with_the_settings_before_the_first() -> None:
    page = made(GanDashboard)
    page.form.epochs.value = 7
    for index in (1, 3):
        from_page(page.try_list, {"type": "try", "index": index})
    settings = page.form.settings
    assert (settings.d_learning_rate, settings.g_learning_rate) == pytest.approx((2e-3, 1e-3))
    assert settings.dropout == 0
    page.form.dropout.value = 0.5
    from_page(page.try_list, {"type": "try", "index": 2})
    assert page.form.settings.dropout == 0.5, "the user's own stays"
    for index in (5, 0):
        from_page(page.try_list, {"type": "try", "index": index})
    settings = page.form.settings
    assert (settings.dataset, settings.output, settings.epochs) == ("digits", "tanh", 7)
    assert settings.g_learning_rate == pytest.approx(1e-5)
    page.close()


def test_batch_sizes_take_turns() -> None:
    page = made(TrainDashboard)
    seen = []
    for _ in range(3):
        from_page(page.try_list, {"type": "try", "index": 1})
        seen.append(page.form.batch_size.value)
    assert seen == [8, 512, 8]
    page.close()


def test_what_a_page_sets_up_is_what_its_text_says() -> None:
    page = made(GanDashboard)
    from_page(page.try_list, {"type": "try", "index": 0})
    settings = page.form.settings
    assert settings.g_learning_rate == pytest.approx(1e-5)
    assert (settings.label_noise, settings.dropout) == (0, 0)
    page.close()
    page = made(MistakesDashboard)
    from_page(page.try_list, {"type": "try", "index": 1})
    assert page.browser.cards.wrong_only
    assert page.browser.cards.order == "confident"
    for score in ("precision", "recall", "precision"):
        from_page(page.try_list, {"type": "try", "index": 2})
        assert page.confusion.plot.sort == score
        assert score in page.try_list.note
    page.close()
    page = made(WhereItLooksDashboard)
    from_page(page.try_list, {"type": "try", "index": 4})
    ((content, _),) = messages(page.pad.surface, "draw")
    assert content["strokes"] == [[[0.5, 0.2], [0.5, 0.8]]]
    assert page.try_list.note == "A 1 is drawn. Add to it."
    photos = dataclasses.replace(dl.data.load("digits"), name="cifar10")
    model, names = dl.models.small_cnn((8, 8, 1), 10), list(photos.class_names)
    page.show(model, photos, photos.x_test[:8], photos.y_test[:8], names)
    from_page(page.try_list, {"type": "try", "index": 4})
    assert page.try_list.note == (
        "Images of this data can't be drawn. Choose data of digits, then try it again."
    )
    page.close()


def test_what_is_selected_is_said_only_where_it_is() -> None:
    page = made(MistakesDashboard)
    from_page(page.try_list, {"type": "try", "index": 0})
    assert page.try_list.note == "No cell is selected: there are no mistakes yet."
    model = dl.models.compiled("mlp", input_shape=(8, 8, 1), classes=10)
    digits = dl.data.load("digits").normalized()
    page.confusion.show(model, digits.x_test, digits.y_test)
    until(lambda: page.confusion.judging.judged is not None, "predictions")
    from_page(page.try_list, {"type": "try", "index": 0})
    assert page.try_list.note == "The darkest red cell is selected."
    assert len(page.confusion.cell) == 2
    from_page(page.try_list, {"type": "reset"})
    assert page.try_list.note == ""
    page.close()
    page = made(GanDashboard)
    from_page(page.try_list, {"type": "try", "index": 4})
    assert page.try_list.note == "No image is selected: there are none yet."
    page.close()
    page = made(LookInsideDashboard)
    for index in (3, 4, 5):
        from_page(page.try_list, {"type": "try", "index": index})
        assert page.try_list.note.startswith("No ")
    page.close()
