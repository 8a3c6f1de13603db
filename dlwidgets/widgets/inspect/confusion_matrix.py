"""The confusion matrix of a classifier, finished or while it trains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from traitlets import Float, Int, List, validate

from dlwidgets._messages import tr
from dlwidgets.inspect.scoring import confusion_of, most_confused
from dlwidgets.widgets._core.signal_blocker import SignalBlocker
from dlwidgets.widgets._fields.output import LabelField, OutputField
from dlwidgets.widgets._live.feed import MAX_PREDICTED, samples_for
from dlwidgets.widgets._live.film import Film
from dlwidgets.widgets._live.shared_predictions import SharedPredictions
from dlwidgets.widgets.inspect._sample_view import JudgedView
from dlwidgets.widgets.primitives.confusion_plot import ConfusionPlot
from dlwidgets.widgets.primitives.pictures import picture_of_confusion

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel, Nested
    from dlwidgets.inspect.choosing import ClassNames
    from dlwidgets.training.run import Run
    from dlwidgets.widgets._core.change import Change
    from dlwidgets.widgets.inspect.prediction_browser import PredictionBrowser

_WAITING = tr("The confusion matrix appears here.")
_FILTERS = ["true_class", "predicted_class"]


class ConfusionMatrix(JudgedView):
    """The confusion matrix of a classifier, with precision, recall and F1 of each class.

    For two classes, a threshold slider moves the scores and the point on the ROC and the
    precision-recall curve. Where samples have several labels at once, there is such a matrix for
    each label, and a menu of them. With a Run it is updated during training, and a slider replays
    the matrices of the steps before. Beside a
    `PredictionBrowser`, a click on a cell shows the samples in it.

    Args:
        source: A built Keras model or a Run. `None` for an empty view until `show`, or with a
            browser.
        x: Samples as the model takes them, shape (n, …); a list or dict of arrays for several
            inputs. Or a data set or generator, of which the first 10,000 samples are used; see
            `dl.data.take`.
        y: The true classes, as for `inspect.outcomes`; for several outputs a dict or list of them;
            for several labels per sample rows of 0s and 1s. A data set brings its own.
        class_names: One name per class, or a dict of them by output. Default: the data set's, or
            their numbers.
        output: Name or index of the output that is shown and that `y` belongs to, for a model with
            several. Default: the one that `y` and `class_names` fit.
        browser: A browser to filter by clicks. The matrix then shows the browser's model and
            samples; leave out `source`, `x` and `y`.
        title: Shown above.

    Raises:
        ValueError: `x`, `y` and `class_names` don't fit together, or there is a source as well as
            a browser.

    Attributes:
        cell: True and predicted class of the selected cell; `[]` for none; -1 stands for all.
            Settable.
        threshold: The probability of class 1 at or above which it is predicted. Settable.
        plot: The matrix, a `ConfusionPlot`.
        output_field: A menu of the outputs, for a model with several.
        label_field: A menu of the labels, where samples can have several at once.
        hold: Whether the view is frozen while its Run continues. Settable.
        busy: Whether an update is in progress.
        message: Why the matrix can't be shown, or how many samples are used; "" for nothing.

    Example:
        >>> digits = dl.data.load("digits").normalized()
        >>> model = dl.models.compiled("mlp", input_shape=(8, 8, 1), classes=10)
        >>> browser = dl.PredictionBrowser(model, digits.x_test, digits.y_test)
        >>> dl.ConfusionMatrix(browser=browser)
        <ConfusionMatrix>
    """

    cell = List(Int())
    threshold = Float(0.5, min=0.0, max=1.0)
    _film: Film | None = None

    def __init__(
        self,
        source: KerasModel | Run | None = None,
        x: Nested = None,
        y: Any = None,
        class_names: ClassNames = (),
        *,
        output: str | int | None = None,
        browser: PredictionBrowser | None = None,
        title: str = "",
    ) -> None:
        self._browser: PredictionBrowser | None = None
        self._filtering = SignalBlocker()
        self.judging = SharedPredictions() if browser is None else browser.judging
        self.plot = ConfusionPlot(title=title or tr("Confusion matrix"), notice=_WAITING)
        self.output_field = (
            OutputField(self.judging.choose) if browser is None else browser.output_field
        )
        self.label_field = (
            LabelField(self.judging.choose_label) if browser is None else browser.label_field
        )
        alone = [self.output_field, self.label_field] if browser is None else []
        super().__init__(
            self.judging.follower, *alone, self.plot, shares_follower=browser is not None
        )
        if browser is not None and source is not None:
            message = (
                "Expected either a source or a browser: with a browser, the matrix shows the "
                "browser's model. Received: both."
            )
            raise ValueError(message)
        self.plot.on_cell(self._cell_clicked)
        self.plot.on_threshold(self._threshold_moved)
        self.observe(self._cell_set, "cell")
        self.observe(self._threshold_set, "threshold")
        self.judging.listen(self._draw, self._failed)
        film = Film(tr("Confusion matrix"), self._picture, lambda: bool(self.plot.matrix))
        self._film = film
        self.judging.follower.filmed.append(film)
        if browser is not None:
            self._browser = browser
            browser.cards.observe(self._filter_changed, _FILTERS)
        if source is not None:
            self.show(source, x, y, class_names, output=output)
        else:
            with self.judging.lock:
                self._draw()

    def show(
        self,
        source: KerasModel | Run,
        x: Nested,
        y: Any,
        class_names: ClassNames = (),
        *,
        output: str | int | None = None,
    ) -> None:
        """Show another model or other samples, in the linked browser as well.

        Args:
            source: A built Keras model or a Run.
            x: As for the class.
            y: As for the class.
            class_names: As for the class.
            output: As for the class.

        Raises:
            ValueError: As for the class; the view stays as it was.
        """
        if self._browser is not None:
            self._browser.show(source, x, y, class_names, output=output)
            return
        taken = samples_for(source, x, y, limit=MAX_PREDICTED, labels_needed=True)
        before, self.note = self.note, taken.note
        try:
            self.judging.show(source, taken.x, taken.y, class_names or taken.class_names, output)
        except ValueError:
            self.note = before
            raise

    @property
    def output(self) -> str:
        """The name of the output that is shown, "" before the first predictions; settable."""
        return self.judging.output

    @output.setter
    def output(self, name: str | int) -> None:
        self.judging.choose(name)

    def select_most_confused(self) -> bool:
        """Select the cell with the most wrong predictions, and return whether there is one."""
        with self.judging.lock:
            judged = self.judging.judged
            cell = None if judged is None else most_confused(confusion_of(judged))
        if cell is not None:
            self.cell = list(cell)
        return cell is not None

    def _picture(self) -> NDArray[np.uint8]:
        with self.judging.lock:
            if not self.awake:
                self._draw()
            return picture_of_confusion(self.plot)

    def _release(self) -> None:
        self.judging.forget(self._draw)
        film, self._film = self._film, None
        if film is not None:
            self.judging.follower.filmed.remove(film)
        browser, self._browser = self._browser, None
        if browser is not None:
            browser.cards.unobserve(self._filter_changed, _FILTERS)

    def _draw(self) -> None:
        judged = self.judging.judged
        self.output_field.offer(self.judging.outputs, self.judging.output)
        self.label_field.offer(self.judging.labels, self.judging.label)
        if judged is None:  # other samples or classes follow; the browser is reset as well
            self._select_quietly([])
            self.plot.clear(_WAITING)
        else:
            names, history = list(self.judging.class_names), self.judging.history
            self.plot.show(judged, names, self.judging.step, history)
            self.plot.cell = self.cell
        self.say(self.judging.note)
        self.threshold = self.judging.threshold  # another view may have moved it

    def _failed(self, error: Exception) -> None:
        self.output_field.offer(self.judging.outputs, self.judging.output)
        self.label_field.offer(self.judging.labels, self.judging.label)
        self.plot.clear(tr("No confusion matrix."))
        self.say_error(error)

    def _cell_clicked(self, cell: list[int]) -> None:
        self.cell = [] if cell == self.cell else cell

    @validate("cell")
    def _check_cell(self, proposal: Any) -> list[int]:
        cell: list[int] = list(proposal["value"])
        k = len(self.judging.class_names)
        if cell and (len(cell) != 2 or min(cell) < -1 or max(cell) >= k or max(cell) < 0):
            message = (
                "Expected `cell` to be [true class, predicted class] with -1 in one place for all "
                f"classes; there are {k} classes. Received: {cell}"
            )
            raise ValueError(message)
        return cell

    def _cell_set(self, change: Change[list[int]]) -> None:
        cell = change["new"]
        self.plot.cell = cell
        if self._browser is not None and not self._filtering:
            truth, predicted = cell or (-1, -1)
            with self._filtering:
                self._browser.filter(true_class=truth, predicted_class=predicted)

    def _filter_changed(self, _change: Change[object]) -> None:
        """Deselect the cell when the browser shows other classes."""
        browser = self._browser
        if self._filtering or not self.cell or browser is None:
            return
        if self.cell != [browser.cards.true_class, browser.cards.predicted_class]:
            self._select_quietly([])

    def _select_quietly(self, cell: list[int]) -> None:
        """Select a cell without changing the browser's filter."""
        with self._filtering:
            self.cell = cell

    def _threshold_moved(self, threshold: float) -> None:
        self.threshold = threshold

    def _threshold_set(self, change: Change[float]) -> None:
        if change["new"] != self.judging.threshold:
            self.judging.set_threshold(change["new"])
