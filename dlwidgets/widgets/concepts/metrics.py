"""Metrics that follow a threshold, and an outlier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from traitlets import Dict, Unicode

from dlwidgets._messages import Message, tr
from dlwidgets.concepts import _metrics as engine
from dlwidgets.widgets._core.text import Text
from dlwidgets.widgets._core.wire import raw_bytes
from dlwidgets.widgets.concepts._concept import Concept

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import ArrayLike

    from dlwidgets.widgets.concepts._lesson import Step


class Metrics(Concept):
    """Metrics that follow a threshold, as `dl.concepts.metrics` makes them."""

    concept = "metrics"
    fields = engine.FIELDS
    parts = (
        *("task", "data", "positives", "separation", "seed"),
        *("scores", "matrix", "values", "roc", "precision_recall", "points", "errors", "notes"),
    )
    events = ("point", "drag")
    steps = ("always", "drag", "all", "curve", "balanced", "outlier")

    _model_name = Unicode("MetricsModel").tag(sync=True)
    _view_name = Unicode("MetricsView").tag(sync=True)

    samples = Dict().tag(sync=True)
    samples_note = Text()


def metrics(
    y_true: ArrayLike | None = None,
    y_score: ArrayLike | None = None,
    *,
    task: str | None = None,
    positives: int | None = None,
    separation: float | None = None,
    seed: int | None = None,
    threshold: float | None = None,
    y: ArrayLike | None = None,
    state: str = "",
    hide: Iterable[str] = (),
    lesson: bool | Sequence[str | Step] = False,
) -> Metrics:
    """Show what a threshold does to accuracy, precision, recall, F1 and two curves.

    Drag the threshold over the scores of a classifier, and see its place on the ROC curve and the
    precision-recall curve. The second task compares squared and absolute errors while you drag an
    outlier.

    Args:
        y_true: Your own labels, 0 and 1, of shape (n,) or (n, 1).
        y_score: The scores that your model gives the same samples, higher for label 1, such as
            `model.predict(x)`. Of more than 3,000 samples some are chosen evenly.
        task: `"classification"` or `"regression"`.
        positives: How many of the toy's 100 samples are positive, from 1 to 50.
        separation: How far apart the scores of the toy's classes are, from 0 to 6.
        seed: Of the toy's scores, from 0 to 999.
        threshold: Scores from here on are predicted positive. By default it moves by itself.
        y: The values of the regression over x = 0, 1, …: 3 to 20 numbers from -20 to 20.
        state: The state of another widget; the other arguments come on top.
        hide: Parts that aren't shown, such as `["roc", "precision_recall"]`.
        lesson: `True` for a lesson of six steps; or some of its steps, and steps of your own.

    Returns:
        The widget. `widget.state` follows what the user does, and can be set.

    Raises:
        ValueError: An argument can't be used.

    Example:
        >>> dl.concepts.metrics(positives=10, threshold=0.5).state
        'positives=10;threshold=0.5'
        >>> dl.concepts.metrics([0, 1, 1], [0.1, 0.4, 0.9]).state
        'data=own'
    """
    values: dict[str, Any] = {
        "task": task,
        "positives": positives,
        "separation": separation,
        "seed": seed,
        "threshold": None if threshold is None else [threshold],
    }
    if y is not None:
        values["y"] = y
        values["task"] = task or "regression"
    if (y_true is None) != (y_score is None):
        message = "Expected both `y_true` and `y_score`. "
        raise ValueError(message + "Received: one of them.")
    extra: dict[str, Any] = {}
    if y_true is not None:
        values["data"] = "own"
        extra = _samples(engine.checked_samples(y_true, y_score))
    return Metrics(state=state, hide=hide, lesson=lesson, values=values, **extra)


def _samples(own: engine.Own) -> dict[str, Any]:
    """Return the user's samples as the page gets them, with what is to be said of them."""
    kept = own.table.shape[1]
    note: str | Message = ""
    if own.count > kept:
        note = tr(
            "There are {count} samples. {kept} of them are shown, evenly chosen in order of class "
            "and score.",
            count=own.count,
            kept=kept,
        )
    return {"samples": {"count": kept, "data": raw_bytes(own.table)}, "samples_note": note}
