"""A line of text that the page shows in the reader's language."""

from __future__ import annotations

from typing import Any

from traitlets import Unicode

from dlwidgets.widgets._core.text import Text
from dlwidgets.widgets._core.view import View


class TextLine(View):
    """A line of text, such as a caption or a message.

    It looks like an ipywidgets `Label`, but the page translates it, whatever it is made of.

    Args:
        value: The text.

    Attributes:
        value: The text.

    Example:
        >>> from dlwidgets.widgets.primitives.text_line import TextLine
        >>> TextLine("After step 5.").value
        'After step 5.'
    """

    _model_name = Unicode("TextLineModel").tag(sync=True)
    _view_name = Unicode("TextLineView").tag(sync=True)

    value = Text()

    _said: tuple[str, bool] | None = None  # last

    def __init__(self, value: str = "", **kwargs: Any) -> None:
        super().__init__(value=value, **kwargs)

    def say(self, text: str, *, bad: bool = False) -> None:
        """Show a text; an empty line takes no room.

        Args:
            text: A whole sentence; "" for none.
            bad: Whether it says what went wrong.
        """
        if self._said == (text, bad) and self.value == text:
            return
        self._said = text, bad
        with self.hold_sync():
            self.value = text
            (self.add_class if bad else self.remove_class)("dlw-error")
        self.layout.display = None if text else "none"
