"""Which class is taken for which, by a finished model or while it trains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets
from traitlets import Float, Int, List, validate

from dlwidgets.training.errors import explain
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets._live.shared_predictions import SharedPredictions
from dlwidgets.widgets.primitives.confusion_plot import ConfusionPlot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dlwidgets.widgets._core.change import Change
    from dlwidgets.widgets.inspect.prediction_browser import PredictionBrowser

_WAITING = "The confusion matrix appears here."


class ConfusionMatrix(ClosesChildren, ipywidgets.VBox):
    """The confusion matrix of a classifier, with precision, recall and F1 of each class.

    For two classes a threshold slider moves the scores and the point on the ROC and the
    precision-recall curve. With a Run it follows the training. Beside a `PredictionBrowser` a click
    on a cell shows the samples that are in it.

    Args:
        source: A built Keras model, or a Run; None for an empty view until `show`, or with a
            browser.
        x: What the model takes, shape (n, …); for several inputs a list or dict of arrays.
        y: The true classes, as for `inspect.outcomes`.
        class_names: One name per class; their numbers by default.
        browser: A browser to filter by clicks. The matrix is then of its model and samples, and
            source, x and y are left out.
        title: Shown above.

    Raises:
        ValueError: Arrays that do not go together, or a source as well as a browser.

    Attributes:
        cell: True and predicted class of the chosen cell, [] for none; -1 stands for all.
        threshold: From which probability of class 1 on it is predicted; may be set.
        plot: The matrix as it is drawn, a `ConfusionPlot`.

    Example:
        >>> digits = dl.data.load("digits").normalized()
        >>> model = dl.models.compiled("mlp", input_shape=(8, 8, 1), classes=10)
        >>> browser = dl.PredictionBrowser(model, digits.x_test, digits.y_test)
        >>> dl.ConfusionMatrix(browser=browser)
        ConfusionMatrix(...)
    """

    cell = List(Int())
    threshold = Float(0.5, min=0.0, max=1.0)

    def __init__(
        self,
        source: Any = None,
        x: Any = None,
        y: Any = None,
        class_names: Sequence[str] = (),
        *,
        browser: PredictionBrowser | None = None,
        title: str = "Confusion matrix",
    ) -> None:
        self._browser: PredictionBrowser | None = None
        self._filtering = False
        self.judging = SharedPredictions() if browser is None else browser.judging
        self.plot = ConfusionPlot(title=title, notice=_WAITING)
        controls = [] if browser is not None else [self.judging.follower.controls]
        super().__init__([self.plot, *controls])
        self.add_class("dlw-viewer")
        if browser is not None and source is not None:
            message = "a matrix with a browser shows the browser's model. Received: a source too"
            raise ValueError(message)
        self.plot.on_cell(self._cell_chosen)
        self.plot.on_threshold(self._threshold_moved)
        self.observe(self._cell_set, "cell")
        self.observe(self._threshold_set, "threshold")
        self.judging.listen(self._draw, self._failed)
        if browser is not None:
            self._browser = browser
            browser.cards.observe(self._filter_changed, ["true_class", "predicted_class"])
        if source is not None:
            self.show(source, x, y, class_names)
        else:
            with self.judging.lock:
                self._draw()

    def show(self, source: Any, x: Any, y: Any, class_names: Sequence[str] = ()) -> None:
        """Show another model, or other samples, in the browser beside it as well.

        Args:
            source: As for the class.
            x: As for the class.
            y: As for the class.
            class_names: As for the class.

        Raises:
            ValueError: As for the class; what was shown before stays.
        """
        if self._browser is not None:
            self._browser.show(source, x, y, class_names)
        else:
            self.judging.show(source, x, y, class_names)

    def close(self) -> None:
        """Take the view off the page."""
        self.judging.forget(self._draw)
        browser, self._browser = self._browser, None  # a second close finds nothing to do
        if browser is not None:
            browser.cards.unobserve(self._filter_changed, ["true_class", "predicted_class"])
        super().close()

    def _draw(self) -> None:
        judged = self.judging.judged
        if judged is None:  # other samples or classes are to come: the browser begins anew as well
            self._choose_quietly([])
            self.plot.clear(_WAITING)
        else:
            self.plot.show(judged, list(self.judging.class_names), self.judging.step)
            self.plot.cell = self.cell
        self.threshold = self.judging.threshold  # another view may have moved it

    def _failed(self, error: Exception) -> None:
        self.plot.clear(f"No confusion matrix: {explain(error)}"[:600])

    def _cell_chosen(self, cell: list[int]) -> None:
        self.cell = [] if cell == self.cell else cell

    @validate("cell")
    def _check_cell(self, proposal: Any) -> list[int]:
        cell: list[int] = list(proposal["value"])
        k = len(self.judging.class_names)
        if cell and (len(cell) != 2 or min(cell) < -1 or max(cell) >= k or max(cell) < 0):
            message = (
                "a cell is the true and the predicted class, -1 in one place for all of them; "
                f"there are {k} classes. Received: {cell}"
            )
            raise ValueError(message)
        return cell

    def _cell_set(self, change: Change[list[int]]) -> None:
        cell = change["new"]
        self.plot.cell = cell
        if self._browser is not None and not self._filtering:
            truth, predicted = cell or (-1, -1)
            self._filtering = True
            try:
                self._browser.filter(true_class=truth, predicted_class=predicted)
            finally:
                self._filtering = False

    def _filter_changed(self, _change: Change[object]) -> None:
        """In the browser other classes were chosen: no cell is shown there any more."""
        browser = self._browser
        if self._filtering or not self.cell or browser is None:
            return
        if self.cell != [browser.cards.true_class, browser.cards.predicted_class]:
            self._choose_quietly([])

    def _choose_quietly(self, cell: list[int]) -> None:
        """Show another cell as chosen, and leave the browser's filter alone."""
        before, self._filtering = self._filtering, True
        try:
            self.cell = cell
        finally:
            self._filtering = before

    def _threshold_moved(self, threshold: float) -> None:
        self.threshold = threshold

    def _threshold_set(self, change: Change[float]) -> None:
        if change["new"] != self.judging.threshold:
            self.judging.set_threshold(change["new"])
