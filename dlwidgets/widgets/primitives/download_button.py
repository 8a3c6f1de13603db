"""A button that downloads a file, made in memory when pressed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from traitlets import Bool, Unicode

from dlwidgets._messages import tr
from dlwidgets.training.errors import explain
from dlwidgets.widgets._core.text import Text
from dlwidgets.widgets._core.view import View, log

if TYPE_CHECKING:
    from collections.abc import Callable


class DownloadButton(View):
    """A button that makes a file when pressed and lets the browser save it.

    Args:
        make: Returns the file's name and content. Called at each press.
        label: The button's text.
        hint: The button's tooltip.

    Attributes:
        disabled: Whether the button is disabled.

    Example:
        >>> dl.widgets.DownloadButton(lambda: ("hello.txt", b"hello"), label="Save").label
        'Save'
    """

    _model_name = Unicode("DownloadModel").tag(sync=True)
    _view_name = Unicode("DownloadView").tag(sync=True)
    _messages: ClassVar[frozenset[str]] = frozenset({"download"})

    label = Text(tr("Download"))
    hint = Text()
    disabled = Bool(False).tag(sync=True)

    def __init__(self, make: Callable[[], tuple[str, bytes]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._make = make

    def _on_download(self, content: dict[str, Any]) -> None:
        if self.disabled:
            return
        request = content.get("request")
        try:
            name, data = self._make()
        except Exception as error:  # noqa: BLE001 - the page shows it
            log.exception("The file of %r couldn't be made", self.label)
            self.send({"type": "error", "request": request, "text": explain(error)})
            return
        self.send({"type": "file", "request": request, "name": name}, [data])
