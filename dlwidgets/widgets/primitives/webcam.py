"""A button that takes a photo with the camera, which is off until the user turns it on."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any, ClassVar

from traitlets import Bool, Unicode

from dlwidgets._messages import tr
from dlwidgets.widgets._core.text import Text
from dlwidgets.widgets._core.view import View

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_CHARACTERS = 4_000_000
"""Characters of a photo in base64. The page sends about 100,000."""


class Webcam(View):
    """A button that turns the camera on, shows its image, and takes a photo when pressed again.

    The browser asks the user for permission. The camera's image stays in the page; only a photo
    that the user takes is sent.

    Args:
        on_photo: Called with the photo's file (JPEG). It may come from a stranger, so it may be
            damaged or not an image.
        label: The button's text.

    Attributes:
        disabled: Whether the button is disabled.

    Example:
        >>> dl.widgets.Webcam(print).label
        'Webcam…'
    """

    _model_name = Unicode("WebcamModel").tag(sync=True)
    _view_name = Unicode("WebcamView").tag(sync=True)
    _messages: ClassVar[frozenset[str]] = frozenset({"image"})

    label = Text(tr("Webcam…"))
    disabled = Bool(False).tag(sync=True)

    def __init__(self, on_photo: Callable[[bytes], None], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._on_photo = on_photo

    def _on_image(self, content: dict[str, Any]) -> None:
        data = content.get("data")
        if self.disabled or not isinstance(data, str):
            return
        try:
            file = base64.b64decode(data[: MAX_CHARACTERS + 1], validate=True)
        except (binascii.Error, ValueError):  # not base64: rejected like a damaged file
            file = b""
        self._on_photo(b"" if len(data) > MAX_CHARACTERS else file)
