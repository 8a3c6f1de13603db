"""The presets of FilterForm on a page, whose sliders know only their own steps."""

from __future__ import annotations

import math

import pytest

import dlwidgets as dl
from dlwidgets.vision.filter_presets import PRESETS


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_stays_selected_when_a_page_rounds_its_step_size(name: str) -> None:
    viewer = dl.FilterViewer()
    form = viewer.form
    form.preset.value = name
    slider = form.step_size
    steps = round((math.log10(slider.value) - slider.min) / slider.step)
    slider.value = 10 ** (slider.min + steps * slider.step)
    assert form.preset.value == name
    viewer.close()
