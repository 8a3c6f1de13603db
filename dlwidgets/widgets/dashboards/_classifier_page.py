"""Base class of dashboards that train an image classifier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import ipywidgets
import numpy as np

from dlwidgets import data, models
from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.widgets._live.controls import CommonControls
from dlwidgets.widgets._live.view import Holdable
from dlwidgets.widgets.dashboards._code import ALL_CLASSES, classifier_code
from dlwidgets.widgets.dashboards._page_fields import (
    WholeNumber,
    batch_size_field,
    data_field,
    epochs_field,
    epochs_for,
    model_field,
    seed_field,
)
from dlwidgets.widgets.dashboards._training_page import TrainingPage

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel
    from dlwidgets.data import Dataset
    from dlwidgets.models.saved import SavedAbout
    from dlwidgets.training.run import Run
    from dlwidgets.widgets._core.change import Change

MAP_METHOD = "grad_cam_plus_plus"
"""The heat map to begin with. For the small networks of the pages, whose last layer sees each place
by itself, the averages of Grad-CAM are negative, and its map blank, for nine images in ten."""


class ClassifierPage(TrainingPage):
    """Dashboard that trains an image classifier and shows it on held-out images.

    A page defines `show`, which receives a Run that isn't started, its data set, the held-out
    images, their labels, and the names of the classes.

    Args:
        start: Whether to start training as soon as the page is visible.

    Attributes:
        controls_of_views: The Hold button and the time budget of all views.
    """

    model_kind = "classifier"
    can_open = True
    has_code = True
    metrics = ("accuracy",)
    first_dataset: ClassVar[str] = "digits"
    first_model: ClassVar[str] = "small_cnn"
    epochs_small: ClassVar[int]
    """Epochs for a small data set."""
    epochs_large: ClassVar[int] = 5
    """Epochs for a large data set."""
    max_shown: ClassVar[int | None] = 500
    """Number of held-out images: enough to browse, and quickly predicted again and again."""
    image_view: Any
    """The view whose `index` selects an image."""
    views_code: ClassVar[str]
    """The code that makes the views of `run`, the held-out `x` and `y`, and `names`."""
    show: Callable[[KerasModel | Run, Dataset, NDArray[Any], NDArray[Any], list[str]], None]
    dataset: ipywidgets.Dropdown
    model: ipywidgets.Dropdown
    batch_size: ipywidgets.Dropdown
    epochs: WholeNumber
    seed: WholeNumber
    controls_of_views: CommonControls

    def fields(self) -> Mapping[str, ipywidgets.Widget]:
        """Return data set, model, batch size, epochs and seed."""
        self._found = data.available(kind="image", task="classification")
        self._labels: NDArray[Any] = np.zeros(0, np.int64)
        self._images_of = ""
        return {
            "dataset": data_field(self._found.values(), value=self.first_dataset),
            "model": model_field(
                models.choices(self._found[self.first_dataset]).values(), self.first_model
            ),
            "batch_size": batch_size_field(),
            "epochs": epochs_field(self.epochs_small),
            "seed": seed_field(),
        }

    def head(self) -> ipywidgets.Widget:
        """Return the head of the panel, beside the controls that all views have in common."""
        live = [view for view in self._views.values() if isinstance(view, Holdable)]
        self.controls_of_views = CommonControls({view.follower.controls for view in live})
        head = ipywidgets.Box([self.panel.bar, self.controls_of_views])
        head.add_class("dlw-page-head")
        return head

    def connect(self) -> None:
        """Name the selected model in the panel, and adapt the epochs to the data set."""
        self.panel.bar.model_name = self.planned_model
        self.dataset.observe(self._on_dataset, "value")

    @property
    def planned_model(self) -> str:
        """The name of the selected model."""
        return models.choices()[self.model.value].title

    def _on_dataset(self, change: Change[str]) -> None:
        found = self._found.get(change["new"])
        if found is not None:
            self.epochs.value = epochs_for(found, self.epochs_small, self.epochs_large)

    def targets(
        self, dataset: Dataset, question: int = ALL_CLASSES
    ) -> tuple[NDArray[Any], NDArray[Any], list[str]]:
        """Return labels for training, labels for testing, and the names of the classes.

        Args:
            dataset: The data set.
            question: A class, for labels that say whether a sample is of this class, or
                `ALL_CLASSES`.
        """
        if question == ALL_CLASSES:
            return dataset.y_train, dataset.y_test, list(dataset.class_names)
        name = dataset.class_names[question]
        y_train, y_test = (
            (y == question).astype("int64") for y in (dataset.y_train, dataset.y_test)
        )
        return y_train, y_test, [tr("not {class_name}", class_name=name), name]

    def make_run(
        self, *, dataset: str, model: str, batch_size: int, epochs: int, seed: int, **more: Any
    ) -> Run:
        """Load the data, build the model, and show both."""
        loaded = self.load(dataset)
        y_train, y_test, names = self.targets(loaded, **more)
        self.class_names = names
        x, y = loaded.x_test[: self.max_shown], y_test[: self.max_shown]
        self._labels = y
        self.say(tr("Building the model…"))
        load_keras().utils.set_random_seed(seed)
        run = self.fit(
            models.compiled(model, input_shape=loaded.input_shape, classes=len(names)),
            loaded.x_train,
            y_train,
            batch_size=batch_size,
            epochs=epochs,
            validation_data=(x, y),
            validation_batch_size=512,
        )
        chosen = self.image_view.index if dataset == self._images_of else -1
        self.show(run, loaded, x, y, names)
        if chosen >= 0:  # the user's image stays selected when training begins again
            self.image_view.index = chosen
        self._images_of = dataset
        return run

    def show_model(self, model: KerasModel, about: SavedAbout) -> None:
        """Show a finished model on the held-out images of its data."""
        loaded = self.load(about.dataset)
        question = about.settings.get("question", ALL_CLASSES)
        _, y_test, names = self.targets(loaded, int(question))
        self.class_names = names
        x, y = loaded.x_test[: self.max_shown], y_test[: self.max_shown]
        self._labels, self._images_of = y, about.dataset
        self.show(model, loaded, x, y, names)

    # -- for things to try ---------------------------------------------------------------------

    def select_image(self, label: int) -> None:
        """Select the first held-out image of a class in all views, once there are images.

        Args:
            label: The class.
        """
        found = np.flatnonzero(self._labels == label)
        if len(found):
            self.image_view.index = int(found[0])

    def code(self) -> str:
        """Return the notebook code of the model and the views."""
        used = self.shown_settings
        return (
            classifier_code(used, question=used.get("question", ALL_CLASSES), shown=self.max_shown)
            + self.views_code
        )
