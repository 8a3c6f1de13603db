"""Things to try on a page: a list whose buttons set the page up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from traitlets import Bool, Int, Unicode

from dlwidgets._messages import tr
from dlwidgets.widgets._core.text import Records, Text
from dlwidgets.widgets._core.view import View

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import ipywidgets


class TryList(View):
    """A numbered list of things to try, each with a button, and a button that takes them back.

    After a button was pressed, the page scrolls to what is worth watching and outlines it for a few
    seconds.

    Args:
        texts: The things to try. `**bold**`, `*emphasis*` and `` `code` `` are shown as such.
        on_try: Called with the index of the pressed button. Returns the widget to watch and a CSS
            selector of a part of it, `""` for the whole widget, and a sentence about what was set
            up, or why it couldn't be; `""` for none.
        on_reset: Called when the user presses Reset.

    Attributes:
        current: The index of the last button pressed, -1 for none.
        note: What the last button has set up, shown below its text.

    Example:
        >>> from dlwidgets.widgets.primitives.try_list import TryList
        >>> TryList(["**Large steps.** Set the learning rate to 0.1."], print, print).current
        -1
    """

    _model_name = Unicode("TryListModel").tag(sync=True)
    _view_name = Unicode("TryListView").tag(sync=True)
    _messages: ClassVar[frozenset[str]] = frozenset({"try", "reset"})

    title = Text(tr("Things to try"))
    items = Records()
    current = Int(-1).tag(sync=True)
    note = Text()
    disabled = Bool(False).tag(sync=True)

    def __init__(
        self,
        texts: Sequence[str],
        on_try: Callable[[int], tuple[ipywidgets.Widget | None, str, str]],
        on_reset: Callable[[], None],
        **kwargs: Any,
    ) -> None:
        super().__init__(items=[{"text": text} for text in texts], **kwargs)
        self._on_try_pressed, self._on_reset_pressed = on_try, on_reset

    def _on_try(self, content: dict[str, Any]) -> None:
        index = content.get("index")
        if self.disabled or type(index) is not int or not 0 <= index < len(self.items):
            return
        watched, part, note = self._on_try_pressed(index)
        with self.hold_sync():
            self.current, self.note = index, note
        if watched is not None:
            self.send({"type": "watch", "model": watched.model_id, "part": part})

    def _on_reset(self, _content: dict[str, Any]) -> None:
        self._on_reset_pressed()
        with self.hold_sync():
            self.current, self.note = -1, ""
