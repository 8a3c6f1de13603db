"""A confusion matrix with scores per class, a replay, and for two classes a threshold."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from traitlets import Bool, Dict, Enum, Float, Int, List, Unicode

from dlwidgets._formatting import format_percent
from dlwidgets._messages import join_messages, tr, trn
from dlwidgets.inspect.scoring import confusion_of, scores_of, threshold_curve_of
from dlwidgets.widgets._core.text import Text, Texts
from dlwidgets.widgets._core.view import View, finite_number
from dlwidgets.widgets._core.wire import raw_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from dlwidgets.inspect.confusion_history import ConfusionHistory
    from dlwidgets.inspect.outcomes import Outcomes
    from dlwidgets.inspect.scoring import Scores

SORTS = ("class", "precision", "recall", "f1", "samples")
"""The columns of the table of scores."""

_MAX_POINTS = 300  # of a curve in the page
_MAX_SAMPLES = 20_000  # that the page judges by itself at another threshold: 100 kB


class ConfusionPlot(View):
    """A confusion matrix as the page draws it.

    The page asks for the recorded matrices when somebody begins to replay them, and sends nothing
    while they are replayed.

    Attributes:
        cell: True and predicted class of the selected cell. -1 in one place stands for a whole row
            or column; empty for none.
        sort: What the table of scores is sorted by: `"class"`, `"precision"`, `"recall"`, `"f1"` or
            `"samples"`.
        shares: Whether cells show shares of their row instead of counts.
        threshold: For two classes, the probability of class 1 at or above which it is predicted.
    """

    _model_name = Unicode("ConfusionPlotModel").tag(sync=True)
    _view_name = Unicode("ConfusionPlotView").tag(sync=True)
    _messages: ClassVar[frozenset[str]] = frozenset({"cell", "shares", "threshold", "history"})
    _controls: ClassVar[frozenset[str]] = frozenset({"sort"})

    matrix = Dict().tag(sync=True)
    scores = Dict().tag(sync=True)
    curves = Dict().tag(sync=True)
    samples = Dict().tag(sync=True)
    recorded = List(Int()).tag(sync=True)
    class_names = Texts()
    cell = List(Int()).tag(sync=True)
    shares = Bool(False).tag(sync=True)
    sort = Enum(list(SORTS), default_value="class").tag(sync=True)
    threshold = Float(0.5).tag(sync=True)
    answered = Int(0).tag(sync=True)
    summary = Text()
    notice = Text()
    title = Text()

    def __init__(self, **kwargs: Any) -> None:
        self._cell_listeners: list[Callable[[list[int]], None]] = []
        self._threshold_listeners: list[Callable[[float], None]] = []
        self._history: ConfusionHistory | None = None
        super().__init__(**kwargs)

    def on_cell(self, listener: Callable[[list[int]], None]) -> None:
        """Call `listener(cell)` when the user selects a cell, a row, a column, or none."""
        self._cell_listeners.append(listener)

    def on_threshold(self, listener: Callable[[float], None]) -> None:
        """Call `listener(threshold)` while the user moves the threshold."""
        self._threshold_listeners.append(listener)

    def show(
        self,
        judged: Outcomes,
        class_names: list[str],
        step: int,
        history: ConfusionHistory | None = None,
    ) -> None:
        """Show the confusion matrix of predictions.

        Args:
            judged: Predictions and true classes.
            class_names: One name per class.
            step: Steps that the weights were trained for; -1 for a finished model.
            history: The matrices to replay; `None` for none.
        """
        self._history = history
        counts, found = confusion_of(judged), scores_of(judged)
        with self.hold_sync():
            self.class_names = class_names
            self.matrix = {"k": judged.classes, "counts": raw_bytes(counts.astype("<i4"))}
            self.scores = {
                "accuracy": _plain(np.array([found.accuracy]))[0],
                "precision": _plain(found.precision),
                "recall": _plain(found.recall),
                "f1": _plain(found.f1),
                "support": found.support.tolist(),
                "macro": _plain(np.array(found.macro)),
            }
            self.summary, self.notice = _summary(judged, found, step), ""
            self.curves, self.samples = _curves(judged), _samples(judged)
            self.recorded = [] if history is None else history.steps
            if judged.threshold is not None:
                self.threshold = judged.threshold
            if any(c >= judged.classes for c in self.cell):
                self.cell = []

    def clear(self, notice: str) -> None:
        """Show a text in place of a matrix.

        Args:
            notice: The text.
        """
        self._history = None
        with self.hold_sync():
            self.matrix, self.scores, self.curves, self.samples = {}, {}, {}, {}
            self.cell, self.recorded = [], []
            self.summary, self.notice = "", notice

    def _on_cell(self, content: dict[str, Any]) -> None:
        row, column = finite_number(content, "row"), finite_number(content, "column")
        k = self.matrix.get("k", 0)
        cell: list[int] = []
        if row is not None and column is not None and max(row, column) >= 0:
            if max(row, column) >= k:
                return
            cell = [max(-1, int(row)), max(-1, int(column))]
        for listener in self._cell_listeners:
            listener(cell)

    def _on_shares(self, content: dict[str, Any]) -> None:
        if isinstance(content.get("value"), bool):
            self.shares = content["value"]

    def _on_history(self, _content: dict[str, Any]) -> None:
        """Send the recorded matrices, also where there are none: the page waits for an answer."""
        history = self._history
        empty: list[int] = []
        steps, counts = (
            (empty, np.zeros((0, 0, 0), np.int32)) if history is None else history.matrices()
        )
        content = {"type": "history", "k": counts.shape[-1], "steps": steps}
        self.send(content, [raw_bytes(counts.astype("<i4"))])

    def _on_threshold(self, content: dict[str, Any]) -> None:
        value, asked = finite_number(content, "value"), finite_number(content, "asked")
        if value is None:
            return
        for listener in self._threshold_listeners:
            listener(max(0.0, min(1.0, value)))
        self.answered = int(max(0, min(2**31, asked or 0)))


def _curves(judged: Outcomes) -> dict[str, Any]:
    """Return ROC and precision-recall curve with the current point; empty without a threshold."""
    if judged.threshold is None:
        return {}
    curve = threshold_curve_of(judged)
    kept = curve.thinned(_MAX_POINTS)
    at = curve.index(judged.threshold)
    samples = curve.positives + curve.negatives
    return {
        "false_positive_rate": _plain(curve.false_positive_rate[kept]),
        "recall": _plain(curve.recall[kept]),
        "precision": _plain(curve.precision[kept]),
        "roc_auc": _plain(np.array([curve.roc_auc]))[0],
        "average_precision": _plain(np.array([curve.average_precision]))[0],
        "share": curve.positives / samples if samples else None,
        "point": _plain(
            np.array([curve.false_positive_rate[at], curve.recall[at], curve.precision[at]])
        ),
    }


def _samples(judged: Outcomes) -> dict[str, Any]:
    """Return truth and probability of class 1, by which the page follows a threshold at once."""
    if judged.threshold is None or judged.probabilities is None or len(judged) > _MAX_SAMPLES:
        return {}
    return {
        "count": len(judged),
        "probabilities": raw_bytes(judged.probabilities[:, 1].astype("<f4")),
        "truth": raw_bytes(judged.truth.astype(np.uint8)),
    }


def _plain(values: NDArray[np.float64]) -> list[float | None]:
    return [round(float(v), 6) if math.isfinite(v) else None for v in values]


def _summary(judged: Outcomes, found: Scores, step: int) -> str:
    """Return the line below the matrix."""
    if math.isfinite(found.accuracy):
        accuracy = tr(
            "accuracy {percent} of {n} samples",
            percent=format_percent(found.accuracy, 1),
            n=found.samples,
        )
    else:
        accuracy = tr("accuracy undefined")
    nan = trn("{n} output is NaN", "{n} outputs are NaN", found.unanswered)
    return join_messages(
        [
            accuracy,
            nan if found.unanswered else "",
            tr("after step {step}", step=step) if step >= 0 else "",
            judged.note,
        ],
        " · ",
    )
