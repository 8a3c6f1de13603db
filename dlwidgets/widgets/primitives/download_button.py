"""A button that hands a file to whoever presses it, without touching the server's disk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from traitlets import Bool, Unicode

from dlwidgets.widgets._core.view import View, log

if TYPE_CHECKING:
    from collections.abc import Callable


class DownloadButton(View):
    """Makes a file when pressed and lets the browser save it.

    Args:
        make: Returns the file's name and its content; called at each press.
        label: The button's text.
        hint: What the file holds, shown on hover.

    Example:
        >>> dl.widgets.DownloadButton(lambda: ("hello.txt", b"hello"), label="Save").label
        'Save'
    """

    _model_name = Unicode("DownloadModel").tag(sync=True)
    _view_name = Unicode("DownloadView").tag(sync=True)
    _messages: ClassVar[frozenset[str]] = frozenset({"download"})

    label = Unicode("Download").tag(sync=True)
    hint = Unicode("").tag(sync=True)
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
        except Exception as error:  # noqa: BLE001 - whatever it is, the page is told
            log.exception("the file of %r could not be made", self.label)
            self.send({"type": "error", "request": request, "text": str(error)[:300]})
            return
        self.send({"type": "file", "request": request, "name": name}, [data])
