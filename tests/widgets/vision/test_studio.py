"""Both studios: their jobs from start to end, and how they follow a run."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from dlwidgets.vision import deep_dream
from dlwidgets.vision.networks import opened_network
from dlwidgets.widgets import DreamStudio, StyleStudio
from dlwidgets.widgets.vision import dream_studio
from dlwidgets.widgets.vision._studio_job import Job, JobState
from tests.helpers.page import seen
from tests.helpers.studios import (
    DREAM_SETTINGS,
    finished,
    learned,
    net,
    png,
    running,
    scaled,
    shown,
    training,
)
from tests.helpers.training import settled, stepped
from tests.helpers.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator


def test_an_image_of_filters_that_had_learned_nothing_is_replaced(
    studio: Any, jobs: list[Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    run, _ = training(epochs=3, start=False)
    one = studio(DreamStudio, run)
    go_on = threading.Event()

    def slow(*args: Any, **options: Any) -> Iterator[Any]:
        for state in deep_dream(*args, **options):
            assert go_on.wait(60)
            yield state

    monkeypatch.setattr(dream_studio, "deep_dream", slow)
    one.start_button.click()
    one.follower.tick()
    until(lambda: running(one), "the image is in progress")
    before = len(jobs)
    run.start()
    run.wait()
    go_on.set()
    assert finished(one).result[1]["network_steps"] == 24
    assert "stopped_after" not in one.result[1]
    assert [job.state for job in jobs[before - 1 :]] == [JobState.OUTGROWN, JobState.DONE]


def test_the_settings_name_the_weights_that_were_taken(
    studio: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A snapshot comes at the next boundary: later than the step at which it is asked for."""
    run, _ = training(epochs=3, start=False)
    one = studio(DreamStudio, run)
    features = one.network.features

    def meanwhile(layers: Any) -> Any:
        run.start()
        run.wait()
        return features(layers)

    monkeypatch.setattr(one.network, "features", meanwhile)
    one.start_button.click()
    assert learned(one).result[1]["network_steps"] == 24


def held_while_preparing(one: Any, monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Open a studio, whose network is being prepared until the event that is returned is set."""
    begun, go_on, prepare = threading.Event(), threading.Event(), one.network.prepare

    def slow(say: Any) -> None:
        begun.set()
        assert go_on.wait(60)
        prepare(say)

    monkeypatch.setattr(one.network, "prepare", slow)
    seen(one.compare)
    assert begun.wait(60)
    return go_on


def test_a_slider_moved_before_the_network_is_ready_does_not_end_the_following(
    still: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, _ = training(epochs=2, start=False)
    one = DreamStudio(run)
    one.longest.value = 64
    go_on = held_while_preparing(one, monkeypatch)
    one.steps.value = 1
    go_on.set()
    finished(one)
    assert learned(one).result[1]["network_steps"] == 0
    run.start()
    run.wait()
    assert learned(one).result[1]["network_steps"] == 16
    one.close()


def test_a_model_that_was_opened_comes_also_if_an_image_was_asked_for_before(
    still: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = DreamStudio(net())
    one.longest.value, one.steps.value = 64, 1
    go_on = held_while_preparing(one, monkeypatch)
    one.open_network(lambda: opened_network(net(), "opened", "unit"))
    one.steps.value = 2
    one.start_button.click()
    go_on.set()
    until(lambda: one.result is not None and one.result[1]["network"] == "", "the opened model")
    assert one.chosen.title == "opened"
    one.close()


def test_stop_keeps_the_image_and_says_how_far_it_came(studio: Any) -> None:
    one = studio(DreamStudio, steps=100, longest=320, max_loss=10_000)
    one.start_button.click()
    assert not one.stop_button.disabled
    until(lambda: running(one) and 2 <= one.job.steps < 200, "some steps")
    one.stop_button.click()
    finished(one)
    assert one.job.state is JobState.STOPPED
    assert one.stop_button.disabled
    assert 0 < one.result[1]["stopped_after"] < 300
    assert one.message.startswith("Stopped after")
    one.steps.value = 1
    one.start_button.click()
    assert finished(one).result[1]["steps"] == 1


@pytest.mark.parametrize("kind", [DreamStudio, StyleStudio])
def test_stop_before_the_first_step_leaves_the_old_image(studio: Any, kind: Any) -> None:
    one = studio(kind, longest=320, steps=100)
    before = one.result
    for _ in range(3):
        one.start_button.click()
        one.stop_button.click()
    finished(one)
    assert one.stop_button.disabled
    settings = one.result[1]
    assert one.result is before or settings["stopped_after"] < 10
    words = "Stopped before the first step." if one.result is before else "Stopped after"
    assert one.message.startswith(words)
    one.longest.value, one.steps.value = 64, 1
    one.start_button.click()
    assert finished(one).result[1]["steps"] == 1
    assert "stopped_after" not in one.result[1]


def test_stop_while_the_network_is_prepared(still: None, monkeypatch: pytest.MonkeyPatch) -> None:
    one = DreamStudio(net())
    go_on = held_while_preparing(one, monkeypatch)
    one.start_button.click()
    one.stop_button.click()
    assert one.message == "Stopping…"
    go_on.set()
    finished(one)
    assert one.message == "Stopped before the first step."
    assert one.result is None
    assert one.stop_button.disabled
    one.close()


@pytest.mark.parametrize("kind", [DreamStudio, StyleStudio])
def test_closing_in_the_middle_ends_the_work(studio: Any, kind: Any) -> None:
    one = studio(kind, steps=100, longest=640)
    one.start_button.click()
    until(lambda: running(one), "the beginning")
    one.close()
    finished(one)
    assert one.job.state is JobState.REPLACED


def test_what_goes_wrong_is_said_and_the_studio_lives_on(studio: Any) -> None:
    one = studio(StyleStudio)
    one.style.take("plain.png", png(np.full((60, 60, 3), 9, np.uint8)))
    one.start_button.click()
    finished(one)
    until(lambda: "(9, 9, 9)" in one.message)
    one.style.choice.value = "flower"
    for field in one.style_layers.values():
        field.value = 0
    one.start_button.click()
    until(lambda: "all weights of style layers are 0" in finished(one).message.lower())
    one.style_layers["conv_a"].value = 1.0
    one.start_button.click()
    assert finished(one).result[1]["style_layers"] == {"conv_a": 1.0}
    assert one.message.startswith("Step 2 of 2")

    dream = studio(DreamStudio, octaves=6, longest=64)
    dream.scale.value = 2.0
    dream.start_button.click()
    until(lambda: "the smallest of 6 octaves is 2×1 pixels" in finished(dream).message.lower())
    dream.octaves.value = 1
    for field in dream.layers.values():
        field.value = 0
    dream.start_button.click()
    until(lambda: "all layer weights are 0" in finished(dream).message.lower())


def test_a_run_is_followed_while_it_learns(studio: Any) -> None:
    """The dream of a Run's model is that of its weights at that step, and is made again later."""
    run, model = training(epochs=3)
    one = studio(DreamStudio, run)
    run.wait()
    learned(one).tick()
    settings = one.result[1]
    assert settings["network_steps"] == 24
    assert "finished in epoch 3 of 3" in one.network_line.value
    keys = DREAM_SETTINGS
    (picture,) = scaled(["china"], settings["longest"])
    last = list(deep_dream(model, picture, settings["layers"], **{k: settings[k] for k in keys}))[
        -1
    ]
    np.testing.assert_array_equal(shown(one.compare, "after"), last.image)
    before = one.result
    assert learned(one).result is before, "nothing new has been learned"


@pytest.mark.parametrize("kind", [DreamStudio, StyleStudio])
def test_a_studio_of_a_run_in_a_long_step_is_there_at_once(kind: Any) -> None:
    run, _ = training(epochs=1_000_000, start=False)
    run.pause()
    settled(run.start())
    stepped(run, 3)
    ends = threading.Event()
    run.at_boundary(ends.wait)
    one = kind(run)
    one.restart.value = False
    one.longest.value, one.steps.value = 64, 1
    seen(one.compare)
    until(lambda: one.message.startswith("Waiting for the model…"))
    one.start_button.click()
    assert one.network.layers == []
    ends.set()
    until(lambda: one.result is not None, "an image of the paused run's model")
    assert one.result[1]["network_steps"] == 3
    assert one.network.layers == ["conv_a", "pool", "conv_b"]
    assert [value for _, value in one.more_layers.options] == ["", "pool"]
    until(lambda: not one.message.startswith("Waiting"))
    one.close()
    run.stop()


def test_a_wrong_layer_of_a_run_in_progress_is_said_on_the_page() -> None:
    run, _ = training(epochs=1_000_000, start=False)
    run.pause()
    settled(run.start())
    one = DreamStudio(run, layers=["pol"])
    seen(one.compare)
    until(lambda: "no layer 'pol'. The nearest is 'pool'" in one.message)
    one.close()
    run.stop()
