"""The divider between two images."""

from __future__ import annotations

import numpy as np
import pytest

from dlwidgets.widgets import Compare
from tests.helpers.page import set_on_page
from tests.helpers.studios import shown


def test_the_divider_takes_only_sound_positions_from_the_page() -> None:
    compare = Compare()
    compare.show(np.zeros((20, 30, 3), np.uint8), np.ones((10, 15), np.uint8))
    assert shown(compare, "after").shape == (10, 15, 1)
    set_on_page(compare, position=0.25)
    assert compare.position == 0.25
    for sent, holds in ((7.0, 1.0), (-1.0, 0.0)):
        set_on_page(compare, position=sent)
        assert compare.position == holds
    for wrong in ("0.3", None, {}):
        set_on_page(compare, position=wrong)
        assert compare.position == 0.0
    set_on_page(compare, before={}, empty_text="x", max_height=5)
    assert compare.before["width"] == 30
    compare.clear_after()
    assert compare.after == {}
    with pytest.raises(ValueError, match="Expected images of shape"):
        compare.show(np.zeros((2, 2, 7)))
