"""A field to choose a photo or upload an image."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets

from dlwidgets._messages import error_message, join_messages, tr
from dlwidgets.vision.images import ImageError, LoadedImage, from_bytes, photographs
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets._core.text import own_name
from dlwidgets.widgets._fields.labeled import field
from dlwidgets.widgets.primitives.text_line import TextLine
from dlwidgets.widgets.primitives.upload_button import image_upload

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dlwidgets.widgets._core.change import Change

_PHOTOS = {"china": tr("Temple"), "flower": tr("Flower")}
_OWN = "own"


class ImageField(ClosesChildren, ipywidgets.VBox):
    """A menu of images, with an upload.

    Args:
        label: Label of the menu.
        value: The name of the image that is selected at first.
        titles: What the menu calls each image, by name. Default: the two photographs.
        images: Returns the images by name. Default: the two photographs.

    Attributes:
        choice: The menu.
        upload: The upload button.
        message: The size of the image, or why a file can't be used.
    """

    def __init__(
        self,
        label: str,
        value: str = "china",
        *,
        titles: Mapping[str, str] = _PHOTOS,
        images: Callable[[], Mapping[str, LoadedImage]] = photographs,
    ) -> None:
        self._images, self._titles = images, titles
        self._own: LoadedImage | None = None
        self._listeners: list[Callable[[], None]] = []
        self.choice = field(
            ipywidgets.Dropdown, label, options=[(t, n) for n, t in titles.items()], value=value
        )
        self.upload = image_upload(
            self.take, self._complain, layout={"width": "auto", "margin": "2px 0 2px 104px"}
        )
        self.message = TextLine(layout={"width": "100%"})
        self.message.add_class("dlw-field-message")
        super().__init__([self.choice, self.upload, self.message])
        self.choice.observe(self._chosen, "value")
        self._describe()

    @property
    def image(self) -> LoadedImage:
        """The selected image."""
        if self.choice.value == _OWN and self._own is not None:
            return self._own
        return self._images()[self.choice.value]

    @property
    def offered(self) -> list[tuple[str, str, LoadedImage]]:
        """Name, title and image of all that can be selected."""
        named = dict(self._images())
        if self._own is not None:
            named[_OWN] = self._own
        return [(name, title, named[name]) for title, name in self.choice.options]

    def title_of(self, name: str) -> str:
        """Return what the menu calls an image; of an uploaded one, the name of its file.

        Args:
            name: The name of the image.
        """
        return self._titles.get(name, name)

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call `listener` when another image is selected."""
        self._listeners.append(listener)

    def take(self, name: str, content: bytes) -> None:
        """Use an uploaded file, or show why it can't be used.

        Args:
            name: Name of the file.
            content: The file.
        """
        try:
            self._own = from_bytes(content, name=name)
        except ImageError as error:
            self._complain(error_message(error))
            return
        listed = [(title, key) for title, key in self.choice.options if key != _OWN]
        again = self.choice.value == _OWN
        self.choice.options = [*listed, (own_name(name[:60]), _OWN)]
        self.choice.value = _OWN
        if again:  # the choice stays the same, but the image changes
            self._chosen()

    def _complain(self, text: str) -> None:
        self.message.say(text, bad=True)

    def _chosen(self, _change: Change[object] | None = None) -> None:
        if self.choice.value is None:
            return
        self._describe()
        for listener in self._listeners:
            listener()

    def _describe(self) -> None:
        height, width = self.image.size
        size = tr("{width}×{height} pixels.", width=str(width), height=str(height))
        self.message.say(join_messages([size, *self.image.notes]))
