"""Style transfer: the image of the settings, its file, its layers."""

from __future__ import annotations

import math
import threading
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from dlwidgets.vision import read_settings, transfer_style
from dlwidgets.vision.style_balance import weights_at
from dlwidgets.vision.style_images import STYLE_TITLES
from dlwidgets.widgets import StyleStudio
from dlwidgets.widgets.vision import _studio, style_studio
from tests.helpers.page import set_on_page
from tests.helpers.studios import (
    STYLE_SETTINGS,
    finished,
    learned,
    net,
    png,
    png_of,
    scaled,
    shown,
    training,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dlwidgets.widgets.vision._studio_job import Job


def test_a_style_can_be_made_again_from_its_file(studio: Any) -> None:
    one = studio(StyleStudio)
    one.start_button.click()
    finished(one)
    settings = read_settings(png_of(one)[1])
    pictures = scaled((settings["image"], settings["style"]), 64)
    keys = STYLE_SETTINGS
    again = list(
        transfer_style(
            net(),
            *pictures,
            settings["content_layer"],
            settings["style_layers"],
            **{k: settings[k] for k in keys},
        )
    )[-1]
    np.testing.assert_array_equal(shown(one.compare, "after"), again.image)
    assert len(one.chart.points("style").value) == 2


def test_each_style_layer_has_a_slider_whose_weight_is_in_the_file(studio: Any) -> None:
    one = studio(StyleStudio)
    assert list(one.style_layers) == ["conv_a", "conv_b"]
    one.restart.value = True
    one.style_layers["conv_a"].value = 0.5
    finished(one)
    first = shown(one.compare, "after")
    one.style_layers["conv_b"].value = 3.5
    finished(one)
    settings = read_settings(png_of(one)[1])
    assert settings["style_layers"] == {"conv_a": 0.5, "conv_b": 3.5}
    assert (shown(one.compare, "after") != first).any()
    pictures = scaled((settings["image"], settings["style"]), 64)
    keys = STYLE_SETTINGS
    again = list(
        transfer_style(
            net(),
            *pictures,
            settings["content_layer"],
            settings["style_layers"],
            **{k: settings[k] for k in keys},
        )
    )[-1]
    np.testing.assert_array_equal(shown(one.compare, "after"), again.image)
    one.style_layers["conv_a"].value = 0.0
    assert finished(one).result[1]["style_layers"] == {"conv_b": 3.5}


def test_of_two_style_sliders_moved_at_once_the_last_counts(studio: Any) -> None:
    one = studio(StyleStudio, steps=100)
    one.restart.value = True
    for value in (0.5, 2.0):
        one.style_layers["conv_a"].value = value
        one.content_weight.value = value / 10
    one.steps.value = 3
    finished(one)
    settings = one.result[1]
    assert settings["style_layers"]["conv_a"] == 2.0
    assert settings["weights"][0] == pytest.approx(0.2)
    assert settings["steps"] == 3


def test_the_styles_are_a_gallery_with_the_user_s_own(studio: Any) -> None:
    one = studio(StyleStudio)
    assert one.gallery.labels[one.gallery.selected] == "Flower"
    one.restart.value = True
    names = list(STYLE_TITLES)
    set_on_page(one.gallery, selected=names.index("waves"))
    assert finished(one).result[1]["style"] == "waves"
    assert one.style.choice.value == "waves"
    own = np.random.default_rng(0).integers(0, 256, (60, 90, 3), "uint8")
    one.style.take("mine.png", png(own))
    finished(one)
    assert one.gallery.count == len(names) + 1
    assert one.gallery.selected == len(names)
    # A click on the selected style leaves it selected.
    set_on_page(one.gallery, selected=-1)
    assert one.gallery.selected == len(names)


def test_the_last_good_image_stays_while_the_next_is_young(
    studio: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_studio, "_INTERVAL", 0.0)
    one = studio(StyleStudio, steps=8)
    kept = shown(one.compare, "after").copy()
    seen_at: list[int] = []

    def note(_change: object) -> None:
        seen_at.append(one.job.steps)

    one.compare.observe(note, "after")
    one.start_button.click()
    finished(one)
    assert min(seen_at) >= 4
    assert (shown(one.compare, "after") != kept).any()


def test_one_slider_sets_both_weights_and_makes_one_image(studio: Any, jobs: list[Job]) -> None:
    one = studio(StyleStudio)
    one.restart.value = True
    before = len(jobs)
    set_on_page(one.balance, value=1.0)
    assert len(jobs) == before + 1
    assert (one.content_weight.value, one.style_weight.value) == (pytest.approx(0.001), 1.0)
    finished(one)
    assert one.result[1]["weights"][:2] == [0.001, 1.0]
    one.content_weight.value = 10.0
    assert one.balance.value == 0.0
    assert len(jobs) == before + 2
    finished(one)


def test_a_forged_balance_or_weight_that_is_no_number_harms_nothing(studio: Any) -> None:
    one = studio(StyleStudio)
    set_on_page(one.balance, value=0.2)
    before = one.content_weight.value, one.style_weight.value
    for value in (float("nan"), float("inf")):
        set_on_page(one.balance, value=value)
        assert math.isfinite(one.balance.value)
        assert all(map(math.isfinite, (one.content_weight.value, one.style_weight.value)))
        set_on_page(one.balance, value=0.2)
    assert (one.content_weight.value, one.style_weight.value) == before
    set_on_page(one.content_weight, value=float("nan"))
    assert one.balance.value == 0.2
    set_on_page(one.balance, value=0.4)
    assert one.content_weight.value == weights_at(0.4)[0]


def test_keep_shows_what_it_keeps_and_save_saves_that(studio: Any) -> None:
    one = studio(StyleStudio)
    one.restart.value = True
    for balance in (0.2, 0.4, 0.6):
        one.balance.value = balance
        finished(one)
        one.kept.button.click()
    one.balance.value = 0.8
    newest = finished(one).result[0]
    set_on_page(one.kept.grid, selected=1)
    one.kept.button.click()
    assert [kept.label for kept in one.kept.images] == [f"{n}% style\nFlower" for n in (40, 60, 80)]
    assert one.kept.grid.selected == -1
    np.testing.assert_array_equal(shown(one.compare, "after"), newest)
    assert read_settings(png_of(one)[1])["weights"][0] == pytest.approx(weights_at(0.8)[0])


def test_an_image_in_progress_keeps_its_original_when_another_is_chosen(
    studio: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_studio, "_INTERVAL", 0.0)
    one = studio(StyleStudio, steps=4)
    original = shown(one.compare, "before")
    begun, go = threading.Event(), threading.Event()

    def waits(*arguments: Any, **options: Any) -> Iterator[Any]:
        for state in transfer_style(*arguments, **options):
            begun.set()
            assert go.wait(60)
            yield state

    monkeypatch.setattr(style_studio, "transfer_style", waits)
    one.start_button.click()
    assert begun.wait(60)
    one.image.take("mine.png", png(np.full((60, 90, 3), 9, np.uint8)))
    assert shown(one.compare, "before").max() == 9
    go.set()
    finished(one)
    assert one.result[1]["image"] == "china"
    np.testing.assert_array_equal(shown(one.compare, "before"), original)
    np.testing.assert_array_equal(shown(one.compare, "after"), one.result[0])
    one.kept.button.click()
    set_on_page(one.kept.grid, selected=0)
    np.testing.assert_array_equal(shown(one.compare, "before"), original)


def test_three_images_are_kept_and_one_can_be_seen_again(studio: Any) -> None:
    one = studio(StyleStudio)
    one.restart.value = True
    made = []
    for balance in (0.2, 0.4, 0.6, 0.8):
        one.balance.value = balance
        finished(one)
        made.append(one.result[0])
        one.kept.button.click()
        assert one.kept.button.disabled, "until there is another image"
    assert list(one.kept.grid.labels) == [f"{n}% style\nFlower" for n in (40, 60, 80)]
    set_on_page(one.kept.grid, selected=0)
    np.testing.assert_array_equal(shown(one.compare, "after"), made[1])
    assert one.compare.after_label == "40% style\nFlower"
    assert read_settings(png_of(one)[1])["weights"][0] == pytest.approx(weights_at(0.4)[0])
    assert "Weights: content 0.1" in one.settings_line.value
    set_on_page(one.kept.grid, selected=-1)
    np.testing.assert_array_equal(shown(one.compare, "after"), made[3])
    # A kept image has the image beside it that it was made of; a new image is shown itself.
    set_on_page(one.kept.grid, selected=2)
    one.image.take("mine.png", png(np.full((60, 90, 3), 9, np.uint8)))
    assert one.kept.grid.selected == -1
    assert shown(one.compare, "before").max() == 9
    finished(one)
    assert png_of(one)[0] == "style-mine.png"
    set_on_page(one.kept.grid, selected=2)
    assert shown(one.compare, "before").max() > 9
    np.testing.assert_array_equal(shown(one.compare, "after"), made[3])


def test_a_kept_image_stays_in_view_while_the_network_learns(studio: Any) -> None:
    run, _ = training(epochs=3, start=False)
    one = studio(StyleStudio, run)
    assert one.kept.button.disabled
    one.start_button.click()
    learned(one)
    one.kept.button.click()
    set_on_page(one.kept.grid, selected=0)
    kept = shown(one.compare, "after")
    run.start()
    run.wait()
    assert learned(one).result[1]["network_steps"] == 24
    np.testing.assert_array_equal(shown(one.compare, "after"), kept)
    assert "after 0 training steps" in one.settings_line.value
    set_on_page(one.kept.grid, selected=-1)
    np.testing.assert_array_equal(shown(one.compare, "after"), one.result[0])
    assert "after 24 training steps" in one.settings_line.value
