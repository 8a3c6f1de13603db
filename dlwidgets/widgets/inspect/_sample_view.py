"""Base class of the viewers of a model's samples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets

from dlwidgets.widgets._live.view import LiveView, MessageLine

if TYPE_CHECKING:
    from dlwidgets.widgets._live.follower import Follower


class SampleView(LiveView, ipywidgets.VBox):
    """Base class of viewers that show a model's samples and follow a Run.

    Args:
        follower: Updates the view.
        *widgets: What the view consists of, from top to bottom.
        shares_follower: Whether another view shows the follower's controls.
        **kwargs: Traits of the view.
    """

    def __init__(
        self,
        follower: Follower[Any],
        *widgets: ipywidgets.Widget,
        shares_follower: bool = False,
        **kwargs: Any,
    ) -> None:
        self.follower = follower
        self.message_line = MessageLine()
        controls = [] if shares_follower else [follower.controls]
        super().__init__([*widgets, self.message_line, *controls], **kwargs)
        self.add_class("dlw-viewer")
