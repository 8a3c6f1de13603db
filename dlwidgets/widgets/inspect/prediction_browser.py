"""A browser of a classifier's predictions for thousands of samples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from traitlets import Int

from dlwidgets._messages import join_messages, tr, trn
from dlwidgets.inspect.browsing import bars, browse
from dlwidgets.widgets._fields.output import LabelField, OutputField
from dlwidgets.widgets._live.feed import MAX_PREDICTED, samples_for
from dlwidgets.widgets._live.samples import check_one_per_sample, check_targets, count_samples
from dlwidgets.widgets._live.shared_predictions import SharedPredictions
from dlwidgets.widgets.inspect._sample_images import (
    CARD_SIDE,
    LARGE_SIDE,
    sample_images,
    small_atlas,
    value_range,
)
from dlwidgets.widgets.inspect._sample_view import JudgedView
from dlwidgets.widgets.primitives.prediction_cards import PredictionCards

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from dlwidgets._keras_types import KerasModel, Nested
    from dlwidgets.inspect.browsing import Filter
    from dlwidgets.inspect.choosing import ClassNames
    from dlwidgets.inspect.outcomes import Outcomes
    from dlwidgets.training.run import Run
    from dlwidgets.widgets._core.change import Change
    from dlwidgets.widgets.inspect._sample_images import ValueRange

_WAITING = tr("Predictions appear here.")


class PredictionBrowser(JudgedView):
    """Samples with predicted class, confidence, true class, and a bar per class.

    Blue is right and red is wrong. Filter by wrong predictions, class and confidence, sort by loss,
    and page through all samples. Only the visible page is sent. With a Run it is updated during
    training: the selected sample keeps its place, and no card moves under the pointer.

    Args:
        source: A built Keras model or a Run. `None` for an empty view until `show`.
        x: Samples as the model takes them, shape (n, …); a list or dict of arrays for several
            inputs. Or a data set or generator, of which the first 10,000 samples are used; see
            `dl.data.take`.
        y: The true classes, as for `inspect.outcomes`; for several outputs a dict or list of them;
            for several labels per sample rows of 0s and 1s. A data set brings its own.
        class_names: One name per class, or a dict of them by output. Default: the data set's, or
            their numbers.
        output: Name or index of the output that is shown and that `y` belongs to, for a model with
            several. Default: the one that `y` and `class_names` fit.
        images: Images of the samples, shape (n, height, width[, channels]). Default: `x`, if it has
            that shape.
        title: Shown above.

    Raises:
        ValueError: `x`, `y`, `class_names` and `images` don't fit together.

    Attributes:
        index: Row number of the selected sample; -1 for none. Settable.
        cards: The cards, a `PredictionCards`.
        output_field: A menu of the outputs, for a model with several.
        label_field: A menu of the labels, where samples can have several at once.
        judging: The predictions, which a `ConfusionMatrix` can share.
        hold: Whether the view is frozen while its Run continues. Settable.
        busy: Whether an update is in progress.
        message: Why the predictions can't be shown, or how many samples are used; "" for nothing.

    Example:
        >>> digits = dl.data.load("digits").normalized()
        >>> model = dl.models.compiled("mlp", input_shape=(8, 8, 1), classes=10)
        >>> dl.PredictionBrowser(model, digits.x_test, digits.y_test)
        <PredictionBrowser>
    """

    index = Int(-1)

    def __init__(
        self,
        source: KerasModel | Run | None = None,
        x: Nested = None,
        y: Any = None,
        class_names: ClassNames = (),
        *,
        output: str | int | None = None,
        images: ArrayLike | None = None,
        title: str = "",
    ) -> None:
        self.judging = SharedPredictions()
        self.cards = PredictionCards(title=title or tr("Predictions"), notice=_WAITING)
        self._images: NDArray[Any] | None = None
        self._range: ValueRange = (None, None)
        self._rows: NDArray[np.int64] = np.zeros(0, np.int64)
        self._listed: tuple[Filter, str, int] | None = None
        self._kept_still = False
        self.output_field = OutputField(self.judging.choose)
        self.label_field = LabelField(self.judging.choose_label)
        super().__init__(self.judging.follower, self.output_field, self.label_field, self.cards)
        self.cards.on_request(self._requested)
        self.cards.on_pick(self._picked)
        self.cards.on_leave(self._left)
        self.judging.listen(self._draw, self._failed)
        self.observe(self._index_set, "index")
        if source is not None:
            self.show(source, x, y, class_names, output=output, images=images)

    def show(
        self,
        source: KerasModel | Run,
        x: Nested,
        y: Any,
        class_names: ClassNames = (),
        *,
        output: str | int | None = None,
        images: ArrayLike | None = None,
    ) -> None:
        """Show another model or other samples.

        Args:
            source: A built Keras model or a Run.
            x: As for the class.
            y: As for the class.
            class_names: As for the class.
            output: As for the class.
            images: As for the class.

        Raises:
            ValueError: As for the class; the view stays as it was.
        """
        taken = samples_for(source, x, y, limit=MAX_PREDICTED, labels_needed=True)
        check_targets(taken.x, taken.y)
        shown = sample_images(taken.x, images)
        check_one_per_sample(shown, count_samples(taken.x))
        with self.judging.lock:
            before = self._images, self._range
            self._images, self._range = shown, value_range(shown)
            try:
                names = class_names or taken.class_names
                self.judging.show(source, taken.x, taken.y, names, output)
            except ValueError:
                self._images, self._range = before
                raise
            self.note = taken.note
            self.index, self._listed = -1, None
            with self.cards.hold_sync():
                self.cards.page, self.cards.notice = 0, _WAITING
                self.cards.true_class = self.cards.predicted_class = -1

    def filter(
        self,
        *,
        true_class: int = -1,
        predicted_class: int = -1,
        wrong_only: bool = False,
        low: float = 0.0,
        high: float = 1.0,
    ) -> None:
        """List only some samples, starting with the first page.

        Args:
            true_class: List only samples of this class; -1 for all.
            predicted_class: List only samples predicted as this class; -1 for all.
            wrong_only: List only wrong predictions.
            low: Lowest confidence, from 0 to 1.
            high: Highest confidence, from 0 to 1.
        """
        cards = self.cards
        with self.judging.lock, cards.hold_sync():
            cards.true_class, cards.predicted_class = true_class, predicted_class
            cards.wrong_only, cards.low, cards.high, cards.page = wrong_only, low, high, 0
            cards.clamp()
            self._draw()

    @property
    def output(self) -> str:
        """The name of the output that is shown, "" before the first predictions; settable."""
        return self.judging.output

    @output.setter
    def output(self, name: str | int) -> None:
        self.judging.choose(name)

    @property
    def rows(self) -> NDArray[np.int64]:
        """Row numbers of all samples that match the filter, in order."""
        return self._rows.copy()

    def _release(self) -> None:
        self.judging.forget(self._draw)

    # -- drawing: with the lock of `judging` held ------------------------------------------------

    def _draw(self, asked: int = 0) -> None:
        judged, cards = self.judging.judged, self.cards
        self.say("")
        self.output_field.offer(self.judging.outputs, self.judging.output)
        self.label_field.offer(self.judging.labels, self.judging.label)
        with cards.hold_sync():
            cards.class_names = self.judging.class_names
            if judged is None or self.judging.places:
                self._rows = np.zeros(0, np.int64)
                cards.cards, cards.detail, cards.summary, cards.total = {}, {}, "", 0
                if judged is not None:
                    cards.notice = tr(
                        "Output {name} has a prediction per time step or pixel, and a card shows "
                        "one per sample. A confusion matrix counts them all.",
                        name=repr(self.judging.output),
                    )
                return
            self._rows = self._steady(judged)
            total, size = len(self._rows), cards.page_size
            cards.summary = _summary(judged, self.judging.step)
            cards.total, cards.pages = total, -(-total // size)
            cards.page = max(0, min(cards.page, cards.pages - 1))
            shown = self._rows[cards.page * size : (cards.page + 1) * size]
            cards.notice = "" if total else tr("No sample matches the filter.")
            cards.cards = {"asked": asked, **self._pack(judged, shown)}
            self._draw_detail()

    def _steady(self, judged: Outcomes) -> NDArray[np.int64]:
        """The rows in their order; nothing moves under the pointer, nor does the selected one."""
        cards, before = self.cards, self._rows
        listed = (cards.filter, cards.order, len(judged))
        same, self._listed = listed == self._listed, listed
        self._kept_still = bool(same and len(before) and cards.pointed_at)
        if self._kept_still:
            return before
        rows = browse(judged, cards.filter, cards.order)
        at = np.flatnonzero(before == self.index) if same else before[:0]
        if not at.size or self.index not in rows:
            return rows
        others = rows[rows != self.index]
        return np.insert(others, min(int(at[0]), len(others)), self.index)

    def _draw_detail(self) -> None:
        judged, cards = self.judging.judged, self.cards
        with cards.hold_sync():
            if judged is not None and 0 <= self.index < len(judged):
                cards.index = self.index
                cards.detail = self._pack(judged, np.array([self.index]), LARGE_SIDE)
            else:
                cards.index, cards.detail = -1, {}

    def _pack(
        self, judged: Outcomes, rows: NDArray[np.int64], side: int = CARD_SIDE
    ) -> dict[str, Any]:
        shown = [bars(judged, int(row)) for row in rows]
        packed: dict[str, Any] = {
            "index": rows.tolist(),
            "predicted": judged.predicted[rows].tolist(),
            "truth": judged.truth[rows].tolist(),
            "confidence": _finite(judged.confidence[rows]),
            "loss": _finite(judged.loss[rows]),
            "bar_classes": [classes for classes, _ in shown],
            "bars": [[None if v is None else round(v, 5) for v in values] for _, values in shown],
            "images": {},
        }
        if self._images is not None and len(rows):
            packed["images"] = small_atlas(self._images[rows], self._range, side)
        return packed

    # -- what the user does ----------------------------------------------------------------------

    def _requested(self, asked: int, select: str) -> None:
        with self.judging.lock:
            self._draw(asked)
            page = self.cards.cards.get("index", [])
        # Observers of `index` may take a lock of their own: none is held here.
        if select and page:
            self.index = page[0 if select == "first" else -1]

    def _picked(self, index: int) -> None:
        judged = self.judging.judged
        if judged is not None and index < len(judged):
            self.index = index

    def _left(self) -> None:
        """List what the latest predictions give, where the pointer has prevented it."""
        with self.judging.lock:
            if self._kept_still:
                self._draw()

    def _index_set(self, change: Change[int]) -> None:
        """Go to the page of the selected sample."""
        with self.judging.lock:
            cards = self.cards
            at = np.flatnonzero(self._rows == change["new"])
            if at.size and int(at[0]) // cards.page_size != cards.page:
                cards.page = int(at[0]) // cards.page_size
                self._draw()
            else:
                self._draw_detail()

    def _failed(self, error: Exception) -> None:
        self.output_field.offer(self.judging.outputs, self.judging.output)
        self.label_field.offer(self.judging.labels, self.judging.label)
        with self.cards.hold_sync():
            self.cards.cards, self.cards.detail, self.cards.total = {}, {}, 0
            self.cards.pages, self.cards.summary = 0, ""
            self.cards.notice = tr("No predictions.")
        self.say_error(error)


def _summary(judged: Outcomes, step: int) -> str:
    """Return the line above the cards."""
    total, right = len(judged), int(judged.right.sum())
    counts = tr(
        "{right} of {total} right, {wrong} wrong", right=right, total=total, wrong=total - right
    )
    nan = trn("{n} output is NaN", "{n} outputs are NaN", judged.unanswered)
    return join_messages(
        [
            counts,
            nan if judged.unanswered else "",
            tr("after step {step}", step=step) if step >= 0 else "",
        ],
        " · ",
    )


def _finite(values: NDArray[Any]) -> list[float | None]:
    return [round(float(v), 6) if np.isfinite(v) else None for v in values]
