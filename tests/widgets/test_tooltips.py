"""What appears when the pointer rests on a control of ipywidgets."""

from __future__ import annotations

import ipywidgets
import pytest
from ipywidgets.widgets.widget_description import DescriptionWidget

from dlwidgets import widgets
from tests.helpers.page import parts
from tests.widgets._core.test_closing import ARGUMENTS


@pytest.mark.usefixtures("still")
@pytest.mark.parametrize("name", widgets.__all__)
def test_no_control_shows_null_and_every_slider_says_what_it_means(name: str) -> None:
    """Pages show a tooltip of `None` as the word "null"."""
    whole = getattr(widgets, name)(*ARGUMENTS.get(name, ()))
    controls = [one for one in parts(whole) if isinstance(one, DescriptionWidget)]
    labeled = [c for c in controls if c.description and not isinstance(c, ipywidgets.Checkbox)]
    assert [one.description for one in labeled if one.tooltip is None] == []
    sliders = [one for one in controls if "Slider" in type(one).__name__]
    assert [one.description for one in sliders if not (one.tooltip or "").endswith(".")] == []
    whole.close()
