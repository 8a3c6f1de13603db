"""Images and texts that a recorded run made on its way, at the moment that is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np

from dlwidgets._messages import error_message, tr
from dlwidgets.recording import RecordingError
from dlwidgets.vision.images import from_bytes
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets._core.ticker import TICKER
from dlwidgets.widgets._core.worker import Worker
from dlwidgets.widgets._live.moment import moment_of
from dlwidgets.widgets.primitives.image_grid import ImageGrid
from dlwidgets.widgets.primitives.text_line import TextLine

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlwidgets.recording import RecordedRun, Sample

_MOST = 4  # names of each kind
_NO_IMAGES = ("text", "marks")  # the second of a text's characters, for a view of it


class RecordedSamples(ClosesChildren, ipywidgets.VBox):
    """What a run made on its way, such as generated images and texts, the last before the moment.

    Args:
        recorded: The recorded run.

    Attributes:
        grids: For images; as many as there are names are shown.
        texts: For texts.
    """

    def __init__(self, recorded: RecordedRun) -> None:
        self._recorded = recorded
        self._moment = moment_of(recorded)
        self._worker = Worker("dlwidgets-samples", self._failed)
        self._seen = -1
        # Widgets are created on this thread only; how many are needed is known later.
        self.grids = tuple(ImageGrid(max_height=360) for _ in range(_MOST))
        self.texts = tuple(TextLine() for _ in range(_MOST))
        for text in self.texts:
            text.add_class("dlw-recorded-text")
        for part in (*self.grids, *self.texts):
            part.layout.display = "none"
        super().__init__([*self.grids, *self.texts])
        self.add_class("dlw-recorded-samples")
        self._moment.join(self)
        self._worker.submit(self._draw)
        TICKER.add(self)

    def moved(self, _step: int | None) -> bool:
        """Show another moment; called by the moment."""
        self._worker.submit(self._draw)
        return True

    def tick(self) -> bool:
        """Show what came since; called by the ticker."""
        done = self._recorded.step_count
        if done != self._seen and self._moment.step is None and not self._worker.busy:
            self._seen = done
            self._worker.submit(self._draw)
        return not self._recorded.state.ended

    def _draw(self) -> None:
        number, step = self._moment.number, self._moment.step  # in this order, see `Moment.shown`
        try:
            wanted = self._recorded.step_count if step is None else step
            found = _latest(self._recorded.samples(), wanted)
            images = [sample for sample in found if sample.kind not in _NO_IMAGES]
            texts = [sample for sample in found if sample.kind == "text"]
            for grid, sample in zip(self.grids, images, strict=False):
                pictures = _pictures(sample.load())
                if pictures is not None:
                    grid.title = _title(sample)
                    grid.show(pictures)
                    grid.layout.display = None
            for line, sample in zip(self.texts, texts, strict=False):
                line.value = tr("{title}: {text}", title=_title(sample), text=str(sample.load()))
                line.layout.display = None
        finally:
            self._moment.shown(self, number)

    def _failed(self, error: Exception) -> None:
        text = error_message(error) if isinstance(error, RecordingError) else str(error)
        self.texts[-1].say(tr("A sample can't be shown. {reason}", reason=text), bad=True)

    def _release(self) -> None:
        TICKER.remove(self)
        self._moment.leave(self)
        self._worker.close()
        super()._release()


def _latest(samples: list[Sample], step: int) -> list[Sample]:
    """Return of each name the last sample up to a step, or the first one."""
    found: dict[str, Sample] = {}
    for sample in samples:  # ascending
        if sample.step <= step or sample.name not in found:
            found[sample.name] = sample
    return list(found.values())


def _title(sample: Sample) -> str:
    return tr("{name} after step {step}", name=sample.name, step=sample.step)


def _pictures(content: Any) -> NDArray[Any] | None:
    """Return recorded images as a batch."""
    if isinstance(content, bytes):
        content = from_bytes(content).pixels
    array = np.asarray(content)
    if array.ndim == 2 or (array.ndim == 3 and array.shape[-1] in (1, 3, 4)):
        return array[np.newaxis]
    return array if array.ndim in (3, 4) else None
