"""DeepDream: the image of the settings, its file, its form."""

from __future__ import annotations

import io
import threading
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from dlwidgets.vision import deep_dream, read_settings
from dlwidgets.vision.dream_presets import DREAM_PRESETS
from dlwidgets.widgets import DreamStudio
from dlwidgets.widgets.vision import _film_player as film_player
from dlwidgets.widgets.vision import _studio
from tests.helpers.page import from_page, is_error, messages, set_on_page
from tests.helpers.studios import (
    DREAM_SETTINGS,
    finished,
    given_by_page,
    net,
    png,
    png_of,
    scaled,
    shown,
)

if TYPE_CHECKING:
    from dlwidgets.widgets.vision._studio_job import Job


def test_a_dream_is_made_at_once_and_can_be_made_again_from_its_file(studio: Any) -> None:
    one = studio(DreamStudio, octaves=2, seed=5)
    one.start_button.click()
    finished(one)
    name, png = png_of(one)
    assert name == "dream-china.png"
    settings = read_settings(png)
    (picture,) = scaled([settings["image"]], settings["longest"])
    keys = DREAM_SETTINGS
    states = list(deep_dream(net(), picture, settings["layers"], **{k: settings[k] for k in keys}))
    saved = np.asarray(Image.open(io.BytesIO(png)))
    np.testing.assert_array_equal(saved, states[-1].image)
    np.testing.assert_array_equal(shown(one.compare, "before"), picture)
    np.testing.assert_array_equal(shown(one.compare, "after"), saved)
    losses = one.chart.points("loss").value
    np.testing.assert_allclose(losses, [s.loss for s in states], rtol=1e-4)
    assert "steps per second" in one.message


def test_the_image_follows_each_change(studio: Any) -> None:
    one = studio(DreamStudio)
    one.start_button.click()
    finished(one)
    before = shown(one.compare, "after")
    assert "Octaves: 3 ·" in one.settings_line.value
    one.octaves.value = 2
    assert "Octaves: 3 ·" in one.settings_line.value, "the settings of the image, not of the form"
    one.layers["conv_a"].value = 4.0
    assert finished(one).result[1]["layers"].get("conv_a") != 4.0, "not while it is switched off"
    one.start()  # as a thing to try does
    assert finished(one).result[1]["layers"]["conv_a"] == 4.0
    one.restart.value = True
    one.layers["conv_a"].value = 5.0
    finished(one)
    assert one.result[1]["layers"]["conv_a"] == 5.0
    assert "Octaves: 2 ·" in one.settings_line.value
    assert "Layer weights: 5 × conv_a + 1 × conv_b ·" in one.settings_line.value
    assert (shown(one.compare, "after") != before).any()


def test_a_page_that_rounds_its_sliders_as_it_opens_makes_no_other_image(
    studio: Any, jobs: list[Job]
) -> None:
    one = studio(DreamStudio)
    one.restart.value = True
    before = len(jobs)
    set_on_page(one.scale, value=1.4000000000000001)
    set_on_page(one.step_size, value=one.step_size.value + 5e-18)
    set_on_page(one.layers["conv_a"], value=1e-17)
    assert len(jobs) == before
    set_on_page(one.scale, value=1.45)
    assert len(jobs) == before + 1
    one.stop_button.click()
    stopped = len(jobs)
    set_on_page(one.scale, value=1.4500000000000002)
    assert len(jobs) == stopped + 1, "stopped: what the form says was not made"
    finished(one)
    for times in (2, 3):  # another image of the same name is another image
        one.image.take("mine.png", png(np.full((60, 60, 3), 9 * times, np.uint8)))
        assert len(jobs) == stopped + times
    finished(one)


def test_of_two_sliders_moved_at_once_the_last_counts(studio: Any) -> None:
    one = studio(DreamStudio, steps=100)
    one.restart.value = True
    for value in (0.5, 1.0, 1.5):
        one.layers["conv_a"].value = value
        one.octaves.value = 2
    one.steps.value = 3
    finished(one)
    settings = one.result[1]
    assert (settings["layers"]["conv_a"], settings["octaves"], settings["steps"]) == (1.5, 2, 3)
    assert "stopped_after" not in settings


def test_surprise_moves_the_layers_and_makes_one_image(studio: Any, jobs: list[Job]) -> None:
    one = studio(DreamStudio)
    one.restart.value = True
    before = len(jobs)
    one.surprise.click()
    assert len(jobs) == before + 1
    assert any(field.value for field in one.layers.values())
    finished(one)
    assert one.result[1]["layers"] == {n: f.value for n, f in one.layers.items() if f.value}


def test_a_page_that_sends_no_file_harms_nothing(studio: Any) -> None:
    field = studio(DreamStudio).image
    for name, size in ((None, 0), ({}, 5), ("x" * 10_000, 10**400)):
        given_by_page(field.upload, name, size)
        assert "is too large" in field.message.value
        assert len(field.message.value) < 300
    given_by_page(field.upload, "fine.png", png(np.full((60, 60, 3), 9, np.uint8)))
    assert field.image.name == "fine.png"


def test_own_images_with_their_limits(studio: Any) -> None:
    one = studio(DreamStudio)
    field = one.image
    for data, words in (
        (b"no image", "isn't an image file. Expected one of PNG"),
        (png(np.zeros((50, 1, 3), np.uint8)), "1×50 pixels, but both sides must have at least 16"),
        (b"\0" * 8_000_001, "is too large (8\u00a0MB). Choose a file of at most 8\u00a0MB."),
        (100_000_000, "is too large (100\u00a0MB). Choose a file of at most 8\u00a0MB."),
    ):
        given_by_page(field.upload, "<b>mine</b>.png", data)
        assert words in field.message.value
        assert "<b>mine</b>.png" in field.message.value
        assert is_error(field.message)
        assert field.choice.value == "china"
    given_by_page(field.upload, "wide.png", png(np.zeros((1000, 8000, 4), np.uint8)))
    assert field.choice.value == "own"
    assert "Transparent areas were filled with white." in field.message.value
    assert "Scaled down from 8000×1000 to 2048×256" in field.message.value
    assert not is_error(field.message)
    assert shown(one.compare, "before").shape == (8, 64, 3)
    field.take("other.png", png(np.full((60, 60, 3), 9, np.uint8)))
    assert (field.choice.value, field.image.name) == ("own", "other.png")
    assert shown(one.compare, "before").shape == (60, 60, 3)


def test_a_preset_sets_the_form_and_is_marked_while_it_agrees(studio: Any) -> None:
    one = studio(DreamStudio)
    names = list(DREAM_PRESETS)
    one.restart.value = True
    set_on_page(one.presets, selected=names.index("gentle"))
    result = finished(one).result[1]
    preset = DREAM_PRESETS["gentle"]
    assert result["layers"] == {k: v for k, v in preset.weights(list(one.layers)).items() if v}
    assert result["steps"] == preset.steps
    assert result["step_size"] == pytest.approx(preset.step_size)
    assert one.presets.selected == names.index("gentle")
    one.restart.value = False
    one.steps.value = 2
    assert one.presets.selected == -1
    one.steps.value = preset.steps
    assert one.presets.selected == names.index("gentle")


def test_small_octaves_are_not_shown_as_the_result(
    studio: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_studio, "_INTERVAL", 0.0)
    one = studio(DreamStudio, octaves=3, steps=2)
    sizes: list[tuple[int, int]] = []
    one.compare.observe(
        lambda change: sizes.append((change["new"]["height"], change["new"]["width"])), "after"
    )
    one.start_button.click()
    finished(one)
    assert len(sizes) >= 2
    assert set(sizes) == {one.result[0].shape[:2]}


def test_the_steps_are_played_and_saved_as_an_animation(studio: Any) -> None:
    one = studio(DreamStudio, octaves=2, steps=3)
    one.start_button.click()
    finished(one)
    assert one.film.save.disabled
    set_on_page(one.film.play, value=True)
    finished(one)
    assert one.compare.film["data"][:6] == b"GIF89a"
    from_page(one.film.save, {"type": "download", "request": 1})
    content, buffers = messages(one.film.save, "file")[-1]
    assert content["name"] == "dream-china.gif"
    with Image.open(io.BytesIO(buffers[0])) as gif:
        assert gif.size == one.result[0].shape[1::-1]
        assert gif.n_frames == 1 + 2 * 3
    # A new image is seen itself.
    one.start_button.click()
    assert one.compare.film == {}
    assert not one.film.play.value
    finished(one)


def test_playing_can_be_canceled_before_it_begins(
    studio: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = studio(DreamStudio)
    begun, go = threading.Event(), threading.Event()
    really = film_player.encode_animation

    def slowly(*arguments: Any, **options: Any) -> bytes:
        begun.set()
        assert go.wait(30)
        return really(*arguments, **options)

    monkeypatch.setattr(film_player, "encode_animation", slowly)
    set_on_page(one.film.play, value=True)
    assert begun.wait(30)
    set_on_page(one.film.play, value=False)
    go.set()
    finished(one)
    assert one.compare.film == {}
    assert one.film.save.disabled
    assert one.film.play.description == "Play the steps"


def test_save_gives_the_animation_that_was_made_with_its_own_name(
    studio: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = studio(DreamStudio)

    def saved() -> tuple[str, bytes]:
        from_page(one.film.save, {"type": "download", "request": 1})
        content, buffers = messages(one.film.save, "file")[-1]
        return content["name"], buffers[0]

    set_on_page(one.film.play, value=True)
    finished(one)
    first = saved()
    assert first[0] == "dream-china.gif"
    one.image.take("mine.png", png(np.full((60, 90, 3), 9, np.uint8)))
    one.start_button.click()
    finished(one)
    begun, go = threading.Event(), threading.Event()
    really = film_player.encode_animation

    def slowly(*arguments: Any, **options: Any) -> bytes:
        begun.set()
        assert go.wait(60)
        return really(*arguments, **options)

    monkeypatch.setattr(film_player, "encode_animation", slowly)
    set_on_page(one.film.play, value=True)
    assert begun.wait(60)
    assert saved() == first
    go.set()
    finished(one)
    name, gif = saved()
    assert name == "dream-mine.gif"
    assert gif == one.compare.film["data"] != first[1]


def test_an_animation_that_fails_is_no_longer_played(
    studio: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = studio(DreamStudio)

    def fails(*_arguments: Any, **_options: Any) -> bytes:
        raise MemoryError("no room for the animation")

    with monkeypatch.context() as patch:
        patch.setattr(film_player, "encode_animation", fails)
        set_on_page(one.film.play, value=True)
        finished(one)
    assert not one.film.play.value
    assert one.film.play.description == "Play the steps"
    assert one.film.save.disabled
    assert is_error(one.message_line)
    set_on_page(one.film.play, value=True)
    finished(one)
    assert one.film.play.description == "Stop playing"
    assert one.compare.film["data"][:6] == b"GIF89a"
