"""Choose the sample to look at: out of the data, a file, or the camera."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np

from dlwidgets.vision.images import ImageError, LoadedImage, from_bytes
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets.primitives.image_grid import ImageGrid
from dlwidgets.widgets.primitives.upload_button import LARGEST_UPLOAD, UploadButton
from dlwidgets.widgets.primitives.webcam import Webcam

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from dlwidgets.widgets._core.change import Change

SHOWN = 120
"""Images of the data in the grid; the index reaches all."""

OWN = -1
"""The index of a picture that is not out of the data."""


class SampleField(ClosesChildren, ipywidgets.VBox):
    """One sample at a time, and how to choose another.

    Args:
        label: What the samples are.

    Attributes:
        index: Which of the data is chosen; `OWN` for a picture of one's own.
    """

    def __init__(self, label: str = "Image") -> None:
        self._data: list[NDArray[Any]] | dict[str, NDArray[Any]] = []
        self._own: LoadedImage | None = None
        self._range = (0.0, 1.0)
        self._listeners: list[Callable[[], None]] = []
        self._quiet = False
        self.index = 0
        self.grid = ImageGrid(
            title=label,
            max_height=172,
            cell_size=40,
            description="Images to choose from",
            empty_text="No images.",
        )
        self.number = ipywidgets.BoundedIntText(
            description="Sample",
            min=0,
            max=0,
            style={"description_width": "96px"},
            layout={"width": "200px"},
        )
        self.upload = UploadButton(
            self.take,
            self._refuse,
            label="Own picture…",
            accept=".png,.jpg,.jpeg,.webp,.bmp,.gif",
            hint="PNG, JPEG, WebP, BMP or GIF, at most 8 MB",
            layout={"width": "auto"},
        )
        self.webcam = Webcam(lambda file: self.take("camera picture", file))
        self.remark = ipywidgets.Label()
        self.remark.add_class("dlw-message")
        self._own_row = ipywidgets.Box(
            [self.upload, self.webcam], layout={"flex_flow": "row wrap", "overflow": "visible"}
        )
        self._own_row.add_class("dlw-actions")
        super().__init__([self.grid, self.number, self._own_row, self.remark])
        self.add_class("dlw-sample-field")
        self.grid.observe(self._clicked, "selected")
        self.number.observe(self._numbered, "value")

    @property
    def count(self) -> int:
        """How many samples the data has."""
        parts = list(self._data.values()) if isinstance(self._data, dict) else self._data
        return min((len(part) for part in parts), default=0)

    def show(self, x: Any, labels: Sequence[str] = (), value_range: Any = None) -> None:
        """Choose from other data.

        Args:
            x: Shape (n, …), or a list or dict of such for several inputs.
            labels: What to write below each, as text.
            value_range: The pixels' lowest and highest value; None to guess it.
        """
        several = isinstance(x, (list, tuple, dict))
        if isinstance(x, dict):
            self._data = {str(key): np.asarray(part) for key, part in x.items()}
        else:
            self._data = [np.asarray(part) for part in x] if several else [np.asarray(x)]
        first = None if several else np.asarray(x)
        pictures = first is not None and (
            first.ndim == 4 and first.shape[-1] in (1, 3) and first.dtype.kind in "uif"
        )
        self._own, self.index = None, 0
        self.grid.layout.display = None if pictures else "none"
        self._own_row.layout.display = None if pictures else "none"
        self._quiet = True
        try:
            self.number.value, self.number.max = 0, max(0, self.count - 1)
            if pictures and first is not None:
                shown = first[:SHOWN]
                low, high = value_range or _guessed(shown)
                self._range = (float(low), float(high))
                texts = [str(text) for text in labels[: len(shown)]]
                self.grid.show(
                    shown,
                    low=low,
                    high=high,
                    tooltips=texts if len(texts) == len(shown) else [],
                )
                self.grid.selected = 0 if len(shown) else -1
        finally:
            self._quiet = False
        self._say("")

    def on_change(self, listener: Callable[[], None]) -> None:
        """Call `listener` when another sample is chosen."""
        self._listeners.append(listener)

    def sample(self) -> Any:
        """The chosen sample as a batch of one; None where there is no data."""
        if self.index == OWN and self._own is not None:
            low, high = self._range
            return (low + self._own.pixels.astype(np.float32) * ((high - low) / 255))[np.newaxis]
        if not self.count:
            return None
        at = slice(self.index, self.index + 1)
        if isinstance(self._data, dict):
            return {key: part[at] for key, part in self._data.items()}
        return self._data[0][at] if len(self._data) == 1 else [part[at] for part in self._data]

    def choose(self, index: int) -> None:
        """Choose a sample of the data; an index beyond it is ignored."""
        if not 0 <= index < self.count or (index == self.index and not self._quiet):
            return
        self._quiet = True
        try:
            self.index = index
            self.grid.selected = index if index < self.grid.count else -1
            self.number.value = index
        finally:
            self._quiet = False
        self._say("")
        self._tell()

    def take(self, name: str, content: bytes) -> None:
        """Use a file of somebody's own; what is wrong with it is said in the field."""
        try:
            if len(content) > LARGEST_UPLOAD:
                message = f"{name} has {len(content) / 1e6:.1f} MB; at most 8 MB can be uploaded"
                raise ImageError(message)
            picture = from_bytes(content, name=name)
        except ImageError as error:
            self._say(f"{error}.", bad=True)
            return
        self._own, self.index = picture, OWN
        self._quiet = True
        try:
            self.grid.selected = -1
        finally:
            self._quiet = False
        height, width = picture.size
        self._say(" ".join([f"{name}: {width}×{height} pixels.", *picture.notes]))
        self._tell()

    def _clicked(self, change: Change[int]) -> None:
        if not self._quiet and change["new"] >= 0:
            self.choose(int(change["new"]))

    def _numbered(self, change: Change[int]) -> None:
        if not self._quiet:
            self.choose(int(change["new"]))

    def _refuse(self, name: str, size: int) -> None:
        self._say(f"{name} has {size / 1e6:.0f} MB; at most 8 MB can be uploaded.", bad=True)

    def _say(self, text: str, *, bad: bool = False) -> None:
        self.remark.value = text
        self.remark.layout.display = None if text else "none"
        (self.remark.add_class if bad else self.remark.remove_class)("dlw-error")

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()


def _guessed(images: NDArray[Any]) -> tuple[float, float]:
    """The range that pixels are likely to have."""
    finite = images[np.isfinite(images)] if images.dtype.kind == "f" else images
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    if low < 0:
        return (-1.0, 1.0) if max(-low, high) <= 1.5 else (min(low, -high), max(high, -low))
    return (0.0, 1.0) if high <= 1 else (0.0, 255.0)
