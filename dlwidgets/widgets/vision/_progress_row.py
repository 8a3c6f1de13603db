"""A progress bar with a text and a button that cancels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets

from dlwidgets._messages import tr
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets.primitives.text_line import TextLine

if TYPE_CHECKING:
    from collections.abc import Callable


class ProgressRow(ClosesChildren, ipywidgets.Box):
    """The progress of a computation; hidden while there is none.

    Args:
        cancel: Called when the user presses Cancel.

    Attributes:
        bar: The progress bar.
        text: What is being computed, a `TextLine`.
        cancel: The button.
    """

    def __init__(self, cancel: Callable[[], None]) -> None:
        self.bar = ipywidgets.FloatProgress(min=0, max=1, layout={"width": "200px"})
        self.text = TextLine()
        self.text.add_class("dlw-message")
        self.cancel = ipywidgets.Button(description=tr("Cancel"), layout={"width": "auto"})
        self.cancel.on_click(lambda _: cancel())
        super().__init__([self.bar, self.text, self.cancel], layout={"display": "none"})
        self.add_class("dlw-row")
        self.add_class("dlw-actions")

    @property
    def visible(self) -> bool:
        """Whether it is shown."""
        return bool(self.layout.display != "none")

    def show(self, share: float, text: str) -> None:
        """Show the progress.

        Args:
            share: The part that is done, from 0 to 1.
            text: What is being computed.
        """
        self.bar.value, self.text.value = share, text
        self.layout.display = None

    def hide(self) -> None:
        """Hide the row, because the computation has ended."""
        self.layout.display = "none"
