"""Networks that a studio trains itself, and models that it can't use."""

from __future__ import annotations

from typing import Any

import pytest

from dlwidgets.widgets import DreamStudio, StyleStudio
from tests.helpers.page import seen
from tests.helpers.studios import finished
from tests.helpers.waiting import until


def test_the_first_dream_is_that_of_a_trained_network() -> None:
    one = DreamStudio()
    one.longest.value, one.steps.value = 64, 1
    seen(one.compare)
    until(lambda: one.result is not None, "an image", 120)
    assert one.result[1]["network"] == "cifar10_cnn"
    assert one.network.run is None
    one.close()


@pytest.mark.parametrize("kind", [DreamStudio, StyleStudio])
def test_the_page_trains_a_network_on_what_is_chosen(kind: Any) -> None:
    one = kind()
    one.restart.value = False
    one.longest.value, one.steps.value = 64, 1
    assert {"patch_net", "digit_net"} <= set(one.network.choices)
    one.network_field.value = "patch_net"
    seen(one.compare)
    until(lambda: one.network.run is not None, "a training", 180)
    photographs_run = one.network.run
    one.network_field.value = "digit_net"
    until(lambda: (one.result or [0, {}])[1].get("network") == "digit_net", "an image", 180)
    run = one.network.run
    assert run is not photographs_run
    until(lambda: photographs_run.state.value in ("paused", "finished"), "the other rests", 180)
    until(lambda: run.step_count > 3, "it learns", 180)
    # A slider moved while the network changes does not make the change forgotten.
    one.restart.value = True
    one.network_field.value = "patch_net"
    one.steps.value = 2
    until(
        lambda: one.result[1]["network"] == "patch_net" and one.result[1]["steps"] == 2, "both", 180
    )
    assert one.result[1]["steps"] == 2
    assert one.network.run is photographs_run
    one.close()
    until(lambda: photographs_run.state.value in ("paused", "finished"), "it rests", 180)


@pytest.mark.parametrize("kind", [DreamStudio, StyleStudio])
def test_a_studio_closed_before_its_network_is_ready_lets_the_training_rest(
    kind: Any, still: None, late_training: Any
) -> None:
    one, runs = kind(), late_training.runs
    one.network_field.value = "patch_net"
    seen(one.compare)
    assert late_training.reached.wait(120)
    one.close()
    late_training.go_on.set()
    until(lambda: runs and runs[0].state.value == "paused", "rest when nobody looks", 120)
    finished(one)
    runs[0].stop()


def test_models_that_cannot_be_used_are_named_at_once() -> None:
    import keras

    flat = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    with pytest.raises(ValueError, match="Expected an image model"):
        DreamStudio(flat)
    empty = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Flatten()], name="empty")
    with pytest.raises(ValueError, match="'empty' has no layers with feature maps"):
        StyleStudio(empty)
