"""Looking through what a classifier says about thousands of samples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets
import numpy as np
from traitlets import Int

from dlwidgets.inspect.browsing import bars, browse
from dlwidgets.training.errors import explain
from dlwidgets.widgets._core.closing import ClosesChildren
from dlwidgets.widgets._live.shared_predictions import SharedPredictions
from dlwidgets.widgets.inspect._sample_images import (
    CARD,
    LARGE,
    checked_pictures,
    picture_of,
    pictures_in,
    range_of,
)
from dlwidgets.widgets.primitives.prediction_cards import PredictionCards

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from dlwidgets.widgets._core.change import Change
    from dlwidgets.widgets.inspect._sample_images import Range

_WAITING = "Predictions appear here."


class PredictionBrowser(ClosesChildren, ipywidgets.VBox):
    """Samples with predicted class, confidence, true class, and a bar for each class.

    Blue is right and red is wrong. Filter by wrong, class and confidence, sort by loss, and page
    through all of them: only the visible page is sent. With a Run it follows the training.

    Args:
        source: A built Keras model, or a Run; None for an empty view until `show`.
        x: What the model takes, shape (n, …).
        y: The true classes, as for `inspect.outcomes`.
        class_names: One name per class; their numbers by default.
        images: Pictures to show for the samples, shape (n, height, width[, channels]); by default
            `x` where it has that shape, else none.
        title: Shown above.

    Raises:
        ValueError: Arrays that do not go together.

    Attributes:
        index: Row number of the chosen sample, -1 for none; may be set.
        cards: The page as it is drawn, a `PredictionCards`.
        judging: Where the answers come from; a `ConfusionMatrix` can share it.

    Example:
        >>> digits = dl.data.load("digits").normalized()
        >>> model = dl.models.compiled("mlp", input_shape=(8, 8, 1), classes=10)
        >>> dl.PredictionBrowser(model, digits.x_test, digits.y_test)
        PredictionBrowser(...)
    """

    index = Int(-1)

    def __init__(
        self,
        source: Any = None,
        x: Any = None,
        y: Any = None,
        class_names: Sequence[str] = (),
        *,
        images: NDArray[Any] | None = None,
        title: str = "Predictions",
    ) -> None:
        self.judging = SharedPredictions()
        self.cards = PredictionCards(title=title, notice=_WAITING)
        self._images: NDArray[Any] | None = None
        self._range: Range = (None, None)
        self._rows: NDArray[np.int64] = np.zeros(0, np.int64)
        super().__init__([self.cards, self.judging.follower.controls])
        self.add_class("dlw-viewer")
        self.cards.on_request(self._wished)
        self.cards.on_pick(self._picked)
        self.judging.listen(self._draw, self._failed)
        self.observe(self._index_set, "index")
        if source is not None:
            self.show(source, x, y, class_names, images=images)

    def show(
        self,
        source: Any,
        x: Any,
        y: Any,
        class_names: Sequence[str] = (),
        *,
        images: NDArray[Any] | None = None,
    ) -> None:
        """Show another model, or other samples; arguments as those of the class.

        Raises:
            ValueError: As for the class; what was shown before stays.
        """
        pictures = pictures_in(x) if images is None else checked_pictures(images)
        if pictures is not None and len(pictures) != len(np.asarray(y)):
            message = f"one image per sample is needed. Received: {len(pictures)} images"
            raise ValueError(message)
        with self.judging.lock:
            before = self._images, self._range
            self._images, self._range = pictures, range_of(pictures)
            try:
                self.judging.show(source, x, y, class_names)
            except ValueError:
                self._images, self._range = before
                raise
            self.index = -1
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
        """Show only some samples, from the first page on.

        Args:
            true_class: Only samples of this class; -1 for all.
            predicted_class: Only samples predicted as this class; -1 for all.
            wrong_only: Only what was predicted wrong.
            low: Least confidence, 0 to 1.
            high: Largest confidence, 0 to 1.
        """
        cards = self.cards
        with self.judging.lock, cards.hold_sync():
            cards.true_class, cards.predicted_class = true_class, predicted_class
            cards.wrong_only, cards.low, cards.high, cards.page = wrong_only, low, high, 0
            cards.clamp()
            self._draw()

    @property
    def rows(self) -> NDArray[np.int64]:
        """Row numbers of all samples that the filter lets through, in order."""
        return self._rows.copy()

    def close(self) -> None:
        """Take the view off the page."""
        self.judging.forget(self._draw)
        super().close()

    # -- drawing: with the lock of `judging` held ------------------------------------------------

    def _draw(self, asked: int = 0) -> None:
        judged, cards = self.judging.judged, self.cards
        with cards.hold_sync():
            cards.class_names = self.judging.class_names
            if judged is None:
                self._rows = np.zeros(0, np.int64)
                cards.cards, cards.detail, cards.summary, cards.total = {}, {}, "", 0
                return
            self._rows = browse(judged, cards.filter, cards.order)
            n, total, size = len(judged), len(self._rows), cards.page_size
            wrong = n - int(judged.right.sum())
            words = [f"{n - wrong:,} of {n:,} right, {wrong:,} wrong"]
            words += [f"{judged.unanswered:,} not a number"] if judged.unanswered else []
            words += [f"after step {self.judging.step:,}"] if self.judging.step >= 0 else []
            cards.summary = " · ".join(words)
            cards.total, cards.pages = total, -(-total // size)
            cards.page = max(0, min(cards.page, cards.pages - 1))
            shown = self._rows[cards.page * size : (cards.page + 1) * size]
            cards.notice = "" if total else "No sample is like that."
            cards.cards = {"asked": asked, **self._pack(shown)}
            self._draw_detail()

    def _draw_detail(self) -> None:
        judged = self.judging.judged
        known = judged is not None and 0 <= self.index < len(judged)
        with self.cards.hold_sync():
            self.cards.index = self.index if known else -1
            self.cards.detail = self._pack(np.array([self.index]), LARGE) if known else {}

    def _pack(self, rows: NDArray[np.int64], side: int = CARD) -> dict[str, Any]:
        judged = self.judging.judged
        assert judged is not None
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
            packed["images"] = picture_of(self._images[rows], self._range, side)
        return packed

    # -- the visitor -----------------------------------------------------------------------------

    def _wished(self, asked: int, select: str) -> None:
        with self.judging.lock:
            self._draw(asked)
            page = self.cards.cards.get("index", [])
        # Whoever is linked to `index` has a lock of its own: none is held here.
        if select and page:
            self.index = page[0 if select == "first" else -1]

    def _picked(self, index: int) -> None:
        judged = self.judging.judged
        if judged is not None and index < len(judged):
            self.index = index

    def _index_set(self, change: Change[int]) -> None:
        """Turn to the page of the sample that was chosen, here or elsewhere."""
        with self.judging.lock:
            cards = self.cards
            at = np.flatnonzero(self._rows == change["new"])
            if at.size and int(at[0]) // cards.page_size != cards.page:
                cards.page = int(at[0]) // cards.page_size
                self._draw()
            else:
                self._draw_detail()

    def _failed(self, error: Exception) -> None:
        with self.cards.hold_sync():
            self.cards.cards, self.cards.detail, self.cards.total = {}, {}, 0
            self.cards.pages, self.cards.summary = 0, ""
            self.cards.notice = f"No predictions: {explain(error)}"[:600]


def _finite(values: NDArray[Any]) -> list[float | None]:
    return [round(float(v), 6) if np.isfinite(v) else None for v in values]
