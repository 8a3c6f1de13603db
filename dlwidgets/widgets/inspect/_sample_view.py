"""Base class of the viewers of a model's samples."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any

import ipywidgets

from dlwidgets.widgets._live.view import LiveView, MessageLine

if TYPE_CHECKING:
    from dlwidgets.widgets._live.follower import Follower
    from dlwidgets.widgets._live.shared_predictions import SharedPredictions


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


class JudgedView(SampleView):
    """Base class of viewers of predictions, which several viewers can share."""

    judging: SharedPredictions

    @property
    def label(self) -> str:
        """The label that is judged where samples have several; settable by name or index.

        "" before the first predictions, and where a sample has one class.
        """
        return self.judging.label

    @label.setter
    def label(self, name: str | int) -> None:
        self.judging.choose_label(name)

    @property
    def awake(self) -> bool:
        """Whether it is drawn again for each new prediction; one out of sight needs not."""
        return self._awake

    @awake.setter
    def awake(self, value: bool) -> None:
        self._awake = value
        self.judging.wake(self._draw, awake=value)

    _awake = True

    @abstractmethod
    def _draw(self) -> None:
        """Draw the latest predictions; under the lock of `judging`."""
