"""A button to upload a file of limited size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from traitlets import Int, Unicode

from dlwidgets._formatting import format_bytes
from dlwidgets._messages import tr
from dlwidgets.widgets._core.text import Text
from dlwidgets.widgets._core.view import View, finite_number

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_UPLOAD = 8_000_000
"""Bytes. A file reaches the kernel in one message, and the server accepts at most 10 MB."""

IMAGE_TYPES = ".png,.jpg,.jpeg,.webp,.bmp,.gif"
"""File name endings of the images that dlwidgets reads."""


def upload_limit_message(name: str, size: int, limit: int = MAX_UPLOAD) -> str:
    """Return the message for a file that is too large.

    Args:
        name: Name of the file.
        size: Its size in bytes.
        limit: The largest size in bytes.

    Example:
        >>> from dlwidgets.widgets.primitives.upload_button import upload_limit_message
        >>> upload_limit_message("cat.png", 9_500_000).replace("\u00a0", " ")
        "The file 'cat.png' is too large (9.5 MB). Choose a file of at most 8 MB."
    """
    return tr(
        "The file '{name}' is too large ({size}). Choose a file of at most {limit}.",
        name=name[:60],
        size=format_bytes(size),
        limit=format_bytes(limit),
    )


class UploadButton(View):
    """A button to choose a file. Of a file that is too large, the page sends only name and size.

    ipywidgets' `FileUpload` sends a file of any size, and the server then closes the connection.

    Args:
        take: Called with the file's name and content.
        refuse: Called with a message about a file that is too large.
        label: The button's text.
        hint: The button's tooltip.
        accept: File name endings, such as `".png,.jpg"`.

    Attributes:
        limit: The largest file, in bytes.

    Example:
        >>> from dlwidgets.widgets.primitives.upload_button import UploadButton
        >>> UploadButton(print, print, label="Your own image…", accept=".png").limit
        8000000
    """

    _model_name = Unicode("UploadModel").tag(sync=True)
    _view_name = Unicode("UploadView").tag(sync=True)
    _messages: ClassVar[frozenset[str]] = frozenset({"file"})

    label = Text(tr("Your own file…"))
    hint = Text()
    accept = Unicode("").tag(sync=True)
    limit = Int(MAX_UPLOAD).tag(sync=True)

    def __init__(
        self, take: Callable[[str, bytes], None], refuse: Callable[[str], None], **kwargs: Any
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
        self._refuse(upload_limit_message(name, int(size or 0), self.limit))


def image_upload(
    take: Callable[[str, bytes], None], refuse: Callable[[str], None], **kwargs: Any
) -> UploadButton:
    """Return a button to upload an image.

    Args:
        take: As for `UploadButton`.
        refuse: As for `UploadButton`.
        **kwargs: More arguments of `UploadButton`.
    """
    return UploadButton(
        take,
        refuse,
        label=tr("Your own image…"),
        accept=IMAGE_TYPES,
        hint=tr(
            "A PNG, JPEG, WebP, BMP or GIF file of at most {limit}.", limit=format_bytes(MAX_UPLOAD)
        ),
        **kwargs,
    )
