"""Class probabilities as bars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from traitlets import Any as AnyTrait
from traitlets import Int, List, Unicode

from dlwidgets.widgets._core.text import Text, Texts, as_text
from dlwidgets.widgets._core.view import View

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


class ClassBars(View):
    """One bar per class with its name and probability.

    Args:
        title: Shown above the bars.
        empty_text: Shown while there are none.

    Attributes:
        labels: Names of the classes shown, from top to bottom.
        values: Their probabilities; `None` for NaN.
        marked: Index of the most probable class shown; -1 for none.

    Example:
        >>> bars = dl.widgets.ClassBars(title="Predictions")
        >>> bars.show(np.array([0.1, 0.7, 0.2]), ["cat", "dog", "owl"], top=2)
        >>> bars.labels, bars.values
        (['dog', 'owl'], [0.7, 0.2])
    """

    _model_name = Unicode("ClassBarsModel").tag(sync=True)
    _view_name = Unicode("ClassBarsView").tag(sync=True)

    labels = Texts()
    values = List(AnyTrait()).tag(sync=True)
    marked = Int(-1).tag(sync=True)
    title = Text()
    empty_text = Text()

    def show(
        self, probabilities: NDArray[Any], class_names: Sequence[str], *, top: int | None = None
    ) -> None:
        """Show probabilities.

        Args:
            probabilities: Shape (classes,), each from 0 to 1. NaN is reported as such.
            class_names: One name per class.
            top: Show only this many classes, the most probable first. `None` shows all in order.

        Raises:
            ValueError: There isn't one name per class.
        """
        given = np.asarray(probabilities, np.float64).ravel()
        if len(class_names) != len(given):
            message = f"Expected {len(given)} class names. Received: {len(class_names)}"
            raise ValueError(message)
        order = np.arange(len(given)) if top is None else np.argsort(-given, kind="stable")[:top]
        finite = np.isfinite(given[order])
        with self.hold_sync():
            self.labels = [as_text(class_names[i]) for i in order]
            # JSON has no NaN.
            self.values = [
                round(float(given[i]), 6) if ok else None
                for i, ok in zip(order, finite, strict=True)
            ]
            self.marked = int(np.argmax(given[order])) if finite.all() and len(order) else -1

    def clear(self) -> None:
        """Remove all bars."""
        with self.hold_sync():
            self.labels, self.values, self.marked = [], [], -1
