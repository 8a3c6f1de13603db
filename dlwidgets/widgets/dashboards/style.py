"""The Style-transfer page: a studio, and things to try."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlwidgets.widgets.dashboards._studio_page import StudioPage
from dlwidgets.widgets.dashboards._tries_of_studios import STYLE
from dlwidgets.widgets.vision.style_studio import StyleStudio

if TYPE_CHECKING:
    from collections.abc import Mapping

    import ipywidgets


class StyleDashboard(StudioPage):
    """Dashboard of style transfer: a studio, and things to try.

    Attributes:
        studio: The `StyleStudio`.

    Example:
        >>> dl.StyleDashboard()  # doctest: +SKIP
    """

    css_class = "dlw-style-page"
    page_name = "style"
    tries = STYLE
    names = (
        *("longest", "content_layer", "content_weight", "style_weight", "variation"),
        *("steps", "optimizer", "origin", "seed"),
    )
    studio: StyleStudio

    def make_studio(self) -> StyleStudio:
        """Return the studio."""
        return StyleStudio()

    def sliders(self) -> tuple[str, Mapping[str, ipywidgets.Widget]]:
        """Return the sliders of the style layers."""
        return "style_layers", self.studio.style_layers
