"""The DeepDream page: a studio, and things to try."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlwidgets.widgets.dashboards._studio_page import StudioPage
from dlwidgets.widgets.dashboards._tries_of_studios import DREAM
from dlwidgets.widgets.vision.dream_studio import DreamStudio

if TYPE_CHECKING:
    from collections.abc import Mapping

    import ipywidgets


class DreamDashboard(StudioPage):
    """Dashboard of DeepDream: a studio, and things to try.

    Attributes:
        studio: The `DreamStudio`.

    Example:
        >>> dl.DreamDashboard()  # doctest: +SKIP
    """

    css_class = "dlw-dream-page"
    page_name = "dream"
    tries = DREAM
    names = (
        *("longest", "octaves", "scale", "steps", "step_size", "max_loss"),
        *("jitter", "color", "detail", "seed"),
    )
    studio: DreamStudio

    def make_studio(self) -> DreamStudio:
        """Return the studio."""
        return DreamStudio()

    def sliders(self) -> tuple[str, Mapping[str, ipywidgets.Widget]]:
        """Return the sliders of the layers."""
        return "layers", self.studio.layers
