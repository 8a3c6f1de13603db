"""The Latent-space page: train a VAE, change β during training, and explore the latent space."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import ipywidgets
import numpy as np

from dlwidgets import data, models
from dlwidgets._messages import tr
from dlwidgets._tensorflow import load_keras
from dlwidgets.widgets._fields.labeled import field, remark
from dlwidgets.widgets.dashboards._code import vae_code
from dlwidgets.widgets.dashboards._page_fields import (
    WholeNumber,
    batch_size_field,
    data_field,
    epochs_field,
    epochs_for,
    seed_field,
    two_columns,
)
from dlwidgets.widgets.dashboards._training_page import TrainingPage
from dlwidgets.widgets.dashboards._tries_of_generators import LATENT
from dlwidgets.widgets.generate.latent_explorer import LatentExplorer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from dlwidgets._keras_types import KerasModel
    from dlwidgets.data import Dataset
    from dlwidgets.models.saved import SavedAbout
    from dlwidgets.training.run import Run
    from dlwidgets.widgets._core.change import Change
    from dlwidgets.widgets.training.panel import TrainingPanel

_MODELS = {"dense_vae": tr("Dense VAE 128-64"), "conv_vae": tr("Convolutional VAE (the book's)")}
_BETAS = (0.0, 0.01, 0.03, 0.1, 0.2, 0.4, 0.7, 1.0, 2.0, 4.0, 8.0, 16.0)
_EPOCHS = {"small": 300, "large": 10}
_LEARNING_RATES = {"dense_vae": 2e-3, "conv_vae": 1e-3}


class LatentDashboard(TrainingPage):
    """Dashboard of a VAE during training: latent plane, grid of images, and both losses.

    Args:
        start: Whether to start training as soon as the page is visible.

    Attributes:
        panel: The `TrainingPanel`.
        explorer: The `LatentExplorer`.
        run: The current Run, `None` before the first.

    Example:
        >>> dl.LatentDashboard()  # doctest: +SKIP
    """

    tries = LATENT
    page_name = "latent"
    model_kind = "vae"
    can_open = True
    has_code = True
    model_title: ClassVar[str] = _MODELS["dense_vae"]
    metrics = ("reconstruction", "KL_divergence")
    beta: ipywidgets.SelectionSlider
    dataset: ipywidgets.Dropdown
    model: ipywidgets.Dropdown
    latent_dim: ipywidgets.Dropdown
    batch_size: ipywidgets.Dropdown
    epochs: WholeNumber
    seed: WholeNumber
    explorer: LatentExplorer

    def fields(self) -> Mapping[str, ipywidgets.Widget]:
        """Return β, data set, model, latent size, batch size, epochs and seed."""
        self._found = data.available(kind="image", channels=1)
        self._labels: NDArray[Any] = np.zeros(0, np.int64)
        return {
            "beta": field(
                ipywidgets.SelectionSlider,
                "β",
                value=0.2,
                options=[(f"{v:g}", v) for v in _BETAS],
                tooltip=tr("Weight of the KL divergence. Takes effect at the next step."),
            ),
            "dataset": data_field(self._found.values()),
            "model": field(
                ipywidgets.Dropdown,
                tr("Model"),
                options=[(title, name) for name, title in _MODELS.items()],
            ),
            "latent_dim": field(
                ipywidgets.Dropdown,
                tr("Latent size"),
                options=[2, 3, 4, 8, 16],
                value=2,
                tooltip=tr(
                    "Number of latent dimensions. With more than two, choose a plane below the map."
                ),
            ),
            "batch_size": batch_size_field(64),
            "epochs": epochs_field(_EPOCHS["small"]),
            "seed": seed_field(),
        }

    def views(self) -> Mapping[str, ipywidgets.Widget]:
        """Return the explorer."""
        return {"explorer": LatentExplorer()}

    def arrange(self) -> Sequence[ipywidgets.Widget]:
        """Return the plane beside form and run, and the charts below."""
        bar, *charts = self.panel.children
        form = ipywidgets.VBox([*self._fields.values(), *self.messages()])
        form.add_class("dlw-form")
        return [two_columns([form, bar, self.tools], [self.explorer]), *charts]

    def messages(self) -> Sequence[ipywidgets.Widget]:
        """Return what β means, and when changes take effect."""
        self.beta_note = remark()
        text = tr("β takes effect during training. Other changes take effect at the next start.")
        return self.beta_note, remark(text)

    def make_panel(self) -> TrainingPanel:
        """Return a panel whose losses have their unit."""
        panel = super().make_panel()
        for chart in panel.charts:
            chart.y_label = tr("nats per image")
        return panel

    def connect(self) -> None:
        """Hand β to the run, and adapt the epochs to the data set."""
        self.beta.observe(self._on_beta, "value")
        self.dataset.observe(self._on_dataset, "value")
        for control in (self.dataset, self.latent_dim):
            control.observe(self._describe_beta, "value")
        self._describe_beta()

    @property
    def planned_model(self) -> str:
        """The name of the selected model."""
        return _MODELS[self.model.value]

    def _on_beta(self, change: Change[float]) -> None:
        if self.run is not None:
            _hand_over(self.run, change["new"])
            self.explorer.keep_ghost()

    def _on_dataset(self, change: Change[str]) -> None:
        self.epochs.value = epochs_for(self._found[change["new"]], **_EPOCHS)

    def _describe_beta(self, _change: Change[object] | None = None) -> None:
        height, width = self._found[self.dataset.value].shape[:2]
        # What book_beta computes. Importing its module would wait for TensorFlow.
        book = 2 * 5e-4 * height * width / self.latent_dim.value
        self.beta_note.value = tr(
            "β = 1 is the evidence lower bound. The weights in the book correspond to β = {beta}.",
            beta=f"{book:.2g}",
        )

    def make_run(
        self,
        *,
        beta: float,
        dataset: str,
        model: str,
        latent_dim: int,
        batch_size: int,
        epochs: int,
        seed: int,
    ) -> Run:
        """Load the data, build the VAE, and show both."""
        loaded = self.load(dataset)
        keras = load_keras()
        keras.utils.set_random_seed(seed)
        build: Any = models.conv_vae if model == "conv_vae" else models.dense_vae
        vae = build(loaded.input_shape, latent_dim, beta=beta, seed=seed)
        vae.compile(keras.optimizers.Adam(_LEARNING_RATES[model]))
        run = self.fit(
            vae,
            loaded.x_train,
            epochs=epochs,
            batch_size=batch_size,
            validation_data=(loaded.x_test[:1000], None),
            validation_batch_size=500,
        )
        self._show(run, loaded)
        return run

    def _show(self, source: KerasModel | Run, loaded: Dataset) -> None:
        self.class_names, self._labels = list(loaded.class_names), loaded.y_test
        self.explorer.show(source, loaded.x_test, loaded.y_test, loaded.class_names)

    def show_model(self, model: KerasModel, about: SavedAbout) -> None:
        """Show a finished VAE with the held-out images of its data."""
        self._show(model, self.load(about.dataset))

    def put_ring_on(self, label: int) -> None:
        """Move the ring to the latent vector of an image.

        Args:
            label: The class of the image.
        """
        found = np.flatnonzero(self._labels == label)
        if len(found):
            self.explorer.pick(int(found[0]))

    def code(self) -> str:
        """Return the notebook code of the model and the explorer."""
        used = self.shown_settings
        return vae_code(used, _LEARNING_RATES[used["model"]])

    def started(self, run: Run, _settings: object) -> None:
        """Hand over β if it was moved while the model was built."""
        _hand_over(run, self.beta.value)


def _hand_over(run: Run, beta: float) -> None:
    run.at_boundary(lambda: setattr(run.model, "beta", beta))
