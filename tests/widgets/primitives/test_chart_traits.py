"""What the user and the page may set of a chart."""

from __future__ import annotations

import pytest
from traitlets import TraitError

from dlwidgets.widgets import Chart
from tests.helpers.page import set_on_page

pytestmark = pytest.mark.usefixtures("still")


def test_traits_from_the_page_are_checked() -> None:
    chart = Chart()
    chart.add_series("loss")
    for wrong in ({"smoothing": 1.5}, {"smoothing": -1}, {"x_axis": "evil"}, {"height": "big"}):
        set_on_page(chart, **wrong)
        assert (chart.smoothing, chart.x_axis, chart.height) == (0.6, "step", 280)
    set_on_page(chart, smoothing=0.9, x_axis="time", log_y=True, hidden=["loss"])
    assert (chart.smoothing, chart.x_axis, chart.log_y) == (0.9, "time", True)
    with pytest.raises(TraitError, match=r"a number from 0 to 0\.999"):
        chart.smoothing = 1.0
    assert chart.smoothing == 0.9


def test_a_window_of_the_x_axis_lasts_as_long_as_the_axis() -> None:
    chart = Chart(x_axis="epoch", x_range=[0, 3])
    assert chart.x_range == [0.0, 3.0]
    chart.x_axis = "step"
    assert chart.x_range == []
    with chart.hold_sync():
        chart.x_axis, chart.x_range = "epoch", [1, 2]
    assert chart.x_range == [1.0, 2.0]
