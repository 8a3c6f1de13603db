"""Heat maps on their way to the page."""

from __future__ import annotations

import numpy as np
import pytest
from traitlets import TraitError

from dlwidgets.widgets import HeatOverlay
from tests.helpers.page import set_on_page
from tests.helpers.viewers import maps_of


def test_the_overlay_sends_one_byte_per_pixel() -> None:
    overlay = HeatOverlay()
    maps = np.float32([[[0, 1], [0.5, 2]], [[-1, 1], [0, np.nan]]])
    overlay.show(np.eye(2), maps, ["a", "b"], signed=[False, True], low=0, high=1)
    assert maps_of(overlay).tolist() == [[[0, 255], [128, 255]], [[1, 255], [128, 128]]]
    with pytest.raises(ValueError, match="maps of the image's size 2×2"):
        overlay.show(np.eye(2), np.zeros((1, 3, 3)), ["a"])
    with pytest.raises(ValueError, match=r"Expected 1 `titles`.*Received: 2"):
        overlay.show(np.eye(2), np.zeros((1, 2, 2)), ["a", "b"])


def test_the_page_sets_opacity_and_colors_only() -> None:
    overlay = HeatOverlay(titles=["a", "b"])
    set_on_page(overlay, opacity=0.25, colormap="viridis", titles=["<b>"])
    assert (overlay.opacity, overlay.colormap, overlay.titles) == (0.25, "viridis", ["a", "b"])
    set_on_page(overlay, colormap="jet")
    assert overlay.colormap == "jet"
    with pytest.raises(TraitError):
        overlay.colormap = "rainbow"


@pytest.mark.parametrize("opacity", [7.0, -0.1, "0.5", None, float("nan")])
def test_an_opacity_out_of_range_changes_nothing(opacity: object) -> None:
    overlay = HeatOverlay(opacity=0.25)
    set_on_page(overlay, opacity=opacity)
    assert overlay.opacity == 0.25
    sent = [
        data["state"]["opacity"] for _, data, _ in overlay.comm.sent if "opacity" in data["state"]
    ]
    assert sent[-1] == 0.25, "the page shows the valid value again"
