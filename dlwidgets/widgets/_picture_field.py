"""Choose one of the two photographs, or a picture of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets

from dlwidgets.vision.pictures import Picture, PictureError, from_bytes, photographs

if TYPE_CHECKING:
    from collections.abc import Callable

LARGEST_UPLOAD = 8_000_000
"""Bytes; what a page sends goes through the server in one message."""

_TITLES = {"china": "Temple", "flower": "Flower"}
_OWN = "own"


class PictureField(ipywidgets.VBox):
    """A choice of pictures, with an upload.

    Args:
        label: What the picture is for.
        value: "china" or "flower" to begin with.

    Attributes:
        picture: The chosen `Picture`.
    """

    def __init__(self, label: str, value: str = "china") -> None:
        self._own: Picture | None = None
        self._listeners: list[Callable[[], None]] = []
        self.choice = ipywidgets.Dropdown(
            description=label, options=[(t, n) for n, t in _TITLES.items()], value=value,
            style={"description_width": "96px"}, layout={"width": "100%"},
        )  # fmt: skip
        self.upload = ipywidgets.FileUpload(
            accept=".png,.jpg,.jpeg,.webp,.bmp,.gif", multiple=False, description="Own picture…",
            tooltip="PNG, JPEG, WebP, BMP or GIF, at most 8 MB",
            layout={"width": "auto", "margin": "2px 0 2px 104px"},
        )  # fmt: skip
        self.remark = ipywidgets.Label(layout={"width": "100%"})
        self.remark.add_class("dlw-remark")
        super().__init__([self.choice, self.upload, self.remark])
        self.choice.observe(self._chosen, "value")
        self.upload.observe(self._uploaded, "value")
        self._describe()

    @property
    def picture(self) -> Picture:
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
            if len(content) > LARGEST_UPLOAD:
                message = f"{name} has {len(content) / 1e6:.1f} MB; at most 8 MB can be uploaded"
                raise PictureError(message)
            self._own = from_bytes(content, name=name)
        except PictureError as error:
            self.remark.value = f"{error}."
            self.remark.add_class("dlw-remark-bad")
            return
        listed = [(title, key) for title, key in self.choice.options if key != _OWN]
        again = self.choice.value == _OWN
        self.choice.options = [*listed, (name[:60], _OWN)]
        self.choice.value = _OWN
        if again:  # the choice stays what it was, its picture does not
            self._chosen(None)

    def _uploaded(self, change: Any) -> None:
        for entry in change["new"] or ():
            self.take(str(entry.get("name", "picture"))[:200], bytes(entry.get("content", b"")))

    def _chosen(self, _change: Any) -> None:
        if self.choice.value is None:
            return
        self._describe()
        for listener in self._listeners:
            listener()

    def _describe(self) -> None:
        picture = self.picture
        height, width = picture.size
        self.remark.remove_class("dlw-remark-bad")
        self.remark.value = " ".join([f"{width}×{height} pixels.", *picture.notes])
