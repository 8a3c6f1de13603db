"""Tests of the heat map that the pages begin with."""

from __future__ import annotations

import pytest

import dlwidgets as dl
from dlwidgets import data, models
from dlwidgets.vision.heatmaps import METHODS
from dlwidgets.widgets.dashboards._classifier_page import MAP_METHOD


@pytest.mark.slow
def test_the_first_map_of_a_page_is_seldom_blank() -> None:
    digits = data.load("digits28").normalized()
    model = models.compiled("small_cnn", input_shape=digits.input_shape, classes=10)
    model.fit(digits.x_train, digits.y_train, epochs=2, verbose=0)
    blank = {
        name: METHODS[name].function(model, digits.x_test[:50]).blank.mean()
        for name in (MAP_METHOD, "grad_cam")
    }
    assert blank[MAP_METHOD] < 0.1 < 0.5 < blank["grad_cam"]
    page = dl.WhereItLooksDashboard(start=False)
    assert (page.viewer.methods[0], page.pad.method_field.value) == (MAP_METHOD, MAP_METHOD)
    page.close()
