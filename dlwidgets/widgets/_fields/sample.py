"""A field to choose a sample: from the data, a file, or the camera."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np

from dlwidgets._messages import error_message, join_messages, tr
from dlwidgets.vision.images import ImageError, LoadedImage, from_bytes
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets._core.signal_blocker import SignalBlocker
from dlwidgets.widgets._core.text import as_text
from dlwidgets.widgets._fields.labeled import field
from dlwidgets.widgets.primitives.image_grid import ImageGrid
from dlwidgets.widgets.primitives.text_line import TextLine
from dlwidgets.widgets.primitives.upload_button import (
    MAX_UPLOAD,
    image_upload,
    upload_limit_message,
)
from dlwidgets.widgets.primitives.webcam import Webcam

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from dlwidgets.widgets._core.change import Change

SHOWN = 120
"""Images of the data in the grid. The number field reaches all samples."""

OWN = -1
"""The index of an image that isn't from the data."""


class SampleField(ClosesChildren, ipywidgets.VBox):
    """A sample, and controls to choose another.

    Args:
        label: Title of the images.

    Attributes:
        index: Index of the selected sample; `OWN` for the user's own image.
        value_range: The pixels' lowest and highest value.
        grid: The images.
        number: A field for the index.
        message: What was done to the user's own image, or why a file can't be used.
    """

    def __init__(self, label: str = "") -> None:
        self._data: list[NDArray[Any]] | dict[str, NDArray[Any]] = []
        self._own: LoadedImage | None = None
        self.value_range = (0.0, 1.0)
        self._listeners: list[Callable[[], None]] = []
        self._quiet = SignalBlocker()
        self.index = 0
        self.grid = ImageGrid(
            title=label or tr("Image"),
            max_height=172,
            cell_size=40,
            description=tr("Images to choose from"),
            empty_text=tr("No images."),
        )
        self.number = field(ipywidgets.BoundedIntText, tr("Sample"), min=0, max=0)
        self.number.layout.width = "200px"
        self.upload = image_upload(self.take, self._complain, layout={"width": "auto"})
        self.webcam = Webcam(lambda file: self.take(tr("Photo"), file))
        self.message = TextLine()
        self.message.add_class("dlw-message")
        self._own_row = ipywidgets.Box(
            [self.upload, self.webcam], layout={"flex_flow": "row wrap", "overflow": "visible"}
        )
        self._own_row.add_class("dlw-actions")
        super().__init__([self.grid, self.number, self._own_row, self.message])
        self.add_class("dlw-sample-field")
        self.grid.observe(self._clicked, "selected")
        self.number.observe(self._numbered, "value")

    @property
    def count(self) -> int:
        """Number of samples in the data."""
        parts = list(self._data.values()) if isinstance(self._data, dict) else self._data
        return min((len(part) for part in parts), default=0)

    def show(self, x: Any, labels: Sequence[str] = (), value_range: Any = None) -> None:
        """Show other data.

        Args:
            x: Shape (n, …), or a list or dict of such arrays for a model with several inputs.
            labels: Tooltips of the images, one per sample.
            value_range: The pixels' lowest and highest value. `None` estimates it.
        """
        several = isinstance(x, (list, tuple, dict))
        if isinstance(x, dict):
            self._data = {str(key): np.asarray(part) for key, part in x.items()}
        else:
            self._data = [np.asarray(part) for part in x] if several else [np.asarray(x)]
        first = None if several else np.asarray(x)
        is_image = first is not None and (
            first.ndim == 4 and first.shape[-1] in (1, 3) and first.dtype.kind in "uif"
        )
        self._own, self.index = None, 0
        self.grid.layout.display = None if is_image else "none"
        self._own_row.layout.display = None if is_image else "none"
        with self._quiet:
            self.number.value, self.number.max = 0, max(0, self.count - 1)
            if is_image and first is not None:
                shown = first[:SHOWN]
                low, high = value_range or _guessed(shown)
                self.value_range = (float(low), float(high))
                texts = [as_text(text) for text in labels[: len(shown)]]
                self.grid.show(
                    shown,
                    low=low,
                    high=high,
                    tooltips=texts if len(texts) == len(shown) else [],
                )
                self.grid.selected = 0 if len(shown) else -1
        self.message.say("")

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call `listener` when another sample is selected."""
        self._listeners.append(listener)

    def sample(self) -> Any:
        """Return the selected sample as a batch of one; `None` if there is no data."""
        if self.index == OWN and self._own is not None:
            low, high = self.value_range
            return (low + self._own.pixels.astype(np.float32) * ((high - low) / 255))[np.newaxis]
        if not self.count:
            return None
        at = slice(self.index, self.index + 1)
        if isinstance(self._data, dict):
            return {key: part[at] for key, part in self._data.items()}
        return self._data[0][at] if len(self._data) == 1 else [part[at] for part in self._data]

    def choose(self, index: int) -> None:
        """Select a sample of the data. An index out of range is ignored.

        Args:
            index: Index of the sample.
        """
        if not 0 <= index < self.count or (index == self.index and not self._quiet):
            return
        with self._quiet:
            self.index = index
            self.grid.selected = index if index < self.grid.count else -1
            self.number.value = index
        self.message.say("")
        self._tell()

    def take(self, name: str, content: bytes) -> None:
        """Use the user's own image, or show why it can't be used.

        Args:
            name: Name of the file.
            content: The file.
        """
        if len(content) > MAX_UPLOAD:
            self._complain(upload_limit_message(name, len(content)))
            return
        try:
            image = from_bytes(content, name=name)
        except ImageError as error:
            self._complain(error_message(error))
            return
        self._own, self.index = image, OWN
        with self._quiet:
            self.grid.selected = -1
        height, width = image.size
        size = tr(
            "{name}: {width}×{height} pixels.", name=name, width=str(width), height=str(height)
        )
        self.message.say(join_messages([size, *image.notes]))
        self._tell()

    def _clicked(self, change: Change[int]) -> None:
        if not self._quiet and change["new"] >= 0:
            self.choose(int(change["new"]))

    def _numbered(self, change: Change[int]) -> None:
        if not self._quiet:
            self.choose(int(change["new"]))

    def _complain(self, text: str) -> None:
        self.message.say(text, bad=True)

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()


def _guessed(images: NDArray[Any]) -> tuple[float, float]:
    """Return the range that the pixels probably have."""
    finite = images[np.isfinite(images)] if images.dtype.kind == "f" else images
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    if low < 0:
        return (-1.0, 1.0) if max(-low, high) <= 1.5 else (min(low, -high), max(high, -low))
    return (0.0, 1.0) if high <= 1 else (0.0, 255.0)
