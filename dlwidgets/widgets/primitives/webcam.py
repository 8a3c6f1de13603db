"""A picture from the visitor's camera, which stays off until it is asked for."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any, ClassVar

from traitlets import Bool, Unicode

from dlwidgets.widgets._core.view import View

if TYPE_CHECKING:
    from collections.abc import Callable

LARGEST = 4_000_000
"""Characters of a picture in base64; those that the page sends have 100,000."""


class Webcam(View):
    """A button that turns the camera on, shows what it sees, and takes a picture when pressed.

    The browser asks its user first. What the camera sees stays in the page; only a picture that is
    taken is sent.

    Args:
        on_picture: Called with the picture's file (JPEG), which a stranger may have made: it may be
            damaged or no picture at all.
        label: The button's text.

    Example:
        >>> dl.widgets.Webcam(print).label
        'Webcam…'
    """

    _model_name = Unicode("WebcamModel").tag(sync=True)
    _view_name = Unicode("WebcamView").tag(sync=True)
    _messages: ClassVar[frozenset[str]] = frozenset({"picture"})

    label = Unicode("Webcam…").tag(sync=True)
    disabled = Bool(False).tag(sync=True)

    def __init__(self, on_picture: Callable[[bytes], None], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._tell = on_picture

    def _on_picture(self, content: dict[str, Any]) -> None:
        data = content.get("data")
        if self.disabled or not isinstance(data, str):
            return
        try:
            file = base64.b64decode(data[: LARGEST + 1], validate=True)
        except (binascii.Error, ValueError):  # not in base64: handed on as it is, it is refused
            file = b""
        self._tell(b"" if len(data) > LARGEST else file)
