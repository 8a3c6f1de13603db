"""Style transfer: the image of the settings, its file, its layers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dlwidgets.vision import read_settings, transfer_style
from dlwidgets.widgets import StyleStudio
from tests.helpers.studios import STYLE_SETTINGS, finished, net, png_of, scaled, shown


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
