"""The selected sample with the model's answer, as a graph of the model shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dlwidgets._messages import tr
from dlwidgets.widgets._core.text import as_text
from dlwidgets.widgets.inspect._sample_images import sample_images, small_atlas
from dlwidgets.widgets.primitives.sample_strip import SampleStrip

if TYPE_CHECKING:
    from dlwidgets.vision.layer_pictures import LayerPictures
    from dlwidgets.widgets.inspect.model_graph import ModelGraph

_SIDE = 50  # CSS pixels


class SampleAnswer(SampleStrip):
    """The sample of a `ModelGraph`, the predicted and the true class, and the step, in one line.

    It shows what the graph shows, from the same evaluation of the model.

    Args:
        graph: The graph, which was given samples or a viewer.
    """

    def __init__(self, graph: ModelGraph) -> None:
        super().__init__()
        self._graph = graph
        graph.on_look(self._draw)

    def _draw(self) -> None:
        graph = self._graph
        shown = graph.shown
        with self.hold_sync():
            if shown is None:
                self.image, self.predicted, self.truth, self.verdict = {}, "", "", ""
                self.values, self.marked, self.step = [], -1, -1
                return
            self._draw_answer(shown)
            self._draw_image(shown)
            index, truth = graph.sample_index, graph.truth
            self.truth = "" if truth < 0 else _name(shown, truth)
            known = truth >= 0 and shown.predicted >= 0
            self.verdict = ("right" if truth == shown.predicted else "wrong") if known else ""
            self.step = graph.step
            self.name = tr("Sample {index}", index=index) if index >= 0 else tr("Own image")

    def _draw_answer(self, shown: LayerPictures) -> None:
        given = shown.probabilities
        self.marked = shown.predicted
        self.predicted = "" if shown.predicted < 0 else _name(shown, shown.predicted)
        self.labels = [] if given is None else [_name(shown, i) for i in range(len(given))]
        values = np.zeros(0) if given is None else given
        self.values = [round(float(v), 4) if np.isfinite(v) else None for v in values]
        self.confidence = self.values[shown.predicted] if shown.predicted >= 0 else None

    def _draw_image(self, shown: LayerPictures) -> None:
        images = sample_images(shown.sample[np.newaxis])
        low_high = self._graph.value_range or (None, None)
        self.image = {} if images is None else small_atlas(images, low_high, _SIDE)


def _name(shown: LayerPictures, index: int) -> str:
    names = shown.class_names
    return as_text(names[index]) if index < len(names) else str(index)
