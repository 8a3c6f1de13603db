"""A button by which a visitor hands over a file, up to a size that the connection carries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from traitlets import Int, Unicode

from dlwidgets.widgets._core.view import View, finite_number

if TYPE_CHECKING:
    from collections.abc import Callable

LARGEST_UPLOAD = 8_000_000
"""Bytes; what a page sends goes through the server in one message of at most 10 MB."""


class UploadButton(View):
    """Lets a visitor choose a file; the page sends no more than a name of one that is too large.

    ipywidgets' FileUpload sends a file of any size, and the server then closes the connection.

    Args:
        take: Called with the file's name and its content.
        refuse: Called with the name and the size in bytes of a file that is too large.
        label: The button's text.
        hint: What may be chosen, shown on hover.
        accept: File name endings, such as ".png,.jpg".

    Example:
        >>> UploadButton(print, print, label="Own picture…", accept=".png").limit
        8000000
    """

    _model_name = Unicode("UploadModel").tag(sync=True)
    _view_name = Unicode("UploadView").tag(sync=True)
    _messages: ClassVar[frozenset[str]] = frozenset({"file"})

    label = Unicode("Own file…").tag(sync=True)
    hint = Unicode("").tag(sync=True)
    accept = Unicode("").tag(sync=True)
    limit = Int(LARGEST_UPLOAD).tag(sync=True)

    def __init__(
        self, take: Callable[[str, bytes], None], refuse: Callable[[str, int], None], **kwargs: Any
    ) -> None:
        self._take, self._refuse = take, refuse
        self._content: bytes | None = None
        super().__init__(**kwargs)

    def _receive(self, widget: Any, content: Any, buffers: Any) -> None:
        self._content = bytes(buffers[0]) if buffers and len(buffers) == 1 else None
        super()._receive(widget, content, buffers)
        self._content = None

    def _on_file(self, message: dict[str, Any]) -> None:
        name = message.get("name")
        name = (name if isinstance(name, str) else "")[:200] or "file"
        if self._content is not None and len(self._content) <= self.limit:
            self._take(name, self._content)
            return
        told = finite_number(message, "size")
        size = told if self._content is None else len(self._content)
        self._refuse(name, int(size or 0))
