"""Choose one of the two photographs, or a picture of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets

from dlwidgets._formatting import format_bytes
from dlwidgets.vision.images import ImageError, LoadedImage, from_bytes, photographs
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets.primitives.upload_button import LARGEST_UPLOAD, UploadButton

__all__ = ["LARGEST_UPLOAD", "PictureField"]

if TYPE_CHECKING:
    from collections.abc import Callable

    from dlwidgets.widgets._core.change import Change

_TITLES = {"china": "Temple", "flower": "Flower"}
_OWN = "own"


class PictureField(ClosesChildren, ipywidgets.VBox):
    """A choice of pictures, with an upload.

    Args:
        label: What the picture is for.
        value: "china" or "flower" to begin with.

    Attributes:
        picture: The chosen `LoadedImage`.
    """

    def __init__(self, label: str, value: str = "china") -> None:
        self._own: LoadedImage | None = None
        self._listeners: list[Callable[[], None]] = []
        self.choice = ipywidgets.Dropdown(
            description=label,
            options=[(t, n) for n, t in _TITLES.items()],
            value=value,
            style={"description_width": "96px"},
            layout={"width": "100%"},
        )
        self.upload = UploadButton(
            self.take,
            self._refuse,
            label="Own picture…",
            accept=".png,.jpg,.jpeg,.webp,.bmp,.gif",
            hint="PNG, JPEG, WebP, BMP or GIF, at most 8 MB",
            layout={"width": "auto", "margin": "2px 0 2px 104px"},
        )
        self.remark = ipywidgets.Label(layout={"width": "100%"})
        self.remark.add_class("dlw-field-message")
        super().__init__([self.choice, self.upload, self.remark])
        self.choice.observe(self._chosen, "value")
        self._describe()

    @property
    def picture(self) -> LoadedImage:
        """The chosen picture."""
        if self.choice.value == _OWN and self._own is not None:
            return self._own
        return photographs()[self.choice.value]

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call `listener` when another picture is chosen."""
        self._listeners.append(listener)

    def take(self, name: str, content: bytes) -> None:
        """Use a file that somebody has uploaded; what is wrong with it is said in the field."""
        try:
            self._own = from_bytes(content, name=name)
        except ImageError as error:
            self._complain(f"{error}.")
            return
        listed = [(title, key) for title, key in self.choice.options if key != _OWN]
        again = self.choice.value == _OWN
        self.choice.options = [*listed, (name[:60], _OWN)]
        self.choice.value = _OWN
        if again:  # the choice stays what it was, its picture does not
            self._chosen()

    def _refuse(self, name: str, size: int) -> None:
        self._complain(f"{name} has {format_bytes(size)}; at most 8 MB can be uploaded.")

    def _complain(self, text: str) -> None:
        self.remark.value = text
        self.remark.add_class("dlw-error")

    def _chosen(self, _change: Change[object] | None = None) -> None:
        if self.choice.value is None:
            return
        self._describe()
        for listener in self._listeners:
            listener()

    def _describe(self) -> None:
        picture = self.picture
        height, width = picture.size
        self.remark.remove_class("dlw-error")
        self.remark.value = " ".join([f"{width}×{height} pixels.", *picture.notes])
