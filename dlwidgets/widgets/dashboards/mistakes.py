"""The Mistakes page: confusion matrix, predictions and embedding of a classifier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import ipywidgets

from dlwidgets._messages import tr
from dlwidgets.widgets._fields.labeled import field
from dlwidgets.widgets.dashboards._classifier_page import ClassifierPage
from dlwidgets.widgets.dashboards._code import ALL_CLASSES
from dlwidgets.widgets.dashboards._tries_of_classifiers import MISTAKES
from dlwidgets.widgets.inspect.confusion_matrix import ConfusionMatrix
from dlwidgets.widgets.inspect.embedding_view import EmbeddingView
from dlwidgets.widgets.inspect.prediction_browser import PredictionBrowser

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel
    from dlwidgets.data import Dataset
    from dlwidgets.training.run import Run
    from dlwidgets.widgets._core.change import Change


class MistakesDashboard(ClassifierPage):
    """Dashboard of a classifier's mistakes. A sample selected in one view is selected in all.

    Args:
        start: Whether to start training as soon as the page is visible.

    Attributes:
        question: Whether the model predicts the class (-1) or whether a sample is of one class.
        panel: The `TrainingPanel`.
        confusion: The `ConfusionMatrix`.
        browser: The `PredictionBrowser`.
        embedding: The `EmbeddingView`.
        run: The current Run, `None` before the first.

    Example:
        >>> dl.MistakesDashboard()  # doctest: +SKIP
    """

    css_class = "dlw-mistakes"
    page_name = "mistakes"
    tries = MISTAKES
    views_code = """\
browser = dl.PredictionBrowser(run, x, y, names)
browser
dl.ConfusionMatrix(browser=browser)
dl.EmbeddingView(run, x, y, names)
"""
    first_model = "mlp"
    epochs_small: ClassVar[int] = 60
    max_shown = None  # mistakes are rare
    question: ipywidgets.Dropdown
    confusion: ConfusionMatrix
    browser: PredictionBrowser
    embedding: EmbeddingView

    def fields(self) -> Mapping[str, ipywidgets.Widget]:
        """Return the fields of a classifier, and the question."""
        dataset, *others = super().fields().items()
        question = field(
            ipywidgets.Dropdown, tr("Question"), options=self._questions(self.first_dataset)
        )
        return dict([dataset, ("question", question), *others])

    def views(self) -> Mapping[str, ipywidgets.Widget]:
        """Return confusion matrix, predictions and embedding."""
        browser = PredictionBrowser(title=tr("Held-out images"))
        return {
            "confusion": ConfusionMatrix(browser=browser),
            "browser": browser,
            "embedding": EmbeddingView(title=tr("Last hidden layer")),
        }

    def arrange(self) -> Sequence[ipywidgets.Widget]:
        """Return the parts of a page, the images of a cell beside the matrix."""
        form, bar, confusion, browser, *others = super().arrange()
        both = ipywidgets.Box([confusion, browser])
        both.add_class("dlw-side-by-side")
        return [form, bar, both, *others]

    def connect(self) -> None:
        """Link the selected sample of the views."""
        super().connect()
        self.image_view = self.browser
        self.link((self.browser, "index"), (self.embedding, "index"))

    def _on_dataset(self, change: Change[str]) -> None:
        super()._on_dataset(change)
        self.question.options = self._questions(change["new"])
        self.question.value = ALL_CLASSES

    def _questions(self, name: str) -> list[tuple[str, int]]:
        names = self._found[name].class_names
        each = [(tr("Is it “{class_name}”?", class_name=n), i) for i, n in enumerate(names)]
        return [(tr("Which class is it?"), ALL_CLASSES), *each]

    def show(
        self,
        source: KerasModel | Run,
        _dataset: Dataset,
        x: NDArray[Any],
        y: NDArray[Any],
        names: list[str],
    ) -> None:
        """Show a model or a run in all views."""
        self.confusion.show(source, x, y, names)
        self.embedding.show(source, x, y, names)
