"""A box to write in that says where the caret is."""

from __future__ import annotations

from typing import Any, ClassVar

from traitlets import Int, Unicode, validate

from dlwidgets.widgets._core.text import Text
from dlwidgets.widgets._core.view import View

_LONGEST = 20_000  # characters that the page may send


class CaretText(View):
    """A box for several lines of text, with the place of the caret.

    Args:
        label: Shown above the box.
        placeholder: Shown while it is empty.
        rows: Height of the box in lines.

    Attributes:
        value: The text. Observe it to follow what is written.
        caret: Characters before the caret; -1 before the box was used. Observe it.

    Example:
        >>> from dlwidgets.widgets.primitives.caret_text import CaretText
        >>> box = CaretText(value="to be or not")
        >>> box.caret = 5
        >>> box.before_caret
        'to be'
    """

    _model_name = Unicode("CaretTextModel").tag(sync=True)
    _view_name = Unicode("CaretTextView").tag(sync=True)
    _controls: ClassVar[frozenset[str]] = frozenset({"value", "caret"})

    # An echo would undo what was written since.
    value = Unicode("").tag(sync=True, echo_update=False)
    caret = Int(-1).tag(sync=True, echo_update=False)
    label = Text()
    placeholder = Text()
    rows = Int(4, min=1, max=100).tag(sync=True)

    @property
    def before_caret(self) -> str:
        """The text before the caret; all of it while the caret is nowhere or at the beginning."""
        return self.value[: self.caret] if self.caret > 0 else self.value

    def insert(self, text: str) -> None:
        """Put a text where the caret is, or at the end, and the caret behind it.

        Args:
            text: The text.
        """
        at = self.caret if 0 <= self.caret <= len(self.value) else len(self.value)
        self.put(self.value[:at] + text + self.value[at:], at + len(text))

    def put(self, value: str, caret: int = -1) -> None:
        """Show another text.

        Args:
            value: The text.
            caret: Characters before the caret; -1 for the end.
        """
        with self.hold_sync():
            self.value, self.caret = value, len(value) if caret < 0 else caret

    @validate("value")
    def _check_value(self, proposal: Any) -> str:
        return str(proposal["value"])[-_LONGEST:]
